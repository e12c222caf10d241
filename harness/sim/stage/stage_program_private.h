/* The stage of a whole program, as its parts share it. Internal to stage_program*.c. */
#ifndef RIG_SIM_STAGE_PROGRAM_PRIVATE_H
#define RIG_SIM_STAGE_PROGRAM_PRIVATE_H

#include "sim/stage/stage_private.h"

/* What the start has come to. Of a loose start it is part of the state. */
struct rig_stage_facts {
  uint8_t starting;
  uint8_t initialised;
  uint8_t logged_on;
  uint8_t running;
  uint8_t connected;
};

struct rig_program_stage {
  struct rig_stage stage;
  struct rig_engine *engine;
  const struct rig_system *system;
  struct rig_stand_in *stand_in;
  struct rig_director *director;
  uint32_t steps; /* of the start */
  bool ends;      /* the step behind them ends the path */
  uint32_t handles[RIG_WIN_WAIT_MAX];
  void *origin; /* the state before main's first instruction */
  size_t origin_bytes;
  struct rig_stage_facts facts;
  bool armed;                /* the scenario begins at a call, which may be one of the start */
  bool loose;                /* the start runs in any order: it is part of what is explored */
  const struct rig_log *log; /* of the path that is recorded */
  uint32_t reported;         /* on that: the service's last state, 0: none */
};

/* Has the program's stand-in tell it what its start has come to, and ask its director for faults.
 * (stage_program_told.c) */
void rig_stage_program_direct(struct rig_program_stage *program);

#endif
