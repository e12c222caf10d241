/*
 * The window procedure of MAPI's windows: receipts, what handlers do and gates
 * (stubs/mapi32/windows.c, stubs/director/messages.c and gates.c). It runs on the thread of the
 * window, so what waits here is that thread.
 */
#include "sim/director/script_private.h"

#define PM_REMOVE 1u

bool rig_director_is_received(const struct rig_director *director, uint32_t number) {
  return (director->state->received[number / 8] >> (number % 8) & 1) != 0;
}

/* Those that were counted as pending when they were given. */
static bool is_counted(const struct rig_director *director, uint32_t number) {
  switch (director->plan.steps[director->stimuli[number].step].action) {
  case RIG_ACTION_TIMER:
  case RIG_ACTION_WITHDRAW:
    return false;
  default:
    return true;
  }
}

bool rig_director_received(struct rig_director *director, uint32_t number) {
  struct state *state = director->state;
  if (number >= director->stimulus_count || rig_director_is_received(director, number)) {
    return false;
  }
  state->received[number / 8] |= (uint8_t)(1u << number % 8);
  if (is_counted(director, number) && state->pending > 0) {
    state->pending--;
  }
  return true;
}

/* Was the stimulus given by now? What a handler posts is, when its handler's message was received.
 */
static bool was_given(const struct rig_director *director, uint32_t number) {
  const struct state *state = director->state;
  if (number >= director->given) {
    const uint32_t by = number - director->given;
    return director->stimuli[by].handler == RIG_HANDLER_POSTS &&
           rig_director_is_received(director, by);
  }
  const uint32_t step = director->stimuli[number].step;
  return step < state->step ||
         (step == state->step && number < director->base[step] + state->repeat);
}

void rig_director_drop(struct rig_director *director, unsigned window) {
  for (uint32_t i = 0; i < director->stimulus_count; i++) {
    const unsigned action = director->plan.steps[director->stimuli[i].step].action;
    const bool message = action == RIG_ACTION_POST || action == RIG_ACTION_NOTIFY ||
                         action == RIG_ACTION_SEND_NOTIFY || action == RIG_ACTION_FLOOD ||
                         action == RIG_ACTION_QUIT_FLAG || action == RIG_ACTION_DESTROY_WINDOW;
    if (message && director->stimuli[i].window == window && was_given(director, i)) {
      (void)rig_director_received(director, i);
    }
  }
  for (unsigned i = 0; i < FLOODS_MAX; i++) {
    struct flood *flood = &director->state->floods[i];
    if (flood->number != 0 && director->stimuli[flood->number - 1].window == window) {
      *flood = (struct flood){0};
      director->state->endless = 0;
    }
  }
}

/* ---- waiting where the scenario says so: no message is served, no APC runs ---- */

static void wait_for(struct rig_director *director, uint32_t thread, uint32_t event) {
  struct rig_win_call call = {.api = RIG_WIN_WAIT,
                              .thread = thread,
                              .timeout_ms = RIG_WIN_FOREVER,
                              .count = 1,
                              .handles = &event};
  rig_engine_call(director->engine, &call);
}

static void pass_gate(struct rig_director *director, uint32_t thread, unsigned window) {
  struct state *state = director->state;
  const uint8_t bit = (uint8_t)(1u << window);
  /* The receipt's own touch was another step's, if something was waited for since; so is this one
   * when the wait below has returned. */
  rig_engine_touch(director->engine, TOUCH_DIRECTOR, TOUCH_DIRECTOR);
  if ((state->gates & bit) == 0) {
    return;
  }
  unsigned step = 0;
  for (unsigned i = 0; i < state->step; i++) { /* the one that closed it */
    if (director->plan.steps[i].action == RIG_ACTION_GATE &&
        director->stimuli[director->base[i]].window == window) {
      step = i;
    }
  }
  const uint32_t id = rig_engine_thread_id(thread);
  const uint32_t link =
      director->log != NULL ? director->records[director->base[step]] : RIG_NO_RECORD;
  const uint32_t began = rig_director_detain(director, RIG_ACTION_GATE, step, id, link);
  state->in_gate |= bit;
  wait_for(director, thread, director->gates[window]);
  rig_engine_touch(director->engine, TOUCH_DIRECTOR, TOUCH_DIRECTOR);
  state->in_gate &= (uint8_t)~bit;
  rig_director_detain_over(director, RIG_ACTION_GATE, step, id, began);
}

