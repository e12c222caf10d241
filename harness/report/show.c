/*
 * Columns: record, milliseconds, thread, then the call indented by nesting. A call that returned
 * before anything else happened is one line; otherwise its entry ends in `{` and its return is a
 * line of its own, so that what happened inside (dispatches, receipts) stands between the two.
 */
#include "report/show.h"

#include <stdlib.h>

#include "report/clean.h"
#include "report/decode.h"
#include "report/stack.h"

#define THREADS_MAX 256u
#define INDENT_MAX 24u

struct nesting {
  uint32_t thread;
  unsigned depth;
};

struct show {
  const struct rig_paint *paint;
  const struct rig_trace *trace;
  struct rig_decoder decoder;
  struct nesting threads[THREADS_MAX];
  size_t thread_count;
  bool *left; /* by record: this ENTER has a LEAVE */
  struct rig_symbols *symbols;
};

static unsigned *depth_of(struct show *show, uint32_t thread) {
  static unsigned overflow; /* more threads than any real client has: they are not indented */
  for (size_t i = 0; i < show->thread_count; i++) {
    if (show->threads[i].thread == thread) {
      return &show->threads[i].depth;
    }
  }
  if (show->thread_count == THREADS_MAX) {
    overflow = 0;
    return &overflow;
  }
  show->threads[show->thread_count] = (struct nesting){.thread = thread};
  return &show->threads[show->thread_count++].depth;
}

static void print_columns(const struct show *show, uint32_t index, const struct rig_record *record,
                          const char *mark, unsigned depth) {
  unsigned indent = depth < INDENT_MAX ? depth * 2 : INDENT_MAX * 2;
  rig_paint(show->paint, RIG_INK_DIM, "%6u %10.3f  ", index,
            rig_trace_ms(show->trace, record->stamp));
  fprintf(show->paint->out, "%-8s %s %*s", rig_trace_thread(show->trace, record->thread), mark,
          (int)indent, "");
}

/* The record after the one at `index`, continuations skipped: its index, or the end. */
static uint32_t next_record(const struct rig_trace *trace, uint32_t index,
                            struct rig_record *record) {
  uint32_t next = index + 1;
  while (next < rig_trace_count(trace) && !rig_trace_record(trace, next, record)) {
    next++;
  }
  return next;
}

static void print_result(const struct show *show, const struct rig_record *enter, uint32_t index,
                         const struct rig_record *record) {
  char result[RIG_DECODED_BYTES];
  rig_decode_result(&show->decoder, index, record, result, sizeof result);
  if (result[0]) {
    rig_paint(show->paint, RIG_INK_CYAN, " -> %s", result);
  }
  double took =
      enter ? rig_trace_ms(show->trace, record->stamp) - rig_trace_ms(show->trace, enter->stamp)
            : 0;
  if (took >= 1) {
    rig_paint(show->paint, RIG_INK_DIM, "  [%.1f ms]", took);
  }
  fputc('\n', show->paint->out);
}

/* Returns the index of the last record it printed. */
static uint32_t show_enter(struct show *show, uint32_t index, const struct rig_record *record) {
  char call[RIG_DECODED_BYTES];
  struct rig_record next = {0};
  unsigned *depth = depth_of(show, record->thread);
  uint32_t after = next_record(show->trace, index, &next);
  print_columns(show, index, record, " ", *depth);
  fputs(rig_decode_call(&show->decoder, index, record, call, sizeof call), show->paint->out);
  if (after < rig_trace_count(show->trace) && next.kind == RIG_KIND_LEAVE && next.link == index) {
    print_result(show, record, after, &next);
    return after;
  }
  if (!show->left[index]) {
    rig_paint(show->paint, RIG_INK_RED, " { ... never returns");
  } else {
    fputs(" {", show->paint->out);
  }
  fputc('\n', show->paint->out);
  *depth += 1;
  return index;
}

static void show_leave(struct show *show, uint32_t index, const struct rig_record *record) {
  struct rig_record enter;
  unsigned *depth = depth_of(show, record->thread);
  *depth -= *depth > 0;
  print_columns(show, index, record, " ", *depth);
  bool known = rig_trace_record(show->trace, record->link, &enter);
  fprintf(show->paint->out, "} %s", rig_decode_name(record));
  print_result(show, known ? &enter : NULL, index, record);
}

/* The frames of a STACK, a line each below it. */
static void show_stack(const struct show *show, uint32_t index) {
  struct rig_stack stack = {0};
  if (rig_stack_read(show->trace, index, show->symbols, &stack) != RIG_OK) {
    return;
  }
  for (size_t i = 0; i < stack.count; i++) {
    char name[200];
    const struct rig_source *source = &stack.frames[i].source;
    fprintf(show->paint->out, "%32s%s", "", rig_frame_text(&stack.frames[i], name, sizeof name));
    rig_paint(show->paint, RIG_INK_DIM, "%s%s\n", source->line[0] ? ", " : "", source->line);
  }
  free(stack.frames);
}

