/*
 * The rules about flags that test_judge_rules.c leaves out: profiles, dialogs, threads, COM.
 */
#include <check.h>
#include <string.h>

#include "unit/suite.h"
#include "unit/trace_builder.h"

enum {
  LOGON_UI = 0x1,
  NEW_SESSION = 0x2,
  ALLOW_OTHERS = 0x8,
  EXTENDED = 0x20,
  USE_DEFAULT = 0x40,
  SERVICE_UI_ALWAYS = 0x2000,
  PASSWORD_UI = 0x20000,
  NO_COINIT = 0x8,
  MULTITHREAD = 0x1
};
#define FAILED 0x80040111u /* MAPI_E_LOGON_FAILED */

struct logon {
  uint32_t flags;
  const char *profile;
  uint32_t password;
  uint32_t result;
};

static void log_on(struct tb *tb, struct logon logon) {
  union rig_payload payload = {.logon = {.flags = logon.flags,
                                         .profile_given = logon.profile != NULL,
                                         .password_given = logon.password,
                                         .result = logon.result}};
  struct rig_record record = {.kind = RIG_KIND_CALL,
                              .call = RIG_CALL_MAPILogonEx,
                              .thread = TB_MAIN,
                              .link = RIG_NO_RECORD,
                              .u = payload};
  tb_append(tb, record, logon.profile, logon.profile ? (uint32_t)strlen(logon.profile) : 0);
}

