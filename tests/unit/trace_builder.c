/*
 * Writing synthetic sessions, and requiring what the judge makes of them.
 */
#include "unit/trace_builder.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CAPACITY 8192u
#define TOKEN_FIRST 0x52490000u

static const struct rig_step only_stop[] = {
    {.action = RIG_ACTION_STOP, .trigger = RIG_TRIGGER_SETTLED}};

static void open_plan(struct tb *tb, const struct rig_session_plan *plan, uint32_t capacity) {
  char error[200];
  memset(tb, 0, sizeof *tb);
  ck_assert(rig_layout_measure(plan, capacity, &tb->layout, error, sizeof error) == RIG_OK);
  tb->base = aligned_alloc(64, (size_t)(tb->layout.file_bytes + 63) / 64 * 64);
  ck_assert_ptr_nonnull(tb->base);
  memset(tb->base, 0, (size_t)tb->layout.file_bytes);
  rig_layout_write(plan, &tb->layout, tb->base);
  ck_assert(rig_log_open(&tb->log, tb->base, tb->layout.file_bytes));
  tb->log.header->phase = RIG_PHASE_STARTED;
  tb->log.header->clock = RIG_CLOCK_MONOTONIC_RAW;
  tb->log.header->stamp_first = tb->log.header->stamp_last = 0;
  tb->log.header->ns_first = tb->log.header->ns_last = 0;
  tb->now = 10000000;
  tb->first = TB_MAIN;
}

void tb_open(struct tb *tb, enum rig_role role, const struct rig_step *steps, uint32_t count) {
  const struct rig_session_plan plan = {.deadline_ms = 1000,
                                        .scale_permille = 1000,
                                        .timeout_ms = 60000,
                                        .role = role,
                                        .stop_way = RIG_STOP_SCM,
                                        .steps = steps ? steps : only_stop,
                                        .step_count = steps ? count : 1};
  open_plan(tb, &plan, CAPACITY);
}

void tb_open_small(struct tb *tb, uint32_t capacity) {
  const struct rig_session_plan plan = {.deadline_ms = 1000,
                                        .scale_permille = 1000,
                                        .stop_way = RIG_STOP_SCM,
                                        .steps = only_stop,
                                        .step_count = 1};
  open_plan(tb, &plan, capacity);
}

static void forget(struct tb *tb) {
  if (tb->judgement.findings)
    rig_judgement_free(&tb->judgement);
  tb->trace = rig_trace_close(tb->trace);
}

void tb_close(struct tb *tb) {
  forget(tb);
  free(tb->base);
}

void tb_sleep(struct tb *tb, double ms) {
  tb->now += (uint64_t)(ms * RIG_RAW_PER_MS);
}

/* ---- records ---- */

uint32_t tb_append(struct tb *tb, struct rig_record record, const void *more, uint32_t bytes) {
  record.stamp = tb->now++;
  return rig_log_append(&tb->log, &record, more, bytes);
}

uint32_t tb_call(struct tb *tb, enum rig_kind kind, enum rig_call call, uint32_t thread,
                 uint32_t link, const union rig_payload *payload) {
  struct rig_record record = {.kind = (uint8_t)kind,
                              .call = (uint16_t)call,
                              .thread = thread,
                              .link = link,
                              .caller = 0x140001000u + (unsigned)call};
  if (payload)
    record.u = *payload;
  return tb_append(tb, record, NULL, 0);
}

uint32_t tb_enter(struct tb *tb, enum rig_call call, uint32_t thread) {
  return tb_call(tb, RIG_KIND_ENTER, call, thread, RIG_NO_RECORD, NULL);
}

void tb_leave(struct tb *tb, enum rig_call call, uint32_t thread, uint32_t enter) {
  tb_call(tb, RIG_KIND_LEAVE, call, thread, enter, NULL);
}

