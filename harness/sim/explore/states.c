/*
 * Exploration by states: depth first, each state once, with sleep sets.
 *
 * Sleep sets together with state matching are P. Godefroid's (Partial-Order Methods for the
 * Verification of Concurrent Systems, 1996, ch. 5): they visit every state and leave out
 * transitions alone. A state met again with an actor awake that slept whenever it was met before is
 * explored for that actor. What sleeps here is an actor, once all its transitions have been taken;
 * its footprint is that of all of them together.
 */
#include <stdlib.h>

#include "core/assert.h"
#include "sim/explore/states_private.h"

#define FIRST_BITS 6u /* one page */
#define FIRST_FRAMES 256u
#define FIRST_ARENA (64u * 1024u)
#define NOT_HERE UINT32_MAX

/* The frame's next transition, or false when all are taken. */
static bool next_transition(const struct rig_search *search, struct rig_frame *frame,
                            struct rig_transition *out) {
  const struct rig_transition *list = rig_transitions_of(search, frame);
  while (frame->next < frame->count) {
    const struct rig_transition transition = list[frame->next++];
    const uint32_t bit = rig_actor_bit(transition.actor);
    if ((frame->todo & bit) != 0) {
      *out = transition;
      return true;
    }
  }
  return false;
}

static bool more_to_take(const struct rig_search *search, const struct rig_frame *frame) {
  const struct rig_transition *list = rig_transitions_of(search, frame);
  for (size_t i = frame->next; i < frame->count; i++) {
    if ((frame->todo & rig_actor_bit(list[i].actor)) != 0) {
      return true;
    }
  }
  return false;
}

static void leave(struct rig_search *search) {
  struct rig_frame *frame = &search->frames[--search->depth];
  if (frame->owns_path_bit && search->shared != NULL) {
    rig_prints_remove(&search->path, frame->print);
    rig_shared_close(search->shared, frame->place, frame->met);
  } else if (frame->owns_path_bit) {
    if (frame->generation != search->generation) {
      bool found;
      frame->place = rig_states_visit(&search->states, frame->print, &found);
      RIG_ASSERT(found);
    }
    frame->place.bucket->on_path &= ~(UINT32_C(1) << frame->place.slot);
  }
  search->arena_used = frame->base;
  search->here = NOT_HERE;
}

/* Puts the system into the topmost frame's state; saves it when it will be needed again. */
static bool be_here(struct rig_search *search, struct rig_frame *frame) {
  const struct rig_system *system = search->explorer->system;
  if (search->here != search->depth - 1) {
    RIG_ASSERT(frame->saved != 0);
    system->load(system->self, search->arena + frame->saved, frame->saved_bytes);
  } else if (more_to_take(search, frame)) {
    if (!rig_search_reserve(search, rig_search_aligned(system->state_bytes_max))) {
      return false;
    }
    frame->saved = search->arena_used;
    frame->saved_bytes = system->save(system->self, search->arena + frame->saved);
    RIG_ASSERT(frame->saved_bytes <= system->state_bytes_max);
    search->arena_used += rig_search_aligned(frame->saved_bytes);
  }
  search->here = NOT_HERE;
  return true;
}

/* Who sleeps behind a step of the frame with this footprint. */
static uint32_t sleep_behind(const struct rig_search *search, const struct rig_frame *frame,
                             const struct rig_footprint *footprint) {
  uint32_t sleep = 0;
  for (uint32_t rest = frame->sleep; rest != 0; rest &= rest - 1) {
    const uint32_t other = rest & -rest;
    if (!rig_footprints_conflict(rig_footprint_of(search, frame, other), footprint)) {
      sleep |= other;
    }
  }
  return sleep;
}

/* A transition was taken with this footprint, and what is behind it will have been explored before
 * the next one is: from then on its actor sleeps, once all its transitions are taken. Not so when
 * the step closed a cycle without progress: the same cycle must be found again in the states behind
 * what others do, where it may be a livelock and is none here, because they could go on. */
