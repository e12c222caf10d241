/*
 * Building a model: what each kind of record adds to it.
 */
#include <stdlib.h>
#include <string.h>

#include "judge/model_build.h"

/* A call that can run no other call of the client's: when another is entered, its LEAVE was lost
 * (its writer ended in between). */
static bool cannot_nest(const struct rig_model *model, uint32_t index) {
  const struct rig_model_call *call = &model->calls[index];
  struct rig_record enter = rig_model_record(model, call->enter);
  switch (call->family) {
  case RIG_FAMILY_MSG_WAIT:
    return (enter.u.wait.flags & RIG_MWMO_ALERTABLE) == 0;
  case RIG_FAMILY_HANDLE_WAIT:
  case RIG_FAMILY_SLEEP:
    return enter.u.wait.alertable == 0;
  case RIG_FAMILY_WAIT_MESSAGE:
    return true;
  default:
    return false;
  }
}

static bool succeeded(uint32_t hresult) {
  return (hresult & 0x80000000u) == 0;
}

static void note_uninitialize(struct rig_model *model, struct rig_model_thread *thread,
                              uint32_t index) {
  if (thread->initialised == 0)
    return;
  thread->initialised--;
  model->initialised--;
  if (model->initialised == 0 && model->span_count)
    model->spans[model->span_count - 1].to = index;
}

static void note_initialize(struct rig_model_builder *builder, uint32_t made, uint32_t index) {
  struct rig_model *model = builder->model;
  struct rig_model_call *call = &model->calls[made];
  if (!succeeded(rig_model_record(model, index).u.init.result))
    return;
  struct rig_model_thread *thread = &model->threads[call->thread];
  thread->initialised++;
  thread->inits++;
  thread->init = made;
  if (model->initialised++ != 0 || model->span_count >= RIG_SPANS_MAX)
    return;
  if (!rig_model_grow(builder, (void **)&model->spans, model->span_count, &builder->span_capacity,
                      sizeof *model->spans))
    return;
  struct rig_record enter = rig_model_record(model, call->enter);
  model->spans[model->span_count++] = (struct rig_model_span){
      .thread = call->thread,
      .init = made,
      .from = index,
      .to = RIG_NONE,
      .multithread_notifications =
          enter.u.init.given && (enter.u.init.flags & RIG_MAPI_MULTITHREAD_NOTIFICATIONS)};
}

/* SERVICE_CONTROL_STOP, _SHUTDOWN, _PRESHUTDOWN. */
static bool asks_to_stop(uint32_t control) {
  return control == 1 || control == 5 || control == 15;
}

/* Facts of the process that a call's entry tells. */
static void note_entry(struct rig_model *model, const struct rig_model_call *call,
                       const struct rig_record *record) {
  struct rig_model_thread *thread = &model->threads[call->thread];
  switch (call->family) {
  case RIG_FAMILY_SCM_DISPATCHER:
    model->scm = true;
    break;
  case RIG_FAMILY_SCM_HANDLER:
    if (model->stop_heard == RIG_NONE && (asks_to_stop(record->u.scm.control)))
      model->stop_heard = call->enter;
    break;
  case RIG_FAMILY_CONSOLE_HANDLER:
    if (model->stop_heard == RIG_NONE)
      model->stop_heard = call->enter;
    break;
  case RIG_FAMILY_MAPI_UNSUPPORTED:
    model->unsupported = call->enter;
    if (model->first_unsupported == RIG_NONE)
      model->first_unsupported = call->enter;
    break;
  case RIG_FAMILY_MAPI_UNINITIALIZE:
    note_uninitialize(model, thread, call->enter);
    break;
  default:
    break;
  }
  if (rig_call_family(call->call) >= RIG_FAMILY_MAPI_INITIALIZE &&
      call->family != RIG_FAMILY_MAPI_ON_NOTIFY)
    model->mapi_calls++;
}

