/*
 * The simulations of a list of scenarios: shared out, started so many at once, waited for.
 */
#include "cli/sim_jobs.h"

#include <stdlib.h>

#include "cli/sim_run.h"

size_t rig_sim_jobs_running(const struct rig_simulating *sim) {
  size_t count = 0;
  for (size_t i = sim->reported; i < sim->next; i++) {
    count += sim->jobs[i].started - sim->jobs[i].ended;
  }
  return count;
}

uint32_t rig_sim_jobs_workers(const struct rig_simulating *sim) {
  size_t parts = 0;
  for (size_t i = 0; i < sim->count; i++) {
    parts += sim->jobs[i].dialect_count;
  }
  const size_t each = parts > 0 ? sim->options->jobs / parts : 1;
  return each < 1 ? 1 : each < RIG_WORKERS_MAX ? (uint32_t)each : RIG_WORKERS_MAX;
}

void rig_sim_jobs_share_out(struct rig_simulating *sim) {
  const struct rig_cli_sim_options *options = sim->options;
  const size_t parts = sim->loaded->count * options->dialect_count;
  for (size_t part = 0; part < parts; part++) {
    struct rig_sim_scenario_job *job = &sim->jobs[sim->count];
    const size_t dialect = part % options->dialect_count;
    const size_t at = job->dialect_count;
    if (options->shard.count == 0 ||
        rig_sim_share(options->mode, part, parts, options->shard.index, options->shard.count,
                      &job->shard[at], &job->shards[at])) {
      job->index = part / options->dialect_count;
      job->dialects[job->dialect_count++] = dialect;
    }
    sim->count += dialect + 1 == options->dialect_count && job->dialect_count > 0;
  }
}

size_t rig_sim_job_works(const struct rig_simulating *sim, const struct rig_sim_scenario_job *job) {
  return job->dialect_count * sim->workers;
}

/* The options of the job's next work: what its workers share is made with the first of them. */
static bool next_options(const struct rig_simulating *sim, struct rig_sim_scenario_job *job,
                         struct rig_sim_options *out) {
  const size_t dialect = job->started / sim->workers;
  *out = rig_cli_sim_options_for(sim->options, sim->options->dialects[job->dialects[dialect]]);
  out->shard = job->shard[dialect];
  out->shards = job->shards[dialect];
  if (sim->workers > 1) {
    if (job->shared[dialect] == NULL) {
      job->shared[dialect] = rig_simulate_share(out, sim->workers);
    }
    out->shared = job->shared[dialect];
    out->worker = (uint32_t)(job->started % sim->workers);
    out->workers = sim->workers;
    return out->shared != NULL;
  }
  return true;
}

bool rig_sim_jobs_start_one(struct rig_simulating *sim) {
  size_t at = sim->next > 0 ? sim->next - 1 : 0;
  if (sim->next == 0 || sim->jobs[at].started == rig_sim_job_works(sim, &sim->jobs[at])) {
    if (sim->next == sim->count) {
      return false;
    }
    at = sim->next++;
    sim->jobs[at].began = rig_output_now();
    sim->jobs[at].works =
        calloc(rig_sim_job_works(sim, &sim->jobs[at]), sizeof *sim->jobs[at].works);
  }
  struct rig_sim_scenario_job *job = &sim->jobs[at];
  struct rig_sim_options options;
  if (!job->works || !next_options(sim, job, &options)) {
    return false;
  }
  struct rig_sim_work *work = &job->works[job->started];
  *work = (struct rig_sim_work){
      .job = RIG_SIM_JOB_EXPLORE, .options = options, .scenario = sim->loaded->items[job->index]};
  if (!rig_sim_work_start(work)) {
    return false;
  }
  job->started++;
  return true;
}

void rig_sim_jobs_await(struct rig_simulating *sim) {
  bool ended = false;
  for (size_t i = sim->reported; i < sim->next; i++) {
    struct rig_sim_scenario_job *job = &sim->jobs[i];
    if (!job->works) {
      continue; /* done behind one that is not */
    }
    rig_sim_work_wait(job->works, job->started,
                      ended               ? 0
                      : sim->next - i > 1 ? 1
                                          : RIG_SIM_WAIT_MS);
    size_t count = 0;
    for (size_t k = 0; k < job->started; k++) {
      const struct rig_sim_work *work = &job->works[k];
      count += work->ended;
      if (work->ended && work->report->done != 1 && work->options.shared) {
        rig_explore_shared_stop(work->options.shared); /* it may hold what the others need */
      }
    }
    ended = ended || count > job->ended;
    job->ended = count;
  }
}

void rig_sim_job_free(const struct rig_simulating *sim, struct rig_sim_scenario_job *job) {
  for (size_t i = 0; job->works && i < rig_sim_job_works(sim, job); i++) {
    rig_sim_work_free(&job->works[i]);
  }
  for (size_t i = 0; i < RIG_SIM_DIALECTS_MAX; i++) {
    job->shared[i] = rig_explore_shared_free(job->shared[i]);
  }
  free(job->works);
  job->works = NULL;
}
