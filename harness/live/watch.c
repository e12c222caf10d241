/*
 * Watching a run from outside: its phase and its log tell everything; a client that neither ends
 * nor is ended by the director is ended here.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/names.h"
#include "live/clock.h"
#include "live/live_private.h"
#include "live/missing.h"

#define POLL_US 500
#define CALIBRATE_POLLS 200
#define START_MS 20000     /* from the command to the phase STARTED */
#define GRACE_MS 1500      /* after the director's own time-out */
#define KILL_MS 1500       /* from the kill to the phase ENDED */
#define INTERRUPT_MS 500.0 /* the same after Ctrl-C, which ends everything within 2 s */
#define TORN_SLOTS 4096

#define STATUS_DLL_NOT_FOUND 0xC0000135u
#define ERROR_INTERNAL_ERROR 1359u

/* Looks for a state in the log, from *cursor on; moves it behind what need not be seen again. A
 * slot that its thread has reserved and not yet written is waited for, but not for ever: the thread
 * may have been ended. */
static bool find_state(const struct rig_log *log, uint32_t *cursor, enum rig_state state) {
  const uint32_t next = __atomic_load_n(&log->header->next, __ATOMIC_ACQUIRE);
  const uint32_t end = next < log->capacity ? next : log->capacity;
  bool whole = true;
  for (uint32_t i = *cursor; i < end; i++) {
    const struct rig_record *record = &log->records[i];
    if (__atomic_load_n(&record->commit, __ATOMIC_ACQUIRE) != i + 1) {
      whole = whole && end - i > TORN_SLOTS;
    } else if (record->kind == RIG_KIND_STATE && record->call == state) {
      return true;
    }
    *cursor = whole ? i + 1 : *cursor;
  }
  return false;
}

/* The state of one watch. */
struct watch {
  struct rig_live *live;
  struct rig_host *host;
  struct rig_run_output *out;
  double began;
  double timeout_ms;
  double killed; /* when the kill was sent, 0 = not yet */
  uint32_t cursor;
};

__attribute__((format(printf, 3, 4))) static void tell(struct rig_run_output *out,
                                                       const char *cause, const char *format, ...) {
  va_list arguments;
  if (out->cause[0] != '\0') {
    return; /* the first cause stands: others follow from it */
  }
  (void)snprintf(out->cause, sizeof out->cause, "%s", cause);
  va_start(arguments, format);
  (void)vsnprintf(out->message, sizeof out->message, format, arguments);
  va_end(arguments);
}

static void send_kill(struct watch *watch) {
  (void)rig_host_send(watch->host, "kill", "");
  watch->killed = rig_now_ms();
}

/* True when there is nothing more to wait for, because the host is of no more use. */
static bool host_failed(struct watch *watch, uint32_t phase) {
  const double ms = rig_now_ms() - watch->began;
  char complaint[300];
  if (!rig_host_alive(watch->host)) {
    rig_host_complaint(watch->host, complaint, sizeof complaint);
    tell(watch->out, "host-failed", "the resident host ended during the run%s%s",
         complaint[0] != '\0' ? ": " : "", complaint);
    return true;
  }
  if (phase == RIG_PHASE_CREATED && watch->killed <= 0 &&
      (rig_interrupted() || ms > rig_live_scaled(watch->live, START_MS))) {
    rig_host_complaint(watch->host, complaint, sizeof complaint);
    tell(watch->out, rig_interrupted() ? "interrupted" : "host-failed",
         "the resident host did not start the client within %.0f ms%s%s", ms,
         complaint[0] != '\0' ? ": " : "", complaint);
    return true;
  }
  if (watch->killed > 0 &&
      rig_now_ms() - watch->killed >
          (rig_interrupted() ? INTERRUPT_MS : rig_live_scaled(watch->live, KILL_MS))) {
    return true; /* the cause of the kill was told when it was sent */
  }
  return false;
}

