/*
 * The differential test of harness/win32 against Wine: random programs of API calls, run by the
 * model and by Wine; they must not differ in anything that a program can see.
 *
 * usage: differ [--seed N] [--operations N] [--rounds N] [--dialect NAME] BINARIES
 *        differ ... --model-only       the model alone: it must not contradict itself
 *        differ --program SEED BINARIES   the one program of that seed, whole
 *
 * BINARIES is the folder with x86_64/. Three prefixes work beside each other, one with programs
 * in which time passes. The same seed makes the same programs. Ends with 0 when nothing differs, 1
 * when something does or a kind of operation never ran, 3 when Wine could not be had.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "differ.h"
#include "machine.h"

#define BATCH 64u
#define TIMED_PERCENT 5u
#define LATE_PERCENT_MAX 10u
#define SHOWN_MAX 1u /* differences of one prefix that are made short; it ends then */

struct options {
  uint64_t seed;
  uint64_t operations;
  uint64_t rounds;
  unsigned scale;
  bool model_only;
  uint64_t program; /* its seed; 0: many */
  const char *binaries;
};

/* Two prefixes for programs in which no time passes, one for those in which it does. */
#define PARTS 3u

struct part { /* one prefix and its programs */
  const struct options *options;
  uint64_t seed;
  uint64_t target; /* operations */
  uint64_t counts[DIFFER_KINDS];
  uint64_t operations;
  uint64_t programs;
  uint64_t blocked; /* operations that blocked */
  uint64_t late;
  uint64_t differing;
  bool failed;
  char error[512];
};

static pthread_mutex_t output = PTHREAD_MUTEX_INITIALIZER;

static void count_program(struct part *part, const struct program *program) {
  part->programs++;
  part->operations += program->count;
  for (uint32_t i = 0; i < program->count; i++) {
    const struct differ_operation *operation = &program->operations[i];
    part->counts[operation->kind]++;
    part->blocked += operation->kind != DIFFER_ADVANCE &&
                     program->expected[i][operation->thread].rest == DIFFER_BLOCKED;
  }
}

static void show(struct wine *wine, struct program *program) {
  const uint32_t at = program_difference(program);
  const uint32_t whole = program->count;
  program_minimise(wine, program);
  (void)pthread_mutex_lock(&output);
  printf("a difference at operation %" PRIu32 " of %" PRIu32 "; made shorter:\n", at, whole);
  print_difference(stdout, program);
  printf("\n");
  (void)fflush(stdout);
  (void)pthread_mutex_unlock(&output);
}

static void run_batch(struct part *part, struct wine *wine, struct program *programs,
                      uint32_t count) {
  if (part->options->model_only) {
    return;
  }
  const uint32_t late = wine_run_all(wine, programs, count, part->error, sizeof part->error);
  if (late == RIG_WIN_NONE) {
    part->failed = true;
    return;
  }
  part->late += late;
  for (uint32_t i = 0; i < count; i++) {
    if (program_difference(&programs[i]) != RIG_WIN_NONE && part->differing++ < SHOWN_MAX) {
      show(wine, &programs[i]);
    }
  }
}

static void *run_part(void *context) {
  struct part *part = context;
  struct program *programs = calloc(BATCH, sizeof *programs);
  struct wine *wine = NULL;
  uint64_t seed = part->seed;
  part->failed = programs == NULL;
  if (!part->failed && !part->options->model_only) {
    part->failed = wine_open(&wine, part->options->binaries, part->options->scale, part->error,
                             sizeof part->error) != RIG_OK;
  }
  while (!part->failed && part->operations < part->target && part->differing < SHOWN_MAX) {
    uint32_t count = 0;
    while (count < BATCH && part->operations < part->target) {
      program_generate(&programs[count], seed++);
      count_program(part, &programs[count++]);
    }
    run_batch(part, wine, programs, count);
  }
  wine_close(wine);
  free(programs);
  return NULL;
}

/* What all parts did, as one. */
static struct part sum_of(const struct part parts[PARTS]) {
  struct part sum = {0};
  for (unsigned i = 0; i < PARTS; i++) {
    for (uint32_t kind = 0; kind < DIFFER_KINDS; kind++) {
      sum.counts[kind] += parts[i].counts[kind];
    }
    sum.operations += parts[i].operations;
    sum.programs += parts[i].programs;
    sum.blocked += parts[i].blocked;
    sum.late += parts[i].late;
    sum.differing += parts[i].differing;
    if (parts[i].failed) {
      sum.failed = true;
      printf("Wine failed: %s\n", parts[i].error);
    }
  }
  return sum;
}

