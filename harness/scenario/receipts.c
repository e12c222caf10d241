/*
 * `expect: receipts`: what arrives, in order, with entries that may be missing and groups whose
 * order is free.
 */
#include <stdio.h>
#include <string.h>

#include "core/names.h"
#include "scenario/reader.h"

#define ENTRIES_MAX 1000u
#define TIMES_MAX 10000u

static const char ANY_ORDER[] = "any-order";

/* The kind that `node` names, told when it names none; with '?' it may be missing. */
static bool read_kind(struct rig_reader *reader, const struct rig_node *node, bool in_group,
                      size_t *kind, bool *optional) {
  static const char *const words[] = {
#define RIG_X(symbol, word) word, word "?",
      RIG_RECEIPT_KINDS(RIG_X)
#undef RIG_X
          NULL};
  size_t index = 0;
  if (node->kind == RIG_NODE_SCALAR && !node->refused && strcmp(node->text, ANY_ORDER) == 0) {
    if (in_group)
      rig_problem_add(reader, node->position,
                      "'any-order' inside another: one group is enough for any order");
    else
      rig_problem_add(reader, node->position,
                      "'any-order' needs its receipts: write any-order: [notification, idle: 2]");
    return false;
  }
  if (!rig_read_word(reader, "an item of receipts", node, words, &index))
    return false;
  *kind = index / 2;
  *optional = index % 2 == 1;
  return true;
}

static void add(struct rig_receipt_entry *entry, size_t kind, bool optional, uint32_t times) {
  entry->most[kind] += times;
  if (!optional)
    entry->least[kind] += times;
}

/* "idle", "idle?", or {idle: 3} for three of them. */
static void read_receipt(struct rig_reader *reader, const struct rig_node *node, bool in_group,
                         struct rig_receipt_entry *entry) {
  size_t kind = 0;
  bool optional = false;
  uint32_t times = 1;
  if (node->refused)
    return;
  if (node->kind != RIG_NODE_MAPPING) {
    if (read_kind(reader, node, in_group, &kind, &optional))
      add(entry, kind, optional, 1);
    return;
  }
  rig_check_keys(reader, node);
  if (node->count != 2) {
    if (!node->incomplete)
      rig_problem_add(reader, node->position,
                      "an item of receipts is a window, or a window and how often: idle: 3");
    return;
  }
  if (read_kind(reader, node->first, in_group, &kind, &optional) &&
      rig_read_number(reader, node->first->text, node->first->next, 1, TIMES_MAX, "", &times))
    add(entry, kind, optional, times);
}

static void read_group(struct rig_reader *reader, const struct rig_node *key,
                       const struct rig_node *value, struct rig_receipt_entry *entry) {
  entry->any_order = true;
  if (value->refused)
    return;
  if (value->kind != RIG_NODE_LIST || (value->count == 0 && !value->incomplete)) {
    rig_tell_kind(reader, key->text, value,
                  "a list that is not empty: write any-order: [notification, idle: 2]");
    return;
  }
  if (value->count > ENTRIES_MAX) {
    rig_problem_add(reader, value->position, "%zu entries in one group, at most %u are possible",
                    value->count, ENTRIES_MAX);
    return;
  }
  for (const struct rig_node *node = value->first; node != NULL; node = node->next)
    read_receipt(reader, node, true, entry);
}

static bool is_group(const struct rig_node *node) {
  return node->kind == RIG_NODE_MAPPING && node->count == 2 &&
         node->first->kind == RIG_NODE_SCALAR && strcmp(node->first->text, ANY_ORDER) == 0;
}

void rig_read_receipts(struct rig_reader *reader, const struct rig_node *key,
                       const struct rig_node *value, struct rig_expectation *expectation) {
  if (value->kind != RIG_NODE_LIST) {
    rig_tell_kind(reader, key->text, value, "a list: write [notification, idle]");
    return;
  }
  if (value->count > ENTRIES_MAX) {
    rig_problem_add(reader, value->position,
                    "%zu entries, at most %u are possible: write idle: 3 for three in a row",
                    value->count, ENTRIES_MAX);
    return;
  }
  expectation->receipts =
      rig_arena_take(reader->memory, (value->count + 1) * sizeof *expectation->receipts);
  if (expectation->receipts == NULL)
    return;
  for (const struct rig_node *node = value->first; node != NULL; node = node->next) {
    struct rig_receipt_entry *entry = &expectation->receipts[expectation->receipt_count++];
    if (is_group(node))
      read_group(reader, node->first, node->first->next, entry);
    else
      read_receipt(reader, node, false, entry);
  }
}
