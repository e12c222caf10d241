/*
 * What an operation is about: windows, messages, handles, times.
 */
#include "choose.h"

#include <string.h>

#define FOREVER RIG_WIN_FOREVER
#define WM_APP 0x8000u
#define WM_TIMER 0x113u
#define WM_QUIT 0x12u

static uint64_t roll64(struct choice *choice) { /* splitmix64 */
  uint64_t z = choice->state += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

uint32_t choice_roll(struct choice *choice, uint32_t below) {
  return (uint32_t)(roll64(choice) % below);
}

bool choice_chance(struct choice *choice, uint32_t percent) {
  return choice_roll(choice, 100) < percent;
}

uint32_t choice_one_of(struct choice *choice, const uint32_t *values, size_t count) {
  return values[choice_roll(choice, (uint32_t)count)];
}

/* A thread of `rest` if there is one and a coin says so, else any. */
uint32_t choice_thread(struct choice *choice, uint32_t rest) {
  const uint32_t count = choice->machine.thread_count;
  uint32_t thread = choice_roll(choice, count);
  for (uint32_t i = 0; i < 2 * count && choice->machine.threads[thread].rest != rest; i++) {
    thread = choice_roll(choice, count);
  }
  return thread;
}

static uint32_t live_windows(const struct choice *choice) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < DIFFER_WINDOWS; i++) {
    count += choice->machine.window_alive[i];
  }
  return count;
}

static uint32_t live_window(struct choice *choice) {
  uint32_t slot;
  do {
    slot = choice_roll(choice, DIFFER_WINDOWS);
  } while (!choice->machine.window_alive[slot]);
  return slot;
}

/* A window that something is sent or posted to: often one of a thread that is blocked. */
static uint32_t some_window(struct choice *choice) {
  if (live_windows(choice) == 0 || choice_chance(choice, 2)) {
    return choice_chance(choice, 50) ? DIFFER_WINDOW_BAD
                                     : choice_roll(choice, choice->window_slots);
  }
  uint32_t slot = live_window(choice);
  for (unsigned i = 0; i < 2; i++) {
    const uint32_t thread =
        rig_win_window_thread(choice->machine.world, choice->machine.windows[slot]);
    if (thread < choice->machine.thread_count &&
        choice->machine.threads[thread].rest == DIFFER_BLOCKED) {
      break;
    }
    slot = live_window(choice);
  }
  return slot;
}

/* A window of `thread`, the filter "its messages", or another's. */
static uint32_t filter_window(struct choice *choice, uint32_t thread) {
  const uint32_t dice = choice_roll(choice, 100);
  if (dice < 60 || live_windows(choice) == 0) {
    return dice < 57 ? DIFFER_WINDOW_NULL : DIFFER_WINDOW_BAD;
  }
  if (dice < 70) {
    return DIFFER_WINDOW_MINUS_1;
  }
  uint32_t slot = live_window(choice);
  for (unsigned i = 0; i < 6; i++) {
    if (rig_win_window_thread(choice->machine.world, choice->machine.windows[slot]) == thread) {
      return slot;
    }
    slot = live_window(choice);
  }
  return slot;
}

static uint32_t some_message(struct choice *choice) {
  return choice_chance(choice, 90) ? WM_APP + choice_roll(choice, 5)
                                   : ONE_OF(choice, 0, WM_QUIT, WM_TIMER, 0x400, 0xC100);
}

static void range_filter(struct choice *choice, uint32_t *first, uint32_t *last) {
  *first = *last = 0;
  if (choice_chance(choice, 60)) {
    return;
  }
  switch (choice_roll(choice, 8)) {
  case 0:
    *first = *last = WM_TIMER;
    break;
  case 1:
    *first = WM_APP;
    *last = WM_APP + 2;
    break;
  case 2:
    *first = 0x400;
    *last = 0xFFFF;
    break;
  case 3:
    *first = WM_APP + 3;
    *last = 0; /* first > last */
    break;
  case 4:
    *last = UINT32_MAX;
    break;
  case 5:
    *first = *last = WM_QUIT;
    break;
  default:
    *first = *last = WM_APP + choice_roll(choice, 5);
  }
}

static uint32_t some_mask(struct choice *choice) {
  return choice_chance(choice, 45) ? 0x4FF
                                   : ONE_OF(choice, 0, 0x8, 0x10, 0x40, 0x100, 0x48, 0x108, 0x5FF,
                                            0x1CFF, 0xBF, 0x4BF, 0x148, 0x20);
}

/* Units, and a little more than any before: what is set earlier is due earlier, as under Wine,
 * where no two are due at once. */