/* 0, 1 or 3, as the program ends. */
static int report(const struct part parts[PARTS], double seconds) {
  const struct part sum = sum_of(parts);
  const struct part *timed = &parts[PARTS - 1];
  unsigned kinds = 0;
  bool good = sum.differing == 0;
  for (uint32_t kind = 0; kind < DIFFER_KINDS; kind++) {
    kinds += sum.counts[kind] > 0;
    printf("%-28s%9" PRIu64 "%s", differ_kind_text(kind), sum.counts[kind],
           kind % 2 == 1 ? "\n" : "  ");
  }
  printf("\n");
  for (uint32_t kind = 0; kind < DIFFER_KINDS; kind++) {
    if (sum.counts[kind] == 0) {
      printf("%s never ran: nothing was shown of it\n", differ_kind_text(kind));
      good = false;
    }
  }
  if (sum.late * 100 > timed->programs * LATE_PERCENT_MAX) {
    printf("%" PRIu64 " of %" PRIu64 " timed programs were late: the machine is too busy to tell\n",
           sum.late, timed->programs);
    good = false;
  }
  printf("%" PRIu64 " operations of %u kinds, %" PRIu64 " of them blocked, in %" PRIu64
         " programs (%" PRIu64 " timed, of these %" PRIu64 " late); %.0f s: %" PRIu64
         " differences\n",
         sum.operations, kinds, sum.blocked, sum.programs, timed->programs, sum.late, seconds,
         sum.differing);
  (void)fflush(stdout);
  return sum.failed ? 3 : good ? 0 : 1;
}

static double now(void) {
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int run_round(const struct options *options, uint64_t seed) {
  struct part parts[PARTS];
  pthread_t threads[PARTS];
  const double began = now();
  printf("seed %" PRIu64 "\n", seed);
  (void)fflush(stdout);
  for (unsigned i = 0; i < PARTS; i++) {
    const bool timed = i == PARTS - 1;
    const uint64_t percent = timed ? TIMED_PERCENT : (100 - TIMED_PERCENT) / (PARTS - 1);
    parts[i] = (struct part){.options = options,
                             .seed = seed << 32 | (timed ? DIFFER_SEED_TIMED : (uint64_t)i << 28),
                             .target = (options->operations * percent + 99) / 100};
    if (pthread_create(&threads[i], NULL, run_part, &parts[i]) != 0) {
      abort();
    }
  }
  for (unsigned i = 0; i < PARTS; i++) {
    (void)pthread_join(threads[i], NULL);
  }
  return report(parts, now() - began);
}

/* One program of a seed, which was told by an earlier difference. */
static int run_program(const struct options *options) {
  struct program *program = calloc(1, sizeof *program);
  struct wine *wine = NULL;
  char error[512] = "";
  uint32_t late = RIG_WIN_NONE;
  if (program == NULL) {
    return 3;
  }
  program_generate(program, options->program);
  if (wine_open(&wine, options->binaries, options->scale, error, sizeof error) == RIG_OK) {
    late = wine_run_all(wine, program, 1, error, sizeof error);
  }
  const bool same = program_difference(program) == RIG_WIN_NONE;
  if (late == RIG_WIN_NONE) {
    printf("Wine failed: %s\n", error);
  } else {
    print_difference(stdout, program);
    printf("%s\n", late > 0 ? "late" : same ? "no difference" : "a difference");
  }
  wine_close(wine);
  free(program);
  return late != 0 ? 3 : same ? 0 : 1;
}

/* The next argument, into *value. */
static bool read_number(int argc, char **argv, int *at, uint64_t *value) {
  char *end = NULL;
  *at += 1;
  *value = *at < argc ? strtoull(argv[*at], &end, 0) : 0;
  return end != NULL && *end == '\0' && *value > 0;
}

static bool read_options(int argc, char **argv, struct options *options) {
  bool good = true;
  for (int i = 1; good && i < argc; i++) {
    if (strcmp(argv[i], "--model-only") == 0) {
      options->model_only = true;
    } else if (strcmp(argv[i], "--seed") == 0) {
      good = read_number(argc, argv, &i, &options->seed);
    } else if (strcmp(argv[i], "--operations") == 0) {
      good = read_number(argc, argv, &i, &options->operations);
    } else if (strcmp(argv[i], "--rounds") == 0) {
      good = read_number(argc, argv, &i, &options->rounds);
    } else if (strcmp(argv[i], "--program") == 0) {
      good = read_number(argc, argv, &i, &options->program);
    } else if (strcmp(argv[i], "--dialect") == 0 && i + 1 < argc) {
      machine_dialect = rig_dialect_find(argv[++i]);
      good = machine_dialect != NULL;
    } else {
      good = argv[i][0] != '-' && options->binaries == NULL;
      options->binaries = argv[i];
    }
  }
  return good && (options->binaries != NULL || (options->model_only && options->program == 0));
}

int main(int argc, char **argv) {
  const char *scale = getenv("RIG_SCALE");
  struct options options = {.seed = (uint64_t)time(NULL),
                            .operations = 100000,
                            .rounds = 1,
                            .scale = scale != NULL && atoi(scale) > 0 ? (unsigned)atoi(scale) : 1};
  int status = 0;
  if (!read_options(argc, argv, &options)) {
    fprintf(stderr,
            "usage: differ [--seed N] [--operations N] [--rounds N] [--dialect NAME] BINARIES\n"
            "       differ [--seed N] [--operations N] [--rounds N] --model-only\n"
            "       differ --program SEED BINARIES\n");
    return 3;
  }
  if (options.program != 0) {
    return run_program(&options);
  }
  for (uint64_t round = 0; round < options.rounds && status == 0; round++) {
    status = run_round(&options, options.seed + round);
  }
  return status;
}
