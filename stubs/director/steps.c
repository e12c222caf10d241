/*
 * The actions. Each makes one attempt for each repetition: token, act, record.
 */
#include "steps.h"

#include <windows.h>

#include "handles.h"
#include "mapi32/mapi.h"
#include "recorder/recorder.h"
#include "scm/scm.h"
#include "sender.h"
#include "signals.h"
#include "state.h"
#include "stimuli.h"

/* Exit code of a client that its scenario kills. */
#define KILLED_EXIT_CODE 1u
#define EVENT_NAME_MAX 512

/* One attempt: what it aims at, filled before the act. */
struct attempt {
  const struct rig_step *step;
  uint32_t token;
  union rig_payload payload;
};

static struct attempt attempt_of(uint32_t index, uint32_t repeat) {
  struct attempt attempt = {.step = &dir_settings.steps[index]};
  attempt.payload.stimulus.step = index;
  attempt.payload.stimulus.phase = RIG_STIMULUS_PERFORMED;
  attempt.payload.stimulus.repeat = repeat;
  return attempt;
}

static void tell(struct attempt *attempt, uint32_t error) {
  attempt->payload.stimulus.result = error == 0;
  attempt->payload.stimulus.error = error;
  dir_stimulus_tell(attempt->token, (enum rig_action)attempt->step->action, &attempt->payload,
                    error == 0);
}

/* Gives out the token and tells the act before it is done. Without a token there is no record to
 * fill, so one is appended. */
static bool begin(struct attempt *attempt, bool expected) {
  attempt->token = dir_stimulus_begin(attempt->payload.stimulus.thread, expected);
  if (attempt->token != 0) {
    tell(attempt, 0);
    return true;
  }
  attempt->payload.stimulus.error = ERROR_NOT_ENOUGH_QUOTA;
  (void)rec_stimulus((enum rig_action)attempt->step->action, RIG_NO_RECORD, &attempt->payload);
  return false;
}

static uint32_t finish(struct attempt *attempt, uint32_t error) {
  if (error != 0) {
    tell(attempt, error);
  }
  return error;
}

/* The outcome of a call that answers BOOL. */
static uint32_t error_of(BOOL done) {
  const DWORD error = done ? 0 : GetLastError();
  return !done && error == 0 ? ERROR_GEN_FAILURE : error;
}

static HWND aim_window(struct attempt *attempt, enum rig_window window) {
  HWND hwnd = mapi_window(window == RIG_WINDOW_NONE ? RIG_WINDOW_IDLE : window);
  attempt->payload.stimulus.target = (uint32_t)(uintptr_t)hwnd;
  attempt->payload.stimulus.thread = hwnd == NULL ? 0 : GetWindowThreadProcessId(hwnd, NULL);
  return hwnd;
}

static uint32_t post(uint32_t index, uint32_t repeat) {
  struct attempt attempt = attempt_of(index, repeat);
  const struct rig_step *step = attempt.step;
  const bool notify = step->action == RIG_ACTION_NOTIFY;
  HWND hwnd =
      aim_window(&attempt, notify ? RIG_WINDOW_NOTIFICATION : (enum rig_window)step->window);
  const UINT message = notify               ? mapi_notification_message()
                       : step->message == 0 ? WM_APP
                                            : step->message;
  attempt.payload.stimulus.message = message;
  if (!begin(&attempt, true)) {
    return ERROR_NOT_ENOUGH_QUOTA;
  }
  if (hwnd == NULL) {
    return finish(&attempt, ERROR_INVALID_WINDOW_HANDLE);
  }
  return finish(&attempt, error_of(PostMessageW(hwnd, message, attempt.token, 0)));
}

/* To the first initialising thread; the token travels in lParam, so that WM_QUIT's exit code keeps
 * its place. */
static uint32_t post_thread(struct attempt *attempt, UINT message, WPARAM wparam) {
  const uint32_t thread = dir_first_thread();
  attempt->payload.stimulus.target = thread;
  attempt->payload.stimulus.thread = thread;
  attempt->payload.stimulus.message = message;
  if (!begin(attempt, true)) {
    return ERROR_NOT_ENOUGH_QUOTA;
  }
  if (thread == 0) {
    return finish(attempt, ERROR_INVALID_THREAD_ID);
  }
  const LPARAM lparam = (LPARAM)attempt->token;
  return finish(attempt, error_of(PostThreadMessageW(thread, message, wparam, lparam)));
}

