/*
 * Makes a program that differs shorter: tries to leave out runs of operations, halves first, single
 * ones in the end (delta debugging). What is left is always a program: operations that cannot be
 * given any more are left out, and the model runs anew. The tries of one round are one file.
 */
#include <stdlib.h>
#include <string.h>

#include "differ.h"

#define TRIES_MAX 64u
#define ROUNDS_MAX 30u
#define GROUPS_TIMED 3u /* few, which are seldom late */

/* Runs of operations that are left out: run `i` is operations i * length and on. */
static void leave_out(const struct program *program, const bool *runs, uint32_t length,
                      struct program *shorter) {
  struct differ_operation operations[DIFFER_OPERATIONS_MAX];
  uint32_t kept = 0;
  for (uint32_t i = 0; i < program->count; i++) {
    /* The last operation shows the difference. */
    if (i + 1 == program->count || !runs[i / length]) {
      operations[kept++] = program->operations[i];
    }
  }
  memset(shorter, 0, sizeof *shorter);
  shorter->seed = program->seed;
  shorter->timed = program->timed;
  shorter->threads = program->threads;
  program_rebuild(shorter, operations, kept);
}

static void cut(struct program *program) {
  const uint32_t at = program_difference(program);
  if (at < program->count) {
    program->count = at + 1;
    program->seen_count =
        program->seen_count < program->count ? program->seen_count : program->count;
  }
}

static bool differs(const struct program *program) {
  return program->arrived && program_difference(program) != RIG_WIN_NONE;
}

static bool run_tries(struct wine *wine, struct program *tries, uint32_t count, bool timed) {
  struct program *list[TRIES_MAX];
  char error[512];
  for (uint32_t i = 0; i < count; i++) {
    list[i] = &tries[i];
  }
  return wine_run(wine, list, count, timed ? GROUPS_TIMED : 1, error, sizeof error) == RIG_OK;
}

/* One round with runs of `length` operations: each left out alone, then all at once of which each
 * alone can be missed. True when the program became shorter. */
static bool round_of(struct wine *wine, struct program *program, uint32_t length,
                     struct program *tries) {
  bool can_go[DIFFER_OPERATIONS_MAX] = {false};
  const uint32_t runs = (program->count - 1 + length - 1) / length;
  uint32_t found = 0;
  const struct program *best = NULL;
  for (uint32_t from = 0; from < runs; from += TRIES_MAX) {
    const uint32_t count = runs - from < TRIES_MAX ? runs - from : TRIES_MAX;
    for (uint32_t i = 0; i < count; i++) {
      bool alone[DIFFER_OPERATIONS_MAX] = {false};
      alone[from + i] = true;
      leave_out(program, alone, length, &tries[i]);
    }
    if (!run_tries(wine, tries, count, program->timed)) {
      return false;
    }
    for (uint32_t i = 0; i < count; i++) {
      can_go[from + i] = differs(&tries[i]);
      if (can_go[from + i] && found++ == 0) {
        memcpy(&tries[TRIES_MAX], &tries[i], sizeof *tries);
        best = &tries[TRIES_MAX];
      }
    }
  }
  if (best == NULL) {
    return false;
  }
  leave_out(program, can_go, length, &tries[0]);
  const bool all = found > 1 && run_tries(wine, tries, 1, program->timed) && differs(&tries[0]);
  memcpy(program, all ? &tries[0] : best, sizeof *program);
  cut(program);
  return true;
}

void program_minimise(struct wine *wine, struct program *program) {
  struct program *tries = calloc(TRIES_MAX + 1, sizeof *tries);
  if (tries == NULL) {
    return;
  }
  cut(program);
  uint32_t length = program->count / 2 + 1;
  for (unsigned rounds = 0; rounds < ROUNDS_MAX && program->count > 1; rounds++) {
    if (!round_of(wine, program, length, tries) && length == 1) {
      break;
    }
    length = length > 1 ? length / 2 : 1;
  }
  free(tries);
}
