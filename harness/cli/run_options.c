/*
 * Options of `mapirig run`.
 */
#include "cli/run_options.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/confirm.h"
#include "cli/output.h"
#include "cli/shard.h"
#include "cli/sim_values.h"
#include "core/names.h"

enum {
  OPTION_CLIENT = RIG_CLI_FIRST,
  OPTION_ARG,
  OPTION_AS,
  OPTION_STRICT,
  OPTION_DEADLINE,
  OPTION_TIMEOUT,
  OPTION_SCALE,
  OPTION_JSON,
  OPTION_JUNIT,
  OPTION_KEEP,
  OPTION_SHARD,
  OPTION_REPLAY,
  OPTION_PUMP,
  OPTION_DIALECT,
  OPTION_BOUND,
  OPTION_WRITE_SCENARIO,
  OPTION_QUIET
};

static const struct option long_options[] = {
    RIG_CLI_COMMON,
    {"client", required_argument, NULL, OPTION_CLIENT},
    {"arg", required_argument, NULL, OPTION_ARG},
    {"as", required_argument, NULL, OPTION_AS},
    {"strict", no_argument, NULL, OPTION_STRICT},
    {"deadline", required_argument, NULL, OPTION_DEADLINE},
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"scale", required_argument, NULL, OPTION_SCALE},
    {"json", required_argument, NULL, OPTION_JSON},
    {"junit", required_argument, NULL, OPTION_JUNIT},
    {"keep", required_argument, NULL, OPTION_KEEP},
    {"quiet", no_argument, NULL, OPTION_QUIET},
    {"verbose", no_argument, NULL, 'v'},
    {"shard", required_argument, NULL, OPTION_SHARD},
    {"replay", required_argument, NULL, OPTION_REPLAY},
    {"pump", required_argument, NULL, OPTION_PUMP},
    {"dialect", required_argument, NULL, OPTION_DIALECT},
    {"bound", required_argument, NULL, OPTION_BOUND},
    {"write-scenario", required_argument, NULL, OPTION_WRITE_SCENARIO},
    {"sarif", optional_argument, NULL, RIG_CLI_REFUSED},
    {"tap", optional_argument, NULL, RIG_CLI_REFUSED},
    {"html", optional_argument, NULL, RIG_CLI_REFUSED},
    {"github", optional_argument, NULL, RIG_CLI_REFUSED},
    {"scm", optional_argument, NULL, RIG_CLI_REFUSED},
    {"baseline", optional_argument, NULL, RIG_CLI_REFUSED},
    {"watch", optional_argument, NULL, RIG_CLI_REFUSED},
    {NULL, 0, NULL, 0}};

static const struct rig_cli_refused refused[] = {
    {"sarif", "use --json F or --junit F"},
    {"tap", "use --junit F"},
    {"html", "use --json F, or read the report on standard output"},
    {"github", "use --junit F with an action that reads it"},
    {"scm", "the simulated service control manager is always used"},
    {"baseline", "state what is known in a scenario's `expect:`"},
    {"watch", "call `mapirig run` from your build when it is done"},
    {NULL, NULL}};

static const char help[] =
    "usage: mapirig run [SCENARIO|DIR]... [options]\n"
    "\n"
    "Runs each scenario against a client under Wine, and judges what was recorded. Without a\n"
    "scenario: the installed catalogue. Without --client: the built-in reference service.\n"
    "\n"
    "  --client EXE        the Windows program to run, unmodified\n"
    "  --arg A             an argument for it (repeat for more)\n"
    "  --as ROLE           service (default), console or desktop; beats the scenario's `role`\n"
    "  -k PATTERN          only scenarios whose name or file holds PATTERN (* ? [] as in a shell)\n"
    "  --replay ID         only the scenario with exactly this name or file, as a report has it\n"
    "  --pump OBJ[:SYMBOL] with --replay ID of a schedule that `mapirig sim` found in these\n"
    "                      objects: shows it live, by a scenario that places it; --dialect and\n"
    "                      --bound as in the report. A run that does not show it is\n"
    "                      not-reproduced, what Wine 8.0 cannot do is not-replayable (both 3)\n"
    "  --write-scenario F  write the placed scenario, to keep it as a regression test\n"
    "  --shard K/N         only the K-th of N parts of the list, for a CI matrix; `mapirig merge`\n"
    "                      joins their JSON\n"
    "  -j N                run N at once, each in a prefix and on a CPU of its own (default 1)\n"
    "  -x                  stop at the first scenario that does not pass\n"
    "  --strict            warnings fail too (exit status 1)\n"
    "  --deadline MS       how long a thread sits blocked before it is called so\n"
    "  --timeout S         the backstop of one run\n"
    "  --scale X           multiply every time-out, for slow machines\n"
    "  --json F            write the results as JSON\n"
    "  --junit F           write the results as JUnit XML\n"
    "  --keep DIR          keep each session file there, for `mapirig show` and `mapirig judge`\n"
    "  --quiet             print only what failed, and the summary\n"
    "  -v, --verbose       print every rule of every scenario, with why it was not exercised\n"
    "\n"
    "Exit status: 0 nothing found, 1 findings, 2 usage or scenario error, 3 an invalid run.\n";

static const struct rig_cli_command command = {"run", help, ":k:j:xv", long_options, refused};