static uint32_t send(uint32_t index) {
  struct attempt attempt = attempt_of(index, 0);
  const struct rig_step *step = attempt.step;
  HWND hwnd = aim_window(&attempt, (enum rig_window)step->window);
  const UINT message = step->message == 0 ? WM_APP : step->message;
  attempt.payload.stimulus.message = message;
  if (!begin(&attempt, true)) {
    return ERROR_NOT_ENOUGH_QUOTA;
  }
  if (hwnd == NULL) {
    return finish(&attempt, ERROR_INVALID_WINDOW_HANDLE);
  }
  const DWORD timeout = (DWORD)dir_scaled(step->timeout_ms);
  return finish(&attempt, dir_send(hwnd, message, attempt.token, timeout, &attempt.payload));
}

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

static uint32_t change_event(struct attempt *attempt, bool by_name, bool set) {
  HANDLE seen;
  HANDLE event = open_event(attempt->step, by_name, &seen);
  DWORD error = event == NULL ? GetLastError() : 0;
  attempt->payload.stimulus.target = (uint32_t)(uintptr_t)seen;
  attempt->payload.stimulus.thread = seen == NULL ? 0 : dir_first_thread();
  if (begin(attempt, false)) {
    if (set && seen != NULL) {
      dir_signal_note(seen, dir_first_thread()); /* before the thread can have seen it */
    }
    if (event != NULL) {
      error = error_of(set ? SetEvent(event) : ResetEvent(event));
    }
    (void)finish(attempt, error);
  }
  if (event != NULL) {
    CloseHandle(event);
  }
  return error;
}

/* ---- stop ---- */

enum rig_stop_way dir_stop_way(const struct rig_step *step) {
  uint32_t way = step->stop_way != RIG_STOP_DEFAULT ? step->stop_way : dir_settings.stop_way;
  if (way == RIG_STOP_DEFAULT) {
    way = scm_connected() ? RIG_STOP_SCM : RIG_STOP_CONSOLE_CTRL;
  }
  return (enum rig_stop_way)way;
}

static uint32_t stop(uint32_t index) {
  struct attempt attempt = attempt_of(index, 0);
  const uint32_t control =
      attempt.step->control == 0 ? SERVICE_CONTROL_STOP : attempt.step->control;
  const enum rig_stop_way way = dir_stop_way(attempt.step);
  if (way == RIG_STOP_EVENT) {
    return change_event(&attempt, true, true);
  }
  if (way == RIG_STOP_MESSAGE) {
    return post_thread(&attempt, WM_QUIT, attempt.step->exit_code);
  }
  if (!begin(&attempt, false)) {
    return ERROR_NOT_ENOUGH_QUOTA;
  }
  if (way == RIG_STOP_SCM) {
    return finish(&attempt, error_of(scm_control(control)));
  }
  if (way == RIG_STOP_KILL) {
    TerminateProcess(GetCurrentProcess(), KILLED_EXIT_CODE);
  } else {
    scm_console_event(CTRL_C_EVENT);
  }
  return 0;
}

uint32_t dir_step_perform(uint32_t index) {
  const struct rig_step *step = &dir_settings.steps[index];
  const uint32_t times = step->repeat == 0 ? 1 : step->repeat;
  struct attempt attempt = attempt_of(index, 0);
  uint32_t error = 0;
  switch (step->action) {
  case RIG_ACTION_POST:
  case RIG_ACTION_NOTIFY:
    for (uint32_t i = 0; i < times && error == 0; i++) {
      error = post(index, i);
    }
    return error;
  case RIG_ACTION_POST_THREAD:
    for (uint32_t i = 0; i < times && error == 0; i++) {
      attempt = attempt_of(index, i);
      error = post_thread(&attempt, step->message == 0 ? WM_APP : step->message, 0);
    }
    return error;
  case RIG_ACTION_SEND:
    return send(index);
  case RIG_ACTION_SET_EVENT:
  case RIG_ACTION_RESET_EVENT:
    return change_event(&attempt, step->event_by == RIG_EVENT_BY_NAME,
                        step->action == RIG_ACTION_SET_EVENT);
  case RIG_ACTION_QUIT:
    return post_thread(&attempt, WM_QUIT, step->exit_code);
  case RIG_ACTION_STOP:
    return stop(index);
  default:
    return ERROR_INVALID_FUNCTION;
  }
}
