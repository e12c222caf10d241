/*
 * The session file: one shared mapping of header, plan and log, written by the stub inside the
 * client's process and read by the native harness, live or afterwards.
 *
 * This header is compiled by gcc, clang and both mingw compilers: fixed-width types only, no
 * pointers, every layout asserted below. FORMAT.md beside this file is its document, with the
 * version table. Everything in the file is untrusted when read: the client can write anywhere in
 * its process. Read it through trace.h, which checks every bound.
 */
#ifndef RIG_CORE_SESSION_H
#define RIG_CORE_SESSION_H

#include <stdint.h>

#include "calls.h"
#include "session_plan.h"

#define RIG_SESSION_MAGIC "MAPIRIG\x1a" /* 8 bytes, no terminator */
#define RIG_SESSION_VERSION 1u
#define RIG_HEADER_BYTES 4096u
#define RIG_RECORD_BYTES 64u
#define RIG_MORE_BYTES 48u /* payload of one continuation record */
#define RIG_MORE_MAX 16u   /* continuation records after one record */
#define RIG_TEXT_BYTES_MAX (1u << 20)
#define RIG_LOG_RECORDS_MAX (1u << 26)
/* The last slots of a log of at least so many records: kept for how the run ended (writer.c). */
#define RIG_LOG_TAIL 16u
#define RIG_LOG_TAIL_FROM 4096u
#define RIG_NO_RECORD UINT32_MAX

/* What a record is. */
enum rig_kind {
  RIG_KIND_NONE,
  RIG_KIND_ENTER,    /* a call that can block or re-enter: its arguments */
  RIG_KIND_LEAVE,    /* its return; `link` is the index of its enter */
  RIG_KIND_CALL,     /* a completed call: arguments and result in one record */
  RIG_KIND_RECEIPT,  /* a window procedure of MAPI's own windows got a message */
  RIG_KIND_STIMULUS, /* the director performed a step of the plan, or learned its result */
  RIG_KIND_STATE,    /* a fact about the process: enum rig_state */
  RIG_KIND_MORE,     /* continuation of the record before it */
  RIG_KIND_COUNT
};

/* `call` of a STATE record, and the member of rig_payload.state it explains. */
#define RIG_STATES(X)                                                                              \
  X(HELLO, "the stub was loaded; a: process id, b: client bitness, text: path of the exe")         \
  X(HOOKS, "import tables patched; a: slots patched, b: modules walked")                           \
  X(MODULE, "a module of the client; value: base address, a: bytes, text: Windows path")           \
  X(THREAD_START, "a: Linux thread id, value: start address; b: 1 on a thread that MAPI owns")     \
  X(THREAD_END, "the thread named by `thread` returned or exited")                                 \
  X(PROCESS_END, "the process is exiting; a: exit code, b: 1 when it is known")                    \
  X(WINDOW, "MAPI made a window; a: enum rig_window, b: hwnd, c: registered message")              \
  X(SERVICE, "SetServiceStatus; a: state, b: controls accepted, c: checkpoint, d: wait hint ms")   \
  X(READY, "the client is ready; a: enum rig_missing bits that were given up waiting for")         \
  X(SETTLED, "a `when: settled` came true; a: thread, b: index of its open enter")                 \
  X(BLOCKED, "blocked for the deadline; a: thread, b: index of its open enter, c: ms, d: pending") \
  X(HANDLE, "follows BLOCKED; a: handle, b: enum rig_signal, c: enum rig_object_type, "            \
            "d: index of the wait whose array holds it")                                           \
  X(LATE, "the heartbeat itself was late; a: ms late, value: stamp where the interval began")      \
  X(END, "the director is done; a: enum rig_end")                                                  \
  X(EXIT, "written by the host: a: 32-bit exit code, b: 1 when the host killed it")                \
  X(OUTPUT, "text: a piece of OutputDebugString")                                                  \
  X(EXCEPTION, "an unhandled exception; a: code, value: address")                                  \
  X(STACK, "what a thread was found doing; a: thread, b: index of its open enter, c: enum "        \
           "rig_stance, d: permille of a CPU's time, value and second: halves (below); more: "     \
           "return addresses, 64-bit words, innermost first")                                      \
  X(SYMBOL, "follows STACK; value: an address of it, text: module!function+offset")                \
  X(WAITS, "follows STACK; a: thread, b: the thread it waits for, c: handle or window, d: enum "   \
           "rig_awaited, value: address of a critical section")

