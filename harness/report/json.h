/*
 * The machine-readable report: design.md's JSON, version 1.
 */
#ifndef RIG_REPORT_JSON_H
#define RIG_REPORT_JSON_H

#include "report/result.h"

/* Writes `results` to `path`, whole or not at all. On failure `error` holds one line. */
enum rig_status rig_json_write(const struct rig_results *results, const char *path, char *error,
                               size_t size) RIG_CHECKED;

#endif
