/*
 * The command line: one function for each sub-command, and what they share.
 *
 * Exit statuses are a contract (design.md): 3 an invalid run, else 2 usage or scenario error, else
 * 1 findings, else 0.
 */
#ifndef RIG_CLI_CLI_H
#define RIG_CLI_CLI_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

enum { RIG_EXIT_OK = 0, RIG_EXIT_FINDINGS = 1, RIG_EXIT_USAGE = 2, RIG_EXIT_INVALID = 3 };

/* Each gets its own name as argv[0] and returns the exit status. */
int rig_cli_run(int argc, char **argv);
int rig_cli_sim(int argc, char **argv);
int rig_cli_judge(int argc, char **argv);
int rig_cli_show(int argc, char **argv);
int rig_cli_rules(int argc, char **argv);
int rig_cli_lint(int argc, char **argv);
int rig_cli_merge(int argc, char **argv);
int rig_cli_doctor(int argc, char **argv);

/* The program as it was called, for the command that repeats a run. */
extern const char *rig_cli_program;

/* An option that design.md names and this version does not have: refused by name, with what to use
 * instead. */
struct rig_cli_refused {
  const char *name;    /* "--sarif" without the dashes */
  const char *instead; /* "use --json F or --junit F" */
};

struct rig_cli_command {
  const char *name;             /* "run" */
  const char *help;             /* what --help prints */
  const char *short_options;    /* as getopt has them, with a leading ':' */
  const struct option *options; /* as getopt_long has them; "help" and "version" among them */
  const struct rig_cli_refused *refused; /* ends with a NULL name; NULL if there are none */
};

/* Values of long options without a letter begin here. */
enum { RIG_CLI_HELP = 1000, RIG_CLI_VERSION, RIG_CLI_REFUSED, RIG_CLI_FIRST };
#define RIG_CLI_COMMON                                                                             \
  {"help", no_argument, NULL, RIG_CLI_HELP}, {                                                     \
    "version", no_argument, NULL, RIG_CLI_VERSION                                                  \
  }

/* The next option of `argv`, its value in optarg; -1 after the last one (operands begin at optind).
 * When it answers RIG_CLI_DONE, --help or --version was served or an error was told, and *status is
 * the exit status. */
enum { RIG_CLI_DONE = -2 };
int rig_cli_next(const struct rig_cli_command *command, int argc, char **argv, int *status);

/* "mapirig run: ..." on standard error; returns RIG_EXIT_USAGE. */
__attribute__((format(printf, 2, 3))) int rig_cli_error(const char *command, const char *format,
                                                        ...);

/* Reads a number between `least` and `most` from optarg; false after telling what is wrong. */
bool rig_cli_number(const struct rig_cli_command *command, const char *option, const char *text,
                    const char *unit, uint32_t least, uint32_t most, uint32_t *out);

/* Reads a factor ("2", "0.5") as thousandths. */
bool rig_cli_factor(const struct rig_cli_command *command, const char *option, const char *text,
                    uint32_t *permille);

void rig_cli_version(void);

#endif
