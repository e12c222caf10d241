/*
 * The environment of Wine processes. The caller's is passed on, as any program's would be, without
 * what would make one machine's run differ from another's.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "live/wine.h"

#define OURS 5

/* DISPLAY: with it Wine would start its X11 driver where the template says `null`. */
static bool is_dropped(const char *entry, bool home_given) {
  static const char *const names[] = {
      "DISPLAY=",          "WAYLAND_DISPLAY=", "WINEPREFIX=",      "WINEDEBUG=",       "WINEARCH=",
      "WINEDLLOVERRIDES=", "XAUTHORITY=",      "MAPIRIG_SESSION=", "WINESERVERSOCKET="};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strncmp(entry, names[i], strlen(names[i])) == 0) {
      return true;
    }
  }
  return home_given && strncmp(entry, "HOME=", 5) == 0;
}

static char *entry_of(const char *name, const char *value) {
  char *entry = NULL;
  return asprintf(&entry, "%s=%s", name, value) < 0 ? NULL : entry;
}

char **rig_environment(const char *prefix, const char *home) {
  size_t count = 0;
  while (environ[count] != NULL) {
    count++;
  }
  char **made = calloc(count + OURS + 1, sizeof *made);
  if (made == NULL) {
    return NULL;
  }
  const char *debug = getenv("WINEDEBUG");
  size_t used = 0;
  made[used++] = entry_of("WINEPREFIX", prefix);
  made[used++] = entry_of("WINEDEBUG", debug != NULL ? debug : "-all");
  /* mapi32: the stub, never Wine's own. mscoree, mshtml: without them Wine asks whether to download
   * Mono and Gecko, in a dialog nobody sees. */
  made[used++] = entry_of("WINEDLLOVERRIDES", "mapi32=n;mscoree=;mshtml=;winemenubuilder.exe=d");
  if (home != NULL) {
    made[used++] = entry_of("HOME", home);
  }
  for (size_t i = 0; i < count; i++) {
    if (!is_dropped(environ[i], home != NULL)) {
      made[used++] = strdup(environ[i]);
    }
  }
  for (size_t i = 0; i < used; i++) {
    if (made[i] == NULL) {
      for (size_t j = 0; j < used; j++) {
        free(made[j]);
      }
      free(made);
      return NULL;
    }
  }
  return made;
}

void rig_environment_free(char **environment) {
  for (size_t i = 0; environment != NULL && environment[i] != NULL; i++) {
    free(environment[i]);
  }
  free(environment);
}
