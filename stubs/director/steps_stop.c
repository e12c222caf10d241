/*
 * Actions on events and on the client as a service or a console program.
 */
#include <windows.h>

#include "attempt.h"
#include "handles.h"
#include "recorder/recorder.h"
#include "scm/scm.h"
#include "signals.h"
#include "state.h"

/* Exit code of a client that its scenario kills. */
#define KILLED_EXIT_CODE 1u
#define EVENT_NAME_MAX 512

/* ---- events ---- */

static bool wide(uint32_t text, wchar_t *out) {
  return MultiByteToWideChar(CP_UTF8, 0, rig_log_text(rec_log(), text), -1, out, EVENT_NAME_MAX) >
         1;
}

/* The event of a step, with the right to change it; the caller closes it. *seen is the client's own
 * handle of it when it is one of its wait. */
static HANDLE open_event(const struct rig_step *step, bool by_name, HANDLE *seen) {
  HANDLE event = NULL;
  *seen = NULL;
  if (by_name) {
    wchar_t name[EVENT_NAME_MAX];
    if (!wide(step->text, name)) {
      SetLastError(ERROR_INVALID_NAME);
      return NULL;
    }
    return OpenEventW(EVENT_MODIFY_STATE, FALSE, name);
  }
  HANDLE handle = dir_wait_handle(dir_first_thread(), step->index);
  if (handle == NULL) {
    SetLastError(ERROR_INVALID_INDEX);
    return NULL;
  }
  if (DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), &event, EVENT_MODIFY_STATE,
                      FALSE, 0)) {
    *seen = handle;
  }
  return event;
}

static uint32_t change_event(struct dir_attempt *attempt, bool by_name, bool set) {
  HANDLE seen;
  HANDLE event = open_event(attempt->step, by_name, &seen);
  DWORD error = event == NULL ? GetLastError() : 0;
  attempt->payload.stimulus.target = (uint32_t)(uintptr_t)seen;
  attempt->payload.stimulus.thread = seen == NULL ? 0 : dir_first_thread();
  if (dir_attempt_begin(attempt, false)) {
    if (set && seen != NULL) {
      dir_signal_note(seen, dir_first_thread()); /* before the thread can have seen it */
    }
    if (event != NULL) {
      error = dir_error_of(set ? SetEvent(event) : ResetEvent(event));
    }
    (void)dir_attempt_finish(attempt, error);
  }
  if (event != NULL) {
    CloseHandle(event);
  }
  return error;
}

uint32_t dir_do_event(uint32_t index) {
  struct dir_attempt attempt = dir_attempt_of(index, 0);
  return change_event(&attempt, attempt.step->event_by == RIG_EVENT_BY_NAME,
                      attempt.step->action == RIG_ACTION_SET_EVENT);
}

/* ---- stop and controls ---- */

enum rig_stop_way dir_stop_way(const struct rig_step *step) {
  uint32_t way = step->stop_way != RIG_STOP_DEFAULT ? step->stop_way : dir_settings.stop_way;
  if (way == RIG_STOP_DEFAULT) {
    way = scm_connected() ? RIG_STOP_SCM : RIG_STOP_CONSOLE_CTRL;
  }
  return (enum rig_stop_way)way;
}

static uint32_t control(struct dir_attempt *attempt) {
  const uint32_t asked =
      attempt->step->control == 0 ? SERVICE_CONTROL_STOP : attempt->step->control;
  return dir_attempt_finish(attempt, dir_error_of(scm_control(asked)));
}

uint32_t dir_do_control(uint32_t index) {
  struct dir_attempt attempt = dir_attempt_of(index, 0);
  return dir_attempt_begin(&attempt, false) ? control(&attempt) : ERROR_NOT_ENOUGH_QUOTA;
}

/* Where the scenario leaves the way to the client its control is the service manager's: the console
 * has an event for a shutdown, and Ctrl-C for a stop. */
static uint32_t console_event(const struct rig_step *step) {
  const uint32_t way = step->stop_way != RIG_STOP_DEFAULT ? step->stop_way : dir_settings.stop_way;
  const bool down =
      step->control == SERVICE_CONTROL_SHUTDOWN || step->control == SERVICE_CONTROL_PRESHUTDOWN;
  return way == RIG_STOP_CONSOLE_CTRL ? step->control : down ? CTRL_SHUTDOWN_EVENT : CTRL_C_EVENT;
}

uint32_t dir_do_stop(uint32_t index) {
  struct dir_attempt attempt = dir_attempt_of(index, 0);
  const enum rig_stop_way way = dir_stop_way(attempt.step);
  if (way == RIG_STOP_EVENT) {
    return change_event(&attempt, true, true);
  }
  if (way == RIG_STOP_MESSAGE) {
    return dir_attempt_post_thread(&attempt, WM_QUIT, attempt.step->exit_code);
  }
  if (!dir_attempt_begin(&attempt, false)) {
    return ERROR_NOT_ENOUGH_QUOTA;
  }
  if (way == RIG_STOP_SCM) {
    return control(&attempt);
  }
  if (way == RIG_STOP_KILL) {
    TerminateProcess(GetCurrentProcess(), KILLED_EXIT_CODE);
  } else {
    scm_console_event(console_event(attempt.step));
  }
  return 0;
}
