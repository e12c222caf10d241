/*
 * Flags and values in words and back, over the lists of names_flags.h, names_values.h and
 * names_messages.h.
 */
#include "core/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/names_flags.h"
#include "core/names_messages.h"
#include "core/names_values.h"

struct entry {
  const char *name;
  uint32_t value;
};

#define ENTRY(name, value) {#name, value},
#define END                                                                                        \
  { NULL, 0 }

static const struct entry flags_mapiinit[] = {RIG_NAMES_MAPIINIT(ENTRY, ENTRY, ENTRY, ENTRY) END};
static const struct entry flags_logon[] = {RIG_NAMES_LOGON(ENTRY, ENTRY, ENTRY, ENTRY) END};
static const struct entry flags_qs[] = {RIG_NAMES_QS(ENTRY, ENTRY, ENTRY, ENTRY) END};
static const struct entry flags_mwmo[] = {RIG_NAMES_MWMO(ENTRY, ENTRY, ENTRY, ENTRY) END};
static const struct entry flags_pm[] = {RIG_NAMES_PM(ENTRY, ENTRY, ENTRY, ENTRY) END};
static const struct entry flags_coinit[] = {RIG_NAMES_COINIT(ENTRY, ENTRY, ENTRY, ENTRY) END};
static const struct entry flags_clsctx[] = {RIG_NAMES_CLSCTX(ENTRY, ENTRY, ENTRY, ENTRY) END};
static const struct entry flags_accepted[] = {RIG_NAMES_ACCEPTED(ENTRY, ENTRY, ENTRY, ENTRY) END};
static const struct entry flags_events[] = {RIG_NAMES_EVENTS(ENTRY, ENTRY, ENTRY, ENTRY) END};
static const struct entry flags_simple[] = {RIG_NAMES_SIMPLE(ENTRY, ENTRY, ENTRY, ENTRY) END};
static const struct entry flags_logoff[] = {RIG_NAMES_LOGOFF(ENTRY, ENTRY, ENTRY, ENTRY) END};

static const struct entry values_wait[] = {RIG_NAMES_WAIT(ENTRY, ENTRY) END};
static const struct entry values_hresult[] = {RIG_NAMES_HRESULT(ENTRY, ENTRY) END};
static const struct entry values_win32[] = {RIG_NAMES_WIN32(ENTRY, ENTRY) END};
static const struct entry values_message[] = {RIG_NAMES_MESSAGE(ENTRY, ENTRY) END};
static const struct entry values_state[] = {RIG_NAMES_SERVICE_STATE(ENTRY, ENTRY) END};
static const struct entry values_control[] = {RIG_NAMES_SERVICE_CONTROL(ENTRY, ENTRY) END};
static const struct entry values_console[] = {RIG_NAMES_CONSOLE_CONTROL(ENTRY, ENTRY) END};
static const struct entry values_exception[] = {RIG_NAMES_EXCEPTION(ENTRY, ENTRY) END};

static const struct entry nothing[] = {END};

/* A set that the table forgot would be empty: test_core_names walks them all. */
static const struct entry *flags_of(enum rig_flags set) {
  static const struct entry *const lists[RIG_FLAGS_COUNT] = {
      [RIG_FLAGS_MAPIINIT] = flags_mapiinit,
      [RIG_FLAGS_LOGON] = flags_logon,
      [RIG_FLAGS_QS] = flags_qs,
      [RIG_FLAGS_MWMO] = flags_mwmo,
      [RIG_FLAGS_PM] = flags_pm,
      [RIG_FLAGS_COINIT] = flags_coinit,
      [RIG_FLAGS_CLSCTX] = flags_clsctx,
      [RIG_FLAGS_ACCEPTED] = flags_accepted,
      [RIG_FLAGS_EVENTS] = flags_events,
      [RIG_FLAGS_SIMPLE] = flags_simple,
      [RIG_FLAGS_LOGOFF] = flags_logoff,
  };
  const unsigned i = (unsigned)set;
  return i < RIG_FLAGS_COUNT && lists[i] != NULL ? lists[i] : nothing;
}

static const struct entry *values_of(enum rig_values set) {
  static const struct entry *const lists[RIG_VALUES_COUNT] = {
      [RIG_VALUES_WAIT] = values_wait,
      [RIG_VALUES_HRESULT] = values_hresult,
      [RIG_VALUES_WIN32] = values_win32,
      [RIG_VALUES_MESSAGE] = values_message,
      [RIG_VALUES_SERVICE_STATE] = values_state,
      [RIG_VALUES_SERVICE_CONTROL] = values_control,
      [RIG_VALUES_CONSOLE_CONTROL] = values_console,
      [RIG_VALUES_EXCEPTION] = values_exception,
  };
  const unsigned i = (unsigned)set;
  return i < RIG_VALUES_COUNT && lists[i] != NULL ? lists[i] : nothing;
}

static const char *name_of(const struct entry *list, uint32_t value) {
  while (list->name != NULL && list->value != value) {
    list++;
  }
  return list->name;
}

/* Appends " | text" or "text"; what does not fit is cut. */
static size_t append(char *buffer, size_t size, size_t used, const char *text) {
  if (used + 1 < size) {
    snprintf(buffer + used, size - used, "%s%s", used > 0 ? " | " : "", text);
    used += strlen(buffer + used);
  }
  return used;
}

