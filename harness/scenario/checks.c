/*
 * What only all steps together tell: one stop, a hold for each release, a gate for each ungate.
 */
#include <string.h>

#include "scenario/actions.h"

static void check_stop(struct rig_reader *reader, struct rig_scenario_step *step,
                       const struct rig_scenario_step **first) {
  const struct rig_scenario *scenario = reader->scenario;
  if (*first != NULL)
    rig_problem_add(reader, step->position,
                    "a second stop: a scenario asks once, in line %u already",
                    (*first)->position.line);
  else
    *first = step;
  rig_resolve_stop_control(reader, step, scenario->stop_way);
  step->step.stop_way = (uint8_t)scenario->stop_way;
  if (scenario->stop_way == RIG_STOP_EVENT)
    step->text = scenario->stop_event;
}

static bool same_name(const char *a, const char *b) {
  return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* The steps of `action` and this name before step `end`; a NULL `name` counts all of them when
 * `any` is set. *last is one of them. */
static size_t count_before(const struct rig_scenario *scenario, size_t end, enum rig_action action,
                           const char *name, bool any, const struct rig_scenario_step **last) {
  size_t count = 0;
  for (size_t i = 0; i < end; i++) {
    const struct rig_scenario_step *step = &scenario->steps[i];
    if (step->step.action != action || (!any && !same_name(step->text, name)))
      continue;
    *last = step;
    count++;
  }
  return count;
}

static void check_hold(struct rig_reader *reader, size_t index) {
  const struct rig_scenario_step *step = &reader->scenario->steps[index];
  const struct rig_scenario_step *other = NULL;
  if (count_before(reader->scenario, index, RIG_ACTION_HOLD, step->text, false, &other) == 0)
    return;
  if (step->text == NULL)
    rig_problem_add(reader, step->position,
                    "a second hold without a name, after that of line %u: write 'hold: {name: "
                    "...}'",
                    other->position.line);
  else
    rig_problem_add(reader, step->position,
                    "a second hold named '%s', after that of line %u: give it another name",
                    step->text, other->position.line);
}

static void tell_no_hold(struct rig_reader *reader, const struct rig_scenario_step *step) {
  if (step->text == NULL)
    rig_problem_add(reader, step->position, "nothing to release: no hold comes before it");
  else
    rig_problem_add(reader, step->position,
                    "nothing to release: no hold before it has the name '%s'", step->text);
}

static void check_release(struct rig_reader *reader, size_t index) {
  struct rig_scenario *scenario = reader->scenario;
  struct rig_scenario_step *step = &scenario->steps[index];
  const struct rig_scenario_step *hold = NULL;
  bool any = step->text == NULL;
  size_t holds = count_before(scenario, index, RIG_ACTION_HOLD, step->text, any, &hold);
  if (holds == 0) {
    tell_no_hold(reader, step);
    return;
  }
  if (any && holds > 1) {
    rig_problem_add(reader, step->position,
                    "%zu holds come before it: say which one with 'release: {name: ...}'", holds);
    return;
  }
  step->text = hold->text;
  const struct rig_scenario_step *other = NULL;
  if (count_before(scenario, index, RIG_ACTION_RELEASE, step->text, false, &other) != 0)
    rig_problem_add(reader, step->position,
                    "nothing to release: the release of line %u comes before it",
                    other->position.line);
}

/* `open` has the gate of each window that is still one. */
static void check_gate(struct rig_reader *reader, const struct rig_scenario_step *step,
                       const struct rig_scenario_step **open) {
  const struct rig_scenario_step **gate = &open[step->step.window];
  const char *window = step->step.window == RIG_WINDOW_IDLE ? "idle" : "notification";
  if (step->step.action == RIG_ACTION_GATE && *gate != NULL)
    rig_problem_add(reader, step->position,
                    "a second gate for window %s: that of line %u still holds", window,
                    (*gate)->position.line);
  if (step->step.action == RIG_ACTION_UNGATE && *gate == NULL)
    rig_problem_add(reader, step->position, "no gate for window %s comes before it", window);
  *gate = step->step.action == RIG_ACTION_GATE ? step : NULL;
}

void rig_check_steps(struct rig_reader *reader) {
  struct rig_scenario *scenario = reader->scenario;
  const struct rig_scenario_step *stop = NULL;
  const struct rig_scenario_step *gates[RIG_WINDOW_IDLE + 1] = {NULL};
  for (size_t i = 0; i < scenario->step_count; i++) {
    struct rig_scenario_step *step = &scenario->steps[i];
    switch (step->step.action) {
    case RIG_ACTION_STOP:
      check_stop(reader, step, &stop);
      break;
    case RIG_ACTION_HOLD:
      check_hold(reader, i);
      break;
    case RIG_ACTION_RELEASE:
      check_release(reader, i);
      break;
    case RIG_ACTION_GATE:
    case RIG_ACTION_UNGATE:
      check_gate(reader, step, gates);
      break;
    default:
      break;
    }
  }
  if (scenario->step_count != 0 && rig_plan_steps(scenario, NULL) > RIG_STEPS_MAX)
    rig_problem_add(reader, scenario->steps[scenario->step_count - 1].position,
                    "too many steps: with the faults of 'mapi', the ends of holds and gates and a "
                    "final stop at most %u are possible",
                    RIG_STEPS_MAX);
}
