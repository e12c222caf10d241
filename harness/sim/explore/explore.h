/*
 * Exploration: every schedule of a system of actors, within stated bounds.
 *
 * The explorer knows nothing of Win32 or fibres. A system says which transitions are enabled in its
 * state, takes one, and saves, loads and hashes its state; sim/engine/engine.h is the one that runs
 * a pump, the tests have small ones. No clock and no threads here: progress is told by a callback.
 */
#ifndef RIG_SIM_EXPLORE_H
#define RIG_SIM_EXPLORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

#define RIG_ACTORS_MAX                                                                             \
  32u /* threads and scripted actors together; sleep sets are bits of a word                       \
       */
#define RIG_ENABLED_MAX 64u

/* One way to go on: `actor` takes its next step; `choice` tells alternatives of one actor apart (a
 * spurious wake, the other order of a disputed point, an early time-out), 0 being the ordinary one.
 */
struct rig_transition {
  uint16_t actor;
  uint16_t choice;
};

/* What a step read and wrote (win32.h, struct rig_win_touch): two steps of different actors commute
 * when neither writes what the other reads or writes. What decided that the actor was enabled is
 * read too. A step that depends on what all others do (time, which moves on when nobody else can)
 * writes everything. */
struct rig_footprint {
  uint64_t reads;
  uint64_t writes;
};

/* Why a path ends. COMPLETE is the only good one; a path that ends in another is a finding. */
#define RIG_SIM_ENDS(X)                                                                            \
  X(COMPLETE, "complete", "every actor came to its end")                                           \
  X(DEADLOCK, "deadlock", "threads are blocked for ever")                                          \
  X(LIVELOCK, "livelock", "threads go on for ever without getting anywhere")                       \
  X(STARVATION, "starvation", "a stop stays pending while messages are retrieved on and on")       \
  X(CRASH, "crash", "the program's code faulted")                                                  \
  X(RULE, "rule-broken", "a rule of the catalogue is broken")                                      \
  X(BOUND, "bound-hit", "a bound was hit: what lies behind it was not explored")

enum rig_sim_end {
  RIG_SIM_GOES_ON,
#define RIG_X(symbol, word, text) RIG_SIM_##symbol,
  RIG_SIM_ENDS(RIG_X)
#undef RIG_X
      RIG_SIM_END_COUNT
};
const char *rig_sim_end_word(enum rig_sim_end end); /* "deadlock" */

struct rig_explore_shared;

/* What is explored. Every function gets `self`. */
struct rig_system {
  void *self;
  /* The transitions enabled now, at most RIG_ENABLED_MAX, in an order that depends on the state
   * alone. Returns how many; 0: the path has ended, `*end` says how. */
  size_t (*enabled)(void *self, struct rig_transition *out, enum rig_sim_end *end);
  /* Takes one of them. Returns GOES_ON, or why the path ends here (CRASH, BOUND, ...). */
  enum rig_sim_end (*step)(void *self, struct rig_transition transition,
                           struct rig_footprint *footprint);
  /* The state as bytes: how many at most, save (returns how many), load of what was saved. */
  size_t state_bytes_max;
  size_t (*save)(void *self, void *to);
  void (*load)(void *self, const void *from, size_t bytes);
  /* A fingerprint of the state as it is; equal states have equal ones. */
  uint64_t (*hash)(void *self);
  /* Did the step that was just taken get anywhere: a message retrieved, an event consumed, a
   * thread's work done? A cycle of states without such a step, in which nobody who could always go
   * on is passed over, is a livelock; a cycle with one is a path that goes on. NULL: no step does,
   * every such cycle is a livelock. */
  bool (*progress)(void *self);
  /* For SCHEDULES with reduction: what `actor`, which is not enabled, waits for: its next step's
   * footprint as far as it decides whether it can go on (its queue, the handles of its wait).
   * False: the actor is not there, or has ended. NULL: unknown; then a path that does not end
   * COMPLETE is taken to depend on everything, which finds the same and costs more schedules. */
  bool (*blocked)(void *self, uint16_t actor, struct rig_footprint *footprint);
};

enum rig_explore_mode { RIG_EXPLORE_STATES, RIG_EXPLORE_SCHEDULES, RIG_EXPLORE_RANDOM };

