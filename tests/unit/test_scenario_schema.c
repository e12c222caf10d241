/*
 * scenarios/scenario.schema.json names what the loader names: the same keys in every mapping, the
 * same words in every list. (tests/e2e/test_schema.py holds their verdicts side by side.)
 */
#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/causes.h"
#include "judge/judge.h"
#include "scenario/reader.h"
#include "unit/suite.h"

#define FILE_NAME RIG_SOURCE_DIR "/scenarios/scenario.schema.json"

static json_t *schema;

static void setup(void) {
  json_error_t error;
  schema = json_load_file(FILE_NAME, JSON_REJECT_DUPLICATES, &error);
  ck_assert_msg(schema != NULL, "%s:%d: %s", FILE_NAME, error.line, error.text);
}

static void teardown(void) {
  json_decref(schema);
}

/* The value at "definitions/step/anyOf/1"; numbers are places in a list. */
static const json_t *at(const char *path) {
  const json_t *value = schema;
  char copy[200];
  ck_assert_uint_lt(strlen(path), sizeof copy);
  strcpy(copy, path);
  for (char *word = strtok(copy, "/"); word != NULL; word = strtok(NULL, "/"))
    value = json_is_array(value) ? json_array_get(value, (size_t)atoi(word))
                                 : json_object_get(value, word);
  ck_assert_msg(value != NULL, "the schema has no %s", path);
  return value;
}

/* The keys of a mapping: each of the loader's, described, and no other. */
static void check_mapping(const char *path, const struct rig_key_table *table) {
  const json_t *mapping = at(path);
  const json_t *keys = json_object_get(mapping, "properties");
  ck_assert_msg(json_is_object(keys) &&
                    json_is_false(json_object_get(mapping, "additionalProperties")),
                "%s is no closed mapping", path);
  for (size_t i = 0; i < table->count; i++) {
    const json_t *key = json_object_get(keys, table->keys[i].name);
    ck_assert_msg(key != NULL, "%s lacks the key '%s' of %s", path, table->keys[i].name,
                  table->where);
    const char *description = json_string_value(json_object_get(key, "description"));
    ck_assert_msg(description != NULL && *description != '\0', "%s: '%s' has no description", path,
                  table->keys[i].name);
  }
  ck_assert_msg(json_object_size(keys) == table->count, "%s has %zu keys, the loader %zu", path,
                json_object_size(keys), table->count);
}

START_TEST(mappings) {
  check_mapping("", &rig_keys_top);
  check_mapping("definitions/client", &rig_keys_client);
  check_mapping("definitions/fault", &rig_keys_fault);
  check_mapping("definitions/expect", &rig_keys_expect);
  check_mapping("definitions/step/anyOf/1", &rig_keys_step);
  check_mapping("definitions/step/anyOf/1/properties/at", &rig_keys_at);
  check_mapping("definitions/step/anyOf/1/properties/when/anyOf/1", &rig_keys_when);
  check_mapping("definitions/expect/properties/blocked-in/anyOf/1", &rig_keys_blocked_in);
  ck_assert_str_eq(json_string_value(at("$schema")), "http://json-schema.org/draft-07/schema#");
}
END_TEST

static const char *const ACTION_WORDS[] = {
#define RIG_X(symbol, word, text) word,
    RIG_STEP_ACTIONS(RIG_X)
#undef RIG_X
        NULL};

START_TEST(actions) {
  size_t count = 0;
  for (; ACTION_WORDS[count] != NULL; count++) {
    char path[120];
    bool bare_too = strcmp(ACTION_WORDS[count], "control") == 0;
    snprintf(path, sizeof path, "definitions/step/anyOf/1/properties/%s%s", ACTION_WORDS[count],
             bare_too ? "/anyOf/1" : "");
    ck_assert_ptr_nonnull(rig_keys_actions[count]);
    check_mapping(path, rig_keys_actions[count]);
    snprintf(path, sizeof path, "definitions/step/anyOf/1/oneOf/%zu/required/0", count);
    ck_assert_str_eq(json_string_value(at(path)), ACTION_WORDS[count]);
  }
  ck_assert_ptr_null(rig_keys_actions[count]);
  ck_assert_uint_eq(json_array_size(at("definitions/step/anyOf/1/oneOf")), count);
}
END_TEST

/* A list of words: each of `words`, which ends with NULL, and no other. */
static void check_words(const char *path, const char *const *words) {
  const json_t *list = at(path);
  size_t count = 0;
  for (; words[count] != NULL; count++) {
    bool found = false;
    for (size_t i = 0; i < json_array_size(list); i++) {
      const char *text = json_string_value(json_array_get(list, i));
      found |= text != NULL && strcmp(text, words[count]) == 0;
    }
    ck_assert_msg(found, "add \"%s\" to %s of scenarios/scenario.schema.json", words[count], path);
  }
  ck_assert_msg(json_array_size(list) == count, "%s has %zu words, mapirig %zu: one is gone", path,
                json_array_size(list), count);
}

/* The words of the families that `wanted` (NULL: all) accepts. */
static void check_families(const char *path, bool (*wanted)(enum rig_family)) {
  const char *words[RIG_FAMILY_COUNT + 1];
  size_t count = 0;
  for (unsigned family = 1; family < RIG_FAMILY_COUNT; family++)
    if (*rig_family_word(family) != '\0' && (wanted == NULL || wanted((enum rig_family)family)))
      words[count++] = rig_family_word(family);
  words[count] = NULL;
  check_words(path, words);
}

START_TEST(calls) {
  check_families("definitions/call/enum", NULL);
  check_families("definitions/blocking-call/enum", rig_family_blocks);
  check_families("definitions/fault/properties/call/enum", rig_family_faults);
}
END_TEST

START_TEST(rules_and_causes) {
  const char *words[100] = {NULL};
  ck_assert_uint_lt(rig_rule_count(), 100);
  for (size_t i = 0; i < rig_rule_count(); i++)
    words[i] = rig_rule_at(i)->id;
  words[rig_rule_count()] = NULL;
  check_words("definitions/rule/enum", words);
  size_t causes = 0;
  while (causes < 99 && (words[causes] = rig_cause_expectable_at(causes)) != NULL)
    causes++;
  words[causes] = NULL;
  check_words("definitions/expect/properties/cause/enum", words);
}
END_TEST

START_TEST(receipts_and_states) {
  static const char *const receipts[] = {
#define RIG_X(symbol, word) word, word "?",
      RIG_RECEIPT_KINDS(RIG_X)
#undef RIG_X
          NULL};
  static const char *const states[] = {RIG_SERVICE_STATE_WORDS, NULL};
  check_words("definitions/receipt/anyOf/0/enum", receipts);
  check_words("definitions/expect/properties/service-states/items/enum", states);
  for (size_t i = 0; receipts[i] != NULL; i++)
    ck_assert_ptr_nonnull(
        json_object_get(at("definitions/receipt/anyOf/1/properties"), receipts[i]));
}
END_TEST

int main(void) {
  Suite *suite = suite_create("scenario, the schema's words");
  TCase *tests = tcase_create("schema");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, mappings);
  tcase_add_test(tests, actions);
  tcase_add_test(tests, calls);
  tcase_add_test(tests, rules_and_causes);
  tcase_add_test(tests, receipts_and_states);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
