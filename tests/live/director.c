#include "director.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct rig_live *live;
struct rig_trace *trace;
uint32_t exit_code;

void director_open(void) {
  const struct rig_live_options options = {
      .binaries = RIG_BINARY_DIR "/bin", .parallel = 1, .scale_permille = 1000};
  char error[512];
  ck_assert_msg(rig_live_open(&options, &live, error, sizeof error) == RIG_OK, "%s", error);
}

void director_close(void) {
  trace = rig_trace_close(trace);
  live = rig_live_close(live);
}

/* A copy that outlives the session file. */
static void keep(struct rig_session_file *session) {
  char path[] = "/tmp/rig-director-XXXXXX";
  char error[512];
  const int file = mkstemp(path);
  ck_assert_int_ge(file, 0);
  (void)fclose(fdopen(file, "w"));
  trace = rig_trace_close(trace);
  ck_assert_msg(rig_session_keep(session, path, error, sizeof error) == RIG_OK, "%s", error);
  ck_assert_msg(rig_trace_open(path, &trace, error, sizeof error) == RIG_OK, "%s", error);
  (void)remove(path);
}

void run(const char *client, const char *text) {
  char path[512];
  char error[512];
  struct rig_scenario *scenario = NULL;
  struct rig_problems problems = {0};
  struct rig_run_output output;
  const enum rig_status parsed =
      rig_scenario_parse("director.yaml", text, strlen(text), &scenario, &problems);
  ck_assert_msg(parsed == RIG_OK, "%s", problems.count > 0 ? problems.items[0].text : "scenario");
  (void)snprintf(path, sizeof path, "%s/bin/x86_64/clients/%s.exe", RIG_BINARY_DIR, client);
  const struct rig_run_request request = {.client = path,
                                          .scenario = scenario,
                                          .role = scenario->role,
                                          .deadline_ms = DEADLINE_MS,
                                          .ready_timeout_ms = 4000};
  ck_assert_msg(rig_live_run(live, &request, &output, error, sizeof error) == RIG_OK, "%s", error);
  if (strcmp(output.cause, "not-started") == 0) { /* Wine's start fails now and then: once more */
    rig_session_remove(&output.session);
    ck_assert_msg(rig_live_run(live, &request, &output, error, sizeof error) == RIG_OK, "%s",
                  error);
  }
  ck_assert_msg(output.cause[0] == '\0', "%s: %s", output.cause, output.message);
  exit_code = output.session.log.header->exit_code;
  keep(&output.session);
  scenario = rig_scenario_free(scenario);
  rig_problems_free(&problems);
}

/* ---- looking for records ---- */

struct rig_record at(uint32_t index) {
  struct rig_record record = {.kind = RIG_KIND_NONE};
  ck_assert_msg(rig_trace_record(trace, index, &record), "no record #%u", index);
  return record;
}

uint32_t find(uint32_t from, enum rig_kind kind, unsigned call) {
  struct rig_record record;
  for (uint32_t i = from; i < rig_trace_count(trace); i++) {
    if (rig_trace_record(trace, i, &record) && record.kind == kind && record.call == call) {
      return i;
    }
  }
  return REST;
}

uint32_t count(enum rig_kind kind, unsigned call) {
  uint32_t found = 0;
  for (uint32_t i = find(0, kind, call); i != REST; i = find(i + 1, kind, call)) {
    found++;
  }
  return found;
}

uint32_t must(uint32_t from, enum rig_kind kind, unsigned call, const char *what) {
  const uint32_t index = find(from, kind, call);
  ck_assert_msg(index != REST, "no %s after #%u", what, from);
  return index;
}

uint32_t stimulus(uint32_t step, uint32_t repeat) {
  struct rig_record record;
  for (uint32_t i = 0; i < rig_trace_count(trace); i++) {
    if (rig_trace_record(trace, i, &record) && record.kind == RIG_KIND_STIMULUS &&
        record.u.stimulus.step == step && record.u.stimulus.repeat == repeat &&
        record.u.stimulus.phase == RIG_STIMULUS_PERFORMED) {
      return i;
    }
  }
  ck_abort_msg("step %u was not performed", step);
  return REST;
}

uint32_t linked(uint32_t from, enum rig_kind kind, uint32_t to) {
  struct rig_record record;
  for (uint32_t i = from; i < rig_trace_count(trace); i++) {
    if (rig_trace_record(trace, i, &record) && record.kind == kind && record.link == to) {
      return i;
    }
  }
  return REST;
}

uint32_t next_of(uint32_t from, uint32_t thread) {
  struct rig_record record;
  for (uint32_t i = from + 1; i < rig_trace_count(trace); i++) {
    if (rig_trace_record(trace, i, &record) && record.thread == thread) {
      return i;
    }
  }
  return REST;
}

uint32_t previous_of(uint32_t from, uint32_t thread) {
  struct rig_record record;
  for (uint32_t i = from; i-- > 0;) {
    if (rig_trace_record(trace, i, &record) && record.thread == thread) {
      return i;
    }
  }
  return REST;
}

uint32_t first_thread(void) {
  return at(must(0, RIG_KIND_LEAVE, RIG_CALL_MAPIInitialize, "MAPIInitialize")).u.init.first_thread;
}

uint32_t end_reason(void) {
  const uint32_t end = find(0, RIG_KIND_STATE, RIG_STATE_END);
  return end == REST ? (uint32_t)RIG_END_NONE : at(end).u.state.a;
}
