/*
 * What a report tells of the paths of a simulation: those that show something, each kind once, with
 * the dialects it was seen in.
 */
#ifndef RIG_CLI_SIM_TOLD_H
#define RIG_CLI_SIM_TOLD_H

#include "cli/sim_options.h"
#include "core/trace.h"
#include "judge/judge.h"
#include "report/place.h"
#include "report/simulated.h"

#define RIG_SIM_TOLD_BYTES 1200u

/* A path, judged. */
struct rig_sim_judged {
  const struct rig_sim_path *path;
  size_t dialect; /* index in the options */
  struct rig_trace *trace;
  struct rig_judgement judgement;
  struct rig_place *places;
  size_t place_count;
  char message[RIG_SIM_TOLD_BYTES]; /* why it ended, with source lines; "" */
  bool marked;                      /* it is to be told whatever it shows */
};

/* Fills its message: the path's, and the source lines of the places that a crash is about. */
void rig_sim_told_message(struct rig_sim_judged *path, struct rig_symbols *symbols);

/* The larger, the more a path has to say. */
uint64_t rig_sim_told_rank(const struct rig_sim_judged *path);
void rig_sim_told_mark(const struct rig_sim_judged *path);

/* NULL without memory. */
struct rig_simulated *rig_sim_told(const struct rig_cli_sim_options *options,
                                   const struct rig_scenario *scenario,
                                   struct rig_sim_report *const *reports,
                                   const struct rig_sim_judged *paths, size_t count);

#endif
