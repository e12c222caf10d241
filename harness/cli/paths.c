/*
 * Paths relative to the executable; the source tree's is compiled in, for builds anywhere.
 */
#include "cli/paths.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool rig_path_binaries(char *out, size_t size) {
  char self[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  if (length <= 0) {
    return false;
  }
  self[length] = '\0';
  char *slash = strrchr(self, '/');
  if (!slash || (size_t)(slash - self) >= size) {
    return false;
  }
  *slash = '\0';
  snprintf(out, size, "%s", self);
  return true;
}

static bool join(char *out, size_t size, const char *folder, const char *below) {
  int length = snprintf(out, size, "%s/%s", folder, below);
  return length > 0 && (size_t)length < size;
}

bool rig_path_reference(char *out, size_t size) {
  char folder[PATH_MAX];
  return rig_path_binaries(folder, sizeof folder) &&
         join(out, size, folder, "x86_64/clients/reference-service.exe");
}

bool rig_path_stand_in(char *out, size_t size) {
  char folder[PATH_MAX];
  return rig_path_binaries(folder, sizeof folder) &&
         join(out, size, folder, "x86_64/objects/stand-in.a");
}

bool rig_path_scenarios(char *out, size_t size) {
  char folder[PATH_MAX];
  if (rig_path_binaries(folder, sizeof folder) &&
      join(out, size, folder, "../share/mapirig/scenarios") && access(out, R_OK) == 0) {
    return true;
  }
  return join(out, size, RIG_SOURCE_DIR, "scenarios") && access(out, R_OK) == 0;
}