uint32_t tb_state(struct tb *tb, enum rig_state state, uint32_t thread, uint32_t a, uint32_t b,
                  uint32_t c, uint32_t d) {
  struct rig_record record = {
      .kind = RIG_KIND_STATE, .call = (uint16_t)state, .thread = thread, .link = RIG_NO_RECORD};
  record.u.state.a = a;
  record.u.state.b = b;
  record.u.state.c = c;
  record.u.state.d = d;
  return tb_append(tb, record, NULL, 0);
}

/* ---- the client ---- */

static uint32_t initialize(struct tb *tb, uint32_t thread, bool given, uint32_t flags) {
  union rig_payload payload = {.init = {.given = given, .flags = flags}};
  uint32_t enter =
      tb_call(tb, RIG_KIND_ENTER, RIG_CALL_MAPIInitialize, thread, RIG_NO_RECORD, &payload);
  tb_call(tb, RIG_KIND_LEAVE, RIG_CALL_MAPIInitialize, thread, enter, &payload);
  return enter;
}

uint32_t tb_initialize(struct tb *tb, uint32_t thread, uint32_t flags) {
  return initialize(tb, thread, true, flags);
}

uint32_t tb_initialize_null(struct tb *tb, uint32_t thread) {
  return initialize(tb, thread, false, 0);
}

void tb_uninitialize(struct tb *tb, uint32_t thread) {
  uint32_t enter = tb_enter(tb, RIG_CALL_MAPIUninitialize, thread);
  tb_leave(tb, RIG_CALL_MAPIUninitialize, thread, enter);
}

uint32_t tb_logon(struct tb *tb, uint32_t thread, uint32_t flags) {
  union rig_payload payload = {.logon = {.flags = flags, .profile_given = 1}};
  uint32_t enter =
      tb_call(tb, RIG_KIND_ENTER, RIG_CALL_MAPILogonEx, thread, RIG_NO_RECORD, &payload);
  tb_call(tb, RIG_KIND_LEAVE, RIG_CALL_MAPILogonEx, thread, enter, &payload);
  return enter;
}