static void begin(struct tb *tb, enum rig_role role) {
  tb_open(tb, role, NULL, 0);
  tb_state(tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_initialize(tb, TB_MAIN, role == RIG_ROLE_SERVICE ? TB_INIT_FLAGS : 0);
}

static void end(struct tb *tb) {
  tb_stop_well(tb, TB_MAIN, tb_wait_enter(tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
}

/* A run whose one logon is `logon`: exactly `failures`. */
static void require_logon(enum rig_role role, struct logon logon, const char *failures) {
  struct tb tb;
  begin(&tb, role);
  log_on(&tb, logon);
  end(&tb);
  tb_require_failures(&tb, failures);
  tb_close(&tb);
}

#define DESK RIG_ROLE_CONSOLE
#define SERVICE RIG_ROLE_SERVICE

START_TEST(which_profile) {
  char name[66];
  memset(name, 'x', 65);
  name[65] = '\0';
  const char *failures = "logon-profile";
  /* no name */
  require_logon(DESK, (struct logon){EXTENDED | NEW_SESSION, NULL, 0, FAILED}, failures);
  require_logon(DESK, (struct logon){EXTENDED | ALLOW_OTHERS, NULL, 0, FAILED}, failures);
  require_logon(DESK, (struct logon){EXTENDED | ALLOW_OTHERS, NULL, 0, 0},
                "logon-profile (warning)");
  require_logon(DESK, (struct logon){EXTENDED | NEW_SESSION | ALLOW_OTHERS, NULL, 0, 0}, failures);
  require_logon(DESK, (struct logon){EXTENDED, NULL, 0, 0}, "");      /* joins a session */
  require_logon(DESK, (struct logon){EXTENDED, NULL, 0, FAILED}, ""); /* there was none */
  require_logon(DESK, (struct logon){EXTENDED | NEW_SESSION | USE_DEFAULT, NULL, 0, 0}, "");
  require_logon(DESK, (struct logon){EXTENDED | NEW_SESSION | LOGON_UI, NULL, 0, 0}, "");
  /* the name's length */
  require_logon(DESK, (struct logon){EXTENDED | NEW_SESSION, name, 0, FAILED}, failures);
  require_logon(DESK, (struct logon){EXTENDED | NEW_SESSION | LOGON_UI, name, 0, FAILED}, failures);
  require_logon(DESK, (struct logon){EXTENDED | NEW_SESSION, name + 1, 0, 0}, "");
  /* a password */
  require_logon(DESK, (struct logon){EXTENDED | NEW_SESSION, "p", 1, FAILED}, failures);
  require_logon(DESK, (struct logon){EXTENDED | NEW_SESSION, "p", 2, 0}, "logon-profile (warning)");
  require_logon(DESK, (struct logon){EXTENDED | NEW_SESSION | PASSWORD_UI, "p", 1, FAILED},
                failures);
  /* a service is no other */
  require_logon(SERVICE, (struct logon){TB_LOGON_FLAGS, NULL, 0, FAILED}, failures);
  require_logon(SERVICE, (struct logon){TB_LOGON_FLAGS | USE_DEFAULT, NULL, 0, 0}, "");
}
END_TEST

/* 64 characters, whatever they take in UTF-8; one beyond the first plane is two of them. */
START_TEST(length_in_characters) {
  char name[4 * 65 + 1] = "";
  for (int i = 0; i < 64; i++)
    strcat(name, "\xD0\xB0");
  require_logon(DESK, (struct logon){EXTENDED | NEW_SESSION, name, 0, 0}, "");
  strcat(name, "\xD0\xB0");
  require_logon(DESK, (struct logon){EXTENDED | NEW_SESSION, name, 0, FAILED}, "logon-profile");
  name[0] = '\0';
  for (int i = 0; i < 32; i++)
    strcat(name, "\xF0\x9F\x93\xA7");
  require_logon(DESK, (struct logon){EXTENDED | NEW_SESSION, name, 0, 0}, "");
  strcat(name, "x");
  require_logon(DESK, (struct logon){EXTENDED | NEW_SESSION, name, 0, FAILED}, "logon-profile");
}
END_TEST

START_TEST(words_about_the_profile) {
  struct tb tb;
  begin(&tb, DESK);
  log_on(&tb, (struct logon){EXTENDED | NEW_SESSION, NULL, 0, FAILED});
  end(&tb);
  tb_require_text(&tb, "logon-profile", "no profile name, without MAPI_USE_DEFAULT");
  tb_require_text(&tb, "logon-profile", "MAPI_NEW_SESSION | MAPI_EXTENDED");
  tb_require_text(&tb, "logon-profile", "MAPI_E_LOGON_FAILED");
  tb_require_verdict(&tb, "logon-named-profile-new-session", RIG_NOT_EXERCISED);
  tb_close(&tb);
}
END_TEST

START_TEST(dialogs_exclude_each_other) {
  uint32_t usual = EXTENDED | NEW_SESSION;
  require_logon(DESK, (struct logon){usual | LOGON_UI, "p", 0, 0}, "");
  require_logon(DESK, (struct logon){usual | SERVICE_UI_ALWAYS, "p", 0, 0}, "");
  require_logon(DESK, (struct logon){usual | PASSWORD_UI, "p", 0, 0}, "");
  require_logon(DESK, (struct logon){usual | LOGON_UI | PASSWORD_UI, "p", 0, 0},
                "logon-ui-exclusive");
  require_logon(RIG_ROLE_DESKTOP,
                (struct logon){usual | SERVICE_UI_ALWAYS | PASSWORD_UI, "p", 0, FAILED},
                "logon-ui-exclusive");
  require_logon(SERVICE, (struct logon){TB_LOGON_FLAGS | LOGON_UI | PASSWORD_UI, "p", 0, 0},
                "logon-no-ui, logon-ui-exclusive < logon-no-ui");
}
END_TEST

START_TEST(extended_and_new_session) {
  require_logon(DESK, (struct logon){NEW_SESSION, "p", 0, 0}, "logon-extended (warning)");
  require_logon(DESK, (struct logon){EXTENDED, "p", 0, 0},
                "logon-named-profile-new-session (warning)");
  require_logon(DESK, (struct logon){EXTENDED | ALLOW_OTHERS, "p", 0, FAILED},
                "logon-named-profile-new-session (warning)");
  require_logon(DESK, (struct logon){0, NULL, 0, 0}, "logon-extended (warning)");
  struct tb tb;
  begin(&tb, DESK); /* nobody logged on */
  end(&tb);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "logon-extended", RIG_NOT_EXERCISED);
  tb_require_verdict(&tb, "logon-ui-exclusive", RIG_NOT_EXERCISED);
  tb_require_verdict(&tb, "logon-profile", RIG_NOT_EXERCISED);
  tb_close(&tb);
  begin(&tb, DESK); /* the second of two */
  log_on(&tb, (struct logon){EXTENDED | NEW_SESSION, "p", 0, 0});
  log_on(&tb, (struct logon){EXTENDED, "q", 0, 0});
  end(&tb);
  tb_require_failures(&tb, "logon-named-profile-new-session (warning)");
  tb_require_text(&tb, "logon-named-profile-new-session", "the profile \"q\"");
  tb_require_verdict(&tb, "logon-extended", RIG_PASS);
  tb_close(&tb);
}
END_TEST

/* ---- init-coinit ---- */

static void init_in(struct tb *tb, uint32_t flags, enum rig_apartment apartment, uint32_t result) {
  union rig_payload payload = {
      .init = {.given = 1, .flags = flags, .apartment = apartment, .result = result}};
  uint32_t enter =
      tb_call(tb, RIG_KIND_ENTER, RIG_CALL_MAPIInitialize, TB_MAIN, RIG_NO_RECORD, &payload);
  tb_call(tb, RIG_KIND_LEAVE, RIG_CALL_MAPIInitialize, TB_MAIN, enter, &payload);
}

static void require_coinit(uint32_t flags, enum rig_apartment apartment, const char *failures,
                           enum rig_verdict verdict) {
  struct tb tb;
  tb_open(&tb, DESK, NULL, 0);
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  init_in(&tb, flags, apartment, 0);
  end(&tb);
  tb_require_failures(&tb, failures);
  tb_require_verdict(&tb, "init-coinit", verdict);
  tb_close(&tb);
}

START_TEST(com_before_mapi) {
  require_coinit(NO_COINIT, RIG_APARTMENT_NONE, "init-coinit", RIG_FAIL);
  require_coinit(NO_COINIT, RIG_APARTMENT_IMPLICIT, "init-coinit (warning)", RIG_FAIL);
  require_coinit(NO_COINIT, RIG_APARTMENT_STA, "", RIG_PASS);
  require_coinit(NO_COINIT, RIG_APARTMENT_MTA, "", RIG_PASS);
  require_coinit(NO_COINIT, RIG_APARTMENT_NEUTRAL, "", RIG_PASS);
  require_coinit(NO_COINIT, RIG_APARTMENT_UNKNOWN, "", RIG_NOT_EXERCISED);
  require_coinit(0, RIG_APARTMENT_NONE, "", RIG_NOT_EXERCISED);
}
END_TEST

static void com(struct tb *tb, enum rig_call call, uint32_t thread, uint32_t result) {
  union rig_payload payload = {.com = {.result = result}};
  tb_call(tb, RIG_KIND_CALL, call, thread, RIG_NO_RECORD, &payload);
}

/* A record that does not tell the apartment: the client's own calls do, where they can. */
START_TEST(com_by_the_clients_calls) {
  struct tb tb;
  for (int i = 0; i < 4; i++) {
    tb_open(&tb, DESK, NULL, 0);
    tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
    if (i != 1) /* 1: another thread's; 2: undone; 3: it failed */
      com(&tb, RIG_CALL_OleInitialize, TB_MAIN, i == 3 ? 0x80010106 : 1);
    else
      com(&tb, RIG_CALL_OleInitialize, TB_WORKER, 0);
    if (i == 2)
      com(&tb, RIG_CALL_OleUninitialize, TB_MAIN, 0);
    init_in(&tb, NO_COINIT, RIG_APARTMENT_UNKNOWN, 0);
    end(&tb);
    tb_require_failures(&tb, "");
    tb_require_verdict(&tb, "init-coinit", i == 0 ? RIG_PASS : RIG_NOT_EXERCISED);
    tb_close(&tb);
  }
}
END_TEST

/* A violation of the client's, although MAPI answered an error for another reason. */
START_TEST(com_and_a_failed_call) {
  struct tb tb;
  tb_open(&tb, DESK, NULL, 0);
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  init_in(&tb, NO_COINIT, RIG_APARTMENT_NONE, 0x8007000E);
  init_in(&tb, NO_COINIT, RIG_APARTMENT_NONE, 0);
  end(&tb);
  tb_require_failures(&tb, "init-coinit");
  tb_require_text(&tb, "init-coinit", "(1 more like it.)");
  tb_close(&tb);
}
END_TEST

/* ---- init-multithread-notifications ---- */

#define RULE "init-multithread-notifications"

START_TEST(flag_or_pump) {
  struct tb tb;
  tb_open(&tb, SERVICE, NULL, 0); /* a pump, no flag */
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  end(&tb);
  tb_require_verdict(&tb, RULE, RIG_PASS);
  tb_close(&tb);
  for (uint32_t flag = 0; flag < 2; flag++) {
    tb_open(&tb, SERVICE, NULL, 0); /* no pump; PM_NOREMOVE makes a queue, no pump */
    tb_start(&tb, TB_MAIN, TB_INIT_FLAGS | flag);
    tb_peek_range(&tb, TB_MAIN, 0x400, 0x400);
    uint32_t wait = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
    tb_stop(&tb);
    tb_single_leave(&tb, TB_MAIN, wait, 0);
    tb_finish(&tb, TB_MAIN);
    tb_require_failures(&tb, flag ? "" : RULE " (warning)");
    tb_require_verdict(&tb, RULE, flag ? RIG_PASS : RIG_FAIL);
    tb_close(&tb);
  }
  tb_open(&tb, SERVICE, NULL, 0); /* it ended before it was ready: no chance */
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_initialize(&tb, TB_MAIN, TB_INIT_FLAGS);
  tb_single_leave(&tb, TB_MAIN, tb_single_enter(&tb, TB_MAIN, 50), 0x102);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, RULE, RIG_NOT_EXERCISED);
  tb_close(&tb);
}
END_TEST

/* MAPIInitialize(NULL) has no place for a flag. */
START_TEST(null_init_without_a_pump) {
  struct tb tb;
  tb_open(&tb, SERVICE, NULL, 0);
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_initialize_null(&tb, TB_MAIN);
  tb_state(&tb, RIG_STATE_READY, TB_DIRECTOR, 0, 0, 0, 0);
  uint32_t wait = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_MAIN, wait, 0);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "init-nt-service, " RULE " (warning) < init-nt-service");
  tb_require_text(&tb, RULE, "a NULL lpMapiInit");
  tb_close(&tb);
}
END_TEST

