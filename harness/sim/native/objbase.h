/* COM's part of a pump (windows.h of this folder): waits and apartments. */
#ifndef RIG_NATIVE_OBJBASE_H
#define RIG_NATIVE_OBJBASE_H

#include <windows.h>

#define COINIT_APARTMENTTHREADED 2u
#define COINIT_MULTITHREADED 0u
#define COWAIT_WAITALL 1u
#define COWAIT_ALERTABLE 2u
#define COWAIT_INPUTAVAILABLE 4u
#define COWAIT_DISPATCH_CALLS 8u
#define COWAIT_DISPATCH_WINDOW_MESSAGES 16u

RIG_WIN(HRESULT, CoInitialize, LPVOID);
RIG_WIN(HRESULT, CoInitializeEx, LPVOID, DWORD);
RIG_WIN(void, CoUninitialize, void);
RIG_WIN(HRESULT, CoWaitForMultipleHandles, DWORD, DWORD, ULONG, HANDLE *, LPDWORD);

#endif
