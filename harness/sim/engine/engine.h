/*
 * The engine: a program's code (image.h) on simulated threads (fibre.h) over the simulated Win32
 * (win32/win32.h), with scripted actors beside them. It is a system that explore.h explores.
 *
 * Atomic step of a thread: one call of Win32 that others can notice, and the program's own code
 * after it, up to the next such call. A thread stands *before* a call (enabled), *in* one that
 * waits (enabled once the world says ready), or *behind* one that lets others go on (a SetEvent, a
 * post): what they do then may come before the code behind it, which is a step by itself. Calls
 * that only the thread itself can notice (TranslateMessage, GetLastError, memory) are no steps.
 *
 * Actors: threads have the numbers of the world's threads (0 = main), scripted actors follow from
 * RIG_ACTOR_SCRIPT on, RIG_ACTOR_TIME is time itself: it moves on to the next due moment when
 * nobody else can go on (an early time-out, as a choice, only within `early_max`).
 */
#ifndef RIG_SIM_ENGINE_H
#define RIG_SIM_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/session.h"
#include "core/writer.h"
#include "sim/engine/fibre.h"
#include "sim/explore/explore.h"
#include "sim/loader/image.h"
#include "win32/win32.h"

#define RIG_ACTOR_SCRIPT 16u
#define RIG_ACTOR_TIME 31u
#define RIG_LIBRARIES_MAX 32u

struct rig_engine;

/* A scripted actor: the director's steps, a notifier of a benchmark. Its functions change the world
 * through the engine; its state is `state_bytes` at `state`, saved and loaded with the rest. */
struct rig_script {
  void *self;
  void *state;
  size_t state_bytes;
  /* True when its next step can be taken now. */
  bool (*enabled)(void *self, const struct rig_engine *engine);
  enum rig_sim_end (*step)(void *self, struct rig_engine *engine);
  bool (*ended)(void *self); /* nothing left to do: it may be so at the end of a path */
  /* Makes a copy of the state independent of when it is: times that still matter are counted from
   * `now` on, others are 0. Two states that come to the same go on alike. NULL: it holds none. */
  void (*forget_now)(void *self, void *state, uint32_t now);
  /* When time alone may enable it (a step's own moment, a sender's time-out): time stops there on
   * its way. RIG_WIN_FOREVER: never. NULL: never. */
  uint32_t (*due)(void *self, const struct rig_engine *engine);
};

/* Who wants to know what threads do: the recorder of a path, and the director at call boundaries.
 * NULL members are not called. While a state space is explored no recorder is there: records are
 * made when a path is run again. */
struct rig_engine_listener {
  void *self;
  /* The boundary of a recorded call of `thread`: before its act, after its return. The director
   * may act; true = the thread is held there (rig_engine_release lets it go on). */
  bool (*boundary)(void *self, struct rig_engine *engine, uint32_t thread, enum rig_call call,
                   enum rig_edge edge);
  /* A window procedure of MAPI's own windows has a message (origin: its stimulus). Returns what
   * the window procedure returns. */
  uint64_t (*receipt)(void *self, struct rig_engine *engine, uint32_t thread, uint32_t window,
                      const struct rig_win_message *message, bool sent);
};

struct rig_engine_options {
  const struct rig_dialect *dialect;
  const char *const *paths; /* the program's objects and libraries; they outlive the engine */
  size_t path_count;        /* 0: no program; the threads run native ms_abi functions (tests) */
  const char *entry;        /* symbol of the pump, or of main; NULL: none */
  /* Asked before the shims (image.h): what is bound otherwise, by the object that asks. NULL. */
  rig_image_resolve *resolve;
  void *resolve_context;
  unsigned dll; /* image.h: 1 + the index of a file that stands in for a DLL */
  /* image.h; of the first RIG_LIBRARIES_MAX files. Such a file is loaded when the program asks for
   * it by its name without the last extension ("a/plugin.dll.a" is plugin.dll). */
  uint64_t libraries;
  enum rig_guard guarded;
  bool native; /* no files: natively compiled code (native.h); its memory is no part of the state */
  enum rig_role role;
  uint32_t retrievals_max; /* starvation: so many retrievals in a row with the stop pending */
  uint32_t early_max;      /* time-outs that may come although others could go on */
  uint32_t spurious_max;   /* message-aware waits that may return nCount for nothing */
  uint32_t patience_ms;    /* fibre.h */
  /* Code of the program's that never yields does not end the path: its thread computes for ever,
   * and others go on. */
  bool spins_stand;
};

