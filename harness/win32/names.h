/* What Windows calls things: winuser.h, winbase.h, winerror.h. */
#ifndef RIG_WIN32_NAMES_H
#define RIG_WIN32_NAMES_H

#define QS_POSTMESSAGE 0x0008u
#define QS_TIMER 0x0010u
#define QS_PAINT 0x0020u
#define QS_SENDMESSAGE 0x0040u
#define QS_HOTKEY 0x0080u
#define QS_ALLPOSTMESSAGE 0x0100u
#define QS_INPUT 0x0407u
#define QS_ALLINPUT 0x1CFFu /* with QS_TOUCH and QS_POINTER, which nothing here sets */
#define QS_SMRESULT 0x8000u /* Wine's own: the reply to a sent message is there */
#define PM_REMOVE 0x0001u
#define MWMO_WAITALL 0x0001u
#define MWMO_ALERTABLE 0x0002u
#define MWMO_INPUTAVAILABLE 0x0004u
#define SMTO_BLOCK 0x0001u
#define SMTO_ABORTIFHUNG 0x0002u
#define WM_PAINT 0x000Fu
#define WM_QUIT 0x0012u
#define WM_TIMER 0x0113u
#define WM_SYSTIMER 0x0118u
#define WAIT_IO_COMPLETION 0xC0u
#define WAIT_ABANDONED_0 0x80u
#define WAIT_TIMEOUT 0x102u
#define WAIT_FAILED 0xFFFFFFFFu
#define STILL_ACTIVE 259u
#define ERROR_ACCESS_DENIED 5u
#define ERROR_INVALID_HANDLE 6u
#define ERROR_INVALID_PARAMETER 87u
#define ERROR_NOT_OWNER 288u
#define ERROR_TOO_MANY_POSTS 298u
#define ERROR_INVALID_FLAGS 1004u
#define ERROR_MESSAGE_SYNC_ONLY 1159u
#define ERROR_INVALID_WINDOW_HANDLE 1400u
#define ERROR_INVALID_THREAD_ID 1444u
#define ERROR_TIMEOUT 1460u
#define ERROR_NOT_ENOUGH_QUOTA 1816u

#endif
