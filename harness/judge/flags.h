/*
 * What the rules about flags share.
 */
#ifndef RIG_JUDGE_FLAGS_H
#define RIG_JUDGE_FLAGS_H

#include "core/names.h"
#include "judge/check.h"

#define RIG_NOT_A_SERVICE "the client runs as a console or desktop program; the rule binds services"

/* Flags of MAPILogonEx. */
enum {
  RIG_MAPI_LOGON_UI = 0x1,
  RIG_MAPI_NEW_SESSION = 0x2,
  RIG_MAPI_ALLOW_OTHERS = 0x8,
  RIG_MAPI_EXTENDED = 0x20,
  RIG_MAPI_USE_DEFAULT = 0x40,
  RIG_MAPI_SERVICE_UI_ALWAYS = 0x2000,
  RIG_MAPI_NO_MAIL = 0x8000,
  RIG_MAPI_PASSWORD_UI = 0x20000
};
/* Those that may show a dialog; the page calls them mutually exclusive (D:logging-on-to-mapi). */
#define RIG_LOGON_UI_FLAGS                                                                         \
  ((uint32_t)(RIG_MAPI_LOGON_UI | RIG_MAPI_SERVICE_UI_ALWAYS | RIG_MAPI_PASSWORD_UI))

typedef void rig_flags_visit(struct rig_check *check, const struct rig_model_call *call,
                             const struct rig_record *enter);

/* Visits each call of the family, in the order of their entries, with its ENTER (or completed CALL)
 * record. Returns how many there were. */
unsigned rig_flags_each(struct rig_check *check, enum rig_family family, rig_flags_visit *visit);

/* "MAPILogonEx on thread main at 12 ms" */
struct rig_words rig_flags_place(const struct rig_check *check, const struct rig_model_call *call);
/* The flags by their names. */
struct rig_words rig_flags_text(enum rig_flags set, uint32_t flags);

#endif
