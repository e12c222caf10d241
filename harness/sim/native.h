/*
 * A pump that was compiled natively, for AddressSanitizer: a shared library made with the headers
 * of sim/native, whose calls of Windows lead to the same shims as an object's.
 *
 * Its memory is the sanitizer's and cannot be saved and put back, so each path runs in a process of
 * its own from the beginning (forked.h), and an error that the sanitizer reports ends the fibre
 * that made it.
 */
#ifndef RIG_SIM_NATIVE_H
#define RIG_SIM_NATIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

/* True for an ELF file. */
bool rig_native_is(const char *path);

/* The sanitizer's run-time library must be the process's first: the name of the one that the
 * library was linked with, "" when it is there already. False with one line when it was linked with
 * none. */
bool rig_native_needs(const char *path, char *name, size_t name_size, char *error, size_t size);

/* Loads it; *entry is the function's address. One for each process, which keeps it. Errors are one
 * line. */
enum rig_status rig_native_load(const char *path, const char *symbol, uint64_t *entry, char *error,
                                size_t size) RIG_CHECKED;

/* Where it lies, for source lines. */
void rig_native_range(uint64_t *low, uint64_t *high);

/* Places in the pump, as return addresses; 0: none. */
struct rig_native_places {
  uint64_t at, made, freed;
};

/* What the sanitizer reported since the last call, in a line without addresses:
 * "heap-use-after-free: reads 1 byte, 4 bytes inside of 20-byte region"; NULL: nothing. */
const char *rig_native_report(struct rig_native_places *places);

/* The same of a report's text, by a pump that lies in [low, high). Returns `out`. */
char *rig_native_read_report(const char *text, uint64_t low, uint64_t high, char *out, size_t size,
                             struct rig_native_places *places);

#endif
