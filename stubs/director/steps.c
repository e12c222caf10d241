/*
 * The actions: one attempt for each repetition.
 */
#include "steps.h"

#include <windows.h>

#include "attempt.h"
#include "mapi32/mapi.h"
#include "recorder/recorder.h"
#include "state.h"
#include "threads.h"

struct dir_attempt dir_attempt_of(uint32_t index, uint32_t repeat) {
  struct dir_attempt attempt = {.step = &dir_settings.steps[index], .index = index};
  attempt.payload.stimulus.step = index;
  attempt.payload.stimulus.phase = RIG_STIMULUS_PERFORMED;
  attempt.payload.stimulus.repeat = repeat;
  return attempt;
}

static void tell(struct dir_attempt *attempt, uint32_t error) {
  attempt->payload.stimulus.result = error == 0;
  attempt->payload.stimulus.error = error;
  dir_stimulus_tell(attempt->token, (enum rig_action)attempt->step->action, &attempt->payload,
                    error == 0);
}

bool dir_attempt_begin(struct dir_attempt *attempt, bool expected) {
  attempt->token =
      dir_stimulus_begin_as(attempt->payload.stimulus.thread, expected, attempt->nature);
  if (attempt->token != 0) {
    tell(attempt, 0);
    return true;
  }
  attempt->payload.stimulus.error = ERROR_NOT_ENOUGH_QUOTA;
  (void)rec_stimulus((enum rig_action)attempt->step->action, RIG_NO_RECORD, &attempt->payload);
  return false;
}

uint32_t dir_attempt_finish(struct dir_attempt *attempt, uint32_t error) {
  if (error != 0) {
    tell(attempt, error);
  }
  return error;
}

uint32_t dir_error_of(BOOL done) {
  const DWORD error = done ? 0 : GetLastError();
  return !done && error == 0 ? ERROR_GEN_FAILURE : error;
}

HWND dir_attempt_window(struct dir_attempt *attempt, enum rig_window window) {
  const enum rig_window aimed = window == RIG_WINDOW_NONE ? RIG_WINDOW_IDLE : window;
  HWND hwnd = mapi_window(aimed);
  attempt->nature.window = (uint8_t)aimed;
  attempt->payload.stimulus.target = (uint32_t)(uintptr_t)hwnd;
  attempt->payload.stimulus.thread = hwnd == NULL ? 0 : GetWindowThreadProcessId(hwnd, NULL);
  return hwnd;
}

uint32_t dir_attempt_thread(struct dir_attempt *attempt) {
  const uint32_t thread = dir_who_thread((enum rig_who)attempt->step->target_thread);
  attempt->payload.stimulus.target = thread;
  attempt->payload.stimulus.thread = thread;
  return thread;
}

uint32_t dir_attempt_handled(struct dir_attempt *attempt, HWND hwnd, uint8_t handler) {
  struct rig_step post = *attempt->step;
  post.action = RIG_ACTION_POST;
  attempt->step = &post; /* the handler writes the step's own record */
  attempt->nature.handler = handler;
  attempt->payload.stimulus.message = WM_APP;
  if (!dir_attempt_begin(attempt, true)) {
    return ERROR_NOT_ENOUGH_QUOTA;
  }
  const BOOL posted = hwnd != NULL && PostMessageW(hwnd, WM_APP, attempt->token, 0);
  return dir_attempt_finish(attempt,
                            hwnd == NULL ? ERROR_INVALID_WINDOW_HANDLE : dir_error_of(posted));
}

/* Until one fails. */
static uint32_t repeated(uint32_t index, uint32_t (*act)(uint32_t index, uint32_t repeat)) {
  const uint32_t times = dir_settings.steps[index].repeat;
  uint32_t error = 0;
  for (uint32_t i = 0; i < (times == 0 ? 1 : times) && error == 0; i++) {
    error = act(index, i);
  }
  return error;
}

static uint32_t withdrawn(uint32_t index, const struct dir_group *group) {
  const uint32_t times = dir_settings.steps[index].repeat;
  uint32_t error = 0;
  for (uint32_t i = 0; i < (times == 0 ? 1 : times) && error == 0; i++) {
    error = dir_do_withdraw(index, i, group);
  }
  return error;
}

uint32_t dir_step_perform(uint32_t index, struct dir_group *group) {
  switch (dir_settings.steps[index].action) {
  case RIG_ACTION_POST:
  case RIG_ACTION_NOTIFY:
    return repeated(index, dir_do_post);
  case RIG_ACTION_POST_THREAD:
    return repeated(index, dir_do_post_thread);
  case RIG_ACTION_SEND:
    return repeated(index, dir_do_send);
  case RIG_ACTION_SEND_NOTIFY:
    return repeated(index, dir_do_send_notify);
  case RIG_ACTION_WITHDRAW:
    return withdrawn(index, group);
  case RIG_ACTION_SET_EVENT:
  case RIG_ACTION_RESET_EVENT:
    return dir_do_event(index);
  case RIG_ACTION_QUIT:
    return dir_do_quit(index);
  case RIG_ACTION_QUIT_FLAG:
    return dir_do_quit_flag(index);
  case RIG_ACTION_APC:
    return repeated(index, dir_do_apc);
  case RIG_ACTION_TIMER:
    return dir_do_timer(index);
  case RIG_ACTION_FLOOD:
    return dir_do_flood(index);
  case RIG_ACTION_DESTROY_WINDOW:
    return dir_do_destroy_window(index);
  case RIG_ACTION_GATE:
  case RIG_ACTION_UNGATE:
    return dir_do_gate(index);
  case RIG_ACTION_HOLD:
    return dir_do_hold(index, group);
  case RIG_ACTION_RELEASE:
    return dir_do_release(index);
  case RIG_ACTION_CONTROL:
    return dir_do_control(index);
  case RIG_ACTION_STOP:
    return dir_do_stop(index);
  default:
    return ERROR_INVALID_FUNCTION;
  }
}
