/*
 * The state as bytes: what is in use, array by array. Everything here holds zero or nothing where
 * it is not in use (world.h), so that equal worlds are equal bytes.
 */
#include "core/hash.h"
#include "win32/world.h"

/* X(array, how many are in use): objects, what is of all threads together, and what lies thread by
 * thread. */
#define OBJECTS(X)                                                                                 \
  X(objects, objects)                                                                              \
  X(handles, handles)
#define COMMON(X)                                                                                  \
  X(windows, windows)                                                                              \
  X(timers, timers)                                                                                \
  X(tickets, tickets)                                                                              \
  X(apcs, apcs)
#define TABLES(X)                                                                                  \
  X(threads, threads)                                                                              \
  X(sent, sent)                                                                                    \
  X(posted, posted)                                                                                \
  OBJECTS(X)                                                                                       \
  COMMON(X)

/* X(array, how many are in use): of thread `i`, whose record is `self` */
#define OWN(X)                                                                                     \
  X(slots[i], self->nested)                                                                        \
  X(received[i], self->received)                                                                   \
  X(waited[i].handle, waited_by(self))                                                             \
  X(waited[i].object, waited_by(self))

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
#define RIG_X(array, count) bytes += (count) * sizeof world->array[0];
    OWN(RIG_X)
#undef RIG_X
  }
  return bytes;
}

size_t rig_world_packed_max(void) {
  return offsetof(struct rig_world, dialect); /* every array whole: what follows is no state */
}

/* Element by element, whose size is known: most arrays are empty or short, and this is done for
 * each state. */
#define PUT(array, count)                                                                          \
  for (uint32_t k = 0, n = (count); k < n; k++, at += sizeof(array)[0]) {                          \
    memcpy(at, &(array)[k], sizeof(array)[0]);                                                     \
  }
#define GET(array, count)                                                                          \
  for (uint32_t k = 0, n = (count); k < n; k++, at += sizeof(array)[0]) {                          \
    memcpy(&(array)[k], at, sizeof(array)[0]);                                                     \
  }

size_t rig_world_pack(const struct rig_world *world, void *to) {
  const struct world_head *head = &world->head;
  uint8_t *at = to;
  PUT(head, 1)
#define RIG_X(array, count) PUT(world->array, head->count)
  TABLES(RIG_X)
#undef RIG_X
  for (uint32_t i = 0; i < head->threads; i++) {
    const struct world_thread *self = &world->threads[i];
    if ((self->nested | self->received | self->wait_state) == 0) {
      continue; /* most do nothing of that kind */
    }
#define RIG_X(array, count) PUT(world->array, count)
    OWN(RIG_X)
#undef RIG_X
  }
  return (size_t)(at - (uint8_t *)to);
}

void rig_world_unpack(struct rig_world *world, const void *from, size_t bytes) {
  struct world_head *head = &world->head;
  const uint8_t *at = from;
  GET(head, 1)
#define RIG_X(array, count) GET(world->array, head->count)
  TABLES(RIG_X)
#undef RIG_X
  for (uint32_t i = 0; i < head->threads; i++) {
    const struct world_thread *self = &world->threads[i];
    if ((self->nested | self->received | self->wait_state) == 0) {
      continue; /* most do nothing of that kind */
    }
#define RIG_X(array, count) GET(world->array, count)
    OWN(RIG_X)
#undef RIG_X
  }
  RIG_ASSERT(at == (const uint8_t *)from + bytes);
  world->limit = NULL;
}

/* ---- its fingerprint ---- */

/* Most arrays are empty. How long each is the head tells, or the thread's record. */
static inline struct rig_hash add(struct rig_hash hash, const void *from, size_t bytes) {
  return bytes > 0 ? rig_hash_add(hash, from, bytes) : hash;
}

/* What is a thread's own, and changes only in steps that say that they touch the thread: not its
 * place among the waiters, which those before it decide. */
static uint64_t thread_print(const struct rig_world *world, uint32_t i) {
  const struct world_thread *self = &world->threads[i];
  const struct world_item *sent = world->sent;
  const struct world_item *posted = world->posted;
  for (const struct world_thread *before = world->threads; before < self; before++) {
    sent += before->sent;
    posted += before->posted;
  }
  struct world_thread record = *self;
  record.wait_order = 0;
  struct rig_hash hash = rig_hash_add(rig_hash_begin(i), &record, sizeof record);
  hash = add(hash, sent, self->sent * sizeof sent[0]);
  hash = add(hash, posted, self->posted * sizeof posted[0]);
#define RIG_X(array, count) hash = add(hash, world->array, (count) * sizeof world->array[0]);
  OWN(RIG_X)
#undef RIG_X
  return rig_hash_end(hash);
}

