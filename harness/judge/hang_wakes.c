/*
 * What could wake a thread, and what is pending for it. W: the pages of the calls; semantics of the
 * queue as measured under Wine (tests/win32).
 */
#include <stdio.h>
#include <string.h>

#include "core/names.h"
#include "judge/hang_private.h"

#define HANDLES_TOLD 6u

const struct rig_model_handle *rig_hang_handles(const struct rig_model *model,
                                                const struct rig_model_hang *hang,
                                                uint32_t *count) {
  if (hang->block != RIG_NONE) {
    *count = model->blocks[hang->block].handle_count;
    return model->blocks[hang->block].handles;
  }
  *count = hang->handle_count;
  return hang->handles;
}

struct rig_words rig_hang_object(const struct rig_model_handle *handle) {
  static const char *const types[] = {"handle", "event", "semaphore", "mutex", "thread", "process"};
  struct rig_words out;
  snprintf(out.text, sizeof out.text, "%s 0x%X",
           types[handle->type < sizeof types / sizeof *types ? handle->type : 0], handle->handle);
  return out;
}

uint32_t rig_hang_mutex_taker(const struct rig_model *model, uint32_t handle, uint32_t record) {
  for (uint32_t i = model->call_count; i > 0; i--) {
    const struct rig_model_call *call = &model->calls[i - 1];
    if (call->leave == RIG_NONE || call->leave >= record ||
        (call->family != RIG_FAMILY_HANDLE_WAIT && call->family != RIG_FAMILY_MSG_WAIT) ||
        rig_model_wake(model, call) != RIG_WAKE_HANDLE)
      continue;
    uint32_t handles[64];
    uint32_t count = rig_model_handles(model, call, handles, 64);
    uint32_t index = rig_model_record(model, call->leave).u.wait.result;
    if (index < count && handles[index] == handle)
      return call->thread;
  }
  return RIG_NONE;
}

static const char *signal_text(uint32_t signal) {
  return signal == RIG_SIGNAL_YES  ? "signalled"
         : signal == RIG_SIGNAL_NO ? "not signalled"
                                   : "its state could not be asked";
}

/* "event 0x54 (not signalled), mutex 0x58 (not signalled, last taken by t2)" */
static void add_handles(const struct rig_model *model, const struct rig_model_hang *hang,
                        uint32_t call, char *text) {
  uint32_t count;
  uint32_t told = 0;
  const struct rig_model_handle *handles = rig_hang_handles(model, hang, &count);
  for (uint32_t i = 0; i < count; i++) {
    if (handles[i].wait != call)
      continue;
    if (told++ >= HANDLES_TOLD)
      continue;
    rig_hang_add(text, "%s%s (%s", told > 1 ? ", " : "", rig_hang_object(&handles[i]).text,
                 signal_text(handles[i].signal));
    uint32_t taker = handles[i].type == RIG_OBJECT_MUTANT && handles[i].signal == RIG_SIGNAL_NO
                         ? rig_hang_mutex_taker(model, handles[i].handle, hang->record)
                         : RIG_NONE;
    if (taker != RIG_NONE)
      rig_hang_add(text, ", last taken by %s", rig_model_thread_name(model, taker));
    rig_hang_add(text, ")");
  }
  if (told > HANDLES_TOLD)
    rig_hang_add(text, " and %u more", told - HANDLES_TOLD);
  if (told == 0)
    rig_hang_add(text, "a handle of its array");
}

static void wakes_wait(const struct rig_model *model, const struct rig_model_hang *hang,
                       uint32_t call, char *text) {
  const struct rig_model_call *at = &model->calls[call];
  struct rig_record enter = rig_model_record(model, at->enter);
  char mask[80];
  const bool messages = at->family == RIG_FAMILY_MSG_WAIT;
  const bool all = (enter.u.wait.flags & RIG_MWMO_WAITALL) != 0 && at->family != RIG_FAMILY_CO_WAIT;
  if (at->family != RIG_FAMILY_SLEEP && enter.u.wait.count > 0) {
    rig_hang_add(text, "%s", all && enter.u.wait.count > 1 ? "all of them together: " : "");
    add_handles(model, hang, call, text);
    rig_hang_add(text, "%s", messages ? (all ? ", and with them " : "; or ") : "");
  }
  if (messages) {
    rig_format_flags(RIG_FLAGS_QS, enter.u.wait.wake_mask, mask, sizeof mask);
    rig_hang_add(text, "%sinput of %s", enter.u.wait.flags & RIG_MWMO_INPUTAVAILABLE ? "" : "new ",
                 mask);
  }
  if (at->family == RIG_FAMILY_SLEEP)
    rig_hang_add(text, "%s",
                 enter.u.wait.timeout_ms == RIG_INFINITE ? "nothing: it sleeps for ever"
                                                         : "the end of its time");
  if (enter.u.wait.alertable)
    rig_hang_add(text, "; or an APC");
  if (enter.u.wait.timeout_ms != RIG_INFINITE)
    rig_hang_add(text, "%sits time-out of %u ms", text[0] ? "; or " : "", enter.u.wait.timeout_ms);
}

