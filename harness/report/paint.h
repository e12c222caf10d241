/*
 * Colour and wrapping for text that a person reads.
 */
#ifndef RIG_REPORT_PAINT_H
#define RIG_REPORT_PAINT_H

#include <stdbool.h>
#include <stdio.h>

enum rig_ink {
  RIG_INK_PLAIN,
  RIG_INK_BOLD,
  RIG_INK_DIM,
  RIG_INK_RED,
  RIG_INK_GREEN,
  RIG_INK_YELLOW,
  RIG_INK_BLUE,
  RIG_INK_CYAN
};

struct rig_paint {
  FILE *out;
  bool colour;
};

/* Colour on a terminal alone, never with NO_COLOR set or TERM=dumb (https://no-color.org). */
struct rig_paint rig_paint_for(FILE *out);

/* Formats and prints in `ink`. */
__attribute__((format(printf, 3, 4))) void rig_paint(const struct rig_paint *paint,
                                                     enum rig_ink ink, const char *format, ...);

/* Prints `text` with `label` before its first line; words are wrapped at column 100 and further
 * lines begin below the first. `indent` spaces come before everything. */
void rig_paint_wrapped(const struct rig_paint *paint, unsigned indent, const char *label,
                       const char *text);

#endif
