/*
 * `mapirig run`: load everything, check everything, run, judge, report.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/confirm.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "cli/pool.h"
#include "cli/shard.h"
#include "cli/sim_work.h"
#include "core/assert.h"
#include "report/file.h"

#define NAME_COLUMNS 56

static bool find_client(const struct rig_run_options *options, char *path, size_t size) {
  char error[512];
  enum rig_machine machine = RIG_MACHINE_OTHER;
  if (options->client) {
    snprintf(path, size, "%s", options->client);
  } else if (!rig_path_reference(path, size)) {
    rig_cli_error("run", "the built-in reference service is not there; name a client with "
                         "--client EXE");
    return false;
  }
  if (rig_client_check(path, &machine, error, sizeof error) != RIG_OK) {
    rig_cli_error("run", "%s", error);
    return false;
  }
  return true;
}

/* --keep DIR is made with its parents, as mkdir -p does. */
static bool make_folder(const char *folder) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s", folder);
  for (char *at = path + 1;; at++) {
    bool whole = *at == '\0';
    if (whole || *at == '/') {
      *at = '\0';
      if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        rig_cli_error("run", "cannot make the folder %s: %s", path, strerror(errno));
        return false;
      }
      if (whole) {
        break;
      }
      *at = '/';
    }
  }
  if (access(folder, W_OK | X_OK) != 0) {
    rig_cli_error("run", "cannot write into %s: %s", folder, strerror(errno));
    return false;
  }
  return true;
}

/* The role of the run as a whole; each scenario's own may differ. */
static const char *common_role(const struct rig_run_options *options,
                               const struct rig_loaded *loaded) {
  RIG_ASSERT(loaded->count > 0);
  enum rig_role role = rig_attempt_role(options, loaded->items[0]);
  for (size_t i = 1; i < loaded->count; i++) {
    if (rig_attempt_role(options, loaded->items[i]) != role) {
      return "mixed";
    }
  }
  return rig_role_text(role);
}

/* Room for the longest name, so that times and counts stand below each other. */
static int name_width(const struct rig_loaded *loaded) {
  size_t width = 0;
  for (size_t i = 0; i < loaded->count; i++) {
    size_t length = strlen(loaded->items[i]->name);
    width = length > width ? length : width;
  }
  return width < NAME_COLUMNS ? (int)width : NAME_COLUMNS;
}

/* A run that is to show a simulated finding is reported when that is settled. */
static void print_later(void *context, const struct rig_result *result) {
  (void)context, (void)result;
}

/* The placed scenario; where that does not show what was found, again with the client's threads
 * held in the order of the path. */
static size_t run_confirm(const struct rig_attempt *attempt, struct rig_loaded *loaded,
                          struct rig_result *items, struct rig_text_report *report, char *error,
                          size_t size) {
  const struct rig_confirm *confirm = attempt->confirm;
  size_t count = 1;
  if (confirm->refused[0]) {
    rig_confirm_refuse(confirm, attempt->options, loaded->items[0], &items[0]);
  } else {
    count = rig_pool_run(attempt, loaded, items, print_later, report, error, size);
    if (count == 1 && rig_confirm_again(confirm, &items[0]) && rig_confirm_order(confirm, loaded)) {
      rig_result_free(&items[0]);
      count = rig_pool_run(attempt, loaded, items, print_later, report, error, size);
    }
    if (!rig_confirm_write(attempt->options, loaded)) {
      snprintf(error, size, "the placed scenario was not kept");
    }
  }
  if (count == 1) {
    rig_text_line(report, &items[0]);
  }
  return count;
}

static void print_line(void *context, const struct rig_result *result) {
  rig_text_line(context, result);
}

/* "shard 2/3: 9 of 28 scenarios"; nothing when it is the whole list. */
static void print_shard(const struct rig_shard *shard, size_t count) {
  if (shard->count > 0 && count > 0) {
    printf("shard %u/%u: %zu of %zu scenarios\n", shard->index, shard->count, count, shard->all);
  } else if (shard->count > 0) {
    printf("shard %u/%u: none of the %zu scenarios falls into it, nothing to run\n", shard->index,
           shard->count, shard->all);
  }
}

/* A shard reports what it shares with the others as the whole list has it. */
static int run_shard(const struct rig_run_options *options, struct rig_loaded *loaded,
                     const char *client, const struct rig_confirm *confirm,
                     struct rig_results *results, struct rig_text_report *report) {
  char error[512] = "";
  struct rig_attempt attempt = {.options = options, .client = client, .confirm = confirm};
  results->items = calloc(loaded->count + 1, sizeof *results->items);
  if (!results->items) {
    rig_cli_error("run", "out of memory");
    return RIG_EXIT_INVALID;
  }
  results->planned = loaded->count;
  attempt.symbols = rig_symbols_new();
  print_shard(&results->shard, loaded->count);
  double began = rig_output_now();
  if (loaded->count > 0) {
    rig_pool_catch_signals();
    results->count =
        confirm ? run_confirm(&attempt, loaded, results->items, report, error, sizeof error)
                : rig_pool_run(&attempt, loaded, results->items, print_line, report, error,
                               sizeof error);
  }
  results->seconds = rig_output_now() - began;
  results->interrupted = rig_pool_interrupted();
  results->broken = error[0] != '\0';
  int status = rig_output("run", report, results, options->json, options->junit);
  if (error[0]) {
    rig_cli_error("run", "%s", error);
  }
  rig_output_free(results);
  attempt.symbols = rig_symbols_free(attempt.symbols);
  return status;
}

static int run_loaded(const struct rig_run_options *options, struct rig_loaded *loaded,
                      const char *client, const struct rig_confirm *confirm) {
  struct rig_text_report report = {.paint = rig_paint_for(stdout),
                                   .quiet = options->quiet,
                                   .verbose = options->verbose,
                                   .width = name_width(loaded)};
  struct rig_results results = {.client = rig_file_short(client),
                                .role = common_role(options, loaded),
                                .strict = options->strict,
                                .shard = options->shard,
                                .version = RIG_PROGRAM_VERSION};
  if (options->shard.count > 0 && !rig_shard_take(loaded, &results.shard)) {
    rig_cli_error("run", "out of memory");
    return RIG_EXIT_INVALID;
  }
  int status = run_shard(options, loaded, client, confirm, &results, &report);
  rig_shard_free(&results.shard);
  return status;
}

int rig_cli_run(int argc, char **argv) {
  struct rig_run_options options;
  struct rig_loaded loaded = {0};
  struct rig_confirm confirm = {.refused = ""};
  char client[PATH_MAX];
  int status = RIG_EXIT_USAGE;
  if (rig_run_options_read(argc, argv, &options, &status)) {
    bool ready =
        rig_load("run", options.scenarios, options.scenario_count, options.pattern, &loaded) &&
        (!options.replay || options.sim.pump || rig_load_only("run", &loaded, options.replay));
    /* Both are checked, so that one call tells all that is wrong. */
    ready = find_client(&options, client, sizeof client) && ready;
    ready = ready && (!options.keep || make_folder(options.keep));
    status = RIG_EXIT_USAGE;
    if (ready && options.sim.pump) {
      rig_sim_work_catch();
      ready = rig_confirm_prepare(&options, &loaded, &confirm, &status);
    }
    if (ready) {
      status = run_loaded(&options, &loaded, client, options.sim.pump ? &confirm : NULL);
    }
  }
  rig_confirm_free(&confirm);
  rig_loaded_free(&loaded);
  rig_run_options_free(&options);
  return status;
}
