/*
 * A shard of `mapirig sim --shard K/N`: which part of the work is its own, and its file.
 *
 * The work is cut into parts, one for each scenario and dialect. By states, a part is given to one
 * shard as long as there are as many parts as shards, for two that explore one part visit mostly
 * the same states; beyond that, and always by schedules and by chance, several explore one part,
 * each its own prefixes or seeds.
 *
 * The file is lines of JSON: the header, which tells what was explored, a line for each part, and
 * the end. It is written as the work goes on: one without an end is that of a shard that was
 * killed. harness/cli/SHARDS.md has the keys.
 */
#ifndef RIG_CLI_SIM_SHARD_H
#define RIG_CLI_SIM_SHARD_H

#include <stdio.h>

#include "cli/load.h"
#include "cli/sim_options.h"

#define RIG_SIM_SHARD_FORMAT "mapirig-sim-shard"
#define RIG_SIM_SHARD_VERSION 1

/* Of part `part` of `parts`: the share of shard `index` (from 1) of `count`; false when it has
 * none. *shard of *shards (from 0; *shards 1: the whole part). */
bool rig_sim_share(enum rig_explore_mode mode, size_t part, size_t parts, uint32_t index,
                   uint32_t count, uint32_t *shard, uint32_t *shards);

struct rig_sim_shard_file;

/* Begins the file with its header. NULL after telling why it cannot be written. */
struct rig_sim_shard_file *rig_sim_shard_begin(const struct rig_cli_sim_options *options,
                                               const struct rig_loaded *loaded);
/* One part more: scenario `scenario` in dialect `dialect`, its share, and its report. */
void rig_sim_shard_add(struct rig_sim_shard_file *file, size_t part, uint32_t shard,
                       uint32_t shards, double seconds, const struct rig_sim_report *report);
/* The end. False after telling that the file could not be written. Frees it. */
bool rig_sim_shard_end(struct rig_sim_shard_file *file, double seconds);
/* Without an end: the run was interrupted. */
void rig_sim_shard_abandon(struct rig_sim_shard_file *file);

/* True when one of the files begins as one of these does. */
bool rig_sim_shard_is_one(char *const *paths, size_t count);

/* Joins the files of all shards: judges what they found, writes `json` (NULL: standard output), and
 * returns the exit status of the whole; RIG_EXIT_USAGE for files that do not belong together,
 * RIG_EXIT_INVALID for one that is cut or damaged. */
int rig_sim_shard_merge(char *const *paths, size_t count, const char *json);

#endif
