/*
 * `expect:`, what a run of the scenario must show.
 */
#include <stdio.h>
#include <string.h>

#include "core/names.h"
#include "scenario/reader.h"

#define CAUSE_BYTES_MAX 60u
#define ANSWERS_MAX 100000u
#define DURATION_MS_MAX 3600000u

const char *rig_expectation_word(enum rig_expect_kind kind) {
  static const char *const words[] = {
#define RIG_X(symbol, key) key,
      RIG_EXPECTATIONS(RIG_X)
#undef RIG_X
  };
  return (unsigned)kind < RIG_EXPECT_KIND_COUNT ? words[kind] : "?";
}

/* Adds an expectation; a key comes at most once, so that there is always room. */
static struct rig_expectation *add(struct rig_reader *reader, struct rig_scenario *scenario,
                                   const struct rig_node *key, enum rig_expect_kind kind) {
  if (scenario->expectations == NULL)
    scenario->expectations =
        rig_arena_take(reader->memory, RIG_EXPECT_KIND_COUNT * sizeof *scenario->expectations);
  if (scenario->expectations == NULL || scenario->expectation_count == RIG_EXPECT_KIND_COUNT)
    return NULL;
  struct rig_expectation *expectation = &scenario->expectations[scenario->expectation_count++];
  expectation->kind = kind;
  expectation->position = key->position;
  return expectation;
}

static void add_text(struct rig_reader *reader, struct rig_scenario *scenario,
                     const struct rig_node *key, enum rig_expect_kind kind,
                     const struct rig_node *value) {
  struct rig_expectation *expectation = add(reader, scenario, key, kind);
  char **texts = rig_arena_take(reader->memory, sizeof *texts);
  if (expectation == NULL || texts == NULL)
    return;
  texts[0] = rig_arena_copy(reader->memory, value->text, value->length);
  expectation->texts = texts;
  expectation->text_count = 1;
}

/* An id that nobody's table has is told. */
static void check_id(struct rig_reader *reader, const struct rig_node *node, const char *const *ids,
                     const char *what, const char *where) {
  if (ids == NULL)
    return;
  for (size_t i = 0; ids[i] != NULL; i++)
    if (strcmp(ids[i], node->text) == 0)
      return;
  const char *near = rig_nearest(node->text, ids);
  if (near != NULL)
    rig_problem_add(reader, node->position, "unknown %s '%.60s': did you mean '%s'?", what,
                    node->text, near);
  else
    rig_problem_add(reader, node->position, "unknown %s '%.60s': %s", what, node->text, where);
}

/* "fail", or {fail: warning} where the severity matters too. */
static bool read_verdict(struct rig_reader *reader, const struct rig_node *id,
                         const struct rig_node *value, struct rig_expected_rule *rule) {
  static const char *const words[] = {"pass", "fail", "not-exercised", "n/a", NULL};
  _Static_assert(RIG_EXPECT_NA == 3, "a word for each verdict, in the enum's order");
  static const char *const fail[] = {"fail", NULL};
  static const char *const severities[] = {"warning", "error", NULL};
  size_t index = 0;
  if (value->kind != RIG_NODE_MAPPING) {
    if (!rig_read_word(reader, id->text, value, words, &index))
      return false;
    rule->verdict = (enum rig_expected)index;
    return true;
  }
  rig_check_keys(reader, value);
  if (value->count != 2) {
    if (!value->incomplete)
      rig_problem_add(reader, value->position,
                      "'%.60s' has a verdict, or one with its severity: {fail: warning}", id->text);
    return false;
  }
  rule->verdict = RIG_EXPECT_FAIL;
  if (!rig_read_word(reader, id->text, value->first, fail, &index) ||
      !rig_read_word(reader, "fail", value->first->next, severities, &index))
    return false;
  rule->severity = index == 0 ? RIG_EXPECT_WARNING : RIG_EXPECT_ERROR;
  return true;
}

static void read_rules(struct rig_reader *reader, const struct rig_node *key,
                       const struct rig_node *value, void *target) {
  struct rig_scenario *scenario = target;
  if (value->refused)
    return;
  if (value->kind != RIG_NODE_MAPPING || (value->count == 0 && !value->incomplete)) {
    rig_tell_kind(reader, key->text, value, "a mapping of rules: write {no-blocking-get: fail}");
    return;
  }
  rig_check_keys(reader, value);
  const char *const *ids = rig_rule_ids(reader);
  scenario->expect_any_rule = true;
  scenario->expected_rules =
      rig_arena_take(reader->memory, value->count * sizeof *scenario->expected_rules);
  if (scenario->expected_rules == NULL)
    return;
  for (const struct rig_node *id = value->first; id != NULL && id->next != NULL;
       id = id->next->next) {
    struct rig_expected_rule rule = {.position = id->position};
    if (id->refused || id->kind != RIG_NODE_SCALAR || id->length == 0)
      continue;
    check_id(reader, id, ids, "rule", "'mapirig rules' lists them all");
    if (!read_verdict(reader, id, id->next, &rule))
      continue;
    rule.id = rig_arena_copy(reader->memory, id->text, id->length);
    scenario->expected_rules[scenario->expected_rule_count++] = rule;
  }
}