void tb_start(struct tb *tb, uint32_t thread, uint32_t init_flags) {
  tb_state(tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  uint32_t dispatcher = tb_enter(tb, RIG_CALL_StartServiceCtrlDispatcherW, TB_MAIN);
  tb_leave(tb, RIG_CALL_StartServiceCtrlDispatcherW, TB_MAIN, dispatcher);
  tb_sleep(tb, 5);
  tb_initialize(tb, thread, init_flags);
  tb->first = thread;
  uint32_t owner = init_flags & 1 ? TB_MAPI : thread;
  if (owner == TB_MAPI)
    tb_state(tb, RIG_STATE_THREAD_START, TB_MAPI, 7, 1, 0, 0);
  tb_state(tb, RIG_STATE_WINDOW, owner, RIG_WINDOW_NOTIFICATION, TB_NOTIFY_HWND, TB_NOTIFY_MESSAGE,
           0);
  tb_state(tb, RIG_STATE_WINDOW, thread, RIG_WINDOW_IDLE, TB_IDLE_HWND, 0, 0);
  tb_logon(tb, thread, TB_LOGON_FLAGS);
  tb_state(tb, RIG_STATE_READY, TB_DIRECTOR, 0, 0, 0, 0);
  tb_sleep(tb, 10);
}

uint32_t tb_unsupported(struct tb *tb, uint32_t thread, const char *name) {
  struct rig_record record = {.kind = RIG_KIND_CALL,
                              .call = RIG_CALL_MapiUnsupported,
                              .thread = thread,
                              .link = RIG_NO_RECORD,
                              .caller = 0x140001234};
  record.u.mapi.result = 0x80040102;
  return tb_append(tb, record, name, (uint32_t)strlen(name));
}

static union rig_payload wait_payload(uint32_t mask, uint32_t flags) {
  return (union rig_payload){.wait = {.count = 2,
                                      .timeout_ms = TB_INFINITE,
                                      .wake_mask = mask,
                                      .flags = flags,
                                      .handle = TB_STOP_HANDLE}};
}

uint32_t tb_wait_enter(struct tb *tb, uint32_t thread, uint32_t mask, uint32_t flags) {
  static const uint32_t handles[] = {TB_STOP_HANDLE, TB_WORK_HANDLE};
  struct rig_record record = {.kind = RIG_KIND_ENTER,
                              .call = RIG_CALL_MsgWaitForMultipleObjectsEx,
                              .thread = thread,
                              .link = RIG_NO_RECORD,
                              .caller = 0x140002000};
  record.u = wait_payload(mask, flags);
  return tb_append(tb, record, handles, sizeof handles);
}

void tb_wait_leave(struct tb *tb, uint32_t thread, uint32_t enter, uint32_t result) {
  union rig_payload payload = wait_payload(0, 0);
  payload.wait.result = result;
  tb_call(tb, RIG_KIND_LEAVE, RIG_CALL_MsgWaitForMultipleObjectsEx, thread, enter, &payload);
}

uint32_t tb_wait(struct tb *tb, uint32_t thread, uint32_t flags, uint32_t result) {
  uint32_t enter = tb_wait_enter(tb, thread, TB_ALLINPUT, flags);
  tb_sleep(tb, 1);
  tb_wait_leave(tb, thread, enter, result);
  return enter;
}

uint32_t tb_single_enter(struct tb *tb, uint32_t thread, uint32_t timeout_ms) {
  union rig_payload payload = {
      .wait = {.count = 1, .timeout_ms = timeout_ms, .handle = TB_STOP_HANDLE}};
  return tb_call(tb, RIG_KIND_ENTER, RIG_CALL_WaitForSingleObject, thread, RIG_NO_RECORD, &payload);
}

void tb_single_leave(struct tb *tb, uint32_t thread, uint32_t enter, uint32_t result) {
  union rig_payload payload = {.wait = {.count = 1, .handle = TB_STOP_HANDLE, .result = result}};
  tb_call(tb, RIG_KIND_LEAVE, RIG_CALL_WaitForSingleObject, thread, enter, &payload);
}

static union rig_payload message_payload(const struct tb_stimulus *stimulus, uint32_t result) {
  union rig_payload payload = {.message = {.result = result}};
  if (!stimulus)
    return payload;
  payload.message.hwnd = stimulus->hwnd;
  payload.message.message = stimulus->message;
  if (stimulus->hwnd)
    payload.message.wparam = stimulus->token;
  else
    payload.message.lparam = stimulus->token;
  return payload;
}

static uint32_t peek(struct tb *tb, uint32_t thread, uint32_t first, uint32_t last, uint32_t remove,
                     const struct tb_stimulus *stimulus) {
  union rig_payload asked = {.retrieve = {.first = first, .last = last, .remove = remove}};
  union rig_payload got = message_payload(stimulus, stimulus != NULL);
  uint32_t enter =
      tb_call(tb, RIG_KIND_ENTER, RIG_CALL_PeekMessageW, thread, RIG_NO_RECORD, &asked);
  tb_call(tb, RIG_KIND_LEAVE, RIG_CALL_PeekMessageW, thread, enter, &got);
  return enter;
}

uint32_t tb_peek(struct tb *tb, uint32_t thread, const struct tb_stimulus *stimulus) {
  return peek(tb, thread, 0, 0, 1, stimulus);
}

void tb_peek_range(struct tb *tb, uint32_t thread, uint32_t first, uint32_t last) {
  peek(tb, thread, first, last, 0, NULL);
}

void tb_peek_look(struct tb *tb, uint32_t thread, const struct tb_stimulus *stimulus) {
  peek(tb, thread, 0, 0, 0, stimulus);
}

uint32_t tb_get_enter(struct tb *tb, uint32_t thread) {
  union rig_payload payload = {.retrieve = {.remove = 1}};
  return tb_call(tb, RIG_KIND_ENTER, RIG_CALL_GetMessageW, thread, RIG_NO_RECORD, &payload);
}

void tb_get_leave(struct tb *tb, uint32_t thread, uint32_t enter,
                  const struct tb_stimulus *stimulus) {
  union rig_payload got = message_payload(stimulus, stimulus->message != 0x12);
  tb_call(tb, RIG_KIND_LEAVE, RIG_CALL_GetMessageW, thread, enter, &got);
}

void tb_get(struct tb *tb, uint32_t thread, const struct tb_stimulus *stimulus) {
  tb_get_leave(tb, thread, tb_get_enter(tb, thread), stimulus);
}

void tb_dispatch(struct tb *tb, uint32_t thread, const struct tb_stimulus *stimulus) {
  union rig_payload payload = message_payload(stimulus, 0);
  uint32_t enter =
      tb_call(tb, RIG_KIND_ENTER, RIG_CALL_DispatchMessageW, thread, RIG_NO_RECORD, &payload);
  if (stimulus->window)
    tb_receipt(tb, stimulus);
  tb_call(tb, RIG_KIND_LEAVE, RIG_CALL_DispatchMessageW, thread, enter, &payload);
}

void tb_post_quit(struct tb *tb, uint32_t thread) {
  tb_call(tb, RIG_KIND_CALL, RIG_CALL_PostQuitMessage, thread, RIG_NO_RECORD, NULL);
}

/* ---- the director ---- */

struct tb_stimulus tb_perform(struct tb *tb, struct tb_stimulus stimulus) {
  stimulus.token = TOKEN_FIRST + tb->tokens++;
  struct rig_record record = {.kind = RIG_KIND_STIMULUS,
                              .call = (uint16_t)stimulus.action,
                              .thread = TB_DIRECTOR,
                              .link = RIG_NO_RECORD,
                              .caller = stimulus.token};
  record.u.stimulus.target = stimulus.hwnd ? stimulus.hwnd : stimulus.thread;
  record.u.stimulus.thread = stimulus.thread;
  record.u.stimulus.message = stimulus.message;
  record.u.stimulus.result = 1;
  stimulus.record = tb_append(tb, record, NULL, 0);
  return stimulus;
}

struct tb_stimulus tb_notify(struct tb *tb) {
  uint32_t owner = tb->first;
  for (uint32_t i = 0; i < tb->log.header->next; i++) {
    const struct rig_record *record = &tb->log.records[i];
    if (record->kind == RIG_KIND_STATE && record->call == RIG_STATE_WINDOW &&
        record->u.state.a == RIG_WINDOW_NOTIFICATION)
      owner = record->thread;
  }
  return tb_perform(tb, (struct tb_stimulus){.window = RIG_WINDOW_NOTIFICATION,
                                             .hwnd = TB_NOTIFY_HWND,
                                             .message = TB_NOTIFY_MESSAGE,
                                             .thread = owner,
                                             .action = RIG_ACTION_NOTIFY});
}

struct tb_stimulus tb_post(struct tb *tb) {
  return tb_perform(tb, (struct tb_stimulus){.window = RIG_WINDOW_IDLE,
                                             .hwnd = TB_IDLE_HWND,
                                             .message = 0x8000,
                                             .thread = tb->first,
                                             .action = RIG_ACTION_POST});
}

struct tb_stimulus tb_post_thread(struct tb *tb) {
  return tb_perform(tb, (struct tb_stimulus){.message = 0x8000,
                                             .thread = tb->first,
                                             .action = RIG_ACTION_POST_THREAD});
}

struct tb_stimulus tb_send(struct tb *tb) {
  return tb_perform(tb, (struct tb_stimulus){.window = RIG_WINDOW_IDLE,
                                             .hwnd = TB_IDLE_HWND,
                                             .message = 0x8001,
                                             .thread = tb->first,
                                             .action = RIG_ACTION_SEND});
}

struct tb_stimulus tb_quit(struct tb *tb) {
  return tb_perform(
      tb, (struct tb_stimulus){.message = 0x12, .thread = tb->first, .action = RIG_ACTION_QUIT});
}

struct tb_stimulus tb_stop(struct tb *tb) {
  bool message = tb->log.header->stop_way == RIG_STOP_MESSAGE;
  return tb_perform(tb, (struct tb_stimulus){.message = message ? 0x12 : 0,
                                             .thread = message ? tb->first : 0,
                                             .action = RIG_ACTION_STOP});
}

struct tb_stimulus tb_own_message(uint32_t hwnd, uint32_t message) {
  return (struct tb_stimulus){.hwnd = hwnd, .message = message, .token = 5};
}

uint32_t tb_phase(struct tb *tb, enum rig_action action, enum rig_stimulus_phase phase,
                  uint32_t thread, uint32_t link) {
  struct rig_record record = {
      .kind = RIG_KIND_STIMULUS, .call = (uint16_t)action, .thread = TB_DIRECTOR, .link = link};
  record.u.stimulus.phase = phase;
  record.u.stimulus.thread = thread;
  return tb_append(tb, record, NULL, 0);
}

void tb_receipt(struct tb *tb, const struct tb_stimulus *stimulus) {
  struct rig_record record = {
      .kind = RIG_KIND_RECEIPT, .thread = stimulus->thread, .link = stimulus->record};
  record.u.receipt.window = stimulus->window;
  record.u.receipt.message = stimulus->message;
  record.u.receipt.wparam = stimulus->token;
  record.u.receipt.sent = stimulus->action == RIG_ACTION_SEND;
  tb_append(tb, record, NULL, 0);
}

static void answered(struct tb *tb, const struct tb_stimulus *stimulus,
                     enum rig_stimulus_phase phase) {
  struct rig_record record = {.kind = RIG_KIND_STIMULUS,
                              .call = (uint16_t)stimulus->action,
                              .thread = TB_DIRECTOR,
                              .link = stimulus->record,
                              .caller = stimulus->token};
  record.u.stimulus.phase = phase;
  record.u.stimulus.thread = stimulus->thread;
  record.u.stimulus.result = phase == RIG_STIMULUS_REPLIED;
  tb_append(tb, record, NULL, 0);
}

void tb_reply(struct tb *tb, const struct tb_stimulus *stimulus) {
  answered(tb, stimulus, RIG_STIMULUS_REPLIED);
}

void tb_time_out(struct tb *tb, const struct tb_stimulus *stimulus) {
  answered(tb, stimulus, RIG_STIMULUS_TIMED_OUT);
}

void tb_answer(struct tb *tb, const struct tb_stimulus *stimulus) {
  tb_receipt(tb, stimulus);
  tb_reply(tb, stimulus);
}

uint32_t tb_blocked(struct tb *tb, uint32_t thread, uint32_t enter, uint32_t pending) {
  tb_sleep(tb, 1010);
  return tb_state(tb, RIG_STATE_BLOCKED, TB_DIRECTOR, thread, enter, 1005, pending);
}

void tb_handle(struct tb *tb, uint32_t handle, enum rig_signal signal, uint32_t wait) {
  tb_state(tb, RIG_STATE_HANDLE, TB_DIRECTOR, handle, signal, RIG_OBJECT_EVENT, wait);
}

void tb_late(struct tb *tb, double since_ms_ago) {
  struct rig_record record = {
      .kind = RIG_KIND_STATE, .call = RIG_STATE_LATE, .thread = TB_DIRECTOR, .link = RIG_NO_RECORD};
  record.u.state.a = (uint32_t)since_ms_ago;
  record.u.state.value = tb->now - (uint64_t)(since_ms_ago * RIG_RAW_PER_MS);
  tb_append(tb, record, NULL, 0);
}

void tb_end(struct tb *tb, enum rig_end end, uint32_t missing) {
  tb_state(tb, RIG_STATE_END, TB_DIRECTOR, end, 0, 0, missing);
}

void tb_exit(struct tb *tb, uint32_t code, bool killed) {
  tb_state(tb, RIG_STATE_EXIT, 0, code, killed, 0, 0);
  tb->log.header->exit_code = code;
  tb->log.header->phase = RIG_PHASE_ENDED;
}

void tb_finish(struct tb *tb, uint32_t thread) {
  tb_uninitialize(tb, thread);
  tb_sleep(tb, 2);
  if (thread != TB_MAIN)
    tb_state(tb, RIG_STATE_THREAD_END, thread, 0, 0, 0, 0);
  tb_exit(tb, 0, false);
}

void tb_stop_well(struct tb *tb, uint32_t thread, uint32_t wait) {
  tb_stop(tb);
  tb_sleep(tb, 1);
  tb_wait_leave(tb, thread, wait, 0);
  tb_finish(tb, thread);
}

void tb_killed(struct tb *tb, enum rig_end end) {
  tb_end(tb, end, 0);
  tb_exit(tb, 0xDEAD, true);
}

/* ---- verdicts ---- */

const struct rig_judgement *tb_judge(struct tb *tb) {
  char error[200];
  forget(tb);
  ck_assert_msg(rig_trace_open_memory(tb->base, (size_t)tb->layout.file_bytes, &tb->trace, error,
                                      sizeof error) == RIG_OK,
                "%s", error);
  ck_assert(rig_judge(tb->trace, &tb->judgement) == RIG_OK);
  return &tb->judgement;
}

const struct rig_finding *tb_finding(struct tb *tb, const char *rule) {
  if (!tb->judgement.findings)
    tb_judge(tb);
  for (size_t i = 0; i < tb->judgement.finding_count; i++) {
    if (strcmp(tb->judgement.findings[i].rule->id, rule) == 0)
      return &tb->judgement.findings[i];
  }
  ck_abort_msg("no rule %s", rule);
}

void tb_require_failures(struct tb *tb, const char *expected) {
  char failures[800] = "";
  char messages[8000] = "";
  tb_judge(tb);
  for (size_t i = 0; i < tb->judgement.finding_count; i++) {
    const struct rig_finding *finding = &tb->judgement.findings[i];
    if (finding->verdict != RIG_FAIL)
      continue;
    size_t used = strlen(failures);
    snprintf(failures + used, sizeof failures - used, "%s%s%s%s%s", used ? ", " : "",
             finding->rule->id, finding->severity == RIG_SEVERITY_WARNING ? " (warning)" : "",
             finding->root ? " < " : "", finding->root ? finding->root->id : "");
    used = strlen(messages);
    snprintf(messages + used, sizeof messages - used, "\n  %s: %s", finding->rule->id,
             finding->message);
    ck_assert_uint_gt(finding->evidence_count, 0);
    for (size_t k = 0; k < finding->evidence_count; k++)
      ck_assert_uint_lt(finding->evidence[k].record, rig_trace_count(tb->trace));
  }
  ck_assert_msg(strcmp(failures, expected) == 0, "failed: %s\nexpected: %s%s", failures, expected,
                messages);
}

void tb_require_verdict(struct tb *tb, const char *rule, enum rig_verdict verdict) {
  const struct rig_finding *finding = tb_finding(tb, rule);
  ck_assert_msg(finding->verdict == verdict, "%s: %s (%s), expected %s", rule,
                rig_verdict_text(finding->verdict), finding->message, rig_verdict_text(verdict));
  ck_assert_msg(finding->message[0] != '\0', "%s says nothing", rule);
}

void tb_require_cause(struct tb *tb, enum rig_outcome outcome, const char *cause) {
  const struct rig_judgement *judgement = tb_judge(tb);
  ck_assert_msg(judgement->outcome == outcome && strcmp(judgement->cause, cause) == 0,
                "%s, %s (%s), expected %s, %s", rig_outcome_text(judgement->outcome),
                judgement->cause, judgement->message, rig_outcome_text(outcome), cause);
  ck_assert(judgement->message[0] != '\0');
}

void tb_require_text(struct tb *tb, const char *rule, const char *text) {
  const char *message = rule ? tb_finding(tb, rule)->message : tb_judge(tb)->message;
  ck_assert_msg(strstr(message, text) != NULL, "'%s' is not in: %s", text, message);
}
