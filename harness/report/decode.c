/*
 * Names and calls in words. What the members of a payload mean is written in core/session.h.
 */
#include "report/decode.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/assert.h"
#include "core/names.h"

#define PART 256u

static const char *const action_words[] = {[RIG_ACTION_NONE] = "none",
#define RIG_X(symbol, word, text) [RIG_ACTION_##symbol] = word,
                                           RIG_ACTIONS(RIG_X)
#undef RIG_X
};

static const char *const state_names[] = {[RIG_STATE_NONE] = "?",
#define RIG_X(name, text) [RIG_STATE_##name] = #name,
                                          RIG_STATES(RIG_X)
#undef RIG_X
};

void rig_decoder_init(struct rig_decoder *decoder, const struct rig_trace *trace) {
  RIG_ASSERT(trace);
  memset(decoder, 0, sizeof *decoder);
  decoder->trace = trace;
  const size_t room = sizeof decoder->windows / sizeof *decoder->windows;
  for (uint32_t i = 0; i < rig_trace_count(trace) && decoder->window_count < room; i++) {
    struct rig_record record;
    if (rig_trace_record(trace, i, &record) && record.kind == RIG_KIND_STATE &&
        record.call == RIG_STATE_WINDOW) {
      size_t at = decoder->window_count++;
      decoder->kinds[at] = record.u.state.a;
      decoder->windows[at] = record.u.state.b;
      decoder->messages[at] = record.u.state.c;
    }
  }
}

const char *rig_action_text(unsigned action) {
  return action < RIG_ACTION_COUNT ? action_words[action] : "?";
}

const char *rig_decode_name(const struct rig_record *record) {
  switch (record->kind) {
  case RIG_KIND_ENTER:
  case RIG_KIND_LEAVE:
  case RIG_KIND_CALL:
    return rig_call_name(record->call);
  case RIG_KIND_RECEIPT:
    return "receipt";
  case RIG_KIND_STIMULUS:
    return rig_action_text(record->call);
  case RIG_KIND_STATE:
    return record->call < RIG_STATE_COUNT ? state_names[record->call] : "?";
  default:
    return "?";
  }
}

char *rig_decode_message(const struct rig_decoder *decoder, uint32_t message, char *buffer,
                         size_t size) {
  for (size_t i = 0; i < decoder->window_count; i++) {
    if (message != 0 && decoder->messages[i] == message) {
      snprintf(buffer, size, "szMAPINotificationMsg");
      return buffer;
    }
  }
  const char *name = rig_value_name(RIG_VALUES_MESSAGE, message);
  if (name) {
    snprintf(buffer, size, "%s", name);
  } else if (message >= 0x8000 && message < 0xC000) {
    snprintf(buffer, size, "WM_APP + %u", message - 0x8000);
  } else if (message >= 0x400 && message < 0x8000) {
    snprintf(buffer, size, "WM_USER + %u", message - 0x400);
  } else {
    snprintf(buffer, size, "0x%X", message);
  }
  return buffer;
}

char *rig_decode_window(const struct rig_decoder *decoder, uint32_t hwnd, char *buffer,
                        size_t size) {
  const char *name = hwnd == 0 ? "no window" : hwnd == UINT32_MAX ? "thread messages" : NULL;
  for (size_t i = 0; i < decoder->window_count && !name; i++) {
    if (decoder->windows[i] == hwnd) {
      name = decoder->kinds[i] == RIG_WINDOW_NOTIFICATION ? "the notification window"
             : decoder->kinds[i] == RIG_WINDOW_IDLE       ? "the idle window"
                                                          : NULL;
    }
  }
  if (name) {
    snprintf(buffer, size, "%s", name);
  } else {
    snprintf(buffer, size, "window 0x%X", hwnd);
  }
  return buffer;
}

/* Appends to a text that never outgrows `size`. */
__attribute__((format(printf, 3, 4))) static void add(char *buffer, size_t size, const char *format,
                                                      ...) {
  size_t used = strnlen(buffer, size);
  va_list arguments;
  if (used + 1 < size) {
    va_start(arguments, format);
    vsnprintf(buffer + used, size - used, format, arguments);
    va_end(arguments);
  }
}

