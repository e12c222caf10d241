/*
 * The director's records: stimuli, their replies, what the scenario keeps from going on, and what a
 * live director writes about a thread that hangs (stubs/director/blocked.c, handles.c, hang.c).
 */
#include <stdio.h>
#include <string.h>

#include "sim/director/script_private.h"

#define STACK_FRAMES 32u

uint32_t rig_sim_put(const struct rig_log *log, const struct rig_world *world,
                     struct rig_record record, const void *more, uint32_t bytes) {
  /* Virtual time stands still while code runs: the number of the record keeps stamps rising, as in
   * the engine's own (engine.h). */
  record.stamp = (uint64_t)rig_world_now(world) * RIG_RAW_PER_MS + log->header->next;
  return rig_log_append(log, &record, more, bytes);
}

uint32_t rig_sim_state(const struct rig_log *log, const struct rig_world *world,
                       enum rig_state state, uint32_t thread, const union rig_payload *payload,
                       const void *more, uint32_t bytes) {
  struct rig_record record = {
      .kind = RIG_KIND_STATE, .call = (uint16_t)state, .thread = thread, .link = RIG_NO_RECORD};
  if (payload != NULL) {
    record.u = *payload;
  }
  return rig_sim_put(log, world, record, more, bytes);
}

static uint32_t stimulus(const struct rig_director *director, unsigned action, uint32_t thread,
                         uint32_t link, uint64_t token, const union rig_payload *payload) {
  return rig_sim_put(director->log, director->world,
                     (struct rig_record){.kind = RIG_KIND_STIMULUS,
                                         .call = (uint16_t)action,
                                         .thread = thread,
                                         .link = link,
                                         .caller = token,
                                         .u = *payload},
                     NULL, 0);
}

void rig_director_note(struct rig_director *director, unsigned action, uint32_t number,
                       uint32_t thread, const union rig_payload *payload) {
  if (director->log == NULL) {
    return;
  }
  const bool first = payload->stimulus.phase == RIG_STIMULUS_PERFORMED;
  const uint32_t made =
      stimulus(director, action, thread, first ? RIG_NO_RECORD : director->records[number],
               TOKEN_BASE + (uint64_t)number, payload);
  if (first) {
    director->records[number] = made;
  }
}

void rig_director_answer(struct rig_director *director, uint32_t number, bool replied,
                         uint64_t result, uint32_t error) {
  const unsigned step = director->stimuli[number].step;
  const unsigned window = director->stimuli[number].window;
  const union rig_payload payload = {
      .stimulus = {.step = step,
                   .phase = replied ? RIG_STIMULUS_REPLIED : RIG_STIMULUS_TIMED_OUT,
                   .target = rig_engine_hwnd(director->target.windows[window]),
                   .thread = rig_engine_thread_id(director->owners[window]),
                   .message = director->plan.steps[step].message,
                   .result = (uint32_t)result,
                   .error = error,
                   .repeat = number - director->base[step]}};
  rig_director_note(director, director->plan.steps[step].action, number, RIG_DIRECTOR_THREAD,
                    &payload);
}

uint32_t rig_director_detain(struct rig_director *director, unsigned action, unsigned step,
                             uint32_t thread, uint32_t link) {
  const union rig_payload payload = {
      .stimulus = {.step = step, .phase = RIG_STIMULUS_BEGAN, .thread = thread}};
  return director->log == NULL ? RIG_NO_RECORD
                               : stimulus(director, action, RIG_DIRECTOR_THREAD, link, 0, &payload);
}

void rig_director_detain_over(struct rig_director *director, unsigned action, unsigned step,
                              uint32_t thread, uint32_t began) {
  const union rig_payload payload = {
      .stimulus = {.step = step, .phase = RIG_STIMULUS_ENDED, .thread = thread}};
  if (director->log != NULL) {
    (void)stimulus(director, action, RIG_DIRECTOR_THREAD, began, 0, &payload);
  }
}

void rig_director_record(struct rig_director *director, const struct rig_log *log) {
  director->log = log;
  director->gave_up = false;
  director->told_blocked = false;
  director->sat_ms = rig_world_now(director->world);
  for (uint32_t i = 0; i < director->stimulus_count; i++) {
    director->records[i] = RIG_NO_RECORD;
  }
}

/* ---- states ---- */

static uint32_t state(const struct rig_director *director, enum rig_state state,
                      const union rig_payload *payload, const void *more, uint32_t bytes) {
  return rig_sim_state(director->log, director->world, state, RIG_DIRECTOR_THREAD, payload, more,
                       bytes);
}

/* Not of one that computes for ever: a live director gives up waiting for it. */
void rig_director_note_settled(struct rig_director *director, uint32_t thread) {
  struct rig_engine_look look;
  if (director->log == NULL) {
    return;
  }
  rig_engine_look(director->engine, thread, &look);
  if (look.spins) {
    return;
  }
  const union rig_payload payload = {.state = {.a = rig_engine_thread_id(thread), .b = look.enter}};
  (void)state(director, RIG_STATE_SETTLED, &payload, NULL, 0);
}

static enum rig_object_type type_of(enum rig_win_object kind) {
  switch (kind) {
  case RIG_WIN_EVENT:
    return RIG_OBJECT_EVENT;
  case RIG_WIN_MUTEX:
    return RIG_OBJECT_MUTANT;
  case RIG_WIN_SEMAPHORE:
    return RIG_OBJECT_SEMAPHORE;
  case RIG_WIN_THREAD:
    return RIG_OBJECT_THREAD;
  case RIG_WIN_PROCESS:
    return RIG_OBJECT_PROCESS;
  default:
    return RIG_OBJECT_UNKNOWN;
  }
}

