/*
 * Judging the paths of a simulation.
 */
#include "cli/sim_judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/sim_told.h"
#include "core/assert.h"
#include "judge/causes.h"
#include "report/clean.h"

#define PATHS_MAX (RIG_SIM_DIALECTS_MAX * RIG_SIM_PATHS_MAX)

struct judging {
  const struct rig_cli_sim_options *options;
  const struct rig_scenario *scenario;
  struct rig_sim_report *const *reports;
  struct rig_symbols *symbols;
  struct rig_sim_judged *paths;
  size_t count;
};

static void settle(struct rig_judgement *judgement, enum rig_cause cause, const char *message) {
  judgement->outcome = rig_cause_outcome(cause);
  judgement->cause = rig_cause_id(cause);
  rig_clean_copy(judgement->message, sizeof judgement->message,
                 message[0] ? message : rig_cause_text(cause));
}

/* ---- one path ---- */

/* What a bare pump cannot show is not exercised, and is nobody's root. */
static void leave_out_others(const struct rig_cli_sim_options *given,
                             struct rig_judgement *judgement) {
  const struct rig_sim_options options = rig_cli_sim_options_for(given, given->dialects[0]);
  for (size_t i = 0; i < judgement->finding_count; i++) {
    struct rig_finding *finding = &judgement->findings[i];
    if (finding->root && !rig_simulate_exercises(&options, finding->root->family)) {
      finding->root = NULL;
    }
    if (!rig_simulate_exercises(&options, finding->rule->family)) {
      finding->verdict = RIG_NOT_EXERCISED;
      finding->severity = RIG_SEVERITY_NONE;
      finding->root = NULL;
      finding->evidence_count = 0;
      snprintf(finding->message, sizeof finding->message,
               "a bare pump was simulated: the calls that this rule is about were mapirig's own");
    }
  }
}

/* How the path ended beats a judgement that saw nothing wrong in its records. */
static void apply_end(const struct rig_sim_path *path, struct rig_judgement *judgement) {
  const bool fine = judgement->outcome == RIG_OUTCOME_PASS;
  switch ((enum rig_sim_end)path->end) {
  case RIG_SIM_DEADLOCK:
    if (fine) {
      settle(judgement, RIG_CAUSE_DEADLOCK, path->message);
    }
    break;
  case RIG_SIM_LIVELOCK:
    if (fine) {
      settle(judgement, RIG_CAUSE_LIVELOCK, path->message);
    }
    break;
  case RIG_SIM_STARVATION:
    if (fine) {
      settle(judgement, RIG_CAUSE_STARVATION, path->message);
    }
    break;
  case RIG_SIM_BOUND: /* what was found before it stands */
    if (judgement->outcome != RIG_OUTCOME_FAIL) {
      settle(judgement,
             strstr(path->message, "not simulated: ") ? RIG_CAUSE_CALL_NOT_SIMULATED
                                                      : RIG_CAUSE_BOUND_HIT,
             path->message[0]
                 ? path->message
                 : "a schedule came to no end: the bound on depth was hit, and what lies "
                   "behind it was not explored");
    }
    break;
  case RIG_SIM_CRASH:
    if (path->message[0]) {
      rig_clean_copy(judgement->message, sizeof judgement->message, path->message);
    }
    break;
  default:
    break;
  }
}

