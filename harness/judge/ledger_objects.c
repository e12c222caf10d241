/*
 * The ledger's books of sessions, advise connections and blocks.
 */
#include "judge/ledger_build.h"

#define GENERATIONS_MAX 8 /* sessions at one address that are looked at */

static bool succeeded(uint32_t hresult) {
  return (hresult & 0x80000000u) == 0;
}

uint32_t ledger_session_at(const struct ledger_builder *builder, uint64_t address, uint32_t call) {
  uint32_t at = ledger_map_get(&builder->sessions, address, 0);
  uint32_t record = builder->model->calls[call].enter;
  for (unsigned i = 0; i < GENERATIONS_MAX && at != RIG_NONE; i++) {
    if (builder->ledger->sessions[at].from < record)
      return at;
    at = builder->ledger->sessions[at].previous;
  }
  return RIG_NONE;
}

void ledger_logon(struct ledger_builder *builder, uint32_t call) {
  struct rig_ledger *ledger = builder->ledger;
  const struct rig_model_call *at = &builder->model->calls[call];
  if (at->leave == RIG_NONE)
    return;
  struct rig_record leave = rig_model_record(builder->model, at->leave);
  if (!succeeded(leave.u.logon.result) || leave.u.logon.session == 0 ||
      !ledger_grow(builder, (void **)&ledger->sessions, ledger->session_count,
                   &builder->session_capacity, sizeof *ledger->sessions))
    return;
  uint64_t address = leave.u.logon.session;
  ledger->sessions[ledger->session_count] = (struct rig_ledger_session){
      .address = address,
      .previous = ledger_map_get(&builder->sessions, address, 0),
      .thread = at->thread,
      .logon = call,
      .from = at->leave,
      .logoff = RIG_NONE,
      .released = RIG_NONE,
  };
  if (!ledger_map_put(&builder->sessions, address, 0, ledger->session_count++))
    builder->failed = true;
}

/* ---- methods of a session ---- */

static void advise(struct ledger_builder *builder, uint32_t session, uint32_t call,
                   const struct rig_record *record) {
  struct rig_ledger *ledger = builder->ledger;
  if (!succeeded(record->u.mapi.result) ||
      !ledger_grow(builder, (void **)&ledger->connections, ledger->connection_count,
                   &builder->connection_capacity, sizeof *ledger->connections))
    return;
  ledger->connections[ledger->connection_count] = (struct rig_ledger_connection){
      .session = session, .number = record->u.mapi.b, .advise = call, .unadvise = RIG_NONE};
  if (!ledger_map_put(&builder->connections, session, record->u.mapi.b, ledger->connection_count++))
    builder->failed = true;
}

/* The connection that an Unadvise names, while it is not undone; RIG_NONE. */
static uint32_t connection_of(const struct ledger_builder *builder, uint32_t session,
                              uint32_t number) {
  uint32_t at = ledger_map_get(&builder->connections, session, number);
  bool live = at != RIG_NONE && builder->ledger->connections[at].unadvise == RIG_NONE;
  return live ? at : RIG_NONE;
}

static void unadvise(struct ledger_builder *builder, uint32_t session, uint32_t call,
                     const struct rig_record *record) {
  uint32_t connection = connection_of(builder, session, record->u.mapi.b);
  if (connection != RIG_NONE) {
    builder->ledger->connections[connection].unadvise = call;
    return;
  }
  if (succeeded(record->u.mapi.result))
    return;
  struct rig_act *act = ledger_act(builder, RIG_ACT_UNADVISE_UNKNOWN, call);
  if (!act)
    return;
  act->mild = record->u.mapi.b == 0; /* no connection has this number: nothing can be hit */
  act->session = session;
  act->other = ledger_map_get(&builder->connections, session, record->u.mapi.b);
}

/* A method of a session that was logged off: nothing but Release may be called. */
static void after_logoff(struct ledger_builder *builder, uint32_t session, uint32_t call,
                         const struct rig_record *record) {
  uint32_t connection = record->call == RIG_CALL_IMAPISession_Unadvise
                            ? connection_of(builder, session, record->u.mapi.b)
                            : RIG_NONE;
  enum rig_act_kind kind = connection == RIG_NONE ? RIG_ACT_AFTER_LOGOFF : RIG_ACT_UNADVISE_LATE;
  if (connection != RIG_NONE)
    builder->ledger->connections[connection].unadvise = call;
  struct rig_act *act = ledger_act(builder, kind, call);
  if (!act)
    return;
  act->mild = record->call == RIG_CALL_IMAPISession_AddRef ||
              record->call == RIG_CALL_IMAPISession_QueryInterface;
  act->session = session;
  act->other = connection;
}

