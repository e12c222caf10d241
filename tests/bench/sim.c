/*
 * The simulator's numbers: states beside SPIN's (states.c), schedules, how soon a hang is found,
 * what snapshots and switches cost.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"
#include "pump_system.h"
#include "sim/engine/fibre_private.h"

#define SCHEDULES 756756u

double cpu_ns(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* ---- schedules ---- */

/* Three actors of five steps that touch nothing in common. */
struct counters {
  uint8_t at[8];
};

static size_t counters_enabled(void *self, struct rig_transition *out, enum rig_sim_end *end) {
  const struct counters *counters = self;
  size_t count = 0;
  for (uint16_t i = 0; i < 3; i++) {
    if (counters->at[i] < 5) {
      out[count++] = (struct rig_transition){i, 0};
    }
  }
  *end = RIG_SIM_COMPLETE;
  return count;
}

static enum rig_sim_end counters_step(void *self, struct rig_transition transition,
                                      struct rig_footprint *footprint) {
  ((struct counters *)self)->at[transition.actor]++;
  *footprint = (struct rig_footprint){0, UINT64_C(1) << transition.actor};
  return RIG_SIM_GOES_ON;
}

static size_t counters_save(void *self, void *to) {
  memcpy(to, self, sizeof(struct counters));
  return sizeof(struct counters);
}

static void counters_load(void *self, const void *from, size_t bytes) {
  memcpy(self, from, bytes);
}

static uint64_t counters_hash(void *self) {
  uint64_t word;
  memcpy(&word, self, sizeof word);
  return word;
}

static void bench_schedules(void) {
  struct counters counters = {{0}};
  const struct rig_system system = {.self = &counters,
                                    .enabled = counters_enabled,
                                    .step = counters_step,
                                    .state_bytes_max = sizeof counters,
                                    .save = counters_save,
                                    .load = counters_load,
                                    .hash = counters_hash};
  for (unsigned reduce = 0; reduce < 2; reduce++) {
    const struct rig_explore_options options = {.mode = RIG_EXPLORE_SCHEDULES,
                                                .reduce = reduce != 0};
    struct rig_exploration out;
    const double from = cpu_ns();
    if (rig_explore(&system, &options, &out) != RIG_OK ||
        out.schedules != (reduce ? 1 : SCHEDULES)) {
      fail("schedules", "not as many as there are");
    }
    printf("schedules: 3 actors x 5 independent steps, %s: %llu in %.3f s (%.0f/s)\n",
           reduce ? "source-DPOR" : "every interleaving", (unsigned long long)out.schedules,
           (cpu_ns() - from) / 1e9, (double)out.schedules / (cpu_ns() - from) * 1e9);
  }
}

/* ---- the hang ---- */

static bool stop_at_deadlock(void *context, enum rig_sim_end end,
                             const struct rig_schedule *schedule) {
  if (end == RIG_SIM_DEADLOCK) {
    *(size_t *)context = schedule->count;
  }
  return end != RIG_SIM_DEADLOCK;
}

void bench_hang(const char *what, const struct rig_system *system) {
  size_t steps = 0;
  struct rig_exploration out;
  const struct rig_explore_options options = {
      .mode = RIG_EXPLORE_STATES, .reduce = true, .found = stop_at_deadlock, .context = &steps};
  const double from = cpu_ns();
  if (rig_explore(system, &options, &out) != RIG_OK || steps == 0) {
    fail(what, "no hang was found");
  }
  printf("hang: %s: found in %.2f ms, after %llu states, by a schedule of %zu steps\n", what,
         (cpu_ns() - from) / 1e6, (unsigned long long)out.states, steps);
}

/* ---- snapshots and switches ---- */

void bench_snapshot(const char *what, const struct rig_system *system) {
  enum { ROUNDS = 20000 };
  void *state = malloc(system->state_bytes_max);
  struct rig_transition list[RIG_ENABLED_MAX];
  struct rig_footprint footprint;
  enum rig_sim_end end;
  double ns[4] = {0}; /* step, hash, save, load */
  uint64_t sum = 0;
  if (state == NULL || system->enabled(system->self, list, &end) == 0) {
    fail(what, "no state to measure with");
  }
  size_t bytes = system->save(system->self, state);
  for (unsigned i = 0; i < ROUNDS; i++) {
    const double at = cpu_ns();
    (void)system->step(system->self, list[0], &footprint);
    const double stepped = cpu_ns();
    sum += system->hash(system->self);
    const double hashed = cpu_ns();
    system->load(system->self, state, bytes);
    const double loaded = cpu_ns();
    bytes = system->save(system->self, state);
    ns[0] += stepped - at;
    ns[1] += hashed - stepped;
    ns[2] += cpu_ns() - loaded;
    ns[3] += loaded - hashed;
  }
  const double from = cpu_ns();
  for (unsigned i = 0; i < ROUNDS; i++) {
    (void)cpu_ns();
  }
  const double clock = (cpu_ns() - from) / ROUNDS;
  printf("snapshot: %s, %zu bytes: step %.0f ns, hash %.0f ns, save %.0f ns, load %.0f ns\n", what,
         bytes, ns[0] / ROUNDS - clock, ns[1] / ROUNDS - clock, ns[2] / ROUNDS - clock,
         ns[3] / ROUNDS - clock);
  free(sum == 1 ? NULL : state);
}

static void yield_for_ever(void *argument) {
  (void)argument;
  for (;;) {
    rig_fibre_yield();
  }
}

/* Of the switch alone, and of what the engine uses: with the dead part of the stack cleaned. */
static void bench_switch(void) {
  enum { ROUNDS = 2000000, SLICE = 1000 };
  struct rig_fibre *fibre = rig_fibre_new();
  if (fibre == NULL) {
    fail("fibre", "no memory");
  }
  rig_fibre_start(fibre, yield_for_ever, NULL);
  rig_fibre_run(fibre);
  double bare = 0;
  double cleaned = 0;
  for (unsigned i = 0; i < ROUNDS; i += SLICE) { /* by turns, so that both suffer the same load */
    const double from = cpu_ns();
    rig_fibre_here.current = fibre;
    for (unsigned k = 0; k < SLICE; k++) {
      rig_fibre_switch(&rig_fibre_here.runner, &fibre->sp);
    }
    rig_fibre_here.current = NULL;
    const double between = cpu_ns();
    for (unsigned k = 0; k < SLICE; k++) {
      rig_fibre_run(fibre);
    }
    bare += between - from;
    cleaned += cpu_ns() - between;
  }
  printf("switch: to a fibre and back: %.1f ns, as the engine does it, the stack cleaned: %.1f ns "
         "(%.2f x)\n",
         bare / ROUNDS, cleaned / ROUNDS, cleaned / bare);
  (void)rig_fibre_free(fibre);
}

void bench_sim(const struct context *context) {
  struct pump_problem literal = {
      .notifiers = 1, .actions = 1, .kinds = {{PUMP_SEND}}, .mask_send = true, .mask_post = true};
  const struct pump_problem problem = bench_problem();
  literal.retrieve = PUMP_GET;
  bench_states();
  bench_workers(&problem);
  bench_schedules();
  struct pump_system *pump = pump_system_new(&problem);
  struct pump_system *hangs = pump_system_new(&literal);
  if (pump == NULL || hangs == NULL) {
    fail("sim", "no memory");
  }
  bench_hang("the literal pump, one sent message, the stop", pump_system_explorable(hangs));
  bench_snapshot("the drain pump's world", pump_system_explorable(pump));
  bench_switch();
  (void)pump_system_free(pump);
  (void)pump_system_free(hangs);
  bench_engine(context);
}