/* One handle of the array that `wait`, an ENTER, carries. */
static void put_handle(const struct rig_director *director, uint32_t handle, uint32_t wait) {
  const bool signalled = rig_win_signalled(director->world, director->target.first, handle);
  const enum rig_win_object kind = rig_win_handle_kind(director->world, handle);
  const union rig_payload payload = {.state = {.a = handle,
                                               .b = kind == RIG_WIN_FREE
                                                        ? (uint32_t)RIG_SIGNAL_UNKNOWN
                                                    : signalled ? (uint32_t)RIG_SIGNAL_YES
                                                                : (uint32_t)RIG_SIGNAL_NO,
                                               .c = type_of(kind),
                                               .d = wait}};
  (void)state(director, RIG_STATE_HANDLE, &payload, NULL, 0);
}

static void put_wait(const struct rig_director *director, uint32_t enter) {
  const struct rig_log *log = director->log;
  const struct rig_record *record = &log->records[enter];
  uint32_t left = record->u.wait.count;
  for (uint32_t i = 1; i <= record->more && left > 0; i++) {
    const struct rig_more *more = (const struct rig_more *)&log->records[enter + i];
    for (uint32_t at = 0; at + 4 <= more->used && left > 0; at += 4, left--) {
      uint32_t handle;
      memcpy(&handle, more->bytes + at, sizeof handle);
      put_handle(director, handle, enter);
    }
  }
}

/* The handles of the thread's last message-aware wait, and of the wait it sits in. */
static void put_handles(const struct rig_director *director, uint32_t thread, uint32_t sits_in) {
  const struct rig_log *log = director->log;
  const uint32_t id = rig_engine_thread_id(thread);
  uint32_t aware = RIG_NO_RECORD, last = RIG_NO_RECORD;
  for (uint32_t i = 0; i < log->header->next && i < log->capacity; i++) {
    const struct rig_record *record = &log->records[i];
    if (record->kind != RIG_KIND_ENTER || record->thread != id) {
      continue;
    }
    const enum rig_family family = rig_call_family(record->call);
    aware = family == RIG_FAMILY_MSG_WAIT || family == RIG_FAMILY_CO_WAIT ? i : aware;
    last = family == RIG_FAMILY_HANDLE_WAIT && i == sits_in ? i : last;
  }
  if (aware != RIG_NO_RECORD) {
    put_wait(director, aware);
  }
  if (last != RIG_NO_RECORD) {
    put_wait(director, last);
  }
}

static void put_symbols(const struct rig_director *director, const uint64_t *frames,
                        uint32_t count) {
  struct rig_image *image = rig_engine_image(director->engine);
  for (uint32_t i = 0; i < count; i++) {
    char name[200];
    const union rig_payload payload = {.state = {.value = frames[i]}};
    if (rig_image_name(image, frames[i], name, sizeof name)) {
      (void)state(director, RIG_STATE_SYMBOL, &payload, name, (uint32_t)strlen(name));
    }
  }
}

static void put_stack(const struct rig_director *director, uint32_t thread) {
  struct rig_engine_look look;
  uint64_t frames[STACK_FRAMES], kept[STACK_FRAMES];
  char name[200];
  uint32_t count = 0;
  rig_engine_look(director->engine, thread, &look);
  const uint32_t found = rig_engine_stack(director->engine, thread, frames, STACK_FRAMES);
  for (uint32_t i = 0; i < found; i++) { /* those of the program's own code */
    if (rig_image_name(rig_engine_image(director->engine), frames[i], name, sizeof name)) {
      kept[count++] = frames[i];
    }
  }
  const bool waits = look.place == RIG_PLACE_WAITS || look.place == RIG_PLACE_HELD;
  const union rig_payload payload = {
      .state = {.a = rig_engine_thread_id(thread),
                .b = look.depth == 0 ? RIG_NO_RECORD : look.enter,
                .c = waits ? (uint32_t)RIG_STANCE_BLOCKED : (uint32_t)RIG_STANCE_LOOPS,
                .d = RIG_BUSY_UNKNOWN}};
  (void)state(director, RIG_STATE_STACK, &payload, kept, count * (uint32_t)sizeof *kept);
  put_symbols(director, kept, count);
}

void rig_director_blocked(const struct rig_director *director, uint32_t pending) {
  const uint32_t first = director->target.first;
  struct rig_engine_look look;
  rig_engine_look(director->engine, first, &look);
  const union rig_payload payload = {
      .state = {.a = rig_engine_thread_id(first),
                .b = look.enter,
                .c = rig_world_now(director->world) - director->sat_ms,
                .d = pending}};
  (void)state(director, RIG_STATE_BLOCKED, &payload, NULL, 0);
  put_handles(director, first, look.enter);
  put_stack(director, first);
}

void rig_director_stacks(const struct rig_director *director, bool told) {
  for (uint32_t thread = 0; thread < RIG_ACTOR_SCRIPT; thread++) {
    const bool first = thread == director->target.first;
    if (!rig_world_thread_alive(director->world, thread) || (told && first)) {
      continue;
    }
    put_stack(director, thread);
    if (first) {
      struct rig_engine_look look;
      rig_engine_look(director->engine, thread, &look);
      put_handles(director, thread, look.enter);
    }
  }
}
