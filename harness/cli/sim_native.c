/*
 * Options of a natively compiled pump, and mapirig started anew under the sanitizer.
 */
#include "cli/sim_native.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "sim/native.h"

/* Each step costs a message between processes, each schedule a process. */
#define DEPTH_DEFAULT 2000u
#define SCHEDULES_DEFAULT 2000u
#define ARGUMENTS_MAX 4096u
#define AGAIN "MAPIRIG_NATIVE" /* set when this was done */
/* Faults are ours to catch, what the process holds at its end is no leak of the pump's, and a
 * report ends the fibre, not the process. */
#define SANITIZER_OPTIONS                                                                          \
  "handle_segv=0:handle_sigbus=0:handle_sigill=0:handle_sigfpe=0:handle_abort=0:use_sigaltstack=0" \
  ":symbolize=0:detect_leaks=0:detect_stack_use_after_return=0:allocator_may_return_null=1"

/* The command line as it was given; getopt has changed the order of argv's. */
static char **read_arguments(void) {
  char **list = calloc(ARGUMENTS_MAX + 1, sizeof *list);
  FILE *file = fopen("/proc/self/cmdline", "rbe");
  size_t count = 0;
  while (list != NULL && file != NULL && count < ARGUMENTS_MAX) {
    size_t room = 0;
    if (getdelim(&list[count], &room, '\0', file) <= 0) {
      free(list[count]);
      list[count] = NULL;
      break;
    }
    count++;
  }
  if (file != NULL) {
    fclose(file);
  }
  if (count == 0 || count == ARGUMENTS_MAX) {
    free(list);
    return NULL;
  }
  return list;
}

/* Returns only when it fails. */
static bool start_anew(const char *runtime) {
  char **arguments = read_arguments();
  const char *given = getenv("ASAN_OPTIONS");
  char options[1024];
  snprintf(options, sizeof options, "%s%s%s", SANITIZER_OPTIONS, given != NULL ? ":" : "",
           given != NULL ? given : "");
  if (arguments != NULL && setenv(AGAIN, "1", 1) == 0 && setenv("LD_PRELOAD", runtime, 1) == 0 &&
      setenv("ASAN_OPTIONS", options, 1) == 0) {
    execv("/proc/self/exe", arguments);
  }
  rig_cli_error("sim", "mapirig cannot be started with %s: %s", runtime, strerror(errno));
  return false;
}

static bool check(const struct rig_cli_sim_options *options) {
  const char *what =
      options->path_count > 1 ? "one library, not several files"
      : strcmp(options->symbol, "main") == 0
          ? "the symbol of a bare pump; a whole program is run from its objects"
      : options->guarded != RIG_GUARD_NONE ? "no --guard: its memory is watched by AddressSanitizer"
      : options->mode_given && options->mode == RIG_EXPLORE_STATES
          ? "--explore schedules (the default) or random: its state cannot be compared"
          : NULL;
  if (what != NULL) {
    rig_cli_error("sim", "a natively compiled pump (%s) takes %s", options->paths[0], what);
  }
  return what == NULL;
}

bool rig_sim_native(struct rig_cli_sim_options *options) {
  char runtime[64];
  char error[512];
  options->native = options->path_count > 0 && rig_native_is(options->paths[0]);
  if (!options->native) {
    return true;
  }
  if (!check(options)) {
    return false;
  }
  if (!rig_native_needs(options->paths[0], runtime, sizeof runtime, error, sizeof error)) {
    rig_cli_error("sim", "%s", error);
    return false;
  }
  if (runtime[0] != '\0' && getenv(AGAIN) != NULL) {
    rig_cli_error("sim", "%s, which %s was linked with, cannot be loaded before mapirig", runtime,
                  options->paths[0]);
    return false;
  }
  if (runtime[0] != '\0') {
    return start_anew(runtime);
  }
  unsetenv("LD_PRELOAD"); /* not for those that are started to read debug information */
  unsetenv(AGAIN);
  options->mode = options->mode_given ? options->mode : RIG_EXPLORE_SCHEDULES;
  options->depth = options->depth == RIG_SIM_DEPTH_DEFAULT ? DEPTH_DEFAULT : options->depth;
  options->schedules =
      options->schedules == RIG_SIM_SCHEDULES_DEFAULT ? SCHEDULES_DEFAULT : options->schedules;
  return true;
}
