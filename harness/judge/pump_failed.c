/*
 * Rules about waits that end in neither a handle nor input: wait-failed, wait-limit.
 *
 * Semantics: WAIT_FAILED, WAIT_IO_COMPLETION and WAIT_ABANDONED_0 + i announce no message, and
 * GetMessage's -1 brings none (W:MsgWaitForMultipleObjectsEx, W:GetMessage). A call that failed
 * fails again with the same arguments. Leaving the pump after a failure is right; an APC, which
 * anybody may queue, is no reason to.
 */
#include <stdio.h>

#include "core/names.h"
#include "judge/check.h"

#define RETRIES_MAX 10u  /* failures alike in a row: a bounded retry is shorter */
#define MSG_WAIT_MAX 63u /* MAXIMUM_WAIT_OBJECTS - 1: one place is for the queue */
#define HANDLES_MAX 64u  /* MAXIMUM_WAIT_OBJECTS */
#define IO_COMPLETION 0xC0u
#define ABANDONED_FIRST 0x80u

enum strange { STRANGE_NONE, STRANGE_FAILED, STRANGE_APC, STRANGE_ABANDONED, STRANGE_GET };

struct walk {
  struct rig_check *check;
  uint32_t call; /* the last such result, RIG_NONE once something showed what was made of it */
  enum strange strange;
  uint32_t row_first; /* failures alike in a row: the first and the last of them */
  uint32_t row_last;
  unsigned row;
  unsigned kept;
};

static uint32_t error_of(const struct rig_model *model, const struct rig_model_call *call) {
  struct rig_record leave = rig_model_record(model, call->leave);
  return call->family == RIG_FAMILY_GET_MESSAGE ? leave.u.message.error : leave.u.wait.error;
}

static enum strange strange_of(const struct rig_model *model, const struct rig_model_call *call) {
  if (call->leave == RIG_NONE || call->leave == call->enter)
    return STRANGE_NONE;
  struct rig_record leave = rig_model_record(model, call->leave);
  if (call->family == RIG_FAMILY_GET_MESSAGE)
    return leave.u.message.result == UINT32_MAX ? STRANGE_GET : STRANGE_NONE;
  if (!rig_family_message_wait(call->family) && call->family != RIG_FAMILY_HANDLE_WAIT)
    return STRANGE_NONE;
  if (rig_model_wake(model, call) != RIG_WAKE_OTHER)
    return STRANGE_NONE;
  if (call->family != RIG_FAMILY_WAIT_MESSAGE && leave.u.wait.result == IO_COMPLETION)
    return STRANGE_APC;
  if (call->family != RIG_FAMILY_WAIT_MESSAGE && leave.u.wait.result >= ABANDONED_FIRST &&
      leave.u.wait.result < ABANDONED_FIRST + HANDLES_MAX)
    return STRANGE_ABANDONED;
  return STRANGE_FAILED;
}

/* "MsgWaitForMultipleObjects on thread main failed with ERROR_INVALID_HANDLE (6)" */
static struct rig_words told(const struct rig_model *model, uint32_t index) {
  struct rig_words out;
  const struct rig_model_call *call = &model->calls[index];
  enum strange strange = strange_of(model, call);
  if (strange == STRANGE_FAILED || strange == STRANGE_GET) {
    char error[80];
    rig_format_value(RIG_VALUES_WIN32, error_of(model, call), error, sizeof error);
    snprintf(out.text, sizeof out.text, "%s failed (%s) with %s", rig_call_name(call->call),
             strange == STRANGE_GET                    ? "-1"
             : call->family == RIG_FAMILY_WAIT_MESSAGE ? "FALSE"
                                                       : "WAIT_FAILED",
             error);
  } else {
    snprintf(out.text, sizeof out.text, "%s returned %.60s", rig_call_name(call->call),
             rig_words_wake(model, index).text);
  }
  return out;
}

static enum rig_rule_id root_of(const struct rig_model *model, uint32_t index) {
  const struct rig_model_call *call = &model->calls[index];
  bool too_many = call->family == RIG_FAMILY_MSG_WAIT &&
                  rig_model_record(model, call->enter).u.wait.count > MSG_WAIT_MAX;
  return too_many ? RIG_RULE_wait_limit : RIG_RULE_COUNT;
}

