/*
 * Each operation of a program as a call of harness/win32.
 */
#include "machine.h"

#include <string.h>

static struct rig_win_call *call_begin(struct machine *machine,
                                       const struct differ_operation *operation,
                                       enum rig_win_api api) {
  struct machine_thread *thread = &machine->threads[operation->thread];
  struct rig_win_call *call = &thread->calls[thread->depth];
  uint32_t *handles = thread->handles[thread->depth];
  memset(call, 0, sizeof *call);
  call->api = (uint16_t)api;
  call->thread = operation->thread;
  for (uint32_t i = 0; i < operation->count; i++) {
    handles[i] = machine_handle(machine, operation->handles[i]);
  }
  call->count = operation->count;
  call->handles = handles;
  thread->kinds[thread->depth++] = operation->kind;
  return call;
}

/* The operations that are calls (they may wait, or run code). False for another. */
static bool perform_call(struct machine *machine, const struct differ_operation *operation) {
  static const uint8_t apis[DIFFER_KINDS] = {
      [DIFFER_PEEK] = RIG_WIN_PEEK_MESSAGE + 1, [DIFFER_GET] = RIG_WIN_GET_MESSAGE + 1,
      [DIFFER_DISPATCH] = RIG_WIN_DISPATCH + 1, [DIFFER_WAIT_MESSAGE] = RIG_WIN_WAIT_MESSAGE + 1,
      [DIFFER_MSG_WAIT] = RIG_WIN_MSG_WAIT + 1, [DIFFER_WAIT_ONE] = RIG_WIN_WAIT + 1,
      [DIFFER_WAIT_MANY] = RIG_WIN_WAIT + 1,    [DIFFER_SLEEP] = RIG_WIN_SLEEP + 1,
      [DIFFER_SEND] = RIG_WIN_SEND + 1,         [DIFFER_SEND_TIMEOUT] = RIG_WIN_SEND + 1,
      [DIFFER_SEND_NOTIFY] = RIG_WIN_SEND + 1};
  const uint32_t *argument = operation->arguments;
  if (apis[operation->kind] == 0) {
    return false;
  }
  struct rig_win_call *call =
      call_begin(machine, operation, (enum rig_win_api)(apis[operation->kind] - 1));
  switch (operation->kind) {
  case DIFFER_PEEK:
  case DIFFER_GET:
    call->window = machine_window(machine, argument[0]);
    call->first = argument[1];
    call->last = argument[2];
    call->flags = argument[3];
    break;
  case DIFFER_DISPATCH:
    call->message = machine->threads[operation->thread].retrieved;
    break;
  case DIFFER_MSG_WAIT:
    call->timeout_ms = argument[0];
    call->mask = argument[1];
    call->flags = argument[2];
    break;
  case DIFFER_WAIT_ONE:
    call->timeout_ms = argument[0];
    call->flags = argument[1] ? 2 : 0; /* MWMO_ALERTABLE */
    break;
  case DIFFER_WAIT_MANY:
    call->flags = (argument[0] ? 1 : 0) | (argument[2] ? 2 : 0);
    call->timeout_ms = argument[1];
    break;
  case DIFFER_SLEEP:
    call->timeout_ms = argument[0];
    call->flags = argument[1] ? 2 : 0;
    break;
  case DIFFER_WAIT_MESSAGE:
    break;
  default:
    call->window = machine_window(machine, argument[0]);
    call->first = argument[1];
    call->wparam = argument[2];
    call->lparam = argument[3];
    call->timeout_ms = RIG_WIN_FOREVER;
    if (operation->kind == DIFFER_SEND_TIMEOUT) {
      call->flags = argument[4] | RIG_WIN_SEND_TIMEOUT;
      call->timeout_ms = argument[5];
    } else if (operation->kind == DIFFER_SEND_NOTIFY) {
      call->flags = RIG_WIN_SEND_NOTIFY;
    }
  }
  machine_step(machine, operation->thread);
  return true;
}

static void report_done(struct machine *machine, uint32_t thread, uint64_t result, uint32_t error) {
  struct differ_report *report = &machine->reports[thread];
  report->event = DIFFER_RETURNED;
  report->result = result;
  report->error = error;
}

static void report_bool(struct machine *machine, uint32_t thread, bool done, uint32_t error) {
  report_done(machine, thread, done, done ? 0 : error);
}

