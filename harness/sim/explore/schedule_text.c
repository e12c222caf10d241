/*
 * A schedule as text: a replay id.
 *
 *   "s3-" { RUN | "_" RUN { RUN } "_" TIMES } "-" CHECK      RUN: ACTOR [ COUNT ] [ "x" CHOICE ]
 *
 * ACTOR is a letter, a..w and then A..I, COUNT how many such steps follow each other (2 and up),
 * CHOICE the transition's choice when it is not 0, TIMES how often the runs between the signs
 * follow each other (a loop of several threads would fill pages). No character of it means anything
 * to a shell. CHECK is a sum of three letters and digits over all before it: an id with a letter
 * mistyped would be another schedule, run without a word. Every schedule has one id and every id
 * one schedule: what rig_schedule_print would have written differently is refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/explore/explore.h"

#define PREFIX "s3-"
#define CHOICE_SIGN 'x'
#define REPEAT_SIGN '_'
#define PERIOD_MAX 16u /* runs of a loop that is written once */
#define TOKEN_BYTES 24u
/* A text of 4 KiB must not ask for gigabytes. */
#define STEPS_MAX 1000000u

static const char letters[RIG_ACTORS_MAX + 1] = "abcdefghijklmnopqrstuvwABCDEFGHI";

static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
#define CHECK_BYTES 4u /* with its sign */
#define CHECK_SIGN '-'

/* "-" and three digits of base 36, of an FNV-1a hash over `bytes` bytes. */
static void make_check(const char *text, size_t bytes, char check[CHECK_BYTES + 1]) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < bytes; i++) {
    hash = (hash ^ (unsigned char)text[i]) * 16777619u;
  }
  hash ^= hash >> 16;
  check[0] = CHECK_SIGN;
  for (size_t i = 1; i < CHECK_BYTES; i++, hash /= 36) {
    check[i] = digits[hash % 36];
  }
  check[CHECK_BYTES] = '\0';
}

struct run {
  struct rig_transition step;
  uint32_t count;
};

static bool same(struct rig_transition a, struct rig_transition b) {
  return a.actor == b.actor && a.choice == b.choice;
}

/* The schedule as runs, in an array that the caller frees. NULL: no memory. */
static struct run *runs_of(const struct rig_schedule *schedule, size_t *count) {
  struct run *runs = malloc((schedule->count > 0 ? schedule->count : 1) * sizeof runs[0]);
  *count = 0;
  for (size_t i = 0; runs != NULL && i < schedule->count; i++) {
    if (*count > 0 && same(runs[*count - 1].step, schedule->steps[i])) {
      runs[*count - 1].count++;
    } else {
      runs[(*count)++] = (struct run){schedule->steps[i], 1};
    }
  }
  return runs;
}

static size_t print_run(struct run run, char token[TOKEN_BYTES]) {
  int bytes = snprintf(token, TOKEN_BYTES, "%c", letters[run.step.actor]);
  if (run.count > 1) {
    bytes += snprintf(token + bytes, TOKEN_BYTES - (size_t)bytes, "%u", run.count);
  }
  if (run.step.choice != 0) {
    bytes +=
        snprintf(token + bytes, TOKEN_BYTES - (size_t)bytes, "%c%u", CHOICE_SIGN, run.step.choice);
  }
  return (size_t)bytes;
}

/* How often the first `period` of these runs follow each other. */
static uint32_t times_of(const struct run *runs, size_t count, size_t period) {
  size_t i = period;
  while (i < count && same(runs[i].step, runs[i - period].step) &&
         runs[i].count == runs[i - period].count) {
    i++;
  }
  return (uint32_t)(i / period);
}

/* The period whose repetition at the start of these runs saves most, and how often it comes. 0: to
 * write them one by one is as short. */
static size_t best_period(const struct run *runs, size_t count, uint32_t *times) {
  char token[TOKEN_BYTES];
  size_t best = 0;
  size_t saved = 0;
  size_t bytes = print_run(runs[0], token);
  for (size_t period = 2; period <= PERIOD_MAX && period < count; period++) {
    bytes += print_run(runs[period - 1], token);
    const uint32_t found = times_of(runs, count, period);
    const size_t plain = found * bytes;
    const size_t short_form = bytes + (size_t)snprintf(NULL, 0, "__%u", found);
    if (plain > short_form && plain - short_form > saved) {
      saved = plain - short_form;
      best = period;
      *times = found;
    }
  }
  return best;
}

struct writer {
  char *text;
  size_t size;
  size_t used; /* more than size: it was too small */
};

static void put(struct writer *to, const char *text, size_t bytes) {
  if (to->used + bytes < to->size) {
    memcpy(to->text + to->used, text, bytes + 1);
  }
  to->used += bytes;
}

static void put_runs(struct writer *to, const struct run *runs, size_t count) {
  for (size_t i = 0; i < count; i++) {
    char token[TOKEN_BYTES];
    put(to, token, print_run(runs[i], token));
  }
}

static void put_schedule(struct writer *to, const struct run *runs, size_t count) {
  for (size_t i = 0; i < count && to->used < to->size;) {
    uint32_t times = 1;
    const size_t period = best_period(runs + i, count - i, &times);
    if (period == 0) {
      put_runs(to, runs + i, 1);
      i++;
      continue;
    }
    char repeated[TOKEN_BYTES];
    put(to, "_", 1);
    put_runs(to, runs + i, period);
    put(to, repeated, (size_t)snprintf(repeated, sizeof repeated, "_%u", times));
    i += period * times;
  }
}

