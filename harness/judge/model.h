/*
 * A trace as the rules see it: threads with their calls, stimuli with what became of them, the
 * spans in which MAPI was initialised, diagnoses of blocked threads, the stop request, the end.
 *
 * Built in one pass over any bytes that rig_trace_open accepted: every index is checked here, so
 * that a rule can follow them without a further test. Log order is the order of everything.
 */
#ifndef RIG_JUDGE_MODEL_H
#define RIG_JUDGE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/status.h"
#include "core/trace.h"

#define RIG_NONE UINT32_MAX
#define RIG_BLOCKS_MAX 1024u       /* diagnoses that are looked at: a run has a handful */
#define RIG_BLOCK_HANDLES_MAX 128u /* handles of one diagnosis: two waits of 64 */
#define RIG_HANGS_MAX 256u
#define RIG_HANG_WAITS_MAX 16u
#define RIG_SYMBOLS_MAX 1024u
#define RIG_MODULES_MAX 256u
#define RIG_LATE_MAX 1024u
#define RIG_SPANS_MAX 256u
#define RIG_UNDELIVERED_MAX 4096u
#define RIG_DETAINED_MAX 1024u /* times that the scenario kept a thread from going on */

/* Win32 values that the rules reason about. */
enum {
  RIG_WM_QUIT = 0x12,
  RIG_PM_REMOVE = 1,
  RIG_QS_POSTMESSAGE = 0x8,
  RIG_QS_SENDMESSAGE = 0x40,
  RIG_QS_ALLPOSTMESSAGE = 0x100,
  RIG_MWMO_WAITALL = 1,
  RIG_MWMO_ALERTABLE = 2,
  RIG_MWMO_INPUTAVAILABLE = 4,
  RIG_MAPI_MULTITHREAD_NOTIFICATIONS = 1,
  RIG_MAPI_NT_SERVICE = 0x10000
};
#define RIG_INFINITE UINT32_MAX

/* How a thread has looked at its queue so far. */
struct rig_model_looks {
  uint32_t whole;    /* looks that leave no message out */
  uint32_t filtered; /* its last retrieval with a filter, RIG_NONE */
};

struct rig_model_thread {
  uint32_t id;          /* Windows thread id; used again after an end: a new entry then */
  uint32_t first;       /* its first call, RIG_NONE if none */
  uint32_t last;        /* its last call */
  uint32_t open;        /* the innermost call it sits in when the log ends */
  uint32_t ended;       /* record of its THREAD_END, RIG_NONE if none */
  bool mapis;           /* made by MAPI, not by the client */
  uint32_t initialised; /* MAPIInitialize that succeeded and were not undone */
  uint32_t init;        /* the last such call, RIG_NONE if none */
  uint32_t inits;       /* MAPIInitialize that succeeded */

  uint32_t serves;    /* calls so far that look at its queue */
  uint32_t last_pump; /* record of the last such call or message-aware wait, RIG_NONE */
  uint32_t last_wait; /* its last wait of any kind */
  uint32_t ignored;   /* its last wait that returned for input, nothing having looked since */
  uint32_t fault;     /* FAULT that its next completed call has met, RIG_NONE */
  struct rig_model_looks looks;

  struct { /* the same when the stop was asked for; when the log ends, without one */
    uint32_t open;
    uint32_t serves;
    uint32_t last_wait;
    uint32_t ignored;
    struct rig_model_looks looks;
    bool excused;
  } horizon;
};

struct rig_model_call {
  uint32_t enter;   /* record of its ENTER, or of the completed CALL */
  uint32_t leave;   /* record of its LEAVE (the CALL itself), RIG_NONE: it never returned */
  uint32_t thread;  /* index of the thread */
  uint32_t parent;  /* the call it was made in, RIG_NONE at the outermost level */
  uint32_t next;    /* the thread's next call by its entry */
  uint16_t call;    /* enum rig_call */
  uint16_t family;  /* enum rig_family */
  uint32_t ignores; /* a message-aware wait: the wait before it that returned for input, when
                     * nothing looked at the queue in between; else RIG_NONE */
  uint32_t brought; /* a retrieval: the stimulus that it removed, RIG_NONE */
  uint32_t fault;   /* STIMULUS: the scenario's FAULT that it has met, RIG_NONE */
  bool excused;     /* the thread left its pump after an answer "not supported" */
  bool inside;      /* while reading: not known to have ended */
};

