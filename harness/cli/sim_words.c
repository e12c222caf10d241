/*
 * Steps in words.
 */
#include "cli/sim_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/decode.h"
#include "sim/engine/engine.h"

#define LINE_BYTES 400u

struct line {
  char text[LINE_BYTES];
  size_t used;
};

__attribute__((format(printf, 2, 3))) static void add(struct line *line, const char *format, ...) {
  va_list arguments;
  if (line->used + 1 >= sizeof line->text) {
    return;
  }
  va_start(arguments, format);
  const int wrote =
      vsnprintf(line->text + line->used, sizeof line->text - line->used, format, arguments);
  va_end(arguments);
  line->used += wrote > 0 ? (size_t)wrote : 0;
  if (line->used >= sizeof line->text) {
    line->used = sizeof line->text - 1;
  }
}

/* The index of the LEAVE of `enter` before `end`; `end` when there is none. */
static uint32_t leave_of(const struct rig_trace *trace, uint32_t enter, uint32_t end) {
  for (uint32_t i = enter + 1; i < end; i++) {
    struct rig_record record;
    if (rig_trace_record(trace, i, &record) && record.kind == RIG_KIND_LEAVE &&
        record.link == enter) {
      return i;
    }
  }
  return end;
}

static void add_call(struct line *line, const struct rig_decoder *decoder, uint32_t index,
                     const struct rig_record *record, uint32_t end) {
  char result[RIG_DECODED_BYTES] = "";
  struct rig_record leave = *record;
  const bool enter = record->kind == RIG_KIND_ENTER;
  const uint32_t left = enter ? leave_of(decoder->trace, index, end) : index;
  if (left < end && (!enter || rig_trace_record(decoder->trace, left, &leave))) {
    rig_decode_result(decoder, left, &leave, result, sizeof result);
  }
  add(line, "%s%s%s", rig_decode_name(record), result[0] ? " -> " : "", result);
  if (left == end) {
    add(line, ", and does not return yet");
  }
}

static void add_leave(struct line *line, const struct rig_decoder *decoder, uint32_t index,
                      const struct rig_record *record) {
  char result[RIG_DECODED_BYTES] = "";
  rig_decode_result(decoder, index, record, result, sizeof result);
  add(line, "%s returns%s%s", rig_decode_name(record), result[0] ? " " : "", result);
}

/* What the step wrote, record after record; its own LEAVEs are told with their ENTERs. */
static void add_records(struct line *line, const struct rig_decoder *decoder, uint32_t from,
                        uint32_t end) {
  for (uint32_t i = from; i < end; i++) {
    struct rig_record record;
    char event[RIG_DECODED_BYTES];
    if (!rig_trace_record(decoder->trace, i, &record) ||
        (record.kind == RIG_KIND_LEAVE && record.link >= from && record.link < end) ||
        record.kind == RIG_KIND_STATE) {
      continue;
    }
    add(line, "%s", line->used > 0 ? "; " : "");
    switch (record.kind) {
    case RIG_KIND_ENTER:
    case RIG_KIND_CALL:
      add_call(line, decoder, i, &record, end);
      break;
    case RIG_KIND_LEAVE:
      add_leave(line, decoder, i, &record);
      break;
    default:
      add(line, "%s", rig_decode_event(decoder, i, &record, event, sizeof event));
      break;
    }
  }
}

static void name_actor(const struct rig_trace *trace, uint16_t actor, char *name, size_t size) {
  if (actor == RIG_ACTOR_TIME) {
    snprintf(name, size, "time");
  } else if (actor >= RIG_ACTOR_SCRIPT) {
    snprintf(name, size, "director");
  } else {
    snprintf(name, size, "%s", rig_trace_thread(trace, rig_engine_thread_id(actor)));
  }
}

static char *line_of(const struct rig_decoder *decoder, const struct rig_sim_path *path,
                     uint32_t step, uint32_t count) {
  const struct rig_sim_step *at = &path->steps[step];
  const uint32_t end = step + 1 < path->step_count ? path->steps[step + 1].record : count;
  struct line words = {.used = 0};
  char name[32];
  char *line = NULL;
  add_records(&words, decoder, at->record, end);
  name_actor(decoder->trace, at->actor, name, sizeof name);
  const char *why = at->choice == 0               ? ""
                    : at->actor == RIG_ACTOR_TIME ? " (although others could go on)"
                                                  : " (woken for nothing)";
  const char *text = words.text[0] != '\0'           ? words.text
                     : at->actor == RIG_ACTOR_TIME   ? "moves on"
                     : at->actor >= RIG_ACTOR_SCRIPT ? "a sender gives up"
                     : step == 0                     ? "runs up to its first call"
                                                     : "runs up to its next call";
  if (asprintf(&line, "%-9s %s%s", name, text, why) < 0) {
    return NULL;
  }
  return line;
}

char **rig_sim_words(const struct rig_trace *trace, const struct rig_sim_path *path) {
  struct rig_decoder decoder;
  char **lines = calloc((size_t)path->step_count + 1, sizeof *lines);
  rig_decoder_init(&decoder, trace);
  for (uint32_t i = 0; lines != NULL && i < path->step_count; i++) {
    lines[i] = line_of(&decoder, path, i, path->end_record);
  }
  return lines;
}
