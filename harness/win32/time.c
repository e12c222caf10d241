/*
 * Virtual time: what is due, and letting it happen.
 *
 * What is due at the same millisecond happens in a fixed order: waitable timers, window timers,
 * time-outs of sends, time-outs of waits, each by number. So a wait whose time-out and whose signal
 * come together is satisfied.
 */
#include "win32/world.h"

uint32_t rig_world_now(const struct rig_world *world) {
  reads(world, TOUCH_TIME);
  return world->head.now;
}

static uint32_t earlier(uint32_t a, uint32_t b) {
  return a < b ? a : b;
}

uint32_t rig_world_due(const struct rig_world *world) {
  uint32_t due = RIG_WIN_FOREVER;
  for (uint32_t i = 0; i < world->head.threads; i++) {
    const struct world_thread *self = &world->threads[i];
    if (self->wait_state == WORLD_WAIT_PENDING) {
      due = earlier(due, self->wait_deadline);
    }
    for (uint32_t depth = 0; depth < self->nested; depth++) {
      due = earlier(due, world->slots[i][depth].deadline);
    }
  }
  for (uint32_t i = 0; i < world->head.timers; i++) {
    if (!world->timers[i].expired) {
      due = earlier(due, world->timers[i].due);
    }
  }
  for (uint32_t i = 0; i < world->head.objects; i++) {
    if (world->objects[i].kind == RIG_WIN_TIMER) {
      due = earlier(due, world->objects[i].due);
    }
  }
  return due < world->head.now ? world->head.now : due;
}

static void happen(struct rig_world *world) {
  const uint32_t now = world->head.now;
  rig_object_timers(world);
  rig_timers_expire(world);
  for (uint32_t i = 0; i < world->head.threads; i++) {
    for (uint32_t depth = 0; depth < world->threads[i].nested; depth++) {
      if (world->slots[i][depth].deadline <= now) {
        rig_send_expire(world, i, depth);
      }
    }
  }
  for (uint32_t i = 0; i < world->head.threads; i++) {
    if (world->threads[i].wait_state == WORLD_WAIT_PENDING &&
        world->threads[i].wait_deadline <= now) {
      rig_wait_expire(world, i);
    }
  }
}

/* When a thread last looked for messages is of no more interest once it counts as hung. */
static void forget_looks(struct rig_world *world) {
  for (uint32_t i = 0; i < world->head.threads; i++) {
    struct world_thread *self = &world->threads[i];
    if (self->queue && self->looked != RIG_HUNG && world->head.now - self->looked > RIG_HUNG_MS) {
      self->looked = RIG_HUNG;
    }
  }
}

void rig_world_advance(struct rig_world *world, uint32_t now) {
  writes(world, UINT64_MAX);
  for (;;) {
    const uint32_t due = rig_world_due(world);
    if (due > now || due == RIG_WIN_FOREVER) {
      break;
    }
    world->head.now = due;
    happen(world);
  }
  if (now > world->head.now) {
    world->head.now = now;
  }
  forget_looks(world);
}

uint32_t rig_world_later(const struct rig_world *world, uint32_t ms) {
  if (ms == RIG_WIN_FOREVER) {
    return RIG_WIN_FOREVER;
  }
  reads(world, TOUCH_TIME);
  const uint64_t later = (uint64_t)world->head.now + ms;
  return later < RIG_WIN_FOREVER ? (uint32_t)later : RIG_WIN_FOREVER - 1;
}
