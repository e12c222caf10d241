/*
 * Small systems for the tests of the explorer: actors that run little programs over shared cells.
 */
#ifndef TESTS_UNIT_SIM_MACHINE_H
#define TESTS_UNIT_SIM_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "sim/explore/explore.h"

#define MACHINE_ACTORS 6
#define MACHINE_CELLS 8
#define MACHINE_STEPS 24

enum machine_op {
  OP_END,
  OP_LOCAL,  /* touches nothing shared: counts the actor's own register up */
  OP_ADD,    /* cell += value */
  OP_SET,    /* cell = value */
  OP_LOAD,   /* register = cell */
  OP_STORE,  /* cell = register + value */
  OP_TAKE,   /* waits until cell > 0, then cell -= 1 */
  OP_AWAIT,  /* waits until cell == value */
  OP_CHOOSE, /* cell = value or cell = value + 1: two transitions */
  OP_SKIP,   /* when cell == value, the next step is left out */
  OP_JUMP,   /* to step `value` */
  OP_WORK,   /* to step `value`, and that is progress */
  OP_CRASH,  /* when cell == value, the path ends in a crash */
  OP_COUNT
};

struct machine_step {
  uint8_t op;
  uint8_t cell;
  uint8_t value;
};

/* All bytes of the state are told by its fields: it is compared and hashed as bytes. */
struct machine_state {
  uint8_t cells[MACHINE_CELLS];
  uint8_t registers[MACHINE_ACTORS];
  uint8_t at[MACHINE_ACTORS];
};

struct machine {
  struct machine_step program[MACHINE_ACTORS][MACHINE_STEPS];
  unsigned actors;
  struct machine_state state;
  bool progress;
  bool hides_waits; /* does not say what a blocked actor waits for */
  bool shuffles;    /* the enabled ones come in an order that differs from state to state */
};

static inline const struct machine_step *machine_next(const struct machine *machine,
                                                      unsigned actor) {
  return &machine->program[actor][machine->state.at[actor]];
}

static inline bool machine_waits(const struct machine *machine, const struct machine_step *step) {
  const uint8_t cell = machine->state.cells[step->cell];
  return (step->op == OP_TAKE && cell == 0) || (step->op == OP_AWAIT && cell != step->value);
}

static inline uint64_t machine_hash(void *self) {
  const struct machine *machine = self;
  const unsigned char *bytes = (const unsigned char *)&machine->state;
  uint64_t hash = UINT64_C(0xCBF29CE484222325);
  for (size_t i = 0; i < sizeof machine->state; i++) {
    hash = (hash ^ bytes[i]) * UINT64_C(0x100000001B3);
    hash ^= hash >> 29;
  }
  return hash;
}

static inline size_t machine_enabled(void *self, struct rig_transition *out,
                                     enum rig_sim_end *end) {
  struct machine *machine = self;
  size_t count = 0;
  bool ended = true;
  const unsigned first = machine->shuffles ? (unsigned)(machine_hash(machine) >> 40) : 0;
  for (unsigned i = 0; i < machine->actors; i++) {
    const unsigned actor = (first + i) % machine->actors;
    const struct machine_step *step = machine_next(machine, actor);
    ended = ended && step->op == OP_END;
    if (step->op != OP_END && !machine_waits(machine, step)) {
      out[count++] = (struct rig_transition){(uint16_t)actor, 0};
      if (step->op == OP_CHOOSE) {
        out[count++] = (struct rig_transition){(uint16_t)actor, 1};
      }
    }
  }
  *end = ended ? RIG_SIM_COMPLETE : RIG_SIM_DEADLOCK;
  return count;
}

/* What a step touches; of a waiting one: what it waits for. */
static inline struct rig_footprint machine_footprint(const struct machine_step *step) {
  const uint64_t cell = UINT64_C(1) << step->cell;
  switch (step->op) {
  case OP_LOAD:
  case OP_AWAIT:
  case OP_SKIP:
  case OP_CRASH:
    return (struct rig_footprint){.reads = cell};
  case OP_SET:
  case OP_STORE:
  case OP_CHOOSE:
    return (struct rig_footprint){.writes = cell};
  case OP_ADD:
  case OP_TAKE:
    return (struct rig_footprint){.reads = cell, .writes = cell};
  default:
    return (struct rig_footprint){0, 0};
  }
}

static inline enum rig_sim_end machine_step(void *self, struct rig_transition transition,
                                            struct rig_footprint *footprint) {
  struct machine *machine = self;
  const struct machine_step *step = machine_next(machine, transition.actor);
  uint8_t *cell = &machine->state.cells[step->cell];
  uint8_t *at = &machine->state.at[transition.actor];
  uint8_t *own = &machine->state.registers[transition.actor];
  *footprint = machine_footprint(step);
  machine->progress = step->op == OP_WORK;
  ++*at;
  switch (step->op) {
  case OP_LOCAL:
    ++*own;
    break;
  case OP_ADD:
    *cell = (uint8_t)(*cell + step->value);
    break;
  case OP_SET:
    *cell = step->value;
    break;
  case OP_LOAD:
    *own = *cell;
    break;
  case OP_STORE:
    *cell = (uint8_t)(*own + step->value);
    break;
  case OP_TAKE:
    --*cell;
    break;
  case OP_CHOOSE:
    *cell = (uint8_t)(step->value + transition.choice);
    break;
  case OP_SKIP:
    *at = (uint8_t)(*at + (*cell == step->value));
    break;
  case OP_JUMP:
  case OP_WORK:
    *at = step->value;
    break;
  case OP_CRASH:
    return *cell == step->value ? RIG_SIM_CRASH : RIG_SIM_GOES_ON;
  default:
    break;
  }
  return RIG_SIM_GOES_ON;
}

static inline size_t machine_save(void *self, void *to) {
  const struct machine *machine = self;
  memcpy(to, &machine->state, sizeof machine->state);
  return sizeof machine->state;
}

static inline void machine_load(void *self, const void *from, size_t bytes) {
  struct machine *machine = self;
  memcpy(&machine->state, from, bytes);
}

static inline bool machine_progress(void *self) {
  const struct machine *machine = self;
  return machine->progress;
}

static inline bool machine_blocked(void *self, uint16_t actor, struct rig_footprint *footprint) {
  const struct machine *machine = self;
  if (actor >= machine->actors) {
    return false;
  }
  const struct machine_step *step = machine_next(machine, actor);
  *footprint = machine_footprint(step);
  return step->op != OP_END && machine_waits(machine, step);
}

static inline struct rig_system machine_system(struct machine *machine) {
  struct rig_system system = {.self = machine,
                              .enabled = machine_enabled,
                              .step = machine_step,
                              .state_bytes_max = sizeof machine->state,
                              .save = machine_save,
                              .load = machine_load,
                              .hash = machine_hash,
                              .progress = machine_progress,
                              .blocked = machine_blocked};
  if (machine->hides_waits) {
    system.blocked = NULL;
  }
  return system;
}

/* Explores; a failure to do so ends the test. */
static inline struct rig_exploration machine_explore(struct machine *machine,
                                                     struct rig_explore_options options) {
  struct rig_exploration out = {0};
  const struct rig_system system = machine_system(machine);
  const struct machine_state before = machine->state;
  if (rig_explore(&system, &options, &out) != RIG_OK ||
      memcmp(&before, &machine->state, sizeof before) != 0) {
    out.bound = "rig_explore failed, or left the system elsewhere";
  }
  return out;
}

#endif
