/*
 * Rules about flags: what the client passes to MAPIInitialize, and MAPI_NT_SERVICE outside a
 * service. Sources: "Calling MAPI from Windows Services"; Outlook MAPI reference, mapiinit_0,
 * mapiinitialize and mapilogonex. A violation is the client's whether the call succeeded or not.
 */
#include "judge/flags.h"

#include <stdio.h>

unsigned rig_flags_each(struct rig_check *check, enum rig_family family, rig_flags_visit *visit) {
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

struct rig_words rig_flags_place(const struct rig_check *check, const struct rig_model_call *call) {
  struct rig_words out;
  snprintf(out.text, sizeof out.text, "%s on thread %s at %.0f ms", rig_call_name(call->call),
           rig_model_thread_name(check->model, call->thread),
           rig_model_ms(check->model, call->enter));
  return out;
}

struct rig_words rig_flags_text(enum rig_flags set, uint32_t flags) {
  struct rig_words out;
  rig_format_flags(set, flags, out.text, sizeof out.text);
  return out;
}

static void check_init_nt_service(struct rig_check *check, const struct rig_model_call *call,
                                  const struct rig_record *enter) {
  bool given = enter->u.init.given != 0;
  if (given && (enter->u.init.flags & RIG_MAPI_NT_SERVICE))
    return;
  struct rig_words flags = rig_flags_text(RIG_FLAGS_MAPIINIT, enter->u.init.flags);
  bool told = rig_check_fail(check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
                             "%s was called with %s%s: MAPI_NT_SERVICE is missing, "
                             "so MAPI takes the process for an interactive user's",
                             rig_flags_place(check, call).text,
                             given ? "ulFlags = " : "a NULL lpMapiInit, which sets no flag",
                             given ? flags.text : "");
  if (told)
    rig_check_evidence(check, call->enter, "%s(%s)", rig_call_name(call->call),
                       given ? flags.text : "NULL");
}

void rig_check_init_nt_service(struct rig_check *check) {
  if (!check->model->service) {
    rig_check_na(check, RIG_NOT_A_SERVICE);
    return;
  }
  unsigned seen = rig_flags_each(check, RIG_FAMILY_MAPI_INITIALIZE, check_init_nt_service);
  if (seen)
    rig_check_pass(check, "MAPI_NT_SERVICE was set in all %u calls of MAPIInitialize", seen);
  else
    rig_check_unexercised(check, "MAPIInitialize was never called");
}

static void check_init_outside(struct rig_check *check, const struct rig_model_call *call,
                               const struct rig_record *enter) {
  if (!enter->u.init.given || !(enter->u.init.flags & RIG_MAPI_NT_SERVICE))
    return;
  struct rig_words flags = rig_flags_text(RIG_FLAGS_MAPIINIT, enter->u.init.flags);
  if (rig_check_fail(check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
                     "%s was called with ulFlags = %s, but the process is not a service",
                     rig_flags_place(check, call).text, flags.text))
    rig_check_evidence(check, call->enter, "MAPIInitialize(%.90s)", flags.text);
}

static void check_logon_outside(struct rig_check *check, const struct rig_model_call *call,
                                const struct rig_record *enter) {
  if (!(enter->u.logon.flags & RIG_MAPI_NT_SERVICE))
    return;
  struct rig_words flags = rig_flags_text(RIG_FLAGS_LOGON, enter->u.logon.flags);
  if (rig_check_fail(check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
                     "%s was called with flFlags = %s, but the process is not a service",
                     rig_flags_place(check, call).text, flags.text))
    rig_check_evidence(check, call->enter, "MAPILogonEx(%.90s)", flags.text);
}

void rig_check_nt_service_only_in_service(struct rig_check *check) {
  if (check->model->service) {
    rig_check_na(check, "the client runs as a service, where MAPI_NT_SERVICE belongs");
    return;
  }
  unsigned seen = rig_flags_each(check, RIG_FAMILY_MAPI_INITIALIZE, check_init_outside);
  seen += rig_flags_each(check, RIG_FAMILY_MAPI_LOGON, check_logon_outside);
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
                     "%s was called with %s; MAPI answered %s", rig_flags_place(check, call).text,
                     what, result)) {
    rig_check_evidence(check, call->enter, "MAPIInitialize with %s", what);
    if (call->leave != call->enter)
      rig_check_evidence(check, call->leave, "its result: %s", result);
  }
}

