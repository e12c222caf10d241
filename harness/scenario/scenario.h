/*
 * A scenario, validated: the context of a run, its stimuli, and what is expected.
 * scenarios/README.md is the reference of the file format; loader.c is where YAML becomes this.
 */
#ifndef RIG_SCENARIO_SCENARIO_H
#define RIG_SCENARIO_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/session.h"
#include "core/status.h"

#define RIG_SCENARIO_BYTES_MAX (1u << 20)
#define RIG_FAULTS_MAX 256u

struct rig_position {
  uint32_t line;   /* from 1; 0 = the file as a whole */
  uint32_t column; /* from 1 */
};

/* One step, as written. Numbers are unscaled. */
struct rig_scenario_step {
  struct rig_step step; /* everything but `text` */
  char *text;           /* the event's or the hold's name; NULL if none */
  struct rig_position position;
};

/* What a scenario expects of one rule; which failure, where it says so. */
enum rig_expected { RIG_EXPECT_PASS, RIG_EXPECT_FAIL, RIG_EXPECT_NOT_EXERCISED, RIG_EXPECT_NA };
enum rig_expected_severity {
  RIG_EXPECT_ANY_SEVERITY,
  RIG_EXPECT_WARNING,
  RIG_EXPECT_ERROR,
};

struct rig_expected_rule {
  char *id;
  enum rig_expected verdict;
  enum rig_expected_severity severity; /* of FAIL */
  struct rig_position position;
};

/* What arrives: at a window of MAPI's, as an APC, by a timer. X(symbol, word) */
#define RIG_RECEIPT_KINDS(X)                                                                       \
  X(NOTIFICATION, "notification")                                                                  \
  X(IDLE, "idle")                                                                                  \
  X(APC, "apc")                                                                                    \
  X(TIMER, "timer")

enum rig_receipt_kind {
#define RIG_X(symbol, word) RIG_RECEIPT_##symbol,
  RIG_RECEIPT_KINDS(RIG_X)
#undef RIG_X
      RIG_RECEIPT_COUNT
};

/* One entry of the receipts that are expected in order; those inside one may come in any. */
struct rig_receipt_entry {
  uint32_t least[RIG_RECEIPT_COUNT];
  uint32_t most[RIG_RECEIPT_COUNT];
  bool any_order; /* written as a group */
};

/* The words of RIG_EXPECT_SERVICE_STATES in the order of Windows' values, SERVICE_STOPPED = 1. */
#define RIG_SERVICE_STATE_WORDS                                                                    \
  "stopped", "start-pending", "stop-pending", "running", "continue-pending", "pause-pending",      \
      "paused"

/* Further expectations, each a key. A missing one expects nothing. X(symbol, key) */
#define RIG_EXPECTATIONS(X)                                                                        \
  X(OUTCOME, "outcome")               /* texts[0]: of the run as the judge finds it */             \
  X(CAUSE, "cause")                   /* texts[0]: its id */                                       \
  X(RECEIPTS, "receipts")             /* receipts: in order */                                     \
  X(BLOCKED_IN, "blocked-in")         /* family, thread: it ends up blocked there */               \
  X(REPLIES, "replies")               /* number: sends that were answered */                       \
  X(WITHDRAWN, "withdrawn")           /* number: sends that timed out unreceived */                \
  X(EXIT_CODE, "exit-code")           /* number: 32-bit exit code */                               \
  X(SERVICE_STATES, "service-states") /* texts: states reported, in order, repeats folded */       \
  X(READY_MS, "ready-within")         /* number: at most, scaled, from the start until ready */    \
  X(RUN_MS, "run-within")             /* the same from the start to the end */                     \
  X(STOP_MS, "stop-within")           /* the same from the stop request to the end */              \
  X(REPLY_MS, "reply-within")         /* the same from each send to its reply */

enum rig_expect_kind {
#define RIG_X(symbol, key) RIG_EXPECT_##symbol,
  RIG_EXPECTATIONS(RIG_X)
#undef RIG_X
      RIG_EXPECT_KIND_COUNT
};

/* Its key; "?" for a value out of range. */
const char *rig_expectation_word(enum rig_expect_kind kind);

struct rig_expectation {
  enum rig_expect_kind kind;
  uint32_t number;
  enum rig_family family;
  uint8_t thread; /* enum rig_who */
  char **texts;
  size_t text_count;
  struct rig_receipt_entry *receipts;
  size_t receipt_count;
  struct rig_position position;
};