char *rig_format_flags(enum rig_flags set, uint32_t value, char *buffer, size_t size) {
  const struct entry *list = flags_of(set);
  uint32_t rest = value;
  size_t used = 0;
  if (size == 0) {
    return buffer;
  }
  buffer[0] = '\0';
  for (; list->name != NULL && rest != 0; list++) {
    if (list->value != 0 && (rest & list->value) == list->value) {
      used = append(buffer, size, used, list->name);
      rest &= ~list->value;
    }
  }
  if (rest != 0) {
    char number[16];
    snprintf(number, sizeof number, "0x%X", rest);
    append(buffer, size, used, number);
  } else if (value == 0) {
    const char *zero = name_of(flags_of(set), 0);
    append(buffer, size, used, zero != NULL ? zero : "0");
  }
  return buffer;
}

const char *rig_value_name(enum rig_values set, uint32_t value) {
  return name_of(values_of(set), value);
}

/* Win32 errors, controls and states are decimal in the field, the others hexadecimal. */
static bool decimal(enum rig_values set) {
  return set == RIG_VALUES_WIN32 || set == RIG_VALUES_SERVICE_STATE ||
         set == RIG_VALUES_SERVICE_CONTROL || set == RIG_VALUES_CONSOLE_CONTROL;
}

/* Messages come in ranges: private to a class, to an application, and registered by name. */
static void format_message(uint32_t value, char *buffer, size_t size) {
  if (value > 0x400 && value < 0x8000) {
    snprintf(buffer, size, "WM_USER + %u (0x%04X)", value - 0x400, value);
  } else if (value > 0x8000 && value < 0xC000) {
    snprintf(buffer, size, "WM_APP + %u (0x%04X)", value - 0x8000, value);
  } else if (value >= 0xC000 && value <= 0xFFFF) {
    snprintf(buffer, size, "registered message 0x%04X", value);
  } else {
    snprintf(buffer, size, "0x%04X", value);
  }
}

char *rig_format_value(enum rig_values set, uint32_t value, char *buffer, size_t size) {
  const char *name = rig_value_name(set, value);
  const char *win32 = NULL;
  if (set == RIG_VALUES_HRESULT && value >> 16 == 0x8007) {
    win32 = rig_value_name(RIG_VALUES_WIN32, value & 0xFFFF);
  }
  if (name != NULL && decimal(set)) {
    snprintf(buffer, size, "%s (%u)", name, value);
  } else if (name != NULL) {
    snprintf(buffer, size, set == RIG_VALUES_MESSAGE ? "%s (0x%04X)" : "%s (0x%08X)", name, value);
  } else if (win32 != NULL) {
    snprintf(buffer, size, "HRESULT_FROM_WIN32(%s) (0x%08X)", win32, value);
  } else if (set == RIG_VALUES_MESSAGE) {
    format_message(value, buffer, size);
  } else {
    snprintf(buffer, size, decimal(set) ? "%u" : "0x%08X", value);
  }
  return buffer;
}

char *rig_format_wait(uint32_t result, uint32_t count, bool input, char *buffer, size_t size) {
  const uint32_t abandoned = 0x80; /* WAIT_ABANDONED_0 */
  if (input && result == count) {
    snprintf(buffer, size, "WAIT_OBJECT_0 + %u (input)", result);
  } else if (result > 0 && result < count) {
    snprintf(buffer, size, "WAIT_OBJECT_0 + %u", result);
  } else if (result > abandoned && result - abandoned < count) {
    snprintf(buffer, size, "WAIT_ABANDONED_0 + %u", result - abandoned);
  } else if (rig_value_name(RIG_VALUES_WAIT, result) != NULL) {
    snprintf(buffer, size, "%s", rig_value_name(RIG_VALUES_WAIT, result));
  } else {
    snprintf(buffer, size, "0x%08X", result);
  }
  return buffer;
}

/* A number of at most 32 bits: decimal, or hexadecimal with 0x. Nothing else around it. */
static bool parse_number(const char *text, uint32_t *value) {
  const bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  const char *digits = hex ? text + 2 : text;
  const size_t length = strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789");
  if (length == 0 || digits[length] != '\0') {
    return false;
  }
  uint64_t number = 0;
  for (size_t i = 0; i < length; i++) {
    const char digit[2] = {digits[i], '\0'};
    number = number * (hex ? 16 : 10) + strtoul(digit, NULL, 16);
    if (number > UINT32_MAX) {
      return false;
    }
  }
  *value = (uint32_t)number;
  return true;
}

static bool parse(const struct entry *list, const char *text, uint32_t *value) {
  for (; list->name != NULL; list++) {
    if (strcasecmp(list->name, text) == 0) {
      *value = list->value;
      return true;
    }
  }
  return parse_number(text, value);
}

bool rig_parse_flag(enum rig_flags set, const char *text, uint32_t *value) {
  return parse(flags_of(set), text, value);
}

bool rig_parse_value(enum rig_values set, const char *text, uint32_t *value) {
  return parse(values_of(set), text, value);
}

static const char *at(const struct entry *list, size_t i, uint32_t *value) {
  while (i > 0 && list->name != NULL) {
    list++;
    i--;
  }
  if (list->name != NULL) {
    *value = list->value;
  }
  return list->name;
}

const char *rig_flag_at(enum rig_flags set, size_t i, uint32_t *value) {
  return at(flags_of(set), i, value);
}

const char *rig_value_at(enum rig_values set, size_t i, uint32_t *value) {
  return at(values_of(set), i, value);
}