static void wakes_call(const struct rig_model *model, const struct rig_model_hang *hang,
                       uint32_t call, char *text) {
  const struct rig_model_call *at = &model->calls[call];
  switch (at->family) {
  case RIG_FAMILY_GET_MESSAGE:
    rig_hang_add(text,
                 "a posted message%s, and a sent one to be served inside it; it sees no handle",
                 rig_model_unfiltered(model, at) ? "" : " that its filter lets through");
    break;
  case RIG_FAMILY_WAIT_MESSAGE:
    rig_hang_add(text, "new input of any kind; it sees no handle");
    break;
  case RIG_FAMILY_SEND:
    rig_hang_add(text, "the receiver's answer: its thread must retrieve messages for that");
    break;
  case RIG_FAMILY_MSG_WAIT:
  case RIG_FAMILY_CO_WAIT:
  case RIG_FAMILY_HANDLE_WAIT:
  case RIG_FAMILY_SLEEP:
    wakes_wait(model, hang, call, text);
    break;
  default:
    rig_hang_add(text, "the return of %s", rig_call_name(at->call));
  }
}

void rig_hang_wakes(const struct rig_model *model, const struct rig_model_hang *hang,
                    struct rig_hang *out) {
  uint32_t call = rig_hang_call(model, hang);
  const struct rig_sleeper *sleeper = rig_hang_sleeper(model, hang);
  if (out->stance == RIG_STANCE_SUSPENDED)
    rig_hang_add(out->wakes, "ResumeThread");
  else if (call != RIG_NONE)
    wakes_call(model, hang, call, out->wakes);
  else if (sleeper)
    rig_hang_add(out->wakes, "%s", sleeper->wakes);
  else
    rig_hang_add(out->wakes,
                 "not known: it sleeps in a call that is not recorded (its stack tells)");
}

/* ---- pending ---- */

static void add_item(char *text, const char *separator) {
  if (text[0])
    rig_hang_add(text, "%s", separator);
}

/* "2 posted messages, 1 notification", of what the director gave. */
static void add_stimuli(const struct rig_model *model, const struct rig_model_hang *hang,
                        char *text) {
  static const struct {
    uint32_t action;
    const char *one, *many;
  } kinds[] = {
      {RIG_ACTION_POST, "posted message", "posted messages"},
      {RIG_ACTION_FLOOD, "posted message", "posted messages"},
      {RIG_ACTION_NOTIFY, "notification", "notifications"},
      {RIG_ACTION_POST_THREAD, "thread message", "thread messages"},
      {RIG_ACTION_QUIT, "posted WM_QUIT", "posted WM_QUITs"},
      {RIG_ACTION_SEND, "sent message", "sent messages"},
      {RIG_ACTION_SEND_NOTIFY, "message of SendNotifyMessage", "messages of SendNotifyMessage"}};
  for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
    unsigned count = 0;
    for (uint32_t i = 0; i < model->stimulus_count; i++) {
      const struct rig_model_stimulus *stimulus = &model->stimuli[i];
      count += stimulus->action == kinds[kind].action && stimulus->thread == hang->thread &&
               stimulus->removed >= hang->record &&
               rig_model_pending(model, stimulus, hang->record);
    }
    if (count > 0) {
      add_item(text, ", ");
      rig_hang_add(text, "%u %s", count, count == 1 ? kinds[kind].one : kinds[kind].many);
    }
  }
}

void rig_hang_pending(const struct rig_model *model, const struct rig_model_hang *hang,
                      struct rig_hang *out) {
  uint32_t count;
  uint32_t call = rig_hang_call(model, hang);
  const struct rig_model_handle *handles = rig_hang_handles(model, hang, &count);
  add_stimuli(model, hang, out->pending);
  for (uint32_t i = 0; i < count; i++) {
    if (handles[i].signal != RIG_SIGNAL_YES)
      continue;
    add_item(out->pending, "; ");
    rig_hang_add(out->pending, "%s is signalled%s", rig_hang_object(&handles[i]).text,
                 handles[i].wait == RIG_NONE ? ""
                 : handles[i].wait == call   ? ", which this wait has not seen yet"
                                             : ", which this call does not see");
  }
  if (model->stop != RIG_NONE && model->stop < hang->record) {
    add_item(out->pending, "; ");
    rig_hang_add(out->pending, "the client was %s", rig_words_stop(model).text);
  }
}
