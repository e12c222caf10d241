/*
 * The rule table, from the catalogue.
 */
#include <string.h>

#include "judge/catalogue.h"
#include "judge/judge.h"

static const struct rig_rule rules[] = {
#define RIG_X(symbol, ...) {__VA_ARGS__},
    RIG_RULES(RIG_X)
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
