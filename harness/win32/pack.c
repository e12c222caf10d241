/*
 * The state as bytes: what is in use, array by array. Everything here holds zero or nothing where
 * it is not in use (world.h), so that equal worlds are equal bytes.
 */
#include "win32/world.h"

/* X(array, how many are in use) */
#define TABLES(X)                                                                                  \
  X(threads, threads)                                                                              \
  X(windows, windows)                                                                              \
  X(objects, objects)                                                                              \
  X(timers, timers)                                                                                \
  X(tickets, tickets)                                                                              \
  X(apcs, apcs)                                                                                    \
  X(sent, sent)                                                                                    \
  X(posted, posted)                                                                                \
  X(handles, handles)

static uint32_t waited_by(const struct world_thread *thread) {
  return thread->wait_state == WORLD_WAIT_NONE ? 0 : thread->wait_count;
}

size_t rig_world_packed_bytes(const struct rig_world *world) {
  const struct world_head *head = &world->head;
  size_t bytes = sizeof *head;
#define RIG_X(array, count) bytes += head->count * sizeof world->array[0];
  TABLES(RIG_X)
#undef RIG_X
  for (uint32_t i = 0; i < head->threads; i++) {
    const struct world_thread *self = &world->threads[i];
    bytes += self->nested * sizeof world->slots[0][0];
    bytes += self->received * sizeof world->received[0][0];
    bytes += waited_by(self) * (size_t)2;
  }
  return bytes;
}

static uint8_t *put(uint8_t *at, const void *from, size_t bytes) {
  memcpy(at, from, bytes);
  return at + bytes;
}

size_t rig_world_pack(const struct rig_world *world, void *to) {
  const struct world_head *head = &world->head;
  uint8_t *at = put(to, head, sizeof *head);
#define RIG_X(array, count) at = put(at, world->array, head->count * sizeof world->array[0]);
  TABLES(RIG_X)
#undef RIG_X
  for (uint32_t i = 0; i < head->threads; i++) {
    const struct world_thread *self = &world->threads[i];
    at = put(at, world->slots[i], self->nested * sizeof world->slots[0][0]);
    at = put(at, world->received[i], self->received * sizeof world->received[0][0]);
    at = put(at, world->waited[i].handle, waited_by(self));
    at = put(at, world->waited[i].object, waited_by(self));
  }
  return (size_t)(at - (uint8_t *)to);
}

static const uint8_t *get(void *to, const uint8_t *at, size_t bytes) {
  memcpy(to, at, bytes);
  return at + bytes;
}

void rig_world_unpack(struct rig_world *world, const void *from, size_t bytes) {
  struct world_head *head = &world->head;
  const uint8_t *at = get(head, from, sizeof *head);
#define RIG_X(array, count) at = get(world->array, at, head->count * sizeof world->array[0]);
  TABLES(RIG_X)
#undef RIG_X
  for (uint32_t i = 0; i < head->threads; i++) {
    const struct world_thread *self = &world->threads[i];
    at = get(world->slots[i], at, self->nested * sizeof world->slots[0][0]);
    at = get(world->received[i], at, self->received * sizeof world->received[0][0]);
    at = get(world->waited[i].handle, at, waited_by(self));
    at = get(world->waited[i].object, at, waited_by(self));
  }
  RIG_ASSERT(at == (const uint8_t *)from + bytes);
  world->limit = NULL;
}
