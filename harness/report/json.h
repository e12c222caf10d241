/*
 * The machine-readable report: design.md's JSON, version 1. That of a shard has one key more,
 * "shard", which is gone when rig_json_merge has joined them.
 */
#ifndef RIG_REPORT_JSON_H
#define RIG_REPORT_JSON_H

#include "report/result.h"

/* Writes `results` to `path`, whole or not at all. On failure `error` holds one line. */
enum rig_status rig_json_write(const struct rig_results *results, const char *path, char *error,
                               size_t size) RIG_CHECKED;

/* The same as text, which the caller frees; NULL without memory. */
char *rig_json_text(const struct rig_results *results);

/* How both dump, in jansson's flags. Three decimals come back as they were. */
#define RIG_JSON_FORMAT (JSON_INDENT(1) | JSON_REAL_PRECISION(12))

/* What joining shards came to. */
struct rig_merged {
  char *text; /* the JSON that one run of all would have written; owned */
  int status; /* the exit status of that run */
  size_t shards;
  size_t scenarios;    /* with a result */
  size_t all;          /* in the list */
  int64_t outcomes[4]; /* pass, fail, not-exercised, invalid */
  int64_t retried;
};

/* Joins the JSON of all shards of one run. RIG_IO or RIG_INVALID with one line in `error` when a
 * file cannot be read, is no shard's, is of another client, list or version, or when a shard is
 * missing or there twice. The caller frees out->text. */
enum rig_status rig_json_merge(char *const *paths, size_t count, struct rig_merged *out,
                               char *error, size_t size) RIG_CHECKED;

#endif
