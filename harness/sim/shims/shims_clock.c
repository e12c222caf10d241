/*
 * The clock: virtual time, which moves on only when nobody can go on, so that looking at it is no
 * step.
 *
 * A thread that looks at it again and again without another call computes until some moment. That
 * takes time: each further look shows 100 us more, and whole milliseconds pass for everybody. The
 * thread is busy for so long, neither at rest nor in a call, and others go on. The more it has
 * computed, the more passes with each look, within GROWTH of it: a computation of two seconds is
 * some 160 steps and ends at most 3% late. One that calls nothing for COMPUTE_MAX_MS never ends:
 * the clock stands still for it then, and the engine's patience is told of it.
 */
#include <string.h>

#include "sim/shims/shims_private.h"

#define STARTED_MS 60000u /* virtual milliseconds since the system's start when a run begins */
#define QPC_PER_MS 10000u

#define LOOK_UNITS 1000u /* 100 us, in 100 ns */
#define LOOKS_PER_MS (QPC_PER_MS / LOOK_UNITS)
#define GROWTH 32u
#define STEP_MAX_MS 100u
#define COMPUTE_MAX_MS 60000u

/* Lets the time pass that the looks have shown. */
static void compute(struct rig_engine *engine) {
  struct rig_engine_thread *thread = &engine->threads[rig_engine_self(engine)];
  if (thread->computed_ms >= COMPUTE_MAX_MS) {
    return;
  }
  if (thread->computed_ms > 0 || thread->looks >= LOOKS_PER_MS) {
    const uint32_t share = thread->computed_ms / GROWTH;
    thread->looks = 0;
    rig_engine_compute(engine, share == 0 ? 1 : share > STEP_MAX_MS ? STEP_MAX_MS : share);
  }
}

uint64_t rig_engine_ticks(const struct rig_engine *engine) {
  return (uint64_t)rig_world_now(engine->world) + STARTED_MS;
}

/* In 100 ns. */
static uint64_t now_fine(void) {
  struct rig_engine *engine = rig_engine_current();
  struct rig_engine_thread *thread = &engine->threads[rig_engine_self(engine)];
  engine->core.time_seen = 1;
  compute(engine);
  const uint64_t fine = thread->looks < LOOKS_PER_MS ? thread->looks : LOOKS_PER_MS - 1;
  thread->looks = (uint32_t)fine + 1;
  return rig_engine_ticks(engine) * QPC_PER_MS + fine * LOOK_UNITS;
}
static uint64_t now(void) {
  return now_fine() / QPC_PER_MS;
}
RIG_SHIM(uint32_t, GetTickCount, void) {
  return (uint32_t)now();
}
RIG_SHIM(uint64_t, GetTickCount64, void) {
  return now();
}
RIG_SHIM(uint32_t, timeGetTime, void) {
  return (uint32_t)now();
}
RIG_SHIM(uint32_t, QueryPerformanceCounter, uint64_t *count) {
  *count = now_fine();
  return 1;
}
RIG_SHIM(uint32_t, QueryPerformanceFrequency, uint64_t *frequency) {
  *frequency = QPC_PER_MS * 1000ull;
  return 1;
}
uint64_t rig_shim_file_time(void) {
  return 133485408000000000ull + now_fine(); /* 2024-01-01 */
}
RIG_SHIM(void, GetSystemTimeAsFileTime, uint32_t *time) {
  const uint64_t value = rig_shim_file_time();
  memcpy(time, &value, sizeof value);
}
