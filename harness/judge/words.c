/*
 * Words for messages: values decoded, threads named, times in milliseconds.
 */
#include <stdio.h>
#include <string.h>

#include "core/names.h"
#include "judge/check.h"

static void format_timeout(uint32_t timeout_ms, char *buffer, size_t size) {
  if (timeout_ms == RIG_INFINITE)
    snprintf(buffer, size, "INFINITE");
  else
    snprintf(buffer, size, "%u ms", timeout_ms);
}

/* "(of window 0x10050)", "(of the thread, messages WM_USER (0x400) to 0x4FF)" */
static void format_filter(const struct rig_model *model, const struct rig_model_call *call,
                          char *buffer, size_t size) {
  struct rig_record enter = rig_model_record(model, call->enter);
  char window[40] = "";
  char range[120] = "";
  if (enter.u.retrieve.hwnd == UINT32_MAX)
    snprintf(window, sizeof window, "of the thread alone");
  else if (enter.u.retrieve.hwnd)
    snprintf(window, sizeof window, "of window 0x%X", enter.u.retrieve.hwnd);
  if (enter.u.retrieve.first || enter.u.retrieve.last) {
    char first[50];
    char last[50];
    rig_format_value(RIG_VALUES_MESSAGE, enter.u.retrieve.first, first, sizeof first);
    rig_format_value(RIG_VALUES_MESSAGE, enter.u.retrieve.last, last, sizeof last);
    snprintf(range, sizeof range, "%s%s to %s", window[0] ? ", " : "", first, last);
  } else if (!window[0]) {
    snprintf(range, sizeof range, "of some kinds alone");
  }
  snprintf(buffer, size, "(%s%s)", window, range);
}

struct rig_words rig_words_call(const struct rig_model *model, uint32_t call) {
  struct rig_words out;
  if (call >= model->call_count) {
    snprintf(out.text, sizeof out.text, "code of its own, in no recorded call");
    return out;
  }
  const struct rig_model_call *at = &model->calls[call];
  struct rig_record enter = rig_model_record(model, at->enter);
  char detail[180] = "";
  char mask[60];
  char flags[60];
  char timeout[20];
  format_timeout(enter.u.wait.timeout_ms, timeout, sizeof timeout);
  if (at->family == RIG_FAMILY_MSG_WAIT) {
    rig_format_flags(RIG_FLAGS_QS, enter.u.wait.wake_mask, mask, sizeof mask);
    rig_format_flags(RIG_FLAGS_MWMO, enter.u.wait.flags, flags, sizeof flags);
    snprintf(detail, sizeof detail, "(%u handle%s, %s, %s%s%s)", enter.u.wait.count,
             enter.u.wait.count == 1 ? "" : "s", timeout, mask, enter.u.wait.flags ? ", " : "",
             enter.u.wait.flags ? flags : "");
  } else if (at->family == RIG_FAMILY_HANDLE_WAIT || at->family == RIG_FAMILY_SLEEP) {
    snprintf(detail, sizeof detail, "(%s)", timeout);
  } else if ((at->family == RIG_FAMILY_GET_MESSAGE || at->family == RIG_FAMILY_PEEK_MESSAGE) &&
             !rig_model_unfiltered(model, at)) {
    format_filter(model, at, detail, sizeof detail);
  }
  snprintf(out.text, sizeof out.text, "%.60s%.130s", rig_call_name(at->call), detail);
  return out;
}

struct rig_words rig_words_message(const struct rig_model *model, uint32_t message) {
  struct rig_words out;
  rig_format_value(RIG_VALUES_MESSAGE, message, out.text, sizeof out.text);
  for (uint32_t i = 0; message >= 0xC000 && i < model->records; i++) { /* a registered one */
    struct rig_record record;
    if (rig_trace_record(model->trace, i, &record) && record.kind == RIG_KIND_STATE &&
        record.call == RIG_STATE_WINDOW && record.u.state.c == message) {
      snprintf(out.text, sizeof out.text, "szMAPINotificationMsg (0x%X)", message);
      break;
    }
  }
  return out;
}

