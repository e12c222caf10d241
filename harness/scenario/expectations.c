/*
 * `expect:`, what a run of the scenario must show.
 */
#include <stdio.h>
#include <string.h>

#include "core/names.h"
#include "scenario/reader.h"

#define RECEIPTS_MAX 100000u
#define EXPECTATIONS_MAX 8u

/* Adds an expectation; a key comes at most once, so that there is always room. */
static struct rig_expectation *add(struct rig_reader *reader, struct rig_scenario *scenario,
                                   const struct rig_node *key, enum rig_expect_kind kind) {
  if (scenario->expectations == NULL)
    scenario->expectations =
        rig_arena_take(reader->memory, EXPECTATIONS_MAX * sizeof *scenario->expectations);
  if (scenario->expectations == NULL || scenario->expectation_count == EXPECTATIONS_MAX)
    return NULL;
  struct rig_expectation *expectation = &scenario->expectations[scenario->expectation_count++];
  expectation->kind = kind;
  expectation->position = key->position;
  return expectation;
}

/* A rule's id: told when nobody's table has it. */
static void check_rule(struct rig_reader *reader, const struct rig_node *key) {
  const char *const *ids = rig_rule_ids(reader);
  if (ids == NULL)
    return;
  for (size_t i = 0; ids[i] != NULL; i++)
    if (strcmp(ids[i], key->text) == 0)
      return;
  const char *near = rig_nearest(key->text, ids);
  if (near != NULL)
    rig_problem_add(reader, key->position, "unknown rule '%.60s': did you mean '%s'?", key->text,
                    near);
  else
    rig_problem_add(reader, key->position, "unknown rule '%.60s': 'mapirig rules' lists them all",
                    key->text);
}

static void read_rules(struct rig_reader *reader, const struct rig_node *key,
                       const struct rig_node *value, void *target) {
  static const char *const words[] = {"pass", "fail", "not-exercised", "n/a", NULL};
  _Static_assert(RIG_EXPECT_NA == 3, "a word for each verdict, in the enum's order");
  struct rig_scenario *scenario = target;
  if (value->refused)
    return;
  if (value->kind != RIG_NODE_MAPPING || (value->count == 0 && !value->incomplete)) {
    rig_tell_kind(reader, key->text, value, "a mapping of rules: write {no-blocking-get: fail}");
    return;
  }
  rig_check_keys(reader, value);
  scenario->expect_any_rule = true;
  scenario->expected_rules =
      rig_arena_take(reader->memory, value->count * sizeof *scenario->expected_rules);
  if (scenario->expected_rules == NULL)
    return;
  for (const struct rig_node *id = value->first; id != NULL && id->next != NULL;
       id = id->next->next) {
    size_t verdict = 0;
    if (id->refused || id->kind != RIG_NODE_SCALAR || id->length == 0)
      continue;
    check_rule(reader, id);
    if (!rig_read_word(reader, id->text, id->next, words, &verdict))
      continue;
    struct rig_expected_rule *rule = &scenario->expected_rules[scenario->expected_rule_count++];
    rule->id = rig_arena_copy(reader->memory, id->text, id->length);
    rule->verdict = (enum rig_expected)verdict;
    rule->position = id->position;
  }
}

/* One item of `receipts`: "idle", "idle?", or {idle: 3} for three in a row. */
static bool read_receipt(struct rig_reader *reader, const struct rig_node *node, size_t *word,
                         uint32_t *times) {
  static const char *const words[] = {RIG_RECEIPT_WORDS, NULL};
  *times = 1;
  if (node->kind != RIG_NODE_MAPPING)
    return rig_read_word(reader, "an item of receipts", node, words, word);
  rig_check_keys(reader, node);
  if (node->count != 2) {
    if (!node->incomplete)
      rig_problem_add(reader, node->position,
                      "an item of receipts is a window, or a window and how often: idle: 3");
    return false;
  }
  return rig_read_word(reader, "an item of receipts", node->first, words, word) &&
         rig_read_number(reader, node->first->text, node->first->next, 1, 10000, "", times);
}