static void read_outcome(struct rig_reader *reader, const struct rig_node *key,
                         const struct rig_node *value, void *target) {
  static const char *const words[] = {"pass", "fail", "not-exercised", NULL};
  size_t index = 0;
  if (rig_read_word(reader, key->text, value, words, &index))
    add_text(reader, target, key, RIG_EXPECT_OUTCOME, value);
}

static void read_cause(struct rig_reader *reader, const struct rig_node *key,
                       const struct rig_node *value, void *target) {
  char *text = NULL;
  if (!rig_read_text(reader, key->text, value, CAUSE_BYTES_MAX, &text))
    return;
  check_id(reader, value, rig_cause_ids(reader), "cause", "scenarios/README.md lists them");
  add_text(reader, target, key, RIG_EXPECT_CAUSE, value);
}

static void read_receipts(struct rig_reader *reader, const struct rig_node *key,
                          const struct rig_node *value, void *target) {
  if (value->refused)
    return;
  struct rig_expectation *expectation = add(reader, target, key, RIG_EXPECT_RECEIPTS);
  if (expectation != NULL)
    rig_read_receipts(reader, key, value, expectation);
}

/* Where a thread sits, as it is read. */
struct place {
  enum rig_family family;
  uint8_t thread;
  bool given;
};

static void read_place_call(struct rig_reader *reader, const struct rig_node *key,
                            const struct rig_node *value, void *target) {
  struct place *place = target;
  place->given = true;
  (void)rig_read_family(reader, key->text, value, RIG_FAMILIES_THAT_BLOCK, &place->family);
}

static void read_place_thread(struct rig_reader *reader, const struct rig_node *key,
                              const struct rig_node *value, void *target) {
  struct place *place = target;
  (void)rig_read_thread(reader, key->text, value, false, &place->thread);
}

static const struct rig_key PLACE_KEYS[] = {{"call", read_place_call},
                                            {"thread", read_place_thread}};
const struct rig_key_table rig_keys_blocked_in = {
    "'blocked-in'", "blocked-in: {call: GetMessage, thread: t1}", PLACE_KEYS,
    sizeof PLACE_KEYS / sizeof *PLACE_KEYS};

static void read_blocked_in(struct rig_reader *reader, const struct rig_node *key,
                            const struct rig_node *value, void *target) {
  struct place place = {.family = RIG_FAMILY_NONE};
  if (value->kind != RIG_NODE_MAPPING) {
    read_place_call(reader, key, value, &place);
  } else {
    size_t before = reader->problems.count + reader->untold;
    rig_read_mapping(reader, value, &rig_keys_blocked_in, &place);
    bool told = reader->problems.count + reader->untold != before;
    if (!place.given && !told && !value->refused && !value->incomplete)
      rig_problem_add(reader, value->position, "'%s' must name a call: write %s", key->text,
                      rig_keys_blocked_in.example);
  }
  struct rig_expectation *expectation = add(reader, target, key, RIG_EXPECT_BLOCKED_IN);
  if (expectation != NULL) {
    expectation->family = place.family;
    expectation->thread = place.thread;
  }
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
  read_amount(reader, key, value, target, RIG_EXPECT_REPLIES, 0, ANSWERS_MAX, "");
}

static void read_withdrawn(struct rig_reader *reader, const struct rig_node *key,
                           const struct rig_node *value, void *target) {
  read_amount(reader, key, value, target, RIG_EXPECT_WITHDRAWN, 0, ANSWERS_MAX, "");
}

static void read_exit_code(struct rig_reader *reader, const struct rig_node *key,
                           const struct rig_node *value, void *target) {
  read_amount(reader, key, value, target, RIG_EXPECT_EXIT_CODE, 0, UINT32_MAX, "");
}

static void read_duration(struct rig_reader *reader, const struct rig_node *key,
                          const struct rig_node *value, void *target) {
  static const enum rig_expect_kind kinds[] = {RIG_EXPECT_READY_MS, RIG_EXPECT_RUN_MS,
                                               RIG_EXPECT_STOP_MS, RIG_EXPECT_REPLY_MS};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(key->text, rig_expectation_word(kinds[i])) == 0)
      read_amount(reader, key, value, target, kinds[i], 1, DURATION_MS_MAX, "ms");
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
    {"outcome", read_outcome},
    {"cause", read_cause},
    {"receipts", read_receipts},
    {"blocked-in", read_blocked_in},
    {"replies", read_replies},
    {"withdrawn", read_withdrawn},
    {"exit-code", read_exit_code},
    {"service-states", read_service_states},
    {"ready-within", read_duration},
    {"run-within", read_duration},
    {"stop-within", read_duration},
    {"reply-within", read_duration},
};
_Static_assert(sizeof EXPECT_KEYS / sizeof *EXPECT_KEYS == RIG_EXPECT_KIND_COUNT + 1,
               "a key for each expectation, and `rules`");
const struct rig_key_table rig_keys_expect = {"'expect'", "expect: {exit-code: 0}", EXPECT_KEYS,
                                              sizeof EXPECT_KEYS / sizeof *EXPECT_KEYS};

void rig_read_expect(struct rig_reader *reader, const struct rig_node *key,
                     const struct rig_node *value, void *target) {
  if (rig_node_is_empty(value) && !value->refused)
    rig_problem_add(reader, value->position, "'%s' is empty: leave it out, then no rule may fail",
                    key->text);
  rig_read_mapping(reader, value, &rig_keys_expect, target);
}
