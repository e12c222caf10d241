/*
 * What the parts of a simulation share. Internal to simulate*.c and path*.c.
 */
#ifndef RIG_SIM_SIMULATE_PRIVATE_H
#define RIG_SIM_SIMULATE_PRIVATE_H

#include "sim/director/script.h"
#include "sim/engine/engine.h"
#include "sim/simulate.h"
#include "sim/stage/stage.h"

/* A scenario's plan as a bare pump's session has it. */
struct rig_sim_plan {
  struct rig_plan plan;
  struct rig_director_plan director;
};

#define RIG_SIM_FILES_MAX 32u /* of one program */

struct rig_simulation {
  const struct rig_sim_options *options;
  const struct rig_scenario *scenario;
  struct rig_sim_report *report;
  struct rig_sim_plan plan;
  struct rig_engine *engine;
  struct rig_stage *stage;
  struct rig_stand_in *stand_in;            /* of a whole program */
  const char *paths[RIG_SIM_FILES_MAX + 1]; /* its files, and the stand-in's behind them */
  struct rig_director *director;
  const struct rig_system *system;
  struct rig_forked *forked; /* of a natively compiled pump: whose system that is; NULL */
  void *initial;             /* the state before the first step */
  size_t initial_bytes;
  uint32_t depth_max; /* of a path that is run again */
};

/* simulate_plan.c */
enum rig_status rig_sim_plan_make(const struct rig_sim_options *options,
                                  const struct rig_scenario *scenario,
                                  struct rig_sim_plan *out) RIG_CHECKED;
void rig_sim_plan_free(struct rig_sim_plan *plan);

/* simulate_open.c: false with the reason in the report. */
bool rig_simulation_open(struct rig_simulation *simulation, bool director);
void rig_simulation_close(struct rig_simulation *simulation);
void rig_simulation_rewind(struct rig_simulation *simulation); /* to the state before any step */

/* A number for how the path has ended: ends that a report would tell apart differ. */
uint64_t rig_simulation_kind(const struct rig_simulation *simulation, enum rig_sim_end end);

/* simulate_shorten.c: replaces the schedule, which comes to `end` of this kind, by a shorter one
 * where there is one. */
void rig_simulation_shorten(struct rig_simulation *simulation, enum rig_sim_end end, uint64_t kind,
                            struct rig_schedule *schedule);

/* path.c: what happens is recorded from now on (NULL: no more), the program's start first, which is
 * run again for it. */
void rig_simulation_listen(const struct rig_simulation *simulation, const struct rig_log *log);
/* path.c: runs the schedule from the beginning with a recorder into the report's next path, and on
 * from its last step to an end unless it is one that follows. */
void rig_simulation_record(struct rig_simulation *simulation, const struct rig_schedule *schedule,
                           enum rig_sim_why why);

/* path_end.c: what a live director writes when a run has come to its end, or to none. */
struct rig_path_end {
  struct rig_simulation *simulation;
  const struct rig_log *log;
  enum rig_sim_end end;
};
void rig_path_finish(const struct rig_path_end *end);
/* The path that was just taken ended in a call of something that is not simulated. */
bool rig_path_not_simulated(const struct rig_simulation *simulation);
/* The EXCEPTION of a path that ended in a crash of the program's own; false: it is none. */
bool rig_path_exception(const struct rig_simulation *simulation, struct rig_record *out);
/* It ended in code that never yields: no crash, though the engine ends it as one. */
bool rig_path_runs_on(const struct rig_simulation *simulation, enum rig_sim_end end);

/* path_policy.c: a schedule chosen as it goes, from the beginning to an end; the caller frees
 * out->steps. False when it came to none within the bounds. */
bool rig_path_choose(struct rig_simulation *simulation, enum rig_sim_why why, uint64_t seed,
                     struct rig_schedule *out);

#endif
