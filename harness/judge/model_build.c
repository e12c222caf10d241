/*
 * Building a model: the pass over the records, threads, and what follows the pass.
 */
#include "judge/model_build.h"

#include <stdlib.h>
#include <string.h>

#include "judge/ledger.h"

bool rig_model_grow(struct rig_model_builder *builder, void **items, uint32_t count,
                    uint32_t *capacity, size_t size) {
  if (count < *capacity)
    return true;
  uint32_t wanted = *capacity ? *capacity * 2 : 64;
  void *grown = realloc(*items, (size_t)wanted * size);
  if (!grown) {
    builder->failed = true;
    return false;
  }
  *items = grown;
  *capacity = wanted;
  return true;
}

static uint32_t *find_slot(uint32_t *slots, uint32_t slot_count, const struct rig_model *model,
                           uint32_t id) {
  uint32_t mask = slot_count - 1;
  uint32_t at = (id * 2654435761u) & mask;
  while (slots[at] && model->threads[slots[at] - 1].id != id)
    at = (at + 1) & mask;
  return &slots[at];
}

/* Keeps the hash at most half full; slot_count is a power of two. */
static bool room_for_thread(struct rig_model_builder *builder) {
  struct rig_model *model = builder->model;
  if (model->thread_count * 2 < builder->slot_count)
    return true;
  uint32_t slot_count = builder->slot_count ? builder->slot_count * 2 : 64;
  uint32_t *slots = calloc(slot_count, sizeof *slots);
  if (!slots) {
    builder->failed = true;
    return false;
  }
  /* Later threads overwrite earlier ones of the same id, as they did when they began. */
  for (uint32_t i = 0; i < model->thread_count; i++)
    *find_slot(slots, slot_count, model, model->threads[i].id) = i + 1;
  free(builder->slots);
  builder->slots = slots;
  builder->slot_count = slot_count;
  return true;
}

uint32_t rig_model_thread_begin(struct rig_model_builder *builder, uint32_t id) {
  struct rig_model *model = builder->model;
  if (!room_for_thread(builder) ||
      !rig_model_grow(builder, (void **)&model->threads, model->thread_count,
                      &builder->thread_capacity, sizeof *model->threads))
    return RIG_NONE;
  uint32_t *slot = find_slot(builder->slots, builder->slot_count, model, id);
  uint32_t made = model->thread_count++;
  struct rig_model_thread *thread = &model->threads[made];
  memset(thread, 0, sizeof *thread);
  thread->id = id;
  thread->first = thread->last = thread->open = thread->ended = RIG_NONE;
  thread->fault = thread->init = thread->last_pump = thread->last_wait = thread->ignored = RIG_NONE;
  thread->looks.filtered = thread->horizon.looks.filtered = RIG_NONE;
  thread->horizon.open = thread->horizon.last_wait = thread->horizon.ignored = RIG_NONE;
  *slot = made + 1;
  return made;
}

uint32_t rig_model_thread(struct rig_model_builder *builder, uint32_t id) {
  if (builder->slot_count) {
    uint32_t found = *find_slot(builder->slots, builder->slot_count, builder->model, id);
    if (found)
      return found - 1;
  }
  return rig_model_thread_begin(builder, id);
}

void rig_model_horizon(struct rig_model *model) {
  for (uint32_t i = 0; i < model->thread_count; i++) {
    struct rig_model_thread *thread = &model->threads[i];
    thread->horizon.open = thread->open;
    thread->horizon.serves = thread->serves;
    thread->horizon.last_wait = thread->last_wait;
    thread->horizon.ignored = thread->ignored;
    thread->horizon.looks = thread->looks;
    thread->horizon.excused =
        model->unsupported != RIG_NONE &&
        (thread->last_pump == RIG_NONE || thread->last_pump < model->unsupported);
  }
}

uint32_t rig_model_sitting(const struct rig_model *model, uint32_t open, uint32_t last_wait,
                           uint32_t since) {
  return last_wait != RIG_NONE && model->calls[last_wait].enter > since ? last_wait : open;
}

