/*
 * Command lines and paths as Windows reads them.
 */
#ifndef RIG_LIVE_QUOTE_H
#define RIG_LIVE_QUOTE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/status.h"

/* The longest command line CreateProcess takes, with its terminator. */
#define RIG_COMMAND_LINE_UNITS 32767

/* Appends `argument` to the command line in `buffer` (`size` bytes), so that CommandLineToArgvW and
 * the C runtimes read it back exactly: quoted when it is empty or has white space or quotes, the
 * backslashes before a quote doubled. False when it does not fit (buffer as before). */
bool rig_quote_append(char *buffer, size_t size, const char *argument);

/* The program's name, the first word: always quoted and never escaped, for the parsers read it by
 * rules of its own. A quote cannot be in a Windows path. */
bool rig_quote_program(char *buffer, size_t size, const char *path);

/* Wine's drive Z: shows the whole file system. Writes Z:\... for an absolute path. RIG_UNSUPPORTED
 * with one line in `error` when a name in it has no Windows form (a backslash, a colon, one of
 * <>"|?*, a trailing dot or blank). */
enum rig_status rig_windows_path(const char *path, char *out, size_t out_size, char *error,
                                 size_t size) RIG_CHECKED;

#endif
