/*
 * What the client did with MAPI's own state: who initialised it, which sessions, connections and
 * blocks lived when, and each act that breaks the order of a life.
 *
 * One pass over the calls, in the order of the log, decides for each act which rule it belongs to:
 * an act is told once, by the rule whose mend would have avoided it. State is kept per thread,
 * since MAPI is initialised per thread (D:using-thread-safe-objects, G1); objects are told apart by
 * address and generation, for an address may be used again.
 */
#ifndef RIG_JUDGE_LEDGER_H
#define RIG_JUDGE_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/status.h"

struct rig_model;

#define RIG_ACTS_MAX 4096u     /* acts that are told apart; a loop makes many alike */
#define RIG_UTIL_DEPTH_MAX 64u /* ScInitMapiUtil that are open at once */

enum rig_act_kind {
  RIG_ACT_USE_BEFORE,      /* init-before-use: on a thread that never initialised MAPI */
  RIG_ACT_USE_AFTER_OWN,   /* init-before-use: after its own MAPIUninitialize; others have MAPI */
  RIG_ACT_UNINIT_UNOWNED,  /* uninit-owned */
  RIG_ACT_FIRST_LEFT,      /* first-thread-outlives; other: a thread that still had MAPI */
  RIG_ACT_IN_DLLMAIN,      /* not-in-dllmain */
  RIG_ACT_SESSION_OPEN,    /* shutdown-order: the last MAPIUninitialize with a session open */
  RIG_ACT_UNADVISE_LATE,   /* shutdown-order: Unadvise after Logoff; other: the connection */
  RIG_ACT_CLEANUP_LATE,    /* shutdown-order: Release and its kin after MAPIUninitialize */
  RIG_ACT_OLE_LATE,        /* shutdown-order: OleUninitialize after MAPIUninitialize */
  RIG_ACT_DEINIT_UNPAIRED, /* shutdown-order: DeinitMapiUtil without ScInitMapiUtil */
  RIG_ACT_DEINIT_EARLY,    /* shutdown-order: DeinitMapiUtil before MAPIUninitialize */
  RIG_ACT_AFTER_LOGOFF,    /* no-use-after-logoff: a method of a session that was logged off */
  RIG_ACT_AFTER_LAST,      /* no-use-after-logoff: after the last MAPIUninitialize */
  RIG_ACT_FREE_PROBLEM,    /* buffers-freed: MAPIFreeBuffer of what is not the client's to free */
  RIG_ACT_UNADVISE_UNKNOWN /* advise-balanced: no such connection, or none any more */
};

struct rig_act {
  enum rig_act_kind kind;
  bool mild;        /* by shape, or documented as harmless: a warning */
  uint32_t record;  /* the call's entry; the end of a thread */
  uint32_t call;    /* RIG_NONE for the end of a thread */
  uint32_t thread;  /* index */
  uint32_t session; /* index, RIG_NONE */
  uint32_t other;   /* by kind; RIG_NONE */
};

/* A thread of the model, by the same index. */
struct rig_ledger_thread {
  uint32_t initialised; /* MAPIInitialize that succeeded and were not undone */
  uint32_t inits;
  uint32_t since;  /* record where `initialised` became 1 */
  uint32_t failed; /* call: its last MAPIInitialize that failed, RIG_NONE */
  uint32_t uninit; /* call: its MAPIUninitialize that undid the last, RIG_NONE */
  uint32_t ole;    /* OleInitialize not undone */
  uint32_t ole_at_uninit;
};

struct rig_ledger_session {
  uint64_t address;
  uint32_t previous; /* the session before it at this address, RIG_NONE */
  uint32_t thread;
  uint32_t logon;    /* call */
  uint32_t from;     /* record of its return */
  uint32_t logoff;   /* call that succeeded, RIG_NONE */
  uint32_t released; /* record of the Release that left no reference, RIG_NONE */
  bool open;         /* it was open at the last MAPIUninitialize */
};

struct rig_ledger_connection {
  uint32_t session;
  uint32_t number;
  uint32_t advise;   /* call */
  uint32_t unadvise; /* call, whatever it answered; RIG_NONE: never */
};

/* Blocks of one address. Records of two threads may stand in another order than their acts, so
 * they are counted: an address whose count is not 0 at the end was not freed. */
struct rig_ledger_block {
  uint64_t address;
  int64_t live;
  uint32_t allocate; /* call: the last one that returned it */
};

struct rig_ledger {
  struct rig_ledger_thread *threads; /* as many as the model has */
  struct rig_ledger_session *sessions;
  uint32_t session_count;
  struct rig_ledger_connection *connections;
  uint32_t connection_count;
  struct rig_ledger_block *blocks;
  uint32_t block_count;
  struct rig_act *acts;
  uint32_t act_count;

  uint32_t process;       /* initialisations of the process, as MAPI counts them, at the end */
  uint32_t uses;          /* calls on a thread that had initialised MAPI */
  uint32_t uninits;       /* MAPIUninitialize of a thread that had initialised it */
  uint32_t ends;          /* times that a thread undid its last MAPIInitialize */
  uint32_t logoffs;       /* Logoff that succeeded */
  uint32_t last_uninits;  /* times that the process came to 0 */
  uint32_t first_kept;    /* times that the first thread was the last, with others before it */
  uint32_t spans;         /* times that the process left 0 */
  uint32_t spans_apart;   /* those with MAPI_MULTITHREAD_NOTIFICATIONS */
  uint32_t calls_checked; /* MAPIInitialize and MAPIUninitialize, in DllMain or not */
  uint32_t frees;         /* blocks that were freed as they should */
  bool freed_elsewhere; /* FreeProws, FreePadrlist: they free blocks that the record cannot name */
};

/* Keeps the books of `model`, whose records were all read. The model owns the result. */
enum rig_status rig_ledger_build(struct rig_ledger **ledger,
                                 const struct rig_model *model) RIG_CHECKED;
void rig_ledger_free(struct rig_ledger *ledger); /* NULL is fine */

#endif
