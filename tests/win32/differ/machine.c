/*
 * The model's side of a program: what harness/win32 says that each operation does.
 */
#include "machine.h"

#include <string.h>

#define TIMER_BASE 0x100u /* as in runner_messages.c */
#define ROUNDS_MAX 1000u

const struct rig_dialect *machine_dialect = &rig_dialect_wine_8_0;

bool machine_open(struct machine *machine, uint32_t threads) {
  memset(machine, 0, sizeof *machine);
  machine->world = rig_world_new(machine_dialect);
  machine->thread_count = threads;
  for (uint32_t i = 0; machine->world != NULL && i < threads; i++) {
    /* The runner holds a handle of each thread. */
    if (rig_world_thread_new(machine->world) != i ||
        rig_win_thread_handle(machine->world, i) == 0) {
      machine->broken = "threads are not numbered from 0";
    }
  }
  return machine->world != NULL;
}

void machine_close(struct machine *machine) {
  machine->world = rig_world_free(machine->world);
}

uint32_t machine_window(const struct machine *machine, uint32_t slot) {
  switch (slot) {
  case DIFFER_WINDOW_NULL:
    return 0;
  case DIFFER_WINDOW_MINUS_1:
    return RIG_WIN_NONE;
  default:
    return slot < DIFFER_WINDOWS && machine->window_alive[slot] ? machine->windows[slot]
                                                                : MACHINE_NO_WINDOW;
  }
}

uint32_t machine_handle(const struct machine *machine, uint32_t slot) {
  return slot < DIFFER_HANDLES        ? machine->handles[slot]
         : slot == DIFFER_HANDLE_NULL ? 0
                                      : MACHINE_NO_HANDLE;
}

static uint32_t machine_window_slot(const struct machine *machine, uint32_t window) {
  uint32_t slot = 0;
  if (window == 0) {
    return DIFFER_WINDOW_NULL;
  }
  /* A number may be given again when its window is gone. */
  while (slot < DIFFER_WINDOWS &&
         !(machine->windows[slot] == window && machine->window_alive[slot])) {
    slot++;
  }
  return slot < DIFFER_WINDOWS ? slot : DIFFER_WINDOW_UNKNOWN;
}

static void report_message(const struct machine *machine, uint32_t thread,
                           const struct rig_win_message *message, struct differ_report *report) {
  report->window = (uint8_t)machine_window_slot(machine, message->window);
  report->message = message->message;
  report->wparam = message->wparam;
  report->lparam = message->lparam;
  if (message->message == 0x113 && message->window == 0) { /* WM_TIMER of the thread */
    uint32_t slot = 0;
    while (slot < DIFFER_TIMERS && machine->threads[thread].timers[slot] != message->wparam) {
      slot++;
    }
    report->wparam = TIMER_BASE + slot;
  }
}

static void report_call(struct machine *machine, uint32_t thread, const struct rig_win_call *call,
                        uint32_t kind) {
  struct differ_report *report = &machine->reports[thread];
  report->event = DIFFER_RETURNED;
  report->error = call->failed ? call->error : 0;
  report->result = call->result;
  if ((kind == DIFFER_PEEK && call->result != 0) ||
      (kind == DIFFER_GET && (uint32_t)call->result != RIG_WIN_NONE)) {
    machine->threads[thread].retrieved = call->message;
    report_message(machine, thread, &call->message, report);
  } else if (kind == DIFFER_SEND_TIMEOUT) {
    report->result = !call->failed;
    report->wparam = call->failed ? 0 : call->result;
  } else if (kind == DIFFER_SEND || kind == DIFFER_DISPATCH) { /* 0 says nothing of an error */
    report->error = 0;
  }
}