/* A schedule: transitions from the initial state on. */
struct rig_schedule {
  struct rig_transition *steps;
  size_t count;
};

struct rig_explore_options {
  enum rig_explore_mode mode;
  bool reduce; /* STATES: sleep sets; SCHEDULES: source-DPOR, else every interleaving (counting) */
  bool pct;    /* RANDOM: PCT with `depth` change points, else uniform */
  /* Bounds; 0 = none. Hit ones are told in the result, never passed over. */
  uint64_t states_max;
  uint64_t schedules_max; /* SCHEDULES: how many; RANDOM: how many runs (at least 1) */
  uint32_t depth_max;     /* steps of one path */
  uint64_t memory_max;    /* bytes of table and stack */
  uint64_t seed;
  uint32_t change_points; /* PCT's d */
  /* Shard `shard` of `shards` (0 of 0: all): of the schedules by prefix, of the seeds by range. */
  uint32_t shard;
  uint32_t shards;
  /* Worker `worker` of those that share this (explore_shared.h); NULL: one alone. */
  struct rig_explore_shared *shared;
  uint32_t worker;
  bool all_findings; /* `found` is told of every path that ended, not of the first of each end */
  /* Called for a path that ended, with the schedule that led there (valid during the call); false
   * stops the exploration (an outcome of its own: interrupted). NULL: nobody. */
  bool (*found)(void *context, enum rig_sim_end end, const struct rig_schedule *schedule);
  /* Called now and then; false stops. */
  bool (*tick)(void *context, uint64_t states, uint64_t schedules, uint32_t depth);
  void *context;
};

struct rig_exploration {
  bool complete;    /* everything within the bounds was visited */
  bool interrupted; /* a callback said stop */
  const char
      *bound; /* which bound was hit first ("states", "depth", "memory", "schedules") or NULL */
  uint64_t states;      /* distinct ones visited (STATES) */
  uint64_t transitions; /* taken */
  uint64_t schedules;   /* paths that ended */
  uint64_t ends[RIG_SIM_END_COUNT];
  uint32_t depth;  /* the longest path */
  uint64_t bytes;  /* memory of table and stack at their largest */
  double omission; /* STATES: the chance that two states shared a fingerprint, n^2 / 2^65 */
};

/* Explores from the system's present state, and leaves it there. RIG_NO_MEMORY alone fails. */
enum rig_status rig_explore(const struct rig_system *system,
                            const struct rig_explore_options *options,
                            struct rig_exploration *out) RIG_CHECKED;

/* Runs one schedule from the present state: its steps in order; one that is not enabled is passed
 * over, and when the schedule is over the first enabled transition is taken (so a shortened
 * schedule still is one). Returns how the path ended (BOUND after depth_max steps, 0 = none), and
 * leaves the system there; `took`, if given, is filled with what was really taken (the caller frees
 * took->steps; without memory it is empty). */
enum rig_sim_end rig_schedule_run(const struct rig_system *system,
                                  const struct rig_schedule *schedule, uint32_t depth_max,
                                  struct rig_schedule *took);

/* The shortest schedule found that ends as `end` does: breadth first over states within
 * `states_max`, else by delta debugging of `from`. The caller frees out->steps. */
enum rig_status rig_schedule_minimise(const struct rig_system *system, enum rig_sim_end end,
                                      const struct rig_schedule *from, uint64_t states_max,
                                      struct rig_schedule *out) RIG_CHECKED;

/* A schedule as text and back: a replay id, "s3-", letters and digits with runs of one actor and
 * loops of several shortened, and a check of them all. At most RIG_REPLAY_BYTES; longer ones are
 * refused (RIG_FULL). Reading tells apart: RIG_DAMAGED, the check is missing or another (mistyped,
 * cut short); RIG_VERSION, an id of another format; RIG_INVALID, none at all. */
#define RIG_REPLAY_BYTES 4096u
enum rig_status rig_schedule_print(const struct rig_schedule *schedule, char *text,
                                   size_t size) RIG_CHECKED;
enum rig_status rig_schedule_read(const char *text, struct rig_schedule *out) RIG_CHECKED;

#endif