static void put_to_sleep(const struct rig_search *search, struct rig_frame *frame,
                         struct rig_transition transition, const struct rig_footprint *footprint) {
  const uint32_t bit = rig_actor_bit(transition.actor);
  struct rig_footprint *sum = rig_footprint_of(search, frame, bit);
  sum->reads |= footprint->reads;
  sum->writes |= footprint->writes;
  if (search->closed) {
    frame->wakeful |= bit;
  }
  const struct rig_transition *list = rig_transitions_of(search, frame);
  if (frame->next == frame->count || list[frame->next].actor != transition.actor) {
    frame->sleep |= bit & ~frame->wakeful;
  }
}

/* Takes a transition of the topmost frame. */
static void take(struct rig_search *search, struct rig_frame *frame,
                 struct rig_transition transition) {
  struct rig_explorer *explorer = search->explorer;
  const struct rig_system *system = explorer->system;
  const uint32_t depth = search->depth;
  struct rig_footprint footprint = {0, 0};
  uint32_t sleep = 0;
  if (!be_here(search, frame) || !rig_explorer_path(explorer, depth - 1, transition)) {
    return;
  }
  const enum rig_sim_end end = system->step(system->self, transition, &footprint);
  const uint64_t print = end == RIG_SIM_GOES_ON ? rig_search_print(search) : 0;
  rig_explorer_count(explorer, depth);
  if (end != RIG_SIM_GOES_ON) {
    footprint.writes = UINT64_MAX; /* nothing comes after it */
  }
  if (explorer->options->reduce) {
    sleep = sleep_behind(search, frame, &footprint);
  }
  search->closed = false;
  if (end == RIG_SIM_GOES_ON) {
    rig_search_arrive(search, print, sleep);
  } else if (depth > explorer->cut || rig_explorer_mine(explorer)) {
    rig_explorer_end(explorer, end);
  }
  if (explorer->options->reduce) {
    put_to_sleep(search, &search->frames[depth - 1], transition, &footprint);
  }
}

bool rig_search_explore(struct rig_explorer *explorer, struct rig_graph *graph) {
  struct rig_search search = {.explorer = explorer,
                              .shared = explorer->options->shared,
                              .frames = malloc(FIRST_FRAMES * sizeof(struct rig_frame)),
                              .frame_capacity = FIRST_FRAMES,
                              .here = NOT_HERE,
                              .graph = graph,
                              .arena = malloc(FIRST_ARENA),
                              .arena_capacity = FIRST_ARENA,
                              .arena_used = 16}; /* 0 says: not saved */
  RIG_ASSERT(graph == NULL || !explorer->options->reduce);
  if (search.frames == NULL || search.arena == NULL ||
      !rig_states_new(&search.states, FIRST_BITS)) {
    rig_explorer_out_of_memory(explorer);
  } else if (rig_search_account(&search, rig_states_bytes(&search.states))) {
    explorer->path.count = 0;
    rig_search_arrive(&search, rig_search_print(&search), 0);
  }
  while (!explorer->stop && search.depth > 0) {
    struct rig_frame *frame = &search.frames[search.depth - 1];
    struct rig_transition transition;
    if (next_transition(&search, frame, &transition)) {
      take(&search, frame, transition);
    } else {
      leave(&search);
    }
  }
  (void)rig_search_account(&search, rig_states_bytes(&search.states));
  rig_states_free(&search.states);
  rig_prints_free(&search.path);
  free(search.frames);
  free(search.arena);
  return search.loops;
}

void rig_explore_states(struct rig_explorer *explorer) {
  struct rig_explore_shared *shared = explorer->options->shared;
  const bool loops = rig_search_explore(explorer, NULL);
  if (shared != NULL && explorer->options->worker == 0) {
    explorer->out.bytes += rig_shared_bytes(shared);
  }
  const double states = (double)(shared != NULL ? rig_shared_states(shared) : explorer->out.states);
  explorer->out.omission = states * states / 0x1p65;
  if (loops) {
    rig_explore_loops(explorer);
  }
}
