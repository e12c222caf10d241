/*
 * MAPI and the service control manager for the simulator: mapi32/ and scm/ compiled once more, as
 * objects that the simulator loads beside the client's (harness/sim/stage/stand_in.h). Their Win32
 * calls go to the simulated Win32, the recorder's and the director's functions to the simulator
 * itself.
 */
#ifndef STUBS_SIMULATED_SIMULATED_H
#define STUBS_SIMULATED_SIMULATED_H

#include <stdint.h>

/* What the simulated director starts a thread at: scm_control and scm_console_event of scm.h. The
 * first returns 0 or the Win32 error. */
uint32_t simulated_control(uint32_t control);
uint32_t simulated_console_event(uint32_t event);

#endif
