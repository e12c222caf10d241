/*
 * SetTimer's timers. One that is due becomes *expired* and sets QS_TIMER; retrieving its WM_TIMER
 * starts it again. So they do not accumulate, and they come after everything else.
 *
 * Source: wine server/queue.c (set_win_timer, kill_win_timer, set_next_timer, timer_callback,
 * link_timer, restart_timer, find_expired_timer); winuser: SetTimer.
 */
#include "win32/world.h"

#define PERIOD_MIN 10u         /* USER_TIMER_MINIMUM */
#define PERIOD_MAX 0x7FFFFFFFu /* USER_TIMER_MAXIMUM */
#define ID_FIRST 0x7FFFu       /* wine: next_timer_id goes down from here */
#define ID_LAST 0x100u

/* wine: set_next_timer. QS_TIMER is set again, as new, while one is expired. */
static void set_bit(struct rig_world *world, uint32_t thread) {
  for (uint32_t i = 0; i < world->head.timers; i++) {
    if (world->timers[i].thread == thread && world->timers[i].expired) {
      rig_queue_set_bits(world, thread, QS_TIMER);
      return;
    }
  }
  rig_queue_clear_bits(world, thread, QS_TIMER);
}

/* Whether `timer`, to be put in, stands behind `other`. Of two that are due in the same millisecond
 * the one put in earlier comes first, as Wine counts time in 100 ns and no two calls are at once.
 */
static bool behind(const struct world_timer *timer, const struct world_timer *other) {
  if (timer->thread != other->thread) {
    return timer->thread > other->thread;
  }
  if (timer->expired != other->expired) {
    return timer->expired > other->expired;
  }
  return timer->expired || timer->due >= other->due;
}

static uint32_t put_in(struct rig_world *world, const struct world_timer *timer) {
  uint32_t at = 0;
  while (at < world->head.timers && behind(timer, &world->timers[at])) {
    at++;
  }
  memmove(world->timers + at + 1, world->timers + at,
          (world->head.timers - at) * sizeof world->timers[0]);
  world->timers[at] = *timer;
  world->head.timers++;
  return at;
}

static struct world_timer take_out(struct rig_world *world, uint32_t at) {
  const struct world_timer timer = world->timers[at];
  world->head.timers--;
  memmove(world->timers + at, world->timers + at + 1,
          (world->head.timers - at) * sizeof world->timers[0]);
  return timer;
}

static uint32_t find(const struct rig_world *world, uint32_t thread, uint32_t window, uint64_t id) {
  for (uint32_t i = 0; i < world->head.timers; i++) {
    const struct world_timer *timer = &world->timers[i];
    if (timer->thread == thread && timer->window == window && timer->id == id) {
      return i;
    }
  }
  return RIG_WIN_NONE;
}

static uint64_t free_id(struct rig_world *world, uint32_t thread) {
  struct world_thread *self = &world->threads[thread];
  for (;;) { /* ends: there are more ids than timers */
    const uint64_t id = self->next_timer;
    self->next_timer = (uint16_t)(id - 1 <= ID_LAST ? ID_FIRST : id - 1);
    if (find(world, thread, 0, id) == RIG_WIN_NONE) {
      return id;
    }
  }
}

uint64_t rig_win_timer_set(struct rig_world *world, uint32_t thread, uint32_t window, uint64_t id,
                           uint32_t period_ms, uint64_t code, uint32_t *error) {
  uint32_t owner = thread;
  if (window != 0) {
    owner = rig_win_window_thread(world, window);
    if (owner == RIG_WIN_NONE) {
      *error = world->dialect.bad_timer_error;
      return 0;
    }
  }
  rig_queue_create(world, owner);
  const uint32_t known = window != 0 || id != 0 ? find(world, owner, window, id) : RIG_WIN_NONE;
  if (known != RIG_WIN_NONE) {
    (void)take_out(world, known);
    set_bit(world, owner);
  } else if (window == 0) {
    id = free_id(world, owner);
  }
  if (world->head.timers == RIG_WORLD_TIMERS) {
    (void)rig_world_hit_limit(world, "timers");
    return 0;
  }
  const uint32_t least = period_ms < PERIOD_MIN ? PERIOD_MIN : period_ms;
  const uint32_t period = least > PERIOD_MAX ? PERIOD_MAX : least;
  reads(world, TOUCH_TIME);
  const struct world_timer timer = {.id = id,
                                    .code = code,
                                    .due = rig_world_later(world, period),
                                    .period = period,
                                    .thread = (uint8_t)owner,
                                    .window = (uint8_t)window};
  const uint32_t at = put_in(world, &timer);
  if (at == 0 || world->timers[at - 1].thread != owner) {
    set_bit(world, owner);
  }
  return id != 0 ? id : 1;
}

bool rig_win_timer_kill(struct rig_world *world, uint32_t thread, uint32_t window, uint64_t id) {
  const uint32_t owner = window != 0 ? rig_win_window_thread(world, window) : thread;
  if (owner == RIG_WIN_NONE) {
    return false;
  }
  writes(world, touch_thread(owner));
  const uint32_t at = find(world, owner, window, id);
  if (at == RIG_WIN_NONE) {
    return false;
  }
  (void)take_out(world, at);
  set_bit(world, owner);
  return true;
}

void rig_timers_forget(struct rig_world *world, uint32_t thread, uint32_t window) {
  for (uint32_t i = 0; i < world->head.timers;) {
    if (world->timers[i].thread == thread && (window == 0 || world->timers[i].window == window)) {
      (void)take_out(world, i);
      set_bit(world, thread);
    } else {
      i++;
    }
  }
}

void rig_timers_expire(struct rig_world *world) {
  for (uint32_t i = 0; i < world->head.timers;) {
    if (world->timers[i].expired || world->timers[i].due > world->head.now) {
      i++;
      continue;
    }
    struct world_timer timer = take_out(world, i);
    timer.expired = 1;
    (void)put_in(world, &timer);
    set_bit(world, timer.thread);
  }
}

bool rig_timers_retrieve(struct rig_world *world, uint32_t thread, const struct rig_win_call *call,
                         bool remove, struct rig_win_message *out) {
  for (uint32_t i = 0; i < world->head.timers; i++) {
    struct world_timer timer = world->timers[i];
    if (timer.thread != thread || !timer.expired ||
        (call->window != 0 && timer.window != call->window)) {
      continue;
    }
    *out = (struct rig_win_message){.window = timer.window,
                                    .message = WM_TIMER,
                                    .wparam = timer.id,
                                    .lparam = timer.code,
                                    .time = world->head.now};
    if (remove) {
      (void)take_out(world, i);
      const uint64_t missed = world->head.now - timer.due;
      timer.due = rig_world_later(world, (uint32_t)(timer.period - missed % timer.period));
      timer.expired = 0;
      (void)put_in(world, &timer);
      set_bit(world, thread);
    }
    return true;
  }
  return false;
}
