/*
 * Following a live session, and saying where live and simulated part.
 */
#include "cli/sim_follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/replay.h"
#include "cli/sim_work.h"
#include "report/clean.h"
#include "report/decode.h"
#include "report/paint.h"
#include "sim/follow/follow.h"

#define WAIT_MS 200u
/* A live time-out may come although others could go on. */
#define EARLY 1000u
#define EARLY_BOUND "early=1000"
/* A search that has looked at so many places finds nothing any more. */
#define PLACES_DEFAULT 200000u
#define SHOWN_BEFORE 4u /* records on which both agree, above the parting */

/* One side: the session's trace and how its records read. */
struct side {
  const char *label;
  const struct rig_trace *trace;
  struct rig_decoder decoder;
};

/* ---- the session ---- */

static struct rig_scenario *scenario_of(const struct rig_trace *trace, const char *path) {
  const char *source = rig_trace_text(trace, RIG_TEXT_SCENARIO_SOURCE);
  const char *file = rig_trace_text(trace, RIG_TEXT_SCENARIO_FILE);
  const struct rig_header *header = rig_trace_header(trace);
  struct rig_problems problems = {0};
  struct rig_scenario *scenario = NULL;
  if (!source[0]) {
    rig_cli_error("sim", "%s holds no scenario: keep a session with `mapirig run --keep DIR`",
                  path);
    return NULL;
  }
  const enum rig_status status =
      rig_scenario_parse(file, source, strlen(source), &scenario, &problems);
  for (size_t i = 0; i < problems.count; i++) {
    rig_cli_error("sim", "%s: its scenario, %s:%u:%u: %s", path, file,
                  problems.items[i].position.line, problems.items[i].position.column,
                  problems.items[i].text);
  }
  rig_problems_free(&problems);
  if (status != RIG_OK) {
    return rig_scenario_free(scenario);
  }
  scenario->role = (enum rig_role)header->role; /* as it ran: --as, --deadline */
  scenario->role_given = true;
  scenario->deadline_ms = header->deadline_ms;
  return scenario;
}

/* ---- records in words ---- */

static void print_record(const struct side *side, uint32_t index, const char *label) {
  struct rig_record record;
  char call[RIG_DECODED_BYTES], result[RIG_DECODED_BYTES] = "";
  if (!rig_trace_record(side->trace, index, &record)) {
    return;
  }
  printf("  %-10s #%-5u %-9s ", label, index, rig_trace_thread(side->trace, record.thread));
  switch (record.kind) {
  case RIG_KIND_ENTER:
    printf("%s, called\n", rig_decode_call(&side->decoder, index, &record, call, sizeof call));
    return;
  case RIG_KIND_LEAVE:
  case RIG_KIND_CALL:
    rig_decode_call(&side->decoder, index, &record, call, sizeof call);
    rig_decode_result(&side->decoder, index, &record, result, sizeof result);
    printf("%s returned%s%s\n", record.kind == RIG_KIND_LEAVE ? rig_decode_name(&record) : call,
           result[0] ? " " : "", result);
    return;
  default:
    printf("%s\n", rig_decode_event(&side->decoder, index, &record, call, sizeof call));
    return;
  }
}

/* The last records of the same thread up to `index`, on which both sides agree. */
static void print_before(const struct side *live, uint32_t index) {
  uint32_t shown[SHOWN_BEFORE];
  size_t count = 0;
  struct rig_record last, record;
  if (index == RIG_NO_RECORD || !rig_trace_record(live->trace, index, &last)) {
    return;
  }
  for (uint32_t i = index + 1; i > 0 && count < SHOWN_BEFORE; i--) {
    if (rig_trace_record(live->trace, i - 1, &record) && record.thread == last.thread) {
      shown[count++] = i - 1;
    }
  }
  while (count > 0) {
    count--;
    print_record(live, shown[count], "both");
  }
}

static void print_simulated(const struct side *simulated, const struct rig_sim_report *report) {
  const struct rig_sim_followed *followed = &report->followed;
  const struct rig_sim_path *path = &report->paths[0];
  const char *lane = followed->lane[0] ? followed->lane : "a thread more";
  switch (followed->why) {
  case RIG_FOLLOW_DIFFERS:
  case RIG_FOLLOW_MORE:
    print_record(simulated, followed->sim_record, "simulated");
    if (followed->field[0]) {
      printf("  %-10s %s\n", "differs", followed->field);
    }
    return;
  case RIG_FOLLOW_OVER:
    printf("  %-10s the path has ended before (%s)%s%s\n", "simulated",
           rig_sim_end_word((enum rig_sim_end)followed->sim), path->message[0] ? ": " : "",
           path->message);
    return;
  default:
    printf("  %-10s %s cannot go on: nothing that has happened wakes it, or it is not there\n",
           "simulated", lane);
    return;
  }
}