static enum rig_status judge_path(struct judging *judging, size_t dialect, uint32_t index) {
  struct rig_sim_report *report = judging->reports[dialect];
  const struct rig_sim_path *path = &report->paths[index];
  const uint64_t all = rig_sim_report_bytes();
  struct rig_sim_judged *judged = &judging->paths[judging->count];
  char error[256];
  *judged = (struct rig_sim_judged){.path = path, .dialect = dialect};
  if (path->session_offset > all || path->session_bytes > all - path->session_offset ||
      path->step_count > RIG_SIM_STEPS_MAX) {
    return RIG_DAMAGED; /* the program wrote over it */
  }
  enum rig_status status =
      rig_trace_open_memory((const char *)report + path->session_offset,
                            (size_t)path->session_bytes, &judged->trace, error, sizeof error);
  if (status == RIG_OK) {
    status = rig_judge(judged->trace, &judged->judgement);
  }
  if (status == RIG_OK) {
    leave_out_others(judging->options, &judged->judgement);
    apply_end(path, &judged->judgement);
    judging->count++;
    return rig_places_read(judged->trace, &judged->judgement, judging->symbols, &judged->places,
                           &judged->place_count);
  }
  judged->trace = rig_trace_close(judged->trace);
  return status;
}

static enum rig_status judge_paths(struct judging *judging) {
  enum rig_status status = RIG_OK;
  for (size_t dialect = 0; dialect < judging->options->dialect_count; dialect++) {
    const uint32_t count = judging->reports[dialect]->path_count;
    for (uint32_t i = 0; i < count && i < RIG_SIM_PATHS_MAX && status == RIG_OK; i++) {
      status = judge_path(judging, dialect, i);
    }
  }
  return status;
}

/* ---- all of them ---- */

static unsigned badness_of(enum rig_outcome outcome) {
  static const unsigned worse[] = {[RIG_OUTCOME_PASS] = 1,
                                   [RIG_OUTCOME_FAIL] = 3,
                                   [RIG_OUTCOME_NOT_EXERCISED] = 0,
                                   [RIG_OUTCOME_INVALID] = 2};
  return (unsigned)outcome < 4 ? worse[outcome] : 2;
}

static unsigned badness(const struct rig_finding *finding) {
  switch (finding->verdict) {
  case RIG_FAIL:
    return finding->severity == RIG_SEVERITY_ERROR ? 4 : 3;
  case RIG_PASS:
    return 2;
  case RIG_NA:
    return 1;
  default:
    return 0;
  }
}

/* Of two paths of like outcome the one with a failure of its own root, and the shorter one, tells
 * more. */
static const struct rig_sim_judged *worst_of(const struct judging *judging) {
  const struct rig_sim_judged *worst = NULL;
  for (size_t i = 0; i < judging->count; i++) {
    const struct rig_sim_judged *path = &judging->paths[i];
    const unsigned how = badness_of(path->judgement.outcome);
    const unsigned most = worst ? badness_of(worst->judgement.outcome) : 0;
    if (!worst || how > most ||
        (how == most && how > 1 && rig_sim_told_rank(path) > rig_sim_told_rank(worst))) {
      worst = path;
    }
  }
  return worst;
}

/* Each rule with its worst verdict, and the evidence of the path that has it: the worst path's own
 * where it has it too. */
static enum rig_status merge(const struct judging *judging, const struct rig_sim_judged *worst,
                             struct rig_result *result) {
  size_t places = 0;
  for (size_t rule = 0; rule < result->judgement.finding_count; rule++) {
    struct rig_finding *into = &result->judgement.findings[rule];
    const struct rig_sim_judged *from = worst;
    for (size_t i = 0; i < judging->count; i++) {
      const struct rig_sim_judged *path = &judging->paths[i];
      if (badness(&path->judgement.findings[rule]) > badness(&from->judgement.findings[rule])) {
        from = path;
      }
    }
    *into = from->judgement.findings[rule];
    size_t first = 0;
    for (size_t i = 0; i < rule; i++) {
      first += from->judgement.findings[i].evidence_count;
    }
    struct rig_place *grown =
        realloc(result->places, (places + into->evidence_count + 1) * sizeof *grown);
    if (!grown) {
      return RIG_NO_MEMORY;
    }
    result->places = grown;
    memcpy(grown + places, from->places + first, into->evidence_count * sizeof *grown);
    places += into->evidence_count;
    result->place_count = places;
  }
  return RIG_OK;
}

