/*
 * What libyaml says is exact and of little help ("found character that cannot start any token").
 * The table holds what a scenario's author most likely did, and the remedy.
 */
#include "scenario/syntax.h"

#include <string.h>

struct advice {
  const char *problem; /* libyaml's words, a part of them */
  bool at_context;     /* the mistake is where the construct begins, not where it was noticed */
  const char *text;
};

/* libyaml 0.2.5, scanner.c and parser.c: their texts. */
static const struct advice ADVICE[] = {
    {"cannot start any token", false,
     "a text cannot start with this character: put it in single quotes"},
    {"mapping values are not allowed", false,
     "a ':' out of place: indent the key like its neighbours, or quote a text that holds ': '"},
    {"did not find expected key", false,
     "the line fits no mapping here: indent it like the keys it belongs to"},
    {"did not find expected '-'", false,
     "the line fits no list here: indent it like the '-' items it belongs to"},
    {"block sequence entries are not allowed", false,
     "a list with '-' starts on the line below its key, or is written [a, b]"},
    {"could not find expected ':'", true, "a key needs a colon and a space after it: 'key: value'"},
    {"found unexpected end of stream", true, "the quote that opens here is never closed"},
    {"did not find expected ',' or ']'", true,
     "the '[' that opens here is not closed, or a comma is missing between its items"},
    {"did not find expected ',' or '}'", true,
     "the '{' that opens here is not closed, or a comma is missing between its keys"},
    {"found unknown escape character", false,
     "in double quotes a backslash starts an escape: put Windows paths in single quotes"},
    {"did not find expected hexdecimal number", false,
     "in double quotes a backslash starts an escape: put Windows paths in single quotes"},
    {"did not find expected <document start>", false,
     "text after the end of the scenario: a scenario is one mapping that begins in column 1"},
    {"did not find expected node content", false,
     "a value is missing here, or a bracket above is not closed"},
    {"violates indentation", false, "a tab cannot indent in YAML: use spaces"},
    {"did not find expected alphabetic", false,
     "'&' and '*' have a meaning of their own in YAML: put the text in single quotes"},
};

/* The beginning of line `line` (from 0), NULL beyond the last. */
static const char *line_start(const char *text, size_t bytes, size_t line) {
  const char *end = text + bytes;
  while (line > 0) {
    const char *next = memchr(text, '\n', (size_t)(end - text));
    if (next == NULL)
      return NULL;
    text = next + 1;
    line--;
  }
  return text;
}

/* The column (from 1) of the first tab in the line's indentation; 0 when there is none. */
static uint32_t tab_column(const char *line, const char *end) {
  for (const char *at = line; at < end && (*at == ' ' || *at == '\t'); at++)
    if (*at == '\t')
      return (uint32_t)(at - line) + 1;
  return 0;
}

/* libyaml stops at the first tab; the author wants to hear of all. */
static bool tell_tabs(struct rig_reader *reader, const char *text, size_t bytes, size_t line) {
  const char *end = text + bytes;
  const char *at = line_start(text, bytes, line);
  if (at == NULL || tab_column(at, end) == 0)
    return false;
  for (; at != NULL; line++) {
    uint32_t column = tab_column(at, end);
    if (column != 0)
      rig_problem_add(reader, (struct rig_position){(uint32_t)line + 1, column},
                      "a tab cannot indent in YAML: use spaces");
    at = line_start(at, (size_t)(end - at), 1);
  }
  return true;
}

void rig_syntax_problem(struct rig_reader *reader, const yaml_parser_t *parser, const char *text,
                        size_t bytes) {
  if (parser->error == YAML_MEMORY_ERROR) {
    reader->out_of_memory = true;
    return;
  }
  if (tell_tabs(reader, text, bytes, parser->problem_mark.line))
    return;
  const char *problem = parser->problem == NULL ? "unreadable" : parser->problem;
  yaml_mark_t mark = parser->problem_mark;
  const char *advice = "";
  for (size_t i = 0; i < sizeof ADVICE / sizeof *ADVICE; i++) {
    if (strstr(problem, ADVICE[i].problem) == NULL)
      continue;
    advice = ADVICE[i].text;
    if (ADVICE[i].at_context && parser->context != NULL)
      mark = parser->context_mark;
    break;
  }
  struct rig_position position = {(uint32_t)mark.line + 1, (uint32_t)mark.column + 1};
  if (*advice == '\0')
    rig_problem_add(reader, position, "not valid YAML: %s", problem);
  else
    rig_problem_add(reader, position, "%s (YAML: %s)", advice, problem);
}
