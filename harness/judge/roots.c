/*
 * Root causes: which rule's failure explains which.
 *
 * A check names the rule that it believes its violation follows from; that stands only when the
 * named rule failed too, and at least as severely. Chains are followed to their end.
 */
#include "judge/check.h"

enum rig_rule_id rig_root_of_reason(enum rig_reason reason) {
  switch (reason) {
  case RIG_REASON_NO_PUMP:
  case RIG_REASON_WAIT_ALL:
  case RIG_REASON_HANDLER:
    return RIG_RULE_pump_runs;
  case RIG_REASON_FILTER:
    return RIG_RULE_no_filter;
  case RIG_REASON_MASK:
    return RIG_RULE_wake_mask;
  case RIG_REASON_OLD:
    return RIG_RULE_drain_before_wait;
  case RIG_REASON_IGNORED:
    return RIG_RULE_dispatch_path;
  case RIG_REASON_REMOVED:
    return RIG_RULE_dispatched;
  case RIG_REASON_UNKNOWN:
    break;
  }
  return RIG_RULE_COUNT;
}

static bool explains(const struct rig_check *root, const struct rig_check *consequence) {
  return root->finding->verdict == RIG_FAIL && consequence->finding->verdict == RIG_FAIL &&
         root->finding->severity >= consequence->finding->severity;
}

/* A first thread without a pump that no message has shown yet: a pump on another thread explains
 * what pump-runs does not. */
static uint32_t named(const struct rig_check *checks, uint32_t at) {
  enum rig_rule_id root = checks[at].root;
  if (root == RIG_RULE_pump_runs && checks[root].finding->verdict != RIG_FAIL)
    return RIG_RULE_pump_thread;
  return (uint32_t)root;
}

void rig_roots(struct rig_check *checks) {
  for (uint32_t i = 0; i < RIG_RULE_COUNT; i++) {
    uint32_t at = i;
    for (uint32_t length = 0; length < RIG_RULE_COUNT; length++) {
      uint32_t next = named(checks, at);
      if (next >= RIG_RULE_COUNT || next == i || !explains(&checks[next], &checks[i]))
        break;
      at = next;
    }
    checks[i].finding->root = at == i ? NULL : checks[at].finding->rule;
  }
}
