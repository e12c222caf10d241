/*
 * Where and when a piece of evidence was recorded, read out of the trace so that it outlives it.
 */
#ifndef RIG_REPORT_PLACE_H
#define RIG_REPORT_PLACE_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"
#include "core/trace.h"
#include "judge/judge.h"
#include "report/source.h"

struct rig_place {
  uint32_t record;
  double ms;       /* since the first record */
  char thread[32]; /* "main", "t1"; "" if the record cannot be read */
  char call[64];   /* "GetMessageW", "post", "BLOCKED"; "" likewise */
  struct rig_source caller;
};

/* Reads the places of all evidence of `judgement`, finding after finding, into one array that the
 * caller frees. `symbols` resolves the callers. */
enum rig_status rig_places_read(const struct rig_trace *trace,
                                const struct rig_judgement *judgement, struct rig_symbols *symbols,
                                struct rig_place **out, size_t *count) RIG_CHECKED;

#endif
