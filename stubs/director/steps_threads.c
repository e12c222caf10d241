/*
 * Actions on threads: messages without a window, quit flags, APCs, holds and gates.
 */
#include <string.h>

#include "attempt.h"
#include "detained.h"
#include "gates.h"
#include "holds.h"
#include "mapi32/mapi.h"
#include "recorder/recorder.h"
#include "state.h"
#include "threads.h"

/* ---- messages and the quit flag ---- */

uint32_t dir_attempt_post_thread(struct dir_attempt *attempt, UINT message, WPARAM wparam) {
  const uint32_t thread = dir_attempt_thread(attempt);
  attempt->payload.stimulus.message = message;
  if (!dir_attempt_begin(attempt, true)) {
    return ERROR_NOT_ENOUGH_QUOTA;
  }
  if (thread == 0) {
    return dir_attempt_finish(attempt, ERROR_INVALID_THREAD_ID);
  }
  const LPARAM lparam = (LPARAM)attempt->token;
  return dir_attempt_finish(attempt,
                            dir_error_of(PostThreadMessageW(thread, message, wparam, lparam)));
}

uint32_t dir_do_post_thread(uint32_t index, uint32_t repeat) {
  struct dir_attempt attempt = dir_attempt_of(index, repeat);
  return dir_attempt_post_thread(&attempt,
                                 attempt.step->message == 0 ? WM_APP : attempt.step->message, 0);
}

uint32_t dir_do_quit(uint32_t index) {
  struct dir_attempt attempt = dir_attempt_of(index, 0);
  return dir_attempt_post_thread(&attempt, WM_QUIT, attempt.step->exit_code);
}

/* A window of MAPI's that `thread` owns, the idle one first; NULL when it has none. */
static HWND window_of(struct dir_attempt *attempt, uint32_t thread) {
  for (unsigned window = RIG_WINDOW_IDLE; window >= RIG_WINDOW_NOTIFICATION; window--) {
    HWND hwnd = dir_attempt_window(attempt, (enum rig_window)window);
    if (hwnd != NULL && attempt->payload.stimulus.thread == thread) {
      return hwnd;
    }
  }
  return NULL;
}

/* PostQuitMessage works on the calling thread alone: it calls it where it is held, else in the
 * handler of a message. */
uint32_t dir_do_quit_flag(uint32_t index) {
  struct dir_attempt attempt = dir_attempt_of(index, 0);
  const uint32_t thread = dir_attempt_thread(&attempt);
  const uint32_t ticket = thread == 0 ? 0 : dir_hold_find(thread);
  if (ticket == 0) {
    HWND hwnd = window_of(&attempt, thread);
    return dir_attempt_handled(&attempt, hwnd, RIG_HANDLER_QUITS);
  }
  attempt.nature.kind = DIR_KIND_QUIT_FLAG;
  attempt.payload.stimulus.message = WM_QUIT;
  if (!dir_attempt_begin(&attempt, true)) {
    return ERROR_NOT_ENOUGH_QUOTA;
  }
  const bool done = dir_hold_do(ticket, DIR_DEED_QUIT, attempt.step->exit_code);
  return dir_attempt_finish(&attempt, done ? 0 : ERROR_TIMEOUT);
}

/* ---- APCs ---- */

static void CALLBACK run_apc(ULONG_PTR token) {
  const DWORD error = GetLastError();
  const union rig_payload payload = {.receipt = {.window = RIG_WINDOW_APC, .wparam = token}};
  (void)rec_receipt(dir_stimulus_received(token), &payload);
  SetLastError(error);
}

