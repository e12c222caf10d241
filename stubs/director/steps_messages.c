/*
 * Actions on MAPI's windows.
 */
#include "attempt.h"
#include "detained.h"
#include "holds.h"
#include "mapi32/mapi.h"
#include "messages.h"
#include "recorder/recorder.h"
#include "sender.h"
#include "state.h"

/* Aims at the step's window with its message and handler. */
static HWND aim(struct dir_attempt *attempt) {
  const struct rig_step *step = attempt->step;
  const bool notify = step->action == RIG_ACTION_NOTIFY;
  HWND hwnd =
      dir_attempt_window(attempt, notify ? RIG_WINDOW_NOTIFICATION : (enum rig_window)step->window);
  attempt->nature.handler = step->handler;
  attempt->payload.stimulus.message = notify               ? mapi_notification_message()
                                      : step->message == 0 ? WM_APP
                                                           : step->message;
  return hwnd;
}

uint32_t dir_do_post(uint32_t index, uint32_t repeat) {
  struct dir_attempt attempt = dir_attempt_of(index, repeat);
  HWND hwnd = aim(&attempt);
  if (!dir_attempt_begin(&attempt, true)) {
    return ERROR_NOT_ENOUGH_QUOTA;
  }
  if (hwnd == NULL) {
    return dir_attempt_finish(&attempt, ERROR_INVALID_WINDOW_HANDLE);
  }
  const UINT message = attempt.payload.stimulus.message;
  return dir_attempt_finish(&attempt, dir_error_of(PostMessageW(hwnd, message, attempt.token, 0)));
}

uint32_t dir_do_send_notify(uint32_t index, uint32_t repeat) {
  struct dir_attempt attempt = dir_attempt_of(index, repeat);
  HWND hwnd = aim(&attempt);
  if (!dir_attempt_begin(&attempt, true)) {
    return ERROR_NOT_ENOUGH_QUOTA;
  }
  if (hwnd == NULL) {
    return dir_attempt_finish(&attempt, ERROR_INVALID_WINDOW_HANDLE);
  }
  const UINT message = attempt.payload.stimulus.message;
  return dir_attempt_finish(&attempt,
                            dir_error_of(SendNotifyMessageW(hwnd, message, attempt.token, 0)));
}

static uint32_t send(struct dir_attempt *attempt) {
  const struct rig_step *step = attempt->step;
  HWND hwnd = aim(attempt);
  if (!dir_attempt_begin(attempt, true)) {
    return ERROR_NOT_ENOUGH_QUOTA;
  }
  if (hwnd == NULL) {
    return dir_attempt_finish(attempt, ERROR_INVALID_WINDOW_HANDLE);
  }
  return dir_attempt_finish(attempt,
                            dir_send((enum rig_action)step->action, hwnd, attempt->token,
                                     (DWORD)dir_scaled(step->timeout_ms), &attempt->payload));
}

uint32_t dir_do_send(uint32_t index, uint32_t repeat) {
  struct dir_attempt attempt = dir_attempt_of(index, repeat);
  return send(&attempt);
}

/* The receiver is held meanwhile: where the group's boundary is, else where it comes to when the
 * message wakes it. That is the scenario's doing, and is recorded as such. */
uint32_t dir_do_withdraw(uint32_t index, uint32_t repeat, const struct dir_group *group) {
  struct dir_attempt attempt = dir_attempt_of(index, repeat);
  const uint32_t held = group->ticket != 0 ? dir_hold_thread(group->ticket) : dir_first_thread();
  const union rig_payload stimulus = {.stimulus = {.step = index, .thread = held}};
  const uint32_t began = dir_detain_record(RIG_ACTION_WITHDRAW, &stimulus, RIG_NO_RECORD);
  const uint32_t error = send(&attempt);
  dir_detain_record_over(RIG_ACTION_WITHDRAW, &stimulus, began);
  return error;
}

uint32_t dir_do_timer(uint32_t index) {
  struct dir_attempt attempt = dir_attempt_of(index, 0);
  const struct rig_step *step = attempt.step;
  HWND hwnd = dir_attempt_window(&attempt, (enum rig_window)step->window);
  attempt.nature.kind = DIR_KIND_TIMER;
  attempt.payload.stimulus.message = WM_TIMER;
  if (!dir_attempt_begin(&attempt, false)) {
    return ERROR_NOT_ENOUGH_QUOTA;
  }
  if (hwnd == NULL) {
    return dir_attempt_finish(&attempt, ERROR_INVALID_WINDOW_HANDLE);
  }
  return dir_attempt_finish(
      &attempt,
      dir_timer_begin(attempt.token, hwnd, (uint32_t)dir_scaled(step->timeout_ms), step->repeat));
}

uint32_t dir_do_flood(uint32_t index) {
  struct dir_attempt attempt = dir_attempt_of(index, 0);
  HWND hwnd = aim(&attempt);
  attempt.nature.kind = DIR_KIND_FLOOD;
  attempt.nature.lasts = attempt.step->repeat != 0 || attempt.step->timeout_ms != 0;
  if (!dir_attempt_begin(&attempt, true)) { /* its first message */
    return ERROR_NOT_ENOUGH_QUOTA;
  }
  if (hwnd == NULL) {
    return dir_attempt_finish(&attempt, ERROR_INVALID_WINDOW_HANDLE);
  }
  return dir_attempt_finish(&attempt, dir_flood_begin(attempt.step, index, attempt.token, hwnd));
}

/* By the window's own thread: where it is held, else in the handler of a message to that window. */
uint32_t dir_do_destroy_window(uint32_t index) {
  struct dir_attempt attempt = dir_attempt_of(index, 0);
  const enum rig_window window = (enum rig_window)attempt.step->window;
  HWND hwnd = dir_attempt_window(&attempt, window);
  const uint32_t ticket = hwnd == NULL ? 0 : dir_hold_find(attempt.payload.stimulus.thread);
  if (ticket != 0) {
    const uint32_t target = attempt.nature.window;
    if (!dir_attempt_begin(&attempt, false)) {
      return ERROR_NOT_ENOUGH_QUOTA;
    }
    if (!dir_hold_do(ticket, DIR_DEED_DESTROY, target)) {
      return dir_attempt_finish(&attempt, ERROR_TIMEOUT);
    }
    dir_stimuli_drop((enum rig_window)target);
    return 0;
  }
  return dir_attempt_handled(&attempt, hwnd, (uint8_t)DIR_HANDLER_DESTROYS);
}
