/*
 * The rule table, from the catalogue.
 */
#include <string.h>

#include "judge/catalogue.h"
#include "judge/catalogue_causes.h"
#include "judge/judge.h"

static const struct rig_rule rules[] = {
#define RIG_X(symbol, ...) {__VA_ARGS__},
    RIG_RULES(RIG_X)
#undef RIG_X
};

static const struct {
  enum rig_rule_id rule;
  struct rig_rule_cause cause;
} causes[] = {
#define RIG_X(symbol, id, needs, text) {RIG_RULE_##symbol, {id, text, needs}},
    RIG_RULE_CAUSES(RIG_X)
#undef RIG_X
};

size_t rig_rule_count(void) {
  return RIG_RULE_COUNT;
}

const struct rig_rule *rig_rule_at(size_t index) {
  return index < RIG_RULE_COUNT ? &rules[index] : NULL;
}

const struct rig_rule *rig_rule_find(const char *id) {
  for (size_t i = 0; i < RIG_RULE_COUNT; i++) {
    if (strcmp(rules[i].id, id) == 0)
      return &rules[i];
  }
  return NULL;
}

const struct rig_rule_cause *rig_rule_cause_at(const struct rig_rule *rule, size_t index) {
  for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
    if (&rules[causes[i].rule] == rule && index-- == 0)
      return &causes[i].cause;
  }
  return NULL;
}
