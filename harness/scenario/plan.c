/*
 * From a scenario to the plan that the director executes: fixed-size steps and one area of texts.
 */
#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "scenario/actions.h"

static bool has_stop(const struct rig_scenario *scenario) {
  for (size_t i = 0; i < scenario->step_count; i++)
    if (scenario->steps[i].step.action == RIG_ACTION_STOP)
      return true;
  return false;
}

/* Does a step after `index` end the hold or gate that step `index` begins? */
static bool is_ended(const struct rig_scenario *scenario, size_t index) {
  const struct rig_scenario_step *begin = &scenario->steps[index];
  bool hold = begin->step.action == RIG_ACTION_HOLD;
  for (size_t i = index + 1; i < scenario->step_count; i++) {
    const struct rig_scenario_step *step = &scenario->steps[i];
    bool same_name = begin->text == NULL || step->text == NULL
                         ? begin->text == step->text
                         : strcmp(begin->text, step->text) == 0;
    if (hold && step->step.action == RIG_ACTION_RELEASE && same_name)
      return true;
    if (!hold && step->step.action == RIG_ACTION_UNGATE && step->step.window == begin->step.window)
      return true;
  }
  return false;
}

/* The step that ends what step `index` begins and nobody ends; false when there is none. */
static bool missing_end(const struct rig_scenario *scenario, size_t index,
                        struct rig_scenario_step *end) {
  const struct rig_scenario_step *step = &scenario->steps[index];
  bool hold = step->step.action == RIG_ACTION_HOLD;
  if ((!hold && step->step.action != RIG_ACTION_GATE) || is_ended(scenario, index))
    return false;
  *end = (struct rig_scenario_step){
      .step = {.action = hold ? (uint8_t)RIG_ACTION_RELEASE : (uint8_t)RIG_ACTION_UNGATE,
               .window = step->step.window},
      .text = step->text};
  return true;
}

/* The stop that ends every scenario which does not ask itself. */
static struct rig_scenario_step final_stop(const struct rig_scenario *scenario) {
  return (struct rig_scenario_step){
      .step = {.action = RIG_ACTION_STOP,
               .trigger = RIG_TRIGGER_SETTLED,
               .stop_way = (uint8_t)scenario->stop_way,
               .control = rig_default_control(scenario->stop_way)},
      .text = scenario->stop_way == RIG_STOP_EVENT ? scenario->stop_event : NULL};
}

size_t rig_plan_steps(const struct rig_scenario *scenario, struct rig_scenario_step *out) {
  size_t count = 0;
  struct rig_scenario_step end;
  for (size_t i = 0; i < scenario->fault_count; i++, count++)
    if (out != NULL)
      out[count] = scenario->faults[i];
  for (size_t i = 0; i < scenario->step_count; i++, count++)
    if (out != NULL)
      out[count] = scenario->steps[i];
  for (size_t i = 0; i < scenario->step_count; i++)
    if (missing_end(scenario, i, &end)) {
      if (out != NULL)
        out[count] = end;
      count++;
    }
  if (!has_stop(scenario)) {
    if (out != NULL)
      out[count] = final_stop(scenario);
    count++;
  }
  return count;
}

/* Appends `text` (NULL: none) and answers its offset; 0 is the empty text. */
static uint32_t put(struct rig_plan *plan, const char *text) {
  if (text == NULL || *text == '\0')
    return 0;
  uint32_t offset = plan->text_bytes;
  size_t bytes = strlen(text) + 1;
  memcpy(plan->texts + offset, text, bytes);
  plan->text_bytes += (uint32_t)bytes;
  return offset;
}

static size_t bytes_of(const char *text) {
  return text == NULL ? 0 : strlen(text) + 1;
}

/* Fills `plan`, whose areas are large enough, from all its steps. */
static void fill(struct rig_plan *plan, const struct rig_scenario_step *steps) {
  for (uint32_t i = 0; i < plan->step_count; i++) {
    RIG_ASSERT(steps[i].step.action != RIG_ACTION_NONE);
    plan->steps[i] = steps[i].step;
    plan->steps[i].text = put(plan, steps[i].text);
  }
}

enum rig_status rig_plan_build(const struct rig_scenario *scenario, struct rig_plan *out) {
  size_t count = rig_plan_steps(scenario, NULL);
  RIG_ASSERT(count > 0); /* a stop, its own or the final one */
  struct rig_scenario_step *steps = calloc(count, sizeof *steps);
  if (steps == NULL)
    return RIG_NO_MEMORY;
  (void)rig_plan_steps(scenario, steps);
  size_t bytes = 1;
  for (size_t i = 0; i < count; i++)
    bytes += bytes_of(steps[i].text);
  if (count > RIG_STEPS_MAX || bytes > RIG_TEXT_BYTES_MAX) {
    free(steps);
    return RIG_FULL;
  }
  struct rig_plan plan = {.step_count = (uint32_t)count, .text_bytes = 1};
  plan.steps = calloc(count, sizeof *plan.steps);
  plan.texts = calloc(bytes, 1);
  if (plan.steps == NULL || plan.texts == NULL) {
    free(steps);
    rig_plan_free(&plan);
    return RIG_NO_MEMORY;
  }
  fill(&plan, steps);
  free(steps);
  RIG_ASSERT(plan.text_bytes <= bytes);
  *out = plan;
  return RIG_OK;
}

void rig_plan_free(struct rig_plan *plan) {
  if (plan == NULL)
    return;
  free(plan->steps);
  free(plan->texts);
  *plan = (struct rig_plan){NULL, 0, NULL, 0};
}