/* Two threads; the first one waits without a pump. */
static void two_threads(struct tb *tb, enum rig_role role, uint32_t mains, uint32_t workers) {
  uint32_t usual = role == SERVICE ? TB_INIT_FLAGS : 0;
  tb_open(tb, role, NULL, 0);
  tb_state(tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_initialize(tb, TB_MAIN, usual | mains);
  tb_state(tb, RIG_STATE_READY, TB_DIRECTOR, 0, 0, 0, 0);
  uint32_t wait = tb_single_enter(tb, TB_MAIN, TB_INFINITE);
  tb_initialize(tb, TB_WORKER, usual | workers);
  tb_uninitialize(tb, TB_WORKER);
  tb_stop(tb);
  tb_single_leave(tb, TB_MAIN, wait, 0);
  tb_finish(tb, TB_MAIN);
}

START_TEST(flags_of_two_threads) {
  struct tb tb;
  two_threads(&tb, SERVICE, MULTITHREAD, MULTITHREAD);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, RULE, RIG_PASS);
  tb_close(&tb);
  two_threads(&tb, SERVICE, MULTITHREAD, 0);
  tb_require_failures(&tb, RULE " (warning)");
  tb_require_text(&tb, RULE, "MAPIInitialize on thread t1");
  tb_close(&tb);
  two_threads(&tb, DESK, 0, MULTITHREAD);
  tb_require_failures(&tb, RULE " (warning)");
  tb_require_text(&tb, RULE, "MAPIInitialize on thread main");
  tb_close(&tb);
  tb_open(&tb, DESK, NULL, 0); /* one thread, which is no service */
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_initialize(&tb, TB_MAIN, 0);
  tb_initialize(&tb, TB_MAIN, 0);
  tb_uninitialize(&tb, TB_MAIN);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, RULE, RIG_NA);
  tb_close(&tb);
}
END_TEST

