/*
 * Symbols and source lines of a PE file, by binutils' addr2line.
 */
#ifndef RIG_REPORT_ADDR2LINE_H
#define RIG_REPORT_ADDR2LINE_H

#include <stddef.h>
#include <stdint.h>

struct rig_line {
  char symbol[96]; /* "" when unknown */
  char line[256];  /* "file:line", "" when unknown */
};

/* Asks once for `count` return addresses, as offsets in the module whose Windows path is given.
 * Leaves out[i] empty where nothing is known: no such file here, no tool, no debug information. */
void rig_addr2line(const char *windows_path, const uint64_t *offsets, size_t count,
                   struct rig_line *out);

#endif