enum rig_state {
  RIG_STATE_NONE,
#define RIG_X(name, text) RIG_STATE_##name,
  RIG_STATES(RIG_X)
#undef RIG_X
      RIG_STATE_COUNT
};

/* The exit code of a process that Windows ended after a console control event (W:NTSTATUS). */
#define RIG_STATUS_CONTROL_C_EXIT 0xC000013Au

/* MAPI's own windows. */
enum rig_window {
  RIG_WINDOW_NONE,
  RIG_WINDOW_NOTIFICATION, /* first initialising thread, or MAPI's with MULTITHREAD_NOTIFICATIONS */
  RIG_WINDOW_IDLE,         /* "WMS Idle": always the first initialising thread (G, 2009-05-22) */
  RIG_WINDOW_APC           /* no window: an APC of the director's ran on the thread */
};

/* What READY or END had to do without. */
enum rig_missing {
  RIG_MISSING_INITIALIZE = 1, /* no successful MAPIInitialize */
  RIG_MISSING_LOGON = 2,      /* MAPILogonEx never returned */
  RIG_MISSING_RUNNING = 4,    /* a service that never reported SERVICE_RUNNING */
  RIG_MISSING_WAIT = 8        /* the first initialising thread never came to a blocking call */
};

/* Why the director ended the run; the process's own end needs none. */
enum rig_end {
  RIG_END_NONE,
  RIG_END_NEVER_READY,  /* d of the END record: enum rig_missing bits */
  RIG_END_STOP_BLOCKED, /* a stop was asked for; the process is blocked and nothing can wake it */
  RIG_END_STOP_IGNORED, /* the client's own wait hint (30 s without one) passed without a sign */
  RIG_END_STEP_STUCK,   /* a step's trigger never came; a step index is in b */
  RIG_END_LOG_FULL,
  RIG_END_NOTHING_ASKED, /* reserved */
  RIG_END_TIMEOUT        /* the backstop of the run */
};

enum rig_signal { RIG_SIGNAL_UNKNOWN, RIG_SIGNAL_NO, RIG_SIGNAL_YES };
enum rig_object_type {
  RIG_OBJECT_UNKNOWN,
  RIG_OBJECT_EVENT,
  RIG_OBJECT_SEMAPHORE,
  RIG_OBJECT_MUTANT,
  RIG_OBJECT_THREAD,
  RIG_OBJECT_PROCESS
};

/* What a thread was found doing, over the time since the director last sampled it. */
enum rig_stance {
  RIG_STANCE_UNKNOWN,
  RIG_STANCE_BLOCKED,  /* asleep in one call */
  RIG_STANCE_SPINS,    /* computes: on a CPU, or ready for one, and makes no recorded call */
  RIG_STANCE_LOOPS,    /* calls come and go */
  RIG_STANCE_SUSPENDED /* somebody suspended it */
};
/* What of the other thread a thread waits for. */
enum rig_awaited {
  RIG_AWAITED_UNKNOWN,
  RIG_AWAITED_END,    /* its end, by a handle */
  RIG_AWAITED_ANSWER, /* its answer to a sent message */
  RIG_AWAITED_SECTION /* that it leaves a critical section */
};
/* Two numbers in one 64-bit word. STACK's value: microseconds that the look took (low) and for
 * which the thread was suspended (high); its second word: calls since the sample before (low) and
 * milliseconds since then (high). */
#define RIG_HALVES(low, high) ((uint64_t)(uint32_t)(low) | (uint64_t)(uint32_t)(high) << 32)
#define RIG_FRAMES_MAX (RIG_MORE_MAX * RIG_MORE_BYTES / 8u) /* return addresses of one STACK */
#define RIG_BUSY_UNKNOWN UINT32_MAX

/* ---- header ---- */

enum rig_role { RIG_ROLE_SERVICE, RIG_ROLE_CONSOLE, RIG_ROLE_DESKTOP, RIG_ROLE_COUNT };
/* TSC: ticks of the time-stamp counter. MONOTONIC_RAW: units of 100 ns, which is what
 * QueryPerformanceCounter returns under Wine. */
