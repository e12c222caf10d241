/*
 * Console control events, as the director raises them: a service's window station has no console
 * that could. The order of handlers and the default are those of W:SetConsoleCtrlHandler.
 */
#include <string.h>

#include "hooks/hooks.h"
#include "recorder/recorder.h"
#include "scm/scm.h"

#define HANDLERS_MAX 64

static struct {
  SRWLOCK lock;
  PHANDLER_ROUTINE handlers[HANDLERS_MAX]; /* in the order of registration */
  uint32_t count;
  bool ignores_ctrl_c; /* SetConsoleCtrlHandler(NULL, TRUE) */
} console = {.lock = SRWLOCK_INIT};

static void tell_full(void) {
  static const char text[] = "mapirig: more console handlers than the stub keeps; the last one "
                             "will not see a stop request\n";
  const union rig_payload payload = {.bytes = {0}};
  rec_state(RIG_STATE_OUTPUT, 0, &payload, text, sizeof text - 1);
}

static void remove_last(PHANDLER_ROUTINE handler) {
  for (uint32_t i = console.count; i > 0; i--) {
    if (console.handlers[i - 1] == handler) {
      memmove(&console.handlers[i - 1], &console.handlers[i],
              (console.count - i) * sizeof *console.handlers);
      console.count--;
      return;
    }
  }
}

void scm_console_handler(PHANDLER_ROUTINE handler, bool add) {
  bool full = false;
  AcquireSRWLockExclusive(&console.lock);
  if (handler == NULL) {
    console.ignores_ctrl_c = add;
  } else if (!add) {
    remove_last(handler);
  } else if (console.count == HANDLERS_MAX) {
    full = true;
  } else {
    console.handlers[console.count++] = handler;
  }
  ReleaseSRWLockExclusive(&console.lock);
  if (full) {
    tell_full();
  }
}

static bool run_handler(PHANDLER_ROUTINE handler, uint32_t event) {
  union rig_payload payload = {.scm = {.control = event, .value = (uintptr_t)handler}};
  const uint32_t enter = rec_enter(RIG_CALL_HandlerRoutine, 0, &payload, NULL, 0);
  const BOOL handled = handler(event);
  payload.scm.result = (uint32_t)handled;
  rec_leave(enter, RIG_CALL_HandlerRoutine, 0, &payload);
  return handled != 0;
}

/* Whether the process ends once its handlers have returned. W:HandlerRoutine: after a close, a
 * log-off and a shutdown it does whatever they answered, so they have to clean up before; of a
 * service, a log-off and a shutdown end nothing, whatever they answered. */
static bool ends(uint32_t event, bool handled) {
  const bool leaves = event == CTRL_LOGOFF_EVENT || event == CTRL_SHUTDOWN_EVENT;
  if (leaves && rec_active() && rec_log()->header->role == RIG_ROLE_SERVICE) {
    return false;
  }
  return !handled || leaves || event == CTRL_CLOSE_EVENT;
}

static DWORD WINAPI run_event(void *data) {
  const uint32_t event = (uint32_t)(uintptr_t)data;
  PHANDLER_ROUTINE handlers[HANDLERS_MAX];
  AcquireSRWLockShared(&console.lock);
  uint32_t count = console.count;
  memcpy(handlers, console.handlers, count * sizeof *handlers);
  const bool ignored = event == CTRL_C_EVENT && console.ignores_ctrl_c;
  ReleaseSRWLockShared(&console.lock);
  if (ignored) {
    return 0;
  }
  rec_thread_run(count == 0 ? 0 : (uintptr_t)handlers[count - 1]);
  bool handled = false;
  while (count > 0 && !handled) {
    handled = run_handler(handlers[--count], event);
  }
  if (ends(event, handled)) {
    hook_process_end((uint32_t)STATUS_CONTROL_C_EXIT, true);
    ExitProcess((UINT)STATUS_CONTROL_C_EXIT);
  }
  return 0;
}

void scm_console_event(uint32_t event) {
  HANDLE thread = CreateThread(NULL, 0, run_event, (void *)(uintptr_t)event, 0, NULL);
  if (thread != NULL) {
    CloseHandle(thread);
  }
}