static void read_record(struct rig_model_builder *builder, uint32_t index,
                        const struct rig_record *record) {
  switch (record->kind) {
  case RIG_KIND_ENTER:
  case RIG_KIND_CALL:
    rig_model_read_call(builder, index, record);
    break;
  case RIG_KIND_LEAVE:
    rig_model_read_leave(builder, index, record);
    break;
  case RIG_KIND_RECEIPT:
    rig_model_read_receipt(builder, index, record);
    break;
  case RIG_KIND_STIMULUS:
    rig_model_read_stimulus(builder, index, record);
    break;
  case RIG_KIND_STATE:
    rig_model_read_state(builder, index, record);
    break;
  default:
    break;
  }
}

static void read_end(struct rig_model *model) {
  const struct rig_header *header = rig_trace_header(model->trace);
  if (model->exit != RIG_NONE) {
    struct rig_record record = rig_model_record(model, model->exit);
    model->exit_known = true;
    model->exit_code = record.u.state.a;
    model->killed = record.u.state.b != 0;
  } else if (header->phase == RIG_PHASE_ENDED) {
    model->exit_known = true;
    model->exit_code = header->exit_code;
  }
  if (model->stop != RIG_NONE && rig_model_stop_way(model) == RIG_STOP_KILL)
    model->killed = true;
  struct rig_trace_health health;
  rig_trace_health(model->trace, &health);
  model->truncated = health.lost > 0;
  if (model->end != RIG_NONE && rig_model_record(model, model->end).u.state.a == RIG_END_LOG_FULL)
    model->truncated = true;
}

static void begin(struct rig_model *model, const struct rig_trace *trace) {
  memset(model, 0, sizeof *model);
  const struct rig_header *header = rig_trace_header(trace);
  model->trace = trace;
  model->records = rig_trace_count(trace);
  model->service = header->role == RIG_ROLE_SERVICE;
  uint32_t deadline = header->deadline_ms ? header->deadline_ms : 1000;
  uint32_t scale = header->scale_permille ? header->scale_permille : 1000;
  model->deadline_ms = (double)deadline * (double)scale / 1000.0;
  model->hello = model->exception = model->ready = model->end = model->exit = RIG_NONE;
  model->process_end = model->last = model->stop = model->stop_step = RIG_NONE;
  model->refused = model->refused_control = model->stop_heard = model->fault = RIG_NONE;
  model->unsupported = model->first_unsupported = RIG_NONE;
}

enum rig_status rig_model_build(struct rig_model *model, const struct rig_trace *trace) {
  begin(model, trace);
  struct rig_model_builder builder = {.model = model};
  builder.owner = malloc(((size_t)model->records + 1) * sizeof *builder.owner);
  builder.failed = !builder.owner;
  for (uint32_t i = 0; i < model->records && !builder.failed; i++) {
    struct rig_record record;
    builder.owner[i] = RIG_NONE;
    if (!rig_trace_record(trace, i, &record))
      continue;
    model->last = i;
    read_record(&builder, i, &record);
  }
  bool ok = !builder.failed;
  if (ok) {
    read_end(model);
    if (model->stop == RIG_NONE)
      rig_model_horizon(model);
    ok = rig_model_match_removals(&builder) && rig_model_find_undelivered(model) &&
         rig_ledger_build(&model->ledger, model) == RIG_OK;
  }
  free(builder.owner);
  free(builder.slots);
  if (!ok)
    rig_model_free(model);
  return ok ? RIG_OK : RIG_NO_MEMORY;
}

void rig_model_free(struct rig_model *model) {
  for (uint32_t i = 0; i < model->block_count; i++)
    free(model->blocks[i].handles);
  for (uint32_t i = 0; i < model->hang_count; i++)
    free(model->hangs[i].handles);
  free(model->hangs);
  free(model->symbols);
  free(model->modules);
  free(model->threads);
  free(model->calls);
  free(model->stimuli);
  free(model->blocks);
  free(model->spans);
  free(model->undelivered);
  rig_ledger_free(model->ledger);
  memset(model, 0, sizeof *model);
}
