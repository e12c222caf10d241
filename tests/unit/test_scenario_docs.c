/*
 * scenarios/: the reference says what is true, and the catalogue is sound.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/calls.h"
#include "scenario/reader.h"
#include "scenario/scenario.h"
#include "unit/suite.h"

#define FOLDER RIG_SOURCE_DIR "/scenarios"
#define CATALOGUE_LEAST 15u

static char *readme;

static char *read_whole(const char *path) {
  FILE *file = fopen(path, "rb");
  ck_assert_msg(file != NULL, "cannot open %s", path);
  char *text = calloc(1, 1 << 20);
  ck_assert_ptr_nonnull(text);
  size_t bytes = fread(text, 1, (1 << 20) - 1, file);
  ck_assert_msg(bytes > 0, "%s is empty", path);
  fclose(file);
  return text;
}

static void setup(void) {
  readme = read_whole(FOLDER "/README.md");
}

static void teardown(void) {
  free(readme);
}

/* The text of the next block fenced with ``` and `language` from *from on; NULL after the last. */
static char *next_block(const char **from, const char *language) {
  char fence[32];
  snprintf(fence, sizeof fence, "\n```%s\n", language);
  const char *start = strstr(*from, fence);
  if (start == NULL)
    return NULL;
  start += strlen(fence);
  const char *end = strstr(start, "```\n");
  ck_assert_msg(end != NULL, "a block without an end: %.60s", start);
  *from = end;
  return strndup(start, (size_t)(end - start));
}

START_TEST(every_example_loads) {
  const char *at = readme;
  unsigned count = 0;
  char *block;
  while ((block = next_block(&at, "yaml")) != NULL) {
    char *text = NULL;
    bool whole = strncmp(block, "name:", 5) == 0 || strstr(block, "\nname:") != NULL;
    ck_assert_int_ge(asprintf(&text, "%s%s", whole ? "" : "name: example\n", block), 0);
    struct rig_scenario *scenario = NULL;
    struct rig_problems problems;
    enum rig_status status =
        rig_scenario_parse("README.md", text, strlen(text), &scenario, &problems);
    ck_assert_msg(status == RIG_OK, "%s\nin:\n%s",
                  problems.count > 0 ? problems.items[0].text : rig_status_text(status), text);
    rig_scenario_free(scenario);
    free(text);
    free(block);
    count++;
  }
  ck_assert_msg(count >= 6, "only %u yaml blocks found in README.md", count);
}
END_TEST

/* All yaml blocks, one after the other. */
static char *all_examples(void) {
  char *all = calloc(1, strlen(readme) + 1);
  ck_assert_ptr_nonnull(all);
  const char *at = readme;
  char *block;
  while ((block = next_block(&at, "yaml")) != NULL) {
    strcat(all, block);
    free(block);
  }
  return all;
}

static bool is_word_end(char c) {
  return c == ':' || c == '\n' || c == ',';
}

/* `name` as a key: "name:", the bare word of a step, or a key without a value. */
static bool has_key(const char *text, const char *name) {
  for (const char *at = text; (at = strstr(at, name)) != NULL; at++)
    if (at != text && strchr(" {\n", at[-1]) != NULL && is_word_end(at[strlen(name)]))
      return true;
  return false;
}

static void check_examples(const char *examples, const struct rig_key_table *table) {
  for (size_t i = 0; i < table->count; i++)
    ck_assert_msg(has_key(examples, table->keys[i].name), "no example has the key '%s' of %s",
                  table->keys[i].name, table->where);
}

static void check_table(const char *examples, const struct rig_key_table *table) {
  check_examples(examples, table);
  for (size_t i = 0; i < table->count; i++) {
    const char *name = table->keys[i].name;
    char cell[64];
    snprintf(cell, sizeof cell, "`%s", name);
    ck_assert_msg(strstr(readme, cell) != NULL, "no table has the key '%s' of %s", name,
                  table->where);
  }
}

