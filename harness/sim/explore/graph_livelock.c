/*
 * Livelocks of a graph: its strongly connected components by steps without progress (R. Tarjan,
 * "Depth-First Search and Linear Graph Algorithms", SIAM J. Comput. 1972), and a walk round one.
 */
#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "sim/explore/explore_private.h"
#include "sim/explore/graph.h"

/* ---- components ---- */

struct component {
  uint32_t always;  /* actors that can step in each of its states */
  uint32_t stepped; /* actors that step within it */
};

struct search {
  const struct rig_graph *graph;
  uint32_t
      *component; /* of each state; before it is known, its number in the order of the search */
  uint32_t *low;
  uint32_t *next; /* step to look at */
  uint32_t *path; /* states being searched, from below */
  uint32_t *open; /* states whose component is not known yet, those of the path among them */
  size_t path_count;
  size_t open_count;
  uint32_t numbered;
  struct component *components;
  size_t count;
  size_t capacity;
};

#define KNOWN                                                                                      \
  (UINT32_C(1) << 31) /* with the component's number; without: a number of the search              \
                       */

static void enter(struct search *search, uint32_t state) {
  search->component[state] = ++search->numbered; /* 0: not met yet */
  search->low[state] = search->numbered;
  search->next[state] = search->graph->states[state].first;
  search->path[search->path_count++] = state;
  search->open[search->open_count++] = state;
}

/* `state` was searched and is the first of its component: so are all that are open above it. */
static bool close_component(struct search *search, uint32_t state) {
  if (search->count == search->capacity) {
    const size_t capacity = search->capacity == 0 ? 256 : 2 * search->capacity;
    struct component *components =
        realloc(search->components, capacity * sizeof search->components[0]);
    if (components == NULL) {
      return false;
    }
    search->components = components;
    search->capacity = capacity;
  }
  struct component *component = &search->components[search->count];
  *component = (struct component){.always = UINT32_MAX};
  uint32_t member;
  do {
    member = search->open[--search->open_count];
    search->component[member] = (uint32_t)search->count | KNOWN;
    component->always &= search->graph->states[member].enabled;
  } while (member != state);
  search->count++;
  return true;
}

/* The next step of the topmost state, or the state is left. False without memory. */
static bool advance(struct search *search) {
  const struct rig_graph *graph = search->graph;
  const uint32_t state = search->path[search->path_count - 1];
  const uint32_t at = search->next[state];
  if (at == RIG_GRAPH_NONE) {
    search->path_count--;
    const uint32_t low = search->low[state];
    if (low == search->component[state]) {
      return close_component(search, state);
    }
    uint32_t *below = &search->low[search->path[search->path_count - 1]];
    *below = low < *below ? low : *below;
    return true;
  }
  const struct rig_graph_step *step = &graph->steps[at];
  search->next[state] = step->next;
  if (step->progress) {
    return true;
  }
  const uint32_t met = search->component[step->to];
  if (met == 0) {
    enter(search, step->to);
  } else if ((met & KNOWN) == 0 && met < search->low[state]) {
    search->low[state] = met;
  }
  return true;
}

static bool within(const struct search *search, const struct rig_graph_step *step) {
  return !step->progress && search->component[step->from] == search->component[step->to];
}

static bool find_components(struct search *search) {
  for (uint32_t state = 0; state < search->graph->state_count; state++) {
    if (search->component[state] == 0) {
      enter(search, state);
    }
    while (search->path_count > 0) {
      if (!advance(search)) {
        return false;
      }
    }
  }
  for (size_t i = 0; i < search->graph->step_count; i++) {
    const struct rig_graph_step *step = &search->graph->steps[i];
    if (within(search, step)) {
      search->components[search->component[step->from] & ~KNOWN].stepped |=
          rig_actor_bit(step->actor);
    }
  }
  return true;
}

static bool is_livelock(const struct search *search, uint32_t state) {
  const struct component *component = &search->components[search->component[state] & ~KNOWN];
  return component->stepped != 0 && (component->always & ~component->stepped) == 0;
}

/* ---- a walk ---- */

struct walk {
  const struct search *search;
  uint32_t *came; /* by which step a state was first met, or RIG_GRAPH_NONE */
  uint32_t *queue;
  uint32_t at;
  bool inside; /* the component is not left any more */
  uint32_t begun;
  uint32_t always;
  uint32_t stepped;
  struct rig_schedule *out;
  size_t capacity;
};

