/*
 * The progress line.
 */
#include "cli/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

void rig_progress(const char *format, ...) {
  char line[128];
  va_list arguments;
  if (!isatty(STDERR_FILENO)) {
    return;
  }
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  fprintf(stderr, "\r\x1b[K%.78s", line); /* one call: lines of several threads do not mix */
}

void rig_progress_clear(void) {
  if (isatty(STDERR_FILENO)) {
    fputs("\r\x1b[K", stderr);
  }
}
