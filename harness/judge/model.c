/*
 * Questions to a model. Nothing here changes it.
 */
#include "judge/model.h"

#include <string.h>

#include "core/names.h"

struct rig_record rig_model_record(const struct rig_model *model, uint32_t index) {
  struct rig_record record;
  if (!rig_trace_record(model->trace, index, &record))
    memset(&record, 0, sizeof record);
  return record;
}

double rig_model_ms(const struct rig_model *model, uint32_t record) {
  if (record == RIG_NONE)
    return 0;
  return rig_trace_ms(model->trace, rig_model_record(model, record).stamp);
}

const char *rig_model_thread_name(const struct rig_model *model, uint32_t thread) {
  if (thread >= model->thread_count)
    return "unknown";
  return rig_trace_thread(model->trace, model->threads[thread].id);
}

const char *rig_model_call_name(const struct rig_model *model, uint32_t call) {
  if (call >= model->call_count)
    return "no call";
  return rig_call_name(model->calls[call].call);
}

const struct rig_model_thread *rig_model_first_thread(const struct rig_model *model) {
  return model->span_count ? &model->threads[model->spans[model->span_count - 1].thread] : NULL;
}

bool rig_model_late(const struct rig_model *model, double from_ms, double to_ms) {
  for (uint32_t i = 0; i < model->late_count; i++) {
    if (model->late[i].from_ms < to_ms && model->late[i].to_ms > from_ms)
      return true;
  }
  return false;
}

double rig_model_timely_from(const struct rig_model *model, double from_ms, double to_ms) {
  for (uint32_t i = 0; i < model->late_count; i++) {
    if (model->late[i].to_ms < to_ms && model->late[i].to_ms > from_ms)
      from_ms = model->late[i].to_ms;
  }
  return from_ms;
}

bool rig_action_sends(unsigned action) {
  return action == RIG_ACTION_SEND || action == RIG_ACTION_SEND_NOTIFY ||
         action == RIG_ACTION_WITHDRAW;
}

bool rig_model_before_stop(const struct rig_model *model, uint32_t record) {
  return model->stop == RIG_NONE || record < model->stop;
}

uint32_t rig_model_crash(const struct rig_model *model) {
  if (model->exit_known && model->killed)
    return 0;
  if (model->exception != RIG_NONE)
    return rig_model_record(model, model->exception).u.state.a;
  if (!model->exit_known || model->exit_code == RIG_STATUS_CONTROL_C_EXIT)
    return 0;
  /* A process that an exception ends has the exception's code as its exit code. Codes of severity
   * error without the customer bit are the system's own (W:NTSTATUS values). */
  if ((model->exit_code & 0xF0000000u) == 0xC0000000u)
    return model->exit_code;
  return rig_value_name(RIG_VALUES_EXCEPTION, model->exit_code) ? model->exit_code : 0;
}

bool rig_model_ended_itself(const struct rig_model *model) {
  return model->exit_known && !model->killed && !model->truncated && rig_model_crash(model) == 0 &&
         model->exit_code != RIG_STATUS_CONTROL_C_EXIT;
}

enum rig_stop_way rig_model_stop_way(const struct rig_model *model) {
  uint32_t way = RIG_STOP_DEFAULT;
  const struct rig_step *step = rig_trace_step(model->trace, model->stop_step);
  if (step)
    way = step->stop_way;
  if (way == RIG_STOP_DEFAULT || way >= RIG_STOP_COUNT)
    way = rig_trace_header(model->trace)->stop_way;
  if (way == RIG_STOP_DEFAULT || way >= RIG_STOP_COUNT)
    way = model->scm ? RIG_STOP_SCM : RIG_STOP_CONSOLE_CTRL;
  return (enum rig_stop_way)way;
}

bool rig_family_message_wait(unsigned family) {
  return family == RIG_FAMILY_MSG_WAIT || family == RIG_FAMILY_WAIT_MESSAGE;
}

