/*
 * Rules about flags and the order of calls, and the rule table itself.
 */
#include <check.h>
#include <ctype.h>
#include <string.h>

#include "judge/causes.h"
#include "unit/suite.h"
#include "unit/trace_builder.h"

enum { LOGON_UI = 1, SERVICE_UI_ALWAYS = 0x2000, NO_MAIL = 0x8000, NT_SERVICE = 0x10000 };

/* A client that initialises, logs on and ends as it should. */
static void run_flags(struct tb *tb, enum rig_role role, uint32_t init_flags,
                      uint32_t logon_flags) {
  tb_open(tb, role, NULL, 0);
  tb_state(tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_initialize(tb, TB_MAIN, init_flags);
  tb_logon(tb, TB_MAIN, logon_flags);
  tb_stop_well(tb, TB_MAIN, tb_wait_enter(tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
}

START_TEST(right_flags) {
  struct tb tb;
  run_flags(&tb, RIG_ROLE_SERVICE, TB_INIT_FLAGS, TB_LOGON_FLAGS);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "init-nt-service", RIG_PASS);
  tb_require_verdict(&tb, "logon-nt-service", RIG_PASS);
  tb_require_verdict(&tb, "logon-no-mail", RIG_PASS);
  tb_require_verdict(&tb, "logon-no-ui", RIG_PASS);
  tb_require_verdict(&tb, "init-version", RIG_PASS);
  tb_require_verdict(&tb, "nt-service-only-in-service", RIG_NA);
  tb_require_verdict(&tb, "init-balanced", RIG_PASS);
  tb_close(&tb);
}
END_TEST

START_TEST(flags_of_a_service) {
  struct tb tb;
  run_flags(&tb, RIG_ROLE_SERVICE, 1, TB_LOGON_FLAGS);
  tb_require_failures(&tb, "init-nt-service");
  tb_require_text(&tb, "init-nt-service", "ulFlags = MAPI_MULTITHREAD_NOTIFICATIONS");
  tb_close(&tb);
  run_flags(&tb, RIG_ROLE_SERVICE, TB_INIT_FLAGS, TB_LOGON_FLAGS & ~(uint32_t)NT_SERVICE);
  tb_require_failures(&tb, "logon-nt-service");
  tb_require_text(&tb, "logon-nt-service", "MAPI_NO_MAIL");
  tb_close(&tb);
  run_flags(&tb, RIG_ROLE_SERVICE, TB_INIT_FLAGS, TB_LOGON_FLAGS & ~(uint32_t)NO_MAIL);
  tb_require_failures(&tb, "logon-no-mail");
  tb_close(&tb);
  run_flags(&tb, RIG_ROLE_SERVICE, TB_INIT_FLAGS, TB_LOGON_FLAGS | LOGON_UI | SERVICE_UI_ALWAYS);
  tb_require_failures(&tb, "logon-no-ui, logon-ui-exclusive < logon-no-ui");
  tb_require_text(&tb, "logon-no-ui", "MAPI_LOGON_UI | MAPI_SERVICE_UI_ALWAYS may show a dialog");
  tb_close(&tb);
}
END_TEST

START_TEST(null_init) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_initialize_null(&tb, TB_MAIN);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "init-nt-service");
  tb_require_text(&tb, "init-nt-service", "NULL lpMapiInit");
  tb_require_verdict(&tb, "init-version", RIG_NOT_EXERCISED);
  tb_require_verdict(&tb, "logon-no-mail", RIG_NOT_EXERCISED);
  tb_close(&tb);
}
END_TEST

START_TEST(parent_window_without_a_dialog) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_initialize(&tb, TB_MAIN, TB_INIT_FLAGS);
  union rig_payload payload = {
      .logon = {.flags = TB_LOGON_FLAGS, .ui_param = 0x1004E, .profile_given = 1}};
  tb_call(&tb, RIG_KIND_CALL, RIG_CALL_MAPILogonEx, TB_MAIN, RIG_NO_RECORD, &payload);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  tb_require_failures(&tb, "logon-no-ui (warning)");
  tb_require_cause(&tb, RIG_OUTCOME_PASS, "complete");
  tb_close(&tb);
}
END_TEST

