/*
 * A placed scenario as text: the user's own, every comment and expectation in it, with a trigger
 * added below each step that gets one. Steps are found by their positions; a list or a step in flow
 * style has no line of its own to add one to.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/confirm.h"

/* Where line `number`, from 1, begins; the end of the text when there is none. */
static const char *line_at(const char *text, uint32_t number) {
  for (uint32_t i = 1; i < number && *text != '\0'; i++) {
    const char *end = strchr(text, '\n');
    text = end != NULL ? end + 1 : text + strlen(text);
  }
  return text;
}

static const char *next_line(const char *line) {
  const char *end = strchr(line, '\n');
  return end != NULL ? end + 1 : line + strlen(line);
}

static size_t indent_of(const char *line) {
  return strspn(line, " ");
}

static bool is_empty(const char *line) {
  const char first = line[strspn(line, " \t\r")];
  return first == '\0' || first == '\n' || first == '#';
}

/* "  - send: ..." with the action at `column`, from 1. */
static bool is_block_item(const char *line, uint32_t column) {
  const size_t dash = indent_of(line);
  return column >= 2 && line[dash] == '-' && dash + 1 < column &&
         strspn(line + dash + 1, " ") == column - dash - 2 &&
         isalpha((unsigned char)line[column - 1]);
}

/* One past the last line of the item that begins at `line`, comments and blank lines behind it left
 * out. */
static const char *end_of_item(const char *line, uint32_t column) {
  const char *end = next_line(line);
  for (const char *at = end; *at != '\0'; at = next_line(at)) {
    if (is_empty(at)) {
      continue;
    }
    if (indent_of(at) + 1 < column) {
      break;
    }
    end = next_line(at);
  }
  return end;
}

/* "    at: {return: PeekMessage, nth: 2}" */
static void put_trigger(FILE *out, const struct rig_placed *placed, uint32_t column) {
  const struct rig_step *trigger = &placed->trigger;
  const char *word = rig_family_word(trigger->family);
  if (trigger->trigger == RIG_TRIGGER_NEXT) {
    return;
  }
  fprintf(out, "%*s", (int)column - 1, "");
  if (trigger->trigger == RIG_TRIGGER_SETTLED) {
    fprintf(out, "when: {settled");
  } else if (trigger->trigger == RIG_TRIGGER_AT) {
    fprintf(out, "at: {%s: %s", trigger->edge == RIG_EDGE_ENTRY ? "entry" : "return", word);
    if (trigger->trigger_count > 1) {
      fprintf(out, ", nth: %u", trigger->trigger_count);
    }
  } else {
    fprintf(out, "when: {blocked: %s", word);
  }
  if (placed->thread[0] != '\0') {
    fprintf(out, ", thread: %s", placed->thread);
  }
  fprintf(out, "}\n");
}

/* The step's own lines, then its trigger. A bare action, "- notify", gets its colon. */
static const char *put_step(FILE *out, const char *line, uint32_t column,
                            const struct rig_placed *placed) {
  const char *end = end_of_item(line, column);
  const char *word_end =
      line + column - 1 + strspn(line + column - 1, "abcdefghijklmnopqrstuvwxyz-");
  const bool bare = *word_end != ':';
  fwrite(line, 1, (size_t)(word_end - line), out);
  fprintf(out, "%s", bare ? ": {}" : "");
  fwrite(word_end, 1, (size_t)(end - word_end), out);
  if (end > line && end[-1] != '\n') {
    fputc('\n', out);
  }
  put_trigger(out, placed, column);
  return end;
}

/* A step of its own: "  - hold: {name: mapirig-1}". */
static void put_own(FILE *out, const struct rig_placed *placed, uint32_t column) {
  fprintf(out, "%*s- %s: {name: mapirig-%u}\n", (int)column - 3, "",
          placed->kind == RIG_PLACED_HOLD ? "hold" : "release", placed->hold);
  put_trigger(out, placed, column);
}

char *rig_confirm_text(const struct rig_scenario *scenario, const char *header,
                       const struct rig_placed *placed, size_t count, char *error, size_t size) {
  char *text = NULL;
  size_t bytes = 0;
  const char *at = scenario->source;
  FILE *out = open_memstream(&text, &bytes);
  bool written = out != NULL;
  snprintf(error, size, "out of memory");
  if (written) {
    fputs(header, out);
  }
  for (size_t i = 0; written && i < count; i++) {
    const bool behind = placed[i].step == scenario->step_count;
    const uint32_t step = placed[i].step - behind;
    const struct rig_position position = scenario->steps[step].position;
    const char *line = line_at(scenario->source, position.line);
    if (!is_block_item(line, position.column)) {
      snprintf(error, size,
               "line %u: a step in flow style has no line below it for a trigger: write it as "
               "'- notify: {}', on a line of its own",
               position.line);
      written = false;
      break;
    }
    line = behind ? end_of_item(line, position.column) : line;
    if (line > at) {
      fwrite(at, 1, (size_t)(line - at), out);
      at = line;
    }
    if (placed[i].kind == RIG_PLACED_TRIGGER) {
      at = put_step(out, line, position.column, &placed[i]);
    } else {
      put_own(out, &placed[i], position.column);
    }
  }
  if (written) {
    fputs(at, out);
  }
  if (out != NULL && fclose(out) != 0) {
    written = false;
  }
  if (!written) {
    free(text);
    text = NULL;
  }
  return text;
}
