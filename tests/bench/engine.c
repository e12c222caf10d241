/*
 * The engine's numbers: the pumps as compiled code on fibres, with scripted notifiers.
 */
#include <stdio.h>

#include "bench.h"
#include "pump_engine.h"

#define NOTIFIERS 4u
#define ACTIONS 3u

void bench_engine(const struct context *context) {
  (void)context;
  struct pump_actor few[2] = {pump_actor_of(1, PUMP_NOTIFIES), pump_actor_of(1, PUMP_STOPS)};
  struct rig_engine *literal = pump_engine_new(PUMP_GET, few, 2);
  bench_hang("the literal pump as compiled code", rig_engine_system(literal));
  literal = rig_engine_free(literal);

  struct pump_actor many[NOTIFIERS + 1];
  for (unsigned i = 0; i <= NOTIFIERS; i++) {
    many[i] = i < NOTIFIERS ? pump_actor_of(ACTIONS, PUMP_POSTS) : pump_actor_of(1, PUMP_STOPS);
  }
  struct rig_engine *drain = pump_engine_new(PUMP_PEEK, many, NOTIFIERS + 1);
  const struct rig_explore_options options = {.mode = RIG_EXPLORE_STATES, .reduce = true};
  struct rig_exploration out;
  const double from = cpu_ns();
  if (rig_explore(rig_engine_system(drain), &options, &out) != RIG_OK || !out.complete) {
    fail("engine", "the exploration failed");
  }
  printf(
      "engine: the drain pump as compiled code on a fibre, %u notifiers x %u posts: %llu states, "
      "%llu transitions, %.0f ns a transition (fibre, step, snapshot, hash, table)\n",
      NOTIFIERS, ACTIONS, (unsigned long long)out.states, (unsigned long long)out.transitions,
      (cpu_ns() - from) / (double)out.transitions);
  bench_snapshot("the engine's state", rig_engine_system(drain));
  (void)rig_engine_free(drain);
}