enum rig_clock { RIG_CLOCK_TSC, RIG_CLOCK_MONOTONIC_RAW };
#define RIG_RAW_PER_MS 10000u
enum rig_phase { RIG_PHASE_CREATED, RIG_PHASE_STARTED, RIG_PHASE_ENDED, RIG_PHASE_NOT_STARTED };

/* Texts of the header, offsets into the text area; 0 is the empty text. All UTF-8. */
enum rig_text {
  RIG_TEXT_SCENARIO_FILE,
  RIG_TEXT_SCENARIO_SOURCE, /* the whole YAML: a session can be judged again on its own */
  RIG_TEXT_CLIENT,          /* the exe as the user named it */
  RIG_TEXT_COMMAND_LINE,    /* Windows command line, quoted */
  RIG_TEXT_FOLDER,          /* working folder, a Windows path */
  RIG_TEXT_ENVIRONMENT,     /* NAME=value lines added to the environment */
  RIG_TEXT_STUB,            /* Windows path of the stub to load first */
  RIG_TEXT_STDOUT,          /* Windows path of the file that takes the client's stdout */
  RIG_TEXT_STDERR,
  RIG_TEXT_SERVICE_NAME,
  RIG_TEXT_SERVICE_ARGS, /* ServiceMain's further arguments, one a line */
  RIG_TEXT_COUNT
};

struct rig_header {
  uint8_t magic[8];
  uint32_t version;
  uint32_t header_bytes; /* RIG_HEADER_BYTES */
  uint32_t record_bytes; /* RIG_RECORD_BYTES */
  uint32_t step_bytes;   /* RIG_STEP_BYTES */
  uint64_t file_bytes;
  uint64_t plan_offset;
  uint64_t text_offset;
  uint64_t log_offset;
  uint32_t plan_steps;
  uint32_t text_bytes;   /* the area starts with a NUL: offset 0 is the empty text */
  uint32_t log_capacity; /* records */
  uint32_t role;         /* enum rig_role */
  uint32_t deadline_ms;  /* D, unscaled */
  uint32_t settle_ms;    /* 10 unless told, unscaled */
  uint32_t scale_permille;
  uint32_t timeout_ms;       /* backstop of the run, unscaled */
  uint32_t ready_timeout_ms; /* unscaled */
  uint32_t stop_way;         /* enum rig_stop_way: the scenario's default */
  uint32_t clock;            /* enum rig_clock: unit of every stamp */
  uint32_t texts[RIG_TEXT_COUNT];
  /* Two points of calibration, harness: stamp and CLOCK_MONOTONIC_RAW in ns. The second moves on
   * while the run lives, so that a session whose harness was killed still has times. */
  uint64_t stamp_first;
  uint64_t ns_first;
  uint64_t stamp_last;
  uint64_t ns_last;
  /* Live words, each on its own cache line; see writer.h. */
  uint32_t next __attribute__((aligned(64)));    /* next free record, atomic; may pass capacity */
  uint32_t process __attribute__((aligned(64))); /* process id that claimed the log, atomic */
  uint32_t phase __attribute__((aligned(64)));   /* enum rig_phase, written by the host */
  uint32_t start_error;                          /* Win32 error when phase is NOT_STARTED */
  uint32_t exit_code;                            /* full 32 bits, when phase is ENDED */
};

/* ---- records ---- */

