/*
 * Any bytes as a scenario: loading it, its problems as they are shown, its plan.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold of whatever the loader hands out. */
static void require(bool condition) {
  if (!condition)
    abort();
}

static const char *rule_at(size_t index) {
  static const char *const ids[] = {"no-blocking-get", "sent-latency", "init-nt-service"};
  return index < 3 ? ids[index] : NULL;
}

/* Shown on a terminal: one line, nothing that the terminal would obey. */
static void require_line(const char *text) {
  require(*text != '\0');
  for (; *text != '\0'; text++) {
    unsigned char byte = (unsigned char)*text;
    require(byte >= 0x20 && byte != 0x7F);
    require(byte != 0xC2 || (unsigned char)text[1] >= 0xA0);
  }
}

static bool is_before(const struct rig_position *a, const struct rig_position *b) {
  return a->line < b->line || (a->line == b->line && a->column <= b->column);
}

static void check_problems(const struct rig_problems *problems) {
  char line[512];
  require(problems->count > 0);
  for (size_t i = 0; i < problems->count; i++) {
    const struct rig_problem *problem = &problems->items[i];
    require(i == 0 || is_before(&problem[-1].position, &problem->position));
    require((problem->position.line == 0) == (problem->position.column == 0));
    require(strlen(problem->text) < sizeof problem->text);
    require_line(rig_problem_format("f.yaml", problem, line, sizeof line));
  }
}

static void check_step(const struct rig_step *step, const struct rig_plan *plan) {
  require(step->action > RIG_ACTION_NONE && step->action < RIG_ACTION_COUNT);
  require(step->trigger < RIG_TRIGGER_COUNT && step->family < RIG_FAMILY_COUNT);
  require(step->stop_way < RIG_STOP_COUNT && step->text < plan->text_bytes);
  require(step->trigger != RIG_TRIGGER_AT || (step->trigger_count > 0 && step->family != 0));
  bool repeats = step->action == RIG_ACTION_POST || step->action == RIG_ACTION_POST_THREAD ||
                 step->action == RIG_ACTION_NOTIFY;
  require(!repeats || (step->repeat >= 1 && step->repeat <= 10000));
  bool has_window = step->action == RIG_ACTION_POST || step->action == RIG_ACTION_SEND;
  require(!has_window || (step->window != RIG_WINDOW_NONE && step->message != 0));
  bool named = (step->action == RIG_ACTION_SET_EVENT || step->action == RIG_ACTION_RESET_EVENT) &&
               step->event_by == RIG_EVENT_BY_NAME;
  require(!named || plan->texts[step->text] != '\0');
}

static void check_plan(const struct rig_scenario *scenario) {
  struct rig_plan plan;
  require(rig_plan_build(scenario, &plan) == RIG_OK);
  require(plan.step_count >= 1 && plan.step_count <= RIG_STEPS_MAX);
  require(plan.texts[0] == '\0' && plan.texts[plan.text_bytes - 1] == '\0');
  unsigned stops = 0;
  for (uint32_t i = 0; i < plan.step_count; i++) {
    check_step(&plan.steps[i], &plan);
    stops += plan.steps[i].action == RIG_ACTION_STOP;
  }
  require(stops == 1);
  rig_plan_free(&plan);
}

static void check_scenario(const struct rig_scenario *scenario) {
  size_t bytes = strlen(scenario->name) + strlen(scenario->source);
  for (size_t i = 0; i < scenario->client.argument_count; i++)
    bytes += strlen(scenario->client.arguments[i]);
  for (size_t i = 0; i < scenario->client.environment_count; i++)
    require(strchr(scenario->client.environment[i], '=') != NULL);
  for (size_t i = 0; i < scenario->expected_rule_count; i++)
    require(strlen(scenario->expected_rules[i].id) > 0);
  for (size_t i = 0; i < scenario->expectation_count; i++)
    for (size_t j = 0; j < scenario->expectations[i].text_count; j++)
      bytes += strlen(scenario->expectations[i].texts[j]);
  require(bytes > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct rig_scenario *scenario = NULL;
  struct rig_problems problems;
  rig_scenario_set_ids(rule_at, NULL);
  enum rig_status status =
      rig_scenario_parse("f.yaml", (const char *)data, size, &scenario, &problems);
  require(status == RIG_OK || status == RIG_INVALID);
  require((status == RIG_OK) == (scenario != NULL));
  if (status == RIG_OK) {
    require(problems.count == 0 && problems.items == NULL);
    check_scenario(scenario);
    check_plan(scenario);
  } else {
    check_problems(&problems);
  }
  rig_problems_free(&problems);
  rig_scenario_free(scenario);
  return 0;
}
