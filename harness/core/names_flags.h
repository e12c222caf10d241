/*
 * The lists of flags: names and values, once. names.c makes its tables from them, and
 * tests/win32/names_check.c, compiled by mingw, asserts every X entry against Windows' own headers.
 *
 * X(name, value)   as mingw's headers define it
 * M(name, value)   defined by Microsoft's headers alone; the comment says where
 * OLD, NEW         the value depends on _WIN32_WINNT: below 0x0602, and from it on
 *
 * Unions come before their parts, the larger first: a value is decoded from the top of its list.
 */
#ifndef RIG_CORE_NAMES_FLAGS_H
#define RIG_CORE_NAMES_FLAGS_H

/* MAPIINIT_0.ulFlags. MAPI_NO_COINIT: D:mapiinit_0, value of the Outlook 2010 MAPI headers. */
#define RIG_NAMES_MAPIINIT(X, M, OLD, NEW)                                                         \
  X(MAPI_MULTITHREAD_NOTIFICATIONS, 0x00000001u)                                                   \
  M(MAPI_NO_COINIT, 0x00000008u)                                                                   \
  X(MAPI_NT_SERVICE, 0x00010000u)

/* MAPILogonEx. MAPI_BG_SESSION: D:mapilogonex, value of the Outlook 2010 MAPI headers. */
#define RIG_NAMES_LOGON(X, M, OLD, NEW)                                                            \
  X(MAPI_LOGON_UI, 0x00000001u)                                                                    \
  X(MAPI_NEW_SESSION, 0x00000002u)                                                                 \
  X(MAPI_ALLOW_OTHERS, 0x00000008u)                                                                \
  X(MAPI_EXPLICIT_PROFILE, 0x00000010u)                                                            \
  X(MAPI_EXTENDED, 0x00000020u)                                                                    \
  X(MAPI_USE_DEFAULT, 0x00000040u)                                                                 \
  X(MAPI_FORCE_DOWNLOAD, 0x00001000u)                                                              \
  X(MAPI_SERVICE_UI_ALWAYS, 0x00002000u)                                                           \
  X(MAPI_NO_MAIL, 0x00008000u)                                                                     \
  X(MAPI_NT_SERVICE, 0x00010000u)                                                                  \
  X(MAPI_PASSWORD_UI, 0x00020000u)                                                                 \
  X(MAPI_TIMEOUT_SHORT, 0x00100000u)                                                               \
  X(MAPI_UNICODE, 0x80000000u)                                                                     \
  M(MAPI_BG_SESSION, 0x00200000u)

/* Wake masks. Windows 8 added touch and pointer input to the unions. */
#define RIG_NAMES_QS(X, M, OLD, NEW)                                                               \
  NEW(QS_ALLINPUT, 0x1CFFu)                                                                        \
  OLD(QS_ALLINPUT, 0x04FFu)                                                                        \
  NEW(QS_ALLEVENTS, 0x1CBFu)                                                                       \
  OLD(QS_ALLEVENTS, 0x04BFu)                                                                       \
  NEW(QS_INPUT, 0x1C07u)                                                                           \
  OLD(QS_INPUT, 0x0407u)                                                                           \
  X(QS_MOUSE, 0x0006u)                                                                             \
  X(QS_KEY, 0x0001u)                                                                               \
  X(QS_MOUSEMOVE, 0x0002u)                                                                         \
  X(QS_MOUSEBUTTON, 0x0004u)                                                                       \
  X(QS_POSTMESSAGE, 0x0008u)                                                                       \
  X(QS_TIMER, 0x0010u)                                                                             \
  X(QS_PAINT, 0x0020u)                                                                             \
  X(QS_SENDMESSAGE, 0x0040u)                                                                       \
  X(QS_HOTKEY, 0x0080u)                                                                            \
  X(QS_ALLPOSTMESSAGE, 0x0100u)                                                                    \
  X(QS_RAWINPUT, 0x0400u)                                                                          \
  NEW(QS_TOUCH, 0x0800u)                                                                           \
  NEW(QS_POINTER, 0x1000u)

/* MsgWaitForMultipleObjectsEx */
#define RIG_NAMES_MWMO(X, M, OLD, NEW)                                                             \
  X(MWMO_WAITALL, 0x00000001u)                                                                     \
  X(MWMO_ALERTABLE, 0x00000002u)                                                                   \
  X(MWMO_INPUTAVAILABLE, 0x00000004u)

/* PeekMessage */
#define RIG_NAMES_PM(X, M, OLD, NEW)                                                               \
  NEW(PM_QS_INPUT, 0x1C070000u)                                                                    \
  OLD(PM_QS_INPUT, 0x04070000u)                                                                    \
  X(PM_QS_POSTMESSAGE, 0x00980000u)                                                                \
  X(PM_QS_PAINT, 0x00200000u)                                                                      \
  X(PM_QS_SENDMESSAGE, 0x00400000u)                                                                \
  X(PM_NOREMOVE, 0x00000000u)                                                                      \
  X(PM_REMOVE, 0x00000001u)                                                                        \
  X(PM_NOYIELD, 0x00000002u)

/* CoInitializeEx */
#define RIG_NAMES_COINIT(X, M, OLD, NEW)                                                           \
  X(COINIT_MULTITHREADED, 0x00000000u)                                                             \
  X(COINIT_APARTMENTTHREADED, 0x00000002u)                                                         \
  X(COINIT_DISABLE_OLE1DDE, 0x00000004u)                                                           \
  X(COINIT_SPEED_OVER_MEMORY, 0x00000008u)

