/*
 * The native side of the differential test: makes random programs while it runs the model
 * (machine.h, generate.c), has them run under Wine (wine.c), compares, makes a program that differs
 * as short as it can (minimise.c), and shows both columns (text.c).
 */
#ifndef TESTS_WIN32_DIFFER_DIFFER_H
#define TESTS_WIN32_DIFFER_DIFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/status.h"
#include "program.h"
#include "win32/win32.h" /* RIG_WIN_NONE */

struct program {
  uint64_t seed;
  bool timed;
  uint32_t threads;
  uint32_t count;
  struct differ_operation operations[DIFFER_OPERATIONS_MAX];
  struct differ_report expected[DIFFER_OPERATIONS_MAX][DIFFER_THREADS];
  struct differ_report seen[DIFFER_OPERATIONS_MAX][DIFFER_THREADS];
  uint32_t seen_count; /* operations that Wine ran */
  uint32_t end;        /* enum differ_end */
  bool arrived;        /* there are results at all */
};

/* ---- programs ---- */

/* A program of its own for each seed; this bit of it says that time passes in it. */
#define DIFFER_SEED_TIMED ((uint64_t)1 << 31)
/* It ends early where the model meets a limit of its own. */
void program_generate(struct program *program, uint64_t seed);
/* Takes those of `operations` that can be given, in order, runs the model on them anew. */
void program_rebuild(struct program *program, const struct differ_operation *operations,
                     uint32_t count);
struct machine;
/* Performs an operation on the model and keeps both. False: the program ends before it. */
bool program_take(struct machine *machine, struct program *program,
                  const struct differ_operation *operation);
/* The operation from which on the two differ; RIG_WIN_NONE when they do not. */
uint32_t program_difference(const struct program *program);

/* ---- Wine ---- */

struct wine; /* a prefix and where files are put */
enum rig_status wine_open(struct wine **out, const char *binaries, unsigned scale, char *error,
                          size_t size) RIG_CHECKED;
void wine_close(struct wine *wine);
/* Runs the programs that have not arrived yet, in `groups` at a time. Those behind one that could
 * not be brought to its end stay without results. */
enum rig_status wine_run(struct wine *wine, struct program *const *programs, uint32_t count,
                         unsigned groups, char *error, size_t size) RIG_CHECKED;
/* Runs them until each has arrived and was not late, or has been late too often; returns how many
 * were late in the end. RIG_WIN_NONE: Wine failed, told in `error`. */
uint32_t wine_run_all(struct wine *wine, struct program *programs, uint32_t count, char *error,
                      size_t size);

/* Makes `program`, which differs, shorter for as long as it differs; says what it does. */
void program_minimise(struct wine *wine, struct program *program);

/* ---- words ---- */

const char *differ_kind_text(uint32_t kind);
void print_operation(FILE *out, const struct differ_operation *operation);
/* The program up to the difference: both columns. */
void print_difference(FILE *out, const struct program *program);

#endif
