/*
 * Reading stacks out of a trace.
 */
#include "report/stack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/clean.h"

/* Fills in what SYMBOL records say of these frames. */
static void name_frames(const struct rig_trace *trace, struct rig_stack *stacks, size_t count) {
  char text[RIG_MORE_BYTES * RIG_MORE_MAX + 1];
  for (uint32_t i = 0; i < rig_trace_count(trace); i++) {
    struct rig_record record;
    if (!rig_trace_record(trace, i, &record) || record.kind != RIG_KIND_STATE ||
        record.call != RIG_STATE_SYMBOL) {
      continue;
    }
    rig_trace_more_text(trace, i, text, sizeof text);
    for (size_t stack = 0; stack < count; stack++) {
      for (size_t j = 0; j < stacks[stack].count; j++) {
        struct rig_frame *frame = &stacks[stack].frames[j];
        if (frame->source.address == record.u.state.value) {
          rig_clean_copy(frame->symbol, sizeof frame->symbol, text);
        }
      }
    }
  }
}

static enum rig_status read_frames(const struct rig_trace *trace, uint32_t record,
                                   struct rig_symbols *symbols, struct rig_stack *out) {
  uint64_t addresses[RIG_FRAMES_MAX];
  struct rig_source sources[RIG_FRAMES_MAX];
  const size_t count =
      rig_trace_more(trace, record, addresses, sizeof addresses) / sizeof *addresses;
  out->frames = calloc(count + 1, sizeof *out->frames);
  if (!out->frames) {
    return RIG_NO_MEMORY;
  }
  rig_symbols_resolve(symbols, trace, addresses, count, sources);
  for (size_t i = 0; i < count; i++) {
    out->frames[i].source = sources[i];
  }
  out->count = count;
  return RIG_OK;
}

enum rig_status rig_stack_read(const struct rig_trace *trace, uint32_t record,
                               struct rig_symbols *symbols, struct rig_stack *out) {
  enum rig_status status = read_frames(trace, record, symbols, out);
  if (status == RIG_OK) {
    name_frames(trace, out, 1);
  }
  return status;
}

enum rig_status rig_stacks_read(const struct rig_trace *trace,
                                const struct rig_judgement *judgement, struct rig_symbols *symbols,
                                struct rig_stack **out) {
  struct rig_stack *stacks = calloc(judgement->hang_count + 1, sizeof *stacks);
  enum rig_status status = stacks ? RIG_OK : RIG_NO_MEMORY;
  for (size_t i = 0; i < judgement->hang_count && status == RIG_OK; i++) {
    status = read_frames(trace, judgement->hangs[i].record, symbols, &stacks[i]);
  }
  if (status != RIG_OK) {
    rig_stacks_free(stacks, judgement->hang_count);
    return status;
  }
  if (judgement->hang_count > 0) {
    name_frames(trace, stacks, judgement->hang_count);
  }
  *out = stacks;
  return RIG_OK;
}

void rig_stacks_free(struct rig_stack *stacks, size_t count) {
  for (size_t i = 0; stacks && i < count; i++) {
    free(stacks[i].frames);
  }
  free(stacks);
}

bool rig_frame_clients(const struct rig_frame *frame) {
  return frame->source.module[0] != '\0';
}

char *rig_frame_text(const struct rig_frame *frame, char *buffer, size_t size) {
  if (frame->source.symbol[0] == '\0' && frame->symbol[0] != '\0') {
    snprintf(buffer, size, "%s", frame->symbol);
    return buffer;
  }
  return rig_source_text(&frame->source, buffer, size);
}
