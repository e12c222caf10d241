/* What a step reads and writes (win32.h, struct rig_win_touch). Included by world.h, whose world it
 * looks at. */
#ifndef RIG_WIN32_TOUCH_H
#define RIG_WIN32_TOUCH_H

#include "win32/world.h"

/* Bits 0..15: a thread with its queue, wait, windows and timers; 16..47: objects, folded modulo 32;
 * then tables, whose order decides which number the next one gets, and time. Folding only joins
 * things: two steps may be called dependent that are not, never the other way round. */
#define TOUCH_WINDOWS (1ull << 48)
#define TOUCH_HANDLES (1ull << 49)
#define TOUCH_TIME (1ull << 50)
#define TOUCH_THREADS (1ull << 51)
#define TOUCH_TICKETS (1ull << 52)

static inline uint64_t touch_thread(uint32_t thread) {
  return 1ull << thread;
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