static uint32_t short_time(struct choice *choice, uint32_t units) {
  return choice->times < DIFFER_TIMES_MAX ? units * DIFFER_UNIT_MS + ++choice->times
                                          : DIFFER_LONG_MS;
}

/* `may_block`: else it is 0. */
static uint32_t some_timeout(struct choice *choice, bool may_block) {
  if (!may_block || choice_chance(choice, 25)) {
    return 0;
  }
  if (choice->program->timed && choice_chance(choice, 60)) {
    return short_time(choice, 1 + choice_roll(choice, 3));
  }
  return choice_chance(choice, 85) ? FOREVER : DIFFER_LONG_MS;
}

static uint32_t some_handle(struct choice *choice) {
  return choice_chance(choice, 97) ? choice_roll(choice, choice->handle_slots)
                                   : ONE_OF(choice, DIFFER_HANDLE_NULL, DIFFER_HANDLE_BAD);
}

/* A slot whose handle is of `kind`, most often. */
static uint32_t handle_of_kind(struct choice *choice, enum rig_win_object kind) {
  for (unsigned i = 0; i < 12; i++) {
    const uint32_t slot = choice_roll(choice, choice->handle_slots);
    if (rig_win_handle_kind(choice->machine.world, choice->machine.handles[slot]) == kind) {
      return slot;
    }
  }
  return some_handle(choice);
}

static uint32_t free_handle(struct choice *choice) {
  for (unsigned i = 0; i < 12; i++) {
    const uint32_t slot = choice_roll(choice, choice->handle_slots);
    if (rig_win_handle_kind(choice->machine.world, choice->machine.handles[slot]) == RIG_WIN_FREE) {
      return slot;
    }
  }
  return choice_roll(choice, choice->handle_slots);
}

static void wait_handles(struct choice *choice, struct differ_operation *operation, uint32_t from) {
  operation->count = (uint8_t)(from + choice_roll(choice, 4 - from));
  for (uint32_t i = 0; i < operation->count; i++) {
    uint32_t slot = some_handle(choice);
    for (unsigned tries = 0;
         tries < 4 && rig_win_handle_kind(choice->machine.world, slot < DIFFER_HANDLES
                                                                     ? choice->machine.handles[slot]
                                                                     : 0) == RIG_WIN_FREE;
         tries++) {
      slot = some_handle(choice);
    }
    operation->handles[i] = (uint8_t)slot;
  }
}

/* Wine 8.0's wineserver ends by an assertion when a wait for all takes one semaphore twice and its
 * count is 1 (server/semaphore.c, semaphore_satisfied): no program does that. */
static void one_semaphore(const struct choice *choice, struct differ_operation *operation) {
  uint8_t kept = 0;
  bool had = false;
  for (uint32_t i = 0; i < operation->count; i++) {
    const uint8_t slot = operation->handles[i];
    const bool is = slot < DIFFER_HANDLES &&
                    rig_win_handle_kind(choice->machine.world, choice->machine.handles[slot]) ==
                        RIG_WIN_SEMAPHORE;
    if (!is || !had) {
      operation->handles[kept++] = slot;
    }
    had = had || is;
  }
  operation->count = kept;
}

static void choose_message(struct choice *choice, struct differ_operation *operation,
                           bool may_block) {
  uint32_t *argument = operation->arguments;
  argument[1] = some_message(choice);
  argument[2] = choice->program->count; /* tells one from another */
  argument[3] = choice_roll(choice, 3);
  switch (operation->kind) {
  case DIFFER_POST_THREAD:
    argument[0] =
        choice_chance(choice, 98) ? choice_thread(choice, DIFFER_BLOCKED) : DIFFER_THREAD_BAD;
    break;
  case DIFFER_POST:
    argument[0] = choice_chance(choice, 6) ? DIFFER_WINDOW_NULL : some_window(choice);
    break;
  case DIFFER_SEND_TIMEOUT:
    argument[0] = some_window(choice);
    argument[4] = choice_chance(choice, 50) ? 0 : ONE_OF(choice, 1, 2, 3, 8, 9, 0x20, 0x21);
    argument[5] = some_timeout(choice, may_block);
    break;
  default:
    argument[0] = some_window(choice);
  }
  if (argument[1] == WM_TIMER) { /* its lParam would be called, its wParam be a timer's name */
    argument[1] =
        operation->kind == DIFFER_POST && argument[0] < DIFFER_WINDOWS ? WM_TIMER : WM_APP;
    argument[3] = 0;
  }
}

