/*
 * The problem of pump.pml (PROGRAM) on the engine: compiled pumps on fibres, scripted notifiers.
 */
#ifndef TESTS_SPIN_PUMP_ENGINE_H
#define TESTS_SPIN_PUMP_ENGINE_H

#include "pump_system.h"
#include "sim/engine.h"

/* A notifier that posts, or sends and does not wait; or the one who sets the stop. */
struct pump_actor {
  uint32_t left; /* so many times: its state */
  enum { PUMP_POSTS, PUMP_NOTIFIES, PUMP_STOPS } what;
  uint32_t target; /* set by pump_engine_new */
};

/* PUMP_GET: one GetMessage for each wake; else a drain. The actors live as long as the engine. Ends
 * the program when it cannot be made. */
struct rig_engine *pump_engine_new(enum pump_retrieve retrieve, struct pump_actor *actors,
                                   unsigned count);

#endif