/* Loads the program; nothing runs yet. Errors as rig_image_load tells them. */
enum rig_status rig_engine_new(const struct rig_engine_options *options, struct rig_engine **out,
                               char *error, size_t size) RIG_CHECKED;
struct rig_engine *rig_engine_free(struct rig_engine *engine);

struct rig_world *rig_engine_world(struct rig_engine *engine);
struct rig_image *rig_engine_image(struct rig_engine *engine);
/* The system to explore; valid as long as the engine. */
const struct rig_system *rig_engine_system(struct rig_engine *engine);

/* Starts a thread at `code` with up to four arguments (ms_abi). Returns its number or RIG_WIN_NONE.
 * The thread stands before its first call once it was stepped for the first time. */
uint32_t rig_engine_thread(struct rig_engine *engine, uint64_t code, const uint64_t arguments[4]);
/* Adds a scripted actor; its number, RIG_WIN_NONE when there are too many. */
uint32_t rig_engine_script(struct rig_engine *engine, const struct rig_script *script);
void rig_engine_listen(struct rig_engine *engine, const struct rig_engine_listener *listener);

/* A hidden window of MAPI's on `thread`, whose procedure is the listener's receipt. */
uint32_t rig_engine_mapi_window(struct rig_engine *engine, uint32_t thread, enum rig_window which);

/* What the program sees, and records hold, of a number of the world's: a thread's id, a window's
 * HWND (handles are the same in both). Of the kind that Windows gives out: multiples of 4, and
 * above 0x10000. */
uint32_t rig_engine_thread_id(uint32_t thread);
uint32_t rig_engine_hwnd(uint32_t window);
/* The world's number of an object's name (win32.h), the same that CreateEvent gets for it. */
uint32_t rig_engine_name(struct rig_engine *engine, const char *utf8);

/* ---- for the shims ---- */

struct rig_engine *rig_engine_current(void); /* whose thread runs now */
uint32_t rig_engine_self(const struct rig_engine *engine);
/* The point between two steps: the thread stands before a call. A call that quiet code makes is
 * part of the step that called it: nothing happens. */
void rig_engine_yield(struct rig_engine *engine);
/* The same for everybody. */
void rig_engine_pause(struct rig_engine *engine);
/* Runs a call to its end: yields before it, while it waits, and runs procedures where it RUNS. */
void rig_engine_call(struct rig_engine *engine, struct rig_win_call *call);
/* The same without yielding before it: for a call of which a record was made in between. */
void rig_engine_act(struct rig_engine *engine, struct rig_win_call *call);
/* Runs a procedure of the program's from a shim (a callback, an exit function) with up to four
 * arguments. */
uint64_t rig_engine_run_code(struct rig_engine *engine, uint64_t code, const uint64_t arguments[4]);
/* The step that is taken reads or writes more than its calls of the world do (the director's own
 * state, say): bits of a footprint. */
void rig_engine_touch(struct rig_engine *engine, uint64_t reads, uint64_t writes);
/* The address of the shim called `name` ("PostMessageW"), 0 when it is not simulated. */
uint64_t rig_engine_shim(const char *name);
/* Calls from code in [low, high) are neither recorded nor boundaries nor, unless they wait, the end
 * of a step: the stand-in's own. A thread that begins there is announced by rig_engine_announce or
 * not at all. */
void rig_engine_quiet(struct rig_engine *engine, uint64_t low, uint64_t high);
/* Ends the calling thread. */
_Noreturn void rig_engine_exit_thread(struct rig_engine *engine, uint32_t code);
/* Ends the process, in a step of its own: each call of the other threads may come before it, or be
 * lost with them. `tells_modules`: DLLs of the client's own are told (W:ExitProcess), else not
 * (W:TerminateProcess). */
_Noreturn void rig_engine_exit_process(struct rig_engine *engine, uint32_t code,
                                       bool tells_modules);
/* Ends the path within the step that is taken: COMPLETE, whatever others had still to do. */
_Noreturn void rig_engine_end(struct rig_engine *engine, uint32_t code);
/* The path ends here, with one line that says why: a call that is not simulated, a limit. */
_Noreturn void rig_engine_stop(struct rig_engine *engine, enum rig_sim_end end, const char *format,
                               ...) __attribute__((format(printf, 3, 4)));