uint32_t dir_do_apc(uint32_t index, uint32_t repeat) {
  struct dir_attempt attempt = dir_attempt_of(index, repeat);
  const uint32_t thread = dir_attempt_thread(&attempt);
  HANDLE handle = thread == 0 ? NULL : OpenThread(THREAD_SET_CONTEXT, FALSE, thread);
  const DWORD error = thread == 0 ? ERROR_INVALID_THREAD_ID : handle == NULL ? GetLastError() : 0;
  attempt.nature.kind = DIR_KIND_APC;
  if (!dir_attempt_begin(&attempt, true)) {
    if (handle != NULL) {
      CloseHandle(handle);
    }
    return ERROR_NOT_ENOUGH_QUOTA;
  }
  if (handle == NULL) {
    return dir_attempt_finish(&attempt, error);
  }
  const DWORD queued = QueueUserAPC(run_apc, handle, attempt.token);
  const uint32_t result = dir_attempt_finish(&attempt, dir_error_of(queued != 0));
  CloseHandle(handle);
  return result;
}

/* ---- holds ---- */

static struct held {
  uint32_t ticket; /* 0 = free */
  const char *name;
  uint32_t began; /* record */
  union rig_payload stimulus;
} holds[DIR_HOLDS_MAX];

static const char *name_of(const struct rig_step *step) {
  return rig_log_text(rec_log(), step->text);
}

/* Keeps the thread that the group's boundary holds. */
uint32_t dir_do_hold(uint32_t index, struct dir_group *group) {
  struct dir_attempt attempt = dir_attempt_of(index, 0);
  const uint32_t thread = dir_hold_thread(group->ticket);
  attempt.payload.stimulus.target = thread;
  attempt.payload.stimulus.thread = thread;
  if (!dir_attempt_begin(&attempt, false)) {
    return ERROR_NOT_ENOUGH_QUOTA;
  }
  for (uint32_t i = 0; thread != 0 && !group->kept && i < DIR_HOLDS_MAX; i++) {
    if (holds[i].ticket != 0) {
      continue;
    }
    holds[i] = (struct held){.ticket = group->ticket, .name = name_of(attempt.step)};
    holds[i].stimulus.stimulus.step = index;
    holds[i].stimulus.stimulus.thread = thread;
    holds[i].began =
        dir_detain_record(RIG_ACTION_HOLD, &holds[i].stimulus, dir_stimulus_record(attempt.token));
    group->kept = true;
    return 0;
  }
  return dir_attempt_finish(&attempt, ERROR_INVALID_STATE);
}

static void release(struct held *held) {
  dir_detain_record_over(RIG_ACTION_HOLD, &held->stimulus, held->began);
  dir_hold_release(held->ticket);
  held->ticket = 0;
}

uint32_t dir_do_release(uint32_t index) {
  struct dir_attempt attempt = dir_attempt_of(index, 0);
  const char *name = name_of(attempt.step);
  for (uint32_t i = 0; i < DIR_HOLDS_MAX; i++) {
    struct held *held = &holds[i];
    if (held->ticket != 0 && strcmp(held->name, name) == 0) {
      attempt.payload.stimulus.target = held->stimulus.stimulus.thread;
      const bool begun = dir_attempt_begin(&attempt, false);
      release(held);
      return begun ? 0 : ERROR_NOT_ENOUGH_QUOTA;
    }
  }
  return dir_attempt_begin(&attempt, false) ? dir_attempt_finish(&attempt, ERROR_NOT_FOUND)
                                            : ERROR_NOT_ENOUGH_QUOTA;
}

/* ---- gates ---- */

uint32_t dir_do_gate(uint32_t index) {
  struct dir_attempt attempt = dir_attempt_of(index, 0);
  (void)dir_attempt_window(&attempt, (enum rig_window)attempt.step->window);
  const enum rig_window window = (enum rig_window)attempt.nature.window;
  if (!dir_attempt_begin(&attempt, false)) {
    return ERROR_NOT_ENOUGH_QUOTA;
  }
  if (attempt.step->action == RIG_ACTION_GATE) {
    dir_gate_close(window, index, dir_stimulus_record(attempt.token));
  } else {
    dir_gate_open(window);
  }
  return 0;
}

void dir_steps_done(void) {
  for (uint32_t i = 0; i < DIR_HOLDS_MAX; i++) {
    if (holds[i].ticket != 0) {
      release(&holds[i]);
    }
  }
  dir_gates_over();
}
