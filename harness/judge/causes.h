/*
 * Why a run ended as it did: stable ids for scripts, each with its outcome and a text. The list
 * exists once. Causes that only the harness can see (not-started, missing-dll, host-failed,
 * interrupted, timeout) are here too, so that every report names them alike, and those of a
 * simulation.
 */
#ifndef RIG_JUDGE_CAUSES_H
#define RIG_JUDGE_CAUSES_H

#include "judge/judge.h"

/* X(symbol, id, outcome, text) */
#define RIG_CAUSES(X)                                                                              \
  X(COMPLETE, "complete", PASS, "the scenario was performed and the client ended")                 \
  X(EXPECTED, "expected", PASS, "what the scenario expects to fail did fail")                      \
  X(RULE_BROKEN, "rule-broken", FAIL, "the client broke a rule")                                   \
  X(CRASH, "crash", FAIL, "the client crashed")                                                    \
  X(STOP_BLOCKED, "stop-blocked", FAIL,                                                            \
    "asked to stop, the client is blocked and nothing can wake it")                                \
  X(STOP_IGNORED, "stop-ignored", FAIL, "asked to stop, the client went on")                       \
  X(TIMEOUT, "timeout", FAIL, "the run did not end within its time-out")                           \
  X(EXPECTATION, "expectation", FAIL, "an expectation of the scenario was not met")                \
  X(NO_MAPI_CALL, "no-mapi-call", NOT_EXERCISED, "the client never called MAPI")                   \
  X(NEVER_READY, "never-ready", NOT_EXERCISED, "the client never became ready")                    \
  X(STEP_STUCK, "step-stuck", NOT_EXERCISED, "the trigger of a step never came")                   \
  X(UNSUPPORTED, "unsupported", NOT_EXERCISED,                                                     \
    "the client gave up after a call that this version does not support")                          \
  X(CONSOLE_UNHANDLED, "console-unhandled", NOT_EXERCISED,                                         \
    "the client does not handle the console control event, which ended it")                        \
  X(STOP_REFUSED, "stop-refused", NOT_EXERCISED, "the client does not accept the stop request")    \
  X(CONTROL_REFUSED, "control-refused", NOT_EXERCISED,                                             \
    "the client does not accept a control of the scenario")                                        \
  X(DETAINED, "detained", NOT_EXERCISED, "the scenario itself kept the client from going on")      \
  X(ENDED_EARLY, "ended-early", NOT_EXERCISED, "the client ended before the scenario was done")    \
  X(NOTHING_EXERCISED, "nothing-exercised", NOT_EXERCISED, "no rule was given its chance")         \
  X(EXPECTED_UNEXERCISED, "expected-not-exercised", NOT_EXERCISED,                                 \
    "a rule that the scenario has an expectation of was given no chance")                          \
  X(NOT_STARTED, "not-started", INVALID, "the client could not be started")                        \
  X(MISSING_DLL, "missing-dll", INVALID, "a DLL that the client needs is missing")                 \
  X(STUB_NOT_LOADED, "stub-not-loaded", INVALID, "mapirig's mapi32.dll was never loaded")          \
  X(STUB_FAILED, "stub-failed", INVALID, "an assertion of mapirig's own failed in the client")     \
  X(LOG_FULL, "log-full", INVALID, "the log is full: records are missing")                         \
  X(MACHINE_LATE, "machine-late", INVALID, "the machine was too slow to tell a hang from a delay") \
  X(HOST_FAILED, "host-failed", INVALID, "mapirig's process inside Wine failed")                   \
  X(INTERRUPTED, "interrupted", INVALID, "the run was interrupted")                                \
  X(UNFINISHED, "unfinished", INVALID, "the record of the run stops before its end")               \
  X(DEADLOCK, "deadlock", FAIL, "simulated: threads are blocked for ever")                         \
  X(LIVELOCK, "livelock", FAIL, "simulated: threads go on for ever without getting anywhere")      \
  X(STARVATION, "starvation", FAIL,                                                                \
    "simulated: a stop stays pending while messages are retrieved on and on")                      \
  X(NOT_SIMULATED, "not-simulated", NOT_EXERCISED,                                                 \
    "the scenario asks for something that the simulator does not have")                            \
  X(CALL_NOT_SIMULATED, "call-not-simulated", INVALID,                                             \
    "the program calls a function that the simulator does not have")                               \
  X(BOUND_HIT, "bound-hit", INVALID,                                                               \
    "simulated: a bound was hit, and what lies behind it was not explored")                        \
  X(SIMULATOR_FAILED, "simulator-failed", INVALID, "the simulator's own process ended early")      \
  X(NOT_REPRODUCED, "not-reproduced", INVALID,                                                     \
    "what the simulator found was not shown by the live run")                                      \
  X(NOT_REPLAYABLE, "not-replayable", INVALID,                                                     \
    "what the simulator found needs what Wine 8.0 does not do: nothing was run")

enum rig_cause {
#define RIG_X(symbol, id, outcome, text) RIG_CAUSE_##symbol,
  RIG_CAUSES(RIG_X)
#undef RIG_X
      RIG_CAUSE_COUNT
};

const char *rig_cause_id(enum rig_cause cause);
const char *rig_cause_text(enum rig_cause cause);
enum rig_outcome rig_cause_outcome(enum rig_cause cause);

/* The ids that a scenario's `expect: cause` may name, from 0 on; NULL after the last: what a run
 * shows of its client, before expectations are held against it. */
const char *rig_cause_expectable_at(size_t index);

#endif
