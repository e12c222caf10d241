/*
 * Running one path again with a recorder: a session in memory, as a live run would have written it,
 * and where in it each step of the schedule stands.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "core/session_layout.h"
#include "sim/forked.h"
#include "sim/native.h"

#define SESSION_ALIGN 4096u
#define SETTLE_MS 10u
#define TIMEOUT_MS 60000u
#define NAMES_MAX 64u /* places in the program that are named */

/* The engine's system with an eye on it: which record each step began with. */
struct tap {
  const struct rig_system *inner;
  const struct rig_log *log;
  struct rig_sim_path *path;
};

static size_t tap_enabled(void *self, struct rig_transition *out, enum rig_sim_end *end) {
  const struct tap *tap = self;
  return tap->inner->enabled(tap->inner->self, out, end);
}

static enum rig_sim_end tap_step(void *self, struct rig_transition transition,
                                 struct rig_footprint *footprint) {
  struct tap *tap = self;
  struct rig_sim_path *path = tap->path;
  if (path->step_count < RIG_SIM_STEPS_MAX) {
    path->steps[path->step_count++] = (struct rig_sim_step){
        .actor = transition.actor, .choice = transition.choice, .record = tap->log->header->next};
  } else {
    path->cut = true;
  }
  return tap->inner->step(tap->inner->self, transition, footprint);
}

static size_t tap_save(void *self, void *to) {
  const struct tap *tap = self;
  return tap->inner->save(tap->inner->self, to);
}

static void tap_load(void *self, const void *from, size_t bytes) {
  const struct tap *tap = self;
  tap->inner->load(tap->inner->self, from, bytes);
}

static uint64_t tap_hash(void *self) {
  const struct tap *tap = self;
  return tap->inner->hash(tap->inner->self);
}

static bool tap_progress(void *self) {
  const struct tap *tap = self;
  return tap->inner->progress == NULL || tap->inner->progress(tap->inner->self);
}

/* ---- sessions ---- */

static uint64_t aligned(uint64_t bytes) {
  return (bytes + SESSION_ALIGN - 1) / SESSION_ALIGN * SESSION_ALIGN;
}

/* Room for the header, the largest plan and its texts, and the records. */
static uint64_t session_room(void) {
  return aligned(RIG_HEADER_BYTES + (uint64_t)RIG_STEPS_MAX * RIG_STEP_BYTES + RIG_TEXT_BYTES_MAX +
                 (uint64_t)RIG_SIM_RECORDS * RIG_RECORD_BYTES + 2 * SESSION_ALIGN);
}

size_t rig_sim_report_bytes(void) {
  return (size_t)(aligned(sizeof(struct rig_sim_report)) + RIG_SIM_PATHS_MAX * session_room());
}

uint64_t rig_sim_session_offset(uint32_t index) {
  return aligned(sizeof(struct rig_sim_report)) + index * session_room();
}

/* The log comes last in a session, and is filled from its beginning but for the tail of a full one,
 * whose `next` has passed all of it. */
uint64_t rig_sim_session_used(const struct rig_sim_report *report,
                              const struct rig_sim_path *path) {
  const struct rig_header *header = (const void *)((const char *)report + path->session_offset);
  const uint64_t log = header->log_offset;
  const uint64_t records = (uint64_t)header->next * RIG_RECORD_BYTES;
  const bool within =
      log >= RIG_HEADER_BYTES && log <= path->session_bytes && records <= path->session_bytes - log;
  return within ? log + records : path->session_bytes;
}

