/*
 * Hangs as text: of the frames between two of the client's only the ends are told, and none below
 * the client's outermost one.
 */
#include "report/hang.h"

#include <stdio.h>
#include <string.h>

static void print_frame(const struct rig_paint *paint, const struct rig_frame *frame,
                        const char *label) {
  char name[200], line[500];
  rig_frame_text(frame, name, sizeof name);
  snprintf(line, sizeof line, "%s%s%s", name, frame->source.line[0] ? ", " : "",
           frame->source.line);
  rig_paint_wrapped(paint, 4, label, line);
}

/* One past the client's outermost frame; all of them when none is the client's. */
static size_t end_of(const struct rig_stack *stack) {
  size_t end = stack->count;
  while (end > 0 && !rig_frame_clients(&stack->frames[end - 1])) {
    end--;
  }
  return end > 0 ? end : stack->count;
}

/* Frames that are not the client's tell how it came to wait: the innermost of a run, and the one
 * that the client called. */
static bool between(const struct rig_stack *stack, size_t index, size_t end) {
  return index > 0 && index + 1 < end && !rig_frame_clients(&stack->frames[index - 1]) &&
         !rig_frame_clients(&stack->frames[index]) && !rig_frame_clients(&stack->frames[index + 1]);
}

static void print_stack(const struct rig_paint *paint, const struct rig_stack *stack) {
  size_t end = end_of(stack);
  bool first = true;
  for (size_t i = 0; i < end; i++) {
    if (!between(stack, i, end)) {
      print_frame(paint, &stack->frames[i], first ? "stack     " : "          ");
      first = false;
    }
  }
}

static void print_part(const struct rig_paint *paint, const char *label, const char *text) {
  if (text[0]) {
    rig_paint_wrapped(paint, 4, label, text);
  }
}

void rig_hangs_print(const struct rig_paint *paint, const struct rig_result *result) {
  for (size_t i = 0; i < result->judgement.hang_count; i++) {
    const struct rig_hang *hang = &result->judgement.hangs[i];
    fputc('\n', paint->out);
    rig_paint_wrapped(paint, 2, "hang: ", hang->doing);
    print_part(paint, "wakes it  ", hang->wakes);
    print_part(paint, "pending   ", hang->pending);
    print_part(paint, "waits for ", hang->waits);
    print_stack(paint, &result->stacks[i]);
  }
}