static void perform_window(struct machine *machine, const struct differ_operation *operation) {
  const uint32_t *argument = operation->arguments;
  const uint32_t thread = operation->thread;
  const uint32_t window = machine_window(machine, argument[0]);
  uint32_t error = 0;
  if (operation->kind == DIFFER_WINDOW_NEW) {
    const uint32_t made = rig_win_window_new(machine->world, thread, MACHINE_CODE);
    machine->windows[argument[0]] = made;
    machine->window_alive[argument[0]] = made != 0;
    report_done(machine, thread, made != 0, 0);
  } else if (operation->kind == DIFFER_WINDOW_DESTROY) {
    const bool done = rig_win_window_destroy(machine->world, thread, window, &error);
    report_bool(machine, thread, done, error);
  } else {
    report_done(machine, thread, rig_win_is_window(machine->world, window), 0);
  }
}

static void perform_post(struct machine *machine, const struct differ_operation *operation) {
  const uint32_t *argument = operation->arguments;
  const uint32_t thread = operation->thread;
  uint32_t error = 0;
  uint32_t window = 0;
  uint32_t to = thread;
  if (operation->kind == DIFFER_POST) {
    window = machine_window(machine, argument[0]);
  } else {
    to = argument[0] < machine->thread_count ? argument[0] : MACHINE_NO_THREAD;
  }
  const struct rig_win_message message = {
      .window = window, .message = argument[1], .wparam = argument[2], .lparam = argument[3]};
  if (window == 0 || rig_win_is_window(machine->world, window)) {
    rig_win_queue_create(machine->world, thread);
  }
  /* PostMessage without a window is PostThreadMessage to oneself. */
  const bool done = window != 0 ? rig_win_post(machine->world, window, &message, &error)
                                : rig_win_post_thread(machine->world, to, &message, &error);
  report_bool(machine, thread, done, error);
}

static void perform_timer(struct machine *machine, const struct differ_operation *operation) {
  const uint32_t *argument = operation->arguments;
  const uint32_t thread = operation->thread;
  uint64_t *slot = &machine->threads[thread].timers[argument[1]];
  const uint32_t window = machine_window(machine, argument[0]);
  const uint64_t id = window == 0 ? *slot : argument[1] + 1;
  uint32_t error = 0;
  if (operation->kind == DIFFER_TIMER_KILL) {
    report_done(machine, thread, rig_win_timer_kill(machine->world, thread, window, id), 0);
    return;
  }
  const uint64_t made = rig_win_timer_set(machine->world, thread, window, id, argument[2],
                                          argument[3] ? MACHINE_CODE : 0, &error);
  if (window == 0) {
    *slot = made;
  }
  report_done(machine, thread, window == 0 ? made != 0 : made, made == 0 ? error : 0);
}

static void perform_new(struct machine *machine, const struct differ_operation *operation) {
  const uint32_t *argument = operation->arguments;
  const uint32_t thread = operation->thread;
  bool existed = false;
  uint32_t handle = 0;
  switch (operation->kind) {
  case DIFFER_EVENT_NEW:
    handle = rig_win_event_new(machine->world, argument[1] != 0, argument[2] != 0, argument[3],
                               &existed);
    break;
  case DIFFER_MUTEX_NEW:
    handle = rig_win_mutex_new(machine->world, argument[1] != 0 ? thread : RIG_WIN_NONE,
                               argument[2], &existed);
    break;
  case DIFFER_SEMAPHORE_NEW:
    handle = rig_win_semaphore_new(machine->world, argument[1], argument[2], argument[3], &existed);
    break;
  case DIFFER_WAITABLE_NEW:
    handle = rig_win_waitable_timer_new(machine->world, argument[1] != 0);
    break;
  default:
    handle = rig_win_thread_handle(machine->world, argument[1]);
  }
  machine->handles[argument[0]] = handle;
  report_done(machine, thread, handle == 0 ? 0 : 1 + (uint64_t)existed, 0);
}

