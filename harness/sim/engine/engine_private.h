/* The engine's own state, shared by its files (engine*.c, record.c) and the shims. */
#ifndef RIG_SIM_ENGINE_PRIVATE_H
#define RIG_SIM_ENGINE_PRIVATE_H

#include "sim/engine/engine.h"

#define RIG_ENGINE_THREADS RIG_ACTOR_SCRIPT
#define RIG_ENGINE_SCRIPTS (RIG_ACTOR_TIME - RIG_ACTOR_SCRIPT)
#define RIG_ENGINE_DEPTH 16u /* open recorded calls that are remembered, as stubs/recorder does */
#define RIG_ENGINE_MESSAGE 512u

/* Procedures that are not the program's: of MAPI's windows, and DefWindowProc's. */
#define RIG_CODE_MAPI 1u

/* Messages of the system's own, which no procedure gets: the thread that receives one shows or
 * activates the window itself (wine: dlls/win32u/message.c, handle_internal_message). */
#define RIG_MESSAGE_SYSTEM 0x80000000u
#define RIG_MESSAGE_SHOW (RIG_MESSAGE_SYSTEM + 2)     /* wParam: SW_* */
#define RIG_MESSAGE_ACTIVATE (RIG_MESSAGE_SYSTEM + 4) /* wParam: HWND or 0 */

/* Footprints, beside the world's (win32/touch.h) and the director's (script_private.h): what the
 * program's memory is to the explorer, with the engine's own waits for addresses in it. */
#define RIG_TOUCH_MEMORY (1ull << 63)
/* And whether a stop is pending: from then on retrievals are counted. */
#define RIG_TOUCH_STOP (1ull << 61)

/* What a thread waits for in the engine itself: an address in the program's memory. */
enum rig_block {
  RIG_BLOCK_NONE,
  RIG_BLOCK_SECTION,   /* a critical section */
  RIG_BLOCK_LOCK,      /* a slim reader/writer lock */
  RIG_BLOCK_CONDITION, /* a condition variable */
  RIG_BLOCK_ONCE,      /* one-time initialisation by another thread */
  RIG_BLOCK_ADDRESS,   /* WaitOnAddress */
  RIG_BLOCK_LOADER,    /* the loader lock (shims_modules.c) */
  RIG_BLOCK_COMPUTING  /* no wait: it computes, and the clock goes on (shims_clock.c) */
};

struct rig_engine_open {
  uint32_t record; /* RIG_NO_RECORD when nothing is recorded */
  uint32_t call;
};

/* Saved and loaded as they are, `open` as far as `depth`. */
struct rig_engine_thread {
  uint64_t code;
  uint64_t arguments[4];
  uint64_t entry_sp; /* of the innermost call of the program into a shim; 0: none yet */
  uint64_t entry_bp;
  uint64_t chain;         /* struct rig_engine_link on its stack; 0: none */
  uint64_t block_address; /* enum rig_block: what it waits for */
  uint32_t block_due;     /* when that wait times out */
  uint32_t looks;         /* at the clock since its last call or whole millisecond */
  uint32_t computed_ms;   /* since its last call, as the clock told: shims_clock.c */
  uint16_t block_order;   /* among those who wait for the same */
  uint8_t block;          /* enum rig_block */
  uint8_t woken;          /* that wait is over */
  uint8_t place;          /* enum rig_engine_place */
  uint8_t started;
  uint8_t may_wake;   /* WAITS in a message-aware wait for any: it may wake for nothing */
  uint8_t apartment;  /* enum rig_apartment */
  uint8_t announced;  /* its THREAD_START was told */
  uint8_t attaches;   /* DLLs are told that it begins and ends */
  uint16_t com_depth; /* CoInitialize calls not undone */
  uint16_t ole_depth;
  uint16_t input_method; /* what the input method has done to its apartment (shims_com.c) */
  uint32_t retrievals;
  uint32_t depth;
  struct rig_engine_open open[RIG_ENGINE_DEPTH];
};

/* A procedure that runs inside a call: where the outer call came from (rig_engine_stack). */
struct rig_engine_link {
  uint64_t outer; /* the next one out, 0: none */
  uint64_t entry_sp;
  uint64_t entry_bp;
};

struct rig_engine_core {
  uint32_t thread_count;
  uint32_t early_used;
  uint32_t spurious_used;
  uint8_t stop_pending;
  uint8_t over;      /* the process has ended */
  uint8_t time_seen; /* the program asked what time it is: states of other times are others */
  uint8_t unused;
  uint16_t mta; /* threads in the multithreaded apartment */
};

/* shims_modules.c */
struct rig_engine_modules {
  uint16_t loader_owner; /* who holds the loader lock: thread + 1 */
  uint16_t loader_depth;
  struct {
    uint16_t refs; /* LoadLibrary calls not undone */
    uint8_t freed; /* it was there, and is gone */
    uint8_t alone; /* it is not told of threads */
  } libraries[RIG_LIBRARIES_MAX];
};

