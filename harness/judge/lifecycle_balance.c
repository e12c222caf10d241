/*
 * Rules about what is taken and given back: blocks of memory and advise connections.
 * Sources: Outlook MAPI reference, mapifreebuffer, mapiallocatemore, canceling-a-notification,
 * imapisession-unadvise.
 */
#include "judge/lifecycle.h"

/* ---- buffers-freed ---- */

static const char *problem_text(uint32_t problem) {
  switch (problem) {
  case RIG_BUFFER_FREED:
    return "which had been freed before: by now it may belong to somebody else";
  case RIG_BUFFER_LINKED:
    return "which came from MAPIAllocateMore: it is freed with the block it is linked to, and only "
           "so";
  default:
    return "which is no block of MAPIAllocateBuffer";
  }
}

static void fail_free(struct rig_check *check, const struct rig_act *act) {
  const struct rig_model *model = check->model;
  struct rig_record record = rig_model_record(model, act->record);
  uint64_t block = record.u.buffer.block;
  if (!rig_check_fail(check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT, "%s with 0x%llx, %s",
                      rig_words_act(model, act).text, (unsigned long long)block,
                      problem_text(record.u.buffer.problem)))
    return;
  rig_call_evidence(check, act->call, "");
  if (record.u.buffer.problem == RIG_BUFFER_FOREIGN)
    return;
  /* Where it came from, and its first MAPIFreeBuffer: the last such calls before this one. */
  uint32_t allocated = RIG_NONE;
  uint32_t freed = RIG_NONE;
  for (uint32_t i = 0; i < act->call; i++) {
    const struct rig_model_call *call = &model->calls[i];
    bool frees = call->family == RIG_FAMILY_MAPI_FREE;
    if (!frees && call->family != RIG_FAMILY_MAPI_ALLOCATE &&
        call->family != RIG_FAMILY_MAPI_ALLOCATE_MORE)
      continue;
    if (rig_model_record(model, call->enter).u.buffer.block == block)
      *(frees ? &freed : &allocated) = i;
  }
  rig_call_evidence(check, allocated, ": where the block came from");
  rig_call_evidence(check, freed, ": freed before");
}

/* MAPI was never given up: what it still held is a consequence. */
static enum rig_rule_id root_of_leak(const struct rig_model *model) {
  return model->ledger->process ? RIG_RULE_init_balanced : RIG_RULE_COUNT;
}

static uint32_t fail_leaks(struct rig_check *check) {
  const struct rig_model *model = check->model;
  const struct rig_ledger *ledger = model->ledger;
  uint32_t left = 0;
  for (uint32_t i = 0; i < ledger->block_count; i++) {
    const struct rig_ledger_block *block = &ledger->blocks[i];
    if (block->live <= 0 || block->allocate == RIG_NONE)
      continue;
    left++;
    if (!rig_lived_out(model) || ledger->freed_elsewhere ||
        !rig_check_tells(check, RIG_SEVERITY_WARNING))
      continue;
    const struct rig_model_call *call = &model->calls[block->allocate];
    rig_check_fail(
        check, RIG_SEVERITY_WARNING, root_of_leak(model),
        "the block of %u bytes that thread %s got from MAPIAllocateBuffer at %.0f ms was "
        "never freed: Logoff and MAPIUninitialize do not free it",
        rig_model_record(model, call->enter).u.buffer.bytes,
        rig_model_thread_name(model, call->thread), rig_model_ms(model, call->enter));
    rig_call_evidence(check, block->allocate, ", never freed");
  }
  return left;
}

void rig_check_buffers_freed(struct rig_check *check) {
  const struct rig_ledger *ledger = check->model->ledger;
  uint32_t at = 0;
  for (const struct rig_act *act; (act = rig_next_act(check, RIG_ACT_FREE_PROBLEM, &at));)
    fail_free(check, act);
  uint32_t left = fail_leaks(check);
  if (left == 0 && ledger->frees)
    rig_check_pass(check, "every block of MAPIAllocateBuffer was freed once");
  else if (left && ledger->freed_elsewhere)
    rig_check_unexercised(check,
                          "FreeProws or FreePadrlist, which free blocks that the record does "
                          "not name, are not supported");
  else if (left)
    rig_explain_end(check);
  else
    rig_check_unexercised(check, NULL);
}

/* ---- advise-balanced ---- */

static enum rig_rule_id root_of_connection(const struct rig_model *model,
                                           const struct rig_ledger_session *session) {
  if (session->open)
    return RIG_RULE_shutdown_order;
  if (session->logoff != RIG_NONE || session->released != RIG_NONE)
    return RIG_RULE_COUNT;
  return root_of_leak(model);
}

static uint32_t fail_connections(struct rig_check *check) {
  const struct rig_model *model = check->model;
  const struct rig_ledger *ledger = model->ledger;
  uint32_t left = 0;
  for (uint32_t i = 0; i < ledger->connection_count; i++) {
    const struct rig_ledger_connection *connection = &ledger->connections[i];
    const struct rig_ledger_session *session = &ledger->sessions[connection->session];
    if (connection->unadvise != RIG_NONE)
      continue;
    left++;
    if (!rig_lived_out(model))
      continue;
    const struct rig_model_call *call = &model->calls[connection->advise];
    bool told = rig_check_fail(
        check, RIG_SEVERITY_ERROR, root_of_connection(model, session),
        "connection %u that thread %s got from Advise at %.0f ms was never Unadvised: MAPI keeps "
        "its reference to the advise sink, and may call it after the client thinks it is gone",
        connection->number, rig_model_thread_name(model, call->thread),
        rig_model_ms(model, call->enter));
    if (!told)
      continue;
    rig_call_evidence(check, connection->advise, ", never undone");
    rig_call_evidence(check, session->logoff, ", with the connection alive");
  }
  return left;
}

static void fail_unadvise(struct rig_check *check, const struct rig_act *act) {
  const struct rig_model *model = check->model;
  uint32_t number = rig_model_record(model, act->record).u.mapi.b;
  uint32_t before =
      act->other == RIG_NONE ? RIG_NONE : model->ledger->connections[act->other].unadvise;
  const char *why = "which no Advise of this session returned";
  if (before != RIG_NONE)
    why = "which had been Unadvised before";
  else if (number == 0)
    why = "which is the number of no connection";
  if (!rig_check_fail(check, rig_act_severity(act), RIG_RULE_COUNT, "%s for connection %u, %s%s",
                      rig_words_act(model, act).text, number, why,
                      rig_words_answer(model, act->call).text))
    return;
  rig_call_evidence(check, act->call, "");
  rig_call_evidence(check, before, " before it");
}

void rig_check_advise_balanced(struct rig_check *check) {
  const struct rig_ledger *ledger = check->model->ledger;
  uint32_t at = 0;
  for (const struct rig_act *act; (act = rig_next_act(check, RIG_ACT_UNADVISE_UNKNOWN, &at));)
    fail_unadvise(check, act);
  uint32_t left = fail_connections(check);
  if (left)
    rig_explain_end(check);
  else if (ledger->connection_count)
    rig_check_pass(check, "each of %u connections was Unadvised", ledger->connection_count);
  else
    rig_check_unexercised(check, NULL);
}
