/*
 * Ids and texts of causes, from their list.
 */
#include "judge/causes.h"

static const struct {
  const char *id;
  const char *text;
  enum rig_outcome outcome;
} causes[] = {
#define RIG_X(symbol, id, outcome, text) {id, text, RIG_OUTCOME_##outcome},
    RIG_CAUSES(RIG_X)
#undef RIG_X
};

const char *rig_cause_id(enum rig_cause cause) {
  return (unsigned)cause < RIG_CAUSE_COUNT ? causes[cause].id : "unknown";
}

const char *rig_cause_text(enum rig_cause cause) {
  return (unsigned)cause < RIG_CAUSE_COUNT ? causes[cause].text : "unknown";
}

enum rig_outcome rig_cause_outcome(enum rig_cause cause) {
  return (unsigned)cause < RIG_CAUSE_COUNT ? causes[cause].outcome : RIG_OUTCOME_INVALID;
}

static bool is_expectable(enum rig_cause cause) {
  switch (cause) {
  case RIG_CAUSE_EXPECTED:
  case RIG_CAUSE_EXPECTATION:
  case RIG_CAUSE_EXPECTED_UNEXERCISED:
  case RIG_CAUSE_DEADLOCK: /* what a live run never says */
  case RIG_CAUSE_LIVELOCK:
  case RIG_CAUSE_STARVATION:
  case RIG_CAUSE_NOT_SIMULATED:
    return false;
  default:
    return rig_cause_outcome(cause) != RIG_OUTCOME_INVALID;
  }
}

const char *rig_cause_expectable_at(size_t index) {
  for (unsigned cause = 0; cause < RIG_CAUSE_COUNT; cause++)
    if (is_expectable((enum rig_cause)cause) && index-- == 0)
      return causes[cause].id;
  return NULL;
}
