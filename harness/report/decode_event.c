/*
 * What is not a call, in words: stimuli of the director, receipts of MAPI's window procedures, and
 * states of the process.
 */
#include <stdio.h>
#include <string.h>

#include "core/names.h"
#include "report/decode.h"

#define PART 256u

static const char *const end_texts[] = {
    [RIG_END_NONE] = "the plan is done",
    [RIG_END_NEVER_READY] = "the client never became ready",
    [RIG_END_STOP_BLOCKED] = "stop was asked for; the process is blocked and nothing can wake it",
    [RIG_END_STOP_IGNORED] = "stop was asked for; the client's wait hint passed without a sign",
    [RIG_END_STEP_STUCK] = "a step's trigger never came",
    [RIG_END_LOG_FULL] = "the log is full",
    [RIG_END_NOTHING_ASKED] = "nothing was asked",
    [RIG_END_TIMEOUT] = "the run's time-out passed",
};

static const char *missing_text(uint32_t bits, char *buffer, size_t size) {
  static const struct {
    uint32_t bit;
    const char *text;
  } missing[] = {{RIG_MISSING_INITIALIZE, "a successful MAPIInitialize"},
                 {RIG_MISSING_LOGON, "MAPILogonEx's return"},
                 {RIG_MISSING_RUNNING, "SERVICE_RUNNING"},
                 {RIG_MISSING_WAIT, "a blocking call of the first initialising thread"}};
  buffer[0] = '\0';
  for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
    size_t used = strlen(buffer);
    if (bits & missing[i].bit) {
      snprintf(buffer + used, size - used, "%s%s", used ? ", " : "", missing[i].text);
    }
  }
  return buffer;
}

static void receipt(const struct rig_decoder *decoder, const struct rig_record *record,
                    char *buffer, size_t size) {
  char message[PART], cause[PART] = "";
  const char *window = record->u.receipt.window == RIG_WINDOW_NOTIFICATION ? "notification window"
                       : record->u.receipt.window == RIG_WINDOW_IDLE       ? "idle window"
                                                                           : "a window";
  if (record->link != RIG_NO_RECORD) {
    snprintf(cause, sizeof cause, " (stimulus #%u)", record->link);
  }
  if (record->u.receipt.window == RIG_WINDOW_APC) {
    snprintf(buffer, size, "an APC ran%s", cause);
    return;
  }
  snprintf(buffer, size, "the %s got %s, %s%s", window,
           rig_decode_message(decoder, record->u.receipt.message, message, sizeof message),
           record->u.receipt.sent ? "sent" : "posted", cause);
  if (record->u.receipt.sinks > 0) {
    size_t used = strlen(buffer);
    snprintf(buffer + used, size - used, ", %u advise sink%s called", record->u.receipt.sinks,
             record->u.receipt.sinks == 1 ? "" : "s");
  }
}

static void target_text(const struct rig_decoder *decoder, const struct rig_record *record,
                        char *buffer, size_t size) {
  switch (record->call) {
  case RIG_ACTION_POST:
  case RIG_ACTION_NOTIFY:
  case RIG_ACTION_SEND:
  case RIG_ACTION_SEND_NOTIFY:
  case RIG_ACTION_WITHDRAW:
  case RIG_ACTION_TIMER:
  case RIG_ACTION_FLOOD:
  case RIG_ACTION_DESTROY_WINDOW:
  case RIG_ACTION_GATE:
  case RIG_ACTION_UNGATE:
    rig_decode_window(decoder, record->u.stimulus.target, buffer, size);
    break;
  case RIG_ACTION_POST_THREAD:
  case RIG_ACTION_QUIT:
  case RIG_ACTION_QUIT_FLAG:
  case RIG_ACTION_APC:
  case RIG_ACTION_HOLD:
  case RIG_ACTION_RELEASE:
    snprintf(buffer, size, "thread %s",
             rig_trace_thread(decoder->trace, record->u.stimulus.thread != 0
                                                  ? record->u.stimulus.thread
                                                  : record->u.stimulus.target));
    break;
  case RIG_ACTION_SET_EVENT:
  case RIG_ACTION_RESET_EVENT:
    snprintf(buffer, size, "event 0x%X", record->u.stimulus.target);
    break;
  default:
    snprintf(buffer, size, "%s", "the client");
    break;
  }
}

