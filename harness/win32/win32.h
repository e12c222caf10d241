/*
 * The simulated Win32: thread queues, windows, sent messages, timers, objects, waits, APCs and
 * virtual time, as the simulator runs a pump on them.
 *
 * Pure functions on one struct: no clock, no I/O, no globals, no allocation, no user code. Where a
 * call must run code of the program (a window procedure, an APC), it says so and is continued
 * afterwards. Time moves only when rig_world_advance is told to.
 *
 * The semantics are Wine's 8.0 by default, and Windows' where a switch of the dialect says so; each
 * function names its source. What is refused in silence nowhere: a limit that is hit sets
 * world->limit, and the world is of no use from then on.
 *
 * Times are milliseconds of virtual time. Windows, threads and handles are numbers: a window is its
 * index + 1, a thread its index, a handle its table index + 1 times 4 (0 is never valid). The sim/
 * layer makes them look like HWND, thread ids and HANDLE.
 */
#ifndef RIG_WIN32_WIN32_H
#define RIG_WIN32_WIN32_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RIG_WIN_NONE UINT32_MAX
#define RIG_WIN_FOREVER UINT32_MAX /* INFINITE */
#define RIG_WIN_WAIT_MAX 64u       /* MAXIMUM_WAIT_OBJECTS */
#define RIG_WIN_WINDOWS 128u       /* windows at once */
/* A call that `failed` with this as its error read through NULL: the program crashes there. */
#define RIG_WIN_ACCESS_VIOLATION 0xC0000005u

/* ---- dialects: what Windows and Wine may do differently (a named switch for each) ---- */

/* X(switch, value for wine-8.0, value for windows, what it decides) */
#define RIG_DIALECT_SWITCHES(X)                                                                    \
  X(wait_makes_old, 0, 1,                                                                          \
    "a message-aware wait that returns for input clears the bits it woke for")                     \
  X(input_before_handle, 0, 0, "input that is new at the call comes before a signalled handle")    \
  X(quit_keeps_post_bit, 0, 1, "QS_POSTMESSAGE stays set when the quit flag was taken")            \
  X(seen_comes_first, 0, 1, "a message seen with PM_NOREMOVE is the next that is retrieved")       \
  X(wait_all_duplicates, 1, 0, "wait-all takes an array with the same handle twice")               \
  X(unknown_mwmo_accepted, 1, 0, "unknown MWMO_* flags are let pass")                              \
  X(bad_thread_error, 87, 1444, "the last error of PostThreadMessage to no thread")                \
  X(bad_destroy_error, 5, 1400, "the last error of DestroyWindow of no window")                    \
  X(bad_timer_error, 6, 1400, "the last error of SetTimer for no window")                          \
  X(post_limit, 0, 10000, "how many posted messages a queue takes; 0: no limit")                   \
  X(activation_joins_sta, 1, 0,                                                                    \
    "a thread whose window gets the focus is put into a single-threaded apartment, "               \
    "by the input method (wine: imm32, imm_coinit_thread)")                                        \
  X(null_handles_crash, 0, 1, "a NULL array with a count is an access violation, not a result")    \
  X(mask_cached, 1, 0,                                                                             \
    "a message-aware wait with mask 0 after a handle's return may see the mask "                   \
    "of the wait before it (Wine keeps it)")

struct rig_dialect {
#define RIG_X(name, wine, windows, text) uint32_t name;
  RIG_DIALECT_SWITCHES(RIG_X)
#undef RIG_X
};
extern const struct rig_dialect rig_dialect_wine_8_0;
extern const struct rig_dialect rig_dialect_windows;
/* "wine-8.0", "windows"; NULL for another name. */
const struct rig_dialect *rig_dialect_find(const char *name);

/* ---- a call in progress ---- */

/* A call is begun by filling its arguments with phase 0 and calling rig_win_step; it is called
 * again, with the same struct, until it says DONE. The struct may live on a simulated thread's
 * stack and nest: a window procedure that RUNS in one call makes calls of its own. */
enum rig_win_state {
  RIG_WIN_DONE,  /* result and error hold what the call returned */
  RIG_WIN_WAITS, /* the thread is blocked; step again once rig_world_ready says so */
  RIG_WIN_RUNS   /* run `run` on this thread, put its result into run.result, then step again */
};

