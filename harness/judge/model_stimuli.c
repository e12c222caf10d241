/*
 * Building a model: stimuli, their receipts and replies, and what the scenario itself does to a
 * thread.
 */
#include "judge/model_build.h"

static void note_result(struct rig_model_builder *builder, uint32_t index,
                        const struct rig_record *record) {
  struct rig_model *model = builder->model;
  struct rig_record first;
  if (record->link >= index || !rig_trace_record(model->trace, record->link, &first) ||
      first.kind != RIG_KIND_STIMULUS || builder->owner[record->link] == RIG_NONE)
    return;
  struct rig_model_stimulus *stimulus = &model->stimuli[builder->owner[record->link]];
  if (record->u.stimulus.phase == RIG_STIMULUS_REPLIED && stimulus->replied == RIG_NONE)
    stimulus->replied = index;
  if (record->u.stimulus.phase == RIG_STIMULUS_TIMED_OUT && stimulus->timed_out == RIG_NONE) {
    stimulus->timed_out = index;
    if (stimulus->thread != RIG_NONE) {
      const struct rig_model_thread *thread = &model->threads[stimulus->thread];
      stimulus->sitting =
          rig_model_sitting(model, thread->open, thread->last_wait, stimulus->record);
      stimulus->served = thread->serves != stimulus->serves;
    }
  }
}

static void note_stop(struct rig_model *model, uint32_t index, const struct rig_record *record) {
  if (record->u.stimulus.result == 0 && record->u.stimulus.error != 0) {
    /* Not active any more: a service that has stopped by itself before it was asked to. */
    bool stopped = record->u.stimulus.error == 1062 && model->scm;
    if (model->refused == RIG_NONE && !stopped)
      model->refused = index;
    return;
  }
  if (model->stop != RIG_NONE)
    return;
  model->stop = index;
  model->stop_step = record->u.stimulus.step;
  rig_model_horizon(model);
}

/* ---- what the scenario itself keeps from going on ---- */

static void note_began(struct rig_model_builder *builder, uint32_t index,
                       const struct rig_record *record) {
  struct rig_model *model = builder->model;
  uint32_t thread =
      record->u.stimulus.thread ? rig_model_thread(builder, record->u.stimulus.thread) : RIG_NONE;
  if (thread == RIG_NONE || model->detained_count == RIG_DETAINED_MAX)
    return;
  model->detained[model->detained_count++] =
      (struct rig_model_detained){.thread = thread,
                                  .from = index,
                                  .to = RIG_NONE,
                                  .action = record->call,
                                  .step = record->u.stimulus.step};
}

static void note_ended(struct rig_model *model, uint32_t index, const struct rig_record *record) {
  for (uint32_t i = model->detained_count; i > 0; i--) {
    if (model->detained[i - 1].from == record->link) {
      model->detained[i - 1].to = index;
      return;
    }
  }
}

/* Its call is the ENTER that it links to, or the thread's next completed one. */
static void note_fault(struct rig_model_builder *builder, uint32_t index,
                       const struct rig_record *record) {
  struct rig_model *model = builder->model;
  uint32_t thread = rig_model_thread(builder, record->thread);
  model->fault = index;
  if (thread == RIG_NONE)
    return;
  struct rig_record enter;
  if (record->link == RIG_NO_RECORD)
    model->threads[thread].fault = index;
  else if (record->link < index && rig_trace_record(model->trace, record->link, &enter) &&
           enter.kind == RIG_KIND_ENTER && builder->owner[record->link] != RIG_NONE)
    model->calls[builder->owner[record->link]].fault = index;
}

/* ---- stimuli ---- */

/* The window of MAPI's that it aims at: by its handle, for a message of a handler's own aims
 * elsewhere than its step. */
static uint32_t window_of(const struct rig_model *model, const struct rig_record *record) {
  for (uint32_t i = RIG_WINDOW_NOTIFICATION; i <= RIG_WINDOW_IDLE; i++) {
    if (model->windows[i] != 0 && model->windows[i] == record->u.stimulus.target)
      return i;
  }
  const struct rig_step *step = rig_trace_step(model->trace, record->u.stimulus.step);
  return step ? step->window : RIG_WINDOW_NONE;
}

/* W:DestroyWindow, and tests/win32/destroy.c: what lies in the queue for the window goes with it.
 */