bool rig_family_serves(unsigned family) {
  switch (family) {
  case RIG_FAMILY_GET_MESSAGE:
  case RIG_FAMILY_PEEK_MESSAGE:
  case RIG_FAMILY_QUEUE_STATUS:
  case RIG_FAMILY_DISPATCH:
  case RIG_FAMILY_IS_DIALOG:
  case RIG_FAMILY_CO_WAIT:
  case RIG_FAMILY_MAPI_DISPATCH_NOTIFICATIONS:
    return true;
  default:
    return false;
  }
}

enum rig_wake rig_model_wake(const struct rig_model *model, const struct rig_model_call *call) {
  if (call->leave == RIG_NONE)
    return RIG_WAKE_NONE;
  struct rig_record leave = rig_model_record(model, call->leave);
  uint32_t result = leave.u.wait.result;
  if (call->family == RIG_FAMILY_WAIT_MESSAGE)
    return result ? RIG_WAKE_INPUT : RIG_WAKE_OTHER;
  if (call->family == RIG_FAMILY_SLEEP)
    return RIG_WAKE_TIMEOUT;
  uint32_t count = rig_model_record(model, call->enter).u.wait.count;
  if (call->family == RIG_FAMILY_HANDLE_WAIT && count == 0)
    count = 1;
  if (result == 0x102)
    return RIG_WAKE_TIMEOUT;
  if (result < count && result < 64)
    return RIG_WAKE_HANDLE;
  if (call->family == RIG_FAMILY_MSG_WAIT && result == count && count < 64)
    return RIG_WAKE_INPUT;
  return RIG_WAKE_OTHER;
}

struct rig_model_message rig_model_retrieved(const struct rig_model *model,
                                             const struct rig_model_call *call) {
  struct rig_model_message out = {0};
  bool get = call->family == RIG_FAMILY_GET_MESSAGE;
  if (!get && call->family != RIG_FAMILY_PEEK_MESSAGE)
    return out;
  if (call->leave == RIG_NONE || call->leave == call->enter)
    return out;
  struct rig_record leave = rig_model_record(model, call->leave);
  uint32_t result = leave.u.message.result;
  if (get ? result == UINT32_MAX : result == 0)
    return out; /* GetMessage -1: an error; PeekMessage FALSE: nothing */
  out.any = true;
  out.quit = leave.u.message.message == RIG_WM_QUIT || (get && result == 0);
  out.removed =
      get || (rig_model_record(model, call->enter).u.retrieve.remove & RIG_PM_REMOVE) != 0;
  out.hwnd = leave.u.message.hwnd;
  out.message = out.quit ? RIG_WM_QUIT : leave.u.message.message;
  out.wparam = leave.u.message.wparam;
  out.lparam = leave.u.message.lparam;
  return out;
}

bool rig_model_unfiltered(const struct rig_model *model, const struct rig_model_call *call) {
  struct rig_record enter = rig_model_record(model, call->enter);
  bool whole_range =
      enter.u.retrieve.first == 0 &&
      (enter.u.retrieve.last == 0 || enter.u.retrieve.last >= 0xFFFFu); /* all of WM_* */
  return enter.u.retrieve.hwnd == 0 && whole_range && (enter.u.retrieve.remove >> 16) == 0;
}

bool rig_model_lets_through(const struct rig_model *model, const struct rig_model_call *call,
                            uint32_t hwnd, uint32_t message) {
  struct rig_record enter = rig_model_record(model, call->enter);
  uint32_t kinds = enter.u.retrieve.remove >> 16; /* PM_QS_* */
  if (kinds && !(kinds & (RIG_QS_POSTMESSAGE | RIG_QS_ALLPOSTMESSAGE)))
    return false;
  bool thread_only = enter.u.retrieve.hwnd == UINT32_MAX; /* (HWND)-1: messages of the thread */
  if (thread_only ? hwnd != 0 : enter.u.retrieve.hwnd != 0 && enter.u.retrieve.hwnd != hwnd)
    return false;
  if (enter.u.retrieve.first == 0 && enter.u.retrieve.last == 0)
    return true;
  return message >= enter.u.retrieve.first && message <= enter.u.retrieve.last;
}

