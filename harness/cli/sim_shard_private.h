/*
 * Reading the files of shards. Internal to sim_shard*.c.
 */
#ifndef RIG_CLI_SIM_SHARD_PRIVATE_H
#define RIG_CLI_SIM_SHARD_PRIVATE_H

#include <jansson.h>

#include "cli/sim_shard.h"

/* A file, read and found whole. */
struct rig_shard_lines {
  const char *path;
  json_t *header;
  json_t *parts; /* an array */
  json_int_t index, count;
};

/* Reads and checks one file. Returns RIG_EXIT_OK, or another status after telling what is wrong. */
int rig_shard_lines_read(const char *path, struct rig_shard_lines *out);
void rig_shard_lines_free(struct rig_shard_lines *lines);

/* ---- sim_shard_header.c: RIG_EXIT_OK, or another status after telling what is wrong ---- */

/* The files are of one run, if their headers say the same of all but the shard. */
int rig_shards_check_same(const struct rig_shard_lines *files, size_t count);
/* Every shard of the run is there, and once. */
int rig_shards_check_whole(const struct rig_shard_lines *files, size_t file_count);
/* What the run was asked for, into zeros. The strings of `options` are the header's; the caller
 * frees `loaded`, also after a failure. */
int rig_shard_header_read(const struct rig_shard_lines *first, struct rig_cli_sim_options *options,
                          struct rig_loaded *loaded);

/* The report of a part's line into `out` (zeros). False when a key is missing or wrong. */
bool rig_shard_report_read(const json_t *part, struct rig_sim_report *out);

/* Goes on with the check of a file's lines. */
#define RIG_SHARD_CHECK_START 0x6a09e667f3bcc908u
uint64_t rig_sim_shard_check(uint64_t check, const char *line, size_t bytes);

#endif
