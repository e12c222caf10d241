/*
 * What the parts of the ledger's building share; no rule includes this.
 */
#ifndef RIG_JUDGE_LEDGER_BUILD_H
#define RIG_JUDGE_LEDGER_BUILD_H

#include "judge/ledger.h"
#include "judge/model.h"

/* From an address and a number to the latest index that was put there; open-addressed. */
struct ledger_map {
  struct ledger_slot *slots;
  uint32_t slot_count; /* a power of two, 0 at first */
  uint32_t used;
};

/* RIG_NONE when nothing was put there. */
uint32_t ledger_map_get(const struct ledger_map *map, uint64_t address, uint32_t number);
/* False without memory. */
bool ledger_map_put(struct ledger_map *map, uint64_t address, uint32_t number, uint32_t index);
void ledger_map_free(struct ledger_map *map);

/* What a call asks of MAPI's state. */
enum ledger_use {
  LEDGER_USE_NONE,    /* nothing: exempt, or no call of the client's */
  LEDGER_USE_CORE,    /* MAPIInitialize on its thread */
  LEDGER_USE_UTILITY, /* that, or ScInitMapiUtil */
};

/* The end of a thread. */
struct ledger_end {
  uint32_t record;
  uint32_t thread; /* index */
};

struct ledger_builder {
  const struct rig_model *model;
  struct rig_ledger *ledger;
  struct ledger_map sessions;    /* by address */
  struct ledger_map connections; /* by session index and number */
  struct ledger_map blocks;      /* by address */
  uint32_t session_capacity;
  uint32_t connection_capacity;
  uint32_t block_capacity;
  uint32_t act_capacity;
  uint32_t first;          /* the first initialising thread, RIG_NONE */
  bool first_apart;        /* with MAPI_MULTITHREAD_NOTIFICATIONS */
  bool others;             /* another thread initialised since */
  struct ledger_end *ends; /* by record */
  uint32_t end_count;
  uint32_t end_next;
  bool util_nested[RIG_UTIL_DEPTH_MAX]; /* ScInitMapiUtil was called with MAPI initialised */
  uint32_t util_depth;
  bool failed; /* out of memory */
};

/* Makes room for one more; false without memory. */
bool ledger_grow(struct ledger_builder *builder, void **items, uint32_t count, uint32_t *capacity,
                 size_t size);
/* Notes an act; the caller fills what is not passed. NULL when it is not to be told. */
struct rig_act *ledger_act(struct ledger_builder *builder, enum rig_act_kind kind, uint32_t call);

/* What each call adds; `call` is its index. */
void ledger_initialize(struct ledger_builder *builder, uint32_t call);
void ledger_uninitialize(struct ledger_builder *builder, uint32_t call);
void ledger_thread_end(struct ledger_builder *builder, uint32_t thread);
void ledger_util(struct ledger_builder *builder, uint32_t call);
void ledger_ole(struct ledger_builder *builder, uint32_t call);
void ledger_logon(struct ledger_builder *builder, uint32_t call);
void ledger_session_call(struct ledger_builder *builder, uint32_t call);
void ledger_buffer(struct ledger_builder *builder, uint32_t call);

/* Judges a call by what its thread has initialised. */
void ledger_use(struct ledger_builder *builder, uint32_t call, enum ledger_use use, bool cleanup,
                bool mild);
/* The session at `address` when the call was made, RIG_NONE. */
uint32_t ledger_session_at(const struct ledger_builder *builder, uint64_t address, uint32_t call);

#endif