static const char *const roles[] = {
    [RIG_ROLE_SERVICE] = "service",
    [RIG_ROLE_CONSOLE] = "console",
    [RIG_ROLE_DESKTOP] = "desktop",
    [RIG_ROLE_COUNT] = NULL,
};

const char *rig_role_text(enum rig_role role) {
  return role < RIG_ROLE_COUNT ? roles[role] : "?";
}

static bool read_role(const char *word, struct rig_run_options *out) {
  for (unsigned i = 0; i < RIG_ROLE_COUNT; i++) {
    if (strcmp(word, roles[i]) == 0) {
      out->role = (enum rig_role)i;
      out->role_given = true;
      return true;
    }
  }
  const char *near = rig_nearest(word, roles);
  rig_cli_error(command.name, "--as takes service, console or desktop, not '%s'%s%s%s", word,
                near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
  return false;
}

/* False after an error was told. */
static bool take(int option, struct rig_run_options *out) {
  switch (option) {
  case OPTION_CLIENT:
    out->client = optarg;
    return true;
  case OPTION_ARG:
    out->arguments[out->argument_count++] = optarg;
    return true;
  case OPTION_AS:
    return read_role(optarg, out);
  case OPTION_STRICT:
    out->strict = true;
    return true;
  case OPTION_DEADLINE:
    return rig_cli_number(&command, "--deadline", optarg, "milliseconds", 1, 600000,
                          &out->deadline_ms);
  case OPTION_TIMEOUT:
    return rig_cli_number(&command, "--timeout", optarg, "seconds", 1, 86400, &out->timeout_s);
  case OPTION_SCALE:
    return rig_cli_factor(&command, "--scale", optarg, &out->scale_permille);
  case OPTION_JSON:
    out->json = optarg;
    return true;
  case OPTION_JUNIT:
    out->junit = optarg;
    return true;
  case OPTION_KEEP:
    out->keep = optarg;
    return true;
  case OPTION_SHARD:
    return rig_shard_read(&command, optarg, &out->shard);
  case OPTION_REPLAY:
    out->replay = optarg;
    return true;
  case OPTION_PUMP:
    return rig_sim_read_pump(optarg, &out->sim);
  case OPTION_DIALECT:
    out->dialect_given = true;
    return rig_sim_read_dialect(optarg, &out->sim);
  case OPTION_BOUND:
    return rig_sim_read_bounds(optarg, &out->sim);
  case OPTION_WRITE_SCENARIO:
    out->write_scenario = optarg;
    return true;
  case OPTION_QUIET:
    out->quiet = true;
    return true;
  case 'v':
    out->verbose = true;
    return true;
  case 'k':
    out->pattern = optarg;
    return true;
  case 'j':
    return rig_cli_number(&command, "-j", optarg, "a number of runs at once", 1, 64, &out->jobs);
  case 'x':
    out->stop_at_first = true;
    return true;
  default:
    return true;
  }
}

/* --pump and --replay of a schedule go together, and the others with them. */
static bool check_schedule(const struct rig_run_options *out) {
  const bool schedule = out->replay != NULL && rig_confirm_is_id(out->replay);
  if (out->sim.pump && !schedule) {
    rig_cli_error(command.name, "--pump goes with --replay ID of a schedule, as `mapirig sim` "
                                "prints it under each: the client of a run is --client EXE");
  } else if (schedule && !out->sim.pump) {
    rig_cli_error(command.name,
                  "--replay %.60s is a schedule of the simulator's: name the objects it was found "
                  "in, --pump OBJ[:SYMBOL], and the program made of them, --client EXE",
                  out->replay);
  } else if (schedule && !out->client) {
    rig_cli_error(command.name, "--replay of a schedule needs the program made of %s: --client EXE",
                  out->sim.pump);
  } else if (!schedule && (out->write_scenario || out->sim.bound_text || out->dialect_given)) {
    rig_cli_error(command.name, "--%s goes with --pump and --replay ID of a schedule",
                  out->write_scenario   ? "write-scenario"
                  : out->sim.bound_text ? "bound"
                                        : "dialect");
  } else {
    return true;
  }
  return false;
}

bool rig_run_options_read(int argc, char **argv, struct rig_run_options *out, int *status) {
  memset(out, 0, sizeof *out);
  rig_cli_sim_options_init(&out->sim, command.name);
  out->jobs = 1;
  out->scale_permille = 1000;
  out->arguments = calloc((size_t)argc + 1, sizeof *out->arguments);
  *status = RIG_EXIT_USAGE;
  if (!out->arguments) {
    rig_cli_error(command.name, "out of memory");
    return false;
  }
  for (int option; (option = rig_cli_next(&command, argc, argv, status)) != -1;) {
    if (option == RIG_CLI_DONE || !take(option, out)) {
      return false;
    }
  }
  out->sim.dialect_count = 1; /* a schedule is run in one: the first that was asked for */
  out->scenarios = argv + optind;
  out->scenario_count = (size_t)(argc - optind);
  return check_schedule(out) && rig_output_check(command.name, out->json, out->junit) &&
         rig_output_check(command.name, out->write_scenario, NULL);
}

void rig_run_options_free(struct rig_run_options *options) {
  free(options->arguments);
  rig_cli_sim_options_free(&options->sim);
  memset(options, 0, sizeof *options);
}
