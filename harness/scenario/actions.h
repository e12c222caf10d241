/*
 * The arguments of each action and trigger of a step. Internal to the loader.
 */
#ifndef RIG_SCENARIO_ACTIONS_H
#define RIG_SCENARIO_ACTIONS_H

#include "scenario/reader.h"

/* W:ControlService; Windows' own values. */
#define RIG_CONTROL_STOP 1u
#define RIG_CONTROL_SHUTDOWN 5u
#define RIG_EVENT_NAME_MAX 260u /* MAX_PATH, W:CreateEvent */

void rig_read_post(struct rig_reader *reader, const struct rig_node *value,
                   struct rig_scenario_step *step);
void rig_read_post_thread(struct rig_reader *reader, const struct rig_node *value,
                          struct rig_scenario_step *step);
void rig_read_notify(struct rig_reader *reader, const struct rig_node *value,
                     struct rig_scenario_step *step);
void rig_read_send(struct rig_reader *reader, const struct rig_node *value,
                   struct rig_scenario_step *step);
/* set and reset: `key` tells which, for the messages. */
void rig_read_event(struct rig_reader *reader, const struct rig_node *key,
                    const struct rig_node *value, struct rig_scenario_step *step);
void rig_read_quit(struct rig_reader *reader, const struct rig_node *value,
                   struct rig_scenario_step *step);
void rig_read_stop(struct rig_reader *reader, const struct rig_node *value,
                   struct rig_scenario_step *step);

void rig_read_at(struct rig_reader *reader, const struct rig_node *key,
                 const struct rig_node *value, struct rig_step *step);
void rig_read_when(struct rig_reader *reader, const struct rig_node *key,
                   const struct rig_node *value, struct rig_step *step);

#endif
