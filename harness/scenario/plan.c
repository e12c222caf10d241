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

/* The stop that ends every scenario which does not ask itself. */
static struct rig_step final_stop(const struct rig_scenario *scenario) {
  return (struct rig_step){.action = RIG_ACTION_STOP,
                           .trigger = RIG_TRIGGER_SETTLED,
                           .stop_way = (uint8_t)scenario->stop_way,
                           .control = RIG_CONTROL_STOP};
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

enum rig_status rig_plan_build(const struct rig_scenario *scenario, struct rig_plan *out) {
  bool add_stop = !has_stop(scenario);
  size_t count = scenario->step_count + (add_stop ? 1 : 0);
  size_t bytes = 1 + bytes_of(scenario->stop_event);
  for (size_t i = 0; i < scenario->step_count; i++)
    bytes += bytes_of(scenario->steps[i].text);
  if (count > RIG_STEPS_MAX || bytes > RIG_TEXT_BYTES_MAX)
    return RIG_FULL;
  RIG_ASSERT(count > 0); /* a stop, its own or the final one */
  struct rig_plan plan = {.step_count = (uint32_t)count, .text_bytes = 1};
  plan.steps = calloc(count, sizeof *plan.steps);
  plan.texts = calloc(bytes, 1);
  if (plan.steps == NULL || plan.texts == NULL) {
    rig_plan_free(&plan);
    return RIG_NO_MEMORY;
  }
  for (size_t i = 0; i < scenario->step_count; i++) {
    RIG_ASSERT(scenario->steps[i].step.action != RIG_ACTION_NONE);
    plan.steps[i] = scenario->steps[i].step;
    plan.steps[i].text = put(&plan, scenario->steps[i].text);
  }
  if (add_stop) {
    plan.steps[count - 1] = final_stop(scenario);
    if (scenario->stop_way == RIG_STOP_EVENT)
      plan.steps[count - 1].text = put(&plan, scenario->stop_event);
  }
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
