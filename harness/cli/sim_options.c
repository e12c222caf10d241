/*
 * Options of `mapirig sim`.
 */
#include "cli/sim_options.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "cli/shard.h"
#include "cli/sim_native.h"
#include "cli/sim_values.h"

#define STATES_DEFAULT 5000000u
#define MEMORY_MB_DEFAULT 2048u
/* Rows that judge/pump_starved.c calls starved begin here. */
#define RETRIEVALS_DEFAULT 1001u

enum {
  OPTION_PUMP = RIG_CLI_FIRST,
  OPTION_DIALECT,
  OPTION_EXPLORE,
  OPTION_BOUND,
  OPTION_SEED,
  OPTION_GUARD,
  OPTION_REPLAY,
  OPTION_FOLLOW,
  OPTION_SHARD,
  OPTION_JSON,
  OPTION_JUNIT,
  OPTION_QUIET
};

static const struct option long_options[] = {RIG_CLI_COMMON,
                                             {"pump", required_argument, NULL, OPTION_PUMP},
                                             {"dialect", required_argument, NULL, OPTION_DIALECT},
                                             {"explore", required_argument, NULL, OPTION_EXPLORE},
                                             {"bound", required_argument, NULL, OPTION_BOUND},
                                             {"seed", required_argument, NULL, OPTION_SEED},
                                             {"guard", optional_argument, NULL, OPTION_GUARD},
                                             {"replay", required_argument, NULL, OPTION_REPLAY},
                                             {"follow", required_argument, NULL, OPTION_FOLLOW},
                                             {"shard", required_argument, NULL, OPTION_SHARD},
                                             {"json", required_argument, NULL, OPTION_JSON},
                                             {"junit", required_argument, NULL, OPTION_JUNIT},
                                             {"quiet", no_argument, NULL, OPTION_QUIET},
                                             {"verbose", no_argument, NULL, 'v'},
                                             {"client", optional_argument, NULL, RIG_CLI_REFUSED},
                                             {"keep", optional_argument, NULL, RIG_CLI_REFUSED},
                                             {NULL, 0, NULL, 0}};

static const struct rig_cli_refused refused[] = {
    {"client", "an .exe runs under Wine: `mapirig run --client EXE`; give the simulator the object "
               "file of its pump, --pump pump.obj:RunPump, or all of its objects: "
               "--pump main.obj,pump.obj:main"},
    {"keep", "use --replay ID, which prints the records of a schedule"},
    {NULL, NULL}};

static const char help[] =
    "usage: mapirig sim [SCENARIO|DIR]... --pump OBJ[,OBJ...][:SYMBOL] [options]\n"
    "\n"
    "Runs the pump's own compiled code against a simulated Win32, on Linux and without Wine, and\n"
    "explores every schedule of each scenario. Without a scenario: the pump's part of the\n"
    "installed catalogue. OBJ is a COFF object for x86_64, or a static library of such, compiled\n"
    "against the real <windows.h>; SYMBOL (default: pump) is a function\n"
    "    void pump(const HANDLE *handles, DWORD count)\n"
    "in which handles[0] is the stop event and handles[1] an event for work; or main: a whole\n"
    "program or service, with the MAPI and the service control manager of a live run. Its start\n"
    "runs in one order up to where the client is ready; what is explored begins there. An OBJ\n"
    "called NAME.dll.EXT holds a DLL of the program's own, for it to load as NAME.dll.\n"
    "Or OBJ is a shared library of the pump's source, compiled natively for AddressSanitizer\n"
    "(README.md).\n"
    "\n"
    "  --dialect D         where Windows and Wine may differ: wine-8.0, windows, both (default)\n"
    "  --explore MODE      states (default): each state once; schedules: each schedule, reduced;\n"
    "                      random: so many by chance; random-uniform: without priorities\n"
    "  --bound NAME=N,...  states (5000000), depth (100000 steps of a path), memory (2048 MB),\n"
    "                      schedules (100000), early (0: time-outs that may come although others\n"
    "                      could go on), spurious (0: waits that may return for nothing),\n"
    "                      retrievals (1001: in a row with a stop pending are starvation)\n"
    "  --guard[=SIDE]      each block of the heap between closed pages, its end (default) or its\n"
    "                      begin at one: use after free, overrun, underrun and double free are\n"
    "                      crashes, told with the calls that allocated and freed\n"
    "  --seed N            of the schedules by chance (default 1)\n"
    "  --replay ID         one schedule of one scenario, step by step, with its records\n"
    "  --follow SESSION    does the simulator know this run? SESSION is one that `mapirig run\n"
    "                      --keep DIR` kept, of the program whose objects --pump names, with "
    ":main;\n"
    "                      its scenario is in it. Looks for the schedule in which every thread\n"
    "                      makes the same calls with the same results; where there is none, shows\n"
    "                      where live and simulated part\n"
    "  -k PATTERN          only scenarios whose name or file holds PATTERN (* ? [] as in a shell)\n"
    "  -j N                N processes (default 1): several scenarios and dialects at once, and\n"
    "                      where there are fewer, several workers on each\n"
    "  --shard K/N         only the K-th of N shares of the work, written as lines of JSON;\n"
    "                      `mapirig merge` joins them\n"
    "  --json F            write the results as JSON\n"
    "  --junit F           write the results as JUnit XML\n"
    "  --quiet             print only what failed, and the summary\n"
    "  -v, --verbose       print what was explored of every scenario, and every rule\n"
    "\n"
    "Exhaustive within the bounds: hangs, livelocks (by states), starvation, crashes, a message\n"
    "that waits for the deadline, a sender without an answer. The rules are judged on one path to\n"
    "every kind of end, the shortest, and on samples: what else a path may show is not looked for\n"
    "on all of them.\n"
    "\n"
    "Exit status: 0 nothing found and complete, 1 findings, 2 usage, scenario or object error,\n"
    "3 an invalid run: a bound was hit and nothing found, or a call is not simulated. --follow: 0\n"
    "followed, 1 parted, 2 and 3 likewise.\n";