/* The rules that bind services do not apply at a desk, and the other way round. */
START_TEST(flags_outside_a_service) {
  static const enum rig_role roles[] = {RIG_ROLE_CONSOLE, RIG_ROLE_DESKTOP};
  for (size_t i = 0; i < 2; i++) {
    struct tb tb;
    run_flags(&tb, roles[i], 0, 0x23); /* even with a logon dialog */
    tb_require_failures(&tb, "");
    tb_require_verdict(&tb, "nt-service-only-in-service", RIG_PASS);
    tb_require_verdict(&tb, "init-nt-service", RIG_NA);
    tb_require_verdict(&tb, "logon-nt-service", RIG_NA);
    tb_require_verdict(&tb, "logon-no-mail", RIG_NA);
    tb_require_verdict(&tb, "logon-no-ui", RIG_NA);
    tb_require_verdict(&tb, "init-version", RIG_PASS);
    tb_close(&tb);
    run_flags(&tb, roles[i], NT_SERVICE, 0x22);
    tb_require_failures(&tb, "nt-service-only-in-service");
    tb_close(&tb);
    run_flags(&tb, roles[i], 0, 0x22 | NT_SERVICE);
    tb_require_failures(&tb, "nt-service-only-in-service");
    tb_close(&tb);
  }
}
END_TEST

static void run_init(struct tb *tb, uint32_t version, uint32_t flags, uint32_t result) {
  tb_open(tb, RIG_ROLE_CONSOLE, NULL, 0);
  tb_state(tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  union rig_payload payload = {
      .init = {.given = 1, .version = version, .flags = flags, .result = result}};
  uint32_t enter =
      tb_call(tb, RIG_KIND_ENTER, RIG_CALL_MAPIInitialize, TB_MAIN, RIG_NO_RECORD, &payload);
  tb_call(tb, RIG_KIND_LEAVE, RIG_CALL_MAPIInitialize, TB_MAIN, enter, &payload);
  tb_exit(tb, 1, false);
}

START_TEST(version_and_unknown_flags) {
  struct tb tb;
  run_init(&tb, 7, 0, 0x80040110);
  tb_require_failures(&tb, "init-version");
  tb_require_text(&tb, "init-version", "ulVersion = 7");
  tb_require_text(&tb, "init-version", "MAPI_E_VERSION");
  tb_require_verdict(&tb, "init-balanced", RIG_NOT_EXERCISED); /* it never succeeded */
  tb_close(&tb);
  run_init(&tb, 0, 0x8000, 0x80040106); /* MAPI_NO_MAIL is a flag of MAPILogonEx */
  tb_require_failures(&tb, "init-version");
  tb_require_text(&tb, "init-version", "0x00008000");
  tb_close(&tb);
  run_init(&tb, 0, 0x9, 0x80004005);
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

/* ---- init-balanced ---- */

START_TEST(unbalanced_thread) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  tb_initialize(&tb, TB_WORKER, TB_INIT_FLAGS);
  tb_initialize(&tb, TB_WORKER, TB_INIT_FLAGS);
  tb_uninitialize(&tb, TB_WORKER);
  tb_state(&tb, RIG_STATE_THREAD_END, TB_WORKER, 0, 0, 0, 0);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  tb_require_failures(&tb, "init-balanced");
  tb_require_text(&tb, "init-balanced", "1 times for 2 successful MAPIInitialize");
  tb_close(&tb);
}
END_TEST

START_TEST(unbalanced_process) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_stop(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 0);
  tb_exit(&tb, 0, false);
  tb_require_failures(&tb, "init-balanced");
  tb_require_text(&tb, "init-balanced", "the process ended");
  tb_close(&tb);
}
END_TEST

/* A thread's id may be given to a new thread: that one owes nothing. */
START_TEST(thread_id_used_again) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  for (int i = 0; i < 3; i++) {
    tb_state(&tb, RIG_STATE_THREAD_START, TB_WORKER, 7, 0, 0, 0);
    tb_initialize(&tb, TB_WORKER, TB_INIT_FLAGS);
    tb_uninitialize(&tb, TB_WORKER);
    tb_state(&tb, RIG_STATE_THREAD_END, TB_WORKER, 0, 0, 0, 0);
  }
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  tb_require_failures(&tb, "");
  tb_require_text(&tb, "init-balanced", "4 threads");
  tb_close(&tb);
}
END_TEST

