/*
 * The PE side of the differential test: runs programs (program.h) under Wine and writes down what
 * came to pass. It knows nothing of what is expected.
 *
 * A group is one program under way: its controller (runner_group.c) gives one operation at a time
 * to one of its actors (threads), which performs it (runner_messages.c, runner_objects.c), and
 * looks from outside, at Linux, whether the actors have come to rest (runner_rest.c).
 */
#ifndef TESTS_WIN32_DIFFER_RUNNER_H
#define TESTS_WIN32_DIFFER_RUNNER_H

#include <stdbool.h>
#include <stdint.h>

#include <windows.h>

#include "program.h"

enum actor_state { ACTOR_STARTS, ACTOR_ASKS, ACTOR_GIVEN, ACTOR_ENDED };

struct group;

struct actor {
  volatile int32_t state; /* enum actor_state; a futex */
  uint32_t index;
  struct group *group;
  HANDLE thread; /* NULL: this program has no such thread */
  DWORD id;
  int32_t syscall_file; /* Linux: /proc/self/task/<id>/syscall */
  uint8_t rest;         /* enum differ_rest, as last reported */
  struct differ_operation operation;
  struct differ_report report;
  MSG retrieved; /* DispatchMessage's argument */
  UINT_PTR timers[DIFFER_TIMERS];
};

struct group {
  struct actor actors[DIFFER_THREADS];
  HWND windows[DIFFER_WINDOWS];
  HANDLE handles[DIFFER_HANDLES];
  struct differ_program program;
  const struct differ_operation *operations;
  struct differ_report reports[DIFFER_OPERATIONS_MAX][DIFFER_THREADS];
  HANDLE touch;    /* an event nobody waits for: setting it is a round trip to the wineserver */
  uint64_t origin; /* ns: when virtual time 0 was */
  uint32_t strides;
};

extern uint32_t runner_scale; /* RIG_SCALE: what a bounded wait is multiplied by */

/* Runs the program; fills program.operations and program.end, and the reports. */
void group_run(struct group *group);
/* What an actor's thread does: takes orders until one is RETURN, whose value it returns. */
uint64_t actor_obey(struct actor *actor);
/* The actor of the calling thread. */
struct actor *actor_self(void);
void runner_adopt(struct actor *actor); /* the calling thread is this actor */

/* False: neither at rest within the bound, which is generous. */
bool actor_comes_to_rest(struct actor *actor);
/* Is it blocked, at this moment? */
bool actor_is_blocked(const struct actor *actor);

HANDLE slot_handle(const struct group *group, uint32_t slot);
HWND slot_window(const struct group *group, uint32_t slot);
/* Fills window, message, wparam and lparam of a report. */
void report_message(struct actor *actor, HWND window, UINT message, WPARAM wparam, LPARAM lparam,
                    struct differ_report *report);
/* The report of a call that returned; `failed`: its last error counts. */
void report_result(struct differ_report *report, uint64_t result, bool failed);

LRESULT CALLBACK window_procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam);
void CALLBACK timer_procedure(HWND window, UINT message, UINT_PTR id, DWORD tick);
void CALLBACK apc_procedure(ULONG_PTR argument);

/* One function for each operation. */
#define DIFFER_X(name, text, arguments)                                                            \
  void perform_##name(struct actor *actor, const struct differ_operation *operation,               \
                      struct differ_report *report);
DIFFER_OPERATIONS(DIFFER_X)
#undef DIFFER_X

#endif
