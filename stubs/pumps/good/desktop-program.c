/*
 * A keeper: a desktop program with a window of its own and the loop that every such program has:
 * GetMessage until WM_QUIT. It waits for no handle, so GetMessage is deaf to nothing; closing the
 * window ends the loop (W:PostQuitMessage). Started from a console, it takes Ctrl+C for that.
 */
#include "pumps/common/service.h"

static char profile[] = "mapirig";
static HWND window;

static LRESULT CALLBACK procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam) {
  if (message == WM_DESTROY) {
    PostQuitMessage(0);
    return 0;
  }
  return DefWindowProcW(hwnd, message, wparam, lparam);
}

static BOOL WINAPI handle_console(DWORD event) {
  (void)event;
  PostMessageW(window, WM_CLOSE, 0, 0);
  return TRUE;
}

void pump(const HANDLE *handles, DWORD count) {
  (void)handles, (void)count;
  MSG message;
  while (GetMessageW(&message, NULL, 0, 0) > 0) {
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
}

void client_running(void) {
}

int main(void) {
  const struct client client = {.init_version = MAPI_INIT_VERSION,
                                .logon_flags = MAPI_EXTENDED | MAPI_NEW_SESSION,
                                .profile = profile,
                                .pump = pump,
                                .end = session_end};
  WNDCLASSW class = {.lpfnWndProc = procedure,
                     .hInstance = GetModuleHandleW(NULL),
                     .lpszClassName = L"mapirig-desktop"};
  RegisterClassW(&class);
  window = CreateWindowW(class.lpszClassName, L"Mail", WS_OVERLAPPEDWINDOW | WS_VISIBLE, 0, 0, 320,
                         200, NULL, NULL, class.hInstance, NULL);
  SetConsoleCtrlHandler(handle_console, TRUE);
  return client_session(&client, NULL, false);
}
