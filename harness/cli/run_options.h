/*
 * What `mapirig run` was asked for.
 */
#ifndef RIG_CLI_RUN_OPTIONS_H
#define RIG_CLI_RUN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/sim_options.h"
#include "core/session.h"
#include "report/result.h"

struct rig_run_options {
  char **scenarios; /* points into argv */
  size_t scenario_count;
  const char *client;     /* NULL: the built-in reference service */
  const char **arguments; /* of the client; NULL-ended, owned */
  size_t argument_count;
  bool role_given;
  enum rig_role role;
  const char *pattern;    /* -k, NULL: all */
  const char *replay;     /* --replay: the name or file of the one scenario to run, NULL: all */
  struct rig_shard shard; /* --shard: index and count; a count of 0: all */
  uint32_t jobs;
  bool stop_at_first;
  bool strict;
  uint32_t deadline_ms; /* 0: the scenario's */
  uint32_t timeout_s;   /* 0: the scenario's */
  uint32_t scale_permille;
  const char *json;
  const char *junit;
  const char *keep;
  struct rig_cli_sim_options sim; /* --pump and what belongs to it; pump NULL: none was given */
  bool dialect_given;
  const char *write_scenario; /* NULL: nowhere */
  bool quiet;
  bool verbose;
};

/* Reads the command line. False when there is nothing to run: *status is the exit status, and what
 * there was to say has been said. The caller frees with rig_run_options_free. */
bool rig_run_options_read(int argc, char **argv, struct rig_run_options *out, int *status);
void rig_run_options_free(struct rig_run_options *options);

const char *rig_role_text(enum rig_role role);

#endif
