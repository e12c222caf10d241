/*
 * Meeting a state: is it new, does it lie on the path, what of it is left to explore?
 *
 * A state met again with an actor awake that slept whenever it was met before is explored for that
 * actor (states.c says whose rule that is).
 */
#include "sim/explore/states_private.h"

/* The step just taken led back to a state on the path: is it a cycle without progress? It is a
 * livelock if every actor steps in it that could do so all along. */
static bool closes_cycle(const struct rig_search *search, uint64_t print, bool *livelock) {
  uint32_t always = UINT32_MAX;
  uint32_t stepped = 0;
  const uint32_t top = search->depth - 1;
  for (uint32_t i = top;; i--) {
    const struct rig_frame *frame = &search->frames[i];
    always &= frame->enabled;
    stepped |= rig_actor_bit(search->explorer->path.steps[i].actor);
    if (frame->print == print) {
      *livelock = (always & ~stepped) == 0;
      return true;
    }
    if (i == search->frames[top].progress) {
      return false;
    }
  }
}

static bool made_progress(const struct rig_search *search) {
  const struct rig_system *system = search->explorer->system;
  return system->progress != NULL && system->progress(system->self);
}

/* A place in the table for `print`; false when a bound was hit or memory is out. */
static bool visit(struct rig_search *search, uint64_t print, struct rig_state_place *place,
                  bool *found) {
  struct rig_explorer *explorer = search->explorer;
  if (rig_states_full(&search->states)) {
    if (!rig_search_account(search, rig_states_bytes_grown(&search->states))) {
      return false;
    }
    if (!rig_states_grow(&search->states)) {
      rig_explorer_out_of_memory(explorer);
      return false;
    }
    search->generation++;
  }
  *place = rig_states_visit(&search->states, print, found);
  if (!*found) {
    if (explorer->options->states_max != 0 &&
        explorer->out.states >= explorer->options->states_max) {
      rig_explorer_bound(explorer, "states", true);
      return false;
    }
    explorer->out.states++;
  }
  return true;
}

/* What is left to explore of the state, which was met before unless `fresh`. The sleep set that the
 * table remembers becomes the smaller one. */
static uint32_t left_to_do(struct rig_frame *frame, bool fresh, bool above_cut) {
  uint32_t *stored = &frame->place.bucket->sleep[frame->place.slot];
  if (fresh || above_cut) {
    /* Above the cut, the shards together explore all that is awake, each time it is met. */
    *stored = fresh ? frame->sleep : *stored & frame->sleep;
    return frame->enabled & ~frame->sleep;
  }
  const uint32_t difference = *stored & ~frame->sleep;
  frame->sleep &= *stored;
  *stored = frame->sleep;
  return difference & frame->enabled;
}

/* What can be done in the present state. */
static void look(const struct rig_search *search, struct rig_frame *frame,
                 struct rig_transition *list, enum rig_sim_end *end) {
  frame->count = (uint16_t)rig_explorer_enabled(search->explorer->system, list, end);
  frame->enabled = 0;
  for (size_t i = 0; i < frame->count; i++) {
    frame->enabled |= rig_actor_bit(list[i].actor);
  }
}

/* A step led to a state on the path. */
static void meet_path(struct rig_search *search, uint64_t print, bool above_cut) {
  bool livelock = false;
  search->loops = true;
  if (!made_progress(search)) {
    search->closed = closes_cycle(search, print, &livelock);
  }
  if (livelock && (!above_cut || rig_explorer_mine(search->explorer))) {
    rig_explorer_end(search->explorer, RIG_SIM_LIVELOCK);
  }
}

/* The step just taken is one of the graph's, and so is the state it led to. False without memory.
 * Not inline: most explorations fill no graph, and arriving is their hot path. */
__attribute__((noinline, cold)) static bool note_step(struct rig_search *search, uint64_t print,
                                                      uint32_t *node) {
  struct rig_graph *graph = search->graph;
  const uint64_t before = rig_graph_bytes(graph);
  *node = rig_graph_state(graph, print);
  if (*node == RIG_GRAPH_NONE ||
      (search->depth > 0 &&
       !rig_graph_step(graph, search->frames[search->depth - 1].node, *node,
                       search->explorer->path.steps[search->depth - 1], made_progress(search)))) {
    rig_explorer_out_of_memory(search->explorer);
    return false;
  }
  return rig_graph_bytes(graph) == before ||
         rig_search_account(search, rig_states_bytes(&search->states));
}

/* Is the state one of those on this worker's path? */
static bool is_on_path(const struct rig_search *search, const struct rig_frame *frame) {
  return search->shared != NULL ? rig_prints_has(&search->path, frame->print)
                                : (frame->place.bucket->on_path >> frame->place.slot & 1u) != 0;
}