enum rig_win_api {
  RIG_WIN_PEEK_MESSAGE,
  RIG_WIN_GET_MESSAGE,  /* result: 0 WM_QUIT, 1, 0xFFFFFFFF = -1 */
  RIG_WIN_WAIT_MESSAGE, /* WaitMessage */
  RIG_WIN_MSG_WAIT,     /* MsgWaitForMultipleObjectsEx; the plain one passes its bWaitAll as flag */
  RIG_WIN_WAIT,         /* WaitForSingleObjectEx, WaitForMultipleObjectsEx */
  RIG_WIN_SLEEP,        /* SleepEx; Sleep(0) yields */
  RIG_WIN_SEND,         /* SendMessage, SendMessageTimeout, SendNotifyMessage */
  RIG_WIN_DISPATCH      /* DispatchMessage: RUNS the procedure of the message's window, if any */
};

struct rig_win_message {
  uint32_t window; /* 0: a message of the thread */
  uint32_t message;
  uint64_t wparam;
  uint64_t lparam;
  uint32_t time;   /* virtual milliseconds */
  uint32_t origin; /* the caller's tag of who caused it; travels with it, means nothing here */
};

enum rig_win_run_kind {
  RIG_WIN_RUN_NOTHING,
  RIG_WIN_RUN_PROCEDURE, /* window procedure `code` with `message` */
  RIG_WIN_RUN_TIMER,     /* a TIMERPROC `code`: DispatchMessage of a WM_TIMER with one */
  RIG_WIN_RUN_APC        /* APC function `code`(message.wparam) */
};

struct rig_win_run {
  uint32_t kind;
  uint32_t sent; /* PROCEDURE: 1 for a sent message, 0 for a dispatched one */
  uint64_t code;
  struct rig_win_message message;
  uint64_t result; /* the caller's: LRESULT */
};

struct rig_win_call {
  uint16_t api;   /* enum rig_win_api */
  uint16_t phase; /* 0 = to begin; the rest is rig_win_step's own */
  uint32_t thread;
  /* arguments */
  uint32_t window; /* PEEK, GET: filter, 0 = all, RIG_WIN_NONE = -1, messages of the thread; SEND */
  uint32_t first;  /* PEEK, GET: range filter, 0 and 0 = all; SEND: the message */
  uint32_t last;
  uint32_t flags;          /* PM_*; MWMO_*; SMTO_* (SEND), RIG_WIN_SEND_* */
  uint32_t mask;           /* QS_* of a MSG_WAIT */
  uint32_t timeout_ms;     /* RIG_WIN_FOREVER = INFINITE */
  uint32_t count;          /* handles; read at the first step only */
  const uint32_t *handles; /* NULL with a count: see null_handles_crash */
  uint64_t wparam;         /* SEND */
  uint64_t lparam;
  uint32_t origin; /* SEND */
  /* results */
  uint32_t error; /* last error when `failed` */
  uint32_t failed;
  uint64_t result;
  struct rig_win_message message; /* PEEK, GET: retrieved; DISPATCH: argument */
  struct rig_win_run run;
  uint32_t cookie; /* rig_win_step's own: the send it waits for */
  uint32_t reserved;
};

/* RIG_WIN_SEND: kinds beside SMTO_* flags (whose values are below 0x100). */
#define RIG_WIN_SEND_TIMEOUT                                                                       \
  0x10000u                           /* SendMessageTimeout: timeout_ms, result 0 with error 1460   \
                                      */
#define RIG_WIN_SEND_NOTIFY 0x20000u /* SendNotifyMessage: returns at once for another thread */

struct rig_world;

/* The size of a world, which is much: hold one of them, and its packed forms (below). */
struct rig_world *rig_world_new(const struct rig_dialect *dialect); /* NULL without memory */
struct rig_world *rig_world_free(struct rig_world *world);          /* returns NULL */

/* Takes the next step of `call` on behalf of call->thread. */
enum rig_win_state rig_win_step(struct rig_world *world, struct rig_win_call *call);

/* True when `thread`, which WAITS, can be stepped: its wait is satisfied, a sent message came that
 * it serves, its time-out has passed. Signals wake waiters at the moment they are given, in the
 * order in which they began to wait (wine: server/thread.c, wake_up): a pulse is not missed. */
bool rig_world_ready(const struct rig_world *world, uint32_t thread);

