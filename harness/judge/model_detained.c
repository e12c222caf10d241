/*
 * When the scenario itself kept threads of the client from going on.
 */
#include "judge/model.h"

static double end_of(const struct rig_model *model, const struct rig_model_detained *time) {
  return time->to == RIG_NONE ? rig_model_ms(model, model->last) + 1
                              : rig_model_ms(model, time->to);
}

bool rig_model_detained(const struct rig_model *model, uint32_t thread, double from_ms,
                        double to_ms) {
  return rig_model_free_from(model, thread, from_ms, to_ms) > from_ms;
}

double rig_model_free_from(const struct rig_model *model, uint32_t thread, double from_ms,
                           double to_ms) {
  double free_ms = from_ms;
  for (uint32_t i = 0; i < model->detained_count; i++) {
    const struct rig_model_detained *time = &model->detained[i];
    double end_ms = end_of(model, time);
    if (time->thread != thread || rig_model_ms(model, time->from) >= to_ms || end_ms <= free_ms)
      continue;
    free_ms = end_ms < to_ms ? end_ms : to_ms;
  }
  return free_ms;
}

const struct rig_model_detained *rig_model_detained_after(const struct rig_model *model,
                                                          uint32_t record) {
  for (uint32_t i = model->detained_count; i > 0; i--) {
    const struct rig_model_detained *time = &model->detained[i - 1];
    if (time->to == RIG_NONE || time->to > record)
      return time;
  }
  return NULL;
}

const struct rig_model_detained *rig_model_detained_at(const struct rig_model *model,
                                                       uint32_t thread, uint32_t record) {
  for (uint32_t i = 0; i < model->detained_count; i++) {
    const struct rig_model_detained *time = &model->detained[i];
    if (time->thread == thread && time->from < record &&
        (time->to == RIG_NONE || time->to > record))
      return time;
  }
  return NULL;
}

double rig_model_detained_ms(const struct rig_model *model, double from_ms, double to_ms) {
  double sum_ms = 0;
  for (uint32_t i = 0; i < model->detained_count && from_ms < to_ms; i++) { /* by their begin */
    double begin_ms = rig_model_ms(model, model->detained[i].from);
    double end_ms = end_of(model, &model->detained[i]);
    begin_ms = begin_ms > from_ms ? begin_ms : from_ms;
    end_ms = end_ms < to_ms ? end_ms : to_ms;
    if (end_ms > begin_ms) {
      sum_ms += end_ms - begin_ms;
      from_ms = end_ms;
    }
  }
  return sum_ms;
}
