/*
 * One repetition of a step, for the files that perform them. Internal to script*.c.
 */
#ifndef RIG_SIM_SCRIPT_ATTEMPT_H
#define RIG_SIM_SCRIPT_ATTEMPT_H

#include "sim/director/script_private.h"

struct rig_attempt_step {
  struct rig_director *director;
  const struct rig_step *step;
  uint32_t number;
  union rig_payload payload;
};

/* Records that it was performed as `action`, or failed with `error`. */
void rig_attempt_note_as(struct rig_attempt_step *attempt, unsigned action, uint32_t error);
void rig_attempt_note(struct rig_attempt_step *attempt, uint32_t error);
/* Something has come to the client: from now on it has D again. */
void rig_attempt_moved(struct rig_director *director);
/* Aims at the stimulus's window; 0 when it has gone. */
uint32_t rig_attempt_aim(struct rig_attempt_step *attempt);

/* script_messages.c */
void rig_attempt_post(struct rig_attempt_step *attempt, unsigned action);
void rig_attempt_send(struct rig_attempt_step *attempt);
void rig_attempt_send_notify(struct rig_attempt_step *attempt);
void rig_attempt_withdraw(struct rig_attempt_step *attempt);
void rig_attempt_flood(struct rig_attempt_step *attempt);
void rig_attempt_timer(struct rig_attempt_step *attempt);

#endif