static void read_receipts(struct rig_reader *reader, const struct rig_node *key,
                          const struct rig_node *value, void *target) {
  static char *const texts[] = {RIG_RECEIPT_WORDS};
  struct rig_scenario *scenario = target;
  if (value->refused)
    return;
  if (value->kind != RIG_NODE_LIST) {
    rig_tell_kind(reader, key->text, value, "a list: write [notification, idle]");
    return;
  }
  struct rig_expectation *expectation = add(reader, scenario, key, RIG_EXPECT_RECEIPTS);
  if (expectation == NULL)
    return;
  size_t total = 0;
  for (const struct rig_node *node = value->first; node != NULL; node = node->next) {
    size_t word = 0;
    uint32_t times = 0;
    if (!node->refused && read_receipt(reader, node, &word, &times))
      total += times;
  }
  if (total > RECEIPTS_MAX) {
    rig_problem_add(reader, value->position, "%zu receipts, at most %u are possible", total,
                    RECEIPTS_MAX);
    return;
  }
  if (reader->problems.count != 0)
    return; /* the scenario is refused: no second pass over its mistakes */
  expectation->texts = rig_arena_take(reader->memory, (total + 1) * sizeof(char *));
  if (expectation->texts == NULL)
    return;
  for (const struct rig_node *node = value->first; node != NULL; node = node->next) {
    size_t word = 0;
    uint32_t times = 0;
    if (read_receipt(reader, node, &word, &times))
      while (times-- > 0)
        expectation->texts[expectation->text_count++] = texts[word];
  }
}

static void read_blocked_in(struct rig_reader *reader, const struct rig_node *key,
                            const struct rig_node *value, void *target) {
  enum rig_family family = RIG_FAMILY_NONE;
  if (!rig_read_family(reader, key->text, value, true, &family))
    return;
  struct rig_expectation *expectation = add(reader, target, key, RIG_EXPECT_BLOCKED_IN);
  if (expectation != NULL)
    expectation->family = family;
}

static void read_amount(struct rig_reader *reader, const struct rig_node *key,
                        const struct rig_node *value, struct rig_scenario *scenario,
                        enum rig_expect_kind kind, uint32_t least, uint32_t most,
                        const char *unit) {
  uint32_t number = 0;
  if (!rig_read_number(reader, key->text, value, least, most, unit, &number))
    return;
  struct rig_expectation *expectation = add(reader, scenario, key, kind);
  if (expectation != NULL)
    expectation->number = number;
}

static void read_replies(struct rig_reader *reader, const struct rig_node *key,
                         const struct rig_node *value, void *target) {
  read_amount(reader, key, value, target, RIG_EXPECT_REPLIES, 0, RIG_STEPS_MAX, "");
}

static void read_exit_code(struct rig_reader *reader, const struct rig_node *key,
                           const struct rig_node *value, void *target) {
  read_amount(reader, key, value, target, RIG_EXPECT_EXIT_CODE, 0, UINT32_MAX, "");
}

static void read_stop_within(struct rig_reader *reader, const struct rig_node *key,
                             const struct rig_node *value, void *target) {
  read_amount(reader, key, value, target, RIG_EXPECT_STOP_MS, 1, 600000, "ms");
}

static void read_service_states(struct rig_reader *reader, const struct rig_node *key,
                                const struct rig_node *value, void *target) {
  static const char *const words[] = {RIG_SERVICE_STATE_WORDS, NULL};
  static char *const texts[] = {RIG_SERVICE_STATE_WORDS};
  if (value->refused)
    return;
  if (value->kind != RIG_NODE_LIST) {
    rig_tell_kind(reader, key->text, value, "a list: write [start-pending, running, stopped]");
    return;
  }
  struct rig_expectation *expectation = add(reader, target, key, RIG_EXPECT_SERVICE_STATES);
  if (expectation == NULL)
    return;
  expectation->texts = rig_arena_take(reader->memory, (value->count + 1) * sizeof(char *));
  if (expectation->texts == NULL)
    return;
  for (const struct rig_node *node = value->first; node != NULL; node = node->next) {
    size_t word = 0;
    if (rig_read_word(reader, "an item of service-states", node, words, &word))
      expectation->texts[expectation->text_count++] = texts[word];
  }
}

static const struct rig_key EXPECT_KEYS[] = {
    {"rules", read_rules},
    {"receipts", read_receipts},
    {"blocked-in", read_blocked_in},
    {"replies", read_replies},
    {"exit-code", read_exit_code},
    {"service-states", read_service_states},
    {"stop-within", read_stop_within},
};
const struct rig_key_table rig_keys_expect = {"'expect'", "expect: {exit-code: 0}", EXPECT_KEYS,
                                              sizeof EXPECT_KEYS / sizeof *EXPECT_KEYS};

void rig_read_expect(struct rig_reader *reader, const struct rig_node *key,
                     const struct rig_node *value, void *target) {
  if (rig_node_is_empty(value) && !value->refused)
    rig_problem_add(reader, value->position, "'%s' is empty: leave it out, then no rule may fail",
                    key->text);
  rig_read_mapping(reader, value, &rig_keys_expect, target);
}
