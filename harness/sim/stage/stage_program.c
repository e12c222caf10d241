/*
 * The stage of a whole program: its own main and, behind it, the stand-in for MAPI and the SCM.
 *
 * A live director begins when the client is ready: a service has reported SERVICE_RUNNING, its
 * logon has returned, and the thread that initialised MAPI first waits (stubs/director/ready.c). So
 * the start is run once, in one order, the director's actor left out; what is explored begins
 * there. A path that is recorded runs its start again, with the recorder.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "sim/stage/stage_program_private.h"

#define START_STEPS_MAX 20000u
#define READY_TIMEOUT_MS 10000u
#define SERVICE_STOPPED 1u
#define SERVICE_STOP_PENDING 3u
#define EXE "client.exe"

static struct rig_program_stage *of(struct rig_stage *stage) {
  return (struct rig_program_stage *)(void *)stage; /* its first member */
}

/* ---- the start ---- */

/* enum rig_missing: as stubs/director/ready.c has it. */
static uint32_t missing(const struct rig_program_stage *program) {
  return (program->facts.initialised ? 0u : RIG_MISSING_INITIALIZE) |
         (program->facts.logged_on ? 0u : RIG_MISSING_LOGON) |
         (program->facts.connected && !program->facts.running ? RIG_MISSING_RUNNING : 0u);
}

/* The first thread that can go on; time when there is none and the client is not ready yet. */
static const struct rig_transition *choose(const struct rig_program_stage *program,
                                           const struct rig_transition *list, size_t count) {
  const bool time =
      missing(program) != 0 && rig_world_now(rig_engine_world(program->engine)) < READY_TIMEOUT_MS;
  for (size_t i = 0; i < count && program->armed; i++) {
    if (list[i].actor >= RIG_ACTOR_SCRIPT && list[i].actor < RIG_ACTOR_TIME) {
      return NULL; /* the moment that the scenario's first step waits for */
    }
  }
  for (size_t i = 0; i < count; i++) {
    if (list[i].choice == 0 &&
        (list[i].actor < RIG_ACTOR_SCRIPT || (time && list[i].actor == RIG_ACTOR_TIME))) {
      return &list[i];
    }
  }
  return NULL;
}

/* Up to `steps` steps. A step that ends the path is not taken but left to the exploration, which
 * finds the same; `before` has room for a state then. */
static uint32_t run_start(struct rig_program_stage *program, uint32_t steps, void *before) {
  const struct rig_system *system = program->system;
  program->facts = (struct rig_stage_facts){.starting = 1};
  if (!program->armed) {
    rig_engine_listen(program->engine, NULL);
  }
  uint32_t taken = 0;
  for (; taken < steps; taken++) {
    struct rig_transition list[RIG_ENABLED_MAX];
    struct rig_footprint footprint;
    enum rig_sim_end end = RIG_SIM_GOES_ON;
    const size_t count = system->enabled(system->self, list, &end);
    const struct rig_transition *next = choose(program, list, count);
    if (next == NULL) {
      break;
    }
    const size_t bytes = before == NULL ? 0 : system->save(system->self, before);
    end = system->step(system->self, *next, &footprint);
    if (end != RIG_SIM_GOES_ON) {
      RIG_ASSERT(before != NULL); /* it did not the first time */
      system->load(system->self, before, bytes);
      program->ends = true;
      break;
    }
  }
  program->facts.starting = 0;
  program->stage.target.connected = program->facts.connected != 0;
  return taken;
}

static void aim(struct rig_program_stage *program) {
  struct rig_director_target *target = &program->stage.target;
  target->connected = program->facts.connected != 0;
  target->handles = program->handles;
  target->handle_count =
      rig_world_wait_handles(rig_engine_world(program->engine), target->first, program->handles);
  rig_director_aim(program->director, target);
}

/* ---- a start in any order: an actor that finds the client ready ---- */

static void state(const struct rig_program_stage *program, enum rig_state state, uint32_t thread,
                  uint32_t a, uint32_t b, const char *text);

/* A live director may find it so at any moment after: by its clock, or in the middle of a start
 * that has come to all that it waits for. */
static bool may_be_ready(void *self, const struct rig_engine *engine) {
  const struct rig_program_stage *program = self;
  (void)engine;
  return program->facts.starting != 0 && program->facts.initialised != 0;
}

static enum rig_sim_end become_ready(void *self, struct rig_engine *engine) {
  struct rig_program_stage *program = self;
  rig_engine_touch(engine, UINT64_MAX, UINT64_MAX);
  program->facts.starting = 0;
  aim(program);
  rig_director_wait(program->director, false);
  if (program->log != NULL) {
    state(program, RIG_STATE_READY, RIG_DIRECTOR_THREAD, missing(program), 0, NULL);
  }
  return RIG_SIM_GOES_ON;
}

static bool never_missed(void *self) {
  (void)self;
  return true;
}

