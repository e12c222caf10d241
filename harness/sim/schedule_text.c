/*
 * A schedule as text: a replay id.
 *
 *   "s1-" { ACTOR [ COUNT ] [ "x" CHOICE ] }
 *
 * ACTOR is a letter, a..w and then A..I, COUNT how many such steps follow each other (2 and up),
 * CHOICE the transition's choice when it is not 0. Every schedule has one id and every id one
 * schedule: what could be written shorter is refused, as is all else that was not written by
 * rig_schedule_print.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/explore.h"

#define PREFIX "s1-"
#define CHOICE_SIGN 'x'
/* A text of 4 KiB must not ask for gigabytes. */
#define STEPS_MAX 1000000u

static const char letters[RIG_ACTORS_MAX + 1] = "abcdefghijklmnopqrstuvwABCDEFGHI";

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
  if (used >= size) {
    return RIG_FULL;
  }
  memcpy(text, made, used + 1);
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

/* Reads the runs into `steps`, or only counts them (NULL). False: not a replay id. */
static bool read_runs(const char *text, struct rig_transition *steps, size_t *count) {
  struct rig_transition before = {UINT16_MAX, 0};
  *count = 0;
  while (*text != '\0') {
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
  return true;
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
