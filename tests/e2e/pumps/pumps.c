/* Pumps as users write them: compiled by gcc, and by clang for MSVC's target. */
#include <windows.h>

/* Bounded, and its stop event is tested between the batches: keeps every rule. */
void pump(const HANDLE *handles, DWORD count) {
  MSG message;
  for (;;) {
    DWORD result =
        MsgWaitForMultipleObjectsEx(count, handles, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    if (result == WAIT_OBJECT_0 + count) {
      for (int i = 0; i < 16 && PeekMessageW(&message, NULL, 0, 0, PM_REMOVE); i++) {
        if (message.message == WM_QUIT)
          return;
        TranslateMessage(&message);
        DispatchMessageW(&message);
      }
      result = WaitForMultipleObjects(count, handles, FALSE, 0);
    }
    if (result == WAIT_OBJECT_0 || result == WAIT_FAILED)
      return;
  }
}

/* One message for each wake, by GetMessage: hangs when a sent message wakes it. */
void literal(const HANDLE *handles, DWORD count) {
  MSG message;
  while (MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT) != WAIT_OBJECT_0) {
    if (GetMessageW(&message, NULL, 0, 0) <= 0)
      return;
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
}

static void drain(void) {
  MSG message;
  while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE))
    DispatchMessageW(&message);
}

/* Looks whether it is input a second time before it retrieves. Under Wine the second wait returns
 * too; where a wait makes what it returned for old, as Windows may, it does not. */
void waits_twice(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result = MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT);
    if (result == WAIT_OBJECT_0 + count)
      result = MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT);
    if (result == WAIT_OBJECT_0)
      return;
    drain();
  }
}

/* Asks its queue again and again: spins. */
void spins(const HANDLE *handles, DWORD count) {
  while (WaitForMultipleObjects(count, handles, FALSE, 0) != WAIT_OBJECT_0)
    drain();
}

/* Drains until its queue is empty: a flood starves its stop event. */
void drains(const HANDLE *handles, DWORD count) {
  while (MsgWaitForMultipleObjectsEx(count, handles, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE) !=
         WAIT_OBJECT_0)
    drain();
}

static DWORD WINAPI notify_worker(void *event) {
  SetEvent(event);
  return 0;
}

/* Waits for a thread of its own before it pumps. */
void awaits_a_worker(const HANDLE *handles, DWORD count) {
  HANDLE worker = CreateThread(NULL, 0, notify_worker, handles[1], 0, NULL);
  WaitForSingleObject(worker, INFINITE);
  CloseHandle(worker);
  pump(handles, count);
}

static HANDLE told;
static volatile LONG asked;

static DWORD WINAPI asks_before(void *unused) {
  (void)unused;
  asked = 1;
  SetEvent(told);
  return 0;
}

static DWORD WINAPI asks_behind(void *unused) {
  (void)unused;
  SetEvent(told);
  asked = 1;
  return 0;
}

static void until_asked(LPTHREAD_START_ROUTINE asks, const HANDLE *handles, DWORD count) {
  told = CreateEventW(NULL, FALSE, FALSE, NULL);
  CloseHandle(CreateThread(NULL, 0, asks, NULL, 0, NULL));
  while (!asked)
    WaitForSingleObject(told, INFINITE);
  pump(handles, count);
}

/* A variable that another thread sets, and an event that says so. */
void flag_before_its_event(const HANDLE *handles, DWORD count) {
  until_asked(asks_before, handles, count);
}

/* The same in the wrong order: whoever wakes at once finds it as it was, and waits for ever. */
void flag_behind_its_event(const HANDLE *handles, DWORD count) {
  until_asked(asks_behind, handles, count);
}

static HANDLE never;

static DWORD WINAPI looks(void *unused) {
  (void)unused;
  while (WaitForSingleObject(never, 0) != WAIT_OBJECT_0)
    ;
  return 0;
}

/* Two threads that look for what never comes: each could always go on while the other looks. */
void two_look(const HANDLE *handles, DWORD count) {
  (void)handles;
  (void)count;
  never = CreateEventW(NULL, TRUE, FALSE, NULL);
  CloseHandle(CreateThread(NULL, 0, looks, NULL, 0, NULL));
  looks(NULL);
}