static void log_off(struct ledger_builder *builder, uint32_t session, uint32_t call) {
  const struct rig_model_call *at = &builder->model->calls[call];
  if (at->leave == RIG_NONE ||
      !succeeded(rig_model_record(builder->model, at->leave).u.mapi.result))
    return;
  builder->ledger->sessions[session].logoff = call;
  builder->ledger->logoffs++;
}

/* A session that was open at the last MAPIUninitialize is told by that act alone. */
static bool told(const struct ledger_builder *builder, uint32_t session,
                 const struct rig_record *record) {
  return builder->ledger->sessions[session].open &&
         (record->call == RIG_CALL_IMAPISession_Release ||
          record->call == RIG_CALL_IMAPISession_Logoff ||
          record->call == RIG_CALL_IMAPISession_Unadvise);
}

void ledger_session_call(struct ledger_builder *builder, uint32_t call) {
  const struct rig_model *model = builder->model;
  struct rig_record record = rig_model_record(model, model->calls[call].enter);
  uint32_t session = ledger_session_at(builder, record.u.mapi.object, call);
  bool release = record.call == RIG_CALL_IMAPISession_Release;
  bool cleanup = release || record.call == RIG_CALL_IMAPISession_Logoff ||
                 record.call == RIG_CALL_IMAPISession_Unadvise;
  bool counts = record.call == RIG_CALL_IMAPISession_AddRef ||
                record.call == RIG_CALL_IMAPISession_QueryInterface;
  uint32_t logoff = session == RIG_NONE ? RIG_NONE : builder->ledger->sessions[session].logoff;
  if (!release && logoff != RIG_NONE && model->calls[logoff].leave < model->calls[call].enter) {
    after_logoff(builder, session, call, &record);
    return;
  }
  if (session == RIG_NONE || !told(builder, session, &record))
    ledger_use(builder, call, LEDGER_USE_CORE, cleanup, counts);
  if (session == RIG_NONE)
    return;
  if (record.call == RIG_CALL_IMAPISession_Advise)
    advise(builder, session, call, &record);
  else if (record.call == RIG_CALL_IMAPISession_Unadvise)
    unadvise(builder, session, call, &record);
  else if (record.call == RIG_CALL_IMAPISession_Logoff)
    log_off(builder, session, call);
  else if (release && record.u.mapi.b == 0)
    builder->ledger->sessions[session].released = model->calls[call].enter;
}

/* ---- blocks ---- */

static struct rig_ledger_block *block_at(struct ledger_builder *builder, uint64_t address) {
  struct rig_ledger *ledger = builder->ledger;
  uint32_t at = ledger_map_get(&builder->blocks, address, 0);
  if (at != RIG_NONE)
    return &ledger->blocks[at];
  if (!ledger_grow(builder, (void **)&ledger->blocks, ledger->block_count, &builder->block_capacity,
                   sizeof *ledger->blocks))
    return NULL;
  if (!ledger_map_put(&builder->blocks, address, 0, ledger->block_count)) {
    builder->failed = true;
    return NULL;
  }
  ledger->blocks[ledger->block_count] =
      (struct rig_ledger_block){.address = address, .allocate = RIG_NONE};
  return &ledger->blocks[ledger->block_count++];
}

static void free_block(struct ledger_builder *builder, uint32_t call,
                       const struct rig_record *record) {
  if (record->u.buffer.problem != RIG_BUFFER_FINE) {
    ledger_act(builder, RIG_ACT_FREE_PROBLEM, call);
    return;
  }
  struct rig_ledger_block *block = block_at(builder, record->u.buffer.block);
  if (!block)
    return;
  block->live--;
  builder->ledger->frees++;
}

void ledger_buffer(struct ledger_builder *builder, uint32_t call) {
  struct rig_record record = rig_model_record(builder->model, builder->model->calls[call].enter);
  bool frees = record.call == RIG_CALL_MAPIFreeBuffer;
  if (frees && record.u.buffer.block == 0)
    return; /* does nothing, which makes cleanup code simpler (D:mapifreebuffer) */
  ledger_use(builder, call, LEDGER_USE_UTILITY, frees, false);
  if (frees) {
    free_block(builder, call, &record);
  } else if (record.call == RIG_CALL_MAPIAllocateBuffer && succeeded(record.u.buffer.result) &&
             record.u.buffer.block != 0) {
    struct rig_ledger_block *block = block_at(builder, record.u.buffer.block);
    if (block) {
      block->live++;
      block->allocate = call;
    }
  }
}