/* The state is to be explored (further): it becomes the topmost frame. */
static void enter(struct rig_search *search, struct rig_frame *frame,
                  const struct rig_transition *list) {
  const uint32_t depth_max = search->explorer->options->depth_max;
  if (depth_max != 0 && search->depth >= depth_max) {
    /* Remembered as not explored at all: a shorter path to it may still do so. */
    if (search->shared != NULL) {
      rig_shared_forget(search->shared, frame->place);
    } else {
      frame->place.bucket->sleep[frame->place.slot] = frame->enabled;
    }
    rig_explorer_bound(search->explorer, "depth", false);
    rig_explorer_end(search->explorer, RIG_SIM_BOUND);
    return;
  }
  frame->generation = search->generation;
  frame->progress = search->depth == 0 ? 0 : search->frames[search->depth - 1].progress;
  if (made_progress(search)) {
    frame->progress = search->depth;
  }
  frame->owns_path_bit = !is_on_path(search, frame);
  if (search->shared == NULL) {
    frame->place.bucket->on_path |= UINT32_C(1) << frame->place.slot;
  } else if (frame->owns_path_bit && !rig_prints_add(&search->path, frame->print)) {
    rig_explorer_out_of_memory(search->explorer);
    return;
  }
  rig_search_push(search, frame, list);
}

/* Meets the state in the table that all workers share. False when a bound was hit. */
static bool meet_in_common(struct rig_search *search, uint64_t print, uint32_t sleep,
                           struct rig_shared_visit *out) {
  struct rig_explorer *explorer = search->explorer;
  *out = rig_shared_meet(search->shared, print, sleep, explorer->options->states_max);
  switch (out->result) {
  case RIG_SHARED_MET:
    explorer->out.states += !out->found;
    return true;
  case RIG_SHARED_STATES:
    rig_explorer_bound(explorer, "states", true);
    return false;
  case RIG_SHARED_MEMORY:
    rig_explorer_bound(explorer, "memory", true);
    return false;
  case RIG_SHARED_STOP:
    explorer->out.interrupted = true;
    explorer->stop = true;
    return false;
  }
  return false;
}

/* The same as rig_search_arrive, with workers. A state is passed over when it was explored to its
 * end with no more asleep than now, or lies on this worker's own path. That every state is visited
 * all the same follows as with one alone, for all that is entered is left again: of the steps that
 * lead on to a state, the one that is taken first from the visit with the fewest asleep has none of
 * the others asleep behind it. */
static void arrive_among_workers(struct rig_search *search, uint64_t print, uint32_t sleep,
                                 bool above_cut) {
  struct rig_frame frame = {.print = print};
  struct rig_transition list[RIG_ENABLED_MAX];
  enum rig_sim_end end = RIG_SIM_GOES_ON;
  struct rig_shared_visit visit;
  if (!meet_in_common(search, frame.print, sleep, &visit)) {
    return;
  }
  frame.place = visit.place;
  const bool on_path = is_on_path(search, &frame);
  if (on_path) {
    meet_path(search, frame.print, above_cut);
  }
  const bool fewer = visit.sleep != visit.before;
  if (visit.found && !above_cut && !fewer && (visit.closed || on_path)) {
    return;
  }
  look(search, &frame, list, &end);
  if (frame.count == 0) {
    rig_explorer_end(search->explorer, end);
    rig_shared_close(search->shared, frame.place, visit.sleep);
    return;
  }
  /* Above the cut all that is awake is explored each time, so that prefixes are counted alike. */
  const uint32_t asleep = above_cut ? sleep : visit.sleep;
  frame.met = asleep == visit.sleep ? asleep : UINT32_MAX;
  frame.sleep = asleep & frame.enabled;
  frame.todo = frame.enabled & ~frame.sleep;
  if (visit.closed && !above_cut) {
    frame.todo &= visit.before;
  }
  if (frame.todo != 0) {
    enter(search, &frame, list);
  } else if (!on_path) {
    rig_shared_close(search->shared, frame.place, visit.sleep);
  }
}

uint64_t rig_search_print(const struct rig_search *search) {
  const struct rig_system *system = search->explorer->system;
  const uint64_t print = system->hash(system->self);
  if (search->shared == NULL) {
    rig_states_prefetch(&search->states, print);
  }
  return print;
}

void rig_search_arrive(struct rig_search *search, uint64_t print, uint32_t sleep) {
  struct rig_explorer *explorer = search->explorer;
  struct rig_transition list[RIG_ENABLED_MAX];
  enum rig_sim_end end = RIG_SIM_GOES_ON;
  struct rig_state_place place;
  bool found;
  bool above_cut = false;
  if (explorer->cut != 0 && search->depth <= explorer->cut) {
    struct rig_frame here;
    look(search, &here, list, &end);
    above_cut = search->depth < explorer->cut && here.count > 0;
    if (!above_cut && !rig_explorer_mine(explorer)) {
      return;
    }
  }
  if (search->shared != NULL) {
    arrive_among_workers(search, print, sleep, above_cut);
    return;
  }
  uint32_t node = RIG_GRAPH_NONE;
  if (!visit(search, print, &place, &found) ||
      (search->graph != NULL && !note_step(search, print, &node))) {
    return;
  }
  if ((place.bucket->on_path >> place.slot & 1u) != 0) {
    meet_path(search, print, above_cut);
  }
  if (found && !above_cut && (place.bucket->sleep[place.slot] & ~sleep) == 0) {
    return;
  }
  struct rig_frame frame = {.print = print, .place = place, .node = node};
  look(search, &frame, list, &end);
  if (frame.count == 0) {
    rig_explorer_end(explorer, end);
    return;
  }
  if (search->graph != NULL) {
    search->graph->states[frame.node].enabled = frame.enabled;
  }
  frame.sleep = sleep & frame.enabled;
  frame.todo = left_to_do(&frame, !found, above_cut);
  if (frame.todo != 0) {
    enter(search, &frame, list);
  }
}
