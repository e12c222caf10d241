/*
 * What an actor does: objects, waits, APCs and threads.
 */
#include <stdio.h>

#include "runner.h"

#define NO_HANDLE ((HANDLE)(ULONG_PTR)0xDEADBEE0)
#define ALL_BUT_SYNCHRONIZE 0x000F0003 /* of an event, a semaphore, a mutex, a waitable timer */

#define PERFORM(name)                                                                              \
  void perform_##name(struct actor *actor, const struct differ_operation *operation,               \
                      struct differ_report *report)
#define ARGUMENT(n) (operation->arguments[n])
#define HANDLE_OF(n) slot_handle(actor->group, ARGUMENT(n))

HANDLE slot_handle(const struct group *group, uint32_t slot) {
  return slot < DIFFER_HANDLES        ? group->handles[slot]
         : slot == DIFFER_HANDLE_NULL ? NULL
                                      : NO_HANDLE;
}

void CALLBACK apc_procedure(ULONG_PTR argument) {
  struct actor *actor = actor_self();
  const struct differ_report report = {
      .event = DIFFER_APCPROC, .window = DIFFER_WINDOW_NULL, .wparam = argument};
  actor->report = report;
  (void)actor_obey(actor);
}

/* A name that no other program has; NULL for 0. */
static const wchar_t *object_name(const struct actor *actor, uint32_t number, wchar_t name[64]) {
  if (number == 0) {
    return NULL;
  }
  (void)swprintf(name, 64, L"differ-%lu-%u-%u", (unsigned long)GetCurrentProcessId(),
                 actor->group->program.index, number);
  return name;
}

static void report_new(struct actor *actor, uint32_t slot, HANDLE handle,
                       struct differ_report *report) {
  const bool existed = handle != NULL && GetLastError() == ERROR_ALREADY_EXISTS;
  report_result(report, handle == NULL ? 0 : 1 + (uint64_t)existed, handle == NULL);
  actor->group->handles[slot] = handle;
}

PERFORM(EVENT_NEW) {
  wchar_t name[64];
  HANDLE event =
      CreateEventW(NULL, ARGUMENT(1) != 0, ARGUMENT(2) != 0, object_name(actor, ARGUMENT(3), name));
  report_new(actor, ARGUMENT(0), event, report);
}

PERFORM(MUTEX_NEW) {
  wchar_t name[64];
  HANDLE mutex = CreateMutexW(NULL, ARGUMENT(1) != 0, object_name(actor, ARGUMENT(2), name));
  report_new(actor, ARGUMENT(0), mutex, report);
}

PERFORM(SEMAPHORE_NEW) {
  wchar_t name[64];
  HANDLE semaphore = CreateSemaphoreW(NULL, (LONG)ARGUMENT(1), (LONG)ARGUMENT(2),
                                      object_name(actor, ARGUMENT(3), name));
  report_new(actor, ARGUMENT(0), semaphore, report);
}

PERFORM(WAITABLE_NEW) {
  report_new(actor, ARGUMENT(0), CreateWaitableTimerW(NULL, ARGUMENT(1) != 0, NULL), report);
}

PERFORM(THREAD_HANDLE) {
  HANDLE copy = NULL;
  DuplicateHandle(GetCurrentProcess(), actor->group->actors[ARGUMENT(1)].thread,
                  GetCurrentProcess(), &copy, 0, FALSE, DUPLICATE_SAME_ACCESS);
  report_new(actor, ARGUMENT(0), copy, report);
}

PERFORM(DUPLICATE) {
  HANDLE copy = NULL;
  const bool same = ARGUMENT(2) != 0;
  const BOOL done =
      DuplicateHandle(GetCurrentProcess(), HANDLE_OF(0), GetCurrentProcess(), &copy,
                      same ? 0 : ALL_BUT_SYNCHRONIZE, FALSE, same ? DUPLICATE_SAME_ACCESS : 0);
  report_result(report, (uint64_t)done, !done);
  actor->group->handles[ARGUMENT(1)] = done ? copy : NO_HANDLE;
}

