/*
 * A pump that was compiled natively for AddressSanitizer (sim/native.h), on the command line.
 */
#ifndef RIG_CLI_SIM_NATIVE_H
#define RIG_CLI_SIM_NATIVE_H

#include "cli/sim_options.h"

/* When the pump is a native library: sets what differs for it, and starts mapirig anew when the
 * sanitizer's run-time library is not in the process yet (it must be the first one there). False
 * after an error was told: what cannot be had of such a pump, or a library without a sanitizer. */
bool rig_sim_native(struct rig_cli_sim_options *options);

#endif
