/* The walk itself. */
#include "judge/pump_walk.h"

bool rig_walk_of_span(const struct rig_model *model, const struct rig_model_call *call) {
  uint32_t span = rig_model_span_at(model, call->enter);
  return span != RIG_NONE && model->spans[span].thread == call->thread;
}

bool rig_walk_threads(struct rig_check *check, unsigned *kept,
                      void (*see)(struct rig_walk *, uint32_t)) {
  const struct rig_model *model = check->model;
  for (uint32_t i = 0; i < model->span_count; i++) {
    uint32_t thread = model->spans[i].thread;
    if (i > 0 && thread == model->spans[i - 1].thread)
      continue;
    struct rig_walk walk = {.check = check, .thread = thread, .wait = RIG_NONE};
    if (rig_backlog_make(model, thread, false, &walk.posted) != RIG_OK)
      return false;
    if (rig_backlog_make(model, thread, true, &walk.sent) != RIG_OK) {
      rig_backlog_free(&walk.posted);
      return false;
    }
    for (uint32_t at = model->threads[thread].first; at != RIG_NONE; at = model->calls[at].next)
      see(&walk, at);
    see(&walk, RIG_NONE);
    *kept += walk.kept;
    rig_backlog_free(&walk.posted);
    rig_backlog_free(&walk.sent);
  }
  return true;
}

/* GetQueueStatus: the high word of its result says what lies in the queue. */
uint32_t rig_walk_status_bits(const struct rig_model *model, const struct rig_model_call *call) {
  if (call->leave == RIG_NONE)
    return 0;
  return rig_model_record(model, call->leave).u.queue.result >> 16;
}
