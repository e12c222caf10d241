/*
 * The problem of pump.pml on harness/win32: the same actors, the same steps, on the real queues. A
 * system for sim/explore/explore.h, small enough to be compared state by state, and to measure
 * with.
 */
#ifndef TESTS_SPIN_PUMP_SYSTEM_H
#define TESTS_SPIN_PUMP_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/explore/explore.h"
#include "win32/win32.h"

#define PUMP_NOTIFIERS_MAX 6u
#define PUMP_ACTIONS_MAX 4u

/* As pump.pml calls them; the tests write its #defines from these. */
enum pump_kind { PUMP_POST, PUMP_SEND, PUMP_TRY };
enum pump_wait { PUMP_MSG_WAIT, PUMP_SINGLE, PUMP_NOTHING };
enum pump_retrieve { PUMP_PEEK, PUMP_ONE_PEEK, PUMP_GET, PUMP_GET_PEEK };

struct pump_problem {
  uint32_t notifiers;
  uint32_t actions;
  uint8_t kinds[PUMP_NOTIFIERS_MAX][PUMP_ACTIONS_MAX]; /* enum pump_kind */
  bool stop_last;
  enum pump_wait wait;
  bool mask_send;
  bool mask_post;
  bool available;
  enum pump_retrieve retrieve;
  uint32_t batch;
  bool test_stop;
};

struct pump_system;

/* NULL without memory. */
struct pump_system *pump_system_new(const struct pump_problem *problem);
struct pump_system *pump_system_free(struct pump_system *system);
/* Valid as long as it. */
const struct rig_system *pump_system_explorable(struct pump_system *system);
/* In the present state: the thread sleeps in its wait, before a message that lies in its queue. */
bool pump_system_unseen(const struct pump_system *system);
/* Nothing is left to do: the stop was set, all notifiers are done, the thread has ended. */
bool pump_system_done(const struct pump_system *system);
/* How many states `unseen` was true of, since the system was made: counted when a state is new to
 * the explorer, that is when its enabled transitions are asked for. */
uint64_t pump_system_unseen_count(const struct pump_system *system);

#endif
