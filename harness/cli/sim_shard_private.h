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

/* The report of a part's line into `out` (zeros). False when a key is missing or wrong. */
bool rig_shard_report_read(const json_t *part, struct rig_sim_report *out);

/* Goes on with the check of a file's lines. */
#define RIG_SHARD_CHECK_START 0x6a09e667f3bcc908u
uint64_t rig_sim_shard_check(uint64_t check, const char *line, size_t bytes);

#endif
