/*
 * Expected receipts. Each entry takes a run of what arrived: so many of each kind at least, so many
 * at most. Which run it takes may be open ("idle?" before "idle"), so every end that the entries so
 * far can have is kept.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/expect_run.h"

static const char *const WORDS[RIG_RECEIPT_COUNT] = {
#define RIG_X(symbol, word) word,
    RIG_RECEIPT_KINDS(RIG_X)
#undef RIG_X
};

/* What arrived for a stimulus, in order. */
struct arrived {
  uint8_t *kinds; /* enum rig_receipt_kind */
  size_t count;
};

/* RIG_RECEIPT_COUNT for a window that there is not. */
static enum rig_receipt_kind kind_of(const struct rig_model *model,
                                     const struct rig_record *receipt) {
  struct rig_record cause = rig_model_record(model, receipt->link);
  if (cause.kind == RIG_KIND_STIMULUS && cause.call == RIG_ACTION_TIMER)
    return RIG_RECEIPT_TIMER;
  switch (receipt->u.receipt.window) {
  case RIG_WINDOW_NOTIFICATION:
    return RIG_RECEIPT_NOTIFICATION;
  case RIG_WINDOW_IDLE:
    return RIG_RECEIPT_IDLE;
  case RIG_WINDOW_APC:
    return RIG_RECEIPT_APC;
  default:
    return RIG_RECEIPT_COUNT;
  }
}

static bool collect(const struct rig_model *model, struct arrived *arrived) {
  arrived->kinds = calloc((size_t)model->records + 1, 1);
  if (!arrived->kinds)
    return false;
  for (uint32_t i = 0; i < model->records; i++) {
    struct rig_record record;
    if (!rig_trace_record(model->trace, i, &record) || record.kind != RIG_KIND_RECEIPT ||
        record.link == RIG_NO_RECORD)
      continue;
    arrived->kinds[arrived->count++] = (uint8_t)kind_of(model, &record);
  }
  return true;
}

/* The runs that end at one place and that an entry may take begin between *low and *high. */
struct window {
  size_t low;
  size_t high;
  uint32_t low_counts[RIG_RECEIPT_COUNT + 1];  /* of what lies from `low` to the end */
  uint32_t high_counts[RIG_RECEIPT_COUNT + 1]; /* and from `high` */
};

static bool too_many(const struct rig_receipt_entry *entry, const uint32_t *counts) {
  for (size_t kind = 0; kind < RIG_RECEIPT_COUNT; kind++) {
    if (counts[kind] > entry->most[kind])
      return true;
  }
  return counts[RIG_RECEIPT_COUNT] > 0;
}

static bool enough(const struct rig_receipt_entry *entry, const uint32_t *counts) {
  for (size_t kind = 0; kind < RIG_RECEIPT_COUNT; kind++) {
    if (counts[kind] < entry->least[kind])
      return false;
  }
  return true;
}

/* Moves the window's beginnings for the end `end`; false when no run is long enough. */
static bool move(struct window *window, const struct rig_receipt_entry *entry,
                 const struct arrived *arrived, size_t end) {
  while (too_many(entry, window->low_counts))
    window->low_counts[arrived->kinds[window->low++]]--;
  if (!enough(entry, window->high_counts))
    return false;
  while (window->high < end) { /* a later beginning may still be enough */
    uint32_t *count = &window->high_counts[arrived->kinds[window->high]];
    (*count)--;
    if (!enough(entry, window->high_counts)) {
      (*count)++;
      break;
    }
    window->high++;
  }
  return window->low <= window->high;
}

/* From the ends that the entries before it can have to those that it can: `sums[i]` counts the ends
 * before place i. False when there is none. */