uint32_t rig_model_handles(const struct rig_model *model, const struct rig_model_call *call,
                           uint32_t *handles, uint32_t size) {
  struct rig_record enter = rig_model_record(model, call->enter);
  uint32_t words[64] = {0};
  size_t bytes = rig_trace_more(model->trace, call->enter, words, sizeof words);
  uint32_t known = (uint32_t)(bytes / sizeof words[0]);
  uint32_t count = enter.u.wait.count < 64 ? enter.u.wait.count : 64;
  if (call->family == RIG_FAMILY_HANDLE_WAIT && count == 0 && enter.u.wait.handle != 0)
    count = 1;
  uint32_t made = 0;
  for (uint32_t i = 0; i < count && made < size; i++) {
    if (i < known)
      handles[made++] = words[i];
    else if (i == 0)
      handles[made++] = enter.u.wait.handle;
  }
  return made;
}

uint32_t rig_model_span_at(const struct rig_model *model, uint32_t record) {
  for (uint32_t i = 0; i < model->span_count; i++) {
    const struct rig_model_span *span = &model->spans[i];
    if (record > span->from && (span->to == RIG_NONE || record < span->to))
      return i;
  }
  return RIG_NONE;
}

bool rig_model_pending(const struct rig_model *model, const struct rig_model_stimulus *stimulus,
                       uint32_t record) {
  if (!stimulus->accepted || stimulus->thread == RIG_NONE || stimulus->record >= record)
    return false;
  if (stimulus->received != RIG_NONE && stimulus->received < record)
    return false;
  if (stimulus->replied != RIG_NONE && stimulus->replied < record)
    return false;
  if (stimulus->timed_out != RIG_NONE && stimulus->timed_out < record)
    return false; /* withdrawn */
  if (stimulus->dropped != RIG_NONE && stimulus->dropped < record)
    return false;
  /* MAPI's windows, and their messages, end with the last MAPIUninitialize. */
  uint32_t span = rig_model_span_at(model, stimulus->record);
  return span == RIG_NONE || model->spans[span].to == RIG_NONE || record < model->spans[span].to;
}

bool rig_model_span_is_new(const struct rig_model *model, uint32_t span) {
  for (uint32_t i = 0; i < span; i++) {
    if (model->spans[i].thread == model->spans[span].thread)
      return false;
  }
  return true;
}

bool rig_model_of_first(const struct rig_model *model, const struct rig_model_call *call) {
  uint32_t span = rig_model_span_at(model, call->enter);
  return span != RIG_NONE && model->spans[span].thread == call->thread;
}

bool rig_model_in_handler(const struct rig_model *model, uint32_t call) {
  for (uint32_t depth = 0; call != RIG_NONE && depth < 64; depth++) {
    call = model->calls[call].parent;
    if (call == RIG_NONE)
      return false;
    switch (model->calls[call].family) {
    case RIG_FAMILY_DISPATCH:
    case RIG_FAMILY_IS_DIALOG:
    case RIG_FAMILY_GET_MESSAGE:
    case RIG_FAMILY_PEEK_MESSAGE:
    case RIG_FAMILY_MAPI_ON_NOTIFY:
    case RIG_FAMILY_MAPI_DISPATCH_NOTIFICATIONS:
      return true;
    default:
      break;
    }
  }
  return false;
}

uint32_t rig_model_block_in(const struct rig_model *model, uint32_t call) {
  for (uint32_t i = 0; i < model->block_count; i++) {
    if (model->blocks[i].call == call && !model->blocks[i].inconclusive &&
        !model->blocks[i].detained)
      return i;
  }
  return RIG_NONE;
}