static void end_if_due(struct watch *watch) {
  const double ms = rig_now_ms() - watch->began;
  if (rig_interrupted()) {
    tell(watch->out, "interrupted", "interrupted after %.0f ms", ms);
    send_kill(watch);
  } else if (find_state(&watch->out->session.log, &watch->cursor, RIG_STATE_END)) {
    send_kill(watch); /* the director is done with it; the judge reads why */
  } else if (ms > watch->timeout_ms + rig_live_scaled(watch->live, GRACE_MS)) {
    tell(watch->out, "timeout",
         "the client still ran after %.0f ms, and the stub in it did not "
         "end it",
         ms);
    send_kill(watch);
  }
}

void rig_run_watch(struct rig_live *live, struct rig_host *host, double timeout_ms,
                   struct rig_run_output *out) {
  struct watch watch = {
      .live = live, .host = host, .out = out, .began = rig_now_ms(), .timeout_ms = timeout_ms};
  const struct rig_header *header = out->session.log.header;
  for (unsigned polls = 1;; polls++) {
    const uint32_t phase = __atomic_load_n(&header->phase, __ATOMIC_ACQUIRE);
    if (phase == RIG_PHASE_ENDED || phase == RIG_PHASE_NOT_STARTED) {
      break;
    }
    if (host_failed(&watch, phase)) {
      live->spoilt = true;
      break;
    }
    if (watch.killed <= 0) {
      end_if_due(&watch);
    }
    if (polls % CALIBRATE_POLLS == 0) {
      rig_session_calibrate(&out->session);
    }
    rig_sleep_us(POLL_US);
  }
  rig_session_calibrate(&out->session);
  out->seconds = (rig_now_ms() - watch.began) / 1e3;
}

static void explain_missing(const struct rig_live *live, const struct rig_run_setup *setup,
                            struct rig_run_output *out) {
  char system[RIG_PATH_BYTES];
  char windows[RIG_PATH_BYTES];
  char name[256];
  char importer[256];
  (void)rig_path(system, "%s/drive_c/windows/%s", live->prefix,
                 setup->machine == RIG_MACHINE_I386 ? "syswow64" : "system32");
  (void)rig_path(windows, "%s/drive_c/windows", live->prefix);
  const char *const folders[] = {system, windows, NULL};
  if (rig_missing_dll(setup->program, folders, name, sizeof name, importer, sizeof importer)) {
    tell(out, "missing-dll",
         "%s, which %s needs, was not found: lay it beside the client (client: files: in the "
         "scenario)",
         name, importer);
  } else {
    tell(out, "missing-dll", "a DLL that the client needs was not found (exit code 0xC0000135)");
  }
}

void rig_run_explain(const struct rig_live *live, const struct rig_run_setup *setup,
                     struct rig_run_output *out) {
  const struct rig_header *header = out->session.log.header;
  const uint32_t phase = __atomic_load_n(&header->phase, __ATOMIC_ACQUIRE);
  uint32_t cursor = 0;
  char code[80];
  if (phase == RIG_PHASE_NOT_STARTED && header->start_error == ERROR_INTERNAL_ERROR) {
    /* What CreateProcess answers when the new process ended before Wine had set it up: the rare
     * start that fails in silence, and no fault of the client's (wine: NtCreateUserProcess). */
    tell(out, "no-first-record", "Wine could not set the process up (ERROR_INTERNAL_ERROR)");
  } else if (phase == RIG_PHASE_NOT_STARTED) {
    tell(out, "not-started", "Windows did not start the client: %s",
         rig_format_value(RIG_VALUES_WIN32, header->start_error, code, sizeof code));
  } else if (phase == RIG_PHASE_ENDED && header->exit_code == STATUS_DLL_NOT_FOUND) {
    explain_missing(live, setup, out);
  } else if (phase == RIG_PHASE_ENDED && !find_state(&out->session.log, &cursor, RIG_STATE_HELLO)) {
    tell(out, "no-first-record", "the stub was never loaded: no first record (exit code %s)",
         rig_format_value(RIG_VALUES_EXCEPTION, header->exit_code, code, sizeof code));
  }
}