static void show_event(struct show *show, uint32_t index, const struct rig_record *record) {
  char event[RIG_DECODED_BYTES];
  bool stimulus = record->kind == RIG_KIND_STIMULUS, receipt = record->kind == RIG_KIND_RECEIPT;
  bool grave = record->kind == RIG_KIND_STATE &&
               (record->call == RIG_STATE_BLOCKED || record->call == RIG_STATE_STACK ||
                record->call == RIG_STATE_EXCEPTION);
  enum rig_ink ink = stimulus  ? RIG_INK_YELLOW
                     : receipt ? RIG_INK_GREEN
                     : grave   ? RIG_INK_RED
                               : RIG_INK_BLUE;
  unsigned depth = receipt ? *depth_of(show, record->thread) : 0;
  print_columns(show, index, record, stimulus ? ">" : receipt ? "<" : "=", depth);
  rig_decode_event(&show->decoder, index, record, event, sizeof event);
  rig_paint(show->paint, ink, "%s\n", event);
  if (record->kind == RIG_KIND_STATE && record->call == RIG_STATE_STACK) {
    show_stack(show, index);
  }
}

static void show_record(struct show *show, uint32_t *index, const struct rig_record *record) {
  char call[RIG_DECODED_BYTES];
  switch (record->kind) {
  case RIG_KIND_ENTER:
    *index = show_enter(show, *index, record);
    break;
  case RIG_KIND_LEAVE:
    show_leave(show, *index, record);
    break;
  case RIG_KIND_CALL:
    print_columns(show, *index, record, " ", *depth_of(show, record->thread));
    fputs(rig_decode_call(&show->decoder, *index, record, call, sizeof call), show->paint->out);
    print_result(show, NULL, *index, record);
    break;
  default:
    show_event(show, *index, record);
    break;
  }
}

static void show_text(const struct show *show, const char *label, enum rig_text text) {
  char clean[1024];
  fprintf(show->paint->out, "%-9s %s\n", label,
          rig_clean_copy(clean, sizeof clean, rig_trace_text(show->trace, text)));
}

static void show_header(const struct show *show) {
  static const char *const roles[] = {"service", "console", "desktop"};
  const struct rig_header *header = rig_trace_header(show->trace);
  FILE *out = show->paint->out;
  show_text(show, "client", RIG_TEXT_CLIENT);
  show_text(show, "command", RIG_TEXT_COMMAND_LINE);
  show_text(show, "scenario", RIG_TEXT_SCENARIO_FILE);
  fprintf(out, "role      %s, deadline %u ms, time-out %u ms, settle %u ms, scale %.2f\n",
          header->role < RIG_ROLE_COUNT ? roles[header->role] : "?", header->deadline_ms,
          header->timeout_ms, header->settle_ms, header->scale_permille / 1000.0);
  fprintf(out, "plan      %u step%s\n\n", header->plan_steps, header->plan_steps == 1 ? "" : "s");
  rig_paint(show->paint, RIG_INK_DIM, "%6s %10s  %-8s   > stimulus  < receipt  = state\n", "record",
            "ms", "thread");
}

static enum rig_status show_health(const struct show *show) {
  struct rig_trace_health health;
  rig_trace_health(show->trace, &health);
  if (health.lost > 0) {
    rig_paint(show->paint, RIG_INK_RED, "the log was full: %u records are lost\n", health.lost);
  }
  if (health.torn > 0) {
    fprintf(show->paint->out,
            "%u record%s begun and never finished (first: %u): its writer was "
            "ended in between\n",
            health.torn, health.torn == 1 ? " was" : "s were", health.first_bad);
  }
  if (health.bad > 0) {
    rig_paint(show->paint, RIG_INK_RED, "%u slot%s damaged, the first at record %u\n", health.bad,
              health.bad == 1 ? " is" : "s are", health.first_bad);
    return RIG_DAMAGED;
  }
  return RIG_OK;
}

enum rig_status rig_show(const struct rig_paint *paint, const struct rig_trace *trace) {
  uint32_t count = rig_trace_count(trace);
  struct show *show = calloc(1, sizeof *show);
  bool *left = calloc((size_t)count + 1, sizeof *left);
  if (!show || !left) {
    free(show);
    free(left);
    return RIG_NO_MEMORY;
  }
  show->paint = paint;
  show->trace = trace;
  show->left = left;
  show->symbols = rig_symbols_new(); /* without memory for it, offsets remain */
  rig_decoder_init(&show->decoder, trace);
  struct rig_record record;
  struct rig_trace_health health;
  for (uint32_t i = 0; i < count; i++) {
    if (rig_trace_record(trace, i, &record) && record.kind == RIG_KIND_LEAVE &&
        record.link < count) {
      left[record.link] = true;
    }
  }
  show_header(show);
  rig_trace_health(trace, &health);
  for (uint32_t i = 0; i < count; i++) {
    if (i == health.first_bad) {
      rig_paint(paint, RIG_INK_RED, "%6u  damaged, or begun and never finished\n", i);
    }
    if (rig_trace_record(trace, i, &record)) {
      show_record(show, &i, &record);
    }
  }
  enum rig_status status = show_health(show);
  rig_symbols_free(show->symbols);
  free(show);
  free(left);
  return status;
}
