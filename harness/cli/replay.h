/*
 * The command line that repeats one scenario.
 */
#ifndef RIG_CLI_REPLAY_H
#define RIG_CLI_REPLAY_H

#include "cli/run_options.h"
#include "cli/sim_options.h"

/* "mapirig run scenarios/stop.yaml --client svc.exe --as service", quoted for a shell; the caller
 * frees it. NULL when memory is short. */
char *rig_replay_run(const struct rig_run_options *options, const char *scenario_file);

/* "mapirig judge kept/stop.session". */
char *rig_replay_judge(const char *session);

/* "mapirig sim scenarios/stop.yaml --pump pump.obj:RunPump --dialect windows --replay s3-3a2b-x0y";
 * without an `id` and a `dialect` the command that explores it again. */
char *rig_replay_sim(const struct rig_cli_sim_options *options, const char *scenario_file,
                     const char *dialect, const char *id);

/* "mapirig run scenarios/stop.yaml --client YOUR.exe --pump ... --replay s3-3a2b-x0y": the same
 * schedule live. Which program was made of the objects nobody has said: its name is filled in by
 * the user. */
#define RIG_REPLAY_CLIENT "YOUR.exe"
char *rig_replay_live(const struct rig_cli_sim_options *options, const char *scenario_file,
                      const char *dialect, const char *id);

#endif
