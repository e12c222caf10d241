/*
 * ui-flags-elsewhere: what else may show a dialog: flags of Simple MAPI and of Logoff, and
 * functions that are nothing but a dialog. Sources: "Calling MAPI from Windows Services";
 * D:writing-an-automated-client; W: the reference of Simple MAPI (mapi.h).
 *
 * A call that the stand-in does not support tells its flags all the same: what the client asked for
 * is its own.
 */
#include <stdio.h>
#include <string.h>

#include "judge/flags.h"

enum { MAPI_LOGOFF_UI = 0x2 };
/* Simple MAPI. MAPI_DIALOG_MODELESS is MAPI_DIALOG and a bit of its own. */
enum { SIMPLE_LOGON_UI = 0x1, SIMPLE_MODELESS = 0x4, SIMPLE_DIALOG = 0x8, PASSWORD_UI = 0x20000 };

static const struct function {
  const char *name;
  uint32_t flags;     /* those of its flags that may show a dialog */
  const char *dialog; /* what it shows whatever its flags are, or NULL */
} functions[] = {
    {"MAPILogon", SIMPLE_LOGON_UI | PASSWORD_UI, NULL},
    {"MAPISendMail", SIMPLE_LOGON_UI | SIMPLE_MODELESS | SIMPLE_DIALOG, NULL},
    {"MAPISendMailW", SIMPLE_LOGON_UI | SIMPLE_MODELESS | SIMPLE_DIALOG, NULL},
    {"BMAPISendMail", SIMPLE_LOGON_UI | SIMPLE_MODELESS | SIMPLE_DIALOG, NULL},
    {"MAPISaveMail", SIMPLE_LOGON_UI, NULL},
    {"BMAPISaveMail", SIMPLE_LOGON_UI, NULL},
    {"MAPIResolveName", SIMPLE_LOGON_UI | SIMPLE_DIALOG, NULL},
    {"BMAPIResolveName", SIMPLE_LOGON_UI | SIMPLE_DIALOG, NULL},
    {"MAPIAddress", 0, "the dialog of the address book"},
    {"BMAPIAddress", 0, "the dialog of the address book"},
    {"MAPIDetails", 0, "the details of an address"},
    {"BMAPIDetails", 0, "the details of an address"},
    {"MAPISendDocuments", 0, "a cover note"},
    {"LaunchWizard", 0, "the profile wizard"},
    {"LAUNCHWIZARD", 0, "the profile wizard"},
    {"IMAPISession::ShowForm", 0, "a form"},
    {"IMAPISession::MessageOptions", 0, "the options of a message"},
};

static void fail_flags(struct rig_check *check, const struct rig_model_call *call, const char *name,
                       enum rig_flags set, uint32_t ui) {
  struct rig_words flags = rig_flags_text(set, ui);
  if (rig_check_fail(check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
                     "%s was called on thread %s at %.0f ms with %s: it may show a dialog that "
                     "nobody sees, and the service waits for it",
                     name, rig_model_thread_name(check->model, call->thread),
                     rig_model_ms(check->model, call->enter), flags.text))
    rig_check_evidence(check, call->enter, "%.60s(%.50s)", name, flags.text);
}

static bool check_function(struct rig_check *check, const struct rig_model_call *call) {
  char name[64];
  rig_trace_more_text(check->model->trace, call->enter, name, sizeof name);
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
    if (strcmp(functions[i].name, name) != 0)
      continue;
    uint32_t ui = rig_model_record(check->model, call->enter).u.mapi.a & functions[i].flags;
    if (ui)
      fail_flags(check, call, name, RIG_FLAGS_SIMPLE, ui);
    else if (functions[i].dialog &&
             rig_check_fail(check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
                            "%s was called on thread %s at %.0f ms: it shows %s, which nobody "
                            "sees, and the service waits for it",
                            name, rig_model_thread_name(check->model, call->thread),
                            rig_model_ms(check->model, call->enter), functions[i].dialog))
      rig_check_evidence(check, call->enter, "%s", name);
    return true;
  }
  return false;
}

static void check_logoff(struct rig_check *check, const struct rig_model_call *call,
                         const struct rig_record *enter) {
  if (enter->u.mapi.a & MAPI_LOGOFF_UI)
    fail_flags(check, call, rig_call_name(call->call), RIG_FLAGS_LOGOFF, MAPI_LOGOFF_UI);
}

void rig_check_ui_flags_elsewhere(struct rig_check *check) {
  const struct rig_model *model = check->model;
  if (!model->service) {
    rig_check_na(check, RIG_NOT_A_SERVICE);
    return;
  }
  unsigned seen = rig_flags_each(check, RIG_FAMILY_MAPI_LOGOFF, check_logoff);
  for (uint32_t i = 0; i < model->call_count; i++) {
    if (model->calls[i].family == RIG_FAMILY_MAPI_UNSUPPORTED)
      seen += check_function(check, &model->calls[i]);
  }
  if (seen)
    rig_check_pass(check, "none of the %u calls that can show a dialog asked for one", seen);
  else
    rig_check_unexercised(check, "the client made no call but MAPILogonEx that can show a dialog");
}
