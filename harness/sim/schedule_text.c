/*
 * A schedule as text: a replay id.
 *
 *   "s2-" { ACTOR [ COUNT ] [ "x" CHOICE ] } "-" CHECK
 *
 * ACTOR is a letter, a..w and then A..I, COUNT how many such steps follow each other (2 and up),
 * CHOICE the transition's choice when it is not 0. CHECK is a sum of three letters and digits over
 * all before it: an id with a letter mistyped would be another schedule, run without a word. Every
 * schedule has one id and every id one schedule: what could be written shorter is refused, as is
 * all else that was not written by rig_schedule_print.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/explore.h"

#define PREFIX "s2-"
#define CHOICE_SIGN 'x'
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

static bool same(struct rig_transition a, struct rig_transition b) {
  return a.actor == b.actor && a.choice == b.choice;
}

enum rig_status rig_schedule_print(const struct rig_schedule *schedule, char *text, size_t size) {
  char made[RIG_REPLAY_BYTES] = PREFIX;
  size_t used = sizeof PREFIX - 1;
  if (schedule->count > STEPS_MAX) {
    return RIG_FULL;
  }
  for (size_t i = 0; i < schedule->count;) {
    const struct rig_transition step = schedule->steps[i];
    char token[24];
    size_t run = 1;
    if (step.actor >= RIG_ACTORS_MAX) {
      return RIG_INVALID;
    }
    while (i + run < schedule->count && same(schedule->steps[i + run], step)) {
      run++;
    }
    int bytes = snprintf(token, sizeof token, "%c", letters[step.actor]);
    if (run > 1) {
      bytes += snprintf(token + bytes, sizeof token - (size_t)bytes, "%zu", run);
    }
    if (step.choice != 0) {
      bytes +=
          snprintf(token + bytes, sizeof token - (size_t)bytes, "%c%u", CHOICE_SIGN, step.choice);
    }
    if (used + (size_t)bytes >= sizeof made) {
      return RIG_FULL;
    }
    memcpy(made + used, token, (size_t)bytes + 1);
    used += (size_t)bytes;
    i += run;
  }
  if (used + CHECK_BYTES >= sizeof made || used + CHECK_BYTES >= size) {
    return RIG_FULL;
  }
  make_check(made, used, made + used);
  memcpy(text, made, used + CHECK_BYTES + 1);
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

/* Reads the runs up to the check into `steps`, or only counts them (NULL). False: not a replay id.
 */
static bool read_runs(const char *text, struct rig_transition *steps, size_t *count) {
  struct rig_transition before = {UINT16_MAX, 0};
  *count = 0;
  while (*text != CHECK_SIGN) {
    struct rig_transition step;
    uint32_t run;
    if (!read_run(&text, &step, &run) || same(step, before) || run > STEPS_MAX - *count) {
      return false;
    }
    for (uint32_t i = 0; steps != NULL && i < run; i++) {
      steps[*count + i] = step;
    }
    *count += run;
    before = step;
  }
  return text[CHECK_BYTES] == '\0';
}

enum rig_status rig_schedule_read(const char *text, struct rig_schedule *out) {
  size_t count;
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
  text += sizeof PREFIX - 1;
  if (!read_runs(text, NULL, &count)) {
    return RIG_INVALID;
  }
  struct rig_transition *steps = malloc((count > 0 ? count : 1) * sizeof steps[0]);
  if (steps == NULL) {
    return RIG_NO_MEMORY;
  }
  (void)read_runs(text, steps, &count);
  *out = (struct rig_schedule){steps, count};
  return RIG_OK;
}