struct rig_model_stimulus {
  uint32_t record;
  uint32_t action; /* enum rig_action */
  uint32_t step;   /* index in the plan */
  uint32_t thread; /* index of the thread that must serve it, RIG_NONE if none */
  uint32_t window; /* enum rig_window that it aims at, NONE for none */
  uint64_t token;
  uint32_t received;  /* its RECEIPT; a removal, for a message without a window */
  uint32_t removed;   /* LEAVE of the retrieval that removed it from the queue */
  uint32_t replied;   /* record of the sender's reply */
  uint32_t timed_out; /* record of the sender's time-out */
  uint32_t dropped;   /* record of the destruction of its window, which took it along */
  uint32_t sitting;   /* call its thread sat in at the time-out */
  uint32_t serves;    /* its thread's `serves` when it was performed */
  uint32_t whole;     /* and its whole looks */
  uint32_t hwnd;      /* what a filter would let through: 0 for a thread message */
  uint32_t message;
  bool served;   /* its thread looked at its queue between it and the time-out */
  bool accepted; /* the call that performed it succeeded */
};

struct rig_model_handle {
  uint32_t record;
  uint32_t handle;
  uint32_t signal; /* enum rig_signal */
  uint32_t type;   /* enum rig_object_type */
  uint32_t wait;   /* the call whose array holds it, RIG_NONE if unknown */
};

/* A thread blocked for D, as the director diagnosed it. */
struct rig_model_block {
  uint32_t record;
  uint32_t writer; /* thread id of the director, whose HANDLE records follow */
  uint32_t thread;
  uint32_t call; /* the call it sits in, RIG_NONE if unknown */
  uint32_t ms;
  uint32_t pending;
  struct rig_model_looks looks; /* of its thread by then */
  bool inconclusive;            /* the machine was late meanwhile, or `detained`: proves nothing */
  bool detained;                /* the scenario kept the thread from going on meanwhile */
  struct rig_model_handle *handles;
  uint32_t handle_count;
};

/* A time in which the scenario itself kept a thread from going on: a hold, a gate, a send that it
 * withdraws, a fault. */
struct rig_model_detained {
  uint32_t thread; /* index */
  uint32_t from;   /* record */
  uint32_t to;     /* record, RIG_NONE: until the end */
  uint32_t action; /* enum rig_action */
  uint32_t step;
};

/* A thread that another waits for. */
struct rig_model_await {
  uint32_t thread; /* the other one */
  uint32_t what;   /* enum rig_awaited */
  uint32_t by;     /* a handle, or a window */
};

/* One look at a thread that hangs (STACK): what it does, and whom it waits for. */
struct rig_model_hang {
  uint32_t record;
  uint32_t writer; /* thread id of the director */
  uint32_t thread;
  uint32_t call;   /* the call it sits in, RIG_NONE if none */
  uint32_t stance; /* enum rig_stance, RIG_STANCE_UNKNOWN for any other value */
  uint32_t busy;   /* permille of a CPU's time, RIG_BUSY_UNKNOWN */
  uint32_t calls;  /* made in the last `window_ms` */
  uint32_t window_ms;
  uint32_t block; /* the diagnosis just before it, whose handles hold for it; RIG_NONE */
  struct rig_model_handle *handles;
  uint32_t handle_count;
  struct rig_model_await awaits[RIG_HANG_WAITS_MAX];
  uint32_t await_count;
};

/* Where a module of the client's lies. */
struct rig_model_module {
  uint64_t base;
  uint64_t bytes;
};

/* The name of an address on a stack: a SYMBOL record. */
struct rig_model_symbol {
  uint64_t address;
  uint32_t record;
};

/* MAPI initialised in the process: from the first MAPIInitialize to the last MAPIUninitialize. */
struct rig_model_span {
  uint32_t thread; /* the first initialising thread */
  uint32_t init;   /* its MAPIInitialize */
  uint32_t from;   /* record of that call's return */
  uint32_t to;     /* record where the last MAPIUninitialize was entered, RIG_NONE: never */
  bool multithread_notifications;
};

/* Why a message was not served: decides which rule explains it. */
enum rig_reason {
  RIG_REASON_NO_PUMP,  /* sits in a call that serves no messages */
  RIG_REASON_WAIT_ALL, /* a message-aware wait for all handles and input */
  RIG_REASON_FILTER,   /* the thread looks through filters alone, which leave the message out */
  RIG_REASON_HANDLER,  /* a message's handler, a callback or other client code does not return */
  RIG_REASON_MASK,     /* the wake mask lacks the message's kind */
  RIG_REASON_OLD,      /* made old by a look at the queue; the wait does not see old input */
  RIG_REASON_IGNORED,  /* a wait returned for it, and the thread waited again */
  RIG_REASON_REMOVED,  /* removed from the queue, never dispatched */
  RIG_REASON_UNKNOWN   /* none of these: blames nobody */
};

