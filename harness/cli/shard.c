/*
 * Taking a shard.
 */
#include "cli/shard.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHARDS_MAX 1000u

static bool read_number(const char **at, uint32_t *out) {
  uint32_t value = 0;
  const char *from = *at;
  while (isdigit((unsigned char)**at) && *at - from < 5) {
    value = value * 10 + (uint32_t)(*(*at)++ - '0');
  }
  *out = value;
  return *at > from;
}

bool rig_shard_read(const struct rig_cli_command *command, const char *text,
                    struct rig_shard *out) {
  const char *at = text;
  struct rig_shard shard = {0};
  bool read = read_number(&at, &shard.index) && *at++ == '/' && read_number(&at, &shard.count);
  if (!read || *at || shard.index < 1 || shard.index > shard.count || shard.count > SHARDS_MAX) {
    rig_cli_error(command->name,
                  "--shard takes K/N, 1/3 to 3/3 for three shards (at most %u), not "
                  "'%s'",
                  SHARDS_MAX, text);
    return false;
  }
  *out = shard;
  return true;
}

/* FNV-1a, and the final mix of MurmurHash3, for the low bits of FNV-1a alone are uneven. */
static uint64_t mix_text(uint64_t hash, const char *text) {
  for (const char *at = text; *at; at++) {
    hash = (hash ^ (unsigned char)*at) * 0x100000001b3u;
  }
  return (hash ^ '\n') * 0x100000001b3u;
}

static uint64_t spread(uint64_t hash) {
  hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
  return hash ^ hash >> 33;
}

#define FNV_START 0xcbf29ce484222325u

static bool belongs(const struct rig_scenario *scenario, const struct rig_shard *shard) {
  return spread(mix_text(FNV_START, scenario->name)) % shard->count == shard->index - 1;
}

bool rig_shard_take(struct rig_loaded *loaded, struct rig_shard *out) {
  size_t kept = 0;
  out->all = loaded->count;
  out->list = FNV_START;
  out->positions = calloc(loaded->count + 1, sizeof *out->positions);
  if (!out->positions) {
    return false;
  }
  for (size_t i = 0; i < loaded->count; i++) {
    out->list = mix_text(out->list, loaded->items[i]->name);
    if (belongs(loaded->items[i], out)) {
      out->positions[kept] = i;
      loaded->items[kept++] = loaded->items[i];
    } else {
      loaded->items[i] = rig_scenario_free(loaded->items[i]);
    }
  }
  loaded->count = kept;
  return true;
}

void rig_shard_free(struct rig_shard *shard) {
  free(shard->positions);
  shard->positions = NULL;
}