enum rig_status rig_schedule_print(const struct rig_schedule *schedule, char *text, size_t size) {
  char made[RIG_REPLAY_BYTES] = PREFIX;
  struct writer to = {made, sizeof made - CHECK_BYTES, sizeof PREFIX - 1};
  for (size_t i = 0; i < schedule->count; i++) {
    if (schedule->steps[i].actor >= RIG_ACTORS_MAX) {
      return RIG_INVALID;
    }
  }
  if (schedule->count > STEPS_MAX) {
    return RIG_FULL;
  }
  size_t count;
  struct run *runs = runs_of(schedule, &count);
  if (runs == NULL) {
    return RIG_NO_MEMORY;
  }
  put_schedule(&to, runs, count);
  free(runs);
  if (to.used >= to.size || to.used + CHECK_BYTES >= size) {
    return RIG_FULL;
  }
  make_check(made, to.used, made + to.used);
  memcpy(text, made, to.used + CHECK_BYTES + 1);
  return RIG_OK;
}

/* A number without a leading 0, from `least` to `most`. False for anything else. */
static bool read_number(const char **text, uint32_t least, uint32_t most, uint32_t *out) {
  const char *at = *text;
  uint32_t value = 0;
  if (*at < '1' || *at > '9') {
    return false;
  }
  for (; *at >= '0' && *at <= '9'; at++) {
    value = 10 * value + (uint32_t)(*at - '0');
    if (value > most) {
      return false;
    }
  }
  *text = at;
  *out = value;
  return value >= least;
}

/* One run of steps at *text. */
static bool read_run(const char **text, struct rig_transition *step, uint32_t *run) {
  const char *letter = strchr(letters, **text);
  uint32_t choice = 0;
  if (**text == '\0' || letter == NULL) {
    return false;
  }
  ++*text;
  *run = 1;
  if (**text >= '0' && **text <= '9' && !read_number(text, 2, STEPS_MAX, run)) {
    return false;
  }
  if (**text == CHOICE_SIGN) {
    ++*text;
    if (!read_number(text, 1, UINT16_MAX, &choice)) {
      return false;
    }
  }
  *step = (struct rig_transition){(uint16_t)(letter - letters), (uint16_t)choice};
  return true;
}

/* Where the steps of an id go; without an array they are only counted. */
struct reader {
  struct rig_transition *steps;
  size_t count;
};

static bool add_run(const char **text, struct reader *to) {
  struct rig_transition step;
  uint32_t run;
  if (!read_run(text, &step, &run) || run > STEPS_MAX - to->count) {
    return false;
  }
  for (uint32_t i = 0; to->steps != NULL && i < run; i++) {
    to->steps[to->count + i] = step;
  }
  to->count += run;
  return true;
}

/* Runs, a sign, and how often they come; *text is behind the first sign. */
static bool add_repeated(const char **text, struct reader *to) {
  const size_t from = to->count;
  uint32_t times;
  do {
    if (!add_run(text, to)) {
      return false;
    }
  } while (**text != REPEAT_SIGN);
  ++*text;
  const size_t steps = to->count - from;
  if (!read_number(text, 2, STEPS_MAX, &times) || times - 1 > (STEPS_MAX - to->count) / steps) {
    return false;
  }
  for (uint32_t i = 1; to->steps != NULL && i < times; i++) {
    memcpy(to->steps + from + i * steps, to->steps + from, steps * sizeof to->steps[0]);
  }
  to->count += (times - 1) * steps;
  return true;
}

/* All up to the check. False: not a replay id. */
static bool read_steps(const char *text, struct reader *to) {
  to->count = 0;
  while (*text != CHECK_SIGN) {
    if (*text != REPEAT_SIGN) {
      if (!add_run(&text, to)) {
        return false;
      }
      continue;
    }
    text++;
    if (!add_repeated(&text, to)) {
      return false;
    }
  }
  return text[CHECK_BYTES] == '\0';
}

/* Whether this is how the schedule is written. */
static bool is_the_id(const char *text, const struct rig_schedule *schedule) {
  char own[RIG_REPLAY_BYTES];
  return rig_schedule_print(schedule, own, sizeof own) == RIG_OK && strcmp(own, text) == 0;
}

enum rig_status rig_schedule_read(const char *text, struct rig_schedule *out) {
  if (strncmp(text, "s", 1) == 0 && strspn(text + 1, "0123456789") > 0 &&
      text[1 + strspn(text + 1, "0123456789")] == '-' &&
      strncmp(text, PREFIX, sizeof PREFIX - 1) != 0) {
    return RIG_VERSION;
  }
  if (strncmp(text, PREFIX, sizeof PREFIX - 1) != 0) {
    return RIG_INVALID;
  }
  if (strnlen(text, RIG_REPLAY_BYTES) >= RIG_REPLAY_BYTES) {
    return RIG_FULL;
  }
  const size_t bytes = strlen(text);
  char check[CHECK_BYTES + 1];
  if (bytes < sizeof PREFIX - 1 + CHECK_BYTES || text[bytes - CHECK_BYTES] != CHECK_SIGN) {
    return RIG_DAMAGED;
  }
  make_check(text, bytes - CHECK_BYTES, check);
  if (strcmp(check, text + bytes - CHECK_BYTES) != 0) {
    return RIG_DAMAGED;
  }
  struct reader reader = {NULL, 0};
  if (!read_steps(text + sizeof PREFIX - 1, &reader)) {
    return RIG_INVALID;
  }
  reader.steps = malloc((reader.count > 0 ? reader.count : 1) * sizeof reader.steps[0]);
  if (reader.steps == NULL) {
    return RIG_NO_MEMORY;
  }
  (void)read_steps(text + sizeof PREFIX - 1, &reader);
  const struct rig_schedule read = {reader.steps, reader.count};
  if (!is_the_id(text, &read)) {
    free(reader.steps);
    return RIG_INVALID;
  }
  *out = read;
  return RIG_OK;
}
