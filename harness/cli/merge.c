/*
 * `mapirig merge`: the JSON of shards, joined into that of one run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/sim_shard.h"
#include "report/file.h"
#include "report/json.h"

enum { OPTION_JSON = RIG_CLI_FIRST };

static const struct option long_options[] = {
    RIG_CLI_COMMON, {"json", required_argument, NULL, OPTION_JSON}, {NULL, 0, NULL, 0}};

static const struct rig_cli_command command = {
    "merge",
    "usage: mapirig merge FILE... [--json F]\n"
    "\n"
    "Joins the JSON of all shards of a run (`mapirig run --shard K/N --json FILE`) into the JSON\n"
    "that one run of all scenarios would have written, on standard output or in F. Refuses files\n"
    "of different clients, lists or versions, and a shard that is missing or there twice.\n"
    "\n"
    "The same for `mapirig sim --shard K/N --json FILE`, whose files are lines of JSON.\n"
    "\n"
    "Exit status: that of the one run; 2 when the files cannot be joined, 3 when one is of a "
    "shard\n"
    "that was killed, or damaged.\n",
    ":", long_options, NULL};

static void print_summary(const struct rig_merged *merged) {
  printf("%zu of %zu scenarios in %zu shard%s: %lld pass, %lld fail, %lld not exercised, "
         "%lld invalid",
         merged->scenarios, merged->all, merged->shards, merged->shards == 1 ? "" : "s",
         (long long)merged->outcomes[0], (long long)merged->outcomes[1],
         (long long)merged->outcomes[2], (long long)merged->outcomes[3]);
  if (merged->retried > 0) {
    printf(", %lld retried", (long long)merged->retried);
  }
  putchar('\n');
}

static int merge(char *const *paths, size_t count, const char *json) {
  char error[512];
  struct rig_merged merged;
  if (json && rig_file_check(json, error, sizeof error) != RIG_OK) {
    return rig_cli_error("merge", "%s", error);
  }
  if (rig_sim_shard_is_one(paths, count)) {
    return rig_sim_shard_merge(paths, count, json);
  }
  if (rig_json_merge(paths, count, &merged, error, sizeof error) != RIG_OK) {
    return rig_cli_error("merge", "%s", error);
  }
  int status = merged.status;
  if (!json) {
    fputs(merged.text, stdout);
  } else if (rig_file_write(json, merged.text, strlen(merged.text), error, sizeof error) ==
             RIG_OK) {
    print_summary(&merged);
  } else {
    rig_cli_error("merge", "%s", error);
    status = RIG_EXIT_INVALID;
  }
  free(merged.text);
  return status;
}

int rig_cli_merge(int argc, char **argv) {
  const char *json = NULL;
  int status = RIG_EXIT_OK;
  for (int option; (option = rig_cli_next(&command, argc, argv, &status)) != -1;) {
    if (option == RIG_CLI_DONE) {
      return status;
    }
    json = optarg;
  }
  if (optind == argc) {
    return rig_cli_error("merge", "name the JSON of every shard; `mapirig run --shard K/N --json "
                                  "FILE` writes it");
  }
  return merge(argv + optind, (size_t)(argc - optind), json);
}