/* A stimulus that was not served for D although its thread had the time. */
struct rig_model_undelivered {
  uint32_t stimulus;
  uint32_t block;   /* the diagnosis that proves it, RIG_NONE: by time alone */
  uint32_t sitting; /* the call the thread sat in, RIG_NONE: none; IGNORED, by time alone: the last
                     * wait that ignored `wake`, if any did */
  uint32_t wake;    /* IGNORED: the wait that returned for input and was ignored */
  uint32_t look;    /* FILTER: the last retrieval that left it out */
  enum rig_reason reason;
  double ms;     /* how long it had waited by then */
  bool of_first; /* the thread is the first initialising one */
};

struct rig_model {
  const struct rig_trace *trace;
  uint32_t records;
  double deadline_ms; /* D, scaled */
  bool service;       /* role */
  uint32_t bitness;

  struct rig_model_thread *threads;
  uint32_t thread_count;
  struct rig_model_call *calls;
  uint32_t call_count;
  struct rig_model_stimulus *stimuli;
  uint32_t stimulus_count;
  struct rig_model_block *blocks;
  uint32_t block_count;
  struct rig_model_hang *hangs;
  uint32_t hang_count;
  struct rig_model_symbol *symbols;
  uint32_t symbol_count;
  struct rig_model_module *modules;
  uint32_t module_count;
  struct rig_model_span *spans;
  uint32_t span_count;
  struct rig_model_undelivered *undelivered;
  uint32_t undelivered_count;
  bool undecided; /* a message was not served for D, but the machine was late too often meanwhile */
  struct rig_ledger *ledger; /* ledger.h: what lived when, for the life-cycle rules */
  struct {
    double from_ms;
    double to_ms;
  } late[RIG_LATE_MAX];
  uint32_t late_count;
  struct rig_model_detained detained[RIG_DETAINED_MAX];
  uint32_t detained_count;
  uint32_t windows[RIG_WINDOW_IDLE + 1]; /* MAPI's: hwnd by enum rig_window, 0 = none yet */

  /* Single facts; each is the index of a record, RIG_NONE when there was none. */
  uint32_t hello;
  uint32_t exception;
  uint32_t ready;
  uint32_t end;
  uint32_t exit;
  uint32_t process_end;
  uint32_t last;            /* the last record */
  uint32_t stop;            /* STIMULUS: the stop that was asked for and not refused */
  uint32_t stop_step;       /* its step, RIG_NONE */
  uint32_t refused;         /* STIMULUS: a stop that was refused */
  uint32_t refused_control; /* STIMULUS: a control that was refused */
  uint32_t fault;           /* STIMULUS: the last fault that a call has met */
  uint32_t stop_heard;      /* ENTER of HandlerEx (stop, shutdown) or of a HandlerRoutine */
  uint32_t unsupported;     /* the last call answered "not supported" */
  uint32_t first_unsupported;
  uint32_t mapi_calls;
  uint32_t initialised; /* MAPIInitialize that succeeded, of the whole process, and not undone */
  bool truncated;       /* the log was full */
  bool scm;             /* the client connected to the service control manager */

  /* The end of the process. */
  bool exit_known;
  uint32_t exit_code;
  bool killed; /* by the harness, or by a stop that kills */
};

/* Builds a model of `trace`, which must outlive it. The caller ends it with rig_model_free. */
enum rig_status rig_model_build(struct rig_model *model, const struct rig_trace *trace) RIG_CHECKED;
void rig_model_free(struct rig_model *model);

/* A copy of the record, all zero when the slot holds none. */
struct rig_record rig_model_record(const struct rig_model *model, uint32_t index);
double rig_model_ms(const struct rig_model *model, uint32_t record);
/* "main", "t1" ... of the thread with this index. */
const char *rig_model_thread_name(const struct rig_model *model, uint32_t thread);
/* The thread that initialised MAPI first (the last such one), NULL if none did. */
const struct rig_model_thread *rig_model_first_thread(const struct rig_model *model);
/* Was the machine late at any time between the two? */
bool rig_model_late(const struct rig_model *model, double from_ms, double to_ms);
/* From when on it was on time: the end of the last interval between the two in which it was late.
 * `from_ms` when there was none. One that reaches beyond `to_ms` is left to rig_model_late. */
