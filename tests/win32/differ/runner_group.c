/*
 * The controller of one program: gives its operations one by one, and reports of every thread what
 * came to pass.
 */
#include <stdio.h>
#include <string.h>

#include "linux_calls.h"
#include "runner.h"

#define STACK_BYTES (256 * 1024)
#define NS_PER_MS 1000000u
#define ROOM_USED_MS                                                                               \
  (DIFFER_ROOM_MS - DIFFER_TIMES_MAX - 2) /* what Wine's own rounding may take is left over */

static DWORD WINAPI actor_main(void *context) {
  struct actor *actor = context;
  char path[64];
  (void)snprintf(path, sizeof path, "/proc/self/task/%d/syscall",
                 (int)linux_call(LINUX_GETTID, 0, 0, 0, 0));
  actor->syscall_file = (int32_t)linux_call(LINUX_OPEN, (int64_t)path, 0, 0, 0);
  runner_adopt(actor);
  return (DWORD)actor_obey(actor);
}

static bool actor_begin(struct group *group, uint32_t index) {
  struct actor *actor = &group->actors[index];
  memset(actor, 0, sizeof *actor);
  actor->index = index;
  actor->group = group;
  actor->syscall_file = -1;
  actor->thread = CreateThread(NULL, STACK_BYTES, actor_main, actor,
                               STACK_SIZE_PARAM_IS_A_RESERVATION, &actor->id);
  return actor->thread != NULL;
}

static bool actors_begin(struct group *group) {
  for (uint32_t i = 0; i < group->program.threads; i++) {
    if (!actor_begin(group, i)) {
      return false;
    }
  }
  for (uint32_t i = 0; i < group->program.threads; i++) {
    struct actor *actor = &group->actors[i];
    if (!actor_comes_to_rest(actor) || actor->syscall_file < 0) {
      return false;
    }
  }
  return true;
}

static void give(struct actor *actor, const struct differ_operation *operation) {
  actor->operation = *operation;
  memset(&actor->report, 0, sizeof actor->report);
  __atomic_store_n(&actor->state, ACTOR_GIVEN, __ATOMIC_RELEASE);
  linux_futex_wake(&actor->state);
}

/* Every thread, again and again until none has moved since the look before. */
static bool all_come_to_rest(struct group *group) {
  bool moved = true;
  while (moved) {
    moved = false;
    for (uint32_t i = 0; i < group->program.threads; i++) {
      struct actor *actor = &group->actors[i];
      if (actor->rest == DIFFER_BLOCKED && !actor_is_blocked(actor)) {
        if (!actor_comes_to_rest(actor)) {
          return false;
        }
        moved = true;
      }
    }
  }
  return true;
}

/* Two round trips: what was due before the first has happened when the second is answered, since
 * the wineserver looks at its time-outs whenever it has served its clients. */
static void serve_timeouts(struct group *group) {
  SetEvent(group->touch);
  SetEvent(group->touch);
}

static uint64_t stride_begins(const struct group *group) {
  return group->origin + (uint64_t)group->strides * DIFFER_STRIDE_MS * NS_PER_MS;
}

static bool step(struct group *group, const struct differ_operation *operation) {
  bool at_rest = true;
  if (operation->kind == DIFFER_ADVANCE) {
    group->strides += operation->arguments[0];
    linux_sleep_until(stride_begins(group));
    serve_timeouts(group);
  } else {
    struct actor *actor = &group->actors[operation->thread];
    give(actor, operation);
    at_rest = actor_comes_to_rest(actor);
    if (operation->kind == DIFFER_WAITABLE_SET) {
      serve_timeouts(group);
    }
  }
  return at_rest && all_come_to_rest(group);
}

static void collect(struct group *group, struct differ_report reports[DIFFER_THREADS]) {
  memset(reports, 0, sizeof(struct differ_report) * DIFFER_THREADS);
  for (uint32_t i = 0; i < group->program.threads; i++) {
    struct actor *actor = &group->actors[i];
    if (actor->rest == DIFFER_READY) {
      reports[i] = actor->report;
      memset(&actor->report, 0, sizeof actor->report);
    } else if (actor->rest == DIFFER_GONE && actor->state != ACTOR_ENDED) {
      reports[i].event = DIFFER_ENDED;
      actor->state = ACTOR_ENDED;
    }
    reports[i].rest = actor->rest;
  }
}

/* After the last ADVANCE there is room until what comes due next, which is at most three units
 * old. */
static bool overran(const struct group *group, bool last) {
  const uint64_t room_ms = last ? DIFFER_STRIDE_MS - 3 * DIFFER_ROOM_MS - 4 : ROOM_USED_MS;
  return linux_now_ns() > stride_begins(group) + room_ms * NS_PER_MS;
}

static void run_operations(struct group *group) {
  const uint32_t count = group->program.operations;
  const bool timed = group->program.end != 0;
  uint32_t last = 0; /* behind the last ADVANCE */
  for (uint32_t i = 0; i < count; i++) {
    last = group->operations[i].kind == DIFFER_ADVANCE ? i : last;
  }
  group->program.end = DIFFER_WHOLE;
  group->origin = linux_now_ns();
  group->strides = 0;
  for (uint32_t i = 0; i < count; i++) {
    const struct differ_operation *operation = &group->operations[i];
    group->program.operations = i;
    if (operation->kind != DIFFER_ADVANCE &&
        group->actors[operation->thread].rest != DIFFER_READY) {
      group->program.end = DIFFER_PARTED;
      return;
    }
    const bool at_rest = step(group, operation);
    collect(group, group->reports[i]);
    group->program.operations = i + 1;
    if (!at_rest) {
      group->program.end = DIFFER_BROKEN;
      return;
    }
    if (timed && overran(group, i >= last)) {
      group->program.end = DIFFER_LATE;
      return;
    }
  }
}

/* Threads that can end do, which releases others; the rest are ended. */
static void clean_up(struct group *group) {
  const struct differ_operation leave = {.kind = DIFFER_EXIT};
  bool again = group->program.end != DIFFER_BROKEN;
  while (again) {
    again = false;
    for (uint32_t i = 0; i < group->program.threads; i++) {
      struct actor *actor = &group->actors[i];
      if (actor->rest == DIFFER_READY) {
        give(actor, &leave);
        again = actor_comes_to_rest(actor) && all_come_to_rest(group);
      }
    }
  }
  for (uint32_t i = 0; i < group->program.threads; i++) {
    struct actor *actor = &group->actors[i];
    if (actor->rest != DIFFER_GONE) {
      TerminateThread(actor->thread, 0);
      WaitForSingleObject(actor->thread, 1000);
    }
    linux_call(LINUX_CLOSE, actor->syscall_file, 0, 0, 0);
    CloseHandle(actor->thread);
    actor->thread = NULL;
  }
  for (uint32_t i = 0; i < DIFFER_HANDLES; i++) {
    if (group->handles[i] != NULL) {
      CloseHandle(group->handles[i]);
    }
  }
}

void group_run(struct group *group) {
  memset(group->windows, 0, sizeof group->windows);
  memset(group->handles, 0, sizeof group->handles);
  if (!actors_begin(group)) {
    group->program.operations = 0;
    group->program.end = DIFFER_BROKEN;
    return;
  }
  run_operations(group);
  clean_up(group);
}
