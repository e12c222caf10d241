/*
 * Text that comes from a client or a file name, made fit for a terminal, JSON and XML: valid UTF-8
 * without control characters other than newline and tab.
 */
#ifndef RIG_REPORT_CLEAN_H
#define RIG_REPORT_CLEAN_H

#include <stddef.h>

/* Copies as much of `from` as fits, always terminated, never half a character; what is not fit
 * becomes '?'. Carriage returns before a newline are dropped. Returns `out`. */
char *rig_clean_copy(char *out, size_t size, const char *from);

/* The same as a new string, which the caller frees. NULL for NULL, or when memory is short. */
char *rig_clean_new(const char *from);

#endif
