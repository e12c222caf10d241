/*
 * The ledger's books of who has initialised MAPI: counts per thread and, as MAPI itself keeps them,
 * for the process (D:mapiuninitialize); what each call may ask of them.
 */
#include "judge/ledger_build.h"

static bool succeeded(uint32_t hresult) {
  return (hresult & 0x80000000u) == 0;
}

static struct rig_ledger_thread *thread_of(struct ledger_builder *builder, uint32_t call) {
  return &builder->ledger->threads[builder->model->calls[call].thread];
}

/* MAPIInitialize and MAPIUninitialize note when their thread holds the loader lock. */
static void check_dllmain(struct ledger_builder *builder, uint32_t call) {
  builder->ledger->calls_checked++;
  if (rig_model_record(builder->model, builder->model->calls[call].enter).u.init.loader_lock)
    ledger_act(builder, RIG_ACT_IN_DLLMAIN, call);
}

static void begin_span(struct ledger_builder *builder, uint32_t call) {
  struct rig_ledger *ledger = builder->ledger;
  const struct rig_model_call *at = &builder->model->calls[call];
  struct rig_record enter = rig_model_record(builder->model, at->enter);
  builder->first = at->thread;
  builder->first_apart =
      enter.u.init.given && (enter.u.init.flags & RIG_MAPI_MULTITHREAD_NOTIFICATIONS);
  builder->others = false;
  ledger->spans++;
  ledger->spans_apart += builder->first_apart;
}

void ledger_initialize(struct ledger_builder *builder, uint32_t call) {
  struct rig_ledger *ledger = builder->ledger;
  const struct rig_model_call *at = &builder->model->calls[call];
  struct rig_ledger_thread *thread = thread_of(builder, call);
  check_dllmain(builder, call);
  if (at->leave == RIG_NONE)
    return;
  if (!succeeded(rig_model_record(builder->model, at->leave).u.init.result)) {
    thread->failed = call;
    return;
  }
  if (ledger->process++ == 0)
    begin_span(builder, call);
  else if (at->thread != builder->first)
    builder->others = true;
  thread->inits++;
  if (thread->initialised++ == 0) {
    thread->since = at->leave;
    thread->ole_at_uninit = 0;
  }
}

/* A living thread other than the first that has MAPI at `record`; RIG_NONE. */
static uint32_t other_with_mapi(const struct ledger_builder *builder, uint32_t record) {
  const struct rig_model *model = builder->model;
  for (uint32_t i = 0; i < model->thread_count; i++) {
    const struct rig_ledger_thread *thread = &builder->ledger->threads[i];
    if (i != builder->first && thread->initialised > 0 && thread->since < record &&
        model->threads[i].ended > record && !model->threads[i].mapis)
      return i;
  }
  return RIG_NONE;
}

static struct rig_act *last_of_first(struct ledger_builder *builder) {
  struct rig_ledger *ledger = builder->ledger;
  for (uint32_t i = ledger->act_count; i > 0; i--) {
    struct rig_act *act = &ledger->acts[i - 1];
    if (act->kind == RIG_ACT_FIRST_LEFT && act->thread == builder->first)
      return act;
  }
  return NULL;
}

/* The first thread has undone its last MAPIInitialize: by shape it left the others, for its windows
 * live on with it; its end proves it. */
static void first_leaves(struct ledger_builder *builder, uint32_t call) {
  uint32_t other = other_with_mapi(builder, builder->model->calls[call].enter);
  if (builder->first_apart || other == RIG_NONE)
    return;
  struct rig_act *act = ledger_act(builder, RIG_ACT_FIRST_LEFT, call);
  if (act) {
    act->mild = true;
    act->other = other;
  }
}

void ledger_thread_end(struct ledger_builder *builder, uint32_t thread) {
  const struct rig_model *model = builder->model;
  uint32_t record = model->threads[thread].ended;
  if (thread != builder->first || builder->first_apart || builder->ledger->process == 0)
    return;
  uint32_t other = other_with_mapi(builder, record);
  if (other == RIG_NONE || model->threads[thread].last == RIG_NONE)
    return;
  struct rig_act *act =
      builder->ledger->threads[thread].initialised ? NULL : last_of_first(builder);
  if (!act)
    act = ledger_act(builder, RIG_ACT_FIRST_LEFT, model->threads[thread].last);
  if (!act)
    return;
  act->mild = false;
  act->record = record;
  act->other = other;
}