double rig_model_timely_from(const struct rig_model *model, double from_ms, double to_ms);
/* The name of a call, "no call" for RIG_NONE. */
const char *rig_model_call_name(const struct rig_model *model, uint32_t call);
/* Did the scenario itself keep the thread from going on at any time between the two? */
bool rig_model_detained(const struct rig_model *model, uint32_t thread, double from_ms,
                        double to_ms);
/* From when on it did so no more: `from_ms` when it never did, `to_ms` when it did to the end. */
double rig_model_free_from(const struct rig_model *model, uint32_t thread, double from_ms,
                           double to_ms);
/* The last time at or after `record` in which it kept a thread of the client from going on; NULL
 * when there is none. */
const struct rig_model_detained *rig_model_detained_after(const struct rig_model *model,
                                                          uint32_t record);
/* The one that keeps the thread at `record`, NULL when none does. */
const struct rig_model_detained *rig_model_detained_at(const struct rig_model *model,
                                                       uint32_t thread, uint32_t record);
/* How long between the two the scenario kept any thread from going on. */
double rig_model_detained_ms(const struct rig_model *model, double from_ms, double to_ms);
/* Is `record` before the stop request (any record, when there was none)? */
bool rig_model_before_stop(const struct rig_model *model, uint32_t record);
/* Did the process end by itself: no crash, not killed, the log complete? */
bool rig_model_ended_itself(const struct rig_model *model);
/* 0, or the code of the exception that ended the process. */
uint32_t rig_model_crash(const struct rig_model *model);
/* How the stop was asked for (never RIG_STOP_DEFAULT). */
enum rig_stop_way rig_model_stop_way(const struct rig_model *model);

/* ---- what a call did ---- */

/* How a wait ended. */
enum rig_wake {
  RIG_WAKE_NONE, /* it did not return */
  RIG_WAKE_HANDLE,
  RIG_WAKE_INPUT,
  RIG_WAKE_TIMEOUT,
  RIG_WAKE_OTHER /* failed, abandoned, an APC */
};
enum rig_wake rig_model_wake(const struct rig_model *model, const struct rig_model_call *call);

/* What a retrieval brought. */
struct rig_model_message {
  bool any;     /* a message was returned (WM_QUIT too) */
  bool removed; /* and taken from the queue */
  bool quit;
  uint32_t hwnd;
  uint32_t message;
  uint64_t wparam;
  uint64_t lparam;
};
struct rig_model_message rig_model_retrieved(const struct rig_model *model,
                                             const struct rig_model_call *call);
/* No window, range or kind filter. */
bool rig_model_unfiltered(const struct rig_model *model, const struct rig_model_call *call);
/* Would the retrieval's filter let through a message for `hwnd` (0: of the thread)? */
bool rig_model_lets_through(const struct rig_model *model, const struct rig_model_call *call,
                            uint32_t hwnd, uint32_t message);
/* The thread of a span whose thread it was in no span before it: what a check walks once each. */
bool rig_model_span_is_new(const struct rig_model *model, uint32_t span);
/* The thread that initialised MAPI first made this call while MAPI was initialised. */
bool rig_model_of_first(const struct rig_model *model, const struct rig_model_call *call);
/* The call was made, at some depth, while a message was being handled: dispatched or received. */
bool rig_model_in_handler(const struct rig_model *model, uint32_t call);
/* The thread was diagnosed as sitting in the call for D, neither the machine nor the scenario being
 * the cause: the index of the diagnosis, RIG_NONE. */
uint32_t rig_model_block_in(const struct rig_model *model, uint32_t call);

/* Is it a message that is sent, not posted? */
bool rig_action_sends(unsigned action);

/* Families that look at the thread's queue, and those of message-aware waits. */
bool rig_family_serves(unsigned family);
bool rig_family_message_wait(unsigned family);

/* The handles of a wait's array (at most `size`); returns how many. */
uint32_t rig_model_handles(const struct rig_model *model, const struct rig_model_call *call,
                           uint32_t *handles, uint32_t size);

/* The record by which the sender had its answer, RIG_NONE if it had none. Where a sender's thread
 * has ended with its process before it recorded that: the return of the call that brought the
 * message. */
uint32_t rig_model_answered(const struct rig_model *model,
                            const struct rig_model_stimulus *stimulus);
/* Is the stimulus waiting for its thread just before `record`? */
bool rig_model_pending(const struct rig_model *model, const struct rig_model_stimulus *stimulus,
                       uint32_t record);
/* The span that `record` lies in, RIG_NONE. */
uint32_t rig_model_span_at(const struct rig_model *model, uint32_t record);

#endif