/* A message-aware wait of `thread` ends as if input had come, though none has: Windows may do that
 * (W:MsgWaitForMultipleObjects: return values). False when it is in no such wait. */
bool rig_world_wake_for_nothing(struct rig_world *world, uint32_t thread);

/* ---- threads ---- */

/* A new thread (its handle is made with rig_win_thread_handle). RIG_WIN_NONE: the limit. */
uint32_t rig_world_thread_new(struct rig_world *world);
/* It ends: its windows go, senders that wait for it get 0, its mutexes are abandoned, its object is
 * signalled. */
void rig_world_thread_exit(struct rig_world *world, uint32_t thread, uint32_t code);
uint32_t rig_win_thread_handle(struct rig_world *world, uint32_t thread);
bool rig_world_thread_alive(const struct rig_world *world, uint32_t thread);
/* GetExitCodeThread's value: 259 while it lives. */
uint32_t rig_world_thread_code(const struct rig_world *world, uint32_t thread);

/* ---- messages: calls that never wait ---- */
/* Each returns the BOOL or value of its call, and puts the last error into *error on failure. */

/* Under Wine, PostMessage and PostThreadMessage create the queue of the thread that calls them,
 * even when they fail (wine: server/queue.c, send_message), unless for want of the window, which
 * Wine sees before it asks: whoever knows that thread says so first. The calls that have a `thread`
 * do it themselves. */
void rig_win_queue_create(struct rig_world *world, uint32_t thread);
bool rig_win_post(struct rig_world *world, uint32_t window, const struct rig_win_message *message,
                  uint32_t *error);
bool rig_win_post_thread(struct rig_world *world, uint32_t thread,
                         const struct rig_win_message *message, uint32_t *error);
void rig_win_post_quit(struct rig_world *world, uint32_t thread, uint32_t code);
/* GetQueueStatus. An unknown flag: 0 and nothing cleared (wine: last error 1004). */
uint32_t rig_win_queue_status(struct rig_world *world, uint32_t thread, uint32_t flags);
/* ReplyMessage: false when the thread handles no sent message. */
bool rig_win_reply(struct rig_world *world, uint32_t thread, uint64_t result);
bool rig_win_in_send(const struct rig_world *world, uint32_t thread); /* InSendMessage */
/* A sender's SendMessageTimeout of `thread`, which WAITS in it, times out now. */
void rig_world_expire_send(struct rig_world *world, uint32_t thread);
/* Sent by nobody: the message of a scripted actor that does not wait itself. Returns a ticket for
 * rig_world_send_state, RIG_WIN_NONE without such a window. */
uint32_t rig_world_send(struct rig_world *world, uint32_t window,
                        const struct rig_win_message *message);
enum rig_win_ticket { RIG_TICKET_QUEUED, RIG_TICKET_HANDLED, RIG_TICKET_REPLIED, RIG_TICKET_LOST };
enum rig_win_ticket rig_world_send_state(const struct rig_world *world, uint32_t ticket,
                                         uint64_t *result);
/* Gives the ticket up: a message that is still queued is withdrawn, its receiver stays woken. */
void rig_world_send_drop(struct rig_world *world, uint32_t ticket);

/* ---- windows ---- */

/* A window of `thread` with procedure `code`; creates the thread's queue. 0: the limit. */
uint32_t rig_win_window_new(struct rig_world *world, uint32_t thread, uint64_t code);
/* Drops its posted messages and timers; false (1400, 5) for no window, another thread's. */
bool rig_win_window_destroy(struct rig_world *world, uint32_t thread, uint32_t window,
                            uint32_t *error);
bool rig_win_is_window(const struct rig_world *world, uint32_t window);
uint32_t rig_win_window_thread(const struct rig_world *world, uint32_t window); /* or NONE */
uint64_t rig_win_window_code(const struct rig_world *world, uint32_t window);
void rig_win_window_set_code(struct rig_world *world, uint32_t window, uint64_t code);
uint64_t rig_win_window_data(const struct rig_world *world, uint32_t window); /* GWLP_USERDATA */
void rig_win_window_set_data(struct rig_world *world, uint32_t window, uint64_t data);
/* What a window is, beside a hidden one on the desktop that lies over all that are older. */
#define RIG_WIN_WINDOW_INNER                                                                       \
  1u /* a child, or for messages alone: never active, never broadcast to */