PERFORM(CLOSE) {
  const BOOL done = CloseHandle(HANDLE_OF(0));
  report_result(report, (uint64_t)done, !done);
  if (done && ARGUMENT(0) < DIFFER_HANDLES) {
    actor->group->handles[ARGUMENT(0)] = NO_HANDLE; /* its number is given again at once */
  }
}

PERFORM(SET) {
  const BOOL done = SetEvent(HANDLE_OF(0));
  report_result(report, (uint64_t)done, !done);
}

PERFORM(RESET) {
  const BOOL done = ResetEvent(HANDLE_OF(0));
  report_result(report, (uint64_t)done, !done);
}

PERFORM(PULSE) {
  const BOOL done = PulseEvent(HANDLE_OF(0));
  report_result(report, (uint64_t)done, !done);
}

PERFORM(MUTEX_RELEASE) {
  const BOOL done = ReleaseMutex(HANDLE_OF(0));
  report_result(report, (uint64_t)done, !done);
}

PERFORM(SEMAPHORE_RELEASE) {
  LONG previous = 0;
  const BOOL done = ReleaseSemaphore(HANDLE_OF(0), (LONG)ARGUMENT(1), &previous);
  report_result(report, (uint64_t)done, !done);
  report->wparam = done ? (uint64_t)(uint32_t)previous : 0;
}

PERFORM(WAITABLE_SET) {
  const LARGE_INTEGER due = {.QuadPart = -10000LL * ARGUMENT(1)};
  const BOOL done = SetWaitableTimer(HANDLE_OF(0), &due, (LONG)ARGUMENT(2), NULL, NULL, FALSE);
  report_result(report, (uint64_t)done, !done);
}

PERFORM(WAITABLE_CANCEL) {
  const BOOL done = CancelWaitableTimer(HANDLE_OF(0));
  report_result(report, (uint64_t)done, !done);
}

static void handles_of(const struct actor *actor, const struct differ_operation *operation,
                       HANDLE handles[DIFFER_WAIT_HANDLES]) {
  for (uint32_t i = 0; i < operation->count; i++) {
    handles[i] = slot_handle(actor->group, operation->handles[i]);
  }
}

PERFORM(MSG_WAIT) {
  HANDLE handles[DIFFER_WAIT_HANDLES];
  handles_of(actor, operation, handles);
  const DWORD result =
      MsgWaitForMultipleObjectsEx(operation->count, handles, ARGUMENT(0), ARGUMENT(1), ARGUMENT(2));
  report_result(report, result, result == WAIT_FAILED);
}

PERFORM(WAIT_ONE) {
  HANDLE handles[DIFFER_WAIT_HANDLES];
  handles_of(actor, operation, handles);
  const DWORD result = WaitForSingleObjectEx(handles[0], ARGUMENT(0), ARGUMENT(1) != 0);
  report_result(report, result, result == WAIT_FAILED);
}

PERFORM(WAIT_MANY) {
  HANDLE handles[DIFFER_WAIT_HANDLES];
  handles_of(actor, operation, handles);
  const DWORD result = WaitForMultipleObjectsEx(operation->count, handles, ARGUMENT(0) != 0,
                                                ARGUMENT(1), ARGUMENT(2) != 0);
  report_result(report, result, result == WAIT_FAILED);
}

PERFORM(SLEEP) {
  (void)actor;
  report_result(report, SleepEx(ARGUMENT(0), ARGUMENT(1) != 0), false);
}

PERFORM(APC) {
  const DWORD done =
      QueueUserAPC(apc_procedure, actor->group->actors[ARGUMENT(0)].thread, ARGUMENT(1));
  report_result(report, done != 0, false);
}

PERFORM(EXIT) {
  (void)actor, (void)report;
  ExitThread(ARGUMENT(0));
}

PERFORM(EXIT_CODE) {
  DWORD code = 0;
  GetExitCodeThread(actor->group->actors[ARGUMENT(0)].thread, &code);
  report_result(report, code, false);
}
