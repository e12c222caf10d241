/*
 * Windows quoting. Source: "Parsing C command-line arguments" (Microsoft Learn) and
 * W:CommandLineToArgvW: 2n backslashes and a quote are n backslashes and the end of a quoted part;
 * 2n + 1 backslashes and a quote are n backslashes and a quote; backslashes elsewhere are literal.
 */
#include "live/quote.h"

#include <stdio.h>
#include <string.h>

/* A buffer that remembers that something did not fit. */
struct line {
  char *text;
  size_t used;
  size_t size;
  bool full;
};

static void put(struct line *line, char c, size_t count) {
  for (; count > 0; count--) {
    if (line->used + 1 >= line->size) {
      line->full = true;
      return;
    }
    line->text[line->used++] = c;
  }
}

static void put_quoted(struct line *line, const char *argument) {
  put(line, '"', 1);
  size_t backslashes = 0;
  for (const char *c = argument; *c != '\0'; c++) {
    if (*c == '"') {
      put(line, '\\', backslashes + 1); /* the ones before it again, and one for itself */
    }
    backslashes = *c == '\\' ? backslashes + 1 : 0;
    put(line, *c, 1);
  }
  put(line, '\\', backslashes); /* the closing quote must not be escaped */
  put(line, '"', 1);
}

bool rig_quote_append(char *buffer, size_t size, const char *argument) {
  const size_t before = strlen(buffer);
  struct line line = {.text = buffer, .used = before, .size = size};
  if (before > 0) {
    put(&line, ' ', 1);
  }
  if (argument[0] != '\0' && strpbrk(argument, " \t\n\v\"") == NULL) {
    for (const char *c = argument; *c != '\0'; c++) {
      put(&line, *c, 1);
    }
  } else {
    put_quoted(&line, argument);
  }
  buffer[line.full ? before : line.used] = '\0';
  return !line.full;
}

bool rig_quote_program(char *buffer, size_t size, const char *path) {
  const int length = snprintf(buffer, size, "\"%s\"", path);
  return strchr(path, '"') == NULL && length > 0 && (size_t)length < size;
}

/* Whether the name at `name`, `length` long, has a Windows form; if not, `why` says what bars it.
 */
static bool name_fits(const char *name, size_t length, char *why, size_t size) {
  const size_t plain = strcspn(name, "\\:<>\"|?*/");
  const char last = name[length - 1];
  const bool dots = (length == 1 && last == '.') || (length == 2 && memcmp(name, "..", 2) == 0);
  if (plain < length) {
    (void)snprintf(why, size, "contains '%c'", name[plain]);
  } else if ((last == '.' || last == ' ') && !dots) {
    (void)snprintf(why, size, "ends with a dot or a blank");
  } else {
    return true;
  }
  return false;
}

enum rig_status rig_windows_path(const char *path, char *out, size_t out_size, char *error,
                                 size_t size) {
  if (strlen(path) + 3 > out_size) {
    (void)snprintf(error, size, "%.200s...: the path is too long; move it to a shorter one", path);
    return RIG_UNSUPPORTED;
  }
  for (const char *name = path; *name != '\0';) {
    const size_t length = strcspn(name, "/");
    char why[40];
    if (length > 0 && !name_fits(name, length, why, sizeof why)) {
      (void)snprintf(error, size,
                     "%.300s: '%.*s' %s, which Windows cannot express; rename it or move the file",
                     path, (int)(length < 100 ? length : 100), name, why);
      return RIG_UNSUPPORTED;
    }
    name += length + (name[length] == '/');
  }
  (void)snprintf(out, out_size, "Z:%s", path);
  for (char *c = out; *c != '\0'; c++) {
    if (*c == '/') {
      *c = '\\';
    }
  }
  return RIG_OK;
}
