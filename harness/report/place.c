/*
 * Evidence of a judgement, looked up in its trace.
 */
#include "report/place.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/decode.h"

static void read_place(const struct rig_trace *trace, uint32_t index, struct rig_place *place,
                       uint64_t *address) {
  struct rig_record record;
  place->record = index;
  *address = 0;
  if (!rig_trace_record(trace, index, &record)) {
    return;
  }
  place->ms = rig_trace_ms(trace, record.stamp);
  snprintf(place->thread, sizeof place->thread, "%s", rig_trace_thread(trace, record.thread));
  snprintf(place->call, sizeof place->call, "%s", rig_decode_name(&record));
  /* The `caller` of a stimulus carries its token, not an address. */
  if (record.kind == RIG_KIND_ENTER || record.kind == RIG_KIND_LEAVE ||
      record.kind == RIG_KIND_CALL) {
    *address = record.caller;
  }
}

enum rig_status rig_places_read(const struct rig_trace *trace,
                                const struct rig_judgement *judgement, struct rig_symbols *symbols,
                                struct rig_place **out, size_t *count) {
  size_t total = 0;
  for (size_t i = 0; i < judgement->finding_count; i++) {
    total += judgement->findings[i].evidence_count;
  }
  struct rig_place *places = calloc(total + 1, sizeof *places);
  struct rig_source *sources = calloc(total + 1, sizeof *sources);
  uint64_t *addresses = calloc(total + 1, sizeof *addresses);
  if (!places || !sources || !addresses) {
    free(places);
    free(sources);
    free(addresses);
    return RIG_NO_MEMORY;
  }
  size_t next = 0;
  for (size_t i = 0; i < judgement->finding_count; i++) {
    const struct rig_finding *finding = &judgement->findings[i];
    for (size_t j = 0; j < finding->evidence_count; j++, next++) {
      read_place(trace, finding->evidence[j].record, &places[next], &addresses[next]);
    }
  }
  rig_symbols_resolve(symbols, trace, addresses, total, sources);
  for (size_t i = 0; i < total; i++) {
    places[i].caller = sources[i];
  }
  free(sources);
  free(addresses);
  *out = places;
  *count = total;
  return RIG_OK;
}