void rig_check_init_version(struct rig_check *check) {
  rig_flags_each(check, RIG_FAMILY_MAPI_INITIALIZE, check_init_version);
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

/* ---- MAPI_NO_COINIT ---- */

#define MAPI_NO_COINIT 0x8u

/* Was COM initialised on the call's thread before it, as far as the client's own calls tell? For a
 * record that does not say in which apartment its thread was. */
static bool com_was_initialised(const struct rig_model *model, const struct rig_model_call *call) {
  int count = 0;
  for (uint32_t i = 0; i < model->call_count && &model->calls[i] != call; i++) {
    const struct rig_model_call *at = &model->calls[i];
    if (at->thread != call->thread || at->leave == RIG_NONE)
      continue;
    if (at->family == RIG_FAMILY_CO_INIT &&
        (rig_model_record(model, at->leave).u.com.result & 0x80000000u) == 0)
      count++;
    else if (at->family == RIG_FAMILY_CO_UNINIT)
      count--;
  }
  return count > 0;
}

static void check_init_coinit(struct rig_check *check, const struct rig_model_call *call,
                              const struct rig_record *enter) {
  if (!enter->u.init.given || !(enter->u.init.flags & MAPI_NO_COINIT))
    return;
  enum rig_severity severity = RIG_SEVERITY_ERROR;
  const char *why = "the thread has not initialised COM";
  if (enter->u.init.apartment == RIG_APARTMENT_IMPLICIT) {
    severity = RIG_SEVERITY_WARNING;
    why = "the thread has not initialised COM: it borrows the multithreaded apartment of another "
          "thread, and only for as long as that one keeps it";
  } else if (enter->u.init.apartment != RIG_APARTMENT_NONE) {
    return; /* in an apartment of its own, or not known */
  }
  if (rig_check_fail(check, severity, RIG_RULE_COUNT,
                     "%s was called with MAPI_NO_COINIT, so that MAPI does not initialise COM, but "
                     "%s",
                     rig_flags_place(check, call).text, why))
    rig_check_evidence(check, call->enter, "MAPIInitialize(%.90s)",
                       rig_flags_text(RIG_FLAGS_MAPIINIT, enter->u.init.flags).text);
}

void rig_check_init_coinit(struct rig_check *check) {
  const struct rig_model *model = check->model;
  unsigned known = 0;
  unsigned unknown = 0;
  rig_flags_each(check, RIG_FAMILY_MAPI_INITIALIZE, check_init_coinit);
  for (uint32_t i = 0; i < model->call_count; i++) {
    const struct rig_model_call *call = &model->calls[i];
    struct rig_record enter = rig_model_record(model, call->enter);
    if (call->family != RIG_FAMILY_MAPI_INITIALIZE || !enter.u.init.given ||
        !(enter.u.init.flags & MAPI_NO_COINIT))
      continue;
    if (enter.u.init.apartment != RIG_APARTMENT_UNKNOWN || com_was_initialised(model, call))
      known++;
    else
      unknown++;
  }
  if (unknown)
    rig_check_unexercised(check, "the recording does not tell whether COM was initialised on the "
                                 "thread that set MAPI_NO_COINIT");
  else if (known)
    rig_check_pass(check,
                   "COM was initialised on the thread in all %u calls of MAPIInitialize "
                   "with MAPI_NO_COINIT",
                   known);
  else
    rig_check_unexercised(check, "no MAPIInitialize was called with MAPI_NO_COINIT");
}
