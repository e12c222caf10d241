/*
 * An engine from its options to its end: the program loaded, its threads, the scripted actors
 * beside them, and the system that all of it is to the explorer (engine_steps.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "sim/engine/engine_steps.h"

static uint64_t resolve(void *context, unsigned object, const char *name) {
  const struct rig_engine *engine = context;
  uint64_t address = 0;
  if (engine->options.resolve != NULL) {
    address = engine->options.resolve(engine->options.resolve_context, object, name);
  }
  return address != 0 ? address : rig_engine_shim(name);
}

uint64_t rig_engine_resolve(struct rig_engine *engine, const char *name) {
  char plain[128];
  const size_t length = strcspn(name, "@"); /* DLLs export "name@bytes" too */
  if (engine->options.dll != 0 && length < sizeof plain) {
    memcpy(plain, name, length);
    plain[length] = '\0';
    const uint64_t own = rig_image_symbol_of(engine->image, engine->options.dll - 1, plain);
    if (own != 0) {
      return own;
    }
  }
  return resolve(engine, 0, name);
}

static enum rig_status load(struct rig_engine *engine, char *error, size_t size) {
  if (engine->options.path_count == 0) {
    return RIG_OK;
  }
  const struct rig_image_options options = {.paths = engine->options.paths,
                                            .path_count = engine->options.path_count,
                                            .entry = engine->options.entry,
                                            .resolve = resolve,
                                            .context = engine,
                                            .dll = engine->options.dll,
                                            .libraries = engine->options.libraries,
                                            .guarded = engine->options.guarded};
  return rig_image_load(&options, &engine->image, error, size);
}

static enum rig_status open_parts(struct rig_engine *engine, char *error, size_t size) {
  engine->world = rig_world_new(engine->options.dialect);
  engine->scratch = rig_world_new(engine->options.dialect);
  if (engine->world == NULL || engine->scratch == NULL) {
    return RIG_NO_MEMORY;
  }
  const enum rig_status loaded = load(engine, error, size);
  if (loaded != RIG_OK) {
    return loaded;
  }
  return rig_engine_state_open(engine) ? RIG_OK : RIG_NO_MEMORY;
}

enum rig_status rig_engine_new(const struct rig_engine_options *options, struct rig_engine **out,
                               char *error, size_t size) {
  const enum rig_status guarded = rig_fibre_guard(options->patience_ms, error, size);
  if (guarded != RIG_OK) {
    return guarded;
  }
  struct rig_engine *engine = calloc(1, sizeof *engine);
  if (engine == NULL) {
    rig_fibre_unguard();
    return RIG_NO_MEMORY;
  }
  engine->options = *options;
  engine->self = RIG_WIN_NONE;
  engine->registry.names_used = 1; /* number 0 is no name */
  engine->registry.next_random = 1;
  engine->registry_changed = true;
  rig_engine_system_fill(engine, &engine->system);
  const enum rig_status status = open_parts(engine, error, size);
  if (status != RIG_OK) {
    rig_engine_free(engine);
    return status;
  }
  engine->system.state_bytes_max = rig_engine_state_max(engine);
  rig_engine_refresh(engine, RIG_WIN_NONE);
  *out = engine;
  return RIG_OK;
}

struct rig_engine *rig_engine_free(struct rig_engine *engine) {
  if (engine != NULL) {
    rig_engine_state_close(engine);
    for (uint32_t i = 0; i < RIG_ENGINE_THREADS; i++) {
      rig_fibre_free(engine->fibres[i]);
    }
    if (engine->image != NULL) {
      rig_image_free(engine->image);
    }
    if (engine->world != NULL) {
      rig_world_free(engine->world);
    }
    if (engine->scratch != NULL) {
      rig_world_free(engine->scratch);
    }
    free(engine);
    rig_fibre_unguard();
  }
  return NULL;
}

struct rig_world *rig_engine_world(struct rig_engine *engine) {
  return engine->world;
}

struct rig_image *rig_engine_image(struct rig_engine *engine) {
  return engine->image;
}

const struct rig_system *rig_engine_system(struct rig_engine *engine) {
  return &engine->system;
}

/* ---- actors ---- */

uint32_t rig_engine_thread_id(uint32_t thread) {
  return 0x100u + 4 * thread;
}

uint32_t rig_engine_hwnd(uint32_t window) {
  return window == 0 ? 0 : 0x10000u + 4 * window;
}

