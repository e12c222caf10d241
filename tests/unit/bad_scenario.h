/*
 * Bad scenarios as tables: a text, and the one problem that it must have.
 */
#ifndef RIG_UNIT_BAD_SCENARIO_H
#define RIG_UNIT_BAD_SCENARIO_H

#include <check.h>
#include <string.h>

#include "scenario/scenario.h"

struct bad {
  const char *text;
  uint32_t line;
  uint32_t column;
  const char *fragment; /* of the message */
};

#define N "name: x\n"
#define STEP N "steps:\n  - " /* an action written here begins at 3:5 */

static inline enum rig_status load(const char *text, size_t bytes, struct rig_problems *problems) {
  struct rig_scenario *scenario = NULL;
  enum rig_status status = rig_scenario_parse("t.yaml", text, bytes, &scenario, problems);
  ck_assert((status == RIG_OK) == (scenario != NULL));
  ck_assert((status == RIG_OK) == (problems->count == 0));
  rig_scenario_free(scenario);
  return status;
}

static inline void check_bad(const struct bad *bad) {
  struct rig_problems problems;
  ck_assert_msg(load(bad->text, strlen(bad->text), &problems) == RIG_INVALID, "accepted: %s",
                bad->text);
  const struct rig_problem *problem = &problems.items[0];
  ck_assert_msg(problems.count == 1, "%zu problems for: %s\n%u:%u %s\n%u:%u %s", problems.count,
                bad->text, problem[0].position.line, problem[0].position.column, problem[0].text,
                problem[1].position.line, problem[1].position.column, problem[1].text);
  ck_assert_msg(problem->position.line == bad->line && problem->position.column == bad->column,
                "at %u:%u, not %u:%u: %s\n%s", problem->position.line, problem->position.column,
                bad->line, bad->column, problem->text, bad->text);
  ck_assert_msg(strstr(problem->text, bad->fragment) != NULL, "no '%s' in: %s\n%s", bad->fragment,
                problem->text, bad->text);
  rig_problems_free(&problems);
}

#define TABLE_TEST(name, table)                                                                    \
  START_TEST(name) {                                                                               \
    check_bad(&table[_i]);                                                                         \
  }                                                                                                \
  END_TEST

#define ROWS(table) ((int)(sizeof table / sizeof *table))

#endif
