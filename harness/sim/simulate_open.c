/*
 * Setting a simulation up: the program loaded, its stage, the director; and back to the beginning.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/assert.h"
#include "sim/forked.h"
#include "sim/native.h"

/* A pump that computes for so long without a call that anybody could see never yields. */
#define PATIENCE_MS 500u

__attribute__((format(printf, 3, 4))) static bool
fail(struct rig_simulation *simulation, enum rig_status status, const char *format, ...) {
  struct rig_sim_report *report = simulation->report;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(report->error, sizeof report->error, format, arguments);
  va_end(arguments);
  report->status = (uint32_t)status;
  return false;
}

/* Names that are bound to a trap: only a call of one ends a path. */
static void list_unresolved(struct rig_simulation *simulation) {
  struct rig_sim_report *report = simulation->report;
  const struct rig_image *image = rig_engine_image(simulation->engine);
  size_t used = 0;
  for (size_t i = 0; image != NULL; i++) {
    const char *name = rig_image_unresolved(image, i);
    if (name == NULL) {
      break;
    }
    report->unresolved_count++;
    if (used + strlen(name) + 8 < sizeof report->unresolved) {
      used += (size_t)snprintf(report->unresolved + used, sizeof report->unresolved - used, "%s%s",
                               used > 0 ? ", " : "", name);
    }
  }
}

static enum rig_role role_of(const struct rig_simulation *simulation) {
  const struct rig_scenario *scenario = simulation->scenario;
  return scenario != NULL && scenario->role_given ? scenario->role : RIG_ROLE_SERVICE;
}

/* The options of a whole program: the stand-in behind its files. */
static bool with_stand_in(struct rig_simulation *simulation, struct rig_engine_options *engine) {
  const char **paths = simulation->paths;
  const struct rig_sim_options *options = simulation->options;
  if (!rig_simulate_is_program(options)) {
    return true;
  }
  if (options->stand_in == NULL || options->path_count == RIG_SIM_FILES_MAX) {
    return fail(simulation, RIG_INVALID,
                "no objects/stand-in.a for a whole program, or more than %u "
                "files",
                RIG_SIM_FILES_MAX);
  }
  simulation->stand_in = rig_stand_in_new(role_of(simulation), (unsigned)options->path_count);
  if (simulation->stand_in == NULL) {
    return fail(simulation, RIG_NO_MEMORY, "out of memory");
  }
  memcpy(paths, options->paths, options->path_count * sizeof *paths);
  paths[options->path_count] = options->stand_in;
  engine->paths = paths;
  engine->path_count = options->path_count + 1;
  engine->dll = (unsigned)options->path_count + 1;
  engine->resolve = rig_stand_in_resolve;
  engine->resolve_context = simulation->stand_in;
  return true;
}

/* A file "NAME.dll.EXTENSION" is a DLL of the client's own: a bit for each. */
static uint64_t libraries_of(const struct rig_sim_options *options) {
  uint64_t found = 0;
  for (size_t i = 0; i < options->path_count && i < RIG_LIBRARIES_MAX; i++) {
    const char *slash = strrchr(options->paths[i], '/');
    const char *base = slash == NULL ? options->paths[i] : slash + 1;
    const char *last = strrchr(base, '.');
    const bool is = last != NULL && last - base > 4 && strncasecmp(last - 4, ".dll", 4) == 0;
    found |= is ? 1ull << i : 0;
  }
  return found;
}

static bool load(struct rig_simulation *simulation) {
  const struct rig_sim_options *options = simulation->options;
  struct rig_engine_options engine = {.dialect = rig_dialect_find(options->dialect),
                                      .paths = options->paths,
                                      .path_count = options->native ? 0 : options->path_count,
                                      .native = options->native,
                                      .entry = options->entry,
                                      .libraries = libraries_of(options),
                                      .role = role_of(simulation),
                                      .retrievals_max = options->retrievals_max,
                                      .early_max = options->early_max,
                                      .spurious_max = options->spurious_max,
                                      .patience_ms = PATIENCE_MS,
                                      .spins_stand = options->follows,
                                      .guarded = options->guarded};
  char error[512] = "";
  RIG_ASSERT(engine.dialect != NULL);
  if (!with_stand_in(simulation, &engine)) {
    return false;
  }
  const enum rig_status status = rig_engine_new(&engine, &simulation->engine, error, sizeof error);
  if (status != RIG_OK) {
    simulation->engine = NULL;
    return fail(simulation, status, "%s", error[0] != '\0' ? error : rig_status_text(status));
  }
  uint64_t entry = 0;
  if (options->native) {
    const enum rig_status loaded =
        rig_native_load(options->paths[0], options->entry, &entry, error, sizeof error);
    if (loaded != RIG_OK) {
      return fail(simulation, loaded, "%s", error);
    }
  } else {
    entry = rig_image_symbol(rig_engine_image(simulation->engine), options->entry);
  }
  RIG_ASSERT(entry != 0); /* the loader has refused a program without it */
  simulation->stage =
      options->native ? rig_stage_native(simulation->engine, entry, error, sizeof error)
      : simulation->stand_in != NULL
          ? rig_stage_program(simulation->engine, simulation->stand_in, entry, error, sizeof error)
          : rig_stage_bare(simulation->engine, entry, error, sizeof error);
  if (simulation->stage == NULL) {
    return fail(simulation, RIG_NO_MEMORY, "%s", error);
  }
  list_unresolved(simulation);
  return true;
}