uint32_t rig_engine_thread(struct rig_engine *engine, uint64_t code, const uint64_t arguments[4]) {
  const uint32_t number = rig_world_thread_new(engine->world);
  if (number == RIG_WIN_NONE || number >= RIG_ENGINE_THREADS) {
    return RIG_WIN_NONE;
  }
  if (engine->fibres[number] == NULL) {
    engine->fibres[number] = rig_fibre_new();
    if (engine->fibres[number] == NULL) {
      return RIG_WIN_NONE;
    }
    rig_fibre_name(engine->fibres[number], rig_engine_thread_id(number));
  }
  struct rig_engine_thread *thread = &engine->threads[number];
  memset(thread, 0, sizeof *thread);
  thread->code = code;
  memcpy(thread->arguments, arguments, sizeof thread->arguments);
  thread->place = RIG_PLACE_RUNS;
  thread->block_due = RIG_WIN_FOREVER;
  memset(engine->registry.tls[number], 0, sizeof engine->registry.tls[number]);
  if (number >= engine->core.thread_count) {
    engine->core.thread_count = number + 1;
  }
  if (engine->self == RIG_WIN_NONE) {
    rig_engine_refresh(engine, RIG_WIN_NONE);
  }
  return number;
}

uint32_t rig_engine_script(struct rig_engine *engine, const struct rig_script *script) {
  if (engine->script_count == RIG_ENGINE_SCRIPTS) {
    return RIG_WIN_NONE;
  }
  engine->scripts[engine->script_count] = *script;
  engine->script_bytes += script->state_bytes;
  const uint32_t number = RIG_ACTOR_SCRIPT + engine->script_count++;
  engine->system.state_bytes_max = rig_engine_state_max(engine);
  rig_engine_refresh(engine, RIG_WIN_NONE);
  return number;
}

void rig_engine_listen(struct rig_engine *engine, const struct rig_engine_listener *listener) {
  engine->listener = listener != NULL ? *listener : (struct rig_engine_listener){.self = NULL};
}

uint32_t rig_engine_mapi_window(struct rig_engine *engine, uint32_t thread, enum rig_window which) {
  const uint32_t window = rig_win_window_new(engine->world, thread, RIG_CODE_MAPI);
  if (window != 0) {
    rig_win_window_set_data(engine->world, window, which);
  }
  if (engine->self == RIG_WIN_NONE) {
    rig_engine_refresh(engine, RIG_WIN_NONE);
  }
  return window;
}

/* ---- names of objects, classes and messages: one table ---- */

uint32_t rig_engine_name(struct rig_engine *engine, const char *utf8) {
  struct rig_engine_registry *registry = &engine->registry;
  for (uint32_t at = 1; at < registry->names_used;
       at += (uint32_t)strlen(registry->names + at) + 1) {
    if (strcmp(registry->names + at, utf8) == 0) {
      return at;
    }
  }
  const size_t bytes = strlen(utf8) + 1;
  if (bytes > RIG_NAMES_BYTES - registry->names_used) {
    return 0;
  }
  const uint32_t number = registry->names_used;
  memcpy(registry->names + number, utf8, bytes);
  registry->names_used += (uint32_t)bytes;
  engine->registry_changed = true;
  return number;
}

/* ---- what a step may ask and say ---- */

uint32_t rig_engine_self(const struct rig_engine *engine) {
  return engine->self;
}

void rig_engine_touch(struct rig_engine *engine, uint64_t reads, uint64_t writes) {
  engine->touched.reads |= reads;
  engine->touched.writes |= writes;
}

void rig_engine_quiet(struct rig_engine *engine, uint64_t low, uint64_t high) {
  engine->quiet_low = low;
  engine->quiet_high = high;
}

void rig_engine_set_error(struct rig_engine *engine, uint32_t error) {
  (void)engine;
  rig_fibre_teb()->last_error = error;
}

uint32_t rig_engine_error(const struct rig_engine *engine) {
  (void)engine;
  return rig_fibre_teb()->last_error;
}

void rig_engine_stop_pending(struct rig_engine *engine, bool pending) {
  engine->core.stop_pending = pending;
  engine->touched.writes |= RIG_TOUCH_STOP;
  for (uint32_t i = 0; i < engine->core.thread_count; i++) {
    engine->threads[i].retrievals = 0;
  }
}

void rig_engine_release(struct rig_engine *engine, uint32_t thread) {
  RIG_ASSERT(thread < engine->core.thread_count);
  if (engine->threads[thread].place == RIG_PLACE_HELD) {
    engine->threads[thread].place = RIG_PLACE_RUNS;
  }
}

uint32_t rig_engine_exit_code(const struct rig_engine *engine) {
  return engine->registry.exit_code;
}

const char *rig_engine_message(const struct rig_engine *engine) {
  return engine->message;
}