static void perform_object(struct machine *machine, const struct differ_operation *operation) {
  const uint32_t *argument = operation->arguments;
  const uint32_t thread = operation->thread;
  const uint32_t handle = machine_handle(machine, argument[0]);
  struct rig_world *world = machine->world;
  uint32_t error = 0;
  uint32_t previous = 0;
  bool done = false;
  switch (operation->kind) {
  case DIFFER_SET:
    done = rig_win_event_set(world, handle, &error);
    break;
  case DIFFER_RESET:
    done = rig_win_event_reset(world, handle, &error);
    break;
  case DIFFER_PULSE:
    done = rig_win_event_pulse(world, handle, &error);
    break;
  case DIFFER_MUTEX_RELEASE:
    done = rig_win_mutex_release(world, thread, handle, &error);
    break;
  case DIFFER_SEMAPHORE_RELEASE:
    done = rig_win_semaphore_release(world, handle, argument[1], &previous, &error);
    machine->reports[thread].wparam = done ? previous : 0;
    break;
  case DIFFER_WAITABLE_SET:
    done = rig_win_waitable_timer_set(world, handle, argument[1], argument[2], &error);
    break;
  case DIFFER_WAITABLE_CANCEL:
    done = rig_win_waitable_timer_cancel(world, handle, &error);
    break;
  case DIFFER_CLOSE:
    done = rig_win_close(world, handle, &error);
    if (done) {
      machine->handles[argument[0]] = MACHINE_NO_HANDLE;
    }
    break;
  default: {
    const uint32_t copy = rig_win_duplicate(world, handle, argument[2] != 0);
    done = copy != 0;
    error = 6; /* ERROR_INVALID_HANDLE */
    machine->handles[argument[1]] = done ? copy : MACHINE_NO_HANDLE;
  }
  }
  report_bool(machine, thread, done, error);
}

static void perform_return(struct machine *machine, const struct differ_operation *operation) {
  struct machine_thread *thread = &machine->threads[operation->thread];
  thread->calls[thread->depth - 1].run.result = operation->arguments[0];
  machine_step(machine, operation->thread);
}

static void perform_exit(struct machine *machine, const struct differ_operation *operation) {
  struct machine_thread *thread = &machine->threads[operation->thread];
  rig_world_thread_exit(machine->world, operation->thread, operation->arguments[0]);
  thread->rest = DIFFER_GONE;
  thread->depth = 0;
  machine->reports[operation->thread].event = DIFFER_ENDED;
}

static void perform_plain(struct machine *machine, const struct differ_operation *operation) {
  const uint32_t *argument = operation->arguments;
  const uint32_t thread = operation->thread;
  uint64_t result = 0;
  switch (operation->kind) {
  case DIFFER_POST_QUIT:
    rig_win_post_quit(machine->world, thread, argument[0]);
    break;
  case DIFFER_STATUS:
    result = rig_win_queue_status(machine->world, thread, argument[0]);
    break;
  case DIFFER_REPLY:
    result = rig_win_reply(machine->world, thread, argument[0]);
    break;
  case DIFFER_IN_SEND:
    result = rig_win_in_send(machine->world, thread);
    break;
  case DIFFER_APC:
    result = rig_win_apc_queue(machine->world, argument[0], MACHINE_CODE, argument[1]);
    break;
  case DIFFER_EXIT_CODE:
    result = rig_world_thread_code(machine->world, argument[0]);
    break;
  default:
    machine->broken = "an operation that nobody performs";
  }
  report_done(machine, thread, result, 0);
}

void machine_carry_out(struct machine *machine, const struct differ_operation *operation) {
  if (perform_call(machine, operation)) {
    return;
  }
  switch (operation->kind) {
  case DIFFER_ADVANCE:
    machine_advance(machine, operation->arguments[0]);
    break;
  case DIFFER_WINDOW_NEW:
  case DIFFER_WINDOW_DESTROY:
  case DIFFER_WINDOW_ALIVE:
    perform_window(machine, operation);
    break;
  case DIFFER_POST:
  case DIFFER_POST_THREAD:
    perform_post(machine, operation);
    break;
  case DIFFER_TIMER_SET:
  case DIFFER_TIMER_KILL:
    perform_timer(machine, operation);
    break;
  case DIFFER_EVENT_NEW:
  case DIFFER_MUTEX_NEW:
  case DIFFER_SEMAPHORE_NEW:
  case DIFFER_WAITABLE_NEW:
  case DIFFER_THREAD_HANDLE:
    perform_new(machine, operation);
    break;
  case DIFFER_SET:
  case DIFFER_RESET:
  case DIFFER_PULSE:
  case DIFFER_MUTEX_RELEASE:
  case DIFFER_SEMAPHORE_RELEASE:
  case DIFFER_WAITABLE_SET:
  case DIFFER_WAITABLE_CANCEL:
  case DIFFER_CLOSE:
  case DIFFER_DUPLICATE:
    perform_object(machine, operation);
    break;
  case DIFFER_RETURN:
    perform_return(machine, operation);
    break;
  case DIFFER_EXIT:
    perform_exit(machine, operation);
    break;
  default:
    perform_plain(machine, operation);
  }
}
