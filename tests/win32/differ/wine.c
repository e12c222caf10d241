/*
 * Programs run by Wine: a file of them for the PE runner, a file of results from it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "differ.h"
#include "live/live.h"

#define TIMEOUT_MS 45000u
#define BATCH 64u
#define GROUPS_TIMED 8u
#define LATE_TRIES 6u
#define START_TRIES 2u /* Wine fails to start now and then, in silence */

struct wine {
  struct rig_live *live;
  unsigned scale;
  char folder[64];
  char programs[96];
  char results[96];
  char runner[512];
};

enum rig_status wine_open(struct wine **out, const char *binaries, unsigned scale, char *error,
                          size_t size) {
  const struct rig_live_options options = {
      .binaries = binaries, .parallel = 3, .scale_permille = 1000 * scale};
  struct wine *wine = calloc(1, sizeof *wine);
  if (wine == NULL) {
    return RIG_NO_MEMORY;
  }
  wine->scale = scale;
  (void)snprintf(wine->folder, sizeof wine->folder, "/tmp/rig-differ-XXXXXX");
  if (mkdtemp(wine->folder) == NULL) {
    (void)snprintf(error, size, "%s: %s", wine->folder, strerror(errno));
    free(wine);
    return RIG_IO;
  }
  (void)snprintf(wine->programs, sizeof wine->programs, "%s/programs", wine->folder);
  (void)snprintf(wine->results, sizeof wine->results, "%s/results", wine->folder);
  (void)snprintf(wine->runner, sizeof wine->runner, "%s/x86_64/tests/win32-differ.exe", binaries);
  const enum rig_status status = rig_live_open(&options, &wine->live, error, size);
  if (status != RIG_OK) {
    (void)rmdir(wine->folder);
    free(wine);
    return status;
  }
  *out = wine;
  return RIG_OK;
}

void wine_close(struct wine *wine) {
  if (wine == NULL) {
    return;
  }
  wine->live = rig_live_close(wine->live);
  (void)unlink(wine->programs);
  (void)unlink(wine->results);
  (void)rmdir(wine->folder);
  free(wine);
}

static bool write_programs(const struct wine *wine, struct program *const *programs,
                           uint32_t count) {
  const struct differ_file head = {.magic = DIFFER_MAGIC, .programs = count};
  FILE *file = fopen(wine->programs, "wb");
  if (file == NULL) {
    return false;
  }
  bool done = fwrite(&head, sizeof head, 1, file) == 1;
  for (uint32_t i = 0; done && i < count; i++) {
    const struct differ_program program = {.index = i,
                                           .threads = programs[i]->threads,
                                           .operations = programs[i]->count,
                                           .end = programs[i]->timed};
    done = fwrite(&program, sizeof program, 1, file) == 1 &&
           fwrite(programs[i]->operations, sizeof *programs[i]->operations, programs[i]->count,
                  file) == programs[i]->count;
  }
  return fclose(file) == 0 && done;
}

/* Returns how many have arrived. */
static uint32_t read_results(const struct wine *wine, struct program *const *programs,
                             uint32_t count) {
  struct differ_program program;
  uint32_t arrived = 0;
  FILE *file = fopen(wine->results, "rb");
  if (file == NULL) {
    return 0;
  }
  while (fread(&program, sizeof program, 1, file) == 1 && program.index < count &&
         program.operations <= DIFFER_OPERATIONS_MAX) {
    struct program *to = programs[program.index];
    if (fread(to->seen, sizeof to->seen[0], program.operations, file) != program.operations) {
      break;
    }
    to->seen_count = program.operations;
    to->end = program.end;
    to->arrived = true;
    arrived++;
  }
  (void)fclose(file);
  return arrived;
}

enum rig_status wine_run(struct wine *wine, struct program *const *programs, uint32_t count,
                         unsigned groups, char *error, size_t size) {
  char group_text[16];
  char scale_text[16];
  const char *const arguments[] = {wine->programs, wine->results, group_text, scale_text, NULL};
  const struct rig_scenario scenario = {
      .file = "differ", .source = "", .name = "differ", .role = RIG_ROLE_CONSOLE};
  const struct rig_run_request request = {.client = wine->runner,
                                          .arguments = arguments,
                                          .scenario = &scenario,
                                          .role = RIG_ROLE_CONSOLE,
                                          .timeout_ms = TIMEOUT_MS,
                                          .bare = true};
  struct rig_run_output output;
  (void)snprintf(group_text, sizeof group_text, "%u", groups);
  (void)snprintf(scale_text, sizeof scale_text, "%u", wine->scale);
  if (!write_programs(wine, programs, count)) {
    (void)snprintf(error, size, "%s: %s", wine->programs, strerror(errno));
    return RIG_IO;
  }
  for (unsigned tries = 0; tries < START_TRIES; tries++) {
    (void)unlink(wine->results);
    const enum rig_status status = rig_live_run(wine->live, &request, &output, error, size);
    if (status != RIG_OK) {
      return status;
    }
    rig_session_remove(&output.session);
    if (read_results(wine, programs, count) > 0) {
      return RIG_OK;
    }
    (void)snprintf(error, size, "the runner left no results: %s %s", output.cause, output.message);
  }
  return RIG_IO;
}

uint32_t wine_run_all(struct wine *wine, struct program *programs, uint32_t count, char *error,
                      size_t size) {
  struct program *batch[BATCH];
  uint32_t late = 0;
  for (unsigned tries = 0; tries < LATE_TRIES; tries++) {
    uint32_t waiting = 0;
    late = 0;
    for (uint32_t i = 0; i <= count; i++) {
      if (i < count && (!programs[i].arrived || programs[i].end == DIFFER_LATE)) {
        batch[waiting++] = &programs[i];
      }
      if (waiting == BATCH || (i == count && waiting > 0)) {
        /* The later the try, the fewer that are in each other's way. */
        const unsigned groups = batch[0]->timed && tries < 3 ? GROUPS_TIMED >> tries : 1;
        if (wine_run(wine, batch, waiting, groups, error, size) != RIG_OK) {
          return RIG_WIN_NONE;
        }
        waiting = 0;
      }
    }
    for (uint32_t i = 0; i < count; i++) {
      late += !programs[i].arrived || programs[i].end == DIFFER_LATE;
    }
    if (late == 0) {
      break;
    }
  }
  return late;
}
