/*
 * Finding Wine. Debian's package `wine` puts /usr/bin/wine there (the package wine64 alone does
 * not), the packages of winehq.org live under /opt.
 */
#include "live/wine.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live/process.h"

/* Raise it when what the template holds changes: older templates are then no longer used. */
#define TEMPLATE_REVISION 3u

/* The first executable `name` in the folders of PATH, then in `more`. */
static bool find_program(const char *name, const char *more, char *out) {
  const char *path = getenv("PATH");
  char list[8192];
  const int length =
      snprintf(list, sizeof list, "%s:%s", path != NULL ? path : "/usr/local/bin:/usr/bin", more);
  if (length < 0 || (size_t)length >= sizeof list) {
    return false;
  }
  char *rest = list;
  for (const char *folder = strsep(&rest, ":"); folder != NULL; folder = strsep(&rest, ":")) {
    char candidate[RIG_PATH_BYTES];
    if (folder[0] == '/' && rig_path(candidate, "%s/%s", folder, name) && rig_is_file(candidate) &&
        access(candidate, X_OK) == 0) {
      (void)rig_path(out, "%s", candidate);
      return true;
    }
  }
  return false;
}

static uint64_t mix_byte(uint64_t hash, unsigned char byte) {
  return (hash ^ byte) * 0x100000001b3u; /* FNV-1a */
}

static uint64_t mix(uint64_t hash, uint64_t number) {
  for (int shift = 0; shift < 64; shift += 8) {
    hash = mix_byte(hash, (unsigned char)(number >> shift));
  }
  return hash;
}

static uint64_t mix_file(uint64_t hash, const char *path) {
  struct stat info = {0};
  (void)stat(path, &info);
  for (const char *c = path; *c != '\0'; c++) {
    hash = mix_byte(hash, (unsigned char)*c);
  }
  return mix(mix(hash, (uint64_t)info.st_size), (uint64_t)info.st_mtime);
}

/* The folder above the `bin` that really holds Wine: /usr, /opt/wine-stable. */
static void find_root(const char *program, char *out) {
  char real[PATH_MAX];
  (void)rig_path(out, "/usr");
  if (realpath(program, real) != NULL) {
    for (int i = 0; i < 2; i++) {
      char *slash = strrchr(real, '/');
      if (slash == NULL || slash == real) {
        return;
      }
      *slash = '\0';
    }
    (void)rig_path(out, "%s", real);
  }
}

static bool has_windows(const char *folder, const char *arch, char *out) {
  char path[RIG_PATH_BYTES];
  return rig_path(path, "%s/%s-windows/ntdll.dll", folder, arch) && rig_is_file(path) &&
         rig_path(out, "%s/%s-windows", folder, arch);
}

/* The PE side of Wine for `arch`: in the installation, or where WINEDLLPATH says. */
static bool find_windows(const char *root, const char *arch, char *out) {
  static const char *const folders[] = {"lib/x86_64-linux-gnu/wine", "lib/i386-linux-gnu/wine",
                                        "lib/wine", "lib64/wine", "lib32/wine"};
  char path[RIG_PATH_BYTES];
  for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
    if (rig_path(path, "%s/%s", root, folders[i]) && has_windows(path, arch, out)) {
      return true;
    }
  }
  const char *more = getenv("WINEDLLPATH");
  if (more == NULL || !rig_path(path, "%s", more)) {
    return false;
  }
  char *rest = path;
  for (const char *folder = strsep(&rest, ":"); folder != NULL; folder = strsep(&rest, ":")) {
    if (has_windows(folder, arch, out)) {
      return true;
    }
  }
  return false;
}

enum rig_status rig_wine_find(struct rig_wine *out, char *error, size_t size) {
  static const char elsewhere[] = "/usr/bin:/usr/local/bin:/opt/wine-stable/bin:"
                                  "/opt/wine-staging/bin:/opt/wine-devel/bin:/usr/lib/wine";
  struct rig_wine wine = {0};
  if ((!find_program("wine", elsewhere, wine.loader) &&
       !find_program("wine64", elsewhere, wine.loader)) ||
      !find_program("wineserver", elsewhere, wine.server)) {
    (void)snprintf(error, size,
                   "Wine is not installed (Debian packages wine and wine64): "
                   "apt-get install --no-install-recommends wine wine64");
    return RIG_NOT_FOUND;
  }
  char root[RIG_PATH_BYTES];
  char inf[RIG_PATH_BYTES];
  find_root(wine.loader, root);
  if (!find_windows(root, "x86_64",
                    wine.windows[0])) { /* /usr/lib/wine/wine64, the loader itself */
    (void)rig_path(root, "/usr");
    (void)find_windows(root, "x86_64", wine.windows[0]);
  }
  wine.runs_i386 = find_windows(root, "i386", wine.windows[1]);
  wine.stamp = mix_file(mix_file(0xcbf29ce484222325u, wine.loader), wine.server);
  if (rig_path(inf, "%s/share/wine/wine.inf", root)) {
    wine.stamp = mix_file(wine.stamp, inf); /* Wine itself updates a prefix when it changes */
  }
  wine.stamp = mix(mix(wine.stamp, TEMPLATE_REVISION), wine.runs_i386);
  *out = wine;
  return RIG_OK;
}

void rig_wine_version(const struct rig_wine *wine, char *out, size_t size) {
  char path[] = "/tmp/mapirig-version-XXXXXX";
  const int file = mkstemp(path);
  out[0] = '\0';
  if (file < 0) {
    return;
  }
  (void)close(file);
  const char *const arguments[] = {wine->loader, "--version", NULL};
  char **environment = rig_environment("/nonexistent", NULL);
  const struct rig_spawn spawn = {.arguments = arguments,
                                  .environment = environment,
                                  .input = -1,
                                  .output = path,
                                  .cpu = RIG_ANY_CPU};
  int status = 0;
  const pid_t process = environment == NULL ? -1 : rig_spawn(&spawn);
  if (process > 0 && rig_await(process, 10000, &status)) {
    rig_read_tail(path, out, size);
    out[strcspn(out, "\n")] = '\0';
  }
  rig_environment_free(environment);
  (void)unlink(path);
}