union rig_payload {
  /* MSG_WAIT, WAIT_MESSAGE, CO_WAIT, HANDLE_WAIT, SLEEP. ENTER and LEAVE both carry the arguments;
   * handles[0] is in the record, all of them (count) again in continuation words. */
  struct {
    uint32_t count;      /* nCount as passed */
    uint32_t timeout_ms; /* UINT32_MAX = INFINITE */
    uint32_t wake_mask;  /* QS_*; MSG_WAIT only */
    uint32_t flags;      /* MWMO_*, COWAIT_*; bit 0 for bWaitAll of the others */
    uint32_t handle;     /* the first one, 0 if none */
    uint32_t alertable;
    uint32_t result; /* LEAVE; CO_WAIT: the HRESULT */
    uint32_t error;  /* LEAVE: GetLastError when result is WAIT_FAILED; CO_WAIT: index if S_OK */
  } wait;
  /* GET_MESSAGE, PEEK_MESSAGE: ENTER */
  struct {
    uint32_t hwnd; /* filter as passed; 0xFFFFFFFF = thread messages only */
    uint32_t first;
    uint32_t last;
    uint32_t remove; /* PM_*; GetMessage: PM_REMOVE */
    uint32_t reserved[4];
  } retrieve;
  /* GET_MESSAGE, PEEK_MESSAGE: LEAVE; and all of family TRANSLATE .. SEND */
  struct {
    uint32_t hwnd; /* POST_THREAD: thread id */
    uint32_t message;
    uint64_t wparam; /* POST_QUIT: the exit code */
    uint64_t lparam;
    uint32_t result; /* BOOL, LRESULT's low 32 bits */
    uint32_t error;
  } message;
  struct {
    uint32_t flags; /* QS_* asked */
    uint32_t result;
    uint32_t reserved[6];
  } queue;
  struct {
    uint32_t handle;
    uint32_t result; /* BOOL */
    uint32_t error;
    uint32_t reserved[5];
  } object;
  struct {
    uint32_t flags;  /* COINIT_* or CLSCTX_* */
    uint32_t result; /* HRESULT */
    uint8_t clsid[16];
    uint32_t reserved[2];
  } com;
  /* Registration: value = handler address, text = service name. SetServiceStatus: all of it, value
   * = Win32 exit code and, in the upper half, the service's own. SetConsoleCtrlHandler: state = 1
   * adds. HandlerEx, HandlerRoutine: control. ServiceMain: value = its address. Of a call that
   * failed, control = GetLastError. */
  struct {
    uint32_t control;
    uint32_t state;
    uint32_t accepted;
    uint32_t checkpoint;
    uint32_t wait_hint_ms;
    uint32_t result;
    uint64_t value;
  } scm;
  /* MAPIInitialize (ENTER: as passed; LEAVE: result and counts) and MAPIUninitialize */
  struct {
    uint32_t given; /* 0: lpMapiInit was NULL */
    uint32_t version;
    uint32_t flags;
    uint32_t result;        /* HRESULT */
    uint32_t thread_count;  /* successful initialisations of this thread, after the call */
    uint32_t process_count; /* of the process, after the call */
    uint32_t first_thread;  /* id of the first initialising thread, 0 if none */
    uint16_t apartment;     /* MAPIInitialize: enum rig_apartment at its entry */
    uint16_t loader_lock;   /* 1: the thread holds the loader lock, as a DllMain does */
  } init;
  /* MAPILogonEx; text = profile name (UTF-8), if any */
  struct {
    uint64_t ui_param;
    uint32_t flags;
    uint32_t profile_given;
    uint32_t password_given; /* lpszPassword: 0 NULL, 1 a text, 2 an empty one */
    uint32_t result;
    uint64_t session; /* LEAVE: address of the IMAPISession */
  } logon;
  struct {
    uint64_t block;
    uint64_t parent; /* MAPIAllocateMore */
    uint32_t bytes;  /* asked for; MAPIFreeBuffer: of the block freed, 0 if none was */
    uint32_t result;
    uint32_t problem; /* enum rig_buffer_problem: MAPIFreeBuffer answers S_OK to all of them */
    uint32_t reserved;
  } buffer;
  /* Methods and the other exports. Advise: a = event mask, b = connection. Unadvise: b. Logoff:
   * a = ulFlags, b = ulUIParam. AddRef, Release: b = count after it. OnNotify: a = number of
   * notifications, b = connection. MapiUnsupported: text = "IMAPISession::OpenMsgStore", a = its
   * ulFlags, 0 where it has none. */
  struct {
    uint64_t object;
    uint32_t a;
    uint32_t b;
    uint32_t result;
    uint32_t reserved[3];
  } mapi;
  /* RECEIPT; `link` is the index of the STIMULUS that caused it, RIG_NO_RECORD for another's */
  struct {
    uint32_t window; /* enum rig_window */
    uint32_t message;
    uint64_t wparam;
    uint64_t lparam;
    uint32_t sent;  /* 1: a sent message, 0: a posted one */
    uint32_t sinks; /* NOTIFICATION: advise sinks whose OnNotify was called */
  } receipt;
  /* STIMULUS: `call` is enum rig_action. Performed: a repeated step writes one record for each.
   * Replied (a flood: it has ended, `result` messages were posted), timed out: `link` is the record
   * of its performance. Began, ended: from the one to the other the scenario itself kept `thread`
   * from going on (HOLD, GATE, WITHDRAW, a FAULT that blocks or takes its time); `link` is the
   * record of the performance (a WITHDRAW's follows), of the beginning.
   * A FAULT is written by the thread that it meets: `link` is the call's ENTER, none for a call
   * that is recorded when it is complete (the thread's next record then); `target` is its family,
   * `message` the enum rig_call, `error` what it answers. A window procedure that does more than
   * its receipt writes the POST, QUIT_FLAG or DESTROY_WINDOW that it performs itself. */
  struct {
    uint32_t step;   /* index in the plan */
    uint32_t phase;  /* enum rig_stimulus_phase */
    uint32_t target; /* hwnd, thread id or handle */
    uint32_t thread; /* the thread that must serve it, 0 if none */
    uint32_t message;
    uint32_t result; /* BOOL of the call that performed it */
    uint32_t error;
    uint32_t repeat; /* which of `repeat`, from 0 */
  } stimulus;
  struct {
    uint32_t a;
    uint32_t b;
    uint32_t c;
    uint32_t d;
    uint64_t value;
    uint64_t second; /* STACK alone */
  } state;
  uint8_t bytes[32];
};

