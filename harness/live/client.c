/*
 * What is known of a client before it runs. Wine itself would run a 32-bit program on a 64-bit-only
 * installation to exit status 0 and no output (measured): so the headers are read first.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "live/live.h"
#include "live/pe.h"
#include "live/quote.h"
#include "live/wine.h"

#define CHARACTERISTIC_EXECUTABLE 0x0002u
#define CHARACTERISTIC_DLL 0x2000u
#define SUBSYSTEM_GUI 2u
#define SUBSYSTEM_CONSOLE 3u

static enum rig_status check_kind(const struct rig_pe *pe, char *error, size_t size) {
  if ((pe->characteristics & CHARACTERISTIC_DLL) != 0) {
    (void)snprintf(error, size, "is a DLL; name the program that loads it");
    return RIG_INVALID;
  }
  if ((pe->characteristics & CHARACTERISTIC_EXECUTABLE) == 0) {
    (void)snprintf(error, size, "is not a linked program (its linker reported errors)");
    return RIG_INVALID;
  }
  if (pe->subsystem != SUBSYSTEM_GUI && pe->subsystem != SUBSYSTEM_CONSOLE) {
    (void)snprintf(error, size, "is no Win32 program (subsystem %u: a driver or EFI image)",
                   pe->subsystem);
    return RIG_INVALID;
  }
  return RIG_OK;
}

static enum rig_status check_machine(const struct rig_pe *pe, enum rig_machine *out, char *error,
                                     size_t size) {
  if (pe->machine == RIG_PE_X86_64) {
    *out = RIG_MACHINE_X86_64;
    return RIG_OK;
  }
  if (pe->machine != RIG_PE_I386) {
    (void)snprintf(error, size, "is built for %s (machine 0x%04x); this Wine runs x86 programs",
                   rig_pe_machine(pe->machine), pe->machine);
    return RIG_INVALID;
  }
  struct rig_wine wine;
  char missing[300];
  if (rig_wine_find(&wine, missing, sizeof missing) == RIG_OK && !wine.runs_i386) {
    (void)snprintf(error, size,
                   "is a 32-bit program and this Wine runs only 64-bit ones: ./rig wine32 fetches "
                   "what it lacks, for ./rig run (or, as root: dpkg --add-architecture i386 && "
                   "apt-get update && apt-get install wine32:i386); or build it for x86_64");
    return RIG_INVALID;
  }
  *out = RIG_MACHINE_I386;
  return RIG_OK;
}

/* The program runs from where it lies, through drive Z: its path must have a Windows form. */
static enum rig_status check_path(const char *path, char *error, size_t size) {
  char real[PATH_MAX];
  char windows[PATH_MAX];
  return realpath(path, real) == NULL
             ? RIG_OK /* it was read a moment ago; the run will tell */
             : rig_windows_path(real, windows, sizeof windows, error, size);
}

enum rig_status rig_client_check(const char *path, enum rig_machine *out, char *error,
                                 size_t size) {
  struct rig_pe pe;
  char problem[400];
  enum rig_status status = rig_pe_open(path, &pe, problem, sizeof problem);
  if (status == RIG_OK) {
    status = check_kind(&pe, problem, sizeof problem);
    if (status == RIG_OK) {
      status = check_machine(&pe, out, problem, sizeof problem);
    }
    rig_pe_close(&pe);
  }
  if (status != RIG_OK) {
    (void)snprintf(error, size, "client %.500s %s", path, problem);
  } else {
    status = check_path(path, problem, sizeof problem);
    if (status != RIG_OK) {
      (void)snprintf(error, size, "client %s", problem);
    }
  }
  return status;
}
