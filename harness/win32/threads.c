/*
 * Threads: their beginning and end, and their APCs.
 *
 * Source: wine server/thread.c (kill_thread, queue_apc), server/queue.c (msg_queue_destroy,
 * cleanup_results), dlls/win32u/window.c (destroy_thread_windows).
 */
#include "win32/world.h"

/* A number is not given twice: a thread that ended keeps its own. */
uint32_t rig_world_thread_new(struct rig_world *world) {
  writes(world, TOUCH_THREADS);
  if (world->head.threads == RIG_WORLD_THREADS) {
    (void)rig_world_hit_limit(world, "threads");
    return RIG_WIN_NONE;
  }
  const uint32_t thread = world->head.threads++;
  writes(world, touch_thread(thread));
  world->threads[thread] =
      (struct world_thread){.life = WORLD_ALIVE, .wait_deadline = RIG_WIN_FOREVER};
  return thread;
}

/* The messages that it sent stay where they are, with nobody to tell the result to. */
static void forget_sends(struct rig_world *world, uint32_t thread) {
  for (uint32_t depth = 0; depth < world->threads[thread].nested; depth++) {
    const uint32_t ref = thread * RIG_WORLD_NESTED + depth;
    for (uint32_t i = 0; i < world->head.sent; i++) {
      if (world->sent[i].ref == ref) {
        world->sent[i].ref = WORLD_REF_NOBODY;
      }
    }
    rig_send_withdraw(world, ref); /* from the hands of a thread that handles it */
  }
  world->threads[thread].nested = 0;
}

static void drop_apcs(struct rig_world *world, uint32_t thread) {
  uint32_t at = 0;
  for (uint32_t i = 0; i < thread; i++) {
    at += world->threads[i].apcs;
  }
  const uint32_t count = world->threads[thread].apcs;
  memmove(world->apcs + at, world->apcs + at + count,
          (world->head.apcs - at - count) * sizeof world->apcs[0]);
  world->head.apcs = (uint8_t)(world->head.apcs - count);
  world->threads[thread].apcs = 0;
}

static void drop_queue(struct rig_world *world, uint32_t thread) {
  struct world_thread *self = &world->threads[thread];
  forget_sends(world, thread);
  while (self->received > 0) {
    const struct world_received top = world->received[thread][--self->received];
    const struct world_result *result = rig_send_result(world, top.ref);
    if (result != NULL && !result->replied) {
      rig_send_store(world, top.ref, 0, ERROR_ACCESS_DENIED);
    }
  }
  while (self->sent > 0) {
    const uint32_t ref = rig_sent_of(world, thread)->ref;
    rig_sent_remove(world, thread, 0);
    rig_send_store(world, ref, 0, ERROR_ACCESS_DENIED);
  }
  while (self->posted > 0) {
    rig_posted_remove(world, thread, self->posted - 1u);
  }
  rig_timers_forget(world, thread, 0);
}

void rig_world_thread_exit(struct rig_world *world, uint32_t thread, uint32_t code) {
  struct world_thread *self = &world->threads[thread];
  if (!alive(world, thread)) {
    return;
  }
  writes(world, TOUCH_THREADS | touch_thread(thread));
  rig_wait_cancel(world, thread);
  rig_windows_end(world, thread);
  rig_object_abandon(world, thread);
  self->life = WORLD_ENDED;
  const uint32_t object = rig_handle_thread(world, thread);
  if (object != RIG_NO_OBJECT) {
    rig_wait_object(world, object, 0);
  }
  drop_queue(world, thread);
  drop_apcs(world, thread);
  *self = (struct world_thread){
      .life = WORLD_ENDED, .exit_code = code, .wait_deadline = RIG_WIN_FOREVER};
}

bool rig_world_thread_alive(const struct rig_world *world, uint32_t thread) {
  reads(world, TOUCH_THREADS);
  return alive(world, thread);
}

uint32_t rig_world_thread_code(const struct rig_world *world, uint32_t thread) {
  reads(world, TOUCH_THREADS);
  return alive(world, thread) ? STILL_ACTIVE : world->threads[thread].exit_code;
}

bool rig_win_apc_queue(struct rig_world *world, uint32_t thread, uint64_t code, uint64_t argument) {
  reads(world, TOUCH_THREADS);
  if (!alive(world, thread)) {
    return false;
  }
  struct world_thread *self = &world->threads[thread];
  writes(world, touch_thread(thread));
  if (world->head.apcs == RIG_WORLD_APCS) {
    return rig_world_hit_limit(world, "APCs");
  }
  uint32_t at = 0;
  for (uint32_t i = 0; i <= thread; i++) {
    at += world->threads[i].apcs;
  }
  memmove(world->apcs + at + 1, world->apcs + at, (world->head.apcs - at) * sizeof world->apcs[0]);
  world->apcs[at] = (struct world_apc){.code = code, .argument = argument};
  world->head.apcs++;
  if (++self->apcs == 1) {
    rig_wait_wake(world, thread);
  }
  return true;
}