/* What seldom changes: names, window classes, thread-local values. */
#define RIG_NAMES_BYTES 4096u
#define RIG_CLASSES 64u
#define RIG_TLS_SLOTS 64u
struct rig_engine_registry {
  uint32_t names_used; /* of `names`: NUL-terminated texts, in the order they were first named */
  uint32_t class_count;
  uint32_t tls_used; /* how many slots were ever given out: as far as values are saved */
  uint32_t next_random;
  uint64_t tls_taken;
  uint32_t exit_code;
  uint32_t unused;
  struct {
    uint32_t name; /* number of its name */
    uint16_t live;
    uint16_t without_ime; /* CS_IME */
    uint64_t code;
  } classes[RIG_CLASSES];
  char names[RIG_NAMES_BYTES];
  uint64_t tls[RIG_ENGINE_THREADS][RIG_TLS_SLOTS];
  struct rig_engine_modules modules; /* where the client has DLLs of its own */
};

/* One part of the state, as bytes; `id` is another one whenever the bytes may be others, so that
 * what did not change is neither hashed nor loaded again. The world's are packed only to be saved:
 * it changes with nearly every step, and most lead to states that are known. */
struct rig_engine_part {
  uint64_t id;
  uint64_t content; /* the hash of the bytes */
  uint64_t hash;    /* what the state's fingerprint takes of it: that, or one without the time */
  uint8_t *bytes;
  size_t used;
  size_t capacity;
};
enum {
  RIG_PART_CORE,
  RIG_PART_REGISTRY,
  RIG_PART_WORLD,
  RIG_PART_IMAGE,
  RIG_PART_SCRIPTS, /* one behind the other */
  RIG_PART_FIBRE,
  RIG_PARTS = RIG_PART_FIBRE + RIG_ENGINE_THREADS
};

struct rig_engine {
  struct rig_engine_options options;
  struct rig_image *image; /* NULL: native functions alone (tests) */
  struct rig_world *world;
  struct rig_world *scratch; /* for fingerprints without the time */
  struct rig_engine_core core;
  struct rig_engine_thread threads[RIG_ENGINE_THREADS];
  struct rig_engine_registry registry;
  bool registry_changed;
  struct rig_fibre *fibres[RIG_ENGINE_THREADS];
  struct rig_script scripts[RIG_ENGINE_SCRIPTS];
  uint32_t script_count;
  size_t script_bytes; /* of their states together */
  struct rig_engine_listener listener;
  uint64_t quiet_low; /* code whose calls are not recorded */
  uint64_t quiet_high;
  struct rig_system system;
  /* of the step that is taken */
  uint32_t self;
  enum rig_sim_end end;
  bool progress;
  bool spun;                    /* it was broken off, for its thread computes for ever */
  struct rig_win_touch touched; /* beyond the world's */
  char message[RIG_ENGINE_MESSAGE];
  enum rig_fibre_end crash_end;
  struct rig_crash crash;
  uint32_t crash_thread;
  uint64_t sites[RIG_SITES];
  char spins[RIG_ENGINE_MESSAGE]; /* of the last one that was broken off so */
  /* the state as bytes */
  struct rig_engine_part parts[RIG_PARTS];
  struct rig_engine_part spare; /* where a part is made before it is compared */
  struct rig_world_prints world_prints;
  uint64_t ids;
  bool memory_changed;                /* by the last step */
  uint32_t handles[RIG_WIN_WAIT_MAX]; /* of the wait that begins just now; no state */
  /* recording */
  struct rig_log log;
  bool recording;
};

/* True for the stand-in's own code (rig_engine_quiet). */
static inline bool rig_engine_is_quiet(const struct rig_engine *engine, uint64_t address) {
  return address >= engine->quiet_low && address < engine->quiet_high;
}

#define RIG_RETURN_ADDRESS ((uint64_t)(uintptr_t)__builtin_return_address(0))

/* engine.c: what an import of the program's would be bound to; 0: nothing. */
uint64_t rig_engine_resolve(struct rig_engine *engine, const char *name);

/* engine_run.c */
void rig_engine_main(void *argument); /* the outermost frame of a thread */
enum rig_sim_end rig_engine_run(struct rig_engine *engine, uint32_t thread);
static inline struct rig_engine_thread *rig_engine_own(struct rig_engine *engine) {
  return &engine->threads[engine->self];
}
/* The calling thread goes back to the explorer, until its next step. In its caller's frame: one of
 * its own would have a slot that nobody writes, and what lay there before would be state. */
__attribute__((always_inline)) static inline void rig_engine_rest(struct rig_engine *engine) {
  const struct rig_teb *teb = rig_fibre_teb();
  struct rig_engine_thread *thread = rig_engine_own(engine);
  thread->entry_sp = teb->entry_sp;
  thread->entry_bp = teb->entry_bp;
  thread->looks = 0;
  thread->computed_ms = 0;
  if (engine->options.native) {
    rig_fibre_yield_told();
  } else {
    rig_fibre_yield();
  }
}

/* Is the call into a shim one of quiet code's? */
bool rig_engine_called_quietly(const struct rig_engine *engine);