START_TEST(every_key_has_an_example) {
  char *examples = all_examples();
  check_table(examples, &rig_keys_top);
  check_table(examples, &rig_keys_client);
  check_table(examples, &rig_keys_step);
  check_table(examples, &rig_keys_expect);
  check_table(examples, &rig_keys_fault);
  check_examples(examples, &rig_keys_at);
  check_examples(examples, &rig_keys_when);
  for (size_t i = 0; rig_keys_actions[i] != NULL; i++)
    check_table(examples, rig_keys_actions[i]);
  free(examples);
}
END_TEST

START_TEST(every_call_is_named) {
  for (unsigned family = 1; family < RIG_FAMILY_COUNT; family++) {
    char cell[64];
    snprintf(cell, sizeof cell, "`%s`", rig_family_word(family));
    ck_assert_msg(strcmp(cell, "``") == 0 || strstr(readme, cell) != NULL, "README.md names no %s",
                  cell);
  }
}
END_TEST

START_TEST(shown_mistakes_are_told_so) {
  const char *at = readme;
  char *text = next_block(&at, "text");
  char *shown = next_block(&at, "console");
  ck_assert(text != NULL && shown != NULL);
  struct rig_scenario *scenario = NULL;
  struct rig_problems problems;
  ck_assert_int_eq(rig_scenario_parse("pump.yaml", text, strlen(text), &scenario, &problems),
                   RIG_INVALID);
  char told[4096] = "";
  for (size_t i = 0; i < problems.count; i++) {
    char line[512];
    strcat(told, rig_problem_format("pump.yaml", &problems.items[i], line, sizeof line));
    strcat(told, "\n");
  }
  ck_assert_str_eq(told, shown);
  rig_problems_free(&problems);
  free(text);
  free(shown);
}
END_TEST

static struct rig_scenario *load(const char *path) {
  struct rig_scenario *scenario = NULL;
  struct rig_problems problems;
  enum rig_status status = rig_scenario_load(path, &scenario, &problems);
  ck_assert_msg(status == RIG_OK, "%s: %s", path,
                problems.count > 0 ? problems.items[0].text : rig_status_text(status));
  return scenario;
}

START_TEST(catalogue_is_sound) {
  char **files = NULL;
  size_t count = 0;
  ck_assert_int_eq(rig_scenario_list(FOLDER, &files), RIG_OK);
  for (; files[count] != NULL; count++) {
    struct rig_scenario *scenario = load(files[count]);
    struct rig_plan plan;
    ck_assert_msg(scenario->description != NULL, "%s: no description", files[count]);
    /* Neither holds for any client: rules depend on what it does, and so does what follows it. */
    ck_assert_msg(!scenario->expect_any_rule, "%s expects a rule", files[count]);
    ck_assert_msg(!scenario->role_given, "%s fixes the role", files[count]);
    ck_assert_int_eq(rig_plan_build(scenario, &plan), RIG_OK);
    bool stops = false;
    for (uint32_t i = 0; i < plan.step_count; i++)
      stops |= plan.steps[i].action == RIG_ACTION_STOP;
    ck_assert_msg(stops, "%s never stops", files[count]);
    rig_plan_free(&plan);
    rig_scenario_free(scenario);
    if (count > 0)
      ck_assert_int_lt(strcmp(files[count - 1], files[count]), 0);
  }
  ck_assert_msg(count >= CATALOGUE_LEAST, "only %zu scenarios", count);
  rig_scenario_list_free(files);
}
END_TEST

START_TEST(catalogue_is_listed) {
  char **files = NULL;
  size_t count = 0;
  ck_assert_int_eq(rig_scenario_list(FOLDER, &files), RIG_OK);
  for (; files[count] != NULL; count++) {
    char link[512];
    snprintf(link, sizeof link, "(%s)", files[count] + strlen(FOLDER "/"));
    ck_assert_msg(strstr(readme, link) != NULL, "README.md does not list %s", link);
  }
  rig_scenario_list_free(files);
  size_t links = 0;
  for (const char *at = readme; (at = strstr(at, ".yaml)")) != NULL; at++)
    links++;
  ck_assert_uint_eq(links, count);
}
END_TEST

