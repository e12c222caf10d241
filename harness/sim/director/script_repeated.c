/*
 * Floods and timers: what the window procedure does with a message of one (stubs/director/
 * messages.c).
 */
#include "sim/director/script_private.h"

/* Each of its messages posts the next, so that the queue is never empty of posted ones. A flood
 * that ends by time takes it: no other clock runs while code does. */
static void handle_flood(struct rig_director *director, struct flood *flood, uint32_t thread,
                         uint32_t window, const struct rig_win_message *message) {
  struct rig_world *world = director->world;
  uint32_t error = 0;
  if (flood->limit == 0) {
    director->state->endless = 1;
    (void)rig_win_post(world, window, message, &error);
    return;
  }
  flood->handled++;
  director->state->moved_ms = rig_world_now(world);
  if (flood->takes_ms > 0) {
    const uint64_t passed = (uint64_t)flood->takes_ms * flood->handled / flood->limit;
    rig_world_advance(world, flood->began_ms + (uint32_t)passed);
  }
  if (flood->posted < flood->limit && rig_win_post(world, window, message, &error)) {
    flood->posted++;
  }
  if (flood->handled == flood->posted) {
    union rig_payload payload = {.stimulus = {.step = director->stimuli[flood->number - 1].step,
                                              .phase = RIG_STIMULUS_REPLIED,
                                              .thread = rig_engine_thread_id(thread),
                                              .message = message->message,
                                              .result = flood->posted}};
    rig_director_note(director, RIG_ACTION_FLOOD, flood->number - 1, rig_engine_thread_id(thread),
                      &payload);
    *flood = (struct flood){0};
    if (director->state->stopped != 0) {
      rig_director_begin_patience(director);
    }
  }
}

bool rig_director_floods(const struct rig_director *director) {
  bool floods = false;
  for (unsigned i = 0; i < FLOODS_MAX; i++) {
    floods = floods || director->state->floods[i].takes_ms != 0;
  }
  return floods;
}

static void handle_timer(struct rig_director *director, struct timer *timer, uint32_t thread,
                         uint32_t window, uint64_t id) {
  if (timer->left != 0 && --timer->left == 0) {
    (void)rig_win_timer_kill(director->world, thread, window, id);
    *timer = (struct timer){0};
  }
}

void rig_director_handle_repeated(struct rig_director *director, uint32_t thread, uint32_t window,
                                  uint32_t number, const struct rig_win_message *message) {
  for (unsigned i = 0; i < FLOODS_MAX; i++) {
    if (director->state->floods[i].number == number + 1) {
      handle_flood(director, &director->state->floods[i], thread, window, message);
      return;
    }
  }
  for (unsigned i = 0; i < TIMERS_MAX; i++) {
    if (director->state->timers[i].number == number + 1) {
      handle_timer(director, &director->state->timers[i], thread, window, message->wparam);
      return;
    }
  }
}
