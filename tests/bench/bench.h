/*
 * What the parts of the benchmark share. Each ends the program, with the reason on standard error,
 * where it cannot measure.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include "live/live.h"
#include "pump_system.h"
#include "sim/explore/explore.h"

#define PARALLEL_MAX 2

struct context {
  const char *binaries; /* the build's bin folder */
};

/* Milliseconds of CLOCK_MONOTONIC. */
double now_ms(void);

__attribute__((noreturn)) void fail(const char *what, const char *why);

/* The caller closes it. */
struct rig_live *open_live(const struct context *context, unsigned parallel);

/* The caller frees it. */
struct rig_scenario *parse(const char *text);

/* Runs it once, and a second time where Wine's start failed in silence (1 start in 1,000 to 2,500
 * under load), which is no measurement. Returns its milliseconds; the caller removes
 * output->session. */
double run_client(struct rig_live *live, const struct rig_run_request *request,
                  struct rig_run_output *output);

/* corpus.c */
void bench_corpus(const struct context *context);

/* sim.c, states.c, engine.c */
void bench_sim(const struct context *context);
void bench_states(void);
void bench_engine(const struct context *context);
/* The problem that states are explored of: 6 notifiers x 3 actions at a drain pump. */
struct pump_problem bench_problem(void);
double cpu_ns(void); /* of this process */
/* workers.c: one process and two on one exploration. */
struct pump_problem;
void bench_workers(const struct pump_problem *problem);
/* Until the first deadlock. */
void bench_hang(const char *what, const struct rig_system *system);
/* What one step, its fingerprint, saving and going back cost, in the first state. */
void bench_snapshot(const char *what, const struct rig_system *system);

#endif