START_TEST(no_chance_to_balance) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0); /* killed */
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  tb_killed(&tb, RIG_END_TIMEOUT);
  tb_judge(&tb);
  tb_require_verdict(&tb, "init-balanced", RIG_NOT_EXERCISED);
  tb_close(&tb);
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0); /* crashed */
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  tb_exit(&tb, 0xC0000005, false);
  tb_judge(&tb);
  tb_require_verdict(&tb, "init-balanced", RIG_NOT_EXERCISED);
  tb_close(&tb);
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0); /* stopped by TerminateProcess, as the scenario says */
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  tb.log.header->stop_way = RIG_STOP_KILL;
  tb_stop(&tb);
  tb_exit(&tb, 1, false);
  tb_judge(&tb);
  tb_require_verdict(&tb, "init-balanced", RIG_NOT_EXERCISED);
  tb_require_verdict(&tb, "stop-latency", RIG_NOT_EXERCISED);
  tb_close(&tb);
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0); /* gave up after a call that is not supported */
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  tb_unsupported(&tb, TB_MAIN, "IMAPISession::OpenMsgStore");
  tb_exit(&tb, 1, false);
  tb_judge(&tb);
  tb_require_verdict(&tb, "init-balanced", RIG_NOT_EXERCISED);
  tb_close(&tb);
}
END_TEST

/* ---- the table ---- */

START_TEST(table) {
  ck_assert_uint_ge(rig_rule_count(), 18);
  ck_assert_ptr_null(rig_rule_at(rig_rule_count()));
  ck_assert_ptr_null(rig_rule_find("no-such-rule"));
  for (size_t i = 0; i < rig_rule_count(); i++) {
    const struct rig_rule *rule = rig_rule_at(i);
    ck_assert_ptr_eq(rig_rule_find(rule->id), rule);
    for (const char *at = rule->id; *at; at++)
      ck_assert(islower((unsigned char)*at) || *at == '-');
    const char *texts[] = {rule->family,      rule->statement, rule->source, rule->violation,
                           rule->unexercised, rule->example,   rule->mend};
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
      ck_assert_msg(texts[k] && texts[k][0], "rule %s lacks a text", rule->id);
    for (size_t k = 0; k < i; k++)
      ck_assert_str_ne(rig_rule_at(k)->id, rule->id);
  }
}
END_TEST

/* Every named cause belongs to its rule alone, and is told apart from the others there. */
START_TEST(causes_of_rules) {
  size_t named = 0;
  for (size_t i = 0; i < rig_rule_count(); i++) {
    const struct rig_rule *rule = rig_rule_at(i);
    const struct rig_rule_cause *cause;
    for (size_t k = 0; (cause = rig_rule_cause_at(rule, k)); k++, named++) {
      ck_assert_msg(cause->id[0] && cause->text[0], "a cause of %s lacks a text", rule->id);
      ck_assert_msg(strspn(cause->id, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(cause->id),
                    "%s/%s", rule->id, cause->id);
      ck_assert_msg(!cause->needs || cause->needs[0], "%s/%s needs nothing", rule->id, cause->id);
      for (size_t m = 0; m < k; m++)
        ck_assert_str_ne(rig_rule_cause_at(rule, m)->id, cause->id);
    }
  }
  ck_assert_uint_ge(named, 3);
  ck_assert_str_eq(rig_rule_cause_at(rig_rule_find("init-nt-service"), 1)->id, "null-init");
}
END_TEST

START_TEST(causes) {
  for (unsigned i = 0; i < RIG_CAUSE_COUNT; i++) {
    ck_assert(rig_cause_id((enum rig_cause)i)[0] && rig_cause_text((enum rig_cause)i)[0]);
    for (unsigned k = 0; k < i; k++)
      ck_assert_str_ne(rig_cause_id((enum rig_cause)i), rig_cause_id((enum rig_cause)k));
  }
  ck_assert_str_eq(rig_verdict_text(RIG_NOT_EXERCISED), "not-exercised");
  ck_assert_str_eq(rig_verdict_text(RIG_NA), "n/a");
  ck_assert_str_eq(rig_severity_text(RIG_SEVERITY_WARNING), "warning");
  ck_assert_str_eq(rig_outcome_text(RIG_OUTCOME_INVALID), "invalid");
}
END_TEST

int main(void) {
  Suite *suite = suite_create("judge_rules");
  TCase *tests = tcase_create("flags, lifecycle, table");
  tcase_add_test(tests, right_flags);
  tcase_add_test(tests, flags_of_a_service);
  tcase_add_test(tests, null_init);
  tcase_add_test(tests, parent_window_without_a_dialog);
  tcase_add_test(tests, flags_outside_a_service);
  tcase_add_test(tests, version_and_unknown_flags);
  tcase_add_test(tests, unbalanced_thread);
  tcase_add_test(tests, unbalanced_process);
  tcase_add_test(tests, thread_id_used_again);
  tcase_add_test(tests, no_chance_to_balance);
  tcase_add_test(tests, table);
  tcase_add_test(tests, causes_of_rules);
  tcase_add_test(tests, causes);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
