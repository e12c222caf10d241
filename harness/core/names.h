/*
 * Names of flags and values, decoded both ways from lists that exist once (names_flags.h,
 * names_values.h, names_messages.h).
 */
#ifndef RIG_CORE_NAMES_H
#define RIG_CORE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sets of flags: a value is the union of several. */
enum rig_flags {
  RIG_FLAGS_MAPIINIT, /* MAPIINIT_0.ulFlags */
  RIG_FLAGS_LOGON,    /* MAPILogonEx */
  RIG_FLAGS_QS, /* wake masks: QS_ALLINPUT in both its values, QS_ALLEVENTS, then single bits */
  RIG_FLAGS_MWMO,
  RIG_FLAGS_PM, /* PeekMessage, with PM_QS_* */
  RIG_FLAGS_COINIT,
  RIG_FLAGS_CLSCTX,
  RIG_FLAGS_ACCEPTED, /* SERVICE_ACCEPT_* */
  RIG_FLAGS_EVENTS,   /* fnev* of Advise */
  RIG_FLAGS_SIMPLE,   /* Simple MAPI's flags for dialogs */
  RIG_FLAGS_LOGOFF,   /* IMAPISession::Logoff */
  RIG_FLAGS_COUNT
};

/* Sets of values: a value is one of them. */
enum rig_values {
  RIG_VALUES_WAIT,    /* results of waits; WAIT_OBJECT_0 + i is formatted by rig_format_wait */
  RIG_VALUES_HRESULT, /* MAPI_E_*, MAPI_W_*, OLE and COM ones */
  RIG_VALUES_WIN32,   /* Win32 errors */
  RIG_VALUES_MESSAGE, /* WM_* */
  RIG_VALUES_SERVICE_STATE,
  RIG_VALUES_SERVICE_CONTROL,
  RIG_VALUES_CONSOLE_CONTROL,
  RIG_VALUES_EXCEPTION, /* 0xC0000005 ... */
  RIG_VALUES_COUNT
};

/* "MAPI_EXTENDED | MAPI_NO_MAIL"; unknown bits as one hex number at the end, 0 as the
 * list's name for it (PM_NOREMOVE, COINIT_MULTITHREADED) or "0".
 * Writes at most `size` bytes with the terminator and returns `buffer`. */
char *rig_format_flags(enum rig_flags set, uint32_t value, char *buffer, size_t size);

/* "MAPI_E_NOT_FOUND (0x8004010F)", "ERROR_INVALID_PARAMETER (87)", "WM_APP + 3 (0x8003)",
 * "HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND) (0x80070002)"; an unknown one as its number alone.
 * Returns `buffer`. */
char *rig_format_value(enum rig_values set, uint32_t value, char *buffer, size_t size);

/* The bare name, NULL if the list has none. */
const char *rig_value_name(enum rig_values set, uint32_t value);

/* "WAIT_OBJECT_0 + 1 (input)", "WAIT_TIMEOUT"...: a wait's result for an array of `count` handles;
 * `input` says whether result == count means input (the message-aware waits). Returns `buffer`. */
char *rig_format_wait(uint32_t result, uint32_t count, bool input, char *buffer, size_t size);

/* The value of one name, in any letter case, or of a number (decimal, 0x hex). */
bool rig_parse_flag(enum rig_flags set, const char *text, uint32_t *value);
bool rig_parse_value(enum rig_values set, const char *text, uint32_t *value);

/* Walks a list: the i-th name (NULL at the end) and its value. For tests and suggestions. */
const char *rig_flag_at(enum rig_flags set, size_t i, uint32_t *value);
const char *rig_value_at(enum rig_values set, size_t i, uint32_t *value);

/* The candidate nearest to `word` by edit distance (NULL when none is near enough to be meant):
 * "did you mean" everywhere. `candidates` ends with NULL. */
const char *rig_nearest(const char *word, const char *const *candidates);

#endif
