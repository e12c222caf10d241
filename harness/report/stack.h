/*
 * The stack of a thread that hangs, frame by frame: names and lines of the client's modules from
 * their DWARF, of other modules as the stub recorded them from their export tables.
 */
#ifndef RIG_REPORT_STACK_H
#define RIG_REPORT_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"
#include "core/trace.h"
#include "judge/judge.h"
#include "report/source.h"

struct rig_frame {
  struct rig_source source;
  char symbol[160]; /* "ntdll.dll!NtReadFile+0x14", "" when none was recorded */
};

struct rig_stack {
  struct rig_frame *frames; /* innermost first */
  size_t count;
};

/* One stack for each of the judgement's hangs, in their order. The caller frees *out (one array of
 * judgement->hang_count stacks) with rig_stacks_free. */
enum rig_status rig_stacks_read(const struct rig_trace *trace,
                                const struct rig_judgement *judgement, struct rig_symbols *symbols,
                                struct rig_stack **out) RIG_CHECKED;
void rig_stacks_free(struct rig_stack *stacks, size_t count);

/* The stack of the STACK record at `record`, of at most RIG_FRAMES_MAX frames; the caller frees
 * out->frames. */
enum rig_status rig_stack_read(const struct rig_trace *trace, uint32_t record,
                               struct rig_symbols *symbols, struct rig_stack *out) RIG_CHECKED;

/* True for a frame in a module of the client's. */
bool rig_frame_clients(const struct rig_frame *frame);

/* "pump.exe!run_pump", "ntdll.dll!NtReadFile+0x14", "pump.exe+0x1456". Returns `buffer`. */
char *rig_frame_text(const struct rig_frame *frame, char *buffer, size_t size);

#endif
