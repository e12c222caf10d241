/*
 * mapirig: the sub-commands, and refusals of those that do not exist.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/names.h"

const char *rig_cli_program = "mapirig";

static const char help[] =
    "mapirig: know before you ship that your MAPI service keeps the rules and never hangs\n"
    "\n"
    "  mapirig run [SCENARIO|DIR]... [--client EXE]   run scenarios under Wine and judge them\n"
    "  mapirig sim [SCENARIO|DIR]... --pump OBJ       explore every schedule of a compiled pump\n"
    "  mapirig judge SESSION...                       judge recorded session files again\n"
    "  mapirig show SESSION                           the decoded trace\n"
    "  mapirig rules [ID]                             the catalogue of rules\n"
    "  mapirig lint SCENARIO|DIR...                   validate scenarios without running them\n"
    "  mapirig merge FILE...                          join the JSON of the shards of a run\n"
    "  mapirig doctor                                 what is installed, and what is missing\n"
    "\n"
    "Each has --help. Exit status: 0 nothing found, 1 findings, 2 usage or scenario error,\n"
    "3 an invalid run (infrastructure).\n";

static const struct command {
  const char *name;
  int (*run)(int argc, char **argv);
} commands[] = {{"run", rig_cli_run},     {"sim", rig_cli_sim},      {"judge", rig_cli_judge},
                {"show", rig_cli_show},   {"rules", rig_cli_rules},  {"lint", rig_cli_lint},
                {"merge", rig_cli_merge}, {"doctor", rig_cli_doctor}};
#define COMMANDS (sizeof commands / sizeof *commands)

/* Planned, or a word of `./rig`: what to use instead. */
static const struct rig_cli_refused refused[] = {
    {"explore", "place the race yourself with a scenario's `at:` triggers, and use `mapirig run`"},
    {"new", "copy a file of scenarios/ and check it with `mapirig lint`"},
    {"record", "use `mapirig run --keep DIR`, then `mapirig show`"},
    {"test", "it belongs to the script: `./rig test`"},
    {"bench", "it belongs to the script: `./rig bench`"},
    {"soak", "it belongs to the script: `./rig soak`"},
    {NULL, NULL}};

static int unknown_command(const char *name) {
  const char *names[COMMANDS + 1];
  for (size_t i = 0; refused[i].name; i++) {
    if (strcmp(refused[i].name, name) == 0) {
      return rig_cli_error("", "`%s` does not exist in this version: %s", name, refused[i].instead);
    }
  }
  for (size_t i = 0; i < COMMANDS; i++) {
    names[i] = commands[i].name;
  }
  names[COMMANDS] = NULL;
  const char *near = rig_nearest(name, names);
  if (near) {
    return rig_cli_error("", "unknown sub-command '%s'; did you mean `mapirig %s`?", name, near);
  }
  return rig_cli_error("", "unknown sub-command '%s'; `mapirig --help` lists them", name);
}

/* A report that could not be printed must not look like a success. The reader of a pipe that went
 * away has seen what it wanted. */
static int flushed(int status) {
  struct stat info;
  bool failed = fflush(stdout) != 0 || ferror(stdout);
  if (failed && fstat(STDOUT_FILENO, &info) == 0 && !S_ISFIFO(info.st_mode) &&
      !S_ISSOCK(info.st_mode)) {
    rig_cli_error("", "cannot write all of the report to standard output");
    return RIG_EXIT_INVALID;
  }
  return status;
}

int main(int argc, char **argv) {
  if (argc > 0) {
    rig_cli_program = argv[0];
  }
  if (argc < 2) {
    fputs(help, stderr);
    return RIG_EXIT_USAGE;
  }
  const char *word = argv[1];
  if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
    fputs(help, stdout);
    return RIG_EXIT_OK;
  }
  if (strcmp(word, "--version") == 0) {
    rig_cli_version();
    return RIG_EXIT_OK;
  }
  for (size_t i = 0; i < COMMANDS; i++) {
    if (strcmp(word, commands[i].name) == 0) {
      return flushed(commands[i].run(argc - 1, argv + 1));
    }
  }
  if (word[0] == '-') {
    return rig_cli_error(
        "", "unknown option '%s' before a sub-command; `mapirig --help` lists them", word);
  }
  return unknown_command(word);
}
