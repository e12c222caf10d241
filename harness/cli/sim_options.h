/*
 * What `mapirig sim` was asked for.
 */
#ifndef RIG_CLI_SIM_OPTIONS_H
#define RIG_CLI_SIM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/result.h"
#include "sim/simulate.h"

#define RIG_SIM_OBJECTS_MAX 32u
#define RIG_SIM_DIALECTS_MAX 2u
#define RIG_SIM_DEPTH_DEFAULT 100000u
#define RIG_SIM_SCHEDULES_DEFAULT 100000u

struct rig_cli_sim_options {
  const char *command; /* whose options these are, for what is told */
  char **scenarios;    /* points into argv */
  size_t scenario_count;
  const char *pump; /* as given */
  char *objects;    /* the same, cut into paths; owned */
  const char *paths[RIG_SIM_OBJECTS_MAX];
  size_t path_count;
  const char *symbol;
  char stand_in[4096]; /* of a whole program */
  const char *dialects[RIG_SIM_DIALECTS_MAX];
  size_t dialect_count;
  enum rig_explore_mode mode;
  bool pct;
  uint64_t states, depth, memory_mb, schedules, early, spurious, retrievals;
  const char *bound_text; /* as given, NULL: none */
  enum rig_guard guarded;
  bool mode_given;
  bool native; /* the pump is a library for AddressSanitizer (sim/native.h) */
  uint32_t seed;
  bool seed_given;
  const char *pattern;
  const char *replay;
  const char *follow; /* a session file */
  struct rig_shard shard;
  size_t merged; /* by `mapirig merge`: shards that explored each dialect; 0: none */
  uint32_t jobs;
  const char *json;
  const char *junit;
  bool quiet;
  bool verbose;
};

/* What holds without any option; errors are told in the name of the sub-command `name`. */
void rig_cli_sim_options_init(struct rig_cli_sim_options *out, const char *name);

/* Reads the command line. False when there is nothing to do: *status is the exit status, and what
 * there was to say has been said. The caller frees with rig_cli_sim_options_free. */
bool rig_cli_sim_options_read(int argc, char **argv, struct rig_cli_sim_options *out, int *status);
void rig_cli_sim_options_free(struct rig_cli_sim_options *options);

/* The same for the simulator, in one dialect. Borrows from `options`. */
struct rig_sim_options rig_cli_sim_options_for(const struct rig_cli_sim_options *options,
                                               const char *dialect);

const char *rig_explore_text(enum rig_explore_mode mode);

#endif