static bool lay_down(const struct rig_simulation *simulation, uint32_t index,
                     struct rig_sim_path *path, struct rig_log *log) {
  const struct rig_scenario *scenario = simulation->scenario;
  const struct rig_session_plan plan = {
      .steps = simulation->plan.plan.steps,
      .step_count = simulation->plan.plan.step_count,
      .step_texts = simulation->plan.plan.texts,
      .step_text_bytes = simulation->plan.plan.text_bytes,
      .texts = {[RIG_TEXT_SCENARIO_FILE] = scenario->file,
                [RIG_TEXT_SCENARIO_SOURCE] = scenario->source,
                [RIG_TEXT_CLIENT] = simulation->options->paths[0]},
      .role = scenario->role_given ? scenario->role : RIG_ROLE_SERVICE,
      .stop_way = simulation->plan.director.stop_way,
      .deadline_ms = simulation->plan.director.deadline_ms,
      .settle_ms = SETTLE_MS,
      .timeout_ms = scenario->timeout_ms == 0 ? TIMEOUT_MS : scenario->timeout_ms,
      .scale_permille = 1000};
  struct rig_layout layout;
  char error[160];
  if (rig_layout_measure(&plan, RIG_SIM_RECORDS, &layout, error, sizeof error) != RIG_OK ||
      layout.file_bytes > session_room()) {
    return false;
  }
  path->session_offset = rig_sim_session_offset(index);
  path->session_bytes = layout.file_bytes;
  void *base = (char *)simulation->report + path->session_offset;
  rig_layout_write(&plan, &layout, base);
  RIG_ASSERT(rig_log_open(log, base, layout.file_bytes));
  struct rig_header *header = log->header;
  header->clock = RIG_CLOCK_MONOTONIC_RAW; /* stamps are 100 ns of virtual time */
  header->stamp_first = header->stamp_last = 0;
  header->ns_first = header->ns_last = 0;
  header->phase = RIG_PHASE_STARTED;
  header->process = 1;
  return true;
}

/* The end of the section that begins at `low`, at or before `high`: sections lie one after the
 * other, so it is found by halving. */
static uint64_t end_of_text(const struct rig_image *image, uint64_t low, uint64_t high) {
  const char *path, *section;
  uint64_t offset;
  uint64_t inside = low;
  while (high - inside > 1) {
    const uint64_t middle = inside + (high - inside) / 2;
    const bool text = rig_image_place(image, middle, &path, &section, &offset) &&
                      strcmp(section, ".text") == 0 && offset == middle - low;
    inside = text ? middle : inside;
    high = text ? high : middle;
  }
  return high;
}

/* A natively compiled pump's library. */
static void put_library(const struct rig_simulation *simulation, const struct rig_log *log) {
  char resolved[PATH_MAX], text[PATH_MAX + 3];
  uint64_t low, high;
  rig_native_range(&low, &high);
  const union rig_payload payload = {.state = {.a = (uint32_t)(high - low), .value = low}};
  if (realpath(simulation->options->paths[0], resolved) != NULL) {
    snprintf(text, sizeof text, "Z:%s", resolved); /* as Wine names it: report/source.c */
    (void)rig_sim_state(log, rig_engine_world(simulation->engine), RIG_STATE_MODULE,
                        RIG_DIRECTOR_THREAD, &payload, text, (uint32_t)strlen(text));
  }
}

/* Each object as a module, as far as debug information that counts from the beginning of a section
 * can be asked for: its .text. Functions in sections of their own are named by SYMBOL records. */
static void put_modules(const struct rig_simulation *simulation, const struct rig_log *log) {
  const struct rig_image *image = rig_engine_image(simulation->engine);
  if (image == NULL) {
    put_library(simulation, log);
    return;
  }
  for (unsigned i = 0; i < simulation->options->path_count; i++) {
    const char *path, *section;
    char resolved[PATH_MAX], text[PATH_MAX + 3];
    uint64_t low, high, offset;
    if (!rig_image_code(image, i, &low, &high) ||
        !rig_image_place(image, low, &path, &section, &offset) || offset != 0 ||
        strcmp(section, ".text") != 0 || realpath(path, resolved) == NULL) {
      continue;
    }
    const union rig_payload payload = {
        .state = {.a = (uint32_t)(end_of_text(image, low, high) - low), .value = low}};
    snprintf(text, sizeof text, "Z:%s", resolved); /* as Wine names it: report/source.c */
    (void)rig_sim_state(log, rig_engine_world(simulation->engine), RIG_STATE_MODULE,
                        RIG_DIRECTOR_THREAD, &payload, text, (uint32_t)strlen(text));
  }
}

/* The names of the places that calls were made from: where debug information has none (CodeView),
 * and where it counts otherwise. */