/* The scenario without what speaks of rules or of the run's end: those hold for the whole. */
static struct rig_scenario of_each_path(const struct rig_scenario *scenario,
                                        struct rig_expectation *kept) {
  struct rig_scenario each = *scenario;
  each.expected_rule_count = 0;
  each.expectations = kept;
  each.expectation_count = 0;
  for (size_t i = 0; i < scenario->expectation_count; i++) {
    if (scenario->expectations[i].kind != RIG_EXPECT_OUTCOME &&
        scenario->expectations[i].kind != RIG_EXPECT_CAUSE &&
        scenario->expectations[i].kind != RIG_EXPECT_BLOCKED_IN) {
      kept[each.expectation_count++] = scenario->expectations[i];
    }
  }
  return each;
}

/* Expectations of another path that are not met, when the worst one meets its own. */
static enum rig_status hold_others(const struct judging *judging, struct rig_result *result) {
  const struct rig_scenario *scenario = judging->scenario;
  struct rig_expectation *kept =
      calloc(scenario->expectation_count + 1, sizeof *scenario->expectations);
  struct rig_finding *none = calloc(result->judgement.finding_count + 1, sizeof *none);
  enum rig_status status = kept && none ? RIG_OK : RIG_NO_MEMORY;
  for (size_t i = 0; i < judging->count && status == RIG_OK; i++) {
    const struct rig_sim_judged *path = &judging->paths[i];
    const struct rig_scenario each = of_each_path(scenario, kept);
    struct rig_judgement judgement = path->judgement;
    struct rig_expectation_results results;
    for (size_t rule = 0; rule < judgement.finding_count; rule++) {
      none[rule] = judgement.findings[rule];
      none[rule].verdict = RIG_NOT_EXERCISED;
    }
    judgement.findings = none;
    if (judgement.outcome != RIG_OUTCOME_PASS || each.expectation_count == 0) {
      continue;
    }
    status = rig_expect(&each, path->trace, &judgement, &results);
    if (status == RIG_OK && judgement.outcome == RIG_OUTCOME_FAIL) {
      settle(&result->judgement, RIG_CAUSE_EXPECTATION, judgement.message);
      rig_expectation_results_free(&result->expectations);
      result->expectations = results;
      rig_sim_told_mark(path);
      break;
    }
    if (status == RIG_OK) {
      rig_expectation_results_free(&results);
    }
  }
  free(kept);
  free(none);
  return status;
}

/* Nothing wrong was found, but not everything was looked at. */
static void apply_bounds(const struct judging *judging, struct rig_result *result) {
  const bool fine = result->judgement.outcome == RIG_OUTCOME_PASS ||
                    result->judgement.outcome == RIG_OUTCOME_NOT_EXERCISED;
  for (size_t i = 0; fine && i < judging->options->dialect_count; i++) {
    const struct rig_sim_report *report = judging->reports[i];
    if (report->bound[0] && !(judging->options->mode == RIG_EXPLORE_RANDOM &&
                              strcmp(report->bound, "schedules") == 0)) {
      char message[320];
      snprintf(message, sizeof message,
               "under %s the bound on %.31s was hit before everything was explored: nothing was "
               "found so far, which proves nothing of the rest",
               judging->options->dialects[i], report->bound);
      settle(&result->judgement, RIG_CAUSE_BOUND_HIT, message);
      return;
    }
  }
}

static void count_unexpected(const struct rig_scenario *scenario, struct rig_result *result) {
  for (size_t i = 0; i < result->judgement.finding_count; i++) {
    const struct rig_finding *finding = &result->judgement.findings[i];
    bool expected = false;
    for (size_t k = 0; k < scenario->expected_rule_count; k++) {
      expected |= scenario->expected_rules[k].verdict == RIG_EXPECT_FAIL &&
                  strcmp(scenario->expected_rules[k].id, finding->rule->id) == 0;
    }
    result->unexpected_warnings +=
        finding->verdict == RIG_FAIL && finding->severity == RIG_SEVERITY_WARNING && !expected;
  }
  for (size_t i = 0; i < scenario->expected_rule_count; i++) {
    result->expected_pass |= scenario->expected_rules[i].verdict == RIG_EXPECT_PASS;
  }
}

