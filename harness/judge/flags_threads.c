/*
 * init-multithread-notifications: who serves MAPI's notification window. Without
 * MAPI_MULTITHREAD_NOTIFICATIONS in the first MAPIInitialize that is the thread which called it
 * (D:initializing-mapi); the page recommends a thread of MAPI's to services and to all
 * multithreaded clients, with the flag on every call.
 */
#include "judge/flags.h"

/* Looks for messages, or waits for them: PeekMessage(PM_NOREMOVE), the documented way to make a
 * queue, is no pump, and neither is a look at its status. */
static bool pumps(const struct rig_model *model, const struct rig_model_call *call) {
  switch (call->family) {
  case RIG_FAMILY_MSG_WAIT:
  case RIG_FAMILY_WAIT_MESSAGE:
  case RIG_FAMILY_CO_WAIT:
  case RIG_FAMILY_GET_MESSAGE:
  case RIG_FAMILY_MAPI_DISPATCH_NOTIFICATIONS:
    return true;
  case RIG_FAMILY_PEEK_MESSAGE:
    return rig_model_record(model, call->enter).u.retrieve.remove & RIG_PM_REMOVE;
  default:
    return false;
  }
}

static bool inside(const struct rig_model_span *span, uint32_t record) {
  return record >= span->from && (span->to == RIG_NONE || record < span->to);
}

/* How the first initialising thread spends its time. */
struct life {
  bool pumps;
  uint32_t waits; /* the last call in which it waited and served no messages, RIG_NONE: none */
};

static struct life life_of(const struct rig_model *model, const struct rig_model_span *span) {
  struct life life = {false, RIG_NONE};
  for (uint32_t i = 0; i < model->call_count; i++) {
    const struct rig_model_call *call = &model->calls[i];
    if (call->thread != span->thread || !inside(span, call->enter))
      continue;
    life.pumps = life.pumps || pumps(model, call);
    if ((call->family == RIG_FAMILY_HANDLE_WAIT || call->family == RIG_FAMILY_SLEEP) &&
        rig_model_record(model, call->enter).u.wait.timeout_ms != 0)
      life.waits = i;
  }
  return life;
}

/* The span's first MAPIInitialize without the flag, RIG_NONE: all of them have it. */
static uint32_t unflagged(const struct rig_model *model, const struct rig_model_span *span) {
  for (uint32_t i = span->init; i < model->call_count; i++) {
    const struct rig_model_call *call = &model->calls[i];
    if (call->family != RIG_FAMILY_MAPI_INITIALIZE)
      continue;
    if (i != span->init && !inside(span, call->enter))
      continue;
    struct rig_record enter = rig_model_record(model, call->enter);
    if (!enter.u.init.given || !(enter.u.init.flags & RIG_MAPI_MULTITHREAD_NOTIFICATIONS))
      return i;
  }
  return RIG_NONE;
}

/* Did more than one thread of the client call MAPIInitialize? */
static bool multithreaded(const struct rig_model *model) {
  uint32_t thread = RIG_NONE;
  for (uint32_t i = 0; i < model->call_count; i++) {
    if (model->calls[i].family != RIG_FAMILY_MAPI_INITIALIZE)
      continue;
    if (thread != RIG_NONE && model->calls[i].thread != thread)
      return true;
    thread = model->calls[i].thread;
  }
  return false;
}

static void fail_span(struct rig_check *check, const struct rig_model_span *span, uint32_t made,
                      uint32_t waits) {
  const struct rig_model *model = check->model;
  const struct rig_model_call *call = &model->calls[made];
  struct rig_record enter = rig_model_record(model, call->enter);
  enum rig_rule_id root = RIG_RULE_COUNT;
  if (!enter.u.init.given && model->service)
    root = RIG_RULE_init_nt_service; /* no place for any flag */
  else if (!span->multithread_notifications)
    root = RIG_RULE_pump_runs; /* when a message showed that nobody serves the thread's queue */
  struct rig_words flags = rig_flags_text(RIG_FLAGS_MAPIINIT, enter.u.init.flags);
  if (!rig_check_fail(check, RIG_SEVERITY_WARNING, root,
                      "%s was called with %s%s, without MAPI_MULTITHREAD_NOTIFICATIONS, and thread "
                      "%s, which initialised MAPI first, never waited for messages nor retrieved "
                      "one: %s",
                      rig_flags_place(check, call).text,
                      enter.u.init.given ? "ulFlags = " : "a NULL lpMapiInit",
                      enter.u.init.given ? flags.text : "",
                      rig_model_thread_name(model, span->thread),
                      span->multithread_notifications
                          ? "the flag belongs into every MAPIInitialize, since any may be the first"
                          : "notifications that MAPI posts to it would lie there"))
    return;
  rig_check_evidence(check, call->enter, "MAPIInitialize(%.90s)",
                     enter.u.init.given ? flags.text : "NULL");
  rig_check_evidence(check, model->calls[waits].enter, "it waits in %.90s",
                     rig_words_call(model, waits).text);
}

void rig_check_init_multithread_notifications(struct rig_check *check) {
  const struct rig_model *model = check->model;
  unsigned kept = 0;
  unsigned pumped = 0;
  if (!model->service && !multithreaded(model)) {
    rig_check_na(check, "the client is no service, and initialises MAPI on one thread at most");
    return;
  }
  for (uint32_t i = 0; i < model->span_count; i++) {
    const struct rig_model_span *span = &model->spans[i];
    uint32_t made = unflagged(model, span);
    struct life life = life_of(model, span);
    if (made == RIG_NONE)
      kept++;
    else if (life.pumps)
      pumped++;
    /* It was given the time: ready, and its waits are none for messages. */
    else if (life.waits != RIG_NONE && model->ready != RIG_NONE && inside(span, model->ready) &&
             !model->threads[span->thread].horizon.excused)
      fail_span(check, span, made, life.waits);
  }
  if (pumped)
    rig_check_pass(check, "the thread that initialised MAPI first has a message pump");
  else if (kept)
    rig_check_pass(check, "MAPI_MULTITHREAD_NOTIFICATIONS was set in every MAPIInitialize");
  else
    rig_check_unexercised(check, "MAPI was not initialised for as long as it takes to get ready");
}
