/*
 * Results of calls, and what is not a call: stimuli, receipts and states, in words.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/names.h"
#include "report/decode.h"

#define PART 256u

static char *win32_error(uint32_t error, char *buffer, size_t size) {
  char part[PART];
  snprintf(buffer, size, ", %s", rig_format_value(RIG_VALUES_WIN32, error, part, sizeof part));
  return buffer;
}

static void boolean(uint32_t result, uint32_t error, char *buffer, size_t size) {
  char part[PART] = "";
  snprintf(buffer, size, "%s%s", result ? "TRUE" : "FALSE",
           !result && error ? win32_error(error, part, sizeof part) : "");
}

static void wait_result(const struct rig_record *record, char *buffer, size_t size) {
  char part[PART], error[PART];
  switch (rig_call_family(record->call)) {
  case RIG_FAMILY_WAIT_MESSAGE:
    boolean(record->u.wait.result, record->u.wait.error, buffer, size);
    return;
  case RIG_FAMILY_CO_WAIT:
    rig_format_value(RIG_VALUES_HRESULT, record->u.wait.result, buffer, size);
    return;
  case RIG_FAMILY_SLEEP:
    snprintf(buffer, size, "%s", record->u.wait.result == 0xC0 ? "WAIT_IO_COMPLETION" : "");
    return;
  default:
    break;
  }
  bool input = rig_call_family(record->call) == RIG_FAMILY_MSG_WAIT;
  bool failed = record->u.wait.result == UINT32_MAX;
  rig_format_wait(record->u.wait.result, record->u.wait.count, input, part, sizeof part);
  snprintf(buffer, size, "%s%s", part,
           failed ? win32_error(record->u.wait.error, error, sizeof error) : "");
}

/* GetMessage and PeekMessage: what was retrieved. */
static void retrieve_result(const struct rig_decoder *decoder, const struct rig_record *record,
                            char *buffer, size_t size) {
  char message[PART], window[PART];
  uint32_t result = record->u.message.result;
  bool get = rig_call_family(record->call) == RIG_FAMILY_GET_MESSAGE;
  bool quit = get && result == 0;
  if (get && result == UINT32_MAX) {
    snprintf(buffer, size, "-1%s", win32_error(record->u.message.error, message, sizeof message));
  } else if (quit) {
    snprintf(buffer, size, "FALSE: WM_QUIT, exit code %u", (unsigned)record->u.message.wparam);
  } else if (result == 0) {
    snprintf(buffer, size, "FALSE");
  } else {
    rig_decode_message(decoder, record->u.message.message, message, sizeof message);
    rig_decode_window(decoder, record->u.message.hwnd, window, sizeof window);
    snprintf(buffer, size, "TRUE: %s for %s, 0x%llX, 0x%llX", message,
             record->u.message.hwnd ? window : "the thread",
             (unsigned long long)record->u.message.wparam,
             (unsigned long long)record->u.message.lparam);
  }
}

static void init_result(const struct rig_record *record, char *buffer, size_t size) {
  char part[PART];
  rig_format_value(RIG_VALUES_HRESULT, record->u.init.result, part, sizeof part);
  snprintf(buffer, size, "%s, now %u of this thread, %u of the process", part,
           record->u.init.thread_count, record->u.init.process_count);
}

static void mapi_result(const struct rig_record *record, char *buffer, size_t size) {
  switch (record->call) {
  case RIG_CALL_IMAPISession_AddRef:
  case RIG_CALL_IMAPISession_Release:
    snprintf(buffer, size, "%u", record->u.mapi.b);
    break;
  case RIG_CALL_DeinitMapiUtil:
    snprintf(buffer, size, "%s", "");
    break;
  default:
    rig_format_value(RIG_VALUES_HRESULT, record->u.mapi.result, buffer, size);
    break;
  }
}

static void message_result(const struct rig_record *record, char *buffer, size_t size) {
  switch (rig_call_family(record->call)) {
  case RIG_FAMILY_GET_MESSAGE:
  case RIG_FAMILY_PEEK_MESSAGE:
    break;
  case RIG_FAMILY_DISPATCH:
    snprintf(buffer, size, "%u", record->u.message.result);
    break;
  case RIG_FAMILY_POST_QUIT:
    snprintf(buffer, size, "%s", "");
    break;
  case RIG_FAMILY_TRANSLATE:
  case RIG_FAMILY_IS_DIALOG:
  case RIG_FAMILY_ACCELERATOR:
  case RIG_FAMILY_POST:
  case RIG_FAMILY_POST_THREAD:
    boolean(record->u.message.result, record->u.message.error, buffer, size);
    break;
  default: {
    char error[PART] = "";
    if (!record->u.message.result && record->u.message.error) {
      win32_error(record->u.message.error, error, sizeof error);
    }
    snprintf(buffer, size, "%u%s", record->u.message.result, error);
  }
  }
}

static void scm_result(const struct rig_record *record, char *buffer, size_t size) {
  switch (rig_call_family(record->call)) {
  case RIG_FAMILY_SCM_MAIN:
    snprintf(buffer, size, "%s", "");
    break;
  case RIG_FAMILY_SCM_REGISTER:
    snprintf(buffer, size, "%s", record->u.scm.result ? "a handle" : "NULL");
    break;
  case RIG_FAMILY_SCM_HANDLER:
    rig_format_value(RIG_VALUES_WIN32, record->u.scm.result, buffer, size);
    break;
  default:
    boolean(record->u.scm.result, 0, buffer, size);
    break;
  }
}

char *rig_decode_result(const struct rig_decoder *decoder, uint32_t index,
                        const struct rig_record *record, char *buffer, size_t size) {
  (void)index;
  snprintf(buffer, size, "%s", "");
  switch (rig_call_shape(record->call)) {
  case RIG_SHAPE_wait:
    wait_result(record, buffer, size);
    break;
  case RIG_SHAPE_retrieve:
    retrieve_result(decoder, record, buffer, size);
    break;
  case RIG_SHAPE_message:
    message_result(record, buffer, size);
    break;
  case RIG_SHAPE_queue: {
    char present[PART],
        fresh[PART]; /* high word: in the queue now; low word: new since the last look */
    rig_format_flags(RIG_FLAGS_QS, record->u.queue.result >> 16, present, sizeof present);
    rig_format_flags(RIG_FLAGS_QS, record->u.queue.result & 0xFFFF, fresh, sizeof fresh);
    snprintf(buffer, size, "present %s, new %s", present, fresh);
    break;
  }
  case RIG_SHAPE_object:
    boolean(record->u.object.result, record->u.object.error, buffer, size);
    break;
  case RIG_SHAPE_com:
    if (rig_call_family(record->call) != RIG_FAMILY_CO_UNINIT) {
      rig_format_value(RIG_VALUES_HRESULT, record->u.com.result, buffer, size);
    }
    break;
  case RIG_SHAPE_scm:
    scm_result(record, buffer, size);
    break;
  case RIG_SHAPE_init:
    init_result(record, buffer, size);
    break;
  case RIG_SHAPE_logon:
    rig_format_value(RIG_VALUES_HRESULT, record->u.logon.result, buffer, size);
    break;
  case RIG_SHAPE_buffer:
    rig_format_value(RIG_VALUES_HRESULT, record->u.buffer.result, buffer, size);
    break;
  case RIG_SHAPE_mapi:
    mapi_result(record, buffer, size);
    break;
  case RIG_SHAPE_none:
    break;
  }
  return buffer;
}