/* The judgement of the worst path with the verdicts of all. */
static enum rig_status conclude(const struct judging *judging, struct rig_result *result) {
  const struct rig_sim_judged *worst = worst_of(judging);
  RIG_ASSERT(worst != NULL);
  struct rig_judgement judgement = worst->judgement;
  judgement.findings = calloc(judgement.finding_count, sizeof *judgement.findings);
  judgement.hangs = calloc(judgement.hang_count + 1, sizeof *judgement.hangs);
  if (!judgement.findings || !judgement.hangs) {
    free(judgement.findings);
    free(judgement.hangs);
    return RIG_NO_MEMORY;
  }
  memcpy(judgement.hangs, worst->judgement.hangs, judgement.hang_count * sizeof *judgement.hangs);
  result->judgement = judgement;
  enum rig_status status = merge(judging, worst, result);
  if (status == RIG_OK) {
    status = rig_expect(judging->scenario, worst->trace, &result->judgement, &result->expectations);
  }
  if (status == RIG_OK && result->judgement.outcome == RIG_OUTCOME_PASS) {
    status = hold_others(judging, result);
  }
  if (status == RIG_OK) {
    count_unexpected(judging->scenario, result);
    apply_bounds(judging, result);
    status = rig_stacks_read(worst->trace, &result->judgement, judging->symbols, &result->stacks);
  }
  return status;
}

/* ---- without any path ---- */

static bool told_without(const struct judging *judging, struct rig_result *result) {
  for (size_t i = 0; i < judging->options->dialect_count; i++) {
    struct rig_sim_report *report = judging->reports[i];
    report->error[sizeof report->error - 1] = '\0';
    report->refused[sizeof report->refused - 1] = '\0';
    report->bound[sizeof report->bound - 1] = '\0';
    if (report->done != 1 || report->status != RIG_OK) {
      settle(&result->judgement, RIG_CAUSE_SIMULATOR_FAILED, report->error);
      return true;
    }
    if (report->refused[0]) {
      settle(&result->judgement, RIG_CAUSE_NOT_SIMULATED, report->refused);
      return true;
    }
  }
  if (judging->count == 0) {
    settle(&result->judgement, RIG_CAUSE_BOUND_HIT, "no path came to an end within the bounds");
    return true;
  }
  return false;
}

static void free_paths(struct judging *judging) {
  for (size_t i = 0; i < judging->count; i++) {
    struct rig_sim_judged *path = &judging->paths[i];
    rig_judgement_free(&path->judgement);
    free(path->places);
    path->trace = rig_trace_close(path->trace);
  }
  free(judging->paths);
}

enum rig_status rig_sim_judge(const struct rig_cli_sim_options *options,
                              const struct rig_scenario *scenario,
                              struct rig_sim_report *const *reports, struct rig_symbols *symbols,
                              struct rig_result *result) {
  struct judging judging = {.options = options,
                            .scenario = scenario,
                            .reports = reports,
                            .symbols = symbols,
                            .paths = calloc(PATHS_MAX, sizeof *judging.paths)};
  if (!judging.paths) {
    return RIG_NO_MEMORY;
  }
  enum rig_status status = judge_paths(&judging);
  if (status == RIG_OK && !told_without(&judging, result)) {
    status = conclude(&judging, result);
    if (status == RIG_OK) {
      result->sim = rig_sim_told(options, scenario, reports, judging.paths, judging.count);
      status = result->sim ? RIG_OK : RIG_NO_MEMORY;
    }
  }
  free_paths(&judging);
  return status;
}
