/*
 * The arguments of each action and trigger of a step. Internal to the loader.
 */
#ifndef RIG_SCENARIO_ACTIONS_H
#define RIG_SCENARIO_ACTIONS_H

#include "scenario/reader.h"

#define RIG_EVENT_NAME_MAX 260u /* MAX_PATH, W:CreateEvent */
#define RIG_NTH_MAX 1000000u
#define RIG_DELAY_MS_MAX 600000u

/* Reads the arguments of `action`, which `key` names, over what holds without them. */
void rig_read_action(struct rig_reader *reader, enum rig_action action, const struct rig_node *key,
                     const struct rig_node *value, struct rig_scenario_step *step);

void rig_read_at(struct rig_reader *reader, const struct rig_node *key,
                 const struct rig_node *value, struct rig_step *step);
void rig_read_when(struct rig_reader *reader, const struct rig_node *key,
                   const struct rig_node *value, struct rig_step *step);

/* ---- plan.c ---- */

/* All steps of the scenario's plan, in order, into `out` when it is not NULL: their number. */
size_t rig_plan_steps(const struct rig_scenario *scenario, struct rig_scenario_step *out);

/* ---- controls.c: what a service or a console is told ---- */

/* The word of a `stop` step's `control`, into step->control as a number of this folder's own;
 * rig_resolve_stop_control makes it Windows' when the scenario's way to stop is known. */
void rig_read_stop_control(struct rig_reader *reader, const struct rig_node *key,
                           const struct rig_node *value, void *target);
void rig_resolve_stop_control(struct rig_reader *reader, struct rig_scenario_step *step,
                              enum rig_stop_way way);
/* Windows' value for a stop by `way` that names no control. */
uint32_t rig_default_control(enum rig_stop_way way);
/* A service control that asks for no stop, a word or a number of its own. */
bool rig_read_service_control(struct rig_reader *reader, const char *key,
                              const struct rig_node *node, uint32_t *out);

#endif
