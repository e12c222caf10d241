/*
 * What the director's steps do: one repetition at a time (stubs/director/steps_threads.c,
 * steps_stop.c; script_messages.c has those that aim at windows).
 *
 * A message carries its token where the live one has it, in wParam, or in lParam where it has no
 * window and wParam is an exit code.
 */
#include <string.h>

#include "sim/director/script_attempt.h"

static struct rig_attempt_step attempt_of(struct rig_director *director) {
  const struct state *state = director->state;
  struct rig_attempt_step attempt = {.director = director,
                                     .step = rig_director_next(director),
                                     .number = director->base[state->step] + state->repeat};
  attempt.payload.stimulus.step = state->step;
  attempt.payload.stimulus.phase = RIG_STIMULUS_PERFORMED;
  attempt.payload.stimulus.repeat = state->repeat;
  return attempt;
}

/* ---- messages to threads, quit flags, APCs ---- */

static uint32_t aim_thread(struct rig_attempt_step *attempt) {
  const uint32_t thread = rig_director_who(attempt->director, attempt->step->target_thread);
  const uint32_t id = thread == RIG_WIN_NONE ? 0 : rig_engine_thread_id(thread);
  attempt->payload.stimulus.target = id;
  attempt->payload.stimulus.thread = id;
  return thread;
}

static void post_thread(struct rig_attempt_step *attempt, uint32_t message, uint64_t wparam) {
  struct rig_director *director = attempt->director;
  const uint32_t thread = aim_thread(attempt);
  const struct rig_win_message posted = {.message = message,
                                         .wparam = wparam,
                                         .lparam = TOKEN_BASE + attempt->number,
                                         .origin = attempt->number + 1};
  uint32_t error = ERROR_INVALID_THREAD_ID;
  if (thread != RIG_WIN_NONE && rig_win_post_thread(director->world, thread, &posted, &error)) {
    error = 0;
    rig_attempt_moved(director);
  }
  attempt->payload.stimulus.message = message;
  rig_attempt_note(attempt, error);
}

/* True when a step of the scenario keeps the thread where it can be told to do something. */
static bool is_held(const struct rig_director *director, uint32_t thread) {
  const struct state *state = director->state;
  bool held = state->next.thread == thread + 1;
  for (unsigned i = 0; i < HOLDS_MAX; i++) {
    held = held || state->holds[i].thread == thread + 1;
  }
  return held;
}

/* PostQuitMessage works on the calling thread alone: where it is held, else in the handler of a
 * message to a window of its. */
static void quit_flag(struct rig_attempt_step *attempt) {
  struct rig_director *director = attempt->director;
  const uint32_t thread = rig_director_who(director, attempt->step->target_thread);
  if (thread == RIG_WIN_NONE || !is_held(director, thread)) {
    rig_attempt_post(attempt, RIG_ACTION_POST);
    return;
  }
  (void)aim_thread(attempt);
  attempt->payload.stimulus.message = WM_QUIT;
  rig_win_post_quit(director->world, thread, attempt->step->exit_code);
  rig_attempt_note(attempt, 0);
}

static void destroy_window(struct rig_attempt_step *attempt) {
  struct rig_director *director = attempt->director;
  const uint32_t window = rig_attempt_aim(attempt);
  const uint32_t thread =
      window == 0 ? RIG_WIN_NONE : rig_win_window_thread(director->world, window);
  uint32_t error = 0;
  if (window == 0 || !is_held(director, thread)) {
    rig_attempt_post(attempt, RIG_ACTION_POST);
    return;
  }
  if (rig_win_window_destroy(director->world, thread, window, &error)) {
    rig_director_drop(director, director->stimuli[attempt->number].window);
    error = 0;
  }
  rig_attempt_note(attempt, error);
}

static void apc(struct rig_attempt_step *attempt) {
  const uint32_t thread = aim_thread(attempt);
  const bool queued =
      thread != RIG_WIN_NONE &&
      rig_win_apc_queue(attempt->director->world, thread, (uint64_t)(uintptr_t)rig_director_apc,
                        TOKEN_BASE + attempt->number);
  rig_attempt_note(attempt, queued ? 0 : ERROR_INVALID_THREAD_ID);
}

