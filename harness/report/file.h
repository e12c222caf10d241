/*
 * Writing a report's file: whole or not at all.
 */
#ifndef RIG_REPORT_FILE_H
#define RIG_REPORT_FILE_H

#include <stddef.h>

#include "core/status.h"

/* Writes `bytes` at `data` to `path`: into a file beside it that then takes its name, so that a
 * reader never sees half a report. What is not a regular file (/dev/stdout, a pipe) is written
 * directly. On RIG_IO `error` holds one line. */
enum rig_status rig_file_write(const char *path, const void *data, size_t bytes, char *error,
                               size_t size) RIG_CHECKED;

/* Says before the work begins whether rig_file_write can succeed: the folder exists and may be
 * written. RIG_IO with one line in `error`. */
enum rig_status rig_file_check(const char *path, char *error, size_t size) RIG_CHECKED;

/* The contents of `path` as a terminated string, cut to `limit` bytes (*cut says so), or NULL. The
 * caller frees it. */
char *rig_file_read(const char *path, size_t limit, int *cut);

/* `path` relative to the working folder when it is below it, else as it is: what a reader can open.
 * Points into `path`. */
const char *rig_file_short(const char *path);

#endif
