/*
 * The graph's states and steps.
 */
#include "sim/explore/graph.h"

#include <stdlib.h>

#define FIRST_STATES 1024u

void rig_graph_free(struct rig_graph *graph) {
  free(graph->states);
  free(graph->steps);
  free(graph->index);
  *graph = (struct rig_graph){0};
}

uint64_t rig_graph_bytes(const struct rig_graph *graph) {
  return graph->state_capacity * (sizeof graph->states[0] + 2 * sizeof graph->index[0]) +
         graph->step_capacity * sizeof graph->steps[0];
}

/* Where `print` is in the index, or where it would be. */
static uint32_t *slot_of(const struct rig_graph *graph, uint64_t print) {
  const size_t mask = 2 * graph->state_capacity - 1;
  size_t at = (size_t)(print * UINT64_C(0x9E3779B97F4A7C15) >> 20) & mask;
  while (graph->index[at] != 0 && graph->states[graph->index[at] - 1].print != print) {
    at = (at + 1) & mask;
  }
  return &graph->index[at];
}

uint32_t rig_graph_find(const struct rig_graph *graph, uint64_t print) {
  return graph->state_count == 0 ? RIG_GRAPH_NONE : *slot_of(graph, print) - 1;
}

static bool grow(struct rig_graph *graph) {
  const size_t capacity = graph->state_capacity == 0 ? FIRST_STATES : 2 * graph->state_capacity;
  uint32_t *index = calloc(2 * capacity, sizeof index[0]);
  struct rig_graph_state *states = realloc(graph->states, capacity * sizeof states[0]);
  if (states != NULL) {
    graph->states = states;
  }
  if (index == NULL || states == NULL || capacity > RIG_GRAPH_STATES_MAX) {
    free(index);
    return false;
  }
  free(graph->index);
  graph->index = index;
  graph->state_capacity = capacity;
  for (size_t i = 0; i < graph->state_count; i++) {
    *slot_of(graph, states[i].print) = (uint32_t)i + 1;
  }
  return true;
}

uint32_t rig_graph_add(struct rig_graph *graph, uint64_t print, uint32_t enabled) {
  if (graph->state_count == graph->state_capacity && !grow(graph)) {
    return RIG_GRAPH_NONE;
  }
  graph->states[graph->state_count++] =
      (struct rig_graph_state){.print = print, .enabled = enabled, .first = RIG_GRAPH_NONE};
  *slot_of(graph, print) = (uint32_t)graph->state_count;
  return (uint32_t)graph->state_count - 1;
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