/* CoCreateInstance */
#define RIG_NAMES_CLSCTX(X, M, OLD, NEW)                                                           \
  X(CLSCTX_ALL, 0x00000017u)                                                                       \
  X(CLSCTX_SERVER, 0x00000015u)                                                                    \
  X(CLSCTX_INPROC, 0x00000003u)                                                                    \
  X(CLSCTX_INPROC_SERVER, 0x00000001u)                                                             \
  X(CLSCTX_INPROC_HANDLER, 0x00000002u)                                                            \
  X(CLSCTX_LOCAL_SERVER, 0x00000004u)                                                              \
  X(CLSCTX_INPROC_SERVER16, 0x00000008u)                                                           \
  X(CLSCTX_REMOTE_SERVER, 0x00000010u)                                                             \
  X(CLSCTX_INPROC_HANDLER16, 0x00000020u)                                                          \
  X(CLSCTX_NO_CODE_DOWNLOAD, 0x00000400u)                                                          \
  X(CLSCTX_NO_CUSTOM_MARSHAL, 0x00001000u)                                                         \
  X(CLSCTX_ENABLE_CODE_DOWNLOAD, 0x00002000u)                                                      \
  X(CLSCTX_NO_FAILURE_LOG, 0x00004000u)                                                            \
  X(CLSCTX_DISABLE_AAA, 0x00008000u)                                                               \
  X(CLSCTX_ENABLE_AAA, 0x00010000u)                                                                \
  X(CLSCTX_FROM_DEFAULT_CONTEXT, 0x00020000u)                                                      \
  X(CLSCTX_ACTIVATE_32_BIT_SERVER, 0x00040000u)                                                    \
  X(CLSCTX_ACTIVATE_64_BIT_SERVER, 0x00080000u)                                                    \
  X(CLSCTX_ENABLE_CLOAKING, 0x00100000u)                                                           \
  X(CLSCTX_APPCONTAINER, 0x00400000u)                                                              \
  X(CLSCTX_ACTIVATE_AAA_AS_IU, 0x00800000u)                                                        \
  X(CLSCTX_PS_DLL, 0x80000000u)

/* SERVICE_STATUS.dwControlsAccepted */
#define RIG_NAMES_ACCEPTED(X, M, OLD, NEW)                                                         \
  X(SERVICE_ACCEPT_STOP, 0x00000001u)                                                              \
  X(SERVICE_ACCEPT_PAUSE_CONTINUE, 0x00000002u)                                                    \
  X(SERVICE_ACCEPT_SHUTDOWN, 0x00000004u)                                                          \
  X(SERVICE_ACCEPT_PARAMCHANGE, 0x00000008u)                                                       \
  X(SERVICE_ACCEPT_NETBINDCHANGE, 0x00000010u)                                                     \
  X(SERVICE_ACCEPT_HARDWAREPROFILECHANGE, 0x00000020u)                                             \
  X(SERVICE_ACCEPT_POWEREVENT, 0x00000040u)                                                        \
  X(SERVICE_ACCEPT_SESSIONCHANGE, 0x00000080u)                                                     \
  X(SERVICE_ACCEPT_PRESHUTDOWN, 0x00000100u)                                                       \
  X(SERVICE_ACCEPT_TIMECHANGE, 0x00000200u)                                                        \
  X(SERVICE_ACCEPT_TRIGGEREVENT, 0x00000400u)                                                      \
  X(SERVICE_ACCEPT_USER_LOGOFF, 0x00000800u)                                                       \
  X(SERVICE_ACCEPT_LOWRESOURCES, 0x00002000u)                                                      \
  X(SERVICE_ACCEPT_SYSTEMLOWRESOURCES, 0x00004000u)

/* Simple MAPI: those that may show a dialog. MAPI_DIALOG_MODELESS: mapi.h of the Windows SDK. */
#define RIG_NAMES_SIMPLE(X, M, OLD, NEW)                                                           \
  M(MAPI_DIALOG_MODELESS, 0x0000000Cu)                                                             \
  X(MAPI_LOGON_UI, 0x00000001u)                                                                    \
  X(MAPI_DIALOG, 0x00000008u)                                                                      \
  X(MAPI_PASSWORD_UI, 0x00020000u)

/* IMAPISession::Logoff */
#define RIG_NAMES_LOGOFF(X, M, OLD, NEW)                                                           \
  X(MAPI_LOGOFF_SHARED, 0x00000001u)                                                               \
  X(MAPI_LOGOFF_UI, 0x00000002u)

/* Advise */
#define RIG_NAMES_EVENTS(X, M, OLD, NEW)                                                           \
  X(fnevCriticalError, 0x00000001u)                                                                \
  X(fnevNewMail, 0x00000002u)                                                                      \
  X(fnevObjectCreated, 0x00000004u)                                                                \
  X(fnevObjectDeleted, 0x00000008u)                                                                \
  X(fnevObjectModified, 0x00000010u)                                                               \
  X(fnevObjectMoved, 0x00000020u)                                                                  \
  X(fnevObjectCopied, 0x00000040u)                                                                 \
  X(fnevSearchComplete, 0x00000080u)                                                               \
  X(fnevTableModified, 0x00000100u)                                                                \
  X(fnevStatusObjectModified, 0x00000200u)                                                         \
  X(fnevReservedForMapi, 0x40000000u)                                                              \
  X(fnevExtended, 0x80000000u)

#endif
