/*
 * From a return address in the client to module, symbol and source line.
 *
 * Modules come from the trace's MODULE records; names and lines from addr2line, called once for
 * each module without a shell. Where the tool or the DWARF is missing, module+offset remains.
 */
#ifndef RIG_REPORT_SOURCE_H
#define RIG_REPORT_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "core/trace.h"

struct rig_source {
  uint64_t address; /* 0 = none */
  char module[64];  /* "pump.exe", "" when no module holds the address */
  uint64_t offset;  /* of the return address in the module */
  char symbol[96];  /* "" when unknown */
  char line[256];   /* "stubs/pumps/literal.c:41", "" when unknown */
};

struct rig_symbols; /* what was resolved before: one client runs through many scenarios */

/* Safe for several threads at once. NULL when memory is short (every function below takes it). */
struct rig_symbols *rig_symbols_new(void);
struct rig_symbols *rig_symbols_free(struct rig_symbols *symbols);

/* Fills out[i] for each addresses[i]; an address of 0 gives an empty source. */
void rig_symbols_resolve(struct rig_symbols *symbols, const struct rig_trace *trace,
                         const uint64_t *addresses, size_t count, struct rig_source *out);

/* "pump.exe!run_pump", "pump.exe+0x1456", "0x7ff012345678"; "" for no address. Returns `buffer`. */
char *rig_source_text(const struct rig_source *source, char *buffer, size_t size);

/* The native path of a module's Windows path: drive Z: is the root. False for any other drive. */
int rig_source_native_path(const char *windows_path, char *buffer, size_t size);

#endif
