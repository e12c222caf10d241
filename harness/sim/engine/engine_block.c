/*
 * Waits of the engine's own: for an address in the program's memory (locks, condition variables),
 * and for the time that a program takes to compute.
 */
#include "sim/engine/engine_private.h"

bool rig_engine_block(struct rig_engine *engine, enum rig_block kind, uint64_t address,
                      uint32_t timeout_ms) {
  struct rig_engine_thread *thread = rig_engine_own(engine);
  uint16_t order = 0;
  for (uint32_t i = 0; i < engine->core.thread_count; i++) {
    const struct rig_engine_thread *other = &engine->threads[i];
    if (other->block == kind && other->block_address == address && other->block_order >= order) {
      order = (uint16_t)(other->block_order + 1);
    }
  }
  /* Who waits first is woken first: another thread that comes to wait, or looks for who does, must
   * not be taken to commute with this one (each step of a thread reads memory). */
  engine->touched.writes |= RIG_TOUCH_MEMORY;
  const uint32_t now = rig_world_now(engine->world);
  rig_engine_set_block(thread, kind, address);
  thread->block_order = order;
  thread->block_due = timeout_ms >= RIG_WIN_FOREVER - now ? RIG_WIN_FOREVER : now + timeout_ms;
  rig_engine_rest(engine);
  const bool woken = thread->woken != 0;
  rig_engine_set_block(thread, RIG_BLOCK_NONE, 0);
  return woken;
}

void rig_engine_compute(struct rig_engine *engine, uint32_t ms) {
  const uint32_t computed = rig_engine_own(engine)->computed_ms + ms;
  if (!rig_engine_called_quietly(engine)) {
    (void)rig_engine_block(engine, RIG_BLOCK_COMPUTING, 0, ms);
    rig_engine_own(engine)->computed_ms = computed;
  }
}

void rig_engine_wake(struct rig_engine *engine, enum rig_block kind, uint64_t address,
                     uint32_t most) {
  for (; most > 0; most--) {
    struct rig_engine_thread *first = NULL;
    for (uint32_t i = 0; i < engine->core.thread_count; i++) {
      struct rig_engine_thread *other = &engine->threads[i];
      if (other->block == kind && other->block_address == address && !other->woken &&
          (first == NULL || other->block_order < first->block_order)) {
        first = other;
      }
    }
    if (first == NULL) {
      return;
    }
    first->woken = 1;
    engine->touched.writes |= RIG_TOUCH_MEMORY;
  }
}