struct rig_words rig_words_stimulus(const struct rig_model *model,
                                    const struct rig_model_stimulus *stimulus) {
  const char *what = "message";
  const char *how = "posted";
  switch (stimulus->action) {
  case RIG_ACTION_NOTIFY:
    what = "notification";
    break;
  case RIG_ACTION_SEND:
  case RIG_ACTION_WITHDRAW:
    how = "sent";
    break;
  case RIG_ACTION_SEND_NOTIFY:
    how = "sent without waiting";
    break;
  case RIG_ACTION_QUIT:
    what = "WM_QUIT";
    break;
  case RIG_ACTION_FLOOD:
    what = "first message of a flood";
    break;
  case RIG_ACTION_QUIT_FLAG:
    what = "quit flag";
    how = "set";
    break;
  default:
    break;
  }
  const char *where = "";
  if (stimulus->action == RIG_ACTION_POST_THREAD)
    where = " to the thread";
  else if (stimulus->window == RIG_WINDOW_IDLE)
    where = " to MAPI's idle window";
  else if (stimulus->window == RIG_WINDOW_NOTIFICATION)
    where = " to MAPI's notification window";
  struct rig_words out;
  snprintf(out.text, sizeof out.text, "the %s that was %s%s at %.0f ms", what, how, where,
           rig_model_ms(model, stimulus->record));
  return out;
}

struct rig_words rig_words_wake(const struct rig_model *model, uint32_t call) {
  struct rig_words out;
  snprintf(out.text, sizeof out.text, "not at all");
  if (call >= model->call_count || model->calls[call].leave == RIG_NONE)
    return out;
  const struct rig_model_call *at = &model->calls[call];
  struct rig_record leave = rig_model_record(model, at->leave);
  if (at->family == RIG_FAMILY_WAIT_MESSAGE)
    snprintf(out.text, sizeof out.text, "TRUE");
  else
    rig_format_wait(leave.u.wait.result, rig_model_record(model, at->enter).u.wait.count,
                    at->family == RIG_FAMILY_MSG_WAIT, out.text, sizeof out.text);
  return out;
}

struct rig_words rig_words_address(const struct rig_model *model, uint64_t address) {
  struct rig_words out;
  snprintf(out.text, sizeof out.text, "0x%llx", (unsigned long long)address);
  for (uint32_t i = 0; i < model->records; i++) {
    struct rig_record record;
    if (!rig_trace_record(model->trace, i, &record) || record.kind != RIG_KIND_STATE ||
        record.call != RIG_STATE_MODULE || address < record.u.state.value ||
        address - record.u.state.value >= record.u.state.a)
      continue;
    char path[RIG_MORE_BYTES * RIG_MORE_MAX + 1];
    rig_trace_more_text(model->trace, i, path, sizeof path);
    const char *name = strrchr(path, '\\');
    name = name ? name + 1 : path;
    snprintf(out.text, sizeof out.text, "%.60s+0x%llx", name,
             (unsigned long long)(address - record.u.state.value));
    break;
  }
  return out;
}

struct rig_words rig_words_unsupported(const struct rig_model *model, uint32_t record) {
  struct rig_words out;
  struct rig_record call = rig_model_record(model, record);
  char name[90];
  rig_trace_more_text(model->trace, record, name, sizeof name);
  snprintf(out.text, sizeof out.text, "%s, called from %.90s", name[0] ? name : "a MAPI function",
           rig_words_address(model, call.caller).text);
  return out;
}

struct rig_words rig_words_stop(const struct rig_model *model) {
  struct rig_words out;
  if (model->stop == RIG_NONE) {
    snprintf(out.text, sizeof out.text, "about to stop by itself");
    return out;
  }
  const char *how = "";
  const struct rig_step *step = rig_trace_step(model->trace, model->stop_step);
  switch (rig_model_stop_way(model)) {
  case RIG_STOP_SCM:
    how = rig_value_name(RIG_VALUES_SERVICE_CONTROL, step && step->control ? step->control : 1);
    break;
  case RIG_STOP_CONSOLE_CTRL:
    how = step && step->stop_way == RIG_STOP_CONSOLE_CTRL
              ? rig_value_name(RIG_VALUES_CONSOLE_CONTROL, step->control)
              : "a console control event";
    break;
  case RIG_STOP_EVENT:
    how = "its stop event";
    break;
  case RIG_STOP_MESSAGE:
    how = "WM_QUIT";
    break;
  default:
    how = "TerminateProcess";
    break;
  }
  snprintf(out.text, sizeof out.text, "asked to stop (%s) at %.0f ms", how ? how : "a control",
           rig_model_ms(model, model->stop));
  return out;
}

