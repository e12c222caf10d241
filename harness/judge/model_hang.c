/*
 * Building a model: the diagnoses of threads that hang, and the handles of every diagnosis.
 */
#include <stdlib.h>
#include <string.h>

#include "judge/model_build.h"

uint32_t rig_model_call_at(const struct rig_model_builder *builder, uint32_t record,
                           uint32_t thread, uint32_t index) {
  const struct rig_model *model = builder->model;
  struct rig_record enter;
  if (record >= index || !rig_trace_record(model->trace, record, &enter) ||
      enter.kind != RIG_KIND_ENTER || builder->owner[record] == RIG_NONE ||
      model->calls[builder->owner[record]].thread != thread)
    return RIG_NONE;
  return builder->owner[record];
}

void rig_model_add_handle(struct rig_model_builder *builder, struct rig_model_handle **handles,
                          uint32_t *count, uint32_t thread, uint32_t index,
                          const struct rig_record *record) {
  if (!*handles)
    *handles = calloc(RIG_BLOCK_HANDLES_MAX, sizeof **handles);
  if (!*handles) {
    builder->failed = true;
    return;
  }
  if (*count >= RIG_BLOCK_HANDLES_MAX)
    return;
  (*handles)[(*count)++] = (struct rig_model_handle){
      .record = index,
      .handle = record->u.state.a,
      .signal = record->u.state.b,
      .type = record->u.state.c,
      .wait = rig_model_call_at(builder, record->u.state.d, thread, index)};
}

/* The last look that this writer told of. */
static struct rig_model_hang *last_of(struct rig_model *model, uint32_t writer) {
  for (uint32_t i = model->hang_count; i > 0; i--) {
    if (model->hangs[i - 1].writer == writer)
      return &model->hangs[i - 1];
  }
  return NULL;
}

static uint32_t block_of(const struct rig_model *model, uint32_t writer) {
  for (uint32_t i = model->block_count; i > 0; i--) {
    if (model->blocks[i - 1].writer == writer)
      return i - 1;
  }
  return RIG_NONE;
}

bool rig_model_read_hang_handle(struct rig_model_builder *builder, uint32_t index,
                                const struct rig_record *record) {
  struct rig_model *model = builder->model;
  struct rig_model_hang *hang = last_of(model, record->thread);
  const uint32_t block = block_of(model, record->thread);
  if (!hang || (block != RIG_NONE && model->blocks[block].record > hang->record))
    return false;
  rig_model_add_handle(builder, &hang->handles, &hang->handle_count, hang->thread, index, record);
  return true;
}

static void read_stack(struct rig_model_builder *builder, uint32_t index,
                       const struct rig_record *record) {
  struct rig_model *model = builder->model;
  if (model->hang_count >= RIG_HANGS_MAX)
    return;
  const struct rig_model_hang *before = last_of(model, record->thread);
  const uint32_t told_until = before ? before->record : 0;
  uint32_t thread = rig_model_thread(builder, record->u.state.a);
  if (thread == RIG_NONE || !rig_model_grow(builder, (void **)&model->hangs, model->hang_count,
                                            &builder->hang_capacity, sizeof *model->hangs))
    return;
  struct rig_model_hang *hang = &model->hangs[model->hang_count++];
  memset(hang, 0, sizeof *hang);
  hang->record = index;
  hang->writer = record->thread;
  hang->thread = thread;
  hang->call = rig_model_call_at(builder, record->u.state.b, thread, index);
  hang->stance =
      record->u.state.c <= RIG_STANCE_SUSPENDED ? record->u.state.c : (uint32_t)RIG_STANCE_UNKNOWN;
  hang->busy = record->u.state.d <= 1000 ? record->u.state.d : RIG_BUSY_UNKNOWN;
  hang->calls = (uint32_t)record->u.state.second;
  hang->window_ms = (uint32_t)(record->u.state.second >> 32);
  hang->block = block_of(model, record->thread);
  if (hang->block != RIG_NONE && (model->blocks[hang->block].thread != thread ||
                                  model->blocks[hang->block].record < told_until))
    hang->block = RIG_NONE;
}

static void read_waits(struct rig_model_builder *builder, const struct rig_record *record) {
  uint32_t other = rig_model_thread(builder, record->u.state.b);
  struct rig_model_hang *hang = last_of(builder->model, record->thread);
  if (!hang || other == RIG_NONE || hang->await_count >= RIG_HANG_WAITS_MAX ||
      builder->model->threads[hang->thread].id != record->u.state.a)
    return;
  hang->awaits[hang->await_count++] =
      (struct rig_model_await){.thread = other, .what = record->u.state.d, .by = record->u.state.c};
}

static void read_symbol(struct rig_model_builder *builder, uint32_t index,
                        const struct rig_record *record) {
  struct rig_model *model = builder->model;
  if (model->symbol_count < RIG_SYMBOLS_MAX &&
      rig_model_grow(builder, (void **)&model->symbols, model->symbol_count,
                     &builder->symbol_capacity, sizeof *model->symbols))
    model->symbols[model->symbol_count++] =
        (struct rig_model_symbol){.address = record->u.state.value, .record = index};
}

static void read_module(struct rig_model_builder *builder, const struct rig_record *record) {
  struct rig_model *model = builder->model;
  if (model->module_count < RIG_MODULES_MAX &&
      rig_model_grow(builder, (void **)&model->modules, model->module_count,
                     &builder->module_capacity, sizeof *model->modules))
    model->modules[model->module_count++] =
        (struct rig_model_module){.base = record->u.state.value, .bytes = record->u.state.a};
}

void rig_model_read_hang(struct rig_model_builder *builder, uint32_t index,
                         const struct rig_record *record) {
  switch (record->call) {
  case RIG_STATE_STACK:
    read_stack(builder, index, record);
    break;
  case RIG_STATE_WAITS:
    read_waits(builder, record);
    break;
  case RIG_STATE_SYMBOL:
    read_symbol(builder, index, record);
    break;
  default:
    read_module(builder, record);
    break;
  }
}