/* ---- ui-flags-elsewhere ---- */

static void unsupported(struct tb *tb, const char *name, uint32_t flags) {
  struct rig_record record = {.kind = RIG_KIND_CALL,
                              .call = RIG_CALL_MapiUnsupported,
                              .thread = TB_MAIN,
                              .link = RIG_NO_RECORD,
                              .u = {.mapi = {.a = flags, .result = 26}}};
  tb_append(tb, record, name, (uint32_t)strlen(name));
}

static void require_call(enum rig_role role, const char *name, uint32_t flags,
                         enum rig_verdict verdict) {
  struct tb tb;
  begin(&tb, role);
  unsupported(&tb, name, flags);
  end(&tb);
  tb_require_failures(&tb, verdict == RIG_FAIL ? "ui-flags-elsewhere" : "");
  tb_require_verdict(&tb, "ui-flags-elsewhere", verdict);
  tb_close(&tb);
}

START_TEST(dialogs_elsewhere) {
  require_call(SERVICE, "MAPISendMail", 8, RIG_FAIL);
  require_call(SERVICE, "MAPISendMail", 1, RIG_FAIL);
  require_call(SERVICE, "MAPISendMail", 2, RIG_PASS); /* MAPI_NEW_SESSION */
  require_call(SERVICE, "MAPILogon", 8, RIG_PASS);    /* no flag of that function */
  require_call(SERVICE, "MAPILogon", 0x20000, RIG_FAIL);
  require_call(SERVICE, "MAPIResolveName", 8, RIG_FAIL);
  require_call(SERVICE, "MAPIAddress", 0, RIG_FAIL);
  require_call(SERVICE, "MAPISendDocuments", 0, RIG_FAIL);
  require_call(SERVICE, "IMAPISession::ShowForm", 0, RIG_FAIL);
  /* MDB_NO_DIALOG is missing: not judged before there are stores */
  require_call(SERVICE, "IMAPISession::OpenMsgStore", 0, RIG_NOT_EXERCISED);
  require_call(DESK, "MAPISendMail", 8, RIG_NA);
  require_call(RIG_ROLE_DESKTOP, "MAPIAddress", 0, RIG_NA);
}
END_TEST