static void add_milliseconds(char *buffer, size_t size, uint32_t ms) {
  if (ms == UINT32_MAX) {
    add(buffer, size, "INFINITE");
  } else {
    add(buffer, size, "%u ms", ms);
  }
}

static void add_handles(const struct rig_decoder *decoder, uint32_t index,
                        const struct rig_record *record, char *buffer, size_t size) {
  uint32_t handles[RIG_MORE_BYTES * RIG_MORE_MAX / 4];
  size_t known = rig_trace_more(decoder->trace, index, handles, sizeof handles) / 4;
  if (known == 0 && record->u.wait.count > 0) {
    handles[known++] = record->u.wait.handle;
  }
  add(buffer, size, "%u handle%s {", record->u.wait.count, record->u.wait.count == 1 ? "" : "s");
  for (size_t i = 0; i < known && i < record->u.wait.count; i++) {
    add(buffer, size, "%s0x%X", i ? ", " : "", handles[i]);
  }
  add(buffer, size, "%s}", known < record->u.wait.count ? ", ..." : "");
}

static void add_wait(const struct rig_decoder *decoder, uint32_t index,
                     const struct rig_record *record, char *buffer, size_t size) {
  char part[PART];
  bool extended = record->call == RIG_CALL_MsgWaitForMultipleObjectsEx;
  switch (rig_call_family(record->call)) {
  case RIG_FAMILY_WAIT_MESSAGE:
    return;
  case RIG_FAMILY_SLEEP:
    add_milliseconds(buffer, size, record->u.wait.timeout_ms);
    break;
  default:
    add_handles(decoder, index, record, buffer, size);
    if (!extended && (record->u.wait.flags & 1) && record->u.wait.count > 0) {
      add(buffer, size, ", wait for all");
    }
    add(buffer, size, ", ");
    add_milliseconds(buffer, size, record->u.wait.timeout_ms);
  }
  if (rig_call_family(record->call) == RIG_FAMILY_MSG_WAIT) {
    add(buffer, size, ", %s",
        rig_format_flags(RIG_FLAGS_QS, record->u.wait.wake_mask, part, sizeof part));
  }
  if (extended) {
    add(buffer, size, ", %s",
        rig_format_flags(RIG_FLAGS_MWMO, record->u.wait.flags, part, sizeof part));
  } else if (record->u.wait.alertable) {
    add(buffer, size, ", alertable");
  }
}

static void add_retrieve(const struct rig_decoder *decoder, const struct rig_record *record,
                         char *buffer, size_t size) {
  char part[PART];
  uint32_t hwnd = record->u.retrieve.hwnd;
  add(buffer, size, "%s",
      hwnd == 0 ? "any window" : rig_decode_window(decoder, hwnd, part, sizeof part));
  if (record->u.retrieve.first != 0 || record->u.retrieve.last != 0) {
    add(buffer, size, ", only %s",
        rig_decode_message(decoder, record->u.retrieve.first, part, sizeof part));
    add(buffer, size, " to %s",
        rig_decode_message(decoder, record->u.retrieve.last, part, sizeof part));
  }
  if (rig_call_family(record->call) == RIG_FAMILY_PEEK_MESSAGE) {
    uint32_t flags = record->u.retrieve.remove;
    rig_format_flags(RIG_FLAGS_PM, flags, part, sizeof part);
    add(buffer, size, ", %s", flags == 0 ? "PM_NOREMOVE" : part);
  }
}

