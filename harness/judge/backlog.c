/*
 * Two sorted lists, begins and ends; what began and did not end is waiting.
 */
#include "judge/backlog.h"

#include <stdlib.h>

static int by_value(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a;
  uint32_t right = *(const uint32_t *)b;
  return left < right ? -1 : left > right;
}

/* The first record at which the stimulus no longer waits, RIG_NONE if it still does. */
static uint32_t end_of(const struct rig_model_stimulus *stimulus) {
  uint32_t end = stimulus->received;
  if (stimulus->removed < end)
    end = stimulus->removed;
  if (stimulus->replied < end)
    end = stimulus->replied;
  return stimulus->timed_out < end ? stimulus->timed_out : end;
}

/* A message that went with its window need never have been retrieved, and how long it lay there is
 * the schedule's affair: it counts nowhere. */
static bool counts(const struct rig_model_stimulus *stimulus, uint32_t thread, bool sent) {
  if (stimulus->thread != thread || !stimulus->accepted || stimulus->dropped != RIG_NONE)
    return false;
  switch (stimulus->action) {
  case RIG_ACTION_SEND:
  case RIG_ACTION_SEND_NOTIFY:
  case RIG_ACTION_WITHDRAW:
    return sent;
  case RIG_ACTION_POST:
  case RIG_ACTION_POST_THREAD:
  case RIG_ACTION_NOTIFY:
  case RIG_ACTION_QUIT:
  case RIG_ACTION_QUIT_FLAG:
    return !sent;
  default:
    return false;
  }
}

enum rig_status rig_backlog_make(const struct rig_model *model, uint32_t thread, bool sent,
                                 struct rig_backlog *out) {
  struct rig_backlog made = {0};
  size_t bytes = ((size_t)model->stimulus_count + 1) * sizeof *made.begins;
  made.begins = malloc(bytes);
  made.ends = malloc(bytes);
  if (!made.begins || !made.ends) {
    rig_backlog_free(&made);
    return RIG_NO_MEMORY;
  }
  for (uint32_t i = 0; i < model->stimulus_count; i++) {
    const struct rig_model_stimulus *stimulus = &model->stimuli[i];
    if (!counts(stimulus, thread, sent))
      continue;
    uint32_t end = end_of(stimulus);
    made.begins[made.begin_count++] = stimulus->record < end ? stimulus->record : end;
    if (end != RIG_NONE)
      made.ends[made.end_count++] = end;
  }
  qsort(made.begins, made.begin_count, sizeof *made.begins, by_value);
  qsort(made.ends, made.end_count, sizeof *made.ends, by_value);
  *out = made;
  return RIG_OK;
}

void rig_backlog_free(struct rig_backlog *backlog) {
  free(backlog->begins);
  free(backlog->ends);
  *backlog = (struct rig_backlog){0};
}

static uint32_t count_before(const uint32_t *sorted, uint32_t count, uint32_t record) {
  uint32_t low = 0;
  while (low < count) {
    uint32_t middle = low + (count - low) / 2;
    if (sorted[middle] < record)
      low = middle + 1;
    else
      count = middle;
  }
  return low;
}

uint32_t rig_backlog_at(const struct rig_backlog *backlog, uint32_t record) {
  return count_before(backlog->begins, backlog->begin_count, record) -
         count_before(backlog->ends, backlog->end_count, record);
}