static bool direct(struct rig_simulation *simulation) {
  if (!rig_simulate_can(simulation->options, simulation->scenario, simulation->report->refused,
                        sizeof simulation->report->refused)) {
    return false;
  }
  const enum rig_status status =
      rig_sim_plan_make(simulation->options, simulation->scenario, &simulation->plan);
  if (status != RIG_OK) {
    return fail(simulation, status, "no plan: %s", rig_status_text(status));
  }
  struct rig_director_target target = *rig_stage_target(simulation->stage);
  target.stop_name = simulation->scenario->stop_event;
  simulation->director = rig_director_new(&simulation->plan.director, &target);
  simulation->system = rig_engine_system(simulation->engine);
  simulation->initial = malloc(simulation->system->state_bytes_max);
  if (simulation->director == NULL || simulation->initial == NULL) {
    return fail(simulation, RIG_NO_MEMORY, "out of memory");
  }
  if (simulation->options->follows) {
    rig_director_follow(simulation->director, simulation->options->flood);
  }
  if (simulation->options->loose) {
    rig_stage_loosen(simulation->stage);
  }
  if (!rig_stage_begin(simulation->stage, simulation->director, simulation->report->refused,
                       sizeof simulation->report->refused)) {
    return false;
  }
  if (simulation->options->native) {
    simulation->forked = rig_forked_new(simulation);
    if (simulation->forked == NULL) {
      return fail(simulation, RIG_NO_MEMORY, "out of memory");
    }
    simulation->system = rig_forked_system(simulation->forked);
    free(simulation->initial);
    simulation->initial = malloc(simulation->system->state_bytes_max);
    if (simulation->initial == NULL) {
      return fail(simulation, RIG_NO_MEMORY, "out of memory");
    }
  }
  simulation->initial_bytes =
      simulation->system->save(simulation->system->self, simulation->initial);
  return true;
}

bool rig_simulation_open(struct rig_simulation *simulation, bool director) {
  simulation->depth_max = simulation->options->depth_max;
  return load(simulation) && (!director || direct(simulation));
}

void rig_simulation_close(struct rig_simulation *simulation) {
  free(simulation->initial);
  simulation->forked = rig_forked_free(simulation->forked);
  simulation->director = rig_director_free(simulation->director);
  simulation->stage = rig_stage_free(simulation->stage);
  if (simulation->engine != NULL) {
    simulation->engine = rig_engine_free(simulation->engine);
  }
  simulation->stand_in = rig_stand_in_free(simulation->stand_in);
  rig_sim_plan_free(&simulation->plan);
}

void rig_simulation_rewind(struct rig_simulation *simulation) {
  if (simulation->options->native && simulation->forked == NULL) {
    return; /* the process of one path, which is at its beginning or has come to its end */
  }
  simulation->system->load(simulation->system->self, simulation->initial,
                           simulation->initial_bytes);
}

/* ---- kinds of ends ---- */

static uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0xff51afd7ed558ccdu;
  return hash ^ hash >> 33;
}

static uint64_t mix_text(uint64_t hash, const char *text) {
  for (; *text != '\0'; text++) {
    hash = mix(hash, (unsigned char)*text);
  }
  return hash;
}

uint64_t rig_simulation_kind(const struct rig_simulation *simulation, enum rig_sim_end end) {
  if (simulation->forked != NULL) {
    return rig_forked_kind(simulation->forked);
  }
  const struct rig_director *director = simulation->director;
  uint64_t hash = mix(0x9e3779b97f4a7c15u, end);
  hash = mix(hash, rig_director_seen(director));
  if (end == RIG_SIM_COMPLETE) { /* by Windows: another one than the program's own */
    hash = mix(hash, rig_engine_exit_code(simulation->engine) == RIG_STATUS_CONTROL_C_EXIT);
  }
  if (end == RIG_SIM_BOUND || end == RIG_SIM_CRASH) {
    hash = mix_text(hash, rig_engine_message(simulation->engine));
  }
  if (end == RIG_SIM_DEADLOCK || end == RIG_SIM_LIVELOCK) {
    struct rig_engine_look look;
    rig_engine_look(simulation->engine, rig_stage_target(simulation->stage)->first, &look);
    hash = mix(hash, (uint64_t)rig_call_family(look.call) << 8 | look.place);
    hash = mix(hash, rig_director_stopped(director));
    hash = mix(hash, end == RIG_SIM_DEADLOCK && rig_director_pending(director) > 0);
  }
  return mix(hash, rig_director_done(director));
}
