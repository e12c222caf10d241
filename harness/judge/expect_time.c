/*
 * Expected durations. Too long while the machine itself was late proves nothing.
 */
#include <stdio.h>

#include "judge/expect_run.h"

static double scaled(const struct rig_model *model, uint32_t ms) {
  uint32_t scale = rig_trace_header(model->trace)->scale_permille;
  return (double)ms * (double)(scale ? scale : 1000) / 1000.0;
}

/* What lasted from one record to the other, RIG_NONE for the client's start. While the scenario
 * itself kept a thread from going on, no time of the client's passed. */
static enum rig_distance hold_span(const struct rig_model *model, uint32_t from, uint32_t to,
                                   double most_ms, struct rig_expectation_result *result) {
  double from_ms = from == RIG_NONE ? 0 : rig_model_ms(model, from);
  double to_ms = rig_model_ms(model, to);
  double held_ms = rig_model_detained_ms(model, from_ms, to_ms);
  double took_ms = to_ms - from_ms - held_ms;
  char held[80] = "";
  if (took_ms <= most_ms)
    return RIG_MET;
  if (held_ms > 0)
    snprintf(held, sizeof held, " beside the %.0f ms in which the scenario held it", held_ms);
  bool late = rig_model_late(model, from_ms, to_ms);
  snprintf(result->message, sizeof result->message, "it took %.0f ms%s%s", took_ms, held,
           late ? ", but the machine itself was late meanwhile" : "");
  return late ? RIG_LATE : RIG_UNMET;
}

static uint32_t end_of(const struct rig_model *model) {
  return model->exit != RIG_NONE ? model->exit : model->last;
}

static enum rig_distance hold_ready(const struct rig_model *model, double most_ms,
                                    struct rig_expectation_result *result) {
  snprintf(result->text, sizeof result->text, "ready within %.0f ms", most_ms);
  if (model->ready == RIG_NONE || rig_model_record(model, model->ready).u.state.a != 0) {
    snprintf(result->message, sizeof result->message, "it never became ready");
    return RIG_UNMET;
  }
  return hold_span(model, RIG_NONE, model->ready, most_ms, result);
}

static enum rig_distance hold_run(const struct rig_model *model, double most_ms,
                                  struct rig_expectation_result *result) {
  snprintf(result->text, sizeof result->text, "run within %.0f ms", most_ms);
  if (!rig_model_ended_itself(model)) {
    snprintf(result->message, sizeof result->message, "it did not end by itself");
    return RIG_UNMET;
  }
  return hold_span(model, RIG_NONE, end_of(model), most_ms, result);
}

static enum rig_distance hold_stop(const struct rig_model *model, double most_ms,
                                   struct rig_expectation_result *result) {
  snprintf(result->text, sizeof result->text, "stop within %.0f ms", most_ms);
  if (model->stop == RIG_NONE) {
    snprintf(result->message, sizeof result->message, "not-exercised: it was never asked to stop");
    return RIG_UNEXERCISED;
  }
  if (!rig_model_ended_itself(model)) {
    snprintf(result->message, sizeof result->message, "it did not end by itself");
    return RIG_UNMET;
  }
  return hold_span(model, model->stop, end_of(model), most_ms, result);
}

static enum rig_distance hold_replies(const struct rig_model *model, double most_ms,
                                      struct rig_expectation_result *result) {
  unsigned sends = 0;
  unsigned answered = 0;
  enum rig_distance worst = RIG_MET;
  snprintf(result->text, sizeof result->text, "each reply within %.0f ms", most_ms);
  for (uint32_t i = 0; i < model->stimulus_count; i++) {
    const struct rig_model_stimulus *stimulus = &model->stimuli[i];
    if (stimulus->action != RIG_ACTION_SEND)
      continue;
    sends++;
    uint32_t answer = rig_model_answered(model, stimulus);
    if (answer == RIG_NONE)
      continue;
    answered++;
    struct rig_expectation_result one = {.met = false};
    enum rig_distance distance = hold_span(model, stimulus->record, answer, most_ms, &one);
    if (distance > worst) {
      worst = distance;
      snprintf(result->message, sizeof result->message, "%s", one.message);
    }
  }
  if (sends == 0) {
    snprintf(result->message, sizeof result->message, "not-exercised: nothing was sent");
    return RIG_UNEXERCISED;
  }
  if (answered < sends) {
    snprintf(result->message, sizeof result->message, "%u of %u sends were answered", answered,
             sends);
    return RIG_UNMET;
  }
  return worst;
}

enum rig_distance rig_expect_duration(const struct rig_expectation *expectation,
                                      const struct rig_model *model,
                                      struct rig_expectation_result *result) {
  double most_ms = scaled(model, expectation->number);
  switch (expectation->kind) {
  case RIG_EXPECT_READY_MS:
    return hold_ready(model, most_ms, result);
  case RIG_EXPECT_RUN_MS:
    return hold_run(model, most_ms, result);
  case RIG_EXPECT_REPLY_MS:
    return hold_replies(model, most_ms, result);
  default:
    return hold_stop(model, most_ms, result);
  }
}
