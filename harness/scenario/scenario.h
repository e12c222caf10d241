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

/* What a scenario expects of one rule. */
enum rig_expected { RIG_EXPECT_PASS, RIG_EXPECT_FAIL, RIG_EXPECT_NOT_EXERCISED, RIG_EXPECT_NA };

struct rig_expected_rule {
  char *id;
  enum rig_expected verdict;
  struct rig_position position;
};

/* The words of RIG_EXPECT_RECEIPTS (a window of MAPI's; with '?' the receipt may be missing) and of
 * RIG_EXPECT_SERVICE_STATES (in the order of Windows' values, SERVICE_STOPPED = 1 first). */
#define RIG_RECEIPT_WORDS "notification", "idle", "notification?", "idle?"
#define RIG_SERVICE_STATE_WORDS                                                                    \
  "stopped", "start-pending", "stop-pending", "running", "continue-pending", "pause-pending",      \
      "paused"

/* Further expectations. A missing one expects nothing. */
enum rig_expect_kind {
  RIG_EXPECT_RECEIPTS,       /* texts: in order; "notification", "idle", each may be "idle?" */
  RIG_EXPECT_BLOCKED_IN,     /* family: the first initialising thread ends up blocked there */
  RIG_EXPECT_REPLIES,        /* number: sends that were answered */
  RIG_EXPECT_EXIT_CODE,      /* number: 32-bit exit code */
  RIG_EXPECT_SERVICE_STATES, /* texts: states reported, in order, repeats folded */
  RIG_EXPECT_STOP_MS         /* number: from the stop request to the end, scaled, at most */
};

struct rig_expectation {
  enum rig_expect_kind kind;
  uint32_t number;
  enum rig_family family;
  char **texts;
  size_t text_count;
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

/* Names the rules that `expect: rules` may list: `id_at(i)` is the i-th id, NULL after the last.
 * Called once, before anything is loaded and before there are threads: the judge's table lies above
 * this folder, so it comes in from outside. Without it any well-formed id is accepted. */
void rig_scenario_set_rules(const char *(*id_at)(size_t index));

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
