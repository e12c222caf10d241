/*
 * Synthetic sessions for the tests of the judge: what a client and the director would have written,
 * in memory, through core/writer.h.
 *
 * Time stands still until tb_sleep moves it. Functions that end in _enter leave the call open.
 */
#ifndef TESTS_UNIT_TRACE_BUILDER_H
#define TESTS_UNIT_TRACE_BUILDER_H

#include "core/session_layout.h"
#include "core/trace.h"
#include "core/writer.h"
#include "judge/expect.h"
#include "judge/judge.h"

enum {
  TB_MAIN = 0x24, /* thread ids */
  TB_WORKER = 0x28,
  TB_MAPI = 0x2C,
  TB_DIRECTOR = 0x30,
  TB_IDLE_HWND = 0x10050,
  TB_NOTIFY_HWND = 0x10052,
  TB_OWN_HWND = 0x10060,
  TB_NOTIFY_MESSAGE = 0xC0DE,
  TB_STOP_HANDLE = 0x58, /* index 0 of every array */
  TB_WORK_HANDLE = 0x5C
};

/* Wake masks and wait flags. */
enum {
  TB_ALLINPUT = 0x4FF,
  TB_POSTED = 0x8,
  TB_SENT = 0x40,
  TB_LEVEL = 4, /* MWMO_INPUTAVAILABLE */
  TB_WAITALL = 1
};

/* A first thread that waits and never for messages, and no message came to show it. */
#define TB_NEVER_PUMPS "init-multithread-notifications (warning)"
/* How a service without a pump fails: it has not set MAPI_MULTITHREAD_NOTIFICATIONS either. */
#define TB_NO_PUMP "init-multithread-notifications (warning) < pump-runs, pump-runs"
#define TB_NONE RIG_NO_RECORD
#define TB_INFINITE UINT32_MAX
#define TB_INIT_FLAGS 0x10000u  /* MAPI_NT_SERVICE */
#define TB_LOGON_FLAGS 0x18022u /* NT_SERVICE, NO_MAIL, EXTENDED, NEW_SESSION */

struct tb {
  struct rig_layout layout;
  unsigned char *base;
  struct rig_log log;
  uint64_t now; /* in 100 ns */
  uint32_t tokens;
  uint32_t first; /* the first initialising thread */
  struct rig_trace *trace;
  struct rig_judgement judgement;
};

/* What a stimulus is known by. */
struct tb_stimulus {
  uint32_t record;
  uint32_t token;
  uint32_t window; /* enum rig_window */
  uint32_t hwnd;   /* 0: a thread message */
  uint32_t message;
  uint32_t thread;
  enum rig_action action;
};

/* A session with a plan of `count` steps (NULL: a single `stop`). */
void tb_open(struct tb *tb, enum rig_role role, const struct rig_step *steps, uint32_t count);
void tb_open_small(struct tb *tb, uint32_t capacity); /* room for so many records alone */
void tb_close(struct tb *tb);
void tb_sleep(struct tb *tb, double ms);

/* Any record. */
uint32_t tb_append(struct tb *tb, struct rig_record record, const void *more, uint32_t bytes);
uint32_t tb_call(struct tb *tb, enum rig_kind kind, enum rig_call call, uint32_t thread,
                 uint32_t link, const union rig_payload *payload);
uint32_t tb_enter(struct tb *tb, enum rig_call call, uint32_t thread);
void tb_leave(struct tb *tb, enum rig_call call, uint32_t thread, uint32_t enter);
uint32_t tb_state(struct tb *tb, enum rig_state state, uint32_t thread, uint32_t a, uint32_t b,
                  uint32_t c, uint32_t d);

/* ---- the client ---- */

uint32_t tb_initialize(struct tb *tb, uint32_t thread, uint32_t flags);
uint32_t tb_initialize_null(struct tb *tb, uint32_t thread);
void tb_uninitialize(struct tb *tb, uint32_t thread);
uint32_t tb_logon(struct tb *tb, uint32_t thread, uint32_t flags);
/* hello, MAPIInitialize and MAPILogonEx on `thread`, ready. */
void tb_start(struct tb *tb, uint32_t thread, uint32_t init_flags);
uint32_t tb_unsupported(struct tb *tb, uint32_t thread, const char *name);

/* MsgWaitForMultipleObjectsEx over the stop and the work handle. */
uint32_t tb_wait_enter(struct tb *tb, uint32_t thread, uint32_t mask, uint32_t flags);
void tb_wait_leave(struct tb *tb, uint32_t thread, uint32_t enter, uint32_t result);
/* Both at once, with QS_ALLINPUT; result 2 is input. */
uint32_t tb_wait(struct tb *tb, uint32_t thread, uint32_t flags, uint32_t result);
uint32_t tb_single_enter(struct tb *tb, uint32_t thread, uint32_t timeout_ms);
void tb_single_leave(struct tb *tb, uint32_t thread, uint32_t enter, uint32_t result);