static bool take(const struct rig_receipt_entry *entry, const struct arrived *arrived,
                 const uint32_t *sums, bool *ends) {
  struct window window;
  bool any = false;
  memset(&window, 0, sizeof window);
  for (size_t end = 0; end <= arrived->count; end++) {
    if (end > 0) {
      window.low_counts[arrived->kinds[end - 1]]++;
      window.high_counts[arrived->kinds[end - 1]]++;
    }
    ends[end] = move(&window, entry, arrived, end) && sums[window.high + 1] > sums[window.low];
    any |= ends[end];
  }
  return any;
}

/* How many of what arrived the entries account for, at most; *match when it is all of both. */
static size_t account(const struct rig_expectation *expectation, const struct arrived *arrived,
                      bool *match) {
  bool *ends = calloc(arrived->count + 1, sizeof *ends);
  uint32_t *sums = calloc(arrived->count + 2, sizeof *sums);
  size_t most = 0;
  *match = false;
  if (ends && sums) {
    ends[0] = true;
    bool any = true;
    for (size_t i = 0; i < expectation->receipt_count && any; i++) {
      for (size_t place = 0; place <= arrived->count; place++)
        sums[place + 1] = sums[place] + ends[place];
      any = take(&expectation->receipts[i], arrived, sums, ends);
      for (size_t place = 0; place <= arrived->count; place++)
        most = ends[place] && place > most ? place : most;
    }
    *match = any && ends[arrived->count];
  }
  free(ends);
  free(sums);
  return most;
}

/* ---- in words ---- */

/* "idle: 3", "idle?" */
static void list_times(char *list, const char *word, const char *mark, uint32_t times) {
  char text[40];
  if (times == 0)
    return;
  if (times == 1)
    snprintf(text, sizeof text, "%s%s", word, mark);
  else
    snprintf(text, sizeof text, "%s%s: %u", word, mark, times);
  rig_list_word(list, text);
}

static void list_expected(const struct rig_expectation *expectation, char *list) {
  list[0] = '\0';
  for (size_t i = 0; i < expectation->receipt_count; i++) {
    const struct rig_receipt_entry *entry = &expectation->receipts[i];
    char inside[RIG_LISTED] = "";
    for (size_t kind = 0; kind < RIG_RECEIPT_COUNT; kind++) {
      list_times(inside, WORDS[kind], "", entry->least[kind]);
      list_times(inside, WORDS[kind], "?", entry->most[kind] - entry->least[kind]);
    }
    char text[RIG_LISTED + 20];
    snprintf(text, sizeof text, entry->any_order ? "any-order: [%s]" : "%s", inside);
    rig_list_word(list, text);
  }
}

static void list_arrived(const struct arrived *arrived, char *list) {
  list[0] = '\0';
  for (size_t i = 0; i < arrived->count;) {
    uint8_t kind = arrived->kinds[i];
    size_t from = i;
    while (i < arrived->count && arrived->kinds[i] == kind)
      i++;
    list_times(list, kind < RIG_RECEIPT_COUNT ? WORDS[kind] : "unknown", "", (uint32_t)(i - from));
  }
}

enum rig_distance rig_expect_receipts(const struct rig_expectation *expectation,
                                      const struct rig_model *model,
                                      struct rig_expectation_result *result) {
  char wanted[RIG_LISTED];
  char seen[RIG_LISTED] = "";
  struct arrived arrived = {NULL, 0};
  bool match = false;
  size_t most = 0;
  list_expected(expectation, wanted);
  if (collect(model, &arrived)) {
    most = account(expectation, &arrived, &match);
    list_arrived(&arrived, seen);
  }
  snprintf(result->text, sizeof result->text, "receipts %s", wanted[0] ? wanted : "none");
  if (!match && most > 0 && most < arrived.count)
    snprintf(result->message, sizeof result->message,
             "arrived: %s; the first %zu of %zu are as expected", seen, most, arrived.count);
  else if (!match)
    snprintf(result->message, sizeof result->message, "arrived: %s", seen[0] ? seen : "none");
  free(arrived.kinds);
  return match ? RIG_MET : RIG_UNMET;
}
