/*
 * The simulations of a list of scenarios: shared out, started so many at once, waited for.
 * Internal to sim_run.c and sim_jobs.c.
 */
#ifndef RIG_CLI_SIM_JOBS_H
#define RIG_CLI_SIM_JOBS_H

#include "cli/load.h"
#include "cli/output.h"
#include "cli/sim_options.h"
#include "cli/sim_shard.h"
#include "cli/sim_work.h"
#include "sim/explore/explore_shared.h"

/* A scenario under way: simulations for each dialect, side by side for one worker each. */
struct rig_sim_scenario_job {
  struct rig_sim_work *works; /* those of the first dialect, then those of the second */
  struct rig_explore_shared *shared[RIG_SIM_DIALECTS_MAX];
  size_t index;                          /* of the scenario in the list */
  size_t dialects[RIG_SIM_DIALECTS_MAX]; /* that are explored here: indices in the options */
  uint32_t shard[RIG_SIM_DIALECTS_MAX], shards[RIG_SIM_DIALECTS_MAX]; /* the share of each */
  size_t dialect_count;
  size_t started, ended;
  double began;
  bool done;
};

struct rig_simulating {
  const struct rig_cli_sim_options *options;
  struct rig_loaded *loaded;
  struct rig_sim_scenario_job *jobs; /* one for each scenario of which something is explored here */
  size_t count;
  struct rig_results *results;
  struct rig_text_report *report;
  struct rig_symbols *symbols;
  struct rig_sim_shard_file *file; /* of a shard */
  uint32_t workers;                /* of each scenario and dialect */
  size_t next;                     /* scenario whose work is started next */
  size_t reported;                 /* scenarios whose lines are printed */
};

/* What is explored here of each scenario: all of it, or what the shard has of it. */
void rig_sim_jobs_share_out(struct rig_simulating *sim);
/* Workers of each scenario and dialect, as many as leave none of -j idle: most often one, for there
 * are more scenarios. */
uint32_t rig_sim_jobs_workers(const struct rig_simulating *sim);
/* Workers of one scenario, over all its dialects. */
size_t rig_sim_job_works(const struct rig_simulating *sim, const struct rig_sim_scenario_job *job);
/* Workers that have been started and have not ended. */
size_t rig_sim_jobs_running(const struct rig_simulating *sim);
/* Starts the next worker, of the next dialect, of the next scenario. False when there is none, or
 * it could not be started. */
bool rig_sim_jobs_start_one(struct rig_simulating *sim);
/* Looks which workers have ended; waits for it when none has, RIG_SIM_WAIT_MS at most. */
void rig_sim_jobs_await(struct rig_simulating *sim);
/* Frees, and ends, what the scenario's workers have. */
void rig_sim_job_free(const struct rig_simulating *sim, struct rig_sim_scenario_job *job);

#endif
