/*
 * The rule catalogue. The list exists once: the enum of rules, the table that `mapirig rules`
 * prints and the table of checks are made from it.
 *
 * X(symbol, id, family, statement, source, violation, unexercised, example, mend)
 *
 * Sources: S = "Calling MAPI from Windows Services"; D:page = Microsoft's Outlook MAPI reference; G
 * = Stephen Griffin's MAPI multithreading rules (2004) and the fifth one (2009); W:page = Win32
 * reference; R = Raymond Chen, "MsgWaitForMultipleObjects and the queue state" (2005).
 * `mend` ends every message of a failure: it speaks to one who never read the rules.
 */
#ifndef RIG_JUDGE_CATALOGUE_H
#define RIG_JUDGE_CATALOGUE_H

#include "judge/catalogue_flags.h"
#include "judge/catalogue_lifecycle.h"
#include "judge/catalogue_pump.h"

/* In the order of reports. */
#define RIG_RULES(X)                                                                               \
  RIG_RULES_FLAGS(X)                                                                               \
  RIG_RULES_LIFECYCLE(X)                                                                           \
  RIG_RULES_PUMP(X)

enum rig_rule_id {
#define RIG_X(symbol, ...) RIG_RULE_##symbol,
  RIG_RULES(RIG_X)
#undef RIG_X
      RIG_RULE_COUNT
};

#endif