#define RIG_WIN_WINDOW_EMPTY 2u /* it has no area to paint */
#define RIG_WIN_WINDOW_IME 4u   /* its thread has a window of the input method while it lives */
void rig_win_window_make(struct rig_world *world, uint32_t window, uint32_t kind);
uint32_t rig_win_window_kind(const struct rig_world *world, uint32_t window);
/* Has the thread a window of the kind, beside `but`? */
bool rig_win_window_any(const struct rig_world *world, uint32_t thread, uint32_t kind,
                        uint32_t but);
bool rig_win_window_shown(const struct rig_world *world, uint32_t window);
/* Shown, all of it is to be painted; hidden, nothing is. */
void rig_win_window_show(struct rig_world *world, uint32_t window, bool shown);
void rig_win_window_raise(struct rig_world *world, uint32_t window); /* over all others */
/* The next one of the desktop's, from the top (`window` 0) down, whosever it is; 0: none. */
uint32_t rig_win_window_below(const struct rig_world *world, uint32_t window);
/* The active window of a thread and the one with its focus, 0: none. Nobody is told; what was
 * before is returned. A window that is destroyed is neither any more. */
uint32_t rig_win_active(const struct rig_world *world, uint32_t thread);
uint32_t rig_win_set_active(struct rig_world *world, uint32_t thread, uint32_t window);
uint32_t rig_win_focus(const struct rig_world *world, uint32_t thread);
uint32_t rig_win_set_focus(struct rig_world *world, uint32_t thread, uint32_t window);
/* The thread whose active window is the foreground window, RIG_WIN_NONE: none. */
uint32_t rig_win_foreground(const struct rig_world *world);
void rig_win_set_foreground(struct rig_world *world, uint32_t thread);
/* InvalidateRect and ValidateRect: whether a WM_PAINT is due. */
void rig_win_window_paint(struct rig_world *world, uint32_t window, bool due);
bool rig_win_window_painted(const struct rig_world *world, uint32_t window);
/* SetTimer, KillTimer: period at least 10 ms; code: a TIMERPROC or 0. Returns the id, 0 = failed.
 */
uint64_t rig_win_timer_set(struct rig_world *world, uint32_t thread, uint32_t window, uint64_t id,
                           uint32_t period_ms, uint64_t code, uint32_t *error);
bool rig_win_timer_kill(struct rig_world *world, uint32_t thread, uint32_t window, uint64_t id);

/* ---- objects and handles ---- */

enum rig_win_object {
  RIG_WIN_FREE,
  RIG_WIN_EVENT,
  RIG_WIN_MUTEX,
  RIG_WIN_SEMAPHORE,
  RIG_WIN_TIMER, /* a waitable one */
  RIG_WIN_THREAD,
  RIG_WIN_PROCESS /* never signalled: GetCurrentProcess duplicated */
};

/* Each returns a handle, 0 when the limit is hit, or when the name is that of an object of another
 * kind (last error 6) or a semaphore's counts make no sense (87). `name`: 0, or the caller's number
 * for the name, at most 65535; an object that has it already is opened instead (*existed). */
uint32_t rig_win_event_new(struct rig_world *world, bool manual, bool set, uint32_t name,
                           bool *existed);
uint32_t rig_win_mutex_new(struct rig_world *world, uint32_t owner, uint32_t name, bool *existed);
uint32_t rig_win_semaphore_new(struct rig_world *world, uint32_t count, uint32_t limit,
                               uint32_t name, bool *existed);
uint32_t rig_win_waitable_timer_new(struct rig_world *world, bool manual);
/* A handle of the program's own process. */
uint32_t rig_win_process_handle(struct rig_world *world);
uint32_t rig_win_open(struct rig_world *world, enum rig_win_object kind, uint32_t name);
/* DuplicateHandle: `synchronize` false takes the right to wait away. 0: a bad handle. */
uint32_t rig_win_duplicate(struct rig_world *world, uint32_t handle, bool synchronize);
bool rig_win_close(struct rig_world *world, uint32_t handle, uint32_t *error);
/* The thread that a handle names, RIG_WIN_NONE when it is no thread's. */
uint32_t rig_win_handle_thread(const struct rig_world *world, uint32_t handle);
enum rig_win_object rig_win_handle_kind(const struct rig_world *world, uint32_t handle);
/* Would a wait for it return now? Consumes nothing (NtQueryEvent and its kin). */
bool rig_win_signalled(const struct rig_world *world, uint32_t thread, uint32_t handle);
bool rig_win_event_set(struct rig_world *world, uint32_t handle, uint32_t *error);
bool rig_win_event_reset(struct rig_world *world, uint32_t handle, uint32_t *error);
bool rig_win_event_pulse(struct rig_world *world, uint32_t handle, uint32_t *error);
bool rig_win_mutex_release(struct rig_world *world, uint32_t thread, uint32_t handle,
                           uint32_t *error);
