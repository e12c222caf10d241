/*
 * The stand-in's native side: binding, and what the director asks of it.
 */
#include "sim/stage/stand_in.h"

#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "sim/engine/engine_private.h"
#include "sim/stage/stand_in_private.h"

static _Thread_local struct rig_stand_in *current;

#define RIG_X(name) extern const char rig_entry_##name[];
RIG_STAND_IN_SHIMS(RIG_X)
RIG_STAND_IN_WINDOWS(RIG_X)
#undef RIG_X

static const struct {
  const char *name;
  const char *entry;
} own[] =
    {
#define RIG_X(name) {#name, rig_entry_##name},
        RIG_STAND_IN_SHIMS(RIG_X)},
  windows[] = {RIG_STAND_IN_WINDOWS(RIG_X)
#undef RIG_X
};

struct rig_stand_in *rig_stand_in_new(enum rig_role role, unsigned object) {
  struct rig_stand_in *stand_in = calloc(1, sizeof *stand_in);
  if (stand_in != NULL) {
    stand_in->object = object;
    stand_in->header.role = role;
    stand_in->log.header = &stand_in->header;
  }
  return stand_in;
}

struct rig_stand_in *rig_stand_in_free(struct rig_stand_in *stand_in) {
  if (current == stand_in) {
    current = NULL;
  }
  free(stand_in);
  return NULL;
}

uint64_t rig_stand_in_resolve(void *context, unsigned object, const char *name) {
  const struct rig_stand_in *stand_in = context;
  for (size_t i = 0; object == stand_in->object && i < sizeof own / sizeof *own; i++) {
    if (strcmp(name, own[i].name) == 0) {
      return (uint64_t)(uintptr_t)own[i].entry;
    }
  }
  for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
    if (strcmp(name, windows[i].name) == 0) {
      return (uint64_t)(uintptr_t)windows[i].entry;
    }
  }
  return 0;
}

struct rig_stand_in *rig_stand_in_current(void) {
  RIG_ASSERT(current != NULL);
  return current;
}

void rig_stand_in_attach(struct rig_stand_in *stand_in, struct rig_engine *engine) {
  uint64_t low = 0;
  uint64_t high = 0;
  current = stand_in;
  if (rig_image_code(rig_engine_image(engine), stand_in->object, &low, &high)) {
    rig_engine_quiet(engine, low, high);
  }
}

void rig_stand_in_direct(struct rig_stand_in *stand_in,
                         const struct rig_stand_in_director *director) {
  stand_in->director = director != NULL ? *director : (struct rig_stand_in_director){.self = NULL};
}

#define ERROR_NOT_ENOUGH_MEMORY 8u
#define ERROR_INTERNAL_ERROR 1359u

/* The stand-in's code for it takes no step of its own and waits for nobody: one run brings the
 * thread to its end, the other one ends it. */
static uint32_t run(struct rig_engine *engine, const char *name, uint32_t argument) {
  const uint64_t code = rig_image_symbol(engine->image, name);
  const uint64_t arguments[4] = {argument};
  const uint32_t thread = code == 0 ? RIG_WIN_NONE : rig_engine_thread(engine, code, arguments);
  if (thread == RIG_WIN_NONE) {
    return ERROR_NOT_ENOUGH_MEMORY;
  }
  for (unsigned i = 0; i < 2 && engine->threads[thread].place == RIG_PLACE_RUNS; i++) {
    if (rig_engine_run(engine, thread) != RIG_SIM_GOES_ON) {
      return ERROR_INTERNAL_ERROR; /* its state lies in the program's memory, which wrote over it */
    }
  }
  return engine->threads[thread].place == RIG_PLACE_ENDED
             ? rig_world_thread_code(engine->world, thread)
             : ERROR_INTERNAL_ERROR;
}

uint32_t rig_stand_in_control(struct rig_engine *engine, uint32_t control) {
  return run(engine, "simulated_control", control);
}

uint32_t rig_stand_in_console_event(struct rig_engine *engine, uint32_t event) {
  return run(engine, "simulated_console_event", event);
}