/* ---- events and the stop ---- */

/* The world's handle of the step's event; *seen: it is one of the first thread's wait. */
static uint32_t event_of(struct rig_attempt_step *attempt, bool by_name, bool *opened) {
  const struct rig_director *director = attempt->director;
  const struct rig_director_target *target = &director->target;
  uint32_t handles[RIG_WIN_WAIT_MAX];
  *opened = false;
  if (by_name) {
    const char *name = director->plan.texts + attempt->step->text;
    if (target->stop_name != NULL && strcmp(name, target->stop_name) == 0) {
      return target->handles[0];
    }
    *opened = true;
    return rig_win_open(director->world, RIG_WIN_EVENT, rig_engine_name(director->engine, name));
  }
  const uint32_t count = rig_world_wait_handles(director->world, target->first, handles);
  const uint32_t index = attempt->step->index;
  return index < count ? handles[index] : index < target->handle_count ? target->handles[index] : 0;
}

static uint32_t change_event(struct rig_attempt_step *attempt, uint32_t handle, bool set) {
  struct rig_world *world = attempt->director->world;
  uint32_t error = ERROR_INVALID_INDEX;
  if (handle != 0 && (set ? rig_win_event_set(world, handle, &error)
                          : rig_win_event_reset(world, handle, &error))) {
    error = 0;
    rig_attempt_moved(attempt->director);
  }
  return error;
}

static void event(struct rig_attempt_step *attempt, bool by_name, bool set) {
  struct rig_director *director = attempt->director;
  bool opened;
  uint32_t error;
  const uint32_t handle = event_of(attempt, by_name, &opened);
  attempt->payload.stimulus.target = opened ? 0 : handle;
  attempt->payload.stimulus.thread =
      opened || handle == 0 ? 0 : rig_engine_thread_id(director->target.first);
  const uint32_t result = change_event(attempt, handle, set);
  if (opened && handle != 0) {
    (void)rig_win_close(director->world, handle, &error);
  }
  rig_attempt_note(attempt, opened && handle == 0 ? ERROR_NOT_FOUND : result);
}

/* Of a client that watches the clock in whole seconds, upwards: each of the thousand moments in
 * which it may be asked to stop is another state already, and what comes after it would be as many
 * for each. */
void rig_director_begin_patience(struct rig_director *director) {
  const uint32_t now = rig_world_now(director->world);
  const bool whole = rig_engine_time_seen(director->engine) && now <= UINT32_MAX - 1000u;
  director->state->stop_ms = whole ? (now + 999u) / 1000u * 1000u : now;
}

/* The stage around a bare pump does what a service's handler does: it sets the stop event. */
static void stop(struct rig_attempt_step *attempt) {
  struct rig_director *director = attempt->director;
  const unsigned way = attempt->step->stop_way != RIG_STOP_DEFAULT ? attempt->step->stop_way
                                                                   : director->plan.stop_way;
  director->state->stopped = 1;
  rig_director_begin_patience(director);
  rig_engine_stop_pending(director->engine, true);
  if (way == RIG_STOP_MESSAGE) {
    director->state->asked = 1;
    post_thread(attempt, WM_QUIT, attempt->step->exit_code);
    return;
  }
  const uint32_t error = director->target.program
                             ? rig_director_ask(director, attempt->step, way)
                             : change_event(attempt, director->target.handles[0], true);
  director->state->asked |= error == 0;
  rig_attempt_note(attempt, error);
}

/* ---- holds and gates ---- */

static void hold(struct rig_attempt_step *attempt) {
  struct rig_director *director = attempt->director;
  struct state *state = director->state;
  uint32_t error = ERROR_NOT_FOUND;
  if (state->next.thread != 0) {
    const uint32_t id = rig_engine_thread_id(state->next.thread - 1u);
    attempt->payload.stimulus.target = id;
    attempt->payload.stimulus.thread = id;
  }
  unsigned i = 0;
  while (i < HOLDS_MAX && state->holds[i].thread != 0) {
    i++;
  }
  if (i < HOLDS_MAX && state->next.thread != 0) {
    state->holds[i] = state->next;
    state->holds[i].step = (uint16_t)(state->step + 1);
    state->next = (struct hold){0};
    error = 0;
  }
  rig_attempt_note(attempt, error);
  if (error == 0 && director->log != NULL) {
    director->hold_began[i] =
        rig_director_detain(director, RIG_ACTION_HOLD, state->step,
                            attempt->payload.stimulus.thread, director->records[attempt->number]);
  }
}

