/*
 * The engine as a system: who can go on in a state, and a step of theirs.
 */
#include "sim/engine/engine_steps.h"

#include <stdio.h>
#include <string.h>

#include "core/assert.h"

/* ---- who can go on ---- */

static bool blocked(const struct rig_engine *engine, const struct rig_engine_thread *thread) {
  return !thread->woken && rig_world_now(engine->world) < thread->block_due;
}

static bool thread_enabled(const struct rig_engine *engine, uint32_t number) {
  const struct rig_engine_thread *thread = &engine->threads[number];
  switch ((enum rig_engine_place)thread->place) {
  case RIG_PLACE_RUNS:
    return true;
  case RIG_PLACE_WAITS:
    return thread->block != RIG_BLOCK_NONE ? !blocked(engine, thread)
                                           : rig_world_ready(engine->world, number);
  default:
    return false;
  }
}

static void add(struct rig_transition *out, size_t *count, uint32_t actor, uint32_t choice) {
  if (*count < RIG_ENABLED_MAX) {
    out[(*count)++] = (struct rig_transition){.actor = (uint16_t)actor, .choice = (uint16_t)choice};
  }
}

static void earlier(uint32_t *due, uint32_t other) {
  if (other < *due) {
    *due = other;
  }
}

uint32_t rig_engine_due(const struct rig_engine *engine) {
  uint32_t due = rig_world_due(engine->world);
  for (uint32_t i = 0; i < engine->core.thread_count; i++) {
    const struct rig_engine_thread *thread = &engine->threads[i];
    if (thread->place == RIG_PLACE_WAITS && thread->block != RIG_BLOCK_NONE && !thread->woken) {
      earlier(&due, thread->block_due);
    }
  }
  for (uint32_t i = 0; i < engine->script_count; i++) {
    if (engine->scripts[i].due != NULL) {
      earlier(&due, engine->scripts[i].due(engine->scripts[i].self, engine));
    }
  }
  return due;
}

/* Nobody can go on: is that an end, or are they stuck? */
static enum rig_sim_end how_it_ended(struct rig_engine *engine) {
  bool all = true;
  for (uint32_t i = 0; i < engine->core.thread_count; i++) {
    all = all && engine->threads[i].place == RIG_PLACE_ENDED;
  }
  if (engine->core.over || all) {
    return RIG_SIM_COMPLETE;
  }
  rig_engine_tell_deadlock(engine);
  return RIG_SIM_DEADLOCK;
}

static size_t enabled(void *self, struct rig_transition *out, enum rig_sim_end *end) {
  struct rig_engine *engine = self;
  size_t count = 0;
  if (engine->core.over) {
    *end = RIG_SIM_COMPLETE;
    return 0;
  }
  for (uint32_t i = 0; i < engine->core.thread_count; i++) {
    if (thread_enabled(engine, i)) {
      add(out, &count, i, 0);
    } else if (engine->threads[i].place == RIG_PLACE_WAITS && engine->threads[i].may_wake &&
               engine->core.spurious_used < engine->options.spurious_max) {
      add(out, &count, i, 1);
    }
  }
  for (uint32_t i = 0; i < engine->script_count; i++) {
    if (engine->scripts[i].enabled(engine->scripts[i].self, engine)) {
      add(out, &count, RIG_ACTOR_SCRIPT + i, 0);
    }
  }
  const bool may_be_early = engine->core.early_used < engine->options.early_max;
  if ((count == 0 || may_be_early) && rig_engine_due(engine) != RIG_WIN_FOREVER) {
    add(out, &count, RIG_ACTOR_TIME, count == 0 ? 0 : 1);
  }
  if (count == 0) {
    *end = how_it_ended(engine);
  }
  return count;
}

/* ---- a step ---- */

static enum rig_sim_end step_time(struct rig_engine *engine, uint32_t choice) {
  const uint32_t due = rig_engine_due(engine);
  if (choice == 1) {
    engine->core.early_used++;
  }
  RIG_ASSERT(due != RIG_WIN_FOREVER);
  rig_world_advance(engine->world, due);
  engine->touched = (struct rig_win_touch){.reads = UINT64_MAX, .writes = UINT64_MAX};
  return RIG_SIM_GOES_ON;
}

static enum rig_sim_end step_thread(struct rig_engine *engine, uint32_t thread, uint32_t choice) {
  if (choice == 1) {
    engine->core.spurious_used++;
    const bool woken = rig_world_wake_for_nothing(engine->world, thread);
    RIG_ASSERT(woken);
  }
  const enum rig_sim_end end = rig_engine_run(engine, thread);
  engine->touched.reads |= RIG_TOUCH_MEMORY;
  return end;
}

static enum rig_sim_end step(void *self, struct rig_transition transition,
                             struct rig_footprint *footprint) {
  struct rig_engine *engine = self;
  engine->end = RIG_SIM_GOES_ON;
  engine->progress = false;
  engine->spun = false;
  engine->message[0] = '\0';
  engine->crash_end = RIG_FIBRE_YIELDED;
  engine->crash = (struct rig_crash){.signal = 0};
  memset(engine->sites, 0, sizeof engine->sites);
  engine->touched = (struct rig_win_touch){.reads = 0, .writes = 0};
  rig_world_touch_reset(engine->world);
  enum rig_sim_end end;
  uint32_t ran = RIG_WIN_NONE;
  if (transition.actor == RIG_ACTOR_TIME) {
    end = step_time(engine, transition.choice);
  } else if (transition.actor >= RIG_ACTOR_SCRIPT) {
    struct rig_script *script = &engine->scripts[transition.actor - RIG_ACTOR_SCRIPT];
    end = script->step(script->self, engine);
    engine->progress = true;
  } else {
    ran = transition.actor;
    end = step_thread(engine, ran, transition.choice);
  }
  const char *limit = rig_world_limit(engine->world);
  if (limit != NULL && end != RIG_SIM_CRASH) {
    snprintf(engine->message, sizeof engine->message, "a limit of the simulation was reached: %s",
             limit);
    end = RIG_SIM_BOUND;
  }
  if (engine->options.guarded != RIG_GUARD_NONE && end != RIG_SIM_CRASH &&
      rig_engine_guard_spoilt(engine, ran)) {
    end = RIG_SIM_CRASH;
  }
  /* Before the state is taken: what is looked at for its fingerprint is no part of the step. */
  const struct rig_win_touch touch = rig_world_touch(engine->world);
  rig_engine_refresh(engine, ran);
  if (end == RIG_SIM_CRASH || engine->spun) {
    rig_engine_distrust(engine);
  }
  if (engine->memory_changed) {
    engine->touched.writes |= RIG_TOUCH_MEMORY;
  }
  if (footprint != NULL) {
    footprint->reads = touch.reads | engine->touched.reads;
    footprint->writes = touch.writes | engine->touched.writes;
  }
  return end;
}

static bool progress(void *self) {
  return ((const struct rig_engine *)self)->progress;
}

void rig_engine_system_fill(struct rig_engine *engine, struct rig_system *system) {
  *system = (struct rig_system){.self = engine,
                                .enabled = enabled,
                                .step = step,
                                .save = rig_engine_save,
                                .load = rig_engine_load,
                                .hash = rig_engine_hash,
                                .progress = progress};
}
