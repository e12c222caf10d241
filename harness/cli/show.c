/*
 * `mapirig show`: the decoded trace of one session file.
 */
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "report/show.h"

static const struct option options[] = {RIG_CLI_COMMON, {NULL, 0, NULL, 0}};
static const struct rig_cli_command command = {
    "show",
    "usage: mapirig show SESSION\n"
    "\n"
    "Prints the decoded trace of a session file (`mapirig run --keep DIR` keeps them): a line for\n"
    "each call with its arguments and result, indented by nesting; `>` is a stimulus, `<` a "
    "receipt\n"
    "of one of MAPI's windows, `=` a state of the process.\n"
    "\n"
    "Exit status: 0, or 2 for a damaged file.\n",
    ":", options, NULL};

int rig_cli_show(int argc, char **argv) {
  char error[512];
  int status = RIG_EXIT_OK;
  struct rig_trace *trace = NULL;
  if (rig_cli_next(&command, argc, argv, &status) == RIG_CLI_DONE) {
    return status;
  }
  if (argc - optind != 1) {
    return rig_cli_error("show", "name one session file; `mapirig show --help` says more");
  }
  if (rig_trace_open(argv[optind], &trace, error, sizeof error) != RIG_OK) {
    return rig_cli_error("show", "%s", error);
  }
  struct rig_paint paint = rig_paint_for(stdout);
  if (rig_show(&paint, trace) != RIG_OK) {
    fflush(stdout);
    status = rig_cli_error("show", "%s: parts of the log are damaged, see above", argv[optind]);
  }
  trace = rig_trace_close(trace);
  return status;
}