static void release(struct rig_attempt_step *attempt) {
  struct rig_director *director = attempt->director;
  const char *texts = director->plan.texts;
  for (unsigned i = 0; i < HOLDS_MAX; i++) {
    struct hold *hold = &director->state->holds[i];
    if (hold->thread == 0) {
      continue;
    }
    const unsigned step = hold->step - 1u;
    if (strcmp(texts + director->plan.steps[step].text, texts + attempt->step->text) == 0) {
      const uint32_t id = rig_engine_thread_id(hold->thread - 1u);
      attempt->payload.stimulus.target = id;
      rig_attempt_note(attempt, 0);
      rig_director_detain_over(director, RIG_ACTION_HOLD, step, id, director->hold_began[i]);
      rig_director_let_go(director, hold);
      rig_attempt_moved(director);
      return;
    }
  }
  rig_attempt_note(attempt, ERROR_NOT_FOUND);
}

static void gate(struct rig_attempt_step *attempt, bool close) {
  struct rig_director *director = attempt->director;
  const unsigned window = director->stimuli[attempt->number].window;
  const uint8_t bit = (uint8_t)(1u << window);
  uint32_t error = 0;
  (void)rig_attempt_aim(attempt);
  if (close) {
    director->state->gates |= bit;
    (void)rig_win_event_reset(director->world, director->gates[window], &error);
  } else {
    director->state->gates &= (uint8_t)~bit;
    (void)rig_win_event_set(director->world, director->gates[window], &error);
    rig_attempt_moved(director);
  }
  rig_attempt_note(attempt, 0);
}

void rig_director_perform(struct rig_director *director) {
  struct rig_attempt_step attempt = attempt_of(director);
  switch (attempt.step->action) {
  case RIG_ACTION_POST:
  case RIG_ACTION_NOTIFY:
    rig_attempt_post(&attempt, attempt.step->action);
    break;
  case RIG_ACTION_POST_THREAD:
    post_thread(&attempt, attempt.step->message == 0 ? WM_APP : attempt.step->message, 0);
    break;
  case RIG_ACTION_QUIT:
    post_thread(&attempt, WM_QUIT, attempt.step->exit_code);
    break;
  case RIG_ACTION_SEND:
    rig_attempt_send(&attempt);
    break;
  case RIG_ACTION_SEND_NOTIFY:
    rig_attempt_send_notify(&attempt);
    break;
  case RIG_ACTION_WITHDRAW:
    rig_attempt_withdraw(&attempt);
    break;
  case RIG_ACTION_SET_EVENT:
  case RIG_ACTION_RESET_EVENT:
    event(&attempt, attempt.step->event_by == RIG_EVENT_BY_NAME,
          attempt.step->action == RIG_ACTION_SET_EVENT);
    break;
  case RIG_ACTION_QUIT_FLAG:
    quit_flag(&attempt);
    break;
  case RIG_ACTION_APC:
    apc(&attempt);
    break;
  case RIG_ACTION_TIMER:
    rig_attempt_timer(&attempt);
    break;
  case RIG_ACTION_FLOOD:
    rig_attempt_flood(&attempt);
    break;
  case RIG_ACTION_DESTROY_WINDOW:
    destroy_window(&attempt);
    break;
  case RIG_ACTION_GATE:
  case RIG_ACTION_UNGATE:
    gate(&attempt, attempt.step->action == RIG_ACTION_GATE);
    break;
  case RIG_ACTION_HOLD:
    hold(&attempt);
    break;
  case RIG_ACTION_RELEASE:
    release(&attempt);
    break;
  case RIG_ACTION_CONTROL:
    rig_attempt_note(&attempt, rig_director_ask(director, attempt.step, RIG_STOP_SCM));
    break;
  default:
    stop(&attempt);
    break;
  }
}
