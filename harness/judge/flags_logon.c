/*
 * Rules about flags: what the client passes to MAPILogonEx. Sources: "Calling MAPI from Windows
 * Services"; Outlook MAPI reference, mapilogonex and logging-on-to-mapi. A violation is the
 * client's whether the call succeeded or not.
 */
#include <stdio.h>

#include "judge/flags.h"

static void fail_logon(struct rig_check *check, const struct rig_model_call *call,
                       const struct rig_record *enter, const char *why) {
  struct rig_words flags = rig_flags_text(RIG_FLAGS_LOGON, enter->u.logon.flags);
  if (rig_check_fail(check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
                     "%s was called with flFlags = %s: %s", rig_flags_place(check, call).text,
                     flags.text, why))
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
  if (!(enter->u.logon.flags & RIG_MAPI_NO_MAIL))
    fail_logon(
        check, call, enter,
        "MAPI_NO_MAIL is missing, so MAPI starts the spooler, which cannot run in a service");
}

static void check_logon_no_ui(struct rig_check *check, const struct rig_model_call *call,
                              const struct rig_record *enter) {
  uint32_t ui = enter->u.logon.flags & RIG_LOGON_UI_FLAGS;
  if (ui) {
    struct rig_words names = rig_flags_text(RIG_FLAGS_LOGON, ui);
    char why[RIG_MESSAGE_BYTES / 2];
    snprintf(why, sizeof why, "%s may show a dialog that nobody sees, and the service waits for it",
             names.text);
    fail_logon(check, call, enter, why);
  } else if (enter->u.logon.ui_param != 0) {
    if (rig_check_fail(check, RIG_SEVERITY_WARNING, RIG_RULE_COUNT,
                       "%s was called with ulUIParam = 0x%llx: a service has no window to be the "
                       "parent of a dialog; it is ignored as long as no dialog is asked for",
                       rig_flags_place(check, call).text,
                       (unsigned long long)enter->u.logon.ui_param))
      rig_check_evidence(check, call->enter, "MAPILogonEx(ulUIParam = 0x%llx)",
                         (unsigned long long)enter->u.logon.ui_param);
  }
}

static void judge_services_logons(struct rig_check *check, rig_flags_visit *visit,
                                  const char *kept) {
  if (!check->model->service) {
    rig_check_na(check, RIG_NOT_A_SERVICE);
    return;
  }
  unsigned seen = rig_flags_each(check, RIG_FAMILY_MAPI_LOGON, visit);
  if (seen)
    rig_check_pass(check, "%s in all %u calls of MAPILogonEx", kept, seen);
  else
    rig_check_unexercised(check, "MAPILogonEx was never called");
}

void rig_check_logon_nt_service(struct rig_check *check) {
  judge_services_logons(check, check_logon_nt_service, "MAPI_NT_SERVICE was set");
}

void rig_check_logon_no_mail(struct rig_check *check) {
  judge_services_logons(check, check_logon_no_mail, "MAPI_NO_MAIL was set");
}

void rig_check_logon_no_ui(struct rig_check *check) {
  judge_services_logons(check, check_logon_no_ui, "no user interface was asked for");
}

/* ---- any client ---- */

static void judge_logons(struct rig_check *check, rig_flags_visit *visit, const char *kept) {
  unsigned seen = rig_flags_each(check, RIG_FAMILY_MAPI_LOGON, visit);
  if (seen)
    rig_check_pass(check, "%s in all %u calls of MAPILogonEx", kept, seen);
  else
    rig_check_unexercised(check, "MAPILogonEx was never called");
}

static void check_logon_ui_exclusive(struct rig_check *check, const struct rig_model_call *call,
                                     const struct rig_record *enter) {
  uint32_t ui = enter->u.logon.flags & RIG_LOGON_UI_FLAGS;
  if ((ui & (ui - 1)) == 0)
    return;
  struct rig_words names = rig_flags_text(RIG_FLAGS_LOGON, ui);
  /* A service sets none of them: then having two is the lesser fault. */
  if (rig_check_fail(check, RIG_SEVERITY_ERROR,
                     check->model->service ? RIG_RULE_logon_no_ui : RIG_RULE_COUNT,
                     "%s was called with %s at once: the flags that allow a dialog exclude each "
                     "other",
                     rig_flags_place(check, call).text, names.text))
    rig_check_evidence(check, call->enter, "MAPILogonEx(%.90s)", names.text);
}

void rig_check_logon_ui_exclusive(struct rig_check *check) {
  judge_logons(check, check_logon_ui_exclusive, "at most one flag for a dialog was set");
}

static void check_logon_extended(struct rig_check *check, const struct rig_model_call *call,
                                 const struct rig_record *enter) {
  if (enter->u.logon.flags & RIG_MAPI_EXTENDED)
    return;
  struct rig_words flags = rig_flags_text(RIG_FLAGS_LOGON, enter->u.logon.flags);
  if (rig_check_fail(check, RIG_SEVERITY_WARNING, RIG_RULE_COUNT,
                     "%s was called with flFlags = %s: MAPI_EXTENDED is missing, without which the "
                     "logon has not the capabilities of Extended MAPI",
                     rig_flags_place(check, call).text, flags.text))
    rig_check_evidence(check, call->enter, "MAPILogonEx(%.90s)", flags.text);
}

void rig_check_logon_extended(struct rig_check *check) {
  judge_logons(check, check_logon_extended, "MAPI_EXTENDED was set");
}

/* How a profile's name is given (rig_payload.logon). */
enum { PASSWORD_EMPTY = 2 };
#define PROFILE_NAME_MAX 64u

/* UTF-16 units of the profile's name, which is what MAPI counts: a sequence of four bytes in UTF-8
 * makes two. */
