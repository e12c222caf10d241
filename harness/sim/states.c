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
#include <string.h>

#include "core/assert.h"
#include "sim/explore_private.h"
#include "sim/states_table.h"

#define FIRST_BITS 6u /* one page */
#define FIRST_FRAMES 256u
#define FIRST_ARENA (64u * 1024u)
#define NOT_HERE UINT32_MAX

/* A state on the path. Its transitions, the footprints of its actors and its saved bytes lie in the
 * arena, from `base` on. */
struct frame {
  uint64_t print;
  struct rig_state_place place;
  size_t base;
  size_t saved; /* 0: not saved */
  size_t saved_bytes;
  uint32_t generation; /* of the table, for which `place` is good */
  uint32_t enabled;    /* actors */
  uint32_t todo;       /* actors to explore from here */
  uint32_t sleep;      /* actors asleep, those explored already among them */
  uint32_t wakeful;    /* actors a step of which closed a cycle: they never sleep (below) */
  uint32_t progress;   /* the last state of the path that was reached by progress */
  uint16_t count;      /* transitions */
  uint16_t next;
  bool owns_path_bit;
};

struct search {
  struct rig_explorer *explorer;
  struct rig_states states;
  uint32_t generation;
  struct frame *frames;
  size_t frame_capacity;
  uint32_t depth; /* frames; the topmost is the present state's or an ancestor of it */
  uint32_t here;  /* the frame whose state the system is in, or NOT_HERE */
  bool closed;    /* the last step closed a cycle without progress */
  unsigned char *arena;
  size_t arena_capacity;
  size_t arena_used;
};

/* With a table of so many bytes. */
static bool account(struct search *search, uint64_t table) {
  const struct rig_explorer *explorer = search->explorer;
  return rig_explorer_bytes(search->explorer,
                            table + search->arena_capacity +
                                search->frame_capacity * sizeof search->frames[0] +
                                explorer->path_capacity * sizeof explorer->path.steps[0]);
}

/* Room for so many bytes more on the arena. */
static bool reserve(struct search *search, size_t bytes) {
  if (search->arena_used + bytes <= search->arena_capacity) {
    return true;
  }
  size_t capacity = search->arena_capacity;
  while (search->arena_used + bytes > capacity) {
    capacity *= 2;
  }
  unsigned char *arena = realloc(search->arena, capacity);
  if (arena == NULL) {
    rig_explorer_out_of_memory(search->explorer);
    return false;
  }
  search->arena = arena;
  search->arena_capacity = capacity;
  return account(search, rig_states_bytes(&search->states));
}

static size_t aligned(size_t bytes) {
  return (bytes + 15) & ~(size_t)15;
}

static struct rig_transition *transitions_of(const struct search *search,
                                             const struct frame *frame) {
  return (struct rig_transition *)(search->arena + frame->base);
}

/* The footprint of `actor`, which is enabled in the frame's state. */
static struct rig_footprint *footprint_of(const struct search *search, const struct frame *frame,
                                          uint32_t bit) {
  const size_t list = aligned(frame->count * sizeof(struct rig_transition));
  return (struct rig_footprint *)(search->arena + frame->base + list) +
         __builtin_popcount(frame->enabled & (bit - 1));
}

