/* The two pools of messages that lie in queues: ordered by receiving thread, then by age. */
#include "win32/world.h"

static uint32_t posted_before(const struct rig_world *world, uint32_t thread) {
  uint32_t before = 0;
  for (uint32_t i = 0; i < thread; i++) {
    before += world->threads[i].posted;
  }
  return before;
}

static uint32_t sent_before(const struct rig_world *world, uint32_t thread) {
  uint32_t before = 0;
  for (uint32_t i = 0; i < thread; i++) {
    before += world->threads[i].sent;
  }
  return before;
}

static void insert(struct world_item *pool, uint32_t count, uint32_t at,
                   const struct world_item *item) {
  memmove(pool + at + 1, pool + at, (count - at) * sizeof *pool);
  pool[at] = *item;
}

static void take_out(struct world_item *pool, uint32_t count, uint32_t at) {
  memmove(pool + at, pool + at + 1, (count - at - 1) * sizeof *pool);
}

struct world_item *rig_posted_of(struct rig_world *world, uint32_t thread) {
  return world->posted + posted_before(world, thread);
}

struct world_item *rig_sent_of(struct rig_world *world, uint32_t thread) {
  return world->sent + sent_before(world, thread);
}

bool rig_posted_add(struct rig_world *world, uint32_t thread, const struct world_item *item) {
  if (world->head.posted == RIG_WORLD_POSTED) {
    return rig_world_hit_limit(world, "posted messages");
  }
  const uint32_t at = posted_before(world, thread + 1);
  insert(world->posted, world->head.posted, at, item);
  if (world->threads[thread].seen) {
    world->posted[at].flags |= WORLD_ITEM_LATE;
  }
  world->threads[thread].posted++;
  world->head.posted++;
  return true;
}

bool rig_sent_add(struct rig_world *world, uint32_t thread, const struct world_item *item) {
  if (world->head.sent == RIG_WORLD_SENT) {
    return rig_world_hit_limit(world, "sent messages");
  }
  insert(world->sent, world->head.sent, sent_before(world, thread + 1), item);
  world->threads[thread].sent++;
  world->head.sent++;
  return true;
}

void rig_posted_remove(struct rig_world *world, uint32_t thread, uint32_t index) {
  RIG_ASSERT(index < world->threads[thread].posted);
  take_out(world->posted, world->head.posted, posted_before(world, thread) + index);
  world->threads[thread].posted--;
  world->head.posted--;
}

void rig_sent_remove(struct rig_world *world, uint32_t thread, uint32_t index) {
  RIG_ASSERT(index < world->threads[thread].sent);
  take_out(world->sent, world->head.sent, sent_before(world, thread) + index);
  world->threads[thread].sent--;
  world->head.sent--;
}

struct world_item rig_item_of(const struct rig_world *world, uint32_t window,
                              const struct rig_win_message *message) {
  reads(world, TOUCH_TIME);
  return (struct world_item){.wparam = message->wparam,
                             .lparam = message->lparam,
                             .message = message->message,
                             .time = world->head.now,
                             .origin = message->origin,
                             .window = (uint8_t)window};
}

struct rig_win_message rig_item_message(const struct world_item *item) {
  return (struct rig_win_message){.window = item->window,
                                  .message = item->message,
                                  .wparam = item->wparam,
                                  .lparam = item->lparam,
                                  .time = item->time,
                                  .origin = item->origin};
}
