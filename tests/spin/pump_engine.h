/*
 * The problem of pump.pml (PROGRAM) on the engine: compiled pumps on fibres, scripted notifiers.
 */
#ifndef TESTS_SPIN_PUMP_ENGINE_H
#define TESTS_SPIN_PUMP_ENGINE_H

#include "pump_system.h"
#include "sim/engine/engine.h"

/* A notifier, or the one who sets the stop. What it has done is its state, the rest is set before
 * and by pump_engine_new. */
enum pump_action { PUMP_POSTS, PUMP_NOTIFIES, PUMP_SENDS, PUMP_STOPS };
struct pump_actor {
  struct pump_actor_state {
    uint16_t done;
    uint16_t sending; /* a sent message has no reply yet */
    uint16_t phase;   /* of that call: win32.h */
    uint16_t cookie;
  } state;
  uint32_t count;                          /* so many actions */
  enum pump_action what[PUMP_ACTIONS_MAX]; /* SENDS waits for the reply, NOTIFIES does not */
  uint32_t target;
  uint32_t thread; /* the sender */
};

/* One that takes the same action so many times. */
struct pump_actor pump_actor_of(uint32_t count, enum pump_action what);

/* PUMP_GET: one GetMessage for each wake; else a drain. The actors live as long as the engine. Ends
 * the program when it cannot be made. */
struct rig_engine *pump_engine_new(enum pump_retrieve retrieve, struct pump_actor *actors,
                                   unsigned count);

#endif
