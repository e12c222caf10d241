/*
 * `mapirig doctor`: what a run needs, what of it is here, and the command that mends what is not.
 * The last check is a real one: a prefix is opened and closed.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/paths.h"
#include "cli/progress.h"
#include "core/session_file.h"
#include "live/files.h"
#include "live/live.h"
#include "live/prefix.h"
#include "live/wine.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

static const struct option options[] = {RIG_CLI_COMMON, {NULL, 0, NULL, 0}};

static const struct rig_cli_command command = {
    .name = "doctor",
    .help = "mapirig doctor\n"
            "\n"
            "Says what a run needs, what of it is here, and the command that mends what is not;\n"
            "then opens a Wine prefix to see that it works (the first time takes 8 to 12 s).\n"
            "Exit status: 0 runs will work (notes do not count), 3 they will not.\n",
    .short_options = ":",
    .options = options};

#define REMEDY_INDENT 20
#define SHM_SMALL (256ull << 20) /* below it logs are cut short when several runs share it */

enum level { LEVEL_OK, LEVEL_NOTE, LEVEL_MISSING };

/* One finding: what, and the remedy on a line of its own, ready to be copied. */
__attribute__((format(printf, 4, 5))) static void
report(enum level level, const char *subject, const char *remedy, const char *format, ...) {
  static const char *const words[] = {"ok", "note", "MISSING"};
  va_list arguments;
  printf("%-8s %-10s ", words[level], subject);
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  putchar('\n');
  if (remedy != NULL) {
    printf("%*s%s\n", REMEDY_INDENT, "", remedy);
  }
}

static bool in_path(const char *name) {
  const char *path = getenv("PATH");
  char list[8192];
  if (path == NULL || strlen(path) >= sizeof list) {
    return false;
  }
  char *rest = strcpy(list, path);
  for (const char *folder = strsep(&rest, ":"); folder != NULL; folder = strsep(&rest, ":")) {
    char candidate[RIG_PATH_BYTES];
    if (rig_path(candidate, "%s/%s", folder, name) && access(candidate, X_OK) == 0) {
      return true;
    }
  }
  return false;
}

static bool check_wine(struct rig_wine *wine) {
  char error[400];
  char version[200];
  if (rig_wine_find(wine, error, sizeof error) != RIG_OK) {
    report(LEVEL_MISSING, "wine", "apt-get install --no-install-recommends wine wine64", "%s",
           "Wine is not installed");
    return false;
  }
  rig_wine_version(wine, version, sizeof version);
  const size_t tested = strlen(RIG_WINE_TESTED);
  if (version[0] == '\0') {
    report(LEVEL_MISSING, "wine", "apt-get install --reinstall wine wine64 libwine",
           "%s does not run", wine->loader);
    return false;
  }
  if (strncmp(version, RIG_WINE_TESTED, tested) == 0 && version[tested] != '.') {
    report(LEVEL_OK, "wine", NULL, "%s, %s", version, wine->loader);
  } else {
    report(LEVEL_NOTE, "wine", "./rig test",
           "%s, %s: untested, mapirig was measured with %s (Debian 12); its tests tell", version,
           wine->loader, RIG_WINE_TESTED);
  }
  if (wine->runs_i386) {
    report(LEVEL_OK, "32-bit", NULL, "32-bit clients run (%s)", wine->windows[1]);
  } else {
    report(LEVEL_NOTE, "32-bit", "./rig wine32", "%s",
           "this Wine runs 64-bit clients only; for 32-bit ones:");
  }
  return true;
}

static bool check_binaries(const char *binaries) {
  static const char *const names[] = {"x86_64/mapi32.dll", "x86_64/rig-host.exe", "i686/mapi32.dll",
                                      "i686/rig-host.exe"};
  char path[RIG_PATH_BYTES];
  bool complete = true;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (!rig_path(path, "%s/%s", binaries, names[i]) || !rig_is_file(path)) {
      report(LEVEL_MISSING, "stub", "./rig run", "%s/%s was not built", binaries, names[i]);
      complete = false;
    }
  }
  if (complete) {
    report(LEVEL_OK, "stub", NULL, "mapi32.dll and rig-host.exe for both bitnesses, %s", binaries);
  }
  return complete;
}

