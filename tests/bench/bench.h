/*
 * What the parts of the benchmark share. Each ends the program, with the reason on standard error,
 * where it cannot measure.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include "live/live.h"

#define PARALLEL_MAX 2

struct context {
  const char *binaries; /* the build's bin folder */
};

/* Milliseconds of CLOCK_MONOTONIC. */
double now_ms(void);

__attribute__((noreturn)) void fail(const char *what, const char *why);

/* The caller closes it. */
struct rig_live *open_live(const struct context *context, unsigned parallel, unsigned index);

/* The caller frees it. */
struct rig_scenario *parse(const char *text);

/* corpus.c */
void bench_corpus(const struct context *context);

#endif