static void add_message(const struct rig_decoder *decoder, const struct rig_record *record,
                        char *buffer, size_t size) {
  char part[PART];
  enum rig_family family = rig_call_family(record->call);
  if (family == RIG_FAMILY_POST_QUIT) {
    add(buffer, size, "exit code %u", (unsigned)record->u.message.wparam);
    return;
  }
  if (family == RIG_FAMILY_POST_THREAD) {
    add(buffer, size, "thread %s", rig_trace_thread(decoder->trace, record->u.message.hwnd));
  } else {
    add(buffer, size, "%s", rig_decode_window(decoder, record->u.message.hwnd, part, sizeof part));
  }
  add(buffer, size, ", %s",
      rig_decode_message(decoder, record->u.message.message, part, sizeof part));
  if (record->u.message.wparam || record->u.message.lparam) {
    add(buffer, size, ", 0x%llX, 0x%llX", (unsigned long long)record->u.message.wparam,
        (unsigned long long)record->u.message.lparam);
  }
}

static void add_scm(const struct rig_decoder *decoder, uint32_t index,
                    const struct rig_record *record, char *buffer, size_t size) {
  char part[PART];
  switch (rig_call_family(record->call)) {
  case RIG_FAMILY_SCM_STATUS:
    add(buffer, size, "%s",
        rig_format_value(RIG_VALUES_SERVICE_STATE, record->u.scm.state, part, sizeof part));
    add(buffer, size, ", accepts %s",
        rig_format_flags(RIG_FLAGS_ACCEPTED, record->u.scm.accepted, part, sizeof part));
    add(buffer, size, ", checkpoint %u, wait hint %u ms", record->u.scm.checkpoint,
        record->u.scm.wait_hint_ms);
    break;
  case RIG_FAMILY_SCM_HANDLER:
    add(buffer, size, "%s",
        rig_format_value(RIG_VALUES_SERVICE_CONTROL, record->u.scm.control, part, sizeof part));
    break;
  case RIG_FAMILY_CONSOLE_HANDLER:
    add(buffer, size, "%s",
        rig_format_value(RIG_VALUES_CONSOLE_CONTROL, record->u.scm.control, part, sizeof part));
    break;
  default:
    rig_trace_more_text(decoder->trace, index, part, sizeof part);
    add(buffer, size, "%s%s%s", part[0] ? "\"" : "", part, part[0] ? "\"" : "");
  }
}

static void add_com(const struct rig_record *record, char *buffer, size_t size) {
  char part[PART];
  uint32_t first = 0;
  uint16_t second = 0, third = 0;
  const uint8_t *id = record->u.com.clsid;
  switch (rig_call_family(record->call)) {
  case RIG_FAMILY_CO_CREATE:
    memcpy(&first, id, sizeof first);
    memcpy(&second, id + 4, sizeof second);
    memcpy(&third, id + 6, sizeof third);
    add(buffer, size, "{%08X-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X}, ", first, second, third,
        id[8], id[9], id[10], id[11], id[12], id[13], id[14], id[15]);
    add(buffer, size, "%s",
        rig_format_flags(RIG_FLAGS_CLSCTX, record->u.com.flags, part, sizeof part));
    break;
  case RIG_FAMILY_CO_INIT:
    if (record->call == RIG_CALL_CoInitializeEx) {
      rig_format_flags(RIG_FLAGS_COINIT, record->u.com.flags, part, sizeof part);
      add(buffer, size, "%s", record->u.com.flags == 0 ? "COINIT_MULTITHREADED" : part);
    }
    break;
  default:
    break;
  }
}

static void add_logon(const struct rig_decoder *decoder, uint32_t index,
                      const struct rig_record *record, char *buffer, size_t size) {
  char part[PART];
  const char *password = record->u.logon.password_given == 0   ? ""
                         : record->u.logon.password_given == 2 ? ", an empty password"
                                                               : ", a password";
  rig_trace_more_text(decoder->trace, index, part, sizeof part);
  if (record->u.logon.profile_given) {
    add(buffer, size, "profile \"%s\"", part);
  } else {
    add(buffer, size, "no profile");
  }
  add(buffer, size, "%s, %s", password,
      rig_format_flags(RIG_FLAGS_LOGON, record->u.logon.flags, part, sizeof part));
  if (record->u.logon.ui_param) {
    add(buffer, size, ", ulUIParam 0x%llX", (unsigned long long)record->u.logon.ui_param);
  }
}