static void fault(const struct rig_record *record, const struct rig_step *step, char *buffer,
                  size_t size) {
  const char *call = rig_call_name(record->u.stimulus.message);
  char result[PART];
  if (step != NULL && step->fault == RIG_FAULT_BLOCKS) {
    snprintf(buffer, size, "the scenario makes %s block", call);
  } else if (step != NULL && step->fault == RIG_FAULT_TAKES) {
    snprintf(buffer, size, "the scenario makes %s take %u ms", call, step->timeout_ms);
  } else {
    snprintf(buffer, size, "the scenario makes %s fail with %s", call,
             rig_format_value(RIG_VALUES_HRESULT, record->u.stimulus.error, result, sizeof result));
  }
}

/* What came of a step later. False for the record of its performance. */
static bool later(const struct rig_decoder *decoder, const struct rig_record *record, char *buffer,
                  size_t size) {
  const char *word = rig_action_text(record->call);
  const char *thread = rig_trace_thread(decoder->trace, record->u.stimulus.thread);
  switch (record->u.stimulus.phase) {
  case RIG_STIMULUS_REPLIED:
    snprintf(buffer, size,
             record->call == RIG_ACTION_FLOOD ? "%s (stimulus #%u) has ended: %u messages"
                                              : "%s (stimulus #%u) was answered: %u",
             word, record->link, record->u.stimulus.result);
    return true;
  case RIG_STIMULUS_TIMED_OUT:
    snprintf(buffer, size, "%s (stimulus #%u) TIMED OUT without an answer", word, record->link);
    return true;
  case RIG_STIMULUS_BEGAN:
    snprintf(buffer, size, "%s: the scenario keeps thread %s from going on ...", word, thread);
    return true;
  case RIG_STIMULUS_ENDED:
    snprintf(buffer, size, "%s: ... thread %s goes on", word, thread);
    return true;
  default:
    return false;
  }
}

static void stimulus(const struct rig_decoder *decoder, const struct rig_record *record,
                     char *buffer, size_t size) {
  char message[PART], target[PART], error[PART];
  const char *word = rig_action_text(record->call);
  const struct rig_step *step = rig_trace_step(decoder->trace, record->u.stimulus.step);
  if (later(decoder, record, buffer, size)) {
    return;
  }
  if (record->call == RIG_ACTION_FAULT) {
    fault(record, step, buffer, size);
    return;
  }
  target_text(decoder, record, target, sizeof target);
  message[0] = '\0';
  if (record->u.stimulus.message != 0) {
    rig_decode_message(decoder, record->u.stimulus.message, message, sizeof message);
  }
  snprintf(buffer, size, "%s%s%s to %s", word, message[0] ? " " : "", message, target);
  size_t used = strlen(buffer);
  if (step && step->repeat > 1) {
    snprintf(buffer + used, size - used, ", %u of %u", record->u.stimulus.repeat + 1, step->repeat);
    used = strlen(buffer);
  }
  if (step && step->line > 0) {
    snprintf(buffer + used, size - used, " (line %u)", step->line);
    used = strlen(buffer);
  }
  if (!record->u.stimulus.result && record->u.stimulus.error) {
    snprintf(buffer + used, size - used, ": REFUSED, %s",
             rig_format_value(RIG_VALUES_WIN32, record->u.stimulus.error, error, sizeof error));
  }
}

static const char *object_text(uint32_t type) {
  static const char *const texts[] = {"object", "event", "semaphore", "mutex", "thread", "process"};
  return type < sizeof texts / sizeof *texts ? texts[type] : "object";
}

static const char *open_call(const struct rig_decoder *decoder, uint32_t index) {
  struct rig_record record;
  return rig_trace_record(decoder->trace, index, &record) ? rig_decode_name(&record) : "a call";
}

