/*
 * The graph's states and steps.
 */
#include "sim/explore/graph.h"

#include <stdlib.h>

#define FIRST_STATES 1024u
#define FIRST_BITS 8u

void rig_graph_free(struct rig_graph *graph) {
  free(graph->states);
  free(graph->steps);
  rig_states_free(&graph->numbers);
  *graph = (struct rig_graph){0};
}

uint64_t rig_graph_bytes(const struct rig_graph *graph) {
  return graph->state_capacity * sizeof graph->states[0] +
         graph->step_capacity * sizeof graph->steps[0] +
         (graph->numbers.buckets != NULL ? rig_states_bytes(&graph->numbers) : 0);
}

/* Room for one more state. */
static bool make_room(struct rig_graph *graph) {
  if (graph->numbers.buckets == NULL
          ? !rig_states_new(&graph->numbers, FIRST_BITS)
          : rig_states_full(&graph->numbers) && !rig_states_grow(&graph->numbers)) {
    return false;
  }
  if (graph->state_count < graph->state_capacity) {
    return true;
  }
  const size_t capacity = graph->state_capacity == 0 ? FIRST_STATES : 2 * graph->state_capacity;
  struct rig_graph_state *states = realloc(graph->states, capacity * sizeof states[0]);
  if (states == NULL) {
    return false;
  }
  graph->states = states;
  graph->state_capacity = capacity;
  return capacity <= RIG_GRAPH_STATES_MAX;
}

uint32_t rig_graph_state(struct rig_graph *graph, uint64_t print) {
  bool found;
  if (!make_room(graph)) {
    return RIG_GRAPH_NONE;
  }
  const struct rig_state_place place = rig_states_visit(&graph->numbers, print, &found);
  if (!found) {
    place.bucket->sleep[place.slot] = (uint32_t)graph->state_count;
    graph->states[graph->state_count++] = (struct rig_graph_state){.first = RIG_GRAPH_NONE};
  }
  return place.bucket->sleep[place.slot];
}

bool rig_graph_step(struct rig_graph *graph, uint32_t from, uint32_t to,
                    struct rig_transition transition, bool progress) {
  if (graph->step_count == graph->step_capacity) {
    const size_t capacity = graph->step_capacity == 0 ? 2 * FIRST_STATES : 2 * graph->step_capacity;
    struct rig_graph_step *steps = realloc(graph->steps, capacity * sizeof steps[0]);
    if (steps == NULL) {
      return false;
    }
    graph->steps = steps;
    graph->step_capacity = capacity;
    if (capacity >= RIG_GRAPH_NONE) {
      return false;
    }
  }
  graph->steps[graph->step_count] = (struct rig_graph_step){.from = from,
                                                            .to = to,
                                                            .next = graph->states[from].first,
                                                            .choice = transition.choice,
                                                            .actor = (uint8_t)transition.actor,
                                                            .progress = progress};
  graph->states[from].first = (uint32_t)graph->step_count++;
  return true;
}
