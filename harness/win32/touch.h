/* What a step reads and writes (win32.h, struct rig_win_touch). Included by world.h, whose world it
 * looks at. */
#ifndef RIG_WIN32_TOUCH_H
#define RIG_WIN32_TOUCH_H

#include "win32/world.h"

/* Bits 0..15: a thread with its queue, wait, windows and timers; 16..47: objects, folded modulo 32;
 * then tables, whose order decides which number the next one gets, and time; 53..60: the lists of
 * posted and of sent messages of the first four threads. Folding only joins things: two steps may
 * be called dependent that are not, never the other way round.
 *
 * Who adds to a list, and wakes nobody by it, writes the list and reads the thread: a post and a
 * send to the same thread commute, for the bits of a queue are only set by both. Who looks at what
 * lies in a queue reads the thread and its lists; who changes it otherwise writes the thread. */
#define TOUCH_WINDOWS (1ull << 48)
#define TOUCH_HANDLES (1ull << 49)
#define TOUCH_TIME (1ull << 50)
#define TOUCH_THREADS (1ull << 51)
#define TOUCH_TICKETS (1ull << 52)

#define TOUCH_LISTS 4u
#define TOUCH_POSTED 53u
#define TOUCH_SENT (TOUCH_POSTED + TOUCH_LISTS)

static inline uint64_t touch_thread(uint32_t thread) {
  return 1ull << thread;
}
/* A thread's list; that of one beyond the first few is the thread itself. */
static inline uint64_t touch_posted(uint32_t thread) {
  return 1ull << (thread < TOUCH_LISTS ? TOUCH_POSTED + thread : thread);
}
static inline uint64_t touch_sent(uint32_t thread) {
  return 1ull << (thread < TOUCH_LISTS ? TOUCH_SENT + thread : thread);
}
static inline uint64_t touch_queue(uint32_t thread) {
  return touch_thread(thread) | touch_posted(thread) | touch_sent(thread);
}
/* The threads that are touched, one bit each. */
static inline uint64_t touched_threads(uint64_t touched) {
  const uint64_t lists = touched >> TOUCH_POSTED | touched >> TOUCH_SENT;
  return (touched & (touch_thread(RIG_WORLD_THREADS) - 1)) |
         (lists & (touch_thread(TOUCH_LISTS) - 1));
}
static inline uint64_t touch_object(uint32_t object) {
  return 1ull << (16 + object % 32);
}
static inline uint64_t touch_objects(uint64_t mask) {
  return ((mask | mask >> 32) & UINT32_MAX) << 16;
}
/* The touch record is no state: looking at a const world may add to it. */
static inline void reads(const struct rig_world *world, uint64_t what) {
  ((struct rig_world *)(uintptr_t)world)->touch.reads |= what;
}
static inline void writes(struct rig_world *world, uint64_t what) {
  world->touch.writes |= what;
}

#endif