/* ---- handlers ---- */

static union rig_payload own_stimulus(unsigned step, uint32_t thread, uint32_t window,
                                      uint32_t message) {
  return (union rig_payload){.stimulus = {.step = step,
                                          .target = window == 0 ? 0 : rig_engine_hwnd(window),
                                          .thread = rig_engine_thread_id(thread),
                                          .message = message,
                                          .result = 1}};
}

static void post_to_itself(struct rig_director *director, uint32_t thread, uint32_t window,
                           uint32_t number) {
  const uint32_t own = director->given + number;
  const union rig_payload payload =
      own_stimulus(director->stimuli[number].step, thread, window, WM_APP);
  const struct rig_win_message message = {
      .message = WM_APP, .wparam = TOKEN_BASE + own, .origin = own + 1};
  uint32_t error = 0;
  if (rig_win_post(director->world, window, &message, &error)) {
    director->state->pending++;
    rig_director_note(director, RIG_ACTION_POST, own, rig_engine_thread_id(thread), &payload);
  }
}

static void quit(struct rig_director *director, uint32_t thread, uint32_t number) {
  const unsigned step = director->stimuli[number].step;
  const union rig_payload payload = own_stimulus(step, thread, 0, WM_QUIT);
  rig_win_post_quit(director->world, thread, director->plan.steps[step].exit_code);
  rig_director_note(director, RIG_ACTION_QUIT_FLAG, director->given + number,
                    rig_engine_thread_id(thread), &payload);
}

/* One nested retrieval of MAPI's own, which is not recorded as the client's. What is none of a
 * window's is put back, for nobody but the client's own loop can handle it. */
static void peek(struct rig_director *director, uint32_t thread) {
  struct rig_win_call call = {.api = RIG_WIN_PEEK_MESSAGE, .thread = thread, .flags = PM_REMOVE};
  uint32_t error = 0;
  rig_engine_call(director->engine, &call);
  if (call.result == 0) {
    return;
  }
  if (call.message.message == WM_QUIT && call.message.lparam == 0) {
    rig_win_post_quit(director->world, thread, (uint32_t)call.message.wparam);
  } else if (call.message.window == 0) {
    (void)rig_win_post_thread(director->world, thread, &call.message, &error);
  } else {
    struct rig_win_call dispatch = {
        .api = RIG_WIN_DISPATCH, .thread = thread, .message = call.message};
    rig_engine_call(director->engine, &dispatch);
  }
}

static void destroy(struct rig_director *director, uint32_t thread, uint32_t window,
                    uint32_t number) {
  const struct stimulus *stimulus = &director->stimuli[number];
  const union rig_payload payload = own_stimulus(stimulus->step, thread, window, 0);
  uint32_t error = 0;
  rig_director_note(director, RIG_ACTION_DESTROY_WINDOW, director->given + number,
                    rig_engine_thread_id(thread), &payload);
  if (rig_win_window_destroy(director->world, thread, window, &error)) {
    rig_director_drop(director, stimulus->window);
  }
}

static void handle(struct rig_director *director, uint32_t thread, uint32_t window,
                   uint32_t number) {
  switch (director->stimuli[number].handler) {
  case RIG_HANDLER_POSTS:
    post_to_itself(director, thread, window, number);
    break;
  case RIG_HANDLER_PEEKS:
    peek(director, thread);
    break;
  case RIG_HANDLER_QUITS:
    quit(director, thread, number);
    break;
  case HANDLER_DESTROYS:
    destroy(director, thread, window, number);
    break;
  default:
    break;
  }
}

/* ---- the procedures ---- */

static void record_receipt(struct rig_director *director, uint32_t thread, unsigned which,
                           const struct rig_win_message *message, bool sent, uint32_t number) {
  struct rig_record record = {
      .kind = RIG_KIND_RECEIPT, .thread = rig_engine_thread_id(thread), .link = RIG_NO_RECORD};
  if (director->log == NULL) {
    return;
  }
  if (number < director->stimulus_count) {
    record.link = director->records[number];
  }
  record.u.receipt.window = which;
  if (message != NULL) {
    record.u.receipt.message = message->message;
    record.u.receipt.wparam = message->wparam;
    record.u.receipt.lparam = message->lparam;
    record.u.receipt.sent = sent;
  } else { /* an APC */
    record.u.receipt.wparam = (uint64_t)TOKEN_BASE + number;
  }
  (void)rig_sim_put(director->log, director->world, record, NULL, 0);
}

