/*
 * Problems of a file: collected, sorted, shown.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/tree.h"

/* What the user wrote may hold escape sequences (YAML's "\e"): they must not reach a terminal. */
static void make_printable(char *text) {
  for (; *text != '\0'; text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte < 0x20 || byte == 0x7F)
      *text = '?';
    else if (byte == 0xC2 && (unsigned char)text[1] >= 0x80 && (unsigned char)text[1] < 0xA0)
      text[1] = (char)0xBF; /* a C1 control becomes an inverted question mark */
  }
}

/* Cuts a text that did not fit at a whole character, and shows that it was cut. */
static void mark_cut(char *text, size_t size) {
  size_t end = size - 4;
  while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
    end--;
  memcpy(text + end, "...", 4);
}

static struct rig_problem *next_problem(struct rig_reader *reader) {
  struct rig_problems *problems = &reader->problems;
  if (problems->items == NULL) {
    /* One more than the limit: the last one says how many were left out. */
    problems->items = calloc(RIG_PROBLEMS_MAX + 1, sizeof *problems->items);
    if (problems->items == NULL) {
      reader->out_of_memory = true;
      return NULL;
    }
  }
  if (problems->count == RIG_PROBLEMS_MAX) {
    reader->untold++;
    return NULL;
  }
  return &problems->items[problems->count++];
}

void rig_problem_add(struct rig_reader *reader, struct rig_position position, const char *format,
                     ...) {
  struct rig_problem *problem = next_problem(reader);
  if (problem == NULL)
    return;
  problem->position = position;
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(problem->text, sizeof problem->text, format, arguments);
  va_end(arguments);
  if (length < 0)
    problem->text[0] = '\0';
  if (length >= (int)sizeof problem->text)
    mark_cut(problem->text, sizeof problem->text);
  make_printable(problem->text);
}

/* By position; what was found first stays first among equals, told by the address: the items are
 * sorted through pointers to where they were. */
static int compare(const void *left, const void *right) {
  const struct rig_problem *a = *(const struct rig_problem *const *)left;
  const struct rig_problem *b = *(const struct rig_problem *const *)right;
  if (a->position.line != b->position.line)
    return a->position.line < b->position.line ? -1 : 1;
  if (a->position.column != b->position.column)
    return a->position.column < b->position.column ? -1 : 1;
  return a < b ? -1 : 1;
}

void rig_problems_finish(struct rig_reader *reader) {
  struct rig_problems *problems = &reader->problems;
  if (problems->count == 0)
    return;
  size_t count = problems->count;
  struct rig_problem *sorted = calloc(RIG_PROBLEMS_MAX + 1, sizeof *sorted);
  const struct rig_problem **order = calloc(count, sizeof(const struct rig_problem *));
  if (sorted == NULL || order == NULL) {
    free(sorted);
    free(order);
    reader->out_of_memory = true;
    return;
  }
  for (size_t i = 0; i < count; i++)
    order[i] = &problems->items[i];
  qsort(order, count, sizeof *order, compare);
  for (size_t i = 0; i < count; i++)
    sorted[i] = *order[i];
  free(order);
  free(problems->items);
  problems->items = sorted;
  if (reader->untold != 0) {
    struct rig_problem *last = &sorted[problems->count++];
    last->position = sorted[count - 1].position;
    snprintf(last->text, sizeof last->text, "and %zu more problems: mend these first",
             reader->untold);
  }
}

char *rig_problem_format(const char *path, const struct rig_problem *problem, char *buffer,
                         size_t size) {
  if (problem->position.line == 0)
    snprintf(buffer, size, "%s: error: %s", path, problem->text);
  else
    snprintf(buffer, size, "%s:%u:%u: error: %s", path, problem->position.line,
             problem->position.column, problem->text);
  return buffer;
}

void rig_problems_free(struct rig_problems *problems) {
  if (problems == NULL)
    return;
  free(problems->items);
  problems->items = NULL;
  problems->count = 0;
}
