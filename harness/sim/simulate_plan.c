/*
 * The plan of a bare pump or a whole program, and what of a scenario it cannot have.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/simulate_private.h"

#define DEADLINE_MS 1000u /* as a live run's (live/run.c) */

/* Whoever asks a bare pump to stop sets its stop event, whatever a whole program would be told: the
 * handler of a service or a console does nothing else for its pump. */
static void stop_by_event(struct rig_step *steps, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    if (steps[i].action == RIG_ACTION_STOP && steps[i].stop_way != RIG_STOP_MESSAGE &&
        steps[i].stop_way != RIG_STOP_KILL) {
      steps[i].stop_way = RIG_STOP_EVENT;
    }
  }
}

bool rig_simulate_is_program(const struct rig_sim_options *options) {
  return strcmp(options->entry, "main") == 0;
}

enum rig_status rig_sim_plan_make(const struct rig_sim_options *options,
                                  const struct rig_scenario *scenario, struct rig_sim_plan *out) {
  const bool program = rig_simulate_is_program(options);
  struct rig_plan plan;
  const enum rig_status status = rig_plan_build(scenario, &plan);
  if (status != RIG_OK) {
    return status;
  }
  const bool other = scenario->stop_way == RIG_STOP_MESSAGE || scenario->stop_way == RIG_STOP_KILL;
  for (uint32_t i = 0; i < plan.step_count; i++) {
    if (plan.steps[i].stop_way == RIG_STOP_DEFAULT && plan.steps[i].action == RIG_ACTION_STOP &&
        other) {
      plan.steps[i].stop_way = (uint8_t)scenario->stop_way;
    }
  }
  if (!program) {
    stop_by_event(plan.steps, plan.step_count);
  }
  *out = (struct rig_sim_plan){
      .plan = plan,
      .director = {.program = program,
                   .steps = plan.steps,
                   .step_count = plan.step_count,
                   .texts = plan.texts,
                   .text_bytes = plan.text_bytes,
                   .stop_way = other || program ? scenario->stop_way : RIG_STOP_EVENT,
                   .deadline_ms =
                       scenario->deadline_ms == 0 ? DEADLINE_MS : scenario->deadline_ms}};
  return RIG_OK;
}

void rig_sim_plan_free(struct rig_sim_plan *plan) {
  rig_plan_free(&plan->plan);
}

/* Keys of the scenario that speak of a whole program. */
static const char *of_a_program(const struct rig_scenario *scenario, bool program) {
  const struct rig_client_setup *client = &scenario->client;
  if (client->argument_count > 0 || client->folder != NULL || client->environment_count > 0 ||
      client->file_count > 0 || client->registry_count > 0 || client->service_name != NULL ||
      client->service_argument_count > 0) {
    return "`client`";
  }
  for (size_t i = 0; !program && i < scenario->expectation_count; i++) {
    const enum rig_expect_kind kind = scenario->expectations[i].kind;
    if (kind == RIG_EXPECT_EXIT_CODE || kind == RIG_EXPECT_SERVICE_STATES) {
      return kind == RIG_EXPECT_EXIT_CODE ? "`expect: exit-code`" : "`expect: service-states`";
    }
  }
  return NULL;
}

bool rig_simulate_can(const struct rig_sim_options *options, const struct rig_scenario *scenario,
                      char *error, size_t size) {
  struct rig_sim_plan plan;
  const bool program = rig_simulate_is_program(options);
  const char *key = of_a_program(scenario, program);
  if (key != NULL) {
    snprintf(error, size,
             program ? "%s is not simulated yet"
                     : "%s speaks of a whole program, and a bare pump is none",
             key);
    return false;
  }
  const enum rig_status status = rig_sim_plan_make(options, scenario, &plan);
  if (status != RIG_OK) {
    snprintf(error, size, "no plan: %s", rig_status_text(status));
    return false;
  }
  const bool can = rig_director_can(&plan.director, error, size);
  rig_sim_plan_free(&plan);
  return can;
}

bool rig_simulate_exercises(const struct rig_sim_options *options, const char *family) {
  return rig_simulate_is_program(options) || rig_stage_bare_exercises(family);
}
