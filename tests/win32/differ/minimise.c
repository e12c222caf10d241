/*
 * Makes a program that differs shorter: tries to leave out runs of operations, halves first, single
 * ones in the end (delta debugging). What is left is always a program: operations that cannot be
 * given any more are left out, and the model runs anew. The tries of one round are one file.
 */
#include <stdlib.h>
#include <string.h>

#include "differ.h"

#define TRIES_MAX 64u
#define ROUNDS_MAX 60u

static void leave_out(const struct program *program, uint32_t from, uint32_t count,
                      struct program *shorter) {
  struct differ_operation operations[DIFFER_OPERATIONS_MAX];
  uint32_t kept = 0;
  for (uint32_t i = 0; i < program->count; i++) {
    if (i < from || i >= from + count) {
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

/* One round with runs of `run` operations; true when the program became shorter. */
static bool round_of(struct wine *wine, struct program *program, uint32_t run,
                     struct program *tries) {
  struct program *list[TRIES_MAX];
  char error[512];
  uint32_t count = 0;
  /* The last operation shows the difference. */
  for (uint32_t from = 0; from + 1 < program->count && count < TRIES_MAX; from += run) {
    const uint32_t rest = program->count - 1 - from;
    leave_out(program, from, run < rest ? run : rest, &tries[count]);
    list[count] = &tries[count];
    count++;
  }
  if (count == 0 ||
      wine_run(wine, list, count, program->timed ? 8 : 1, error, sizeof error) != RIG_OK) {
    return false;
  }
  const struct program *best = NULL;
  for (uint32_t i = 0; i < count; i++) {
    if (tries[i].arrived && program_difference(&tries[i]) != RIG_WIN_NONE &&
        tries[i].count < program->count && (best == NULL || tries[i].count < best->count)) {
      best = &tries[i];
    }
  }
  if (best == NULL) {
    return false;
  }
  memcpy(program, best, sizeof *program);
  cut(program);
  return true;
}

void program_minimise(struct wine *wine, struct program *program) {
  struct program *tries = calloc(TRIES_MAX, sizeof *tries);
  if (tries == NULL) {
    return;
  }
  cut(program);
  uint32_t run = program->count / 2 + 1;
  for (unsigned rounds = 0; rounds < ROUNDS_MAX && program->count > 1; rounds++) {
    if (!round_of(wine, program, run, tries) && run == 1) {
      break;
    } else if (run > 1) {
      run = run / 2 < 1 ? 1 : run / 2;
    }
  }
  free(tries);
}