static unsigned name_length(const struct rig_model *model, uint32_t record) {
  unsigned char text[RIG_MORE_MAX * RIG_MORE_BYTES];
  size_t bytes = rig_trace_more(model->trace, record, text, sizeof text);
  unsigned units = 0;
  for (size_t i = 0; i < bytes && text[i]; i++) {
    if ((text[i] & 0xC0) != 0x80)
      units += text[i] >= 0xF0 ? 2 : 1;
  }
  return units;
}

static bool logon_succeeded(const struct rig_check *check, const struct rig_model_call *call) {
  return call->leave != RIG_NONE &&
         (rig_model_record(check->model, call->leave).u.logon.result & 0x80000000u) == 0;
}

static struct rig_words logon_answer(const struct rig_check *check,
                                     const struct rig_model_call *call) {
  struct rig_words out;
  snprintf(out.text, sizeof out.text, "and did not return");
  if (call->leave == RIG_NONE)
    return out;
  struct rig_words value;
  rig_format_value(RIG_VALUES_HRESULT, rig_model_record(check->model, call->leave).u.logon.result,
                   value.text, sizeof value.text);
  snprintf(out.text, sizeof out.text, "and answered %.100s", value.text);
  return out;
}

static void fail_profile(struct rig_check *check, enum rig_severity severity,
                         const struct rig_model_call *call, const char *what) {
  if (!rig_check_fail(check, severity, RIG_RULE_COUNT, "%s was called with %s, %s",
                      rig_flags_place(check, call).text, what, logon_answer(check, call).text))
    return;
  rig_check_evidence(check, call->enter, "MAPILogonEx with %.90s", what);
  if (call->leave != RIG_NONE && call->leave != call->enter)
    rig_check_evidence(check, call->leave, "it returned %.90s",
                       logon_succeeded(check, call) ? "a session" : "no session");
}

/* No name, no default profile, no dialog: only joining a shared session is left, which needs
 * neither MAPI_NEW_SESSION nor MAPI_ALLOW_OTHERS (D:logging-on-to-mapi). With MAPI_ALLOW_OTHERS
 * alone MAPI may still have found one: a warning, as long as it answered with a session. */
static void check_no_profile(struct rig_check *check, const struct rig_model_call *call,
                             uint32_t flags) {
  if (flags & (RIG_MAPI_USE_DEFAULT | RIG_LOGON_UI_FLAGS) ||
      !(flags & (RIG_MAPI_NEW_SESSION | RIG_MAPI_ALLOW_OTHERS)))
    return;
  bool joined = !(flags & RIG_MAPI_NEW_SESSION) && logon_succeeded(check, call);
  char what[240];
  snprintf(what, sizeof what, "no profile name, without MAPI_USE_DEFAULT (flFlags = %.150s)",
           rig_flags_text(RIG_FLAGS_LOGON, flags).text);
  fail_profile(check, joined ? RIG_SEVERITY_WARNING : RIG_SEVERITY_ERROR, call, what);
}

static void check_logon_profile(struct rig_check *check, const struct rig_model_call *call,
                                const struct rig_record *enter) {
  unsigned length = enter->u.logon.profile_given ? name_length(check->model, call->enter) : 0;
  if (!enter->u.logon.profile_given)
    check_no_profile(check, call, enter->u.logon.flags);
  else if (length > PROFILE_NAME_MAX)
    fail_profile(check, RIG_SEVERITY_ERROR, call,
                 "a profile name of more than 64 characters, which no profile can have");
  if (enter->u.logon.password_given == PASSWORD_EMPTY)
    fail_profile(check, RIG_SEVERITY_WARNING, call,
                 "an empty lpszPassword where the parameter must be NULL");
  else if (enter->u.logon.password_given)
    fail_profile(check, RIG_SEVERITY_ERROR, call, "a password, although lpszPassword must be NULL");
}

void rig_check_logon_profile(struct rig_check *check) {
  judge_logons(check, check_logon_profile, "the profile was told, and no password,");
}

static void check_named_profile(struct rig_check *check, const struct rig_model_call *call,
                                const struct rig_record *enter) {
  if (!enter->u.logon.profile_given || (enter->u.logon.flags & RIG_MAPI_NEW_SESSION))
    return;
  char name[RIG_MORE_MAX * RIG_MORE_BYTES + 1];
  rig_trace_more_text(check->model->trace, call->enter, name, sizeof name);
  struct rig_words flags = rig_flags_text(RIG_FLAGS_LOGON, enter->u.logon.flags);
  if (rig_check_fail(check, RIG_SEVERITY_WARNING, RIG_RULE_COUNT,
                     "%s was called for the profile \"%.80s\" with flFlags = %s: without "
                     "MAPI_NEW_SESSION it returns the shared session of another client, if there "
                     "is one, whose profile may be another",
                     rig_flags_place(check, call).text, name, flags.text))
    rig_check_evidence(check, call->enter, "MAPILogonEx(%.90s)", flags.text);
}

void rig_check_logon_named_profile_new_session(struct rig_check *check) {
  const struct rig_model *model = check->model;
  unsigned named = 0;
  rig_flags_each(check, RIG_FAMILY_MAPI_LOGON, check_named_profile);
  for (uint32_t i = 0; i < model->call_count; i++) {
    if (model->calls[i].family == RIG_FAMILY_MAPI_LOGON &&
        rig_model_record(model, model->calls[i].enter).u.logon.profile_given)
      named++;
  }
  if (named)
    rig_check_pass(check, "MAPI_NEW_SESSION was set in all %u logons that named a profile", named);
  else
    rig_check_unexercised(check, "no MAPILogonEx named a profile");
}