/* What a look at the queue leaves out; to dispatch a message looks at nothing. */
static void note_look(const struct rig_model *model, struct rig_model_thread *thread,
                      uint32_t made) {
  const struct rig_model_call *call = &model->calls[made];
  bool retrieval =
      call->family == RIG_FAMILY_GET_MESSAGE || call->family == RIG_FAMILY_PEEK_MESSAGE;
  if (retrieval && !rig_model_unfiltered(model, call))
    thread->looks.filtered = made;
  else if (call->family != RIG_FAMILY_DISPATCH && call->family != RIG_FAMILY_IS_DIALOG &&
           call->family != RIG_FAMILY_QUEUE_STATUS)
    thread->looks.whole++;
}

/* Looks at the queue and message-aware waits, in the order the thread made them. */
static void note_pump(struct rig_model *model, uint32_t made) {
  struct rig_model_call *call = &model->calls[made];
  struct rig_model_thread *thread = &model->threads[call->thread];
  call->excused = model->unsupported != RIG_NONE &&
                  (thread->last_pump == RIG_NONE || thread->last_pump < model->unsupported);
  if (rig_family_serves(call->family)) {
    thread->serves++;
    note_look(model, thread, made);
    thread->last_pump = call->enter;
    thread->ignored = RIG_NONE;
    call->excused = false;
  }
  if (rig_family_message_wait(call->family)) {
    call->ignores = thread->ignored;
    thread->last_pump = call->enter;
    call->excused = false;
  }
  if (rig_family_message_wait(call->family) || call->family == RIG_FAMILY_HANDLE_WAIT ||
      call->family == RIG_FAMILY_SLEEP || call->family == RIG_FAMILY_CO_WAIT)
    thread->last_wait = made;
}

static void leave_innermost(struct rig_model *model, struct rig_model_thread *thread) {
  model->calls[thread->open].inside = false;
  thread->open = model->calls[thread->open].parent;
}

void rig_model_read_call(struct rig_model_builder *builder, uint32_t index,
                         const struct rig_record *record) {
  struct rig_model *model = builder->model;
  uint32_t owner = rig_model_thread(builder, record->thread);
  if (owner == RIG_NONE || !rig_model_grow(builder, (void **)&model->calls, model->call_count,
                                           &builder->call_capacity, sizeof *model->calls))
    return;
  struct rig_model_thread *thread = &model->threads[owner];
  while (thread->open != RIG_NONE && cannot_nest(model, thread->open))
    leave_innermost(model, thread);
  uint32_t made = model->call_count++;
  struct rig_model_call *call = &model->calls[made];
  *call = (struct rig_model_call){.enter = index,
                                  .leave = record->kind == RIG_KIND_CALL ? index : RIG_NONE,
                                  .thread = owner,
                                  .parent = thread->open,
                                  .next = RIG_NONE,
                                  .call = record->call,
                                  .family = (uint16_t)rig_call_family(record->call),
                                  .ignores = RIG_NONE,
                                  .brought = RIG_NONE,
                                  .fault = RIG_NONE,
                                  .inside = record->kind == RIG_KIND_ENTER};
  builder->owner[index] = made;
  if (thread->last == RIG_NONE)
    thread->first = made;
  else
    model->calls[thread->last].next = made;
  thread->last = made;
  note_entry(model, call, record);
  note_pump(model, made);
  if (record->kind == RIG_KIND_CALL) {
    call->fault = thread->fault;
    thread->fault = RIG_NONE;
  }
  if (record->kind == RIG_KIND_ENTER)
    thread->open = made;
  else if (call->family == RIG_FAMILY_MAPI_INITIALIZE)
    note_initialize(builder, made, index);
}

void rig_model_read_leave(struct rig_model_builder *builder, uint32_t index,
                          const struct rig_record *record) {
  struct rig_model *model = builder->model;
  struct rig_record enter;
  if (record->link >= index || !rig_trace_record(model->trace, record->link, &enter) ||
      enter.kind != RIG_KIND_ENTER || enter.thread != record->thread)
    return;
  uint32_t left = builder->owner[record->link];
  if (left == RIG_NONE || model->calls[left].leave != RIG_NONE)
    return;
  struct rig_model_call *call = &model->calls[left];
  struct rig_model_thread *thread = &model->threads[call->thread];
  while (call->inside && thread->open != RIG_NONE) /* calls left open inside it never return */
    leave_innermost(model, thread);
  call->leave = index;
  if (call->family == RIG_FAMILY_MAPI_INITIALIZE)
    note_initialize(builder, left, index);
  if (rig_family_message_wait(call->family) && rig_model_wake(model, call) == RIG_WAKE_INPUT)
    thread->ignored = left;
}

