/*
 * The reference service's own work without mapirig: what any service of MAPI's costs to start and
 * stop. A ServiceMain on a thread of its own, COM, which MAPIInitialize initialises
 * (D:mapiinitialize, step 3), the two hidden windows that MAPI owns (windows.c of the stub),
 * events, a wait that the stop ends. The other rival of a scenario run in bench.c.
 */
#include <windows.h>

#include <objbase.h>

static HANDLE stop;

static HWND window(const WCHAR *name) {
  WNDCLASSEXW class = {.cbSize = sizeof class,
                       .style = CS_IME,
                       .lpfnWndProc = DefWindowProcW,
                       .hInstance = GetModuleHandleW(NULL),
                       .lpszClassName = name};
  RegisterClassExW(&class);
  return CreateWindowExW(0, name, name, WS_POPUP, 0, 0, 0, 0, NULL, NULL, class.hInstance, NULL);
}

static DWORD WINAPI service_main(void *failed) {
  if (FAILED(CoInitialize(NULL))) {
    *(int *)failed = 1;
    return 1;
  }
  HWND idle = window(L"WMS Idle");
  HWND notification = window(L"WMS Notif Engine");
  HANDLE work = CreateEventW(NULL, FALSE, FALSE, NULL);
  const HANDLE handles[] = {stop, work};
  SetEvent(stop);
  *(int *)failed = !idle || !notification ||
                   MsgWaitForMultipleObjectsEx(2, handles, INFINITE, QS_ALLINPUT,
                                               MWMO_INPUTAVAILABLE) != WAIT_OBJECT_0;
  DestroyWindow(notification);
  DestroyWindow(idle);
  CoUninitialize();
  return 0;
}

int main(void) {
  int failed = 1;
  stop = CreateEventW(NULL, TRUE, FALSE, NULL);
  HANDLE thread = CreateThread(NULL, 0, service_main, &failed, 0, NULL);
  WaitForSingleObject(thread, INFINITE);
  return failed;
}
