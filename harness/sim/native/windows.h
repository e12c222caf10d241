/*
 * <windows.h> for pumps that are compiled natively, for AddressSanitizer: Microsoft's sizes (LLP64:
 * LONG has 32 bits) and calling convention on Linux, so that the simulator's own shims serve. The
 * calls of the simulator that a pump needs, no more; what is not here does not compile, which names
 * it. The heap is the C library's, for the sanitizer to watch.
 *
 * Compile with -fshort-wchar. Values are those of winuser.h, winbase.h and winnt.h.
 */
#ifndef RIG_NATIVE_WINDOWS_H
#define RIG_NATIVE_WINDOWS_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- types ---- */

#define WINAPI __attribute__((ms_abi))
#define CALLBACK WINAPI
#define APIENTRY WINAPI
#define STDAPICALLTYPE WINAPI
#define STDMETHODCALLTYPE WINAPI
#define __stdcall WINAPI
#define __cdecl
#define CONST const
#define VOID void
#define IN
#define OUT
#define FAR

typedef int BOOL;
typedef int INT;
typedef int LONG;
typedef unsigned int UINT;
typedef unsigned int DWORD;
typedef unsigned int ULONG;
typedef unsigned short WORD;
typedef unsigned short USHORT;
typedef unsigned short ATOM;
typedef short SHORT;
typedef unsigned char BYTE;
typedef unsigned char UCHAR;
typedef unsigned char BOOLEAN;
typedef char CHAR;
typedef wchar_t WCHAR;
typedef float FLOAT;
typedef long long LONGLONG;
typedef unsigned long long ULONGLONG;
typedef unsigned long long DWORD64;
typedef unsigned long long DWORDLONG;
typedef long long INT64;
typedef unsigned long long UINT64;
typedef int INT32;
typedef unsigned int UINT32;
typedef long long INT_PTR;
typedef long long LONG_PTR;
typedef unsigned long long UINT_PTR;
typedef unsigned long long ULONG_PTR;
typedef unsigned long long DWORD_PTR;
typedef unsigned long long SIZE_T;
typedef ULONG_PTR WPARAM;
typedef LONG_PTR LPARAM;
typedef LONG_PTR LRESULT;
typedef int HRESULT;
typedef int SCODE;
typedef void *PVOID, *LPVOID;
typedef const void *LPCVOID;
typedef DWORD *PDWORD, *LPDWORD;
typedef ULONG *PULONG, *LPULONG;
typedef LONG *PLONG, *LPLONG;
typedef BOOL *PBOOL, *LPBOOL;
typedef BYTE *PBYTE, *LPBYTE;
typedef DWORD_PTR *PDWORD_PTR;
typedef CHAR *PSTR, *LPSTR;
typedef const CHAR *PCSTR, *LPCSTR;
typedef WCHAR *PWSTR, *LPWSTR;
typedef const WCHAR *PCWSTR, *LPCWSTR;
typedef void *HANDLE, *HWND, *HINSTANCE, *HMODULE, *HMENU, *HICON, *HCURSOR, *HBRUSH, *HACCEL, *HDC;
typedef HANDLE *PHANDLE, *LPHANDLE;
typedef void *HLOCAL, *HGLOBAL;
#ifdef UNICODE
typedef WCHAR TCHAR, *LPTSTR;
typedef const WCHAR *LPCTSTR;
#define TEXT(text) L##text
#else
typedef CHAR TCHAR, *LPTSTR;
typedef const CHAR *LPCTSTR;
#define TEXT(text) text
#endif
_Static_assert(sizeof(LONG) == 4 && sizeof(WCHAR) == 2 && sizeof(LPARAM) == 8,
               "compile for x86_64, with -fshort-wchar");

