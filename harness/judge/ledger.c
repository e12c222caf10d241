/*
 * The ledger's pass over the calls: each is led to the part that keeps its books.
 */
#include <stdlib.h>
#include <string.h>

#include "judge/ledger_build.h"

bool ledger_grow(struct ledger_builder *builder, void **items, uint32_t count, uint32_t *capacity,
                 size_t size) {
  if (count < *capacity)
    return true;
  uint32_t wanted = *capacity ? *capacity * 2 : 16;
  void *grown = realloc(*items, (size_t)wanted * size);
  if (!grown) {
    builder->failed = true;
    return false;
  }
  *items = grown;
  *capacity = wanted;
  return true;
}

/* A client that gives up after an answer "not supported" is not blamed for how it does so. */
static bool excused(const struct rig_model *model, uint32_t record) {
  return model->first_unsupported != RIG_NONE && model->stop == RIG_NONE &&
         record > model->first_unsupported;
}

struct rig_act *ledger_act(struct ledger_builder *builder, enum rig_act_kind kind, uint32_t call) {
  struct rig_ledger *ledger = builder->ledger;
  const struct rig_model_call *at = &builder->model->calls[call];
  if (excused(builder->model, at->enter) || ledger->act_count >= RIG_ACTS_MAX ||
      !ledger_grow(builder, (void **)&ledger->acts, ledger->act_count, &builder->act_capacity,
                   sizeof *ledger->acts))
    return NULL;
  struct rig_act *act = &ledger->acts[ledger->act_count++];
  *act = (struct rig_act){.kind = kind,
                          .record = at->enter,
                          .call = call,
                          .thread = at->thread,
                          .session = RIG_NONE,
                          .other = RIG_NONE};
  return act;
}

/* ---- what a call asks of MAPI's state ---- */

/* Exports that go beyond utilities and Simple MAPI (D:mapi-functions); the other names that this
 * version does not support ask for no MAPIInitialize of their own. */
static bool is_core_export(const char *name) {
  static const char *const names[] = {"MAPIAdminProfiles", "MAPIOpenFormMgr",
                                      "MAPIOpenLocalFormContainer"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strcmp(name, names[i]) == 0)
      return true;
  }
  return false;
}

static void unsupported(struct ledger_builder *builder, uint32_t call) {
  char name[90];
  rig_trace_more_text(builder->model->trace, builder->model->calls[call].enter, name, sizeof name);
  if (strncmp(name, "IMAPISession::", 14) == 0)
    ledger_session_call(builder, call);
  else if (strstr(name, "::") || is_core_export(name))
    ledger_use(builder, call, LEDGER_USE_CORE, false, false);
  else if (strcmp(name, "HrThisThreadAdviseSink") == 0)
    ledger_use(builder, call, LEDGER_USE_UTILITY, false, false);
  else if (strcmp(name, "FreeProws") == 0 || strcmp(name, "FreePadrlist") == 0)
    builder->ledger->freed_elsewhere = true;
}

static void read_call(struct ledger_builder *builder, uint32_t call) {
  switch (builder->model->calls[call].call) {
  case RIG_CALL_MAPIInitialize:
    ledger_initialize(builder, call);
    break;
  case RIG_CALL_MAPIUninitialize:
    ledger_uninitialize(builder, call);
    break;
  case RIG_CALL_ScInitMapiUtil:
  case RIG_CALL_DeinitMapiUtil:
    ledger_util(builder, call);
    break;
  case RIG_CALL_OleInitialize:
  case RIG_CALL_OleUninitialize:
    ledger_ole(builder, call);
    break;
  case RIG_CALL_MAPILogonEx:
    ledger_use(builder, call, LEDGER_USE_CORE, false, false);
    ledger_logon(builder, call);
    break;
  case RIG_CALL_HrDispatchNotifications:
    ledger_use(builder, call, LEDGER_USE_CORE, false, false);
    break;
  case RIG_CALL_HrAllocAdviseSink:
  case RIG_CALL_HrThisThreadAdviseSink:
    ledger_use(builder, call, LEDGER_USE_UTILITY, false, false);
    break;
  case RIG_CALL_MAPIAllocateBuffer:
  case RIG_CALL_MAPIAllocateMore:
  case RIG_CALL_MAPIFreeBuffer:
    ledger_buffer(builder, call);
    break;
  case RIG_CALL_IMAPISession_QueryInterface:
  case RIG_CALL_IMAPISession_AddRef:
  case RIG_CALL_IMAPISession_Release:
  case RIG_CALL_IMAPISession_GetLastError:
  case RIG_CALL_IMAPISession_Logoff:
  case RIG_CALL_IMAPISession_Advise:
  case RIG_CALL_IMAPISession_Unadvise:
    ledger_session_call(builder, call);
    break;
  case RIG_CALL_MapiUnsupported:
    unsupported(builder, call);
    break;
  default:
    break;
  }
}

/* ---- the pass ---- */

static int by_record(const void *left, const void *right) {
  uint32_t a = ((const struct ledger_end *)left)->record;
  uint32_t b = ((const struct ledger_end *)right)->record;
  return a < b ? -1 : a > b;
}

static bool list_ends(struct ledger_builder *builder) {
  const struct rig_model *model = builder->model;
  builder->ends = malloc(((size_t)model->thread_count + 1) * sizeof *builder->ends);
  if (!builder->ends)
    return false;
  for (uint32_t i = 0; i < model->thread_count; i++) {
    if (model->threads[i].ended != RIG_NONE)
      builder->ends[builder->end_count++] =
          (struct ledger_end){.record = model->threads[i].ended, .thread = i};
  }
  qsort(builder->ends, builder->end_count, sizeof *builder->ends, by_record);
  return true;
}

static void end_threads(struct ledger_builder *builder, uint32_t before) {
  while (builder->end_next < builder->end_count && builder->ends[builder->end_next].record < before)
    ledger_thread_end(builder, builder->ends[builder->end_next++].thread);
}

enum rig_status rig_ledger_build(struct rig_ledger **ledger, const struct rig_model *model) {
  struct ledger_builder builder = {.model = model, .first = RIG_NONE};
  builder.ledger = calloc(1, sizeof *builder.ledger);
  if (!builder.ledger)
    return RIG_NO_MEMORY;
  struct rig_ledger *made = builder.ledger;
  made->threads = calloc((size_t)model->thread_count + 1, sizeof *made->threads);
  builder.failed = !made->threads || !list_ends(&builder);
  for (uint32_t i = 0; i < model->thread_count && !builder.failed; i++)
    made->threads[i].failed = made->threads[i].uninit = made->threads[i].since = RIG_NONE;
  for (uint32_t i = 0; i < model->call_count && !builder.failed; i++) {
    end_threads(&builder, model->calls[i].enter);
    read_call(&builder, i);
  }
  if (!builder.failed)
    end_threads(&builder, RIG_NONE);
  free(builder.ends);
  ledger_map_free(&builder.sessions);
  ledger_map_free(&builder.connections);
  ledger_map_free(&builder.blocks);
  if (builder.failed) {
    rig_ledger_free(made);
    return RIG_NO_MEMORY;
  }
  *ledger = made;
  return RIG_OK;
}

void rig_ledger_free(struct rig_ledger *ledger) {
  if (!ledger)
    return;
  free(ledger->threads);
  free(ledger->sessions);
  free(ledger->connections);
  free(ledger->blocks);
  free(ledger->acts);
  free(ledger);
}