START_TEST(logoff_flags) {
  for (uint32_t flags = 0; flags < 4; flags++) { /* MAPI_LOGOFF_SHARED 1, MAPI_LOGOFF_UI 2 */
    struct tb tb;
    begin(&tb, SERVICE);
    union rig_payload payload = {.mapi = {.a = flags}};
    tb_call(&tb, RIG_KIND_CALL, RIG_CALL_IMAPISession_Logoff, TB_MAIN, RIG_NO_RECORD, &payload);
    end(&tb);
    tb_require_failures(&tb, flags & 2 ? "ui-flags-elsewhere" : "");
    tb_require_verdict(&tb, "ui-flags-elsewhere", flags & 2 ? RIG_FAIL : RIG_PASS);
    if (flags & 2)
      tb_require_text(&tb, "ui-flags-elsewhere", "IMAPISession::Logoff was called on thread main");
    tb_close(&tb);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("judge_flags");
  TCase *tests = tcase_create("flags");
  tcase_add_test(tests, which_profile);
  tcase_add_test(tests, length_in_characters);
  tcase_add_test(tests, words_about_the_profile);
  tcase_add_test(tests, dialogs_exclude_each_other);
  tcase_add_test(tests, extended_and_new_session);
  tcase_add_test(tests, com_before_mapi);
  tcase_add_test(tests, com_by_the_clients_calls);
  tcase_add_test(tests, com_and_a_failed_call);
  tcase_add_test(tests, flag_or_pump);
  tcase_add_test(tests, null_init_without_a_pump);
  tcase_add_test(tests, flags_of_two_threads);
  tcase_add_test(tests, dialogs_elsewhere);
  tcase_add_test(tests, logoff_flags);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
