/*
 * Where this build keeps what it runs with.
 */
#ifndef RIG_CLI_PATHS_H
#define RIG_CLI_PATHS_H

#include <stdbool.h>
#include <stddef.h>

/* The folder with x86_64/ and i686/: the executable's own. False when it cannot be told. */
bool rig_path_binaries(char *out, size_t size);

/* MAPI and the SCM of a whole program in the simulator: <binaries>/x86_64/objects/stand-in.a. */
bool rig_path_stand_in(char *out, size_t size);
/* The built-in reference service: <binaries>/x86_64/clients/reference-service.exe. */
bool rig_path_reference(char *out, size_t size);

/* The installed catalogue of scenarios: share/mapirig/scenarios beside the executable's folder when
 * installed, else the source tree's. False when there is none. */
bool rig_path_scenarios(char *out, size_t size);

#endif