static void choose_retrieval(struct choice *choice, struct differ_operation *operation) {
  uint32_t *argument = operation->arguments;
  argument[0] = filter_window(choice, operation->thread);
  range_filter(choice, &argument[1], &argument[2]);
  if (operation->kind == DIFFER_PEEK) {
    argument[3] = choice_chance(choice, 70);
    argument[3] |= choice_chance(choice, 5) ? 2 : 0; /* PM_NOYIELD */
    argument[3] |= choice_chance(choice, 75)
                       ? 0
                       : ONE_OF(choice, 0x98, 0x40, 0x407, 0x20, 0x10, 0x8, 0xD8)
                             << 16; /* PM_QS_* */
  }
}

static void choose_wait(struct choice *choice, struct differ_operation *operation, bool may_block) {
  uint32_t *argument = operation->arguments;
  switch (operation->kind) {
  case DIFFER_MSG_WAIT:
    wait_handles(choice, operation, 0);
    argument[0] = some_timeout(choice, may_block);
    argument[1] = some_mask(choice);
    argument[2] = (choice_chance(choice, 35) ? 4 : 0) | (choice_chance(choice, 25) ? 2 : 0) |
                  (choice_chance(choice, 15) ? 1 : 0) | (choice_chance(choice, 2) ? 8 : 0);
    if (argument[2] & 1) {
      one_semaphore(choice, operation);
    }
    break;
  case DIFFER_WAIT_ONE:
    wait_handles(choice, operation, 1);
    operation->count = 1;
    argument[0] = some_timeout(choice, may_block);
    argument[1] = choice_chance(choice, 30);
    break;
  case DIFFER_WAIT_MANY:
    wait_handles(choice, operation, 1);
    argument[0] = choice_chance(choice, 30);
    if (argument[0] != 0) {
      one_semaphore(choice, operation);
    }
    argument[1] = some_timeout(choice, may_block);
    argument[2] = choice_chance(choice, 30);
    break;
  default: /* SLEEP */
    argument[0] = some_timeout(choice, may_block);
    argument[1] = choice_chance(choice, 80);
  }
}

static void choose_new(struct choice *choice, struct differ_operation *operation) {
  uint32_t *argument = operation->arguments;
  const uint32_t name = choice_chance(choice, 8) ? 1 + choice_roll(choice, 2) : 0;
  argument[0] = free_handle(choice);
  switch (operation->kind) {
  case DIFFER_EVENT_NEW:
    argument[1] = choice_chance(choice, 40);
    argument[2] = choice_chance(choice, 25);
    argument[3] = name;
    break;
  case DIFFER_MUTEX_NEW:
    argument[1] = choice_chance(choice, 50);
    argument[2] = name != 0 ? name + 2 : 0; /* a name is of one kind */
    break;
  case DIFFER_SEMAPHORE_NEW:
    argument[1] = choice_roll(choice, 3);
    argument[2] = 2 + choice_roll(choice, 2);
    argument[3] = name != 0 ? name + 4 : 0;
    break;
  case DIFFER_WAITABLE_NEW:
    argument[1] = choice_chance(choice, 50);
    break;
  default:
    argument[1] = choice_roll(choice, choice->machine.thread_count);
  }
}

/* An alertable wait in which an APC comes too late asks for its handles again, by number (wine:
 * dlls/ntdll/unix/server.c, server_select), and a closed handle's number is soon that of another
 * object, the thread's queue among them, in an order that says nothing: none of these is closed. */
static bool asked_again(const struct choice *choice, uint32_t slot) {
  const struct machine *machine = &choice->machine;
  for (uint32_t i = 0; i < machine->thread_count && slot < DIFFER_HANDLES; i++) {
    const struct machine_thread *thread = &machine->threads[i];
    const uint32_t top = thread->depth - 1;
    if (thread->rest != DIFFER_BLOCKED || (thread->calls[top].flags & 2) == 0) {
      continue;
    }
    for (uint32_t k = 0; k < thread->calls[top].count; k++) {
      if (thread->handles[top][k] == machine->handles[slot]) {
        return true;
      }
    }
  }
  return false;
}

