/*
 * Livelocks that are woven of several loops. A path shows those that it closes by itself; threads
 * that loop each for itself are on no path of the reduced exploration that comes back to where all
 * of them were. So where a step led to a state on its path at all, all states and steps are visited
 * once more, none left out, and kept as a graph (graph.h).
 *
 * That no cycle escapes because sleep sets left out the step that leads back is shown by random
 * systems (tests/unit/test_sim_livelocks.c; 60,000 when this was written), not proved.
 */
#include <stdlib.h>

#include "sim/explore/states_private.h"

static void tell(struct rig_explorer *explorer, const struct rig_schedule *schedule) {
  for (size_t i = 0; i < schedule->count; i++) {
    if (!rig_explorer_path(explorer, (uint32_t)i, schedule->steps[i])) {
      return;
    }
  }
  rig_explorer_end(explorer, RIG_SIM_LIVELOCK);
}

void rig_explore_loops(struct rig_explorer *explorer) {
  struct rig_explore_options options = *explorer->options;
  struct rig_graph graph = {0};
  if (explorer->stop || explorer->out.ends[RIG_SIM_LIVELOCK] > 0 ||
      (options.shared != NULL && !rig_shared_claim_loops(options.shared))) {
    return;
  }
  options.reduce = false;
  options.found = NULL;
  options.shared = NULL;
  options.shards = 0;
  struct rig_explorer again = {.system = explorer->system, .options = &options};
  again.system->load(again.system->self, explorer->initial, explorer->initial_bytes);
  (void)rig_search_explore(&again, &graph);
  free(again.path.steps);
  if (again.out.bytes > explorer->out.bytes) {
    explorer->out.bytes = again.out.bytes;
  }
  explorer->out.interrupted = explorer->out.interrupted || again.out.interrupted;
  if (again.out.bound != NULL) {
    rig_explorer_bound(explorer, again.out.bound, false);
  }
  struct rig_schedule schedule = {NULL, 0};
  const enum rig_status status =
      again.no_memory ? RIG_NO_MEMORY : rig_graph_livelock(&graph, &schedule);
  if (status == RIG_OK) {
    tell(explorer, &schedule);
  } else if (status == RIG_NO_MEMORY) {
    rig_explorer_out_of_memory(explorer);
  }
  free(schedule.steps);
  rig_graph_free(&graph);
}
