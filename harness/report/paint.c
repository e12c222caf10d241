/*
 * Colour and wrapping.
 */
#include "report/paint.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COLUMNS 100u

static const char *const codes[] = {
    [RIG_INK_PLAIN] = "",         [RIG_INK_BOLD] = "\x1b[1m",   [RIG_INK_DIM] = "\x1b[2m",
    [RIG_INK_RED] = "\x1b[1;31m", [RIG_INK_GREEN] = "\x1b[32m", [RIG_INK_YELLOW] = "\x1b[33m",
    [RIG_INK_BLUE] = "\x1b[34m",  [RIG_INK_CYAN] = "\x1b[36m",
};

struct rig_paint rig_paint_for(FILE *out) {
  const char *refused = getenv("NO_COLOR");
  const char *terminal = getenv("TERM");
  bool colour =
      isatty(fileno(out)) && !(refused && refused[0]) && terminal && strcmp(terminal, "dumb") != 0;
  return (struct rig_paint){.out = out, .colour = colour};
}

void rig_paint(const struct rig_paint *paint, enum rig_ink ink, const char *format, ...) {
  bool coloured = paint->colour && ink != RIG_INK_PLAIN;
  va_list arguments;
  va_start(arguments, format);
  fputs(coloured ? codes[ink] : "", paint->out);
  vfprintf(paint->out, format, arguments);
  fputs(coloured ? "\x1b[0m" : "", paint->out);
  va_end(arguments);
}

/* Columns that `bytes` of UTF-8 take: continuation bytes take none. */
static size_t columns(const char *text, size_t bytes) {
  size_t count = 0;
  for (size_t i = 0; i < bytes; i++) {
    count += ((unsigned char)text[i] & 0xC0) != 0x80;
  }
  return count;
}

void rig_paint_wrapped(const struct rig_paint *paint, unsigned indent, const char *label,
                       const char *text) {
  const size_t margin = indent + strlen(label);
  size_t column = margin;
  fprintf(paint->out, "%*s", (int)indent, "");
  rig_paint(paint, RIG_INK_DIM, "%s", label);
  for (const char *at = text; *at;) {
    size_t spaces = strspn(at, " ");
    size_t word = strcspn(at + spaces, " \n");
    size_t width = columns(at + spaces, word);
    bool broken = *at == '\n';
    bool full = column > margin && column + spaces + width > COLUMNS;
    if (broken || full) {
      fprintf(paint->out, "\n%*s", (int)margin, "");
      column = margin;
      at += broken ? 1 : spaces;
    } else {
      fprintf(paint->out, "%.*s", (int)(spaces + word), at);
      column += spaces + width;
      at += spaces + word;
    }
  }
  fputc('\n', paint->out);
}