static void fail_row(struct walk *walk) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *call = &model->calls[walk->row_last];
  if (!rig_check_fail(walk->check, RIG_SEVERITY_ERROR, root_of(model, walk->row_last),
                      "%s on thread %s, %u times in a row, and the thread made the same call again "
                      "each time: nothing has changed, it fails for ever",
                      told(model, walk->row_last).text, rig_model_thread_name(model, call->thread),
                      RETRIES_MAX))
    return;
  rig_check_evidence(walk->check, model->calls[walk->row_first].leave, "%.110s",
                     told(model, walk->row_first).text);
  rig_check_evidence(walk->check, call->leave, "and again, %u times in a row", RETRIES_MAX);
}

/* GetMessage straight after a result that announced no message. */
static void judge_get(struct walk *walk, uint32_t get) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *call = &model->calls[walk->call];
  uint32_t block = rig_model_block_in(model, get);
  bool blocked = block != RIG_NONE;
  if (!rig_check_fail(
          walk->check, blocked ? RIG_SEVERITY_ERROR : RIG_SEVERITY_WARNING,
          root_of(model, walk->call),
          "%s on thread %s at %.0f ms, which announces no message, and the thread went on to %s: "
          "that waits for a message that nobody announced%s",
          told(model, walk->call).text, rig_model_thread_name(model, call->thread),
          rig_model_ms(model, call->leave), rig_model_call_name(model, get),
          blocked ? ", and it sits there, deaf to its handles" : "; here one came"))
    return;
  rig_check_evidence(walk->check, call->leave, "%.110s", told(model, walk->call).text);
  rig_check_evidence(walk->check, model->calls[get].enter, "%s", rig_model_call_name(model, get));
  if (blocked)
    rig_check_evidence(walk->check, model->blocks[block].record, "still there after %u ms",
                       model->blocks[block].ms);
}

/* Translated or dispatched though GetMessage had said that there is no message. */
static void fail_dispatch(struct walk *walk, uint32_t index) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *get = &model->calls[walk->call];
  if (!rig_check_fail(walk->check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
                      "%s on thread %s, and the thread went on to %s as if a message had come: -1 "
                      "is not FALSE, so `while (GetMessage(...))` never ends",
                      told(model, walk->call).text, rig_model_thread_name(model, get->thread),
                      rig_model_call_name(model, index)))
    return;
  rig_check_evidence(walk->check, get->leave, "%.110s", told(model, walk->call).text);
  rig_check_evidence(walk->check, model->calls[index].enter, "%s",
                     rig_model_call_name(model, index));
}

/* The thread leaves its pump (`record`) straight after such a result, asked by nobody. */
static void judge_leaving(struct walk *walk, uint32_t record, const char *how) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *call = &model->calls[walk->call];
  if (!rig_model_before_stop(model, record) || model->stop_heard < record ||
      (walk->strange != STRANGE_APC && walk->strange != STRANGE_ABANDONED)) {
    walk->kept++; /* nothing to go on with: to leave is right */
    return;
  }
  bool apc = walk->strange == STRANGE_APC;
  if (!rig_check_fail(
          walk->check, apc ? RIG_SEVERITY_ERROR : RIG_SEVERITY_WARNING, RIG_RULE_COUNT,
          "%s on thread %s at %.0f ms, and the thread left its pump (%s at %.0f ms) though nobody "
          "had asked it to stop: %s",
          told(model, walk->call).text, rig_model_thread_name(model, call->thread),
          rig_model_ms(model, call->leave), how, rig_model_ms(model, record),
          apc ? "an asynchronous procedure call ran, which is neither a message nor a handle"
              : "the mutex was left by a thread that ended; it is owned now, and was not asked to "
                "stop anything"))
    return;
  rig_check_evidence(walk->check, call->leave, "%.110s", told(model, walk->call).text);
  rig_check_evidence(walk->check, record, "%.110s", how);
}

static void note_row(struct walk *walk, uint32_t index, enum strange strange) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *call = &model->calls[index];
  bool waits = rig_family_message_wait(call->family) || call->family == RIG_FAMILY_HANDLE_WAIT ||
               call->family == RIG_FAMILY_GET_MESSAGE;
  if (!waits || call->leave == RIG_NONE)
    return;
  if (strange != STRANGE_FAILED && strange != STRANGE_GET) {
    bool zero = rig_model_record(model, call->enter).u.wait.timeout_ms == 0;
    if (call->family != RIG_FAMILY_HANDLE_WAIT || !zero)
      walk->row = 0; /* a zero-wait in between changes nothing */
    return;
  }
  bool alike = walk->row && model->calls[walk->row_last].call == call->call &&
               error_of(model, &model->calls[walk->row_last]) == error_of(model, call);
  if (!alike) {
    walk->row = 0;
    walk->row_first = index;
  }
  walk->row_last = index;
  if (++walk->row == RETRIES_MAX)
    fail_row(walk);
}