bool rig_win_semaphore_release(struct rig_world *world, uint32_t handle, uint32_t count,
                               uint32_t *previous, uint32_t *error);
bool rig_win_waitable_timer_set(struct rig_world *world, uint32_t handle, uint32_t due_ms,
                                uint32_t period_ms, uint32_t *error);
bool rig_win_waitable_timer_cancel(struct rig_world *world, uint32_t handle, uint32_t *error);
/* QueueUserAPC: false for a thread that has ended. */
bool rig_win_apc_queue(struct rig_world *world, uint32_t thread, uint64_t code, uint64_t argument);

/* ---- time ---- */

uint32_t rig_world_now(const struct rig_world *world);
/* When the next time-out, WM_TIMER or waitable timer is due; RIG_WIN_FOREVER: never. */
uint32_t rig_world_due(const struct rig_world *world);
/* Moves time on to `now` (never back), and lets what is due by then happen. */
void rig_world_advance(struct rig_world *world, uint32_t now);

/* ---- looking, for the director, the judge's facts and the explorer ---- */

struct rig_win_queue {
  bool exists;
  uint32_t wake_bits;
  uint32_t changed_bits;
  uint32_t posted; /* how many lie in it */
  uint32_t sent;   /* how many wait to be received */
  bool quit;
};
void rig_world_queue(const struct rig_world *world, uint32_t thread, struct rig_win_queue *out);
/* Messages posted to `thread` that lie in its queue, in order; false beyond the last. */
bool rig_world_posted(const struct rig_world *world, uint32_t thread, uint32_t index,
                      struct rig_win_message *out);
/* The handles of the wait in which `thread` WAITS; how many (0: none, or not in one). */
uint32_t rig_world_wait_handles(const struct rig_world *world, uint32_t thread,
                                uint32_t handles[RIG_WIN_WAIT_MAX]);

/* Why a world is of no use any more: which limit was hit ("windows", "posted messages"), NULL while
 * it is. */
const char *rig_world_limit(const struct rig_world *world);

/* What a step touched, for the explorer's notion of independence: one bit each, folded, for queues,
 * windows and objects. Two steps of different threads commute when neither writes what the other
 * reads or writes. Collected since rig_world_touch_reset; not part of the state. */
struct rig_win_touch {
  uint64_t reads;
  uint64_t writes;
};
void rig_world_touch_reset(struct rig_world *world);
struct rig_win_touch rig_world_touch(const struct rig_world *world);

/* ---- the state as bytes ---- */

/* The packed form holds what is used, in a canonical order: two worlds that no program can tell
 * apart pack alike (what order posts to different threads came in, say, is not in it). */
size_t rig_world_packed_bytes(const struct rig_world *world);
/* What that is at most, of any world. */
size_t rig_world_packed_max(void);
size_t rig_world_pack(const struct rig_world *world, void *to);
/* A fingerprint of the same, without packing it. What is a thread's own is looked at only if the
 * steps since the last time touched the thread, and objects only if one was (`touched`: what
 * rig_world_touch says was written, or UINT64_MAX for a world that was unpacked); `prints`
 * remembers the rest. */
struct rig_world_prints {
  uint64_t of_objects;
  uint64_t of_threads; /* the sum */
  uint64_t of_thread[16];
};
uint64_t rig_world_print(const struct rig_world *world, struct rig_world_prints *prints,
                         uint64_t touched);
/* The same, independent of when it is: every time is counted from now on, and messages have none.
 * At time 0 it is that of rig_world_print, if no message has a time. Two worlds of one such print
 * go on alike, as long as nobody asks what time it is. `scratch` is another world, and of no use
 * afterwards but for this. */
uint64_t rig_world_timeless_print(const struct rig_world *world, struct rig_world *scratch);
void rig_world_unpack(struct rig_world *world, const void *from, size_t bytes);

#endif