static void lifecycle_state(const struct rig_decoder *decoder, uint32_t index,
                            const struct rig_record *record, char *buffer, size_t size) {
  char text[PART] = "";
  switch (record->call) {
  case RIG_STATE_HELLO:
    rig_trace_more_text(decoder->trace, index, text, sizeof text);
    snprintf(buffer, size, "the stub is loaded: %u-bit, process %u, %s", record->u.state.b,
             record->u.state.a, text);
    break;
  case RIG_STATE_HOOKS:
    snprintf(buffer, size, "%u import slots patched in %u modules", record->u.state.a,
             record->u.state.b);
    break;
  case RIG_STATE_MODULE:
    rig_trace_more_text(decoder->trace, index, text, sizeof text);
    snprintf(buffer, size, "module %s at 0x%llX, %u bytes", text,
             (unsigned long long)record->u.state.value, record->u.state.a);
    break;
  case RIG_STATE_THREAD_START:
    snprintf(buffer, size, "thread %s starts%s", rig_trace_thread(decoder->trace, record->thread),
             record->u.state.b ? " (MAPI's own)" : "");
    break;
  case RIG_STATE_THREAD_END:
    snprintf(buffer, size, "thread %s ends", rig_trace_thread(decoder->trace, record->thread));
    break;
  case RIG_STATE_PROCESS_END:
    snprintf(buffer, size, "the process is exiting");
    break;
  case RIG_STATE_OUTPUT:
    rig_trace_more_text(decoder->trace, index, text, sizeof text);
    snprintf(buffer, size, "OutputDebugString: %s", text);
    break;
  case RIG_STATE_EXCEPTION:
    rig_format_value(RIG_VALUES_EXCEPTION, record->u.state.a, text, sizeof text);
    snprintf(buffer, size, "unhandled exception %s at 0x%llX", text,
             (unsigned long long)record->u.state.value);
    break;
  case RIG_STATE_EXIT:
    snprintf(buffer, size, "the process has ended with exit code %u (0x%X)%s", record->u.state.a,
             record->u.state.a, record->u.state.b ? ", killed by mapirig" : "");
    break;
  default:
    snprintf(buffer, size, "unknown state %u", record->call);
    break;
  }
}

static void service_state(const struct rig_record *record, char *buffer, size_t size) {
  char state[PART], accepted[PART];
  rig_format_value(RIG_VALUES_SERVICE_STATE, record->u.state.a, state, sizeof state);
  rig_format_flags(RIG_FLAGS_ACCEPTED, record->u.state.b, accepted, sizeof accepted);
  snprintf(buffer, size, "the service reports %s, accepts %s, checkpoint %u, wait hint %u ms",
           state, accepted, record->u.state.c, record->u.state.d);
}

/* The frames stand in lines of their own (show.c). */
static void stack_state(const struct rig_decoder *decoder, const struct rig_record *record,
                        char *buffer, size_t size) {
  static const char *const stances[] = {"was looked at", "is blocked", "spins", "loops",
                                        "is suspended"};
  const uint32_t open = record->u.state.b, stance = record->u.state.c, busy = record->u.state.d;
  char where[PART] = "", share[PART] = "";
  if (open != RIG_NO_RECORD) {
    snprintf(where, sizeof where, " in %s (#%u)", open_call(decoder, open), open);
  }
  if (busy != RIG_BUSY_UNKNOWN) {
    snprintf(share, sizeof share, ", busy for %u.%u %% of %u ms", busy / 10, busy % 10,
             (uint32_t)(record->u.state.second >> 32));
  }
  snprintf(buffer, size,
           "STACK: thread %s %s%s%s, %u calls meanwhile; a look of %u us, %u suspended",
           rig_trace_thread(decoder->trace, record->u.state.a),
           stances[stance < sizeof stances / sizeof *stances ? stance : 0], where, share,
           (uint32_t)record->u.state.second, (uint32_t)record->u.state.value,
           (uint32_t)(record->u.state.value >> 32));
}

static void waits_state(const struct rig_decoder *decoder, const struct rig_record *record,
                        char *buffer, size_t size) {
  char what[PART] = "for something of its";
  switch (record->u.state.d) {
  case RIG_AWAITED_END:
    snprintf(what, sizeof what, "by handle 0x%X, for its end", record->u.state.c);
    break;
  case RIG_AWAITED_ANSWER:
    snprintf(what, sizeof what, "for its answer to a message sent to window 0x%X",
             record->u.state.c);
    break;
  case RIG_AWAITED_SECTION:
    snprintf(what, sizeof what, "to leave the critical section at 0x%llX",
             (unsigned long long)record->u.state.value);
    break;
  default:
    break;
  }
  snprintf(buffer, size, "  thread %s waits for thread %s, %s",
           rig_trace_thread(decoder->trace, record->u.state.a),
           rig_trace_thread(decoder->trace, record->u.state.b), what);
}