/* Sessions that the last MAPIUninitialize finds open. */
static void close_process(struct ledger_builder *builder, uint32_t call) {
  struct rig_ledger *ledger = builder->ledger;
  uint32_t record = builder->model->calls[call].enter;
  for (uint32_t i = 0; i < ledger->session_count; i++) {
    struct rig_ledger_session *session = &ledger->sessions[i];
    if (session->open || session->from > record || session->logoff != RIG_NONE ||
        session->released != RIG_NONE)
      continue;
    session->open = true;
    struct rig_act *act = ledger_act(builder, RIG_ACT_SESSION_OPEN, call);
    if (act)
      act->session = i;
  }
  if (builder->others && !builder->first_apart &&
      builder->model->calls[call].thread == builder->first)
    ledger->first_kept++;
  ledger->last_uninits++;
}

void ledger_uninitialize(struct ledger_builder *builder, uint32_t call) {
  struct rig_ledger *ledger = builder->ledger;
  struct rig_ledger_thread *thread = thread_of(builder, call);
  uint32_t index = builder->model->calls[call].thread;
  check_dllmain(builder, call);
  bool last = ledger->process <= 1;
  if (thread->initialised == 0) {
    ledger_act(builder, RIG_ACT_UNINIT_UNOWNED, call);
  } else {
    ledger->uninits++;
    if (--thread->initialised == 0) {
      ledger->ends++;
      thread->uninit = call;
      thread->ole_at_uninit = thread->ole;
      if (index == builder->first)
        first_leaves(builder, call);
    }
    if (last)
      close_process(builder, call);
  }
  ledger->process -= ledger->process > 0;
  if (last)
    builder->first = RIG_NONE;
}

void ledger_util(struct ledger_builder *builder, uint32_t call) {
  const struct rig_ledger_thread *thread = thread_of(builder, call);
  struct rig_record record = rig_model_record(builder->model, builder->model->calls[call].enter);
  if (record.call == RIG_CALL_ScInitMapiUtil) {
    if (succeeded(record.u.mapi.result)) {
      if (builder->util_depth < RIG_UTIL_DEPTH_MAX)
        builder->util_nested[builder->util_depth] = thread->initialised > 0;
      builder->util_depth++;
    }
    return;
  }
  if (builder->util_depth == 0) {
    struct rig_act *act = ledger_act(builder, RIG_ACT_DEINIT_UNPAIRED, call);
    if (act) /* after the last MAPIUninitialize there is nothing left that it could take away */
      act->mild = builder->ledger->process == 0;
    return;
  }
  builder->util_depth--;
  bool nested =
      builder->util_depth < RIG_UTIL_DEPTH_MAX && builder->util_nested[builder->util_depth];
  if (nested || thread->initialised == 0)
    return;
  struct rig_act *act = ledger_act(builder, RIG_ACT_DEINIT_EARLY, call);
  if (act)
    act->mild = true;
}

void ledger_ole(struct ledger_builder *builder, uint32_t call) {
  struct rig_ledger_thread *thread = thread_of(builder, call);
  const struct rig_model_call *at = &builder->model->calls[call];
  struct rig_record record = rig_model_record(builder->model, at->enter);
  if (record.call == RIG_CALL_OleInitialize) {
    thread->ole += record.kind == RIG_KIND_CALL && succeeded(record.u.com.result);
    return;
  }
  if (thread->ole == 0)
    return;
  thread->ole--;
  if (thread->ole_at_uninit == 0)
    return;
  thread->ole_at_uninit--;
  ledger_act(builder, RIG_ACT_OLE_LATE, call);
}

/* Which rule a call without MAPIInitialize on its thread belongs to. */
static enum rig_act_kind kind_of(const struct ledger_builder *builder,
                                 const struct rig_ledger_thread *thread, bool cleanup) {
  if (thread->inits == 0)
    return RIG_ACT_USE_BEFORE;
  if (cleanup)
    return RIG_ACT_CLEANUP_LATE;
  return builder->ledger->process ? RIG_ACT_USE_AFTER_OWN : RIG_ACT_AFTER_LAST;
}

void ledger_use(struct ledger_builder *builder, uint32_t call, enum ledger_use use, bool cleanup,
                bool mild) {
  const struct rig_ledger_thread *thread = thread_of(builder, call);
  if (builder->model->threads[builder->model->calls[call].thread].mapis || use == LEDGER_USE_NONE)
    return; /* a thread that MAPI owns: a callback of the client's runs there */
  if (thread->initialised > 0) {
    builder->ledger->uses++;
    return;
  }
  if (use == LEDGER_USE_UTILITY && builder->util_depth > 0)
    return;
  struct rig_act *act = ledger_act(builder, kind_of(builder, thread, cleanup), call);
  if (!act)
    return;
  /* The allocator is the process's: it answers on any thread once MAPI is initialised on one. */
  act->mild = mild || (use == LEDGER_USE_UTILITY && builder->ledger->process > 0);
}