struct rig_words rig_words_detained(const struct rig_model *model,
                                    const struct rig_model_detained *time) {
  struct rig_words out;
  const char *thread = rig_model_thread_name(model, time->thread);
  const struct rig_step *step = rig_trace_step(model->trace, time->step);
  const char *how = time->action == RIG_ACTION_HOLD   ? "held"
                    : time->action == RIG_ACTION_GATE ? "kept in a handler"
                                                      : "kept waiting for a send to be withdrawn";
  if (time->action == RIG_ACTION_FAULT)
    snprintf(out.text, sizeof out.text, "the scenario made %s on thread %s %s",
             step ? rig_family_word(step->family) : "a call of MAPI", thread,
             step && step->fault == RIG_FAULT_BLOCKS ? "block" : "take its time");
  else
    snprintf(out.text, sizeof out.text, "thread %s was %s by the scenario", thread, how);
  return out;
}

struct rig_words rig_words_fault(const struct rig_model *model, uint32_t record) {
  struct rig_words out;
  char result[60];
  struct rig_record fault = rig_model_record(model, record);
  const struct rig_step *step = rig_trace_step(model->trace, fault.u.stimulus.step);
  const char *call = rig_call_name(fault.u.stimulus.message);
  if (step && step->fault != RIG_FAULT_FAILS)
    snprintf(out.text, sizeof out.text, "the scenario made %s %s", call,
             step->fault == RIG_FAULT_BLOCKS ? "block" : "take its time");
  else
    snprintf(out.text, sizeof out.text, "the scenario made %s fail with %s", call,
             rig_format_value(RIG_VALUES_HRESULT, fault.u.stimulus.error, result, sizeof result));
  return out;
}

static const char *reason_text(enum rig_reason reason) {
  switch (reason) {
  case RIG_REASON_NO_PUMP:
    return "which serves no messages";
  case RIG_REASON_WAIT_ALL:
    return "which with MWMO_WAITALL returns only when all handles are signalled and input is there";
  case RIG_REASON_FILTER:
    return "and it looks at its queue through a filter that leaves this message out";
  case RIG_REASON_HANDLER:
    return "and comes back to no retrieval";
  case RIG_REASON_MASK:
    return "whose wake mask lacks this kind of message";
  case RIG_REASON_OLD:
    return "which wakes for new input only; the message became old input when the thread looked at "
           "its queue without taking it, and without MWMO_INPUTAVAILABLE old input wakes nobody";
  case RIG_REASON_IGNORED:
    return "although a wait before it had returned for input: the thread waited again without "
           "looking at its queue";
  case RIG_REASON_REMOVED:
    return "after it had removed the message from its queue without dispatching it";
  case RIG_REASON_UNKNOWN:
    break;
  }
  return "";
}

void rig_explain(const struct rig_model *model, const struct rig_model_undelivered *item,
                 char *buffer, size_t size) {
  const struct rig_model_stimulus *stimulus = &model->stimuli[item->stimulus];
  struct rig_words what = rig_words_stimulus(model, stimulus);
  struct rig_words where = rig_words_call(model, item->sitting);
  char since[40] = "";
  if (item->sitting != RIG_NONE)
    snprintf(since, sizeof since, " since %.0f ms",
             rig_model_ms(model, model->calls[item->sitting].enter));
  if (item->block == RIG_NONE && item->reason == RIG_REASON_IGNORED && item->sitting != RIG_NONE &&
      model->calls[item->sitting].ignores != RIG_NONE) {
    snprintf(buffer, size,
             "%s had waited %.0f ms: thread %s had waited again, in %s at %.0f ms, although the "
             "wait before it had returned for input, and had not looked at its queue in between",
             what.text, item->ms, rig_model_thread_name(model, stimulus->thread), where.text,
             rig_model_ms(model, model->calls[item->sitting].enter));
    return;
  }
  struct rig_words look = {""};
  if (item->look != RIG_NONE && item->look != item->sitting)
    look = rig_words_call(model, item->look);
  snprintf(buffer, size, "%s had waited %.0f ms: thread %s was in %s%s, %s%s%s", what.text,
           item->ms, rig_model_thread_name(model, stimulus->thread), where.text, since,
           reason_text(item->reason), look.text[0] ? ": " : "", look.text);
}