static void print_parting(const struct rig_trace *trace, const struct rig_sim_report *report) {
  const struct rig_sim_followed *followed = &report->followed;
  const struct rig_sim_path *path = &report->paths[0];
  struct side live = {.trace = trace}, simulated = {0};
  struct rig_trace *recorded = NULL;
  char error[256];
  rig_decoder_init(&live.decoder, trace);
  print_before(&live, followed->live_before);
  if (followed->live_record != RIG_NO_RECORD) {
    print_record(&live, followed->live_record, "live");
  } else {
    printf("  %-10s %s does nothing more\n", "live",
           followed->lane[0] ? followed->lane : "no such thread");
  }
  if (report->path_count > 0 && rig_trace_open_memory((const char *)report + path->session_offset,
                                                      (size_t)path->session_bytes, &recorded, error,
                                                      sizeof error) == RIG_OK) {
    simulated.trace = recorded;
    rig_decoder_init(&simulated.decoder, recorded);
    print_simulated(&simulated, report);
  }
  recorded = rig_trace_close(recorded);
}

/* ---- all of it ---- */

static void print_replay(const struct rig_cli_sim_options *options, const char *file,
                         const struct rig_sim_report *report) {
  struct rig_cli_sim_options again = *options;
  again.bound_text = EARLY_BOUND;
  const bool can = report->path_count > 0 && report->followed.replays != 0;
  char *text = can && report->paths[0].replay[0]
                   ? rig_replay_sim(&again, file, options->dialects[0], report->paths[0].replay)
                   : NULL;
  if (text) {
    printf("  %-10s %s\n", "replay", text);
  }
  free(text);
}

static int conclude(const struct rig_cli_sim_options *options, const struct rig_scenario *scenario,
                    const struct rig_trace *trace, const struct rig_sim_report *report) {
  const struct rig_sim_followed *followed = &report->followed;
  char *name = rig_clean_new(scenario->name);
  const char *shown = name ? name : "?";
  int status = RIG_EXIT_OK;
  if (report->refused[0]) {
    free(name);
    return rig_cli_error("sim", "%s cannot be simulated: %s", options->follow, report->refused);
  }
  if (followed->end == RIG_FOLLOWED) {
    printf("FOLLOWED  %s  %u records on %u threads, in %u steps under %s (%llu places)\n", shown,
           followed->records, followed->threads, report->paths[0].step_count, options->dialects[0],
           (unsigned long long)followed->places);
  } else if (followed->end == RIG_FOLLOW_BOUND) {
    printf("BOUND     %s  %u of %u records when the bound on %s was hit (%llu places); it says "
           "nothing: --bound %s=N moves it\n",
           shown, followed->matched, followed->records, report->bound,
           (unsigned long long)followed->places, report->bound);
    status = RIG_EXIT_INVALID;
  } else {
    const bool lacks = report->path_count > 0 && strstr(report->paths[0].message, "not simulated");
    printf("%s  %s  after %u of %u records under %s (%llu places)%s\n",
           lacks ? "INVALID " : "PARTED  ", shown, followed->matched, followed->records,
           options->dialects[0], (unsigned long long)followed->places,
           followed->in_start ? ", as it starts" : "");
    print_parting(trace, report);
    status = lacks ? RIG_EXIT_INVALID : RIG_EXIT_FINDINGS;
  }
  if (followed->spins[0]) {
    printf("  %-10s %s: taken as never coming back\n", "note", followed->spins);
  }
  if (!options->quiet || status != RIG_EXIT_OK) {
    print_replay(options, scenario->file, report);
  }
  free(name);
  return status;
}

static int follow(const struct rig_cli_sim_options *options, const struct rig_trace *trace,
                  const struct rig_scenario *scenario) {
  struct rig_sim_work work = {.job = RIG_SIM_JOB_FOLLOW,
                              .options = rig_cli_sim_options_for(options, options->dialects[0]),
                              .scenario = scenario,
                              .live = trace};
  work.options.early_max = EARLY;
  work.options.retrievals_max = 0; /* a live run has no such bound */
  if (!options->bound_text) {
    work.options.states_max = PLACES_DEFAULT;
  }
  if (!rig_sim_work_start(&work)) {
    rig_cli_error("sim", "out of memory");
    return RIG_EXIT_INVALID;
  }
  while (!work.ended && !rig_sim_work_interrupted()) {
    rig_sim_work_wait(&work, 1, WAIT_MS);
    rig_progress("%llu places, %u records", (unsigned long long)work.report->live_states,
                 work.report->live_depth);
  }
  rig_progress_clear();
  int status = RIG_EXIT_INVALID;
  if (!work.ended) {
    rig_cli_error("sim", "interrupted");
  } else if (work.report->status != RIG_OK) {
    status = rig_cli_error("sim", "%s", work.report->error);
  } else {
    status = conclude(options, scenario, trace, work.report);
  }
  rig_sim_work_free(&work);
  return status;
}

int rig_sim_follow(const struct rig_cli_sim_options *options) {
  struct rig_trace *trace = NULL;
  char error[512];
  int status = RIG_EXIT_USAGE;
  if (rig_trace_open(options->follow, &trace, error, sizeof error) != RIG_OK) {
    return rig_cli_error("sim", "%s", error);
  }
  struct rig_scenario *scenario = scenario_of(trace, options->follow);
  if (scenario) {
    status = follow(options, trace, scenario);
  }
  rig_scenario_free(scenario);
  trace = rig_trace_close(trace);
  return status;
}