static bool append(struct walk *walk, const struct rig_graph_step *step) {
  struct rig_schedule *out = walk->out;
  if (out->count == walk->capacity) {
    const size_t capacity = walk->capacity == 0 ? 64 : 2 * walk->capacity;
    struct rig_transition *steps = realloc(out->steps, capacity * sizeof steps[0]);
    if (steps == NULL) {
      return false;
    }
    out->steps = steps;
    walk->capacity = capacity;
  }
  out->steps[out->count++] = (struct rig_transition){step->actor, step->choice};
  walk->at = step->to;
  walk->stepped |= rig_actor_bit(step->actor);
  walk->always &= walk->search->graph->states[step->to].enabled;
  return true;
}

/* Walks back from `last` to where the walk is, and then forth. */
static bool follow(struct walk *walk, uint32_t last) {
  const struct rig_graph_step *steps = walk->search->graph->steps;
  size_t count = 0; /* the queue is free by now */
  walk->queue[count++] = last;
  for (uint32_t state = steps[last].from; state != walk->at; state = steps[last].from) {
    last = walk->came[state];
    walk->queue[count++] = last;
  }
  while (count > 0) {
    if (!append(walk, &steps[walk->queue[--count]])) {
      return false;
    }
  }
  return true;
}

/* Does this step lead where the walk still has to go? */
static bool is_wanted(const struct walk *walk, const struct rig_graph_step *step) {
  if (!walk->inside) {
    return is_livelock(walk->search, step->to);
  }
  const uint32_t missing = walk->always & ~walk->stepped;
  if (missing == 0) {
    return step->to == walk->begun;
  }
  return ((rig_actor_bit(step->actor) | ~walk->search->graph->states[step->to].enabled) &
          missing) != 0;
}

/* The shortest way on to a step that is wanted (breadth first). False without memory. */
static bool go_on(struct walk *walk) {
  const struct rig_graph *graph = walk->search->graph;
  size_t count = 0;
  memset(walk->came, 0xff, graph->state_count * sizeof walk->came[0]);
  walk->queue[count++] = walk->at;
  for (size_t next = 0; next < count; next++) {
    const uint32_t state = walk->queue[next];
    for (uint32_t i = graph->states[state].first; i != RIG_GRAPH_NONE; i = graph->steps[i].next) {
      const struct rig_graph_step *step = &graph->steps[i];
      if (walk->inside && !within(walk->search, step)) {
        continue;
      }
      if (is_wanted(walk, step)) {
        return follow(walk, i);
      }
      if (step->to != walk->at && walk->came[step->to] == RIG_GRAPH_NONE) {
        walk->came[step->to] = i;
        walk->queue[count++] = step->to;
      }
    }
  }
  RIG_ASSERT(false); /* it was asked for what is there */
  return false;
}

/* To the nearest livelock, and round it. */
static bool write_schedule(struct walk *walk) {
  if (!is_livelock(walk->search, 0) && !go_on(walk)) {
    return false;
  }
  walk->inside = true;
  walk->begun = walk->at;
  walk->stepped = 0;
  walk->always = walk->search->graph->states[walk->at].enabled;
  while (walk->at != walk->begun || (walk->always & ~walk->stepped) != 0) {
    if (!go_on(walk)) {
      return false;
    }
  }
  return true;
}

static enum rig_status shortest(const struct search *search, struct rig_schedule *out) {
  struct rig_schedule schedule = {NULL, 0};
  /* `low` and `next` are free by now. */
  struct walk walk = {
      .search = search, .came = search->low, .queue = search->next, .out = &schedule};
  if (!write_schedule(&walk)) {
    free(schedule.steps);
    return RIG_NO_MEMORY;
  }
  *out = schedule;
  return RIG_OK;
}

enum rig_status rig_graph_livelock(const struct rig_graph *graph, struct rig_schedule *out) {
  const size_t count = graph->state_count;
  struct search search = {.graph = graph};
  enum rig_status status = RIG_NOT_FOUND;
  search.component = calloc(count + 1, sizeof(uint32_t));
  search.low = calloc(count + 1, sizeof(uint32_t));
  search.next = calloc(count + 1, sizeof(uint32_t));
  search.path = calloc(count + 1, sizeof(uint32_t));
  search.open = calloc(count + 1, sizeof(uint32_t));
  if (search.component == NULL || search.low == NULL || search.next == NULL ||
      search.path == NULL || search.open == NULL || !find_components(&search)) {
    status = RIG_NO_MEMORY;
  }
  for (uint32_t state = 0; status == RIG_NOT_FOUND && state < count; state++) {
    if (is_livelock(&search, state)) {
      status = shortest(&search, out);
    }
  }
  free(search.component);
  free(search.low);
  free(search.next);
  free(search.path);
  free(search.open);
  free(search.components);
  return status;
}