static void put_names(const struct rig_simulation *simulation, const struct rig_log *log) {
  const struct rig_image *image = rig_engine_image(simulation->engine);
  uint64_t named[NAMES_MAX];
  uint32_t count = 0;
  const uint32_t used = log->header->next < log->capacity ? log->header->next : log->capacity;
  for (uint32_t i = 0; image != NULL && i < used && count < NAMES_MAX; i++) {
    const struct rig_record *record = &log->records[i];
    char name[200];
    uint32_t at = 0;
    if (record->kind != RIG_KIND_ENTER && record->kind != RIG_KIND_CALL) {
      continue;
    }
    while (at < count && named[at] != record->caller) {
      at++;
    }
    if (at == count && rig_image_name(image, record->caller, name, sizeof name)) {
      const union rig_payload payload = {.state = {.value = record->caller}};
      named[count++] = record->caller;
      (void)rig_sim_state(log, rig_engine_world(simulation->engine), RIG_STATE_SYMBOL,
                          RIG_DIRECTOR_THREAD, &payload, name, (uint32_t)strlen(name));
    }
  }
}

void rig_simulation_listen(const struct rig_simulation *simulation, const struct rig_log *log) {
  rig_engine_record(simulation->engine, log);
  rig_director_record(simulation->director, log);
  rig_stage_record(simulation->stage, log, simulation->options->paths[0]);
}

/* These steps, and what is an end behind them: a BOUND when there is none. */
static enum rig_sim_end run_exactly(const struct rig_system *system,
                                    const struct rig_schedule *schedule) {
  struct rig_transition list[RIG_ENABLED_MAX];
  enum rig_sim_end end = RIG_SIM_GOES_ON;
  for (size_t i = 0; i < schedule->count && end == RIG_SIM_GOES_ON; i++) {
    struct rig_footprint footprint;
    end = system->step(system->self, schedule->steps[i], &footprint);
  }
  if (end == RIG_SIM_GOES_ON && system->enabled(system->self, list, &end) > 0) {
    end = RIG_SIM_BOUND;
  }
  return end;
}

static void record(struct rig_simulation *simulation, const struct rig_schedule *schedule,
                   enum rig_sim_why why) {
  struct rig_sim_report *report = simulation->report;
  struct rig_log log;
  RIG_ASSERT(report->path_count < RIG_SIM_PATHS_MAX);
  struct rig_sim_path *path = &report->paths[report->path_count];
  rig_simulation_rewind(simulation);
  if (!lay_down(simulation, report->path_count, path, &log)) {
    report->paths_left_out++;
    return;
  }
  struct tap tap = {.inner = simulation->system, .log = &log, .path = path};
  const struct rig_system system = {.self = &tap,
                                    .enabled = tap_enabled,
                                    .step = tap_step,
                                    .state_bytes_max = simulation->system->state_bytes_max,
                                    .save = tap_save,
                                    .load = tap_load,
                                    .hash = tap_hash,
                                    .progress = tap_progress};
  rig_simulation_listen(simulation, &log);
  put_modules(simulation, &log);
  const enum rig_sim_end end =
      why == RIG_SIM_FOLLOWING ? run_exactly(&system, schedule)
                               : rig_schedule_run(&system, schedule, simulation->depth_max, NULL);
  path->end = rig_path_not_simulated(simulation)  ? RIG_SIM_BOUND
              : rig_path_runs_on(simulation, end) ? RIG_SIM_LIVELOCK
                                                  : end;
  path->end_record = log.header->next;
  path->why = why;
  path->kind = rig_simulation_kind(simulation, end);
  snprintf(path->message, sizeof path->message, "%s", rig_engine_message(simulation->engine));
  for (unsigned i = 0; i < RIG_SITES; i++) {
    path->sites[i] = rig_engine_site(simulation->engine, (enum rig_site)i);
  }
  if (rig_schedule_print(schedule, path->replay, sizeof path->replay) != RIG_OK) {
    path->replay[0] = '\0';
  }
  const struct rig_path_end finish = {.simulation = simulation, .log = &log, .end = end};
  rig_path_finish(&finish);
  put_names(simulation, &log);
  rig_simulation_listen(simulation, NULL);
  rig_simulation_rewind(simulation);
  report->path_count++;
}

struct recording {
  struct rig_simulation *simulation;
  const struct rig_schedule *schedule;
  enum rig_sim_why why;
};

static void record_forked(void *context) {
  const struct recording *recording = context;
  record(recording->simulation, recording->schedule, recording->why);
}

void rig_simulation_record(struct rig_simulation *simulation, const struct rig_schedule *schedule,
                           enum rig_sim_why why) {
  struct recording recording = {simulation, schedule, why};
  if (simulation->forked == NULL) {
    record(simulation, schedule, why);
  } else if (!rig_forked_run(simulation->forked, record_forked, &recording)) {
    simulation->report->paths_left_out++; /* the report is memory that both processes have */
  }
}
