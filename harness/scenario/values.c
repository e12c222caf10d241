/*
 * Scalars and lists of them: numbers, words, texts. Every scalar is taken as it is written: YAML
 * 1.1's conversions ("yes" to true, "010" to 8) never happen.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/reader.h"

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Decimal or 0x hex, at most 15 digits; negative values come out as such so that the message can
 * name the range. */
static bool parse_whole(const char *text, int64_t *out) {
  bool negative = *text == '-';
  if (negative)
    text++;
  bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  if (hex)
    text += 2;
  size_t length = strlen(text);
  if (length == 0 || strspn(text, hex ? "0123456789abcdefABCDEF" : "0123456789") != length)
    return false;
  if (!hex && length > 1 && text[0] == '0')
    return false; /* octal in YAML 1.1, decimal in 1.2 */
  int64_t value = length > 15 ? INT64_MAX : (int64_t)strtoull(text, NULL, hex ? 16 : 10);
  *out = negative ? -value : value;
  return true;
}

/* Why a scalar is no number, in words that lead to one. */
static void tell_number(struct rig_reader *reader, const char *key, const struct rig_node *node,
                        uint32_t least, uint32_t most, const char *unit) {
  const char *reason = "must be a whole number";
  int64_t ignored;
  if (!node->plain && parse_whole(node->text, &ignored))
    reason = "must be a number without quotes";
  else if (is_digit(node->text[0]) && node->text[0] == '0' && is_digit(node->text[1]))
    reason = "must be a number without leading zeros";
  else if (is_digit(node->text[0]) && *unit != '\0' && strpbrk(node->text, "ms") != NULL)
    reason = "must be a number without a unit";
  rig_problem_add(reader, node->position, "'%.60s' %s, from %u to %u%s%s, not '%.60s'", key, reason,
                  least, most, *unit == '\0' ? "" : " ", unit, node->text);
}

bool rig_read_number(struct rig_reader *reader, const char *key, const struct rig_node *node,
                     uint32_t least, uint32_t most, const char *unit, uint32_t *out) {
  if (node->refused)
    return false;
  if (node->kind != RIG_NODE_SCALAR || rig_node_is_empty(node)) {
    rig_tell_kind(reader, key, node, "a whole number");
    return false;
  }
  int64_t value = 0;
  if (!node->plain || strlen(node->text) != node->length || !parse_whole(node->text, &value)) {
    tell_number(reader, key, node, least, most, unit);
    return false;
  }
  if (value < (int64_t)least || value > (int64_t)most) {
    rig_problem_add(reader, node->position, "'%.60s' is %.60s, out of range: from %u to %u%s%s",
                    key, node->text, least, most, *unit == '\0' ? "" : " ", unit);
    return false;
  }
  *out = (uint32_t)value;
  return true;
}

bool rig_read_free_text(struct rig_reader *reader, const char *key, const struct rig_node *node,
                        char **out) {
  if (node->refused)
    return false;
  if (node->kind != RIG_NODE_SCALAR || rig_node_is_empty(node)) {
    rig_tell_kind(reader, key, node, "a text");
    return false;
  }
  if (strlen(node->text) != node->length) {
    rig_problem_add(reader, node->position, "'%.60s' holds a NUL character: remove the \"\\0\"",
                    key);
    return false;
  }
  char *copy = rig_arena_copy(reader->memory, node->text, node->length);
  if (copy == NULL)
    return false;
  *out = copy;
  return true;
}

static bool has_control(const char *text) {
  for (; *text != '\0'; text++)
    if ((unsigned char)*text < 0x20 || *text == 0x7F)
      return true;
  return false;
}

bool rig_read_text(struct rig_reader *reader, const char *key, const struct rig_node *node,
                   size_t longest, char **out) {
  char *text = NULL;
  if (!rig_read_free_text(reader, key, node, &text))
    return false;
  const char *reason = NULL;
  char too_long[80];
  if (*text == '\0') {
    reason = "is empty";
  } else if (has_control(text)) {
    reason = node->escapes ? "holds a line break or another control character: in single quotes a "
                             "backslash is just that"
                           : "must be one line, without control characters";
  } else if (node->length > longest) {
    snprintf(too_long, sizeof too_long, "has %zu bytes, at most %zu are possible", node->length,
             longest);
    reason = too_long;
  }
  if (reason != NULL) {
    rig_problem_add(reader, node->position, "'%.60s' %s", key, reason);
    return false;
  }
  *out = text;
  return true;
}

bool rig_read_word(struct rig_reader *reader, const char *key, const struct rig_node *node,
                   const char *const *words, size_t *index) {
  if (node->refused)
    return false;
  if (node->kind != RIG_NODE_SCALAR || rig_node_is_empty(node)) {
    char wanted[300] = "one of ";
    for (size_t i = 0; words[i] != NULL; i++) {
      size_t used = strlen(wanted);
      snprintf(wanted + used, sizeof wanted - used, "%s%s", i == 0 ? "" : ", ", words[i]);
    }
    rig_tell_kind(reader, key, node, wanted);
    return false;
  }
  for (size_t i = 0; words[i] != NULL; i++) {
    if (strcmp(words[i], node->text) == 0) {
      *index = i;
      return true;
    }
  }
  char what[80];
  snprintf(what, sizeof what, "'%.60s' cannot be", key);
  rig_tell_word(reader, what, node, words);
  return false;
}

bool rig_read_texts(struct rig_reader *reader, const char *key, const struct rig_node *node,
                    char ***out, size_t *count) {
  if (node->refused)
    return false;
  if (node->kind != RIG_NODE_LIST) {
    if (node->kind == RIG_NODE_SCALAR && !rig_node_is_empty(node))
      rig_problem_add(reader, node->position, "'%.60s' must be a list: write ['%.60s']", key,
                      node->text);
    else
      rig_tell_kind(reader, key, node, "a list");
    return false;
  }
  char **texts = rig_arena_take(reader->memory, (node->count + 1) * sizeof *texts);
  if (texts == NULL)
    return false;
  char item[80];
  snprintf(item, sizeof item, "an item of %.60s", key);
  bool good = true;
  size_t used = 0;
  for (const struct rig_node *child = node->first; child != NULL; child = child->next) {
    if (rig_read_free_text(reader, item, child, &texts[used]))
      used++;
    else
      good = false;
  }
  *out = texts;
  *count = used;
  return good;
}