static bool leaves_pump(const struct rig_model *model, const struct rig_model_call *call) {
  if (call->family == RIG_FAMILY_MAPI_LOGOFF || call->family == RIG_FAMILY_MAPI_UNINITIALIZE ||
      call->family == RIG_FAMILY_MAPI_UNADVISE)
    return true;
  if (call->family != RIG_FAMILY_SCM_STATUS)
    return false;
  uint32_t state = rig_model_record(model, call->enter).u.scm.state;
  return state == 1 || state == 3; /* SERVICE_STOPPED, SERVICE_STOP_PENDING */
}

/* What the thread does next with a result that is neither a handle nor input. */
static void see_next(struct walk *walk, uint32_t index) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *call = &model->calls[index];
  if (call->enter < model->calls[walk->call].leave)
    return; /* made inside it: an APC's, a handler's */
  if (walk->strange == STRANGE_GET &&
      (call->family == RIG_FAMILY_DISPATCH || call->family == RIG_FAMILY_TRANSLATE)) {
    fail_dispatch(walk, index);
  } else if (call->family == RIG_FAMILY_GET_MESSAGE && walk->strange != STRANGE_GET) {
    judge_get(walk, index);
  } else if (leaves_pump(model, call)) {
    judge_leaving(walk, call->enter, rig_call_name(call->call));
  } else if (call->family == RIG_FAMILY_POST_QUIT || call->family == RIG_FAMILY_POST_THREAD ||
             rig_family_serves(call->family) || rig_family_message_wait(call->family) ||
             call->family == RIG_FAMILY_HANDLE_WAIT) {
    walk->kept += walk->strange == STRANGE_APC || walk->strange == STRANGE_ABANDONED;
  } else {
    return;
  }
  walk->call = RIG_NONE;
}

static void walk_thread(struct walk *walk, uint32_t thread) {
  const struct rig_model *model = walk->check->model;
  walk->call = RIG_NONE;
  walk->row = 0;
  for (uint32_t i = model->threads[thread].first; i != RIG_NONE; i = model->calls[i].next) {
    const struct rig_model_call *call = &model->calls[i];
    if (walk->call != RIG_NONE)
      see_next(walk, i);
    if (!rig_model_of_first(model, call))
      continue;
    enum strange strange = strange_of(model, call);
    note_row(walk, i, strange);
    if (strange != STRANGE_NONE) {
      walk->call = i;
      walk->strange = strange;
    }
  }
  if (walk->call == RIG_NONE)
    return;
  uint32_t end = model->threads[thread].ended;
  if (end == RIG_NONE && rig_model_ended_itself(model))
    end = model->exit != RIG_NONE ? model->exit : model->last;
  if (end != RIG_NONE)
    judge_leaving(walk, end, "its end");
}

void rig_check_wait_failed(struct rig_check *check) {
  const struct rig_model *model = check->model;
  struct walk walk = {.check = check};
  for (uint32_t i = 0; i < model->span_count; i++) {
    if (rig_model_span_is_new(model, i))
      walk_thread(&walk, model->spans[i].thread);
  }
  if (walk.kept)
    rig_check_pass(check, "a wait that ended in neither a handle nor input was told apart");
  else
    rig_check_unexercised(check, NULL);
}

/* ---- wait-limit ---- */

void rig_check_wait_limit(struct rig_check *check) {
  const struct rig_model *model = check->model;
  unsigned kept = 0;
  for (uint32_t i = 0; i < model->call_count; i++) {
    const struct rig_model_call *call = &model->calls[i];
    bool aware = call->family == RIG_FAMILY_MSG_WAIT;
    if ((!aware && call->family != RIG_FAMILY_HANDLE_WAIT) || model->threads[call->thread].mapis)
      continue;
    uint32_t count = rig_model_record(model, call->enter).u.wait.count;
    uint32_t most = aware ? MSG_WAIT_MAX : HANDLES_MAX;
    kept += aware && count <= most;
    if (count > most &&
        rig_check_fail(check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
                       "thread %s called %s with %u handles at %.0f ms: it takes at most %u%s, and "
                       "fails with ERROR_INVALID_PARAMETER without waiting",
                       rig_model_thread_name(model, call->thread), rig_call_name(call->call), count,
                       rig_model_ms(model, call->enter), most,
                       aware ? " (MAXIMUM_WAIT_OBJECTS - 1: one place is for the queue)" : ""))
      rig_check_evidence(check, call->enter, "%.110s", rig_words_call(model, i).text);
  }
  if (kept)
    rig_check_pass(check, "no wait had more handles than it takes");
  else
    rig_check_unexercised(check, NULL);
}
