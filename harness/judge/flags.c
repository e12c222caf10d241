/*
 * Rules about flags: what the client passes to MAPIInitialize and MAPILogonEx.
 * Sources: "Calling MAPI from Windows Services"; Outlook MAPI reference, mapiinit_0 and
 * mapilogonex. A violation is the client's whether the call succeeded or not.
 */
#include <stdio.h>

#include "core/names.h"
#include "judge/check.h"

enum {
  MAPI_LOGON_UI = 0x1,
  MAPI_SERVICE_UI_ALWAYS = 0x2000,
  MAPI_NO_MAIL = 0x8000,
  MAPI_PASSWORD_UI = 0x20000
};

#define NOT_A_SERVICE "the client runs as a console or desktop program; the rule binds services"

/* Calls `visit` for each call of the family and returns how many there were. */
static unsigned each_call(struct rig_check *check, enum rig_family family,
                          void (*visit)(struct rig_check *, const struct rig_model_call *,
                                        const struct rig_record *)) {
  const struct rig_model *model = check->model;
  unsigned seen = 0;
  for (uint32_t i = 0; i < model->call_count; i++) {
    if (model->calls[i].family != family)
      continue;
    struct rig_record enter = rig_model_record(model, model->calls[i].enter);
    visit(check, &model->calls[i], &enter);
    seen++;
  }
  return seen;
}

/* "MAPILogonEx on thread main at 12 ms" */
static struct rig_words place(const struct rig_check *check, const struct rig_model_call *call) {
  struct rig_words out;
  snprintf(out.text, sizeof out.text, "%s on thread %s at %.0f ms", rig_call_name(call->call),
           rig_model_thread_name(check->model, call->thread),
           rig_model_ms(check->model, call->enter));
  return out;
}

static struct rig_words flags_text(enum rig_flags set, uint32_t flags) {
  struct rig_words out;
  rig_format_flags(set, flags, out.text, sizeof out.text);
  return out;
}

static void check_init_nt_service(struct rig_check *check, const struct rig_model_call *call,
                                  const struct rig_record *enter) {
  bool given = enter->u.init.given != 0;
  if (given && (enter->u.init.flags & RIG_MAPI_NT_SERVICE))
    return;
  struct rig_words flags = flags_text(RIG_FLAGS_MAPIINIT, enter->u.init.flags);
  bool told = rig_check_fail(check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
                             "%s was called with %s%s: MAPI_NT_SERVICE is missing, "
                             "so MAPI takes the process for an interactive user's",
                             place(check, call).text,
                             given ? "ulFlags = " : "a NULL lpMapiInit, which sets no flag",
                             given ? flags.text : "");
  if (told)
    rig_check_evidence(check, call->enter, "%s(%s)", rig_call_name(call->call),
                       given ? flags.text : "NULL");
}

void rig_check_init_nt_service(struct rig_check *check) {
  if (!check->model->service) {
    rig_check_na(check, NOT_A_SERVICE);
    return;
  }
  unsigned seen = each_call(check, RIG_FAMILY_MAPI_INITIALIZE, check_init_nt_service);
  if (seen)
    rig_check_pass(check, "MAPI_NT_SERVICE was set in all %u calls of MAPIInitialize", seen);
  else
    rig_check_unexercised(check, "MAPIInitialize was never called");
}

static void fail_logon(struct rig_check *check, const struct rig_model_call *call,
                       const struct rig_record *enter, const char *why) {
  struct rig_words flags = flags_text(RIG_FLAGS_LOGON, enter->u.logon.flags);
  if (rig_check_fail(check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
                     "%s was called with flFlags = %s: %s", place(check, call).text, flags.text,
                     why))
    rig_check_evidence(check, call->enter, "MAPILogonEx(%.90s)", flags.text);
}

static void check_logon_nt_service(struct rig_check *check, const struct rig_model_call *call,
                                   const struct rig_record *enter) {
  if (!(enter->u.logon.flags & RIG_MAPI_NT_SERVICE))
    fail_logon(check, call, enter,
               "MAPI_NT_SERVICE is missing, so MAPI takes the session for an interactive user's");
}

static void check_logon_no_mail(struct rig_check *check, const struct rig_model_call *call,
                                const struct rig_record *enter) {
  if (!(enter->u.logon.flags & MAPI_NO_MAIL))
    fail_logon(
        check, call, enter,
        "MAPI_NO_MAIL is missing, so MAPI starts the spooler, which cannot run in a service");
}

static void check_logon_no_ui(struct rig_check *check, const struct rig_model_call *call,
                              const struct rig_record *enter) {
  uint32_t ui = enter->u.logon.flags & (MAPI_LOGON_UI | MAPI_SERVICE_UI_ALWAYS | MAPI_PASSWORD_UI);
  if (ui) {
    struct rig_words names = flags_text(RIG_FLAGS_LOGON, ui);
    char why[RIG_MESSAGE_BYTES / 2];
    snprintf(why, sizeof why, "%s may show a dialog that nobody sees, and the service waits for it",
             names.text);
    fail_logon(check, call, enter, why);
  } else if (enter->u.logon.ui_param != 0) {
    if (rig_check_fail(check, RIG_SEVERITY_WARNING, RIG_RULE_COUNT,
                       "%s was called with ulUIParam = 0x%llx: a service has no window to be the "
                       "parent of a dialog; it is ignored as long as no dialog is asked for",
                       place(check, call).text, (unsigned long long)enter->u.logon.ui_param))
      rig_check_evidence(check, call->enter, "MAPILogonEx(ulUIParam = 0x%llx)",
                         (unsigned long long)enter->u.logon.ui_param);
  }
}