struct rig_client_setup {
  char **arguments;
  size_t argument_count;
  char *folder;       /* working folder, relative to the scenario file; NULL = the exe's own */
  char **environment; /* NAME=value */
  size_t environment_count;
  char **files; /* laid beside the exe, relative to the scenario file */
  size_t file_count;
  char **registry; /* .reg files, relative to the scenario file */
  size_t registry_count;
  char *service_name; /* NULL = the first entry of the client's own service table */
  char **service_arguments;
  size_t service_argument_count;
};

struct rig_arena; /* memory.h */

struct rig_scenario {
  struct rig_arena *memory; /* holds everything the scenario points to */
  char *file;               /* as given */
  char *source;             /* the whole text */
  char *name;
  char *description; /* may be NULL */
  enum rig_role role;
  bool role_given;
  uint32_t deadline_ms; /* 0 = not given */
  uint32_t timeout_ms;  /* 0 = not given */
  enum rig_stop_way stop_way;
  char *stop_event; /* with RIG_STOP_EVENT */
  struct rig_client_setup client;
  struct rig_scenario_step *faults; /* of MAPI; no text */
  size_t fault_count;
  struct rig_scenario_step *steps;
  size_t step_count;
  struct rig_expected_rule *expected_rules;
  size_t expected_rule_count;
  bool expect_any_rule; /* `expect: rules` was given; a rule it does not list may not fail */
  struct rig_expectation *expectations;
  size_t expectation_count;
};

/* One problem of a file. */
struct rig_problem {
  struct rig_position position;
  char text[240]; /* what is wrong, and what to do: "did you mean 'notify'?" */
};

struct rig_problems {
  struct rig_problem *items;
  size_t count;
};

/* Loads and validates the file at `path`, and that the files it names exist. All problems of the
 * file are collected, in the order of their positions: RIG_INVALID with at least one problem, or
 * RIG_OK with none. A file that cannot be read is RIG_NOT_FOUND or RIG_IO with one problem (line 0)
 * that says so. The caller frees both with the functions below. */
enum rig_status rig_scenario_load(const char *path, struct rig_scenario **out,
                                  struct rig_problems *problems) RIG_CHECKED;

/* The same for text that stands for the file `path` (sessions carry their scenario's source); the
 * files it names are not looked for: a session may be judged on another machine. */
enum rig_status rig_scenario_parse(const char *path, const char *text, size_t bytes,
                                   struct rig_scenario **out,
                                   struct rig_problems *problems) RIG_CHECKED;

/* Names the rules that `expect: rules` may list and the causes that `expect: cause` may name: the
 * i-th id, NULL after the last. Called once, before anything is loaded and before there are
 * threads: the judge's tables lie above this folder, so they come in from outside. Without them
 * any well-formed id is accepted. */
void rig_scenario_set_ids(const char *(*rule_at)(size_t index),
                          const char *(*cause_at)(size_t index));

/* "pump.yaml:3:5: error: unknown key ..."; without line and column for the file as a whole. The one
 * form in which problems are shown. Returns `buffer`. */
char *rig_problem_format(const char *path, const struct rig_problem *problem, char *buffer,
                         size_t size);

/* The path of `relative` (folder, files, registry of the client) seen from the scenario file's
 * folder; an absolute path stays as it is. The caller frees it; NULL when out of memory. */
char *rig_scenario_resolve(const struct rig_scenario *scenario, const char *relative);

/* Return NULL / zeroed, NULL allowed. */
struct rig_scenario *rig_scenario_free(struct rig_scenario *scenario);
void rig_problems_free(struct rig_problems *problems);

/* Every *.yaml and *.yml below `path` (or `path` itself when it is a file), sorted by path, as a
 * NULL-ended array freed with rig_scenario_list_free. RIG_NOT_FOUND when there is none or no such
 * path, RIG_IO when a folder cannot be read. */
enum rig_status rig_scenario_list(const char *path, char ***out) RIG_CHECKED;
void rig_scenario_list_free(char **list);

/* The plan: faults, then the steps with their texts resolved to offsets into `texts`, then the ends
 * of holds and gates that the scenario leaves open, and a final `stop` when the scenario has none
 * (triggered when settled). What was added has line 0. Everything in *out is owned by the caller
 * and freed with rig_plan_free. RIG_FULL when the steps are more than RIG_STEPS_MAX. */
struct rig_plan {
  struct rig_step *steps;
  uint32_t step_count;
  char *texts;
  uint32_t text_bytes;
};
enum rig_status rig_plan_build(const struct rig_scenario *scenario,
                               struct rig_plan *out) RIG_CHECKED;
void rig_plan_free(struct rig_plan *plan);

#endif