void rig_engine_set_error(struct rig_engine *engine, uint32_t error); /* last error */
uint32_t rig_engine_error(const struct rig_engine *engine);

/* ---- recording: as stubs/recorder does it, into `log` when there is one ---- */

/* THREAD_START of the calling thread, unless it was told already; `mapi`: it is MAPI's own. Its
 * THREAD_END follows when it ends. */
void rig_engine_announce(struct rig_engine *engine, uint64_t code, bool mapi);

/* NULL: nothing is recorded from now on. Stamps are virtual time in 100 ns plus the number of the
 * record, so that they rise. */
void rig_engine_record(struct rig_engine *engine, const struct rig_log *log);
uint32_t rig_engine_enter(struct rig_engine *engine, enum rig_call call, uint64_t caller,
                          const union rig_payload *payload, const void *more, uint32_t bytes);
void rig_engine_leave(struct rig_engine *engine, uint32_t enter, enum rig_call call,
                      uint64_t caller, const union rig_payload *payload);
/* A call that is recorded when it is complete is about to be made: the boundary of its entry. */
void rig_engine_about(struct rig_engine *engine, enum rig_call call, uint64_t caller);
uint32_t rig_engine_completed(struct rig_engine *engine, enum rig_call call, uint64_t caller,
                              const union rig_payload *payload, const void *more, uint32_t bytes);
uint32_t rig_engine_state(struct rig_engine *engine, enum rig_state state, uint32_t thread,
                          const union rig_payload *payload, const void *more, uint32_t bytes);
uint32_t rig_engine_receipt(struct rig_engine *engine, uint32_t stimulus,
                            const union rig_payload *payload);

/* ---- looking at a thread, for the director and for why a path ended ---- */

enum rig_engine_place {
  RIG_PLACE_RUNS,  /* stands before a call, or between two */
  RIG_PLACE_WAITS, /* in a call that waits */
  RIG_PLACE_HELD,  /* by the director, at a boundary */
  RIG_PLACE_ENDED
};
struct rig_engine_look {
  enum rig_engine_place place;
  enum rig_call call;  /* the innermost open recorded call, NONE outside */
  uint32_t enter;      /* its record, RIG_NO_RECORD when nothing is recorded */
  uint32_t depth;      /* open recorded calls */
  uint32_t retrievals; /* in a row without a wait or a look at a handle */
  bool spins;          /* RUNS: for ever (`spins_stand`) */
};
void rig_engine_look(const struct rig_engine *engine, uint32_t thread, struct rig_engine_look *out);
/* Return addresses of the thread's stack, innermost first; how many. */
uint32_t rig_engine_stack(const struct rig_engine *engine, uint32_t thread, uint64_t *frames,
                          uint32_t max);
/* True while a thread is between two looks at the clock, computing (shims_clock.c). */
bool rig_engine_computes(const struct rig_engine *engine);
/* Says how, when a thread computes for ever (`spins_stand`); NULL: none does. */
const char *rig_engine_spins(const struct rig_engine *engine);
void rig_engine_release(struct rig_engine *engine, uint32_t thread);
/* How the program's code faulted, after a path that ended in CRASH: the thread. `out` is zero for a
 * stack overrun's and a run-on's address. */
uint32_t rig_engine_crash(const struct rig_engine *engine, enum rig_fibre_end *how,
                          struct rig_crash *out);
/* What ExitProcess was given on a path that ended COMPLETE. */
uint32_t rig_engine_exit_code(const struct rig_engine *engine);
/* Places in the program that a path which ended in CRASH is about, as return addresses (of an
 * access: the byte behind the instruction's first one); 0: not known, or there is none. */
enum rig_site { RIG_SITE_CRASH, RIG_SITE_MADE, RIG_SITE_FREED, RIG_SITES };
uint64_t rig_engine_site(const struct rig_engine *engine, enum rig_site which);
/* Why the last path ended, in a line; "" when there is nothing to add. */
const char *rig_engine_message(const struct rig_engine *engine);
/* True once the program has asked what time it is; and what GetTickCount tells it now. */
bool rig_engine_time_seen(const struct rig_engine *engine);
uint64_t rig_engine_ticks(const struct rig_engine *engine);
/* Tells the engine that a stop is pending (starvation is judged from then on). */
void rig_engine_stop_pending(struct rig_engine *engine, bool pending);

#endif