static void read_block(struct rig_model_builder *builder, uint32_t index,
                       const struct rig_record *record) {
  struct rig_model *model = builder->model;
  if (model->block_count >= RIG_BLOCKS_MAX)
    return;
  uint32_t thread = rig_model_thread(builder, record->u.state.a);
  if (thread == RIG_NONE || !rig_model_grow(builder, (void **)&model->blocks, model->block_count,
                                            &builder->block_capacity, sizeof *model->blocks))
    return;
  struct rig_model_block *block = &model->blocks[model->block_count++];
  memset(block, 0, sizeof *block);
  block->record = index;
  block->writer = record->thread;
  block->thread = thread;
  block->ms = record->u.state.c;
  block->pending = record->u.state.d;
  block->looks = model->threads[thread].looks;
  block->call = rig_model_call_at(builder, record->u.state.b, thread, index);
}

static void read_handle(struct rig_model_builder *builder, uint32_t index,
                        const struct rig_record *record) {
  struct rig_model *model = builder->model;
  if (rig_model_read_hang_handle(builder, index, record))
    return;
  uint32_t at = model->block_count;
  while (at > 0 && model->blocks[at - 1].writer != record->thread)
    at--;
  if (at == 0)
    return;
  struct rig_model_block *block = &model->blocks[at - 1];
  rig_model_add_handle(builder, &block->handles, &block->handle_count, block->thread, index,
                       record);
}

static void read_thread(struct rig_model_builder *builder, uint32_t index,
                        const struct rig_record *record) {
  struct rig_model *model = builder->model;
  uint32_t thread = rig_model_thread(builder, record->thread);
  if (thread == RIG_NONE)
    return;
  if (record->call == RIG_STATE_THREAD_END) {
    model->threads[thread].ended = index;
    return;
  }
  if (model->threads[thread].ended != RIG_NONE)
    thread = rig_model_thread_begin(builder, record->thread);
  if (thread != RIG_NONE)
    model->threads[thread].mapis = record->u.state.b == 1;
}

static void keep_first(uint32_t *slot, uint32_t index) {
  if (*slot == RIG_NONE)
    *slot = index;
}

void rig_model_read_state(struct rig_model_builder *builder, uint32_t index,
                          const struct rig_record *record) {
  struct rig_model *model = builder->model;
  switch (record->call) {
  case RIG_STATE_HELLO:
    keep_first(&model->hello, index);
    model->bitness = record->u.state.b;
    break;
  case RIG_STATE_THREAD_START:
  case RIG_STATE_THREAD_END:
    read_thread(builder, index, record);
    break;
  case RIG_STATE_WINDOW:
    if (record->u.state.a <= RIG_WINDOW_IDLE)
      model->windows[record->u.state.a] = record->u.state.b;
    break;
  case RIG_STATE_PROCESS_END:
    keep_first(&model->process_end, index);
    break;
  case RIG_STATE_READY:
    keep_first(&model->ready, index);
    break;
  case RIG_STATE_BLOCKED:
    read_block(builder, index, record);
    break;
  case RIG_STATE_HANDLE:
    read_handle(builder, index, record);
    break;
  case RIG_STATE_MODULE:
  case RIG_STATE_STACK:
  case RIG_STATE_SYMBOL:
  case RIG_STATE_WAITS:
    rig_model_read_hang(builder, index, record);
    break;
  case RIG_STATE_LATE:
    if (model->late_count < RIG_LATE_MAX) {
      model->late[model->late_count].from_ms = rig_trace_ms(model->trace, record->u.state.value);
      model->late[model->late_count].to_ms = rig_trace_ms(model->trace, record->stamp);
      model->late_count++;
    }
    break;
  case RIG_STATE_END:
    keep_first(&model->end, index);
    break;
  case RIG_STATE_EXIT:
    model->exit = index;
    break;
  case RIG_STATE_EXCEPTION:
    keep_first(&model->exception, index);
    break;
  default:
    break;
  }
}