static void report_run(struct machine *machine, uint32_t thread, const struct rig_win_run *run) {
  struct differ_report *report = &machine->reports[thread];
  report_message(machine, thread, &run->message, report);
  switch (run->kind) {
  case RIG_WIN_RUN_PROCEDURE:
    report->event = DIFFER_PROCEDURE;
    report->sent = rig_win_in_send(machine->world, thread);
    break;
  case RIG_WIN_RUN_TIMER:
    report->event = DIFFER_TIMERPROC;
    report->lparam = 0;
    break;
  case RIG_WIN_RUN_APC:
    report->event = DIFFER_APCPROC;
    report->window = DIFFER_WINDOW_NULL;
    report->message = 0;
    report->lparam = 0;
    break;
  default:
    machine->broken = "a call RUNS nothing";
  }
}

/* Steps the innermost call in progress on `thread`. */
void machine_step(struct machine *machine, uint32_t index) {
  struct machine_thread *thread = &machine->threads[index];
  const uint32_t at = thread->depth - 1;
  struct rig_win_call *call = &thread->calls[at];
  if (machine->reports[index].event != DIFFER_NOTHING) {
    machine->broken = "two things came to pass on one thread";
  }
  switch (rig_win_step(machine->world, call)) {
  case RIG_WIN_DONE:
    thread->depth--;
    thread->rest = DIFFER_READY;
    report_call(machine, index, call, thread->kinds[at]);
    break;
  case RIG_WIN_WAITS:
    thread->rest = DIFFER_BLOCKED;
    break;
  case RIG_WIN_RUNS:
    thread->rest = DIFFER_READY;
    report_run(machine, index, &call->run);
    break;
  }
}

/* A window is gone, and its number may be given again: no slot and no message retrieved may name
 * the new one by it, as no HWND does. */
static void forget_window(struct machine *machine, uint32_t slot) {
  machine->window_alive[slot] = false;
  for (uint32_t i = 0; i < machine->thread_count; i++) {
    if (machine->threads[i].retrieved.window == machine->windows[slot]) {
      machine->threads[i].retrieved.window = MACHINE_NO_WINDOW;
    }
  }
}

/* Everyone whose wait is over goes on. */
static void settle(struct machine *machine) {
  bool moved = true;
  for (unsigned rounds = 0; moved && machine->broken == NULL; rounds++) {
    moved = false;
    for (uint32_t i = 0; i < machine->thread_count; i++) {
      if (machine->threads[i].rest == DIFFER_BLOCKED && rig_world_ready(machine->world, i)) {
        machine_step(machine, i);
        moved = true;
      }
    }
    if (rounds == ROUNDS_MAX) {
      machine->broken = "a thread is always ready and never goes on";
    }
  }
  for (uint32_t i = 0; i < DIFFER_WINDOWS; i++) {
    if (machine->window_alive[i] && !rig_win_is_window(machine->world, machine->windows[i])) {
      forget_window(machine, i);
    }
  }
}

void machine_advance(struct machine *machine, uint32_t strides) {
  machine->strides += strides;
  const uint32_t target = machine->strides * DIFFER_STRIDE_MS;
  uint32_t due = rig_world_due(machine->world);
  for (unsigned rounds = 0; due <= target && machine->broken == NULL; rounds++) {
    rig_world_advance(machine->world, due);
    settle(machine);
    due = rig_world_due(machine->world);
    if (rounds == ROUNDS_MAX) {
      machine->broken = "something is always due and never happens";
    }
  }
  rig_world_advance(machine->world, target);
}

bool machine_takes(const struct machine *machine, const struct differ_operation *operation) {
  if (operation->kind == DIFFER_ADVANCE) {
    return machine->strides + operation->arguments[0] <= DIFFER_STRIDES_MAX;
  }
  const struct machine_thread *thread = &machine->threads[operation->thread];
  if (operation->thread >= machine->thread_count || thread->rest != DIFFER_READY) {
    return false;
  }
  return operation->kind == DIFFER_RETURN ? thread->depth > 0 : thread->depth < DIFFER_DEPTH;
}

void machine_perform(struct machine *machine, const struct differ_operation *operation) {
  memset(machine->reports, 0, sizeof machine->reports);
  machine_carry_out(machine, operation);
  settle(machine);
  for (uint32_t i = 0; i < machine->thread_count; i++) {
    machine->reports[i].rest = (uint8_t)machine->threads[i].rest;
  }
}
