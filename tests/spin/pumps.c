/*
 * The pumps that are compared with the model: for each, one line of JSON with its name, the
 * #defines that make pump.pml the same problem, and what the explorer finds (check.py compares).
 *
 * Every problem is explored twice, with sleep sets and without: that must make no difference.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pump_engine.h"
#include "pump_system.h"

/* X(name, wait, mask_send, mask_post, available, retrieve, batch, test_stop) */
#define PUMPS(X)                                                                                   \
  X("drain", MSG_WAIT, 1, 1, 0, PEEK, 0, 0)                                                        \
  X("literal", MSG_WAIT, 1, 1, 0, GET, 0, 0)                                                       \
  X("literal-available", MSG_WAIT, 1, 1, 1, GET, 0, 0)                                             \
  X("get-then-drain", MSG_WAIT, 1, 1, 0, GET_PEEK, 0, 0)                                           \
  X("one-peek", MSG_WAIT, 1, 1, 0, ONE_PEEK, 0, 0)                                                 \
  X("one-peek-available", MSG_WAIT, 1, 1, 1, ONE_PEEK, 0, 0)                                       \
  X("bounded-drain", MSG_WAIT, 1, 1, 0, PEEK, 2, 0)                                                \
  X("bounded-drain-available", MSG_WAIT, 1, 1, 1, PEEK, 2, 0)                                      \
  X("stop-tested", MSG_WAIT, 1, 1, 0, PEEK, 0, 1)                                                  \
  X("mask-without-sent", MSG_WAIT, 0, 1, 0, PEEK, 0, 0)                                            \
  X("mask-without-posted", MSG_WAIT, 1, 0, 0, PEEK, 0, 0)                                          \
  X("wait-for-handle", SINGLE, 1, 1, 0, PEEK, 0, 0)                                                \
  X("get-only", NOTHING, 1, 1, 0, GET, 0, 0)

struct pump {
  const char *name;
  const char *defines;
  struct pump_problem problem;
};

static const struct pump pumps[] = {
#define RIG_X(name_, wait_, send, post, available_, retrieve_, batch_, test)                       \
  {name_,                                                                                          \
   "#define WAIT " #wait_ "\\n#define MASK_SEND " #send "\\n#define MASK_POST " #post              \
   "\\n#define AVAILABLE " #available_ "\\n#define RETRIEVE " #retrieve_                           \
   "\\n#define BATCH " #batch_ "\\n#define TEST_STOP " #test "\\n",                                \
   {.wait = PUMP_##wait_,                                                                          \
    .mask_send = send,                                                                             \
    .mask_post = post,                                                                             \
    .available = available_,                                                                       \
    .retrieve = PUMP_##retrieve_,                                                                  \
    .batch = batch_,                                                                               \
    .test_stop = test}},
    PUMPS(RIG_X)
#undef RIG_X
};

/* Two notifiers: the first posts, sends, posts; the second posts, tries, sends. */
#define KINDS                                                                                      \
  "#define KIND(i, j) (i == 0 -> (j == 1 -> SEND : POST) : (j == 0 -> POST : (j == 1 -> TRY : "    \
  "SEND)))\\n"

/* Explores, with sleep sets or without; *unseen is exact without only. */
static struct rig_exploration explore(const struct pump_problem *problem, bool reduce,
                                      uint64_t *unseen) {
  struct pump_system *system = pump_system_new(problem);
  const struct rig_explore_options options = {.mode = RIG_EXPLORE_STATES, .reduce = reduce};
  struct rig_exploration out;
  if (system == NULL || rig_explore(pump_system_explorable(system), &options, &out) != RIG_OK ||
      !out.complete) {
    (void)fprintf(stderr, "pumps: the exploration failed\n");
    exit(3);
  }
  *unseen = pump_system_unseen_count(system);
  (void)pump_system_free(system);
  return out;
}

/* The same on the engine: two notifiers, one that posts three times and one that sends. Its paths
 * end with a step, so that what SPIN counts as the one state in which all has ended is none here.
 */
static void compiled(const char *name, const char *defines, enum pump_retrieve retrieve,
                     enum pump_action second) {
  struct rig_exploration out[2];
  for (unsigned reduce = 0; reduce < 2; reduce++) {
    struct pump_actor actors[3] = {pump_actor_of(3, PUMP_POSTS), pump_actor_of(3, second),
                                   pump_actor_of(1, PUMP_STOPS)};
    struct rig_engine *engine = pump_engine_new(retrieve, actors, 3);
    const struct rig_explore_options options = {.mode = RIG_EXPLORE_STATES, .reduce = reduce};
    if (rig_explore(rig_engine_system(engine), &options, &out[reduce]) != RIG_OK ||
        !out[reduce].complete) {
      (void)fprintf(stderr, "pumps: the exploration failed\n");
      exit(3);
    }
    (void)rig_engine_free(engine);
  }
  printf("{\"name\": \"%s, compiled\", \"defines\": \"#define PROGRAM 1\\n#define "
         "RETRIEVE %s\\n#define KIND(i, j) (i == 0 -> POST : %s)\\n\", \"states\": %llu, "
         "\"hangs\": %llu, \"reduced_states\": %llu, \"reduced_hangs\": %llu}\n",
         name, defines, second == PUMP_SENDS ? "SEND" : "NOTIFY",
         (unsigned long long)out[0].states + 1, (unsigned long long)out[0].ends[RIG_SIM_DEADLOCK],
         (unsigned long long)out[1].states + 1, (unsigned long long)out[1].ends[RIG_SIM_DEADLOCK]);
}

int main(void) {
  compiled("drain", "PEEK", PUMP_PEEK, PUMP_NOTIFIES);
  compiled("literal", "GET", PUMP_GET, PUMP_NOTIFIES);
  compiled("drain, replies awaited", "PEEK", PUMP_PEEK, PUMP_SENDS);
  compiled("literal, replies awaited", "GET", PUMP_GET, PUMP_SENDS);
  for (size_t i = 0; i < sizeof pumps / sizeof pumps[0]; i++) {
    for (unsigned stop_last = 0; stop_last < 2; stop_last++) {
      struct pump_problem problem = pumps[i].problem;
      uint64_t unseen;
      uint64_t ignored;
      problem.notifiers = 2;
      problem.actions = 3;
      problem.stop_last = stop_last;
      memcpy(problem.kinds[0], (uint8_t[]){PUMP_POST, PUMP_SEND, PUMP_POST}, 3);
      memcpy(problem.kinds[1], (uint8_t[]){PUMP_POST, PUMP_TRY, PUMP_SEND}, 3);
      const struct rig_exploration all = explore(&problem, false, &unseen);
      const struct rig_exploration reduced = explore(&problem, true, &ignored);
      printf("{\"name\": \"%s%s\", \"defines\": \"%s#define STOP_LAST %u\\n" KINDS "\", "
             "\"states\": %llu, \"hangs\": %llu, \"unseen\": %llu, \"reduced_states\": %llu, "
             "\"reduced_hangs\": %llu, \"transitions\": %llu, \"reduced_transitions\": %llu}\n",
             pumps[i].name, stop_last ? ", stop last" : "", pumps[i].defines, stop_last,
             (unsigned long long)all.states, (unsigned long long)all.ends[RIG_SIM_DEADLOCK],
             (unsigned long long)unseen, (unsigned long long)reduced.states,
             (unsigned long long)reduced.ends[RIG_SIM_DEADLOCK],
             (unsigned long long)all.transitions, (unsigned long long)reduced.transitions);
    }
  }
  return 0;
}
