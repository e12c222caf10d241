/*
 * Steps that aim at MAPI's windows: posts, sends, floods and timers (stubs/director/
 * steps_messages.c, sender.c, messages.c).
 */
#include "sim/director/script_attempt.h"

void rig_attempt_note_as(struct rig_attempt_step *attempt, unsigned action, uint32_t error) {
  attempt->payload.stimulus.result = error == 0;
  attempt->payload.stimulus.error = error;
  attempt->director->state->failed |= error != 0;
  rig_director_note(attempt->director, action, attempt->number, RIG_DIRECTOR_THREAD,
                    &attempt->payload);
}

void rig_attempt_note(struct rig_attempt_step *attempt, uint32_t error) {
  rig_attempt_note_as(attempt, attempt->step->action, error);
}

void rig_attempt_moved(struct rig_director *director) {
  director->state->moved_ms = rig_world_now(director->world);
}

/* ---- messages to windows ---- */

/* Aims at the stimulus's window; 0 when it has gone. */
uint32_t rig_attempt_aim(struct rig_attempt_step *attempt) {
  const struct rig_director *director = attempt->director;
  const uint32_t window = director->target.windows[director->stimuli[attempt->number].window];
  const bool there = rig_win_is_window(director->world, window);
  attempt->payload.stimulus.target = there ? rig_engine_hwnd(window) : 0;
  attempt->payload.stimulus.thread =
      there ? rig_engine_thread_id(rig_win_window_thread(director->world, window)) : 0;
  return there ? window : 0;
}

static struct rig_win_message message_of(struct rig_attempt_step *attempt) {
  const struct rig_step *step = attempt->step;
  const uint32_t message = step->action == RIG_ACTION_NOTIFY
                               ? attempt->director->target.notification
                           : step->action == RIG_ACTION_QUIT_FLAG ||
                                   step->action == RIG_ACTION_DESTROY_WINDOW || step->message == 0
                               ? WM_APP
                               : step->message;
  attempt->payload.stimulus.message = message;
  return (struct rig_win_message){
      .message = message, .wparam = TOKEN_BASE + attempt->number, .origin = attempt->number + 1};
}

void rig_attempt_post(struct rig_attempt_step *attempt, unsigned action) {
  struct rig_director *director = attempt->director;
  const uint32_t window = rig_attempt_aim(attempt);
  const struct rig_win_message message = message_of(attempt);
  uint32_t error = window == 0 ? ERROR_INVALID_WINDOW_HANDLE : 0;
  if (window != 0 && rig_win_post(director->world, window, &message, &error)) {
    error = 0;
    director->state->pending++;
    rig_attempt_moved(director);
  }
  rig_attempt_note_as(attempt, action, error);
}

static struct send *free_send(struct state *state) {
  for (unsigned i = 0; i < SENDS_MAX; i++) {
    if (state->sends[i].number == 0) {
      return &state->sends[i];
    }
  }
  return NULL;
}

static uint32_t send_message(struct rig_attempt_step *attempt, uint32_t *ticket) {
  struct rig_director *director = attempt->director;
  const uint32_t window = rig_attempt_aim(attempt);
  const struct rig_win_message message = message_of(attempt);
  *ticket = window == 0 ? RIG_WIN_NONE : rig_world_send(director->world, window, &message);
  if (*ticket == RIG_WIN_NONE) {
    return ERROR_INVALID_WINDOW_HANDLE;
  }
  rig_attempt_moved(director);
  return 0;
}

/* A sender of its own waits for the reply, as long as its time-out says. */
void rig_attempt_send(struct rig_attempt_step *attempt) {
  struct rig_director *director = attempt->director;
  struct send *slot = free_send(director->state); /* rig_director_can has counted them */
  uint32_t ticket;
  const uint32_t error = send_message(attempt, &ticket);
  if (error == 0 && slot != NULL) {
    *slot = (struct send){.number = attempt->number + 1,
                          .ticket = ticket,
                          .due_ms = rig_world_now(director->world) + attempt->step->timeout_ms};
    director->state->pending++;
  }
  rig_attempt_note(attempt, error);
}

/* Nobody waits: the ticket is given up when the message has arrived (script_receipt.c), or with the
 * path. */
void rig_attempt_send_notify(struct rig_attempt_step *attempt) {
  uint32_t ticket;
  const uint32_t error = send_message(attempt, &ticket);
  attempt->director->state->pending += error == 0;
  rig_attempt_note(attempt, error);
}

/* The receiver was woken, and the message is gone before it looks. */
void rig_attempt_withdraw(struct rig_attempt_step *attempt) {
  struct rig_director *director = attempt->director;
  const uint32_t first = rig_engine_thread_id(director->target.first);
  const unsigned step = attempt->payload.stimulus.step;
  const uint32_t began =
      rig_director_detain(director, RIG_ACTION_WITHDRAW, step, first, RIG_NO_RECORD);
  uint32_t ticket;
  const uint32_t error = send_message(attempt, &ticket);
  rig_attempt_note(attempt, error);
  if (error == 0) {
    rig_world_send_drop(director->world, ticket);
    rig_director_answer(director, attempt->number, false, 0, ERROR_TIMEOUT);
  }
  rig_director_detain_over(director, RIG_ACTION_WITHDRAW, step, first, began);
}