static const struct rig_cli_command command = {"sim", help, ":k:j:v", long_options, refused};

/* False after an error was told. */
static bool take(int option, struct rig_cli_sim_options *out) {
  switch (option) {
  case OPTION_PUMP:
    return rig_sim_read_pump(optarg, out);
  case OPTION_DIALECT:
    return rig_sim_read_dialect(optarg, out);
  case OPTION_EXPLORE:
    return rig_sim_read_mode(optarg, out);
  case OPTION_BOUND:
    return rig_sim_read_bounds(optarg, out);
  case OPTION_SEED:
    out->seed_given = true;
    return rig_cli_number(&command, "--seed", optarg, "a number", 0, UINT32_MAX, &out->seed);
  case OPTION_GUARD:
    return rig_sim_read_guard(optarg, out);
  case OPTION_REPLAY:
    out->replay = optarg;
    return true;
  case OPTION_FOLLOW:
    out->follow = optarg;
    return true;
  case OPTION_SHARD:
    return rig_shard_read(&command, optarg, &out->shard);
  case OPTION_JSON:
    out->json = optarg;
    return true;
  case OPTION_JUNIT:
    out->junit = optarg;
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
  default:
    return rig_cli_number(&command, "-j", optarg, "a number of processes", 1, 64, &out->jobs);
  }
}

/* A session has its scenario, and is a whole program's. */
static bool check_follow(const struct rig_cli_sim_options *out) {
  const char *other = out->replay               ? "--replay"
                      : out->shard.count > 0    ? "--shard"
                      : out->pattern            ? "-k"
                      : out->json               ? "--json"
                      : out->junit              ? "--junit"
                      : out->scenario_count > 0 ? "a scenario (it is in the session)"
                                                : NULL;
  if (other) {
    rig_cli_error(command.name, "--follow takes one session and goes without %s", other);
  } else if (strcmp(out->symbol, "main") != 0) {
    rig_cli_error(command.name,
                  "--follow needs the whole program that ran: all of its objects, and :main, not "
                  ":%s",
                  out->symbol);
  } else {
    return true;
  }
  return false;
}

static bool check(struct rig_cli_sim_options *out) {
  if (!out->pump) {
    rig_cli_error(command.name, "name the pump: --pump my_pump.obj:RunPump; `mapirig sim --help` "
                                "says what it must be");
    return false;
  }
  if (out->follow && !check_follow(out)) {
    return false;
  }
  return rig_output_check(command.name, out->json, out->junit) && rig_sim_native(out);
}

void rig_cli_sim_options_init(struct rig_cli_sim_options *out, const char *name) {
  *out = (struct rig_cli_sim_options){.command = name,
                                      .jobs = 1,
                                      .seed = 1,
                                      .states = STATES_DEFAULT,
                                      .depth = RIG_SIM_DEPTH_DEFAULT,
                                      .memory_mb = MEMORY_MB_DEFAULT,
                                      .schedules = RIG_SIM_SCHEDULES_DEFAULT,
                                      .retrievals = RETRIEVALS_DEFAULT};
  (void)rig_sim_read_dialect("both", out);
  if (!rig_path_stand_in(out->stand_in, sizeof out->stand_in)) {
    out->stand_in[0] = '\0'; /* its loading tells */
  }
}

bool rig_cli_sim_options_read(int argc, char **argv, struct rig_cli_sim_options *out, int *status) {
  rig_cli_sim_options_init(out, command.name);
  *status = RIG_EXIT_USAGE;
  for (int option; (option = rig_cli_next(&command, argc, argv, status)) != -1;) {
    if (option == RIG_CLI_DONE || !take(option, out)) {
      return false;
    }
  }
  out->scenarios = argv + optind;
  out->scenario_count = (size_t)(argc - optind);
  return check(out);
}

void rig_cli_sim_options_free(struct rig_cli_sim_options *options) {
  free(options->objects);
  memset(options, 0, sizeof *options);
}

struct rig_sim_options rig_cli_sim_options_for(const struct rig_cli_sim_options *options,
                                               const char *dialect) {
  return (struct rig_sim_options){.dialect = dialect,
                                  .paths = options->paths,
                                  .path_count = options->path_count,
                                  .entry = options->symbol,
                                  .stand_in = options->stand_in,
                                  .mode = options->mode,
                                  .pct = options->pct,
                                  .states_max = options->states,
                                  .schedules_max = options->schedules,
                                  .depth_max = (uint32_t)options->depth,
                                  .memory_max = options->memory_mb << 20,
                                  .early_max = (uint32_t)options->early,
                                  .spurious_max = (uint32_t)options->spurious,
                                  .retrievals_max = (uint32_t)options->retrievals,
                                  .guarded = options->guarded,
                                  .native = options->native,
                                  .seed = options->seed};
}
