/*
 * Recording, with the meaning of stubs/recorder/recorder.c: enter and leave of calls that can block
 * or re-enter, completed calls, facts, stimuli, and the boundaries at which the director may hold a
 * thread. Nothing is written unless there is a log; the open calls and the boundaries are there all
 * the same, for they are part of what the program does in the scenario.
 */
#include <string.h>

#include "core/assert.h"
#include "sim/engine/engine_private.h"

void rig_engine_record(struct rig_engine *engine, const struct rig_log *log) {
  engine->recording = log != NULL;
  if (log != NULL) {
    engine->log = *log;
  }
}

/* Virtual time alone would not rise from record to record. */
static uint64_t stamp(const struct rig_engine *engine) {
  return (uint64_t)rig_world_now(engine->world) * RIG_RAW_PER_MS + engine->log.header->next + 1;
}

static uint32_t append(struct rig_engine *engine, enum rig_kind kind, uint32_t call,
                       uint32_t thread, uint32_t link, uint64_t caller,
                       const union rig_payload *payload, const void *more, uint32_t bytes) {
  if (!engine->recording) {
    return RIG_NO_RECORD;
  }
  const struct rig_record record = {.kind = (uint8_t)kind,
                                    .call = (uint16_t)call,
                                    .thread =
                                        thread == RIG_WIN_NONE ? 0 : rig_engine_thread_id(thread),
                                    .link = link,
                                    .stamp = stamp(engine),
                                    .caller = caller,
                                    .u = *payload};
  return rig_log_append(&engine->log, &record, more, bytes);
}

/* ---- boundaries ---- */

static void boundary(struct rig_engine *engine, enum rig_call call, enum rig_edge edge) {
  const struct rig_engine_listener *listener = &engine->listener;
  if (listener->boundary == NULL) {
    return;
  }
  const uint32_t error = rig_engine_error(engine);
  if (listener->boundary(listener->self, engine, engine->self, call, edge)) {
    rig_engine_hold(engine);
  }
  rig_engine_set_error(engine, error);
}

/* ---- calls ---- */

static void push(struct rig_engine_thread *thread, uint32_t record, enum rig_call call) {
  if (thread->depth < RIG_ENGINE_DEPTH) {
    thread->open[thread->depth] = (struct rig_engine_open){.record = record, .call = call};
  }
  thread->depth++;
}

uint32_t rig_engine_enter(struct rig_engine *engine, enum rig_call call, uint64_t caller,
                          const union rig_payload *payload, const void *more, uint32_t bytes) {
  if (rig_engine_is_quiet(engine, caller)) {
    return RIG_NO_RECORD;
  }
  const uint32_t index = append(engine, RIG_KIND_ENTER, call, engine->self, RIG_NO_RECORD, caller,
                                payload, more, bytes);
  push(&engine->threads[engine->self], index, call);
  boundary(engine, call, RIG_EDGE_ENTRY);
  return index;
}

void rig_engine_leave(struct rig_engine *engine, uint32_t enter, enum rig_call call,
                      uint64_t caller, const union rig_payload *payload) {
  if (rig_engine_is_quiet(engine, caller)) {
    return;
  }
  append(engine, RIG_KIND_LEAVE, call, engine->self, enter, caller, payload, NULL, 0);
  struct rig_engine_thread *thread = &engine->threads[engine->self];
  RIG_ASSERT(thread->depth > 0);
  thread->depth--;
  if (thread->depth < RIG_ENGINE_DEPTH) {
    thread->open[thread->depth] = (struct rig_engine_open){.record = 0};
  }
  boundary(engine, call, RIG_EDGE_RETURN);
}

void rig_engine_about(struct rig_engine *engine, enum rig_call call, uint64_t caller) {
  if (!rig_engine_is_quiet(engine, caller)) {
    boundary(engine, call, RIG_EDGE_ENTRY);
  }
}

uint32_t rig_engine_completed(struct rig_engine *engine, enum rig_call call, uint64_t caller,
                              const union rig_payload *payload, const void *more, uint32_t bytes) {
  if (rig_engine_is_quiet(engine, caller)) {
    return RIG_NO_RECORD;
  }
  const uint32_t index = append(engine, RIG_KIND_CALL, call, engine->self, RIG_NO_RECORD, caller,
                                payload, more, bytes);
  boundary(engine, call, RIG_EDGE_RETURN);
  return index;
}

/* ---- facts ---- */

void rig_engine_announce(struct rig_engine *engine, uint64_t code, bool mapi) {
  struct rig_engine_thread *thread = &engine->threads[engine->self];
  /* A number in place of a Linux thread's id. */
  const union rig_payload start = {.state = {.a = engine->self + 1, .b = mapi, .value = code}};
  if (!thread->announced) {
    thread->announced = 1;
    rig_engine_state(engine, RIG_STATE_THREAD_START, engine->self, &start, NULL, 0);
  }
}

uint32_t rig_engine_state(struct rig_engine *engine, enum rig_state state, uint32_t thread,
                          const union rig_payload *payload, const void *more, uint32_t bytes) {
  return append(engine, RIG_KIND_STATE, state, thread, RIG_NO_RECORD, 0, payload, more, bytes);
}

uint32_t rig_engine_receipt(struct rig_engine *engine, uint32_t stimulus,
                            const union rig_payload *payload) {
  return append(engine, RIG_KIND_RECEIPT, 0, engine->self, stimulus, 0, payload, NULL, 0);
}