/* PeekMessage that takes `stimulus` out, or finds nothing (NULL). */
uint32_t tb_peek(struct tb *tb, uint32_t thread, const struct tb_stimulus *stimulus);
/* PeekMessage(PM_NOREMOVE) of a range. */
void tb_peek_range(struct tb *tb, uint32_t thread, uint32_t first, uint32_t last);
void tb_peek_look(struct tb *tb, uint32_t thread, const struct tb_stimulus *stimulus);
uint32_t tb_get_enter(struct tb *tb, uint32_t thread);
void tb_get_leave(struct tb *tb, uint32_t thread, uint32_t enter,
                  const struct tb_stimulus *stimulus);
void tb_get(struct tb *tb, uint32_t thread, const struct tb_stimulus *stimulus);
/* DispatchMessage, with the receipt inside. */
void tb_dispatch(struct tb *tb, uint32_t thread, const struct tb_stimulus *stimulus);
void tb_post_quit(struct tb *tb, uint32_t thread);

/* ---- the director ---- */

/* Any stimulus; fills in its token and record. */
struct tb_stimulus tb_perform(struct tb *tb, struct tb_stimulus stimulus);
struct tb_stimulus tb_notify(struct tb *tb);
struct tb_stimulus tb_post(struct tb *tb);
struct tb_stimulus tb_post_thread(struct tb *tb);
struct tb_stimulus tb_send(struct tb *tb);
struct tb_stimulus tb_quit(struct tb *tb);
struct tb_stimulus tb_stop(struct tb *tb);
/* Window message of the client's own, not a stimulus. */
struct tb_stimulus tb_own_message(uint32_t hwnd, uint32_t message);
/* A phase of what the director does to a thread. */
uint32_t tb_phase(struct tb *tb, enum rig_action action, enum rig_stimulus_phase phase,
                  uint32_t thread, uint32_t link);
/* The director keeps the thread from going on (a hold, a gate), and lets go what so began. */
static inline uint32_t tb_detain(struct tb *tb, enum rig_action action, uint32_t thread) {
  return tb_phase(tb, action, RIG_STIMULUS_BEGAN, thread, RIG_NO_RECORD);
}
static inline void tb_let_go(struct tb *tb, enum rig_action action, uint32_t thread,
                             uint32_t began) {
  (void)tb_phase(tb, action, RIG_STIMULUS_ENDED, thread, began);
}
void tb_receipt(struct tb *tb, const struct tb_stimulus *stimulus);
void tb_reply(struct tb *tb, const struct tb_stimulus *stimulus);
void tb_time_out(struct tb *tb, const struct tb_stimulus *stimulus);
/* A sent message arrives inside the retrieval that is open, and is answered. */
void tb_answer(struct tb *tb, const struct tb_stimulus *stimulus);
/* Blocked for the deadline and then some, in `enter`. */
uint32_t tb_blocked(struct tb *tb, uint32_t thread, uint32_t enter, uint32_t pending);
void tb_handle(struct tb *tb, uint32_t handle, enum rig_signal signal, uint32_t wait);
void tb_late(struct tb *tb, double since_ms_ago);
void tb_end(struct tb *tb, enum rig_end end, uint32_t missing);
void tb_exit(struct tb *tb, uint32_t code, bool killed);
/* Stop, the wait's return for the stop handle, and a proper end. */
void tb_stop_well(struct tb *tb, uint32_t thread, uint32_t wait);
/* The proper end alone: MAPIUninitialize, the thread's and the process's end. */
void tb_finish(struct tb *tb, uint32_t thread);
/* END and the kill that follows it. */
void tb_killed(struct tb *tb, enum rig_end end);

/* ---- verdicts ---- */

/* Judges what was written so far. */
const struct rig_judgement *tb_judge(struct tb *tb);
const struct rig_finding *tb_finding(struct tb *tb, const char *rule);
/* Judges, and requires that exactly these rules fail, in the table's order: "pump-runs,
 * notify-latency < pump-runs, wake-mask (warning)". */
void tb_require_failures(struct tb *tb, const char *expected);
void tb_require_verdict(struct tb *tb, const char *rule, enum rig_verdict verdict);
void tb_require_cause(struct tb *tb, enum rig_outcome outcome, const char *cause);
/* The message of a rule (or of the outcome: NULL) holds `text`. */
void tb_require_text(struct tb *tb, const char *rule, const char *text);

#endif