static void judge_logons(struct rig_check *check,
                         void (*visit)(struct rig_check *, const struct rig_model_call *,
                                       const struct rig_record *),
                         const char *kept) {
  if (!check->model->service) {
    rig_check_na(check, NOT_A_SERVICE);
    return;
  }
  unsigned seen = each_call(check, RIG_FAMILY_MAPI_LOGON, visit);
  if (seen)
    rig_check_pass(check, "%s in all %u calls of MAPILogonEx", kept, seen);
  else
    rig_check_unexercised(check, "MAPILogonEx was never called");
}

void rig_check_logon_nt_service(struct rig_check *check) {
  judge_logons(check, check_logon_nt_service, "MAPI_NT_SERVICE was set");
}

void rig_check_logon_no_mail(struct rig_check *check) {
  judge_logons(check, check_logon_no_mail, "MAPI_NO_MAIL was set");
}

void rig_check_logon_no_ui(struct rig_check *check) {
  judge_logons(check, check_logon_no_ui, "no user interface was asked for");
}

static void check_init_outside(struct rig_check *check, const struct rig_model_call *call,
                               const struct rig_record *enter) {
  if (!enter->u.init.given || !(enter->u.init.flags & RIG_MAPI_NT_SERVICE))
    return;
  struct rig_words flags = flags_text(RIG_FLAGS_MAPIINIT, enter->u.init.flags);
  if (rig_check_fail(check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
                     "%s was called with ulFlags = %s, but the process is not a service",
                     place(check, call).text, flags.text))
    rig_check_evidence(check, call->enter, "MAPIInitialize(%.90s)", flags.text);
}

static void check_logon_outside(struct rig_check *check, const struct rig_model_call *call,
                                const struct rig_record *enter) {
  if (enter->u.logon.flags & RIG_MAPI_NT_SERVICE)
    fail_logon(check, call, enter, "MAPI_NT_SERVICE is for services, and the process is not one");
}

void rig_check_nt_service_only_in_service(struct rig_check *check) {
  if (check->model->service) {
    rig_check_na(check, "the client runs as a service, where MAPI_NT_SERVICE belongs");
    return;
  }
  unsigned seen = each_call(check, RIG_FAMILY_MAPI_INITIALIZE, check_init_outside);
  seen += each_call(check, RIG_FAMILY_MAPI_LOGON, check_logon_outside);
  if (seen)
    rig_check_pass(check,
                   "MAPI_NT_SERVICE was set in none of %u calls of MAPIInitialize and "
                   "MAPILogonEx",
                   seen);
  else
    rig_check_unexercised(check, "neither MAPIInitialize nor MAPILogonEx was called");
}

/* Every flag that the list of names has for MAPIINIT_0. */
static uint32_t known_init_flags(void) {
  uint32_t known = 0;
  uint32_t value = 0;
  for (size_t i = 0; rig_flag_at(RIG_FLAGS_MAPIINIT, i, &value); i++)
    known |= value;
  return known;
}

static void check_init_version(struct rig_check *check, const struct rig_model_call *call,
                               const struct rig_record *enter) {
  uint32_t unknown = enter->u.init.flags & ~known_init_flags();
  if (!enter->u.init.given || (enter->u.init.version == 0 && unknown == 0))
    return;
  char what[120];
  if (enter->u.init.version != 0)
    snprintf(what, sizeof what, "ulVersion = %u instead of MAPI_INIT_VERSION (0)",
             enter->u.init.version);
  else
    snprintf(what, sizeof what, "ulFlags = 0x%08X, of which MAPIINIT_0 does not have 0x%08X",
             enter->u.init.flags, unknown);
  char result[80] = "nothing: it did not return";
  if (call->leave != RIG_NONE)
    rig_format_value(RIG_VALUES_HRESULT, rig_model_record(check->model, call->leave).u.init.result,
                     result, sizeof result);
  if (rig_check_fail(check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
                     "%s was called with %s; MAPI answered %s", place(check, call).text, what,
                     result)) {
    rig_check_evidence(check, call->enter, "MAPIInitialize with %s", what);
    if (call->leave != call->enter)
      rig_check_evidence(check, call->leave, "its result: %s", result);
  }
}

void rig_check_init_version(struct rig_check *check) {
  each_call(check, RIG_FAMILY_MAPI_INITIALIZE, check_init_version);
  unsigned given = 0;
  for (uint32_t i = 0; i < check->model->call_count; i++) {
    const struct rig_model_call *call = &check->model->calls[i];
    if (call->family == RIG_FAMILY_MAPI_INITIALIZE &&
        rig_model_record(check->model, call->enter).u.init.given)
      given++;
  }
  if (given)
    rig_check_pass(check, "all %u MAPIINIT_0 had MAPI_INIT_VERSION and known flags", given);
  else
    rig_check_unexercised(check, "no MAPIInitialize was called with a MAPIINIT_0");
}