static void hang_state(const struct rig_decoder *decoder, uint32_t index,
                       const struct rig_record *record, char *buffer, size_t size) {
  char text[PART] = "";
  if (record->call == RIG_STATE_STACK) {
    stack_state(decoder, record, buffer, size);
  } else if (record->call == RIG_STATE_WAITS) {
    waits_state(decoder, record, buffer, size);
  } else {
    rig_trace_more_text(decoder->trace, index, text, sizeof text);
    snprintf(buffer, size, "  0x%llX is %s", (unsigned long long)record->u.state.value, text);
  }
}

static void director_state(const struct rig_decoder *decoder, const struct rig_record *record,
                           char *buffer, size_t size) {
  char text[PART] = "";
  const uint32_t a = record->u.state.a, b = record->u.state.b;
  switch (record->call) {
  case RIG_STATE_WINDOW:
    snprintf(buffer, size, "MAPI made the %s, window 0x%X",
             a == RIG_WINDOW_NOTIFICATION ? "notification window" : "idle window", b);
    break;
  case RIG_STATE_SERVICE:
    service_state(record, buffer, size);
    break;
  case RIG_STATE_READY:
    missing_text(a, text, sizeof text);
    snprintf(buffer, size, "READY%s%s", text[0] ? " without " : "", text);
    break;
  case RIG_STATE_SETTLED:
    snprintf(buffer, size, "settled: thread %s sits in %s (#%u)",
             rig_trace_thread(decoder->trace, a), open_call(decoder, b), b);
    break;
  case RIG_STATE_BLOCKED:
    snprintf(buffer, size, "BLOCKED: thread %s sits in %s (#%u) for %u ms, %u pending for it",
             rig_trace_thread(decoder->trace, a), open_call(decoder, b), b, record->u.state.c,
             record->u.state.d);
    break;
  case RIG_STATE_HANDLE:
    snprintf(buffer, size, "  its %s 0x%X is %s", object_text(record->u.state.c), a,
             b == RIG_SIGNAL_YES  ? "SIGNALLED"
             : b == RIG_SIGNAL_NO ? "not signalled"
                                  : "in a state that could not be asked");
    break;
  case RIG_STATE_LATE:
    snprintf(buffer, size, "the machine was late by %u ms", a);
    break;
  case RIG_STATE_END:
    missing_text(a == RIG_END_NEVER_READY ? record->u.state.d : 0, text, sizeof text);
    snprintf(buffer, size, "END: %s%s%s",
             a < sizeof end_texts / sizeof *end_texts ? end_texts[a] : "unknown reason",
             text[0] ? "; missing: " : "", text);
    break;
  default:
    snprintf(buffer, size, "unknown state %u", record->call);
    break;
  }
}

char *rig_decode_event(const struct rig_decoder *decoder, uint32_t index,
                       const struct rig_record *record, char *buffer, size_t size) {
  if (record->kind == RIG_KIND_RECEIPT) {
    receipt(decoder, record, buffer, size);
  } else if (record->kind == RIG_KIND_STIMULUS) {
    stimulus(decoder, record, buffer, size);
  } else if (record->kind != RIG_KIND_STATE) {
    snprintf(buffer, size, "%s", "");
  } else {
    switch (record->call) {
    case RIG_STATE_WINDOW:
    case RIG_STATE_SERVICE:
    case RIG_STATE_READY:
    case RIG_STATE_SETTLED:
    case RIG_STATE_BLOCKED:
    case RIG_STATE_HANDLE:
    case RIG_STATE_LATE:
    case RIG_STATE_END:
      director_state(decoder, record, buffer, size);
      break;
    case RIG_STATE_STACK:
    case RIG_STATE_SYMBOL:
    case RIG_STATE_WAITS:
      hang_state(decoder, index, record, buffer, size);
      break;
    default:
      lifecycle_state(decoder, index, record, buffer, size);
      break;
    }
  }
  return buffer;
}