/* Only the first message of a flood is told of. */
static bool is_silent(const struct rig_director *director, uint32_t number) {
  return director->plan.steps[director->stimuli[number].step].action == RIG_ACTION_FLOOD &&
         rig_director_is_received(director, number);
}

uint64_t rig_director_receipt(void *self, struct rig_engine *engine, uint32_t thread,
                              uint32_t window, const struct rig_win_message *message, bool sent) {
  struct rig_director *director = self;
  const uint64_t number = message->wparam - TOKEN_BASE;
  const bool ours = number < director->stimulus_count;
  const bool silent = ours && is_silent(director, (uint32_t)number);
  unsigned which = RIG_WINDOW_NOTIFICATION;
  rig_engine_touch(engine, TOUCH_DIRECTOR, TOUCH_DIRECTOR);
  while (which < RIG_WINDOW_IDLE && director->target.windows[which] != window) {
    which++;
  }
  if (!silent) {
    record_receipt(director, thread, which, message, sent, ours ? (uint32_t)number : RIG_NO_RECORD);
  }
  director->state->moved_ms = rig_world_now(director->world);
  if (ours) {
    (void)rig_director_received(director, (uint32_t)number);
  }
  if (ours && !silent &&
      rig_director_strike(director, thread, RIG_FAMILY_COUNT, RIG_EDGE_ENTRY, which)) {
    uint32_t error = 0;
    (void)rig_win_event_reset(director->world, director->park, &error);
    wait_for(director, thread, director->park);
  }
  if (ours) {
    handle(director, thread, window, (uint32_t)number);
    rig_director_handle_repeated(director, thread, window, (uint32_t)number, message);
  }
  pass_gate(director, thread, which);
  return 0;
}

/* ---- the same in the three moments of the stand-in's window procedure ---- */

static bool is_ours(const struct rig_director *director, uint64_t token) {
  return token - TOKEN_BASE < director->stimulus_count;
}

void rig_director_message_begins(struct rig_director *director,
                                 struct rig_stand_in_message *message) {
  rig_engine_touch(director->engine, TOUCH_DIRECTOR, TOUCH_DIRECTOR);
  director->state->moved_ms = rig_world_now(director->world);
  if (is_ours(director, message->token)) {
    const uint32_t number = (uint32_t)(message->token - TOKEN_BASE);
    message->silent = is_silent(director, number);
    message->stimulus = director->log != NULL ? director->records[number] : RIG_NO_RECORD;
    (void)rig_director_received(director, number);
  }
}

void rig_director_message_received(struct rig_director *director, uint32_t thread,
                                   const struct rig_stand_in_message *message) {
  uint32_t error = 0;
  if (is_ours(director, message->token) && !message->silent &&
      rig_director_strike(director, thread, RIG_FAMILY_COUNT, RIG_EDGE_ENTRY, message->window)) {
    (void)rig_win_event_reset(director->world, director->park, &error);
    wait_for(director, thread, director->park);
  }
}

void rig_director_message_handled(struct rig_director *director, uint32_t thread,
                                  const struct rig_stand_in_message *message, uint32_t window) {
  if (is_ours(director, message->token)) {
    const uint32_t number = (uint32_t)(message->token - TOKEN_BASE);
    const struct rig_step *step = &director->plan.steps[director->stimuli[number].step];
    const struct rig_win_message again = {.message = step->message == 0 ? WM_APP : step->message,
                                          .wparam = message->token,
                                          .origin = number + 1};
    handle(director, thread, window, number);
    rig_director_handle_repeated(director, thread, window, number, &again);
  }
  pass_gate(director, thread, message->window);
}

/* Runs on the thread it was queued to, in an alertable wait. */
__attribute__((ms_abi)) void rig_director_apc(uint64_t token) {
  struct rig_director *director = rig_director_current();
  const uint64_t number = token - TOKEN_BASE;
  const uint32_t thread = rig_engine_self(director->engine);
  if (number < director->stimulus_count) {
    record_receipt(director, thread, RIG_WINDOW_APC, NULL, false, (uint32_t)number);
    director->state->moved_ms = rig_world_now(director->world);
  }
}
