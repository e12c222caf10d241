/*
 * What the life-cycle rules share. The rules themselves: lifecycle_init.c, lifecycle_thread.c,
 * lifecycle_order.c, lifecycle_balance.c.
 */
#include "judge/lifecycle.h"

#include <stdio.h>

#include "core/names.h"

const struct rig_act *rig_next_act(const struct rig_check *check, enum rig_act_kind kind,
                                   uint32_t *at) {
  const struct rig_ledger *ledger = check->model->ledger;
  while (*at < ledger->act_count) {
    const struct rig_act *act = &ledger->acts[(*at)++];
    if (act->kind == kind)
      return act;
  }
  return NULL;
}

struct rig_words rig_words_name(const struct rig_model *model, uint32_t call) {
  struct rig_words out;
  char name[90] = "";
  const struct rig_model_call *at = &model->calls[call];
  if (at->call == RIG_CALL_MapiUnsupported)
    rig_trace_more_text(model->trace, at->enter, name, sizeof name);
  snprintf(out.text, sizeof out.text, "%s", name[0] ? name : rig_call_name(at->call));
  return out;
}

struct rig_words rig_words_act(const struct rig_model *model, const struct rig_act *act) {
  struct rig_words out;
  snprintf(out.text, sizeof out.text, "thread %s called %.90s at %.0f ms",
           rig_model_thread_name(model, act->thread), rig_words_name(model, act->call).text,
           rig_model_ms(model, model->calls[act->call].enter));
  return out;
}

static uint32_t result_of(const struct rig_record *record) {
  switch (rig_call_shape(record->call)) {
  case RIG_SHAPE_init:
    return record->u.init.result;
  case RIG_SHAPE_logon:
    return record->u.logon.result;
  case RIG_SHAPE_buffer:
    return record->u.buffer.result;
  case RIG_SHAPE_mapi:
    return record->u.mapi.result;
  default:
    return 0;
  }
}

struct rig_words rig_words_answer(const struct rig_model *model, uint32_t call) {
  struct rig_words out = {""};
  char result[80];
  const struct rig_model_call *at = &model->calls[call];
  /* What this version does not support answers for itself, not for the client's order. */
  if (at->leave == RIG_NONE || at->call == RIG_CALL_MapiUnsupported)
    return out;
  struct rig_record leave = rig_model_record(model, at->leave);
  uint32_t value = result_of(&leave);
  if (value & 0x80000000u)
    snprintf(out.text, sizeof out.text, "; it answered %s",
             rig_format_value(RIG_VALUES_HRESULT, value, result, sizeof result));
  return out;
}

enum rig_severity rig_act_severity(const struct rig_act *act) {
  return act->mild ? RIG_SEVERITY_WARNING : RIG_SEVERITY_ERROR;
}

void rig_call_evidence(struct rig_check *check, uint32_t call, const char *after) {
  if (call == RIG_NONE)
    return;
  rig_check_evidence(check, check->model->calls[call].enter, "%.60s%s",
                     rig_words_name(check->model, call).text, after);
}

static bool gave_up(const struct rig_model *model) {
  return model->unsupported != RIG_NONE && model->stop == RIG_NONE;
}

bool rig_lived_out(const struct rig_model *model) {
  return rig_model_ended_itself(model) && !gave_up(model);
}

void rig_explain_end(struct rig_check *check) {
  const struct rig_model *model = check->model;
  if (model->truncated)
    rig_check_unexercised(check, "the log is full: the end of the client is not in it");
  else if (rig_model_crash(model))
    rig_check_unexercised(check, "the client crashed before it could come to its end");
  else if (model->exit_known && model->exit_code == RIG_STATUS_CONTROL_C_EXIT && !model->killed)
    rig_check_unexercised(check,
                          "a console control event that the client does not handle ended it");
  else if (gave_up(model) && rig_model_ended_itself(model))
    rig_check_unexercised(check, "the client ended by itself after a call that is not supported");
  else
    rig_check_unexercised(check, "the client was ended from outside before it came to its own end");
}