static bool check_cache(const struct rig_wine *wine) {
  char cache[RIG_PATH_BYTES];
  char template[RIG_PATH_BYTES];
  char error[600];
  struct statvfs about;
  if (rig_cache_folder(NULL, cache, error, sizeof error) != RIG_OK) {
    report(LEVEL_MISSING, "cache", "export XDG_CACHE_HOME=/tmp/cache", "%s", error);
    return false;
  }
  const bool made = rig_template_path(wine, cache, template) && rig_is_folder(template);
  const unsigned long long free_mib =
      statvfs(cache, &about) == 0 ? (unsigned long long)about.f_bavail * about.f_frsize >> 20 : 0;
  report(free_mib < 1024 && !made ? LEVEL_NOTE : LEVEL_OK, "cache", NULL, "%s, %llu MiB free; %s",
         cache, free_mib,
         made ? "the template prefix is there"
              : "the first run makes the template prefix (700 MB for 12 s, then 90 MB)");
  return true;
}

static void check_memory(void) {
  struct statvfs about;
  if (statvfs("/dev/shm", &about) != 0) {
    report(LEVEL_NOTE, "/dev/shm", "mount -t tmpfs tmpfs /dev/shm", "%s",
           "there is none: sessions go to the cache folder, at twice the cost of a record");
    return;
  }
  const unsigned long long bytes = (unsigned long long)about.f_bavail * about.f_frsize;
  const uint32_t records = rig_session_capacity(bytes, 1);
  if (bytes < SHM_SMALL) {
    report(LEVEL_NOTE, "/dev/shm",
           "docker run --shm-size=512m ..., or: mount -o remount,size=512m "
           "/dev/shm",
           "%llu MiB free: %s", bytes >> 20,
           records == 0 ? "too small, sessions go to the cache folder"
                        : "enough for one run at a time, short logs with -j");
  } else {
    report(LEVEL_OK, "/dev/shm", NULL, "%llu MiB free", bytes >> 20);
  }
}

static bool has_invariant_tsc(void) {
#if defined(__x86_64__) || defined(__i386__)
  unsigned a;
  unsigned b;
  unsigned c;
  unsigned d = 0;
  return __get_cpuid(0x80000007, &a, &b, &c, &d) != 0 && (d & (1u << 8)) != 0;
#else
  return false;
#endif
}

static void check_machine(void) {
  const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
  report(LEVEL_OK, "cpus", NULL, "%ld: -j %ld", cpus, cpus);
  if (has_invariant_tsc()) {
    report(LEVEL_OK, "clock", NULL, "%s", "invariant time-stamp counter");
  } else {
    report(LEVEL_NOTE, "clock", NULL, "%s",
           "no invariant time-stamp counter: a record costs about four times as much");
  }
  if (in_path("addr2line")) {
    report(LEVEL_OK, "addr2line", NULL, "%s", "findings name source lines");
  } else {
    report(LEVEL_NOTE, "addr2line", "apt-get install --no-install-recommends binutils", "%s",
           "missing: findings name modules and offsets, no source lines");
  }
  if (in_path("perf")) {
    report(LEVEL_OK, "perf", NULL, "%s", "for profiles of ./rig bench");
  } else {
    report(LEVEL_NOTE, "perf", "apt-get install --no-install-recommends linux-perf", "%s",
           "missing: only profiling needs it");
  }
}

static void progress(void *context, const char *text) {
  (void)context;
  rig_progress("%s", text);
}

static double now_s(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool check_start(const char *binaries) {
  struct rig_live *live = NULL;
  char error[600] = "";
  const struct rig_live_options open = {
      .binaries = binaries, .parallel = 1, .scale_permille = 1000, .progress = progress};
  const double began = now_s();
  const enum rig_status status = rig_live_open(&open, &live, error, sizeof error);
  rig_progress_clear();
  if (status != RIG_OK) {
    report(LEVEL_MISSING, "start", NULL, "%s", error);
    return false;
  }
  report(LEVEL_OK, "start", NULL, "a prefix and its host started in %.2f s", now_s() - began);
  (void)rig_live_close(live);
  return true;
}

int rig_cli_doctor(int argc, char **argv) {
  int status = RIG_EXIT_OK;
  const int option = rig_cli_next(&command, argc, argv, &status);
  if (option == RIG_CLI_DONE) {
    return status;
  }
  if (optind < argc) {
    return rig_cli_error(command.name, "takes no operand, got '%s'", argv[optind]);
  }
  struct rig_wine wine;
  char binaries[RIG_PATH_BYTES];
  bool works = check_wine(&wine);
  works = rig_path_binaries(binaries, sizeof binaries) && check_binaries(binaries) && works;
  works = works && check_cache(&wine);
  check_memory();
  check_machine();
  works = works && check_start(binaries);
  puts(works ? "Runs will work." : "Runs will not work until what is MISSING is mended.");
  return works ? RIG_EXIT_OK : RIG_EXIT_INVALID;
}