enum rig_buffer_problem {
  RIG_BUFFER_FINE,
  RIG_BUFFER_FREED,  /* the block was freed before */
  RIG_BUFFER_LINKED, /* the block came from MAPIAllocateMore: it is freed with its parent */
  RIG_BUFFER_FOREIGN /* no block of MAPI's */
};

/* In which apartment of COM's a thread is. */
enum rig_apartment {
  RIG_APARTMENT_UNKNOWN,
  RIG_APARTMENT_NONE,     /* COM is not initialised for it */
  RIG_APARTMENT_IMPLICIT, /* nor by itself, but another thread keeps the multithreaded one */
  RIG_APARTMENT_STA,
  RIG_APARTMENT_MTA,
  RIG_APARTMENT_NEUTRAL
};

enum rig_stimulus_phase {
  RIG_STIMULUS_PERFORMED,
  RIG_STIMULUS_REPLIED,
  RIG_STIMULUS_TIMED_OUT,
  RIG_STIMULUS_BEGAN,
  RIG_STIMULUS_ENDED
};

struct rig_record {
  uint32_t commit; /* index + 1, stored last with release order; anything else: not written */
  uint8_t kind;    /* enum rig_kind */
  uint8_t more;    /* continuation records that follow at once */
  uint16_t call;   /* enum rig_call, rig_action (STIMULUS) or rig_state (STATE) */
  uint32_t thread; /* Windows thread id */
  uint32_t link;   /* LEAVE, RECEIPT, STIMULUS: an index; else RIG_NO_RECORD */
  uint64_t stamp;  /* in units of rig_header.clock */
  uint64_t caller; /* return address in the client, 0 if none */
  union rig_payload u;
};

/* A continuation: the same first 16 bytes (kind MORE, link = index of its record), then bytes. */
struct rig_more {
  uint32_t commit;
  uint8_t kind;
  uint8_t used; /* bytes used, up to RIG_MORE_BYTES */
  uint16_t call;
  uint32_t thread;
  uint32_t link;
  uint8_t bytes[RIG_MORE_BYTES];
};

_Static_assert(sizeof(union rig_payload) == 32, "payload");
_Static_assert(sizeof(struct rig_record) == RIG_RECORD_BYTES, "record");
_Static_assert(sizeof(struct rig_more) == RIG_RECORD_BYTES, "continuation");
_Static_assert(sizeof(struct rig_header) <= RIG_HEADER_BYTES, "header");
_Static_assert(__builtin_offsetof(struct rig_record, stamp) == 16, "stamp");
_Static_assert(__builtin_offsetof(struct rig_record, u) == 32, "payload offset");
_Static_assert(__builtin_offsetof(struct rig_header, file_bytes) == 24, "header offset");
_Static_assert(__builtin_offsetof(struct rig_header, stamp_first) % 8 == 0, "calibration");

#endif
