/*
 * The Wine of this machine: where it is, what it can run, and the environment its processes get.
 */
#ifndef RIG_LIVE_WINE_H
#define RIG_LIVE_WINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"
#include "live/files.h"

/* The version that the project's facts were measured with; another one works or not: `doctor`. */
#define RIG_WINE_TESTED "wine-8.0"

struct rig_wine {
  char loader[RIG_PATH_BYTES];     /* `wine` */
  char server[RIG_PATH_BYTES];     /* `wineserver` */
  char windows[2][RIG_PATH_BYTES]; /* its PE files, x86_64 and i386; "" = not found */
  bool runs_i386;
  uint64_t stamp; /* changes with the installation: another stamp needs another template */
};

/* Looks for Wine in PATH and where distributions put it. RIG_NOT_FOUND with one line that names the
 * package and the command. */
enum rig_status rig_wine_find(struct rig_wine *out, char *error, size_t size) RIG_CHECKED;

/* "wine-8.0 (Debian 8.0~repack-4)", by running it; "" when it does not run. */
void rig_wine_version(const struct rig_wine *wine, char *out, size_t size);

/* The environment of Wine processes in `prefix`: this process's own without DISPLAY and what would
 * change Wine's behaviour, with WINEPREFIX. `home` stands in for HOME unless NULL. NULL without
 * memory; freed with rig_environment_free. */
char **rig_environment(const char *prefix, const char *home);
void rig_environment_free(char **environment);

#endif
