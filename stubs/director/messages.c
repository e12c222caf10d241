/*
 * Handlers, floods and timers. All of it runs on the threads of MAPI's windows, in the handler of a
 * message that the director posted or sent.
 *
 * A flood is posted by its own handler: some messages lie in the queue from its beginning on, and
 * each that is handled posts the next. So the queue is never empty of posted messages, whatever the
 * pace of the client, and never grows. One without a number is paced, or it would fill the log with
 * the client's own calls.
 */
#include "messages.h"

#include "address.h"
#include "boundary.h"
#include "director.h"
#include "gates.h"
#include "holds.h"
#include "mapi32/mapi.h"
#include "recorder/recorder.h"
#include "state.h"
#include "stimuli.h"

#define FLOODS_MAX 4u
#define FLOOD_LEAD 8u       /* messages in the queue at its beginning */
#define FLOOD_PACE_US 1000u /* of a flood that no number ends */
#define TIMERS_MAX 16u

static struct flood {
  uint32_t token; /* 0 = free */
  uint32_t step;
  UINT message;
  uint32_t posted; /* of the window's thread, once it has begun */
  uint32_t handled;
  uint32_t limit;  /* 0 = none */
  double until_ms; /* 0 = the end of the run */
} floods[FLOODS_MAX];

static struct timer {
  uint32_t token; /* 0 = free */
  HWND hwnd;
  uint32_t left; /* 0 = no end */
} timers[TIMERS_MAX];

static uint32_t over; /* atomic */

/* ---- floods ---- */

static bool may_post(const struct flood *flood) {
  return __atomic_load_n(&over, __ATOMIC_ACQUIRE) == 0 &&
         (flood->limit == 0 || flood->posted < flood->limit) &&
         (flood->until_ms == 0 || dir_ms() < flood->until_ms);
}

uint32_t dir_flood_begin(const struct rig_step *step, uint32_t index, uint32_t token, HWND hwnd) {
  struct flood *flood = NULL;
  for (uint32_t i = 0; i < FLOODS_MAX && flood == NULL; i++) {
    flood = floods[i].token == 0 ? &floods[i] : NULL;
  }
  if (flood == NULL) {
    return ERROR_NO_SYSTEM_RESOURCES;
  }
  *flood = (struct flood){.step = index,
                          .message = step->message == 0 ? WM_APP : step->message,
                          .limit = step->repeat,
                          .until_ms =
                              step->timeout_ms == 0 ? 0 : dir_ms() + dir_scaled(step->timeout_ms)};
  const uint32_t lead = step->repeat != 0 && step->repeat < FLOOD_LEAD ? step->repeat : FLOOD_LEAD;
  flood->posted = lead;
  __atomic_store_n(&flood->token, token, __ATOMIC_RELEASE);
  for (uint32_t i = 0; i < lead; i++) {
    if (!PostMessageW(hwnd, flood->message, token, 0)) {
      return GetLastError();
    }
  }
  return 0;
}

static void end_flood(struct flood *flood, uint32_t token) {
  const union rig_payload payload = {.stimulus = {.step = flood->step,
                                                  .phase = RIG_STIMULUS_REPLIED,
                                                  .thread = GetCurrentThreadId(),
                                                  .message = flood->message,
                                                  .result = flood->posted}};
  dir_stimulus_answered(token, RIG_ACTION_FLOOD, &payload);
  __atomic_store_n(&flood->token, 0, __ATOMIC_RELEASE);
}

static void handle_flood(uint32_t token, HWND hwnd) {
  for (uint32_t i = 0; i < FLOODS_MAX; i++) {
    struct flood *flood = &floods[i];
    if (__atomic_load_n(&flood->token, __ATOMIC_ACQUIRE) != token) {
      continue;
    }
    flood->handled++;
    if (flood->limit != 0 || flood->until_ms != 0) {
      dir_stimuli_progress(); /* of one without an end, only the first message is awaited */
    }
    if (may_post(flood)) {
      flood->posted += PostMessageW(hwnd, flood->message, token, 0) != 0;
    }
    if (flood->handled == flood->posted) {
      end_flood(flood, token);
    } else if (flood->limit == 0 && flood->handled > FLOOD_LEAD) {
      dir_address_wait(&over, 0, FLOOD_PACE_US);
    }
    return;
  }
}

/* ---- timers ---- */

uint32_t dir_timer_begin(uint32_t token, HWND hwnd, uint32_t period_ms, uint32_t count) {
  for (uint32_t i = 0; i < TIMERS_MAX; i++) {
    struct timer *timer = &timers[i];
    if (timer->token != 0) {
      continue;
    }
    *timer = (struct timer){.hwnd = hwnd, .left = count};
    __atomic_store_n(&timer->token, token, __ATOMIC_RELEASE);
    /* From another thread than the window's: Wine allows it (tests/win32/timer.c). */
    if (SetTimer(hwnd, token, period_ms, NULL) != 0) {
      return 0;
    }
    timer->token = 0;
    const DWORD error = GetLastError();
    return error != 0 ? error : ERROR_GEN_FAILURE;
  }
  return ERROR_NO_SYSTEM_RESOURCES;
}