static void add_mapi(const struct rig_decoder *decoder, uint32_t index,
                     const struct rig_record *record, char *buffer, size_t size) {
  char part[PART];
  switch (record->call) {
  case RIG_CALL_IMAPISession_Advise:
    add(buffer, size, "%s",
        rig_format_flags(RIG_FLAGS_EVENTS, record->u.mapi.a, part, sizeof part));
    break;
  case RIG_CALL_IMAPISession_Unadvise:
    add(buffer, size, "connection %u", record->u.mapi.b);
    break;
  case RIG_CALL_IMAPISession_Logoff:
    add(buffer, size, "%s",
        rig_format_flags(RIG_FLAGS_LOGOFF, record->u.mapi.a, part, sizeof part));
    break;
  case RIG_CALL_IMAPIAdviseSink_OnNotify:
    add(buffer, size, "%u notification%s, connection %u", record->u.mapi.a,
        record->u.mapi.a == 1 ? "" : "s", record->u.mapi.b);
    break;
  case RIG_CALL_MapiUnsupported:
    rig_trace_more_text(decoder->trace, index, part, sizeof part);
    add(buffer, size, "%s", part);
    if (record->u.mapi.a) {
      add(buffer, size, ", flags 0x%X", record->u.mapi.a);
    }
    break;
  default:
    break;
  }
}

static void add_init(const struct rig_record *record, char *buffer, size_t size) {
  static const char *const apartments[] = {
      [RIG_APARTMENT_UNKNOWN] = "",
      [RIG_APARTMENT_NONE] = "", /* the usual: MAPI initialises COM itself */
      [RIG_APARTMENT_IMPLICIT] = ", in the multithreaded apartment of another thread",
      [RIG_APARTMENT_STA] = ", in a single-threaded apartment",
      [RIG_APARTMENT_MTA] = ", in the multithreaded apartment",
      [RIG_APARTMENT_NEUTRAL] = ", in the neutral apartment"};
  char part[PART];
  if (record->call != RIG_CALL_MAPIInitialize) {
    return;
  }
  if (!record->u.init.given) {
    add(buffer, size, "NULL");
    return;
  }
  add(buffer, size, "version %u, %s", record->u.init.version,
      rig_format_flags(RIG_FLAGS_MAPIINIT, record->u.init.flags, part, sizeof part));
  if (record->u.init.apartment < sizeof apartments / sizeof apartments[0]) {
    add(buffer, size, "%s", apartments[record->u.init.apartment]);
  }
}

char *rig_decode_call(const struct rig_decoder *decoder, uint32_t index,
                      const struct rig_record *record, char *buffer, size_t size) {
  char part[PART];
  snprintf(buffer, size, "%s(", rig_call_name(record->call));
  switch (rig_call_shape(record->call)) {
  case RIG_SHAPE_wait:
    add_wait(decoder, index, record, buffer, size);
    break;
  case RIG_SHAPE_retrieve:
    add_retrieve(decoder, record, buffer, size);
    break;
  case RIG_SHAPE_message:
    add_message(decoder, record, buffer, size);
    break;
  case RIG_SHAPE_queue:
    add(buffer, size, "%s", rig_format_flags(RIG_FLAGS_QS, record->u.queue.flags, part, PART));
    break;
  case RIG_SHAPE_object:
    add(buffer, size, "0x%X", record->u.object.handle);
    break;
  case RIG_SHAPE_com:
    add_com(record, buffer, size);
    break;
  case RIG_SHAPE_scm:
    add_scm(decoder, index, record, buffer, size);
    break;
  case RIG_SHAPE_init:
    add_init(record, buffer, size);
    break;
  case RIG_SHAPE_logon:
    add_logon(decoder, index, record, buffer, size);
    break;
  case RIG_SHAPE_buffer:
    if (record->u.buffer.bytes) {
      add(buffer, size, "%u bytes", record->u.buffer.bytes);
    }
    break;
  case RIG_SHAPE_mapi:
    add_mapi(decoder, index, record, buffer, size);
    break;
  case RIG_SHAPE_none:
    break;
  }
  add(buffer, size, ")");
  return buffer;
}