/* engine_block.c */
/* What the thread waits for from now on, for ever and first of all; NONE: it runs. */
static inline void rig_engine_set_block(struct rig_engine_thread *thread, enum rig_block kind,
                                        uint64_t address) {
  thread->block = (uint8_t)kind;
  thread->block_address = address;
  thread->block_order = 0;
  thread->block_due = RIG_WIN_FOREVER;
  thread->woken = 0;
  thread->place = kind == RIG_BLOCK_NONE ? RIG_PLACE_RUNS : RIG_PLACE_WAITS;
}
/* Computes for ever: where it was broken off nobody knows any more. */
static inline bool rig_engine_thread_spins(const struct rig_engine_thread *thread) {
  return thread->block == RIG_BLOCK_COMPUTING && thread->block_due == RIG_WIN_FOREVER;
}
/* Waits until rig_engine_wake names the address (true) or the time-out passes (false). */
bool rig_engine_block(struct rig_engine *engine, enum rig_block kind, uint64_t address,
                      uint32_t timeout_ms);
/* The calling thread computes for so long; others go on meanwhile. Nothing in quiet code. */
void rig_engine_compute(struct rig_engine *engine, uint32_t ms);
/* Lets up to `most` threads go on that wait for it, those first who have waited longest. */
void rig_engine_wake(struct rig_engine *engine, enum rig_block kind, uint64_t address,
                     uint32_t most);
/* The calling thread is held until rig_engine_release. */
void rig_engine_hold(struct rig_engine *engine);

/* engine_pack.c: how many bytes they are. `from`: what times are counted from. */
size_t rig_engine_pack_core(const struct rig_engine *engine, uint8_t *to, uint32_t from);
void rig_engine_unpack_core(struct rig_engine *engine, const uint8_t *from);
size_t rig_engine_pack_registry(const struct rig_engine *engine, uint8_t *to);
void rig_engine_unpack_registry(struct rig_engine *engine, const uint8_t *from);

/* engine_parts.c */
#define RIG_CORE_BYTES_MAX                                                                         \
  (sizeof(struct rig_engine_core) + RIG_ENGINE_THREADS * sizeof(struct rig_engine_thread))
/* Room for so many bytes in a part; what is in it may be lost. */
uint8_t *rig_engine_room(struct rig_engine_part *part, size_t bytes);
/* Takes the parts after a step of `ran` (RIG_WIN_NONE: no thread); notes whether memory that the
 * program shares was changed. */
void rig_engine_refresh(struct rig_engine *engine, uint32_t ran);
/* The world's bytes as they are now; good until the next call. */
const struct rig_engine_part *rig_engine_packed_world(struct rig_engine *engine);
/* A step was broken off in the middle: whatever is loaded next, all of it is put back. */
void rig_engine_distrust(struct rig_engine *engine);

/* engine_state.c */
bool rig_engine_state_open(struct rig_engine *engine);
void rig_engine_state_close(struct rig_engine *engine);
size_t rig_engine_save(void *self, void *to);
void rig_engine_load(void *self, const void *from, size_t bytes);
uint64_t rig_engine_hash(void *self);
size_t rig_engine_state_max(const struct rig_engine *engine);

/* shims_modules.c: DLLs of the client's own, told that the calling thread begins or ends, or that
 * the process does. */
void rig_modules_thread(struct rig_engine *engine, bool begins);
void rig_modules_end(struct rig_engine *engine);
/* The calling thread is in a DllMain, or what stands for one. */
bool rig_modules_locked(const struct rig_engine *engine);

/* shims_activation.c: a message of the system's own for a window of the calling thread. */
uint64_t rig_activation_receive(struct rig_engine *engine, const struct rig_win_message *message);

/* engine_look.c: the line that says why a path ended */
void rig_engine_tell_crash(struct rig_engine *engine, uint32_t thread, enum rig_fibre_end how,
                           const struct rig_crash *crash);
void rig_engine_tell_deadlock(struct rig_engine *engine);
/* Its pieces: "main", "t1"; the program's code nearest to the top of a stack; the call of the
 * program, its own rather than the stand-in's, in which a thread that runs or rests is; 0: none. */
void rig_engine_thread_name(uint32_t number, char *text, size_t size);
uint64_t rig_engine_caller(struct rig_engine *engine, uint32_t thread, bool runs);
/* "RunPump+0x1c", or the bare address. */
void rig_engine_where(const struct rig_engine *engine, uint64_t address, char *text, size_t size);

/* engine_guard.c: what is there with a guarded heap alone. */
/* Who allocates or frees, before it is done. */
void rig_engine_guard_site(struct rig_engine *engine);
/* What a release that was refused means: the path ends. */
_Noreturn void rig_engine_guard_refused(struct rig_engine *engine, uint64_t block);
/* A fault in or beside a block, at `code` in the program: the message. False: it is elsewhere. */
bool rig_engine_guard_fault(struct rig_engine *engine, uint32_t thread,
                            const struct rig_crash *crash, const char *where);
/* After a step of `ran`: was anything written beside a block? Then the path ends. */
bool rig_engine_guard_spoilt(struct rig_engine *engine, uint32_t ran);
/* Lets go of the freed blocks that nothing points at any more. */
void rig_engine_guard_forget(struct rig_engine *engine);

#endif