static void note_destroyed(struct rig_model *model, uint32_t index, uint32_t window) {
  for (uint32_t i = 0; i < model->stimulus_count; i++) {
    struct rig_model_stimulus *stimulus = &model->stimuli[i];
    bool message =
        stimulus->action != RIG_ACTION_POST_THREAD && stimulus->action != RIG_ACTION_QUIT;
    if (message && window != RIG_WINDOW_NONE && stimulus->window == window &&
        stimulus->received == RIG_NONE && stimulus->dropped == RIG_NONE)
      stimulus->dropped = index;
  }
}

static bool windowless(uint32_t action) {
  return action == RIG_ACTION_POST_THREAD || action == RIG_ACTION_QUIT ||
         action == RIG_ACTION_QUIT_FLAG || action == RIG_ACTION_STOP;
}

void rig_model_read_stimulus(struct rig_model_builder *builder, uint32_t index,
                             const struct rig_record *record) {
  struct rig_model *model = builder->model;
  switch (record->u.stimulus.phase) {
  case RIG_STIMULUS_PERFORMED:
    break;
  case RIG_STIMULUS_BEGAN:
    note_began(builder, index, record);
    return;
  case RIG_STIMULUS_ENDED:
    note_ended(model, index, record);
    return;
  default:
    note_result(builder, index, record);
    return;
  }
  bool failed = record->u.stimulus.result == 0 && record->u.stimulus.error != 0;
  if (record->call == RIG_ACTION_STOP)
    note_stop(model, index, record);
  if (record->call == RIG_ACTION_CONTROL && failed && model->refused_control == RIG_NONE)
    model->refused_control = index;
  if (record->call == RIG_ACTION_FAULT)
    note_fault(builder, index, record);
  if (record->call == RIG_ACTION_DESTROY_WINDOW && !failed)
    note_destroyed(model, index, window_of(model, record));
  uint32_t thread = RIG_NONE;
  if (record->u.stimulus.thread)
    thread = rig_model_thread(builder, record->u.stimulus.thread);
  if (!rig_model_grow(builder, (void **)&model->stimuli, model->stimulus_count,
                      &builder->stimulus_capacity, sizeof *model->stimuli))
    return;
  builder->owner[index] = model->stimulus_count;
  model->stimuli[model->stimulus_count++] = (struct rig_model_stimulus){
      .record = index,
      .action = record->call,
      .step = record->u.stimulus.step,
      .thread = thread,
      .window = window_of(model, record),
      .token = record->caller,
      .received = RIG_NONE,
      .removed = RIG_NONE,
      .replied = RIG_NONE,
      .timed_out = RIG_NONE,
      .dropped = RIG_NONE,
      .sitting = RIG_NONE,
      .serves = thread == RIG_NONE ? 0 : model->threads[thread].serves,
      .whole = thread == RIG_NONE ? 0 : model->threads[thread].looks.whole,
      .hwnd = windowless(record->call) ? 0 : record->u.stimulus.target,
      .message = record->u.stimulus.message,
      /* A send's own result comes in its later records. */
      .accepted = record->call == RIG_ACTION_SEND || record->u.stimulus.result != 0};
}

void rig_model_read_receipt(struct rig_model_builder *builder, uint32_t index,
                            const struct rig_record *record) {
  struct rig_model *model = builder->model;
  uint32_t owner = rig_model_thread(builder, record->thread);
  if (owner != RIG_NONE && record->u.receipt.window != RIG_WINDOW_APC)
    model->threads[owner].ignored = RIG_NONE;
  struct rig_record first;
  if (record->link >= index || !rig_trace_record(model->trace, record->link, &first) ||
      first.kind != RIG_KIND_STIMULUS || builder->owner[record->link] == RIG_NONE)
    return;
  struct rig_model_stimulus *stimulus = &model->stimuli[builder->owner[record->link]];
  if (stimulus->received == RIG_NONE)
    stimulus->received = index;
}

uint32_t rig_model_answered(const struct rig_model *model,
                            const struct rig_model_stimulus *stimulus) {
  if (stimulus->replied != RIG_NONE || stimulus->received == RIG_NONE ||
      stimulus->timed_out != RIG_NONE)
    return stimulus->replied;
  for (uint32_t i = model->call_count; i > 0; i--) { /* the innermost one is the last to begin */
    const struct rig_model_call *call = &model->calls[i - 1];
    if (call->thread == stimulus->thread && call->enter < stimulus->received &&
        call->leave != RIG_NONE && call->leave > stimulus->received)
      return call->leave;
  }
  return RIG_NONE;
}