/* The frame's next transition, or false when all are taken. */
static bool next_transition(const struct search *search, struct frame *frame,
                            struct rig_transition *out) {
  const struct rig_transition *list = transitions_of(search, frame);
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

static bool more_to_take(const struct search *search, const struct frame *frame) {
  const struct rig_transition *list = transitions_of(search, frame);
  for (size_t i = frame->next; i < frame->count; i++) {
    if ((frame->todo & rig_actor_bit(list[i].actor)) != 0) {
      return true;
    }
  }
  return false;
}

/* The step just taken led back to a state on the path: is it a cycle without progress? It is a
 * livelock if every actor steps in it that could do so all along. */
static bool closes_cycle(const struct search *search, uint64_t print, bool *livelock) {
  uint32_t always = UINT32_MAX;
  uint32_t stepped = 0;
  const uint32_t top = search->depth - 1;
  for (uint32_t i = top;; i--) {
    const struct frame *frame = &search->frames[i];
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

static bool made_progress(const struct search *search) {
  const struct rig_system *system = search->explorer->system;
  return system->progress != NULL && system->progress(system->self);
}

/* The state the system is in becomes the topmost frame. */
static void push(struct search *search, const struct frame *with,
                 const struct rig_transition *list) {
  if (search->depth >= search->frame_capacity) {
    const size_t capacity = 2 * search->frame_capacity;
    struct frame *frames = realloc(search->frames, capacity * sizeof frames[0]);
    if (frames == NULL) {
      rig_explorer_out_of_memory(search->explorer);
      return;
    }
    search->frames = frames;
    search->frame_capacity = capacity;
    if (!account(search, rig_states_bytes(&search->states))) {
      return;
    }
  }
  const size_t list_bytes = aligned(with->count * sizeof list[0]);
  const size_t footprints =
      (size_t)__builtin_popcount(with->enabled) * sizeof(struct rig_footprint);
  if (!reserve(search, list_bytes + footprints)) {
    return;
  }
  struct frame *frame = &search->frames[search->depth];
  *frame = *with;
  frame->base = search->arena_used;
  search->arena_used += list_bytes + footprints;
  memcpy(transitions_of(search, frame), list, frame->count * sizeof list[0]);
  if (search->explorer->options->reduce) {
    memset(footprint_of(search, frame, 1), 0, footprints);
    for (uint32_t rest = frame->sleep; rest != 0; rest &= rest - 1) {
      const uint32_t bit = rest & -rest;
      *footprint_of(search, frame, bit) = *footprint_of(search, frame - 1, bit);
    }
  }
  search->here = search->depth++;
}

/* A place in the table for `print`; false when a bound was hit or memory is out. */
static bool visit(struct search *search, uint64_t print, struct rig_state_place *place,
                  bool *found) {
  struct rig_explorer *explorer = search->explorer;
  if (rig_states_full(&search->states)) {
    if (!account(search, rig_states_bytes_grown(&search->states))) {
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
static uint32_t left_to_do(struct frame *frame, bool fresh, bool above_cut) {
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
static void look(const struct search *search, struct frame *frame, struct rig_transition *list,
                 enum rig_sim_end *end) {
  frame->count = (uint16_t)rig_explorer_enabled(search->explorer->system, list, end);
  frame->enabled = 0;
  for (size_t i = 0; i < frame->count; i++) {
    frame->enabled |= rig_actor_bit(list[i].actor);
  }
}

/* A step led to a state on the path. */
static void meet_path(struct search *search, uint64_t print, bool above_cut) {
  bool livelock = false;
  if (!made_progress(search)) {
    search->closed = closes_cycle(search, print, &livelock);
  }
  if (livelock && (!above_cut || rig_explorer_mine(search->explorer))) {
    rig_explorer_end(search->explorer, RIG_SIM_LIVELOCK);
  }
}

/* The state is to be explored (further): it becomes the topmost frame. */
static void enter(struct search *search, struct frame *frame, const struct rig_transition *list) {
  const uint32_t depth_max = search->explorer->options->depth_max;
  uint32_t *on_path = &frame->place.bucket->on_path;
  const uint32_t bit = UINT32_C(1) << frame->place.slot;
  if (depth_max != 0 && search->depth >= depth_max) {
    /* Remembered as not explored at all: a shorter path to it may still do so. */
    frame->place.bucket->sleep[frame->place.slot] = frame->enabled;
    rig_explorer_bound(search->explorer, "depth", false);
    rig_explorer_end(search->explorer, RIG_SIM_BOUND);
    return;
  }
  frame->generation = search->generation;
  frame->progress = search->depth == 0 ? 0 : search->frames[search->depth - 1].progress;
  if (made_progress(search)) {
    frame->progress = search->depth;
  }
  frame->owns_path_bit = (*on_path & bit) == 0;
  *on_path |= bit;
  push(search, frame, list);
}

/* The system has come to a state, with so many asleep. Most often one that was met: then it is not
 * even looked at. */
static void arrive(struct search *search, uint32_t sleep) {
  struct rig_explorer *explorer = search->explorer;
  struct rig_transition list[RIG_ENABLED_MAX];
  enum rig_sim_end end = RIG_SIM_GOES_ON;
  bool found;
  bool above_cut = false;
  struct frame frame = {.print = explorer->system->hash(explorer->system->self)};
  rig_states_prefetch(&search->states, frame.print);
  if (explorer->cut != 0 && search->depth <= explorer->cut) {
    look(search, &frame, list, &end);
    above_cut = search->depth < explorer->cut && frame.count > 0;
    if (!above_cut && !rig_explorer_mine(explorer)) {
      return;
    }
  }
  if (!visit(search, frame.print, &frame.place, &found)) {
    return;
  }
  if ((frame.place.bucket->on_path >> frame.place.slot & 1u) != 0) {
    meet_path(search, frame.print, above_cut);
  }
  if (found && !above_cut && (frame.place.bucket->sleep[frame.place.slot] & ~sleep) == 0) {
    return;
  }
  look(search, &frame, list, &end);
  if (frame.count == 0) {
    rig_explorer_end(explorer, end);
    return;
  }
  frame.sleep = sleep & frame.enabled;
  frame.todo = left_to_do(&frame, !found, above_cut);
  if (frame.todo != 0) {
    enter(search, &frame, list);
  }
}

static void leave(struct search *search) {
  struct frame *frame = &search->frames[--search->depth];
  if (frame->owns_path_bit) {
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
static bool be_here(struct search *search, struct frame *frame) {
  const struct rig_system *system = search->explorer->system;
  if (search->here != search->depth - 1) {
    RIG_ASSERT(frame->saved != 0);
    system->load(system->self, search->arena + frame->saved, frame->saved_bytes);
  } else if (more_to_take(search, frame)) {
    if (!reserve(search, aligned(system->state_bytes_max))) {
      return false;
    }
    frame->saved = search->arena_used;
    frame->saved_bytes = system->save(system->self, search->arena + frame->saved);
    RIG_ASSERT(frame->saved_bytes <= system->state_bytes_max);
    search->arena_used += aligned(frame->saved_bytes);
  }
  search->here = NOT_HERE;
  return true;
}

/* Who sleeps behind a step of the frame with this footprint. */
static uint32_t sleep_behind(const struct search *search, const struct frame *frame,
                             const struct rig_footprint *footprint) {
  uint32_t sleep = 0;
  for (uint32_t rest = frame->sleep; rest != 0; rest &= rest - 1) {
    const uint32_t other = rest & -rest;
    if (!rig_footprints_conflict(footprint_of(search, frame, other), footprint)) {
      sleep |= other;
    }
  }
  return sleep;
}

/* A transition was taken with this footprint, and what is behind it will have been explored before
 * the next one is: from then on its actor sleeps, once all its transitions are taken. Not so when
 * the step closed a cycle without progress: the same cycle must be found again in the states behind
 * what others do, where it may be a livelock and is none here, because they could go on. */
static void put_to_sleep(const struct search *search, struct frame *frame,
                         struct rig_transition transition, const struct rig_footprint *footprint) {
  const uint32_t bit = rig_actor_bit(transition.actor);
  struct rig_footprint *sum = footprint_of(search, frame, bit);
  sum->reads |= footprint->reads;
  sum->writes |= footprint->writes;
  if (search->closed) {
    frame->wakeful |= bit;
  }
  const struct rig_transition *list = transitions_of(search, frame);
  if (frame->next == frame->count || list[frame->next].actor != transition.actor) {
    frame->sleep |= bit & ~frame->wakeful;
  }
}

/* Takes a transition of the topmost frame. */
static void take(struct search *search, struct frame *frame, struct rig_transition transition) {
  struct rig_explorer *explorer = search->explorer;
  const struct rig_system *system = explorer->system;
  const uint32_t depth = search->depth;
  struct rig_footprint footprint = {0, 0};
  uint32_t sleep = 0;
  if (!be_here(search, frame) || !rig_explorer_path(explorer, depth - 1, transition)) {
    return;
  }
  const enum rig_sim_end end = system->step(system->self, transition, &footprint);
  rig_explorer_count(explorer, depth);
  if (end != RIG_SIM_GOES_ON) {
    footprint.writes = UINT64_MAX; /* nothing comes after it */
  }
  if (explorer->options->reduce) {
    sleep = sleep_behind(search, frame, &footprint);
  }
  search->closed = false;
  if (end == RIG_SIM_GOES_ON) {
    arrive(search, sleep);
  } else if (depth > explorer->cut || rig_explorer_mine(explorer)) {
    rig_explorer_end(explorer, end);
  }
  if (explorer->options->reduce) {
    put_to_sleep(search, &search->frames[depth - 1], transition, &footprint);
  }
}

void rig_explore_states(struct rig_explorer *explorer) {
  struct search search = {.explorer = explorer,
                          .frames = malloc(FIRST_FRAMES * sizeof(struct frame)),
                          .frame_capacity = FIRST_FRAMES,
                          .here = NOT_HERE,
                          .arena = malloc(FIRST_ARENA),
                          .arena_capacity = FIRST_ARENA,
                          .arena_used = 16}; /* 0 says: not saved */
  if (search.frames == NULL || search.arena == NULL ||
      !rig_states_new(&search.states, FIRST_BITS)) {
    rig_explorer_out_of_memory(explorer);
  } else if (account(&search, rig_states_bytes(&search.states))) {
    explorer->path.count = 0;
    arrive(&search, 0);
  }
  while (!explorer->stop && search.depth > 0) {
    struct frame *frame = &search.frames[search.depth - 1];
    struct rig_transition transition;
    if (next_transition(&search, frame, &transition)) {
      take(&search, frame, transition);
    } else {
      leave(&search);
    }
  }
  (void)account(&search, rig_states_bytes(&search.states));
  const double states = (double)explorer->out.states;
  explorer->out.omission = states * states / 0x1p65;
  rig_states_free(&search.states);
  free(search.frames);
  free(search.arena);
}