static void handle_timer(uint32_t token) {
  for (uint32_t i = 0; i < TIMERS_MAX; i++) {
    struct timer *timer = &timers[i];
    if (__atomic_load_n(&timer->token, __ATOMIC_ACQUIRE) == token && timer->left != 0 &&
        --timer->left == 0) {
      KillTimer(timer->hwnd, token);
      __atomic_store_n(&timer->token, 0, __ATOMIC_RELEASE);
    }
  }
}

void dir_messages_over(void) {
  __atomic_store_n(&over, 1, __ATOMIC_SEQ_CST);
  dir_address_wake(&over);
  for (uint32_t i = 0; i < TIMERS_MAX; i++) {
    if (timers[i].token != 0) {
      KillTimer(timers[i].hwnd, timers[i].token);
    }
  }
}

/* ---- handlers ---- */

static union rig_payload own_stimulus(uint32_t step, HWND hwnd, UINT message) {
  return (union rig_payload){.stimulus = {.step = step,
                                          .target = (uint32_t)(uintptr_t)hwnd,
                                          .thread = GetCurrentThreadId(),
                                          .message = message,
                                          .result = 1}};
}

static void post_to_itself(enum rig_window window, uint32_t step, HWND hwnd) {
  const union rig_payload payload = own_stimulus(step, hwnd, WM_APP);
  const struct dir_nature nature = {.window = (uint8_t)window};
  const uint32_t token = dir_stimulus_begin_as(GetCurrentThreadId(), true, nature);
  if (token != 0) {
    dir_stimulus_tell(token, RIG_ACTION_POST, &payload, true);
    PostMessageW(hwnd, WM_APP, token, 0);
  }
}

static void quit(uint32_t step) {
  const union rig_payload payload = own_stimulus(step, NULL, WM_QUIT);
  const struct dir_nature nature = {.kind = DIR_KIND_QUIT_FLAG};
  const uint32_t token = dir_stimulus_begin_as(GetCurrentThreadId(), true, nature);
  if (token != 0) {
    dir_stimulus_tell(token, RIG_ACTION_QUIT_FLAG, &payload, true);
    PostQuitMessage((int)dir_settings.steps[step].exit_code);
  }
}

/* One nested retrieval, of MAPI's own: not recorded as the client's. What is none of a window's is
 * put back, for nobody but the client's own loop can handle it. */
static void peek(void) {
  MSG message;
  if (!PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
    return;
  }
  if (message.message == WM_QUIT && message.lParam == 0) {
    PostQuitMessage((int)message.wParam);
  } else if (message.hwnd == NULL) {
    PostThreadMessageW(GetCurrentThreadId(), message.message, message.wParam, message.lParam);
  } else {
    DispatchMessageW(&message);
  }
}

static void destroy(enum rig_window window, uint32_t step, HWND hwnd) {
  const union rig_payload payload = own_stimulus(step, hwnd, 0);
  const uint32_t token = dir_stimulus_begin(GetCurrentThreadId(), false);
  if (token != 0) {
    dir_stimulus_tell(token, RIG_ACTION_DESTROY_WINDOW, &payload, true);
  }
  if (mapi_window_destroy(window)) {
    dir_stimuli_drop(window);
  }
}

/* ---- the window procedure's side ---- */

struct dir_message dir_message(enum rig_window window, WPARAM wparam) {
  struct dir_message message = {
      .window = window, .token = (uint64_t)wparam, .stimulus = RIG_NO_RECORD};
  struct dir_nature nature;
  uint32_t step;
  if (!rec_active() || !dir_stimulus_nature(message.token, &nature, &step)) {
    return message;
  }
  if (nature.kind == DIR_KIND_FLOOD) {
    for (uint32_t i = 0; i < FLOODS_MAX; i++) {
      message.silent =
          message.silent || (floods[i].token == (uint32_t)message.token && floods[i].handled > 0);
    }
  }
  message.stimulus = dir_stimulus_received(message.token);
  return message;
}

void dir_message_recorded(const struct dir_message *message) {
  if (message->stimulus != RIG_NO_RECORD && !message->silent) {
    dir_holds_receipt(message->window);
  }
}

void dir_message_handled(const struct dir_message *message, HWND hwnd) {
  struct dir_nature nature;
  uint32_t step;
  if (message->stimulus != RIG_NO_RECORD && dir_stimulus_nature(message->token, &nature, &step)) {
    switch (nature.handler) {
    case RIG_HANDLER_POSTS:
      post_to_itself(message->window, step, hwnd);
      break;
    case RIG_HANDLER_PEEKS:
      peek();
      break;
    case RIG_HANDLER_QUITS:
      quit(step);
      break;
    case DIR_HANDLER_DESTROYS:
      destroy(message->window, step, hwnd);
      break;
    default:
      break;
    }
    if (nature.kind == DIR_KIND_FLOOD) {
      handle_flood((uint32_t)message->token, hwnd);
    } else if (nature.kind == DIR_KIND_TIMER) {
      handle_timer((uint32_t)message->token);
    }
  }
  dir_gate_pass(message->window);
}