START_TEST(names_differ) {
  char **files = NULL;
  ck_assert_int_eq(rig_scenario_list(FOLDER, &files), RIG_OK);
  for (size_t i = 0; files[i] != NULL; i++) {
    struct rig_scenario *scenario = load(files[i]);
    for (size_t j = 0; j < i; j++) {
      struct rig_scenario *other = load(files[j]);
      ck_assert_msg(strcmp(scenario->name, other->name) != 0, "%s and %s have one name", files[i],
                    files[j]);
      rig_scenario_free(other);
    }
    rig_scenario_free(scenario);
  }
  rig_scenario_list_free(files);
}
END_TEST

START_TEST(list_answers_for_paths) {
  char **files = NULL;
  ck_assert_int_eq(rig_scenario_list(FOLDER "/nowhere", &files), RIG_NOT_FOUND);
  ck_assert_int_eq(rig_scenario_list("", &files), RIG_NOT_FOUND);
  ck_assert_int_eq(rig_scenario_list(RIG_SOURCE_DIR "/cmake", &files), RIG_NOT_FOUND);
  ck_assert_ptr_null(files);
  ck_assert_int_eq(rig_scenario_list(FOLDER "/pump/one-sent.yaml", &files), RIG_OK);
  ck_assert_str_eq(files[0], FOLDER "/pump/one-sent.yaml");
  ck_assert_ptr_null(files[1]);
  rig_scenario_list_free(files);
}
END_TEST

START_TEST(unreadable_files_are_told) {
  struct rig_scenario *scenario = NULL;
  struct rig_problems problems;
  ck_assert_int_eq(rig_scenario_load(FOLDER "/nowhere.yaml", &scenario, &problems), RIG_NOT_FOUND);
  ck_assert_uint_eq(problems.count, 1);
  ck_assert_uint_eq(problems.items[0].position.line, 0);
  char line[512];
  ck_assert_str_eq(rig_problem_format("x", &problems.items[0], line, sizeof line),
                   "x: error: cannot read the scenario: No such file or directory");
  rig_problems_free(&problems);
  ck_assert_int_eq(rig_scenario_load(FOLDER, &scenario, &problems), RIG_IO);
  ck_assert_str_eq(problems.items[0].text, "is a folder, not a scenario file");
  rig_problems_free(&problems);
  ck_assert_ptr_null(scenario);
}
END_TEST

START_TEST(named_files_must_exist) {
  char folder[] = "/tmp/rig-scenario-XXXXXX";
  ck_assert_ptr_nonnull(mkdtemp(folder));
  char path[64];
  snprintf(path, sizeof path, "%s/a.yaml", folder);
  FILE *file = fopen(path, "w");
  ck_assert_ptr_nonnull(file);
  fputs("name: x\nclient: {files: [a.yaml, gone.dll, .], folder: ., registry: [gone.reg]}\n", file);
  fclose(file);
  struct rig_scenario *scenario = NULL;
  struct rig_problems problems;
  ck_assert_int_eq(rig_scenario_load(path, &scenario, &problems), RIG_INVALID);
  remove(path);
  remove(folder);
  ck_assert_uint_eq(problems.count, 3);
  ck_assert_ptr_nonnull(strstr(problems.items[0].text, "there is no file 'gone.dll'"));
  ck_assert_uint_eq(problems.items[0].position.column, 26);
  ck_assert_ptr_nonnull(strstr(problems.items[1].text, "'.' is a folder, not a file"));
  ck_assert_ptr_nonnull(strstr(problems.items[2].text, "there is no file 'gone.reg'"));
  rig_problems_free(&problems);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("scenario, documents and files");
  TCase *tests = tcase_create("docs");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, every_example_loads);
  tcase_add_test(tests, every_key_has_an_example);
  tcase_add_test(tests, every_call_is_named);
  tcase_add_test(tests, shown_mistakes_are_told_so);
  tcase_add_test(tests, catalogue_is_sound);
  tcase_add_test(tests, catalogue_is_listed);
  tcase_add_test(tests, names_differ);
  tcase_add_test(tests, list_answers_for_paths);
  tcase_add_test(tests, unreadable_files_are_told);
  tcase_add_test(tests, named_files_must_exist);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