/* Objects, and who waits for them in which order, change in steps that say so alone. */
static uint64_t objects_print(const struct rig_world *world) {
  const struct world_head *head = &world->head;
  struct rig_hash hash = rig_hash_begin(0);
  uint64_t orders[RIG_WORLD_THREADS / 8] = {0};
  for (uint32_t i = 0; i < head->threads; i++) {
    orders[i / 8] |= (uint64_t)world->threads[i].wait_order << i % 8 * 8;
  }
  hash = rig_hash_add(hash, orders, sizeof orders);
#define RIG_X(array, count) hash = add(hash, world->array, head->count * sizeof world->array[0]);
  OBJECTS(RIG_X)
#undef RIG_X
  return rig_hash_end(hash);
}

_Static_assert(sizeof((struct rig_world_prints *)NULL)->of_thread / sizeof(uint64_t) ==
                   RIG_WORLD_THREADS,
               "one for each");

uint64_t rig_world_print(const struct rig_world *world, struct rig_world_prints *prints,
                         uint64_t touched) {
  const struct world_head *head = &world->head;
  if (touched == UINT64_MAX) {
    *prints = (struct rig_world_prints){.of_objects = 0};
  }
  if ((touched & (TOUCH_HANDLES | touch_objects(UINT64_MAX))) != 0) {
    prints->of_objects = objects_print(world);
  }
  uint64_t rest = touched_threads(touched) & (touch_thread(head->threads) - 1);
  for (; rest != 0; rest &= rest - 1) {
    const uint32_t thread = (uint32_t)__builtin_ctzll(rest);
    const uint64_t print = thread_print(world, thread);
    prints->of_threads += print - prints->of_thread[thread];
    prints->of_thread[thread] = print;
  }
  struct rig_hash hash = rig_hash_add(rig_hash_begin(prints->of_objects), head, sizeof *head);
#define RIG_X(array, count) hash = add(hash, world->array, head->count * sizeof world->array[0]);
  COMMON(RIG_X)
#undef RIG_X
  return rig_hash_fold(rig_hash_end(hash) ^ RIG_HASH_K1, prints->of_threads ^ RIG_HASH_K2);
}

/* ---- without the time of day ---- */

static void subtract(uint32_t *time, uint32_t now) {
  if (*time != RIG_WIN_FOREVER) { /* RIG_HUNG is the same number */
    *time -= now;
  }
}

/* One without a queue has not looked, and one that has ended waits for nothing. */
static void forget_of_threads(struct rig_world *world, uint32_t now) {
  for (uint32_t i = 0; i < world->head.threads; i++) {
    struct world_thread *self = &world->threads[i];
    if (self->queue) {
      subtract(&self->looked, now);
    }
    if (self->life == WORLD_ALIVE) {
      subtract(&self->wait_deadline, now);
    }
    for (uint32_t k = 0; k < self->nested; k++) {
      subtract(&world->slots[i][k].deadline, now);
    }
  }
}

/* Of a timer that has expired, only where it is within its period still matters (timers.c: it
 * starts again from there). */
static void forget_of_timers(struct rig_world *world, uint32_t now) {
  for (uint32_t i = 0; i < world->head.timers; i++) {
    struct world_timer *timer = &world->timers[i];
    timer->due = timer->expired && timer->period != 0 ? (now - timer->due) % timer->period
                                                      : timer->due - now;
  }
  for (uint32_t i = 0; i < world->head.objects; i++) {
    if (world->objects[i].kind == RIG_WIN_TIMER) {
      subtract(&world->objects[i].due, now);
    }
  }
}

static void forget_now(struct rig_world *world) {
  const uint32_t now = world->head.now;
  world->head.now = 0;
  forget_of_threads(world, now);
  forget_of_timers(world, now);
  for (uint32_t i = 0; i < world->head.tickets; i++) {
    subtract(&world->tickets[i].deadline, now);
  }
  for (uint32_t i = 0; i < world->head.sent; i++) {
    world->sent[i].time = 0;
  }
  for (uint32_t i = 0; i < world->head.posted; i++) {
    world->posted[i].time = 0;
  }
}

/* What is in use. */
static void copy(struct rig_world *to, const struct rig_world *from) {
  const struct world_head *head = &from->head;
  to->head = *head;
#define RIG_X(array, count) memcpy(to->array, from->array, head->count * sizeof to->array[0]);
  TABLES(RIG_X)
#undef RIG_X
  for (uint32_t i = 0; i < head->threads; i++) {
    const struct world_thread *self = &from->threads[i];
#define RIG_X(array, count) memcpy(to->array, from->array, (count) * sizeof to->array[0]);
    OWN(RIG_X)
#undef RIG_X
  }
}

uint64_t rig_world_timeless_print(const struct rig_world *world, struct rig_world *scratch) {
  struct rig_world_prints prints;
  copy(scratch, world);
  forget_now(scratch);
  return rig_world_print(scratch, &prints, UINT64_MAX);
}