bool rig_director_send_due(const struct rig_director *director, uint32_t *due_ms) {
  bool any = false;
  for (unsigned i = 0; i < SENDS_MAX; i++) {
    const struct send *send = &director->state->sends[i];
    if (send->number != 0 && (!any || send->due_ms < *due_ms)) {
      *due_ms = send->due_ms;
      any = true;
    }
  }
  return any;
}

/* A receiver that ends without an answer counts as a time-out: nobody served the message. */
static void end_send(struct rig_director *director, struct send *send, bool replied,
                     uint64_t result, uint32_t error) {
  const uint32_t number = send->number - 1;
  rig_engine_touch(director->engine, TOUCH_DIRECTOR, TOUCH_DIRECTOR);
  rig_world_send_drop(director->world, send->ticket);
  *send = (struct send){0};
  if (!replied) {
    director->state->unanswered = 1;
    (void)rig_director_received(director, number); /* it is awaited no more */
    rig_attempt_moved(director);
  }
  rig_director_answer(director, number, replied, result, error);
}

/* Is one given, or is one yet to be? Else nobody finds an answer. */
static bool may_send(const struct rig_director *director) {
  uint32_t due_ms;
  for (uint32_t i = director->state->step; i < director->plan.step_count; i++) {
    if (director->plan.steps[i].action == RIG_ACTION_SEND) {
      return true;
    }
  }
  return rig_director_send_due(director, &due_ms);
}

void rig_director_poll_sends(struct rig_director *director, bool expire) {
  if (may_send(director)) {
    rig_engine_touch(director->engine, TOUCH_DIRECTOR, 0);
  }
  for (unsigned i = 0; i < SENDS_MAX; i++) {
    struct send *send = &director->state->sends[i];
    uint64_t result = 0;
    if (send->number == 0) {
      continue;
    }
    switch (rig_world_send_state(director->world, send->ticket, &result)) {
    case RIG_TICKET_REPLIED:
      end_send(director, send, true, result, 0);
      break;
    case RIG_TICKET_LOST:
      /* wine: server/queue.c, free_message: who waits for a message that is dropped with its window
       * or thread is answered STATUS_ACCESS_DENIED. */
      end_send(director, send, false, 0, ERROR_ACCESS_DENIED);
      break;
    default:
      if (expire && send->due_ms <= rig_world_now(director->world)) {
        end_send(director, send, false, 0, ERROR_TIMEOUT);
      }
      break;
    }
  }
}

/* ---- floods and timers ---- */

void rig_attempt_flood(struct rig_attempt_step *attempt) {
  struct rig_director *director = attempt->director;
  const struct rig_step *step = attempt->step;
  const uint32_t window = rig_attempt_aim(attempt);
  const struct rig_win_message message = message_of(attempt);
  struct flood *slot = NULL;
  uint32_t error = window == 0 ? ERROR_INVALID_WINDOW_HANDLE : 0;
  for (unsigned i = 0; i < FLOODS_MAX && slot == NULL; i++) {
    slot = director->state->floods[i].number == 0 ? &director->state->floods[i] : NULL;
  }
  if (error == 0 && slot != NULL) {
    const bool timed = step->timeout_ms != 0;
    const uint32_t most = director->flood != 0 ? director->flood : RIG_SCRIPT_FLOOD;
    const uint32_t limit = timed && step->repeat == 0 ? most : step->repeat;
    *slot = (struct flood){.number = attempt->number + 1,
                           .limit = limit,
                           .began_ms = timed ? rig_world_now(director->world) : 0,
                           .takes_ms = step->timeout_ms};
    director->state->pending++; /* its first */
    rig_attempt_moved(director);
    for (uint32_t i = 0; i < 2 && (limit == 0 || i < limit) && error == 0; i++) {
      if (rig_win_post(director->world, window, &message, &error)) {
        error = 0;
        slot->posted += limit != 0;
      }
    }
  }
  rig_attempt_note(attempt, error);
}

void rig_attempt_timer(struct rig_attempt_step *attempt) {
  struct rig_director *director = attempt->director;
  const uint32_t window = rig_attempt_aim(attempt);
  const uint64_t id = TOKEN_BASE + attempt->number;
  uint32_t error = ERROR_INVALID_WINDOW_HANDLE;
  attempt->payload.stimulus.message = WM_TIMER;
  for (unsigned i = 0; window != 0 && i < TIMERS_MAX; i++) {
    struct timer *timer = &director->state->timers[i];
    if (timer->number == 0) {
      const uint32_t owner = rig_win_window_thread(director->world, window);
      *timer = (struct timer){.number = attempt->number + 1, .left = attempt->step->repeat};
      if (rig_win_timer_set(director->world, owner, window, id, attempt->step->timeout_ms, 0,
                            &error) != 0) {
        error = 0;
      } else {
        *timer = (struct timer){0};
      }
      break;
    }
  }
  rig_attempt_note(attempt, error);
}
