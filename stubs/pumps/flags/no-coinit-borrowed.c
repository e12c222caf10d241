/*
 * Breaks init-coinit, as a warning: only another thread is in the multithreaded apartment. The
 * thread with MAPI_NO_COINIT can use COM for as long as that one stays there, and no longer.
 */
#include "pumps/common/service.h"

#define MAPI_NO_COINIT 0x00000008u /* not in mingw-w64's mapix.h */

static HANDLE entered, leave;

static DWORD WINAPI work(void *unused) {
  (void)unused;
  HRESULT result = CoInitializeEx(NULL, COINIT_MULTITHREADED);
  SetEvent(entered);
  WaitForSingleObject(leave, INFINITE);
  if (SUCCEEDED(result))
    CoUninitialize();
  return 0;
}

static int session(const struct client *client, const HANDLE *handles, bool service) {
  entered = CreateEventA(NULL, TRUE, FALSE, NULL);
  leave = CreateEventA(NULL, TRUE, FALSE, NULL);
  HANDLE worker = CreateThread(NULL, 0, work, NULL, 0, NULL);
  if (!entered || !leave || !worker)
    return 2;
  WaitForSingleObject(entered, INFINITE);
  int code = client_session(client, handles, service);
  SetEvent(leave);
  WaitForSingleObject(worker, INFINITE);
  CloseHandle(worker);
  return code;
}

void client_setup(struct client *client) {
  client->init_flags |= MAPI_NO_COINIT;
  client->session = session;
}
