/*
 * The named causes of the rules: the distinct ways in which a client comes to break one. Each that
 * the stand-in can bring about has a client in stubs/pumps that shows it (`shows` in
 * tests/clients/expected); the others are named here all the same, so that nobody takes a rule that
 * passes for one that looked everywhere.
 *
 * X(rule, id, needs, text)
 *   rule   the symbol of the rule in its RIG_RULES_* list
 *   id     stable, distinct within the rule: "rule/id" names the cause everywhere
 *   needs  RIG_EXERCISED, or what the stand-in lacks to bring it about ("message stores"): such a
 *          cause is told as "not yet exercised" and fails no test
 *   text   what the client does, in words that follow "the client"
 *
 * A rule with one cause only needs no entry: `violation` tells it.
 */
#ifndef RIG_JUDGE_CATALOGUE_CAUSES_H
#define RIG_JUDGE_CATALOGUE_CAUSES_H

#define RIG_EXERCISED NULL

#define RIG_CAUSES_FLAGS(X)                                                                        \
  X(init_nt_service, "flag-missing", RIG_EXERCISED, "passes a MAPIINIT_0 without the flag")        \
  X(init_nt_service, "null-init", RIG_EXERCISED, "calls MAPIInitialize(NULL)")                     \
  X(logon_no_ui, "logon-ui", RIG_EXERCISED, "sets MAPI_LOGON_UI")

#define RIG_CAUSES_LIFECYCLE(X)

#define RIG_CAUSES_PUMP(X)

#define RIG_RULE_CAUSES(X)                                                                         \
  RIG_CAUSES_FLAGS(X)                                                                              \
  RIG_CAUSES_LIFECYCLE(X)                                                                          \
  RIG_CAUSES_PUMP(X)

#endif
