/* What stubs/pumps/common gives to the pumps of the corpus, as far as a bare pump needs it: for
 * test_sim_native.py, which compiles them natively. */
#include "pumps/common/service.h"

void client_work(void) {
}

void client_thread_message(const MSG *message) {
  (void)message;
}

void client_compute_us(unsigned us) {
  (void)us; /* time is virtual: computing takes none */
}

void client_compute(unsigned ms) {
  client_compute_us(ms * 1000);
}

HANDLE client_closed_handle(void) {
  HANDLE handle = CreateEventW(NULL, FALSE, FALSE, NULL);
  CloseHandle(handle);
  return handle;
}

HANDLE client_thread(LPTHREAD_START_ROUTINE work, void *context, bool wait) {
  HANDLE thread = CreateThread(NULL, 0, work, context, 0, NULL);
  if (!wait)
    return thread;
  WaitForSingleObject(thread, INFINITE);
  CloseHandle(thread);
  return NULL;
}