static void choose_object(struct choice *choice, struct differ_operation *operation) {
  uint32_t *argument = operation->arguments;
  switch (operation->kind) {
  case DIFFER_SET:
  case DIFFER_RESET:
  case DIFFER_PULSE:
    argument[0] = handle_of_kind(choice, RIG_WIN_EVENT);
    break;
  case DIFFER_MUTEX_RELEASE:
    argument[0] = handle_of_kind(choice, RIG_WIN_MUTEX);
    break;
  case DIFFER_SEMAPHORE_RELEASE:
    argument[0] = handle_of_kind(choice, RIG_WIN_SEMAPHORE);
    argument[1] = 1 + choice_roll(choice, 2);
    break;
  case DIFFER_WAITABLE_SET:
    argument[0] = handle_of_kind(choice, RIG_WIN_TIMER);
    argument[1] =
        choice->program->timed
            ? !choice_chance(choice, 75) ? 0 : short_time(choice, 1 + choice_roll(choice, 3))
            : ONE_OF(choice, 0, DIFFER_LONG_MS, DIFFER_LONG_MS);
    argument[2] = choice_chance(choice, 70) ? 0
                  : !choice->program->timed ? DIFFER_LONG_MS
                                            : short_time(choice, 1 + choice_roll(choice, 2));
    break;
  case DIFFER_WAITABLE_CANCEL:
    argument[0] = handle_of_kind(choice, RIG_WIN_TIMER);
    break;
  case DIFFER_DUPLICATE:
    argument[0] = some_handle(choice);
    argument[1] = free_handle(choice);
    argument[2] = choice_chance(choice, 60);
    break;
  default: /* CLOSE */
    argument[0] = some_handle(choice);
    if (asked_again(choice, argument[0])) {
      argument[0] = DIFFER_HANDLE_BAD;
    }
  }
}

static void choose_rest(struct choice *choice, struct differ_operation *operation) {
  uint32_t *argument = operation->arguments;
  switch (operation->kind) {
  case DIFFER_WINDOW_NEW:
    argument[0] = choice_roll(choice, choice->window_slots);
    for (unsigned i = 0; i < 20 && choice->machine.window_alive[argument[0]]; i++) {
      argument[0] = choice_roll(choice, choice->window_slots);
    }
    break;
  case DIFFER_WINDOW_DESTROY:
    argument[0] = filter_window(choice, operation->thread);
    argument[0] = argument[0] >= DIFFER_WINDOWS ? some_window(choice) : argument[0];
    break;
  case DIFFER_WINDOW_ALIVE:
    argument[0] = choice_roll(choice, choice->window_slots);
    break;
  case DIFFER_STATUS:
    argument[0] = choice_chance(choice, 3) ? 0x8000 : some_mask(choice) & DIFFER_QS_ALL;
    break;
  case DIFFER_APC:
  case DIFFER_EXIT_CODE:
    argument[0] = choice_thread(choice, DIFFER_BLOCKED);
    argument[1] = choice->program->count;
    break;
  case DIFFER_TIMER_SET:
  case DIFFER_TIMER_KILL:
    argument[0] = choice_chance(choice, 40) ? DIFFER_WINDOW_NULL : some_window(choice);
    argument[1] = choice_roll(choice, DIFFER_TIMERS);
    argument[2] =
        choice->program->timed ? short_time(choice, 1 + choice_roll(choice, 2)) : DIFFER_LONG_MS;
    argument[3] = choice_chance(choice, 25);
    break;
  case DIFFER_ADVANCE:
    argument[0] = choice_chance(choice, 85) ? 1 : 2;
    break;
  default: /* a number: a quit or exit code, a reply, what a procedure returns */
    argument[0] = 100 + choice_roll(choice, 900);
  }
}

void choose_arguments(struct choice *choice, struct differ_operation *operation, bool may_block) {
  switch (operation->kind) {
  case DIFFER_POST:
  case DIFFER_POST_THREAD:
  case DIFFER_SEND:
  case DIFFER_SEND_TIMEOUT:
  case DIFFER_SEND_NOTIFY:
    choose_message(choice, operation, may_block);
    break;
  case DIFFER_PEEK:
  case DIFFER_GET:
    choose_retrieval(choice, operation);
    break;
  case DIFFER_MSG_WAIT:
  case DIFFER_WAIT_ONE:
  case DIFFER_WAIT_MANY:
  case DIFFER_SLEEP:
    choose_wait(choice, operation, may_block);
    break;
  case DIFFER_EVENT_NEW:
  case DIFFER_MUTEX_NEW:
  case DIFFER_SEMAPHORE_NEW:
  case DIFFER_WAITABLE_NEW:
  case DIFFER_THREAD_HANDLE:
    choose_new(choice, operation);
    break;
  case DIFFER_SET:
  case DIFFER_RESET:
  case DIFFER_PULSE:
  case DIFFER_MUTEX_RELEASE:
  case DIFFER_SEMAPHORE_RELEASE:
  case DIFFER_WAITABLE_SET:
  case DIFFER_WAITABLE_CANCEL:
  case DIFFER_DUPLICATE:
  case DIFFER_CLOSE:
    choose_object(choice, operation);
    break;
  default:
    choose_rest(choice, operation);
  }
}