typedef union {
  struct {
    DWORD LowPart;
    LONG HighPart;
  };
  LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;
typedef struct {
  DWORD dwLowDateTime, dwHighDateTime;
} FILETIME, *LPFILETIME;
typedef struct {
  LONG x, y;
} POINT, *LPPOINT;
typedef struct {
  LONG left, top, right, bottom;
} RECT, *LPRECT;
typedef struct {
  DWORD nLength;
  LPVOID lpSecurityDescriptor;
  BOOL bInheritHandle;
} SECURITY_ATTRIBUTES, *LPSECURITY_ATTRIBUTES;
typedef struct tagMSG {
  HWND hwnd;
  UINT message;
  WPARAM wParam;
  LPARAM lParam;
  DWORD time;
  POINT pt;
} MSG, *PMSG, *LPMSG;
_Static_assert(sizeof(MSG) == 48, "MSG");

typedef LRESULT(CALLBACK *WNDPROC)(HWND, UINT, WPARAM, LPARAM);
typedef void(CALLBACK *TIMERPROC)(HWND, UINT, UINT_PTR, DWORD);
typedef DWORD(WINAPI *LPTHREAD_START_ROUTINE)(LPVOID);
typedef void(WINAPI *PAPCFUNC)(ULONG_PTR);
typedef void(WINAPI *PTIMERAPCROUTINE)(LPVOID, DWORD, DWORD);
typedef LONG_PTR(WINAPI *FARPROC)(void);

typedef struct {
  UINT style;
  WNDPROC lpfnWndProc;
  int cbClsExtra, cbWndExtra;
  HINSTANCE hInstance;
  HICON hIcon;
  HCURSOR hCursor;
  HBRUSH hbrBackground;
  LPCSTR lpszMenuName, lpszClassName;
} WNDCLASSA;
typedef struct {
  UINT style;
  WNDPROC lpfnWndProc;
  int cbClsExtra, cbWndExtra;
  HINSTANCE hInstance;
  HICON hIcon;
  HCURSOR hCursor;
  HBRUSH hbrBackground;
  LPCWSTR lpszMenuName, lpszClassName;
} WNDCLASSW;

/* A critical section, a lock, a condition are the simulator's; their sizes are Windows'. */
typedef struct {
  ULONG_PTR unused[5];
} CRITICAL_SECTION, *LPCRITICAL_SECTION;
typedef struct {
  PVOID Ptr;
} SRWLOCK, *PSRWLOCK;
typedef struct {
  PVOID Ptr;
} CONDITION_VARIABLE, *PCONDITION_VARIABLE;
#define SRWLOCK_INIT                                                                               \
  { 0 }
#define CONDITION_VARIABLE_INIT                                                                    \
  { 0 }

/* ---- values ---- */

#define TRUE 1
#define FALSE 0
#define MAX_PATH 260
#define INFINITE 0xFFFFFFFFu
#define INVALID_HANDLE_VALUE ((HANDLE)(LONG_PTR)-1)
#define MAXIMUM_WAIT_OBJECTS 64
#define WAIT_OBJECT_0 0u
#define WAIT_ABANDONED 0x80u
#define WAIT_ABANDONED_0 0x80u
#define WAIT_IO_COMPLETION 0xC0u
#define WAIT_TIMEOUT 258u
#define WAIT_FAILED 0xFFFFFFFFu
#define STILL_ACTIVE 259u
#define MWMO_WAITALL 1u
#define MWMO_ALERTABLE 2u
#define MWMO_INPUTAVAILABLE 4u
#define QS_KEY 0x1u
#define QS_MOUSEMOVE 0x2u
#define QS_MOUSEBUTTON 0x4u
#define QS_POSTMESSAGE 0x8u
#define QS_TIMER 0x10u
#define QS_PAINT 0x20u
#define QS_SENDMESSAGE 0x40u
#define QS_HOTKEY 0x80u
#define QS_ALLPOSTMESSAGE 0x100u
#define QS_RAWINPUT 0x400u
#define QS_MOUSE (QS_MOUSEMOVE | QS_MOUSEBUTTON)
#define QS_INPUT (QS_MOUSE | QS_KEY | QS_RAWINPUT)
#define QS_ALLEVENTS (QS_INPUT | QS_POSTMESSAGE | QS_TIMER | QS_PAINT | QS_HOTKEY)
#define QS_ALLINPUT (QS_ALLEVENTS | QS_SENDMESSAGE)
#define PM_NOREMOVE 0u
#define PM_REMOVE 1u
#define PM_NOYIELD 2u
#define PM_QS_INPUT (QS_INPUT << 16)
#define PM_QS_POSTMESSAGE ((QS_POSTMESSAGE | QS_HOTKEY | QS_TIMER) << 16)
#define PM_QS_PAINT (QS_PAINT << 16)
#define PM_QS_SENDMESSAGE (QS_SENDMESSAGE << 16)
#define WM_NULL 0u
#define WM_CREATE 0x1u
#define WM_DESTROY 0x2u
#define WM_PAINT 0xFu
#define WM_CLOSE 0x10u
#define WM_QUIT 0x12u
#define WM_KEYFIRST 0x100u
#define WM_KEYLAST 0x109u
#define WM_TIMER 0x113u
#define WM_MOUSEFIRST 0x200u
#define WM_MOUSELAST 0x20Eu
#define WM_USER 0x400u
#define WM_APP 0x8000u
#define HWND_MESSAGE ((HWND)(LONG_PTR)-3)
#define HWND_BROADCAST ((HWND)0xFFFF)
#define GWLP_WNDPROC (-4)
#define GWLP_USERDATA (-21)
#define SMTO_NORMAL 0u
#define SMTO_BLOCK 1u
#define SMTO_ABORTIFHUNG 2u
#define HEAP_ZERO_MEMORY 8u
#define LMEM_FIXED 0u
#define LMEM_ZEROINIT 0x40u
#define LPTR 0x40u
#define GMEM_FIXED 0u
#define GMEM_ZEROINIT 0x40u
#define GPTR 0x40u
#define EVENT_MODIFY_STATE 2u
#define SYNCHRONIZE 0x100000u
#define DUPLICATE_SAME_ACCESS 2u
#define NO_ERROR 0u
#define ERROR_SUCCESS 0u
#define ERROR_INVALID_HANDLE 6u
#define ERROR_NOT_ENOUGH_MEMORY 8u
#define ERROR_INVALID_PARAMETER 87u
#define ERROR_ALREADY_EXISTS 183u
#define ERROR_TIMEOUT 1460u
#define S_OK ((HRESULT)0)
#define S_FALSE ((HRESULT)1)
#define E_FAIL ((HRESULT)0x80004005)
#define E_OUTOFMEMORY ((HRESULT)0x8007000E)
#define E_INVALIDARG ((HRESULT)0x80070057)
#define RPC_S_CALLPENDING ((HRESULT)0x80010115)
#define SUCCEEDED(hr) ((HRESULT)(hr) >= 0)
#define FAILED(hr) ((HRESULT)(hr) < 0)
#define LOWORD(value) ((WORD)((DWORD_PTR)(value)&0xFFFF))
#define HIWORD(value) ((WORD)((DWORD_PTR)(value) >> 16 & 0xFFFF))
#define ARRAYSIZE(array) (sizeof(array) / sizeof *(array))
#define UNREFERENCED_PARAMETER(parameter) (void)(parameter)
#define ZeroMemory(to, bytes) memset(to, 0, bytes)
#define CopyMemory(to, from, bytes) memcpy(to, from, bytes)

/* ---- calls ---- */

#define RIG_WIN(type, name, ...) type WINAPI name(__VA_ARGS__) __asm__("rig_api_" #name)
#define RIG_WIN_AW(type, name, arguments_a, arguments_w)                                           \
  type WINAPI name##A arguments_a __asm__("rig_api_" #name "A");                                   \
  type WINAPI name##W arguments_w __asm__("rig_api_" #name "W")
#define RIG_WIN_BOTH(type, name, ...) RIG_WIN_AW(type, name, (__VA_ARGS__), (__VA_ARGS__))

RIG_WIN_BOTH(BOOL, GetMessage, LPMSG, HWND, UINT, UINT);
RIG_WIN_BOTH(BOOL, PeekMessage, LPMSG, HWND, UINT, UINT, UINT);
RIG_WIN_BOTH(LRESULT, DispatchMessage, const MSG *);
RIG_WIN_BOTH(BOOL, PostMessage, HWND, UINT, WPARAM, LPARAM);
RIG_WIN_BOTH(BOOL, PostThreadMessage, DWORD, UINT, WPARAM, LPARAM);
RIG_WIN_BOTH(LRESULT, SendMessage, HWND, UINT, WPARAM, LPARAM);
RIG_WIN_BOTH(LRESULT, SendMessageTimeout, HWND, UINT, WPARAM, LPARAM, UINT, UINT, PDWORD_PTR);
RIG_WIN_BOTH(BOOL, SendNotifyMessage, HWND, UINT, WPARAM, LPARAM);
RIG_WIN_BOTH(LRESULT, DefWindowProc, HWND, UINT, WPARAM, LPARAM);
RIG_WIN_BOTH(LONG_PTR, GetWindowLongPtr, HWND, int);
RIG_WIN_BOTH(LONG_PTR, SetWindowLongPtr, HWND, int, LONG_PTR);
RIG_WIN_BOTH(BOOL, IsDialogMessage, HWND, LPMSG);
RIG_WIN_BOTH(int, TranslateAccelerator, HWND, HACCEL, LPMSG);
RIG_WIN_AW(ATOM, RegisterClass, (const WNDCLASSA *), (const WNDCLASSW *));
RIG_WIN_AW(BOOL, UnregisterClass, (LPCSTR, HINSTANCE), (LPCWSTR, HINSTANCE));
RIG_WIN_AW(UINT, RegisterWindowMessage, (LPCSTR), (LPCWSTR));
RIG_WIN_AW(HWND, CreateWindowEx,
           (DWORD, LPCSTR, LPCSTR, DWORD, int, int, int, int, HWND, HMENU, HINSTANCE, LPVOID),
           (DWORD, LPCWSTR, LPCWSTR, DWORD, int, int, int, int, HWND, HMENU, HINSTANCE, LPVOID));
RIG_WIN(BOOL, DestroyWindow, HWND);
RIG_WIN(BOOL, IsWindow, HWND);
RIG_WIN(DWORD, GetWindowThreadProcessId, HWND, LPDWORD);
RIG_WIN(DWORD, GetQueueStatus, UINT);
RIG_WIN(BOOL, GetInputState, void);
RIG_WIN(BOOL, TranslateMessage, const MSG *);
RIG_WIN(void, PostQuitMessage, int);
RIG_WIN(BOOL, ReplyMessage, LRESULT);
RIG_WIN(BOOL, InSendMessage, void);
RIG_WIN(DWORD, InSendMessageEx, LPVOID);
RIG_WIN(UINT_PTR, SetTimer, HWND, UINT_PTR, UINT, TIMERPROC);
RIG_WIN(BOOL, KillTimer, HWND, UINT_PTR);

RIG_WIN(DWORD, MsgWaitForMultipleObjects, DWORD, const HANDLE *, BOOL, DWORD, DWORD);
RIG_WIN(DWORD, MsgWaitForMultipleObjectsEx, DWORD, const HANDLE *, DWORD, DWORD, DWORD);
RIG_WIN(BOOL, WaitMessage, void);
RIG_WIN(DWORD, WaitForSingleObject, HANDLE, DWORD);
RIG_WIN(DWORD, WaitForSingleObjectEx, HANDLE, DWORD, BOOL);
RIG_WIN(DWORD, WaitForMultipleObjects, DWORD, const HANDLE *, BOOL, DWORD);
RIG_WIN(DWORD, WaitForMultipleObjectsEx, DWORD, const HANDLE *, BOOL, DWORD, BOOL);
RIG_WIN(DWORD, SignalObjectAndWait, HANDLE, HANDLE, DWORD, BOOL);
RIG_WIN(void, Sleep, DWORD);
RIG_WIN(DWORD, SleepEx, DWORD, BOOL);
RIG_WIN(BOOL, SwitchToThread, void);

RIG_WIN_AW(HANDLE, CreateEvent, (LPSECURITY_ATTRIBUTES, BOOL, BOOL, LPCSTR),
           (LPSECURITY_ATTRIBUTES, BOOL, BOOL, LPCWSTR));
RIG_WIN_AW(HANDLE, OpenEvent, (DWORD, BOOL, LPCSTR), (DWORD, BOOL, LPCWSTR));
RIG_WIN_AW(HANDLE, CreateMutex, (LPSECURITY_ATTRIBUTES, BOOL, LPCSTR),
           (LPSECURITY_ATTRIBUTES, BOOL, LPCWSTR));
RIG_WIN_AW(HANDLE, CreateSemaphore, (LPSECURITY_ATTRIBUTES, LONG, LONG, LPCSTR),
           (LPSECURITY_ATTRIBUTES, LONG, LONG, LPCWSTR));
RIG_WIN_AW(HANDLE, CreateWaitableTimer, (LPSECURITY_ATTRIBUTES, BOOL, LPCSTR),
           (LPSECURITY_ATTRIBUTES, BOOL, LPCWSTR));
RIG_WIN(BOOL, SetWaitableTimer, HANDLE, const LARGE_INTEGER *, LONG, PTIMERAPCROUTINE, LPVOID,
        BOOL);
RIG_WIN(BOOL, CancelWaitableTimer, HANDLE);
RIG_WIN(BOOL, SetEvent, HANDLE);
RIG_WIN(BOOL, ResetEvent, HANDLE);
RIG_WIN(BOOL, PulseEvent, HANDLE);
RIG_WIN(BOOL, ReleaseMutex, HANDLE);
RIG_WIN(BOOL, ReleaseSemaphore, HANDLE, LONG, LPLONG);
RIG_WIN(BOOL, CloseHandle, HANDLE);
RIG_WIN(BOOL, DuplicateHandle, HANDLE, HANDLE, HANDLE, LPHANDLE, DWORD, BOOL, DWORD);

RIG_WIN(HANDLE, CreateThread, LPSECURITY_ATTRIBUTES, SIZE_T, LPTHREAD_START_ROUTINE, LPVOID, DWORD,
        LPDWORD);
RIG_WIN(void, ExitThread, DWORD);
RIG_WIN(BOOL, GetExitCodeThread, HANDLE, LPDWORD);
RIG_WIN(HANDLE, GetCurrentThread, void);
RIG_WIN(DWORD, GetCurrentThreadId, void);
RIG_WIN(DWORD, GetThreadId, HANDLE);
RIG_WIN(HANDLE, GetCurrentProcess, void);
RIG_WIN(DWORD, GetCurrentProcessId, void);
RIG_WIN(DWORD, QueueUserAPC, PAPCFUNC, HANDLE, ULONG_PTR);
RIG_WIN(DWORD, TlsAlloc, void);
RIG_WIN(BOOL, TlsFree, DWORD);
RIG_WIN(LPVOID, TlsGetValue, DWORD);
RIG_WIN(BOOL, TlsSetValue, DWORD, LPVOID);
RIG_WIN(void, ExitProcess, UINT);
RIG_WIN(void, InitializeCriticalSection, LPCRITICAL_SECTION);
RIG_WIN(void, EnterCriticalSection, LPCRITICAL_SECTION);
RIG_WIN(BOOL, TryEnterCriticalSection, LPCRITICAL_SECTION);
RIG_WIN(void, LeaveCriticalSection, LPCRITICAL_SECTION);
RIG_WIN(void, DeleteCriticalSection, LPCRITICAL_SECTION);
RIG_WIN(void, InitializeSRWLock, PSRWLOCK);
RIG_WIN(void, AcquireSRWLockExclusive, PSRWLOCK);
RIG_WIN(void, AcquireSRWLockShared, PSRWLOCK);
RIG_WIN(void, ReleaseSRWLockExclusive, PSRWLOCK);
RIG_WIN(void, ReleaseSRWLockShared, PSRWLOCK);
RIG_WIN(void, InitializeConditionVariable, PCONDITION_VARIABLE);
RIG_WIN(BOOL, SleepConditionVariableCS, PCONDITION_VARIABLE, LPCRITICAL_SECTION, DWORD);
RIG_WIN(BOOL, SleepConditionVariableSRW, PCONDITION_VARIABLE, PSRWLOCK, DWORD, ULONG);
RIG_WIN(void, WakeConditionVariable, PCONDITION_VARIABLE);
RIG_WIN(void, WakeAllConditionVariable, PCONDITION_VARIABLE);

RIG_WIN(DWORD, GetLastError, void);
RIG_WIN(void, SetLastError, DWORD);
RIG_WIN(DWORD, GetTickCount, void);
RIG_WIN(ULONGLONG, GetTickCount64, void);
RIG_WIN(BOOL, QueryPerformanceCounter, PLARGE_INTEGER);
RIG_WIN(BOOL, QueryPerformanceFrequency, PLARGE_INTEGER);
RIG_WIN(void, GetSystemTimeAsFileTime, LPFILETIME);
RIG_WIN_AW(void, OutputDebugString, (LPCSTR), (LPCWSTR));
RIG_WIN_AW(HMODULE, GetModuleHandle, (LPCSTR), (LPCWSTR));

#ifdef UNICODE
#define RIG_NATIVE_AW(name) name##W
#else
#define RIG_NATIVE_AW(name) name##A
#endif
#define GetMessage RIG_NATIVE_AW(GetMessage)
#define PeekMessage RIG_NATIVE_AW(PeekMessage)
#define DispatchMessage RIG_NATIVE_AW(DispatchMessage)
#define PostMessage RIG_NATIVE_AW(PostMessage)
#define PostThreadMessage RIG_NATIVE_AW(PostThreadMessage)
#define SendMessage RIG_NATIVE_AW(SendMessage)
#define SendMessageTimeout RIG_NATIVE_AW(SendMessageTimeout)
#define SendNotifyMessage RIG_NATIVE_AW(SendNotifyMessage)
#define DefWindowProc RIG_NATIVE_AW(DefWindowProc)
#define GetWindowLongPtr RIG_NATIVE_AW(GetWindowLongPtr)
#define SetWindowLongPtr RIG_NATIVE_AW(SetWindowLongPtr)
#define IsDialogMessage RIG_NATIVE_AW(IsDialogMessage)
#define RegisterClass RIG_NATIVE_AW(RegisterClass)
#define WNDCLASS RIG_NATIVE_AW(WNDCLASS)
#define CreateWindowEx RIG_NATIVE_AW(CreateWindowEx)
#define CreateWindowA(...) CreateWindowExA(0, __VA_ARGS__)
#define CreateWindowW(...) CreateWindowExW(0, __VA_ARGS__)
#define CreateWindow RIG_NATIVE_AW(CreateWindow)
#define RegisterWindowMessage RIG_NATIVE_AW(RegisterWindowMessage)
#define CreateEvent RIG_NATIVE_AW(CreateEvent)
#define OpenEvent RIG_NATIVE_AW(OpenEvent)
#define CreateMutex RIG_NATIVE_AW(CreateMutex)
#define CreateSemaphore RIG_NATIVE_AW(CreateSemaphore)
#define CreateWaitableTimer RIG_NATIVE_AW(CreateWaitableTimer)
#define OutputDebugString RIG_NATIVE_AW(OutputDebugString)
#define GetModuleHandle RIG_NATIVE_AW(GetModuleHandle)

/* ---- atomic operations ---- */

#define InterlockedIncrement(at) __atomic_add_fetch(at, 1, __ATOMIC_SEQ_CST)
#define InterlockedDecrement(at) __atomic_sub_fetch(at, 1, __ATOMIC_SEQ_CST)
#define InterlockedExchange(at, value) __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST)
#define InterlockedExchangeAdd(at, value) __atomic_fetch_add(at, value, __ATOMIC_SEQ_CST)
#define InterlockedCompareExchange(at, value, was) __sync_val_compare_and_swap(at, was, value)
#define MemoryBarrier() __atomic_thread_fence(__ATOMIC_SEQ_CST)

/* ---- memory: the C library's, which the sanitizer watches. Macros, so that the report shows the
 * line of the pump. ---- */

#define RIG_NATIVE_ALLOCATE(zero, bytes) ((zero) != 0 ? calloc(1, bytes) : malloc(bytes))
#define RIG_NATIVE_FREE(block, result) (free(block), (result))
#define GetProcessHeap() ((HANDLE)0x7000)
#define HeapAlloc(heap, flags, bytes)                                                              \
  ((void)(heap), RIG_NATIVE_ALLOCATE((flags)&HEAP_ZERO_MEMORY, bytes))
#define HeapReAlloc(heap, flags, block, bytes) ((void)(heap), (void)(flags), realloc(block, bytes))
#define HeapFree(heap, flags, block) ((void)(heap), (void)(flags), RIG_NATIVE_FREE(block, TRUE))
#define LocalAlloc(flags, bytes) RIG_NATIVE_ALLOCATE((flags)&LMEM_ZEROINIT, bytes)
#define LocalFree(block) RIG_NATIVE_FREE(block, (HLOCAL)NULL)
#define GlobalAlloc(flags, bytes) LocalAlloc(flags, bytes)
#define GlobalFree(block) LocalFree(block)
#define CoTaskMemAlloc(bytes) malloc(bytes)
#define CoTaskMemFree(block) free(block)

#ifdef __cplusplus
}
#endif

#endif