static bool begin_loosely(struct rig_program_stage *program) {
  const struct rig_script script = {.self = program,
                                    .state = &program->facts,
                                    .state_bytes = sizeof program->facts,
                                    .enabled = may_be_ready,
                                    .step = become_ready,
                                    .ended = never_missed};
  program->facts = (struct rig_stage_facts){.starting = 1};
  rig_director_wait(program->director, true);
  return rig_engine_script(program->engine, &script) != RIG_WIN_NONE;
}

static bool begin(struct rig_stage *stage, struct rig_director *director, char *error,
                  size_t size) {
  struct rig_program_stage *program = of(stage);
  void *before = malloc(program->system->state_bytes_max);
  program->director = director;
  program->armed = rig_director_begins_at_call(director);
  program->origin = malloc(program->system->state_bytes_max);
  if (before == NULL || program->origin == NULL) {
    free(before);
    snprintf(error, size, "out of memory");
    return false;
  }
  if (program->loose && !begin_loosely(program)) {
    free(before);
    snprintf(error, size, "no room for another actor");
    return false;
  }
  program->origin_bytes = program->system->save(program->system->self, program->origin);
  if (program->loose) {
    free(before);
    return true;
  }
  program->steps = run_start(program, START_STEPS_MAX, before);
  free(before);
  aim(program);
  if (program->ends || !program->facts.initialised) {
    rig_director_dismiss(director); /* a live one would not begin either */
  }
  return true;
}

/* ---- records ---- */

static void state(const struct rig_program_stage *program, enum rig_state state, uint32_t thread,
                  uint32_t a, uint32_t b, const char *text) {
  const union rig_payload payload = {.state = {.a = a, .b = b}};
  (void)rig_sim_state(program->log, rig_engine_world(program->engine), state, thread, &payload,
                      text, text == NULL ? 0 : (uint32_t)strlen(text));
}

static void record(struct rig_stage *stage, const struct rig_log *log, const char *name) {
  struct rig_program_stage *program = of(stage);
  program->log = log;
  program->reported = 0;
  if (log == NULL) {
    return;
  }
  program->system->load(program->system->self, program->origin, program->origin_bytes);
  state(program, RIG_STATE_HELLO, rig_engine_thread_id(0), 1, 64, name);
  if (program->loose) {
    return; /* its start, and READY, are what is run then */
  }
  (void)run_start(program, program->steps, NULL); /* as before: nothing is left to chance */
  rig_director_aim(program->director, &program->stage.target);
  if (program->facts.initialised && !program->ends) {
    state(program, RIG_STATE_READY, RIG_DIRECTOR_THREAD, missing(program), 0, NULL);
  } else {
    rig_director_dismiss(program->director);
  }
}

/* ---- setting it ---- */

/* argv[0] and its end, in the program's own memory. */
static uint64_t arguments(struct rig_program_stage *program) {
  struct rig_image *image = rig_engine_image(program->engine);
  const uint64_t block = rig_image_allocate(image, 2 * sizeof(uint64_t) + sizeof EXE);
  if (block != 0) {
    const uint64_t list[2] = {block + sizeof list, 0};
    memcpy((void *)(uintptr_t)block, list, sizeof list);
    memcpy((void *)(uintptr_t)(block + sizeof list), EXE, sizeof EXE);
  }
  return block;
}

static void release(struct rig_stage *stage) {
  struct rig_program_stage *program = of(stage);
  free(program->origin);
  free(program);
}

static uint32_t missing_of(const struct rig_stage *stage) {
  return missing((const struct rig_program_stage *)(const void *)stage);
}

static bool stopping(const struct rig_stage *stage) {
  const struct rig_program_stage *program = (const struct rig_program_stage *)(const void *)stage;
  return program->reported == SERVICE_STOP_PENDING || program->reported == SERVICE_STOPPED;
}

static void loosen(struct rig_stage *stage) {
  of(stage)->loose = true;
}

static const struct rig_stage_kind kind = {.free = release,
                                           .begin = begin,
                                           .missing = missing_of,
                                           .stopping = stopping,
                                           .record = record,
                                           .loosen = loosen};

struct rig_stage *rig_stage_program(struct rig_engine *engine, struct rig_stand_in *stand_in,
                                    uint64_t entry, char *error, size_t size) {
  struct rig_program_stage *program = calloc(1, sizeof *program);
  if (program == NULL) {
    snprintf(error, size, "out of memory");
    return NULL;
  }
  program->stage.kind = &kind;
  program->engine = engine;
  program->system = rig_engine_system(engine);
  program->stand_in = stand_in;
  program->stage.target = (struct rig_director_target){.engine = engine, .program = true};
  rig_stand_in_attach(stand_in, engine);
  rig_stage_program_direct(program);
  const uint64_t argv = arguments(program);
  const uint64_t given[4] = {1, argv};
  if (argv == 0 || rig_engine_thread(engine, entry, given) != 0) {
    snprintf(error, size, "the simulated world has no room for the program");
    return rig_stage_free(&program->stage);
  }
  return &program->stage;
}
