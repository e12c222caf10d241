/*
 * Words that stand for numbers of Windows: families of calls and window messages. Their lists are
 * core's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/calls.h"
#include "core/names.h"
#include "scenario/reader.h"

#define MESSAGES_MAX 512u
#define WM_QUIT 0x0012u

/* A function's own name ("WaitForSingleObjectEx") where its family's is wanted. */
static enum rig_family family_of_call(const char *name) {
  for (unsigned call = 1; call < RIG_CALL_COUNT; call++)
    if (strcmp(rig_call_name(call), name) == 0)
      return rig_call_family(call);
  return RIG_FAMILY_NONE;
}

bool rig_read_family(struct rig_reader *reader, const char *key, const struct rig_node *node,
                     bool blocking, enum rig_family *out) {
  if (node->refused)
    return false;
  const char *words[RIG_FAMILY_COUNT + 1];
  size_t count = 0;
  for (unsigned family = 1; family < RIG_FAMILY_COUNT; family++)
    if (*rig_family_word(family) != '\0' &&
        (!blocking || rig_family_blocks((enum rig_family)family)))
      words[count++] = rig_family_word(family);
  words[count] = NULL;
  if (node->kind != RIG_NODE_SCALAR || rig_node_is_empty(node)) {
    rig_tell_kind(reader, key, node, "the name of a call, such as GetMessage");
    return false;
  }
  enum rig_family family = rig_family_find(node->text);
  if (family != RIG_FAMILY_NONE && (!blocking || rig_family_blocks(family))) {
    *out = family;
    return true;
  }
  enum rig_family meant = family_of_call(node->text);
  const char *word = rig_family_word(meant);
  char what[100];
  if (family != RIG_FAMILY_NONE) {
    snprintf(what, sizeof what, "'%s' names a call that can block, not", key);
    rig_tell_word(reader, what, node, words);
  } else if (meant != RIG_FAMILY_NONE && *word != '\0' && (!blocking || rig_family_blocks(meant))) {
    rig_problem_add(reader, node->position,
                    "'%.60s' names calls by family, A, W and Ex forms together: write %s", key,
                    word);
  } else {
    snprintf(what, sizeof what, "'%s' names no call that mapirig records:", key);
    rig_tell_word(reader, what, node, words);
  }
  return false;
}

static void tell_message(struct rig_reader *reader, const char *key, const struct rig_node *node,
                         const char *base) {
  const char *names[MESSAGES_MAX + 1];
  size_t count = 0;
  uint32_t value = 0;
  while (count < MESSAGES_MAX &&
         (names[count] = rig_value_at(RIG_VALUES_MESSAGE, count, &value)) != NULL)
    count++;
  names[count] = NULL;
  const char *near = rig_nearest(base, names);
  if (near != NULL)
    rig_problem_add(reader, node->position, "'%s' is no message: '%.60s', did you mean '%s'?", key,
                    node->text, near);
  else
    rig_problem_add(reader, node->position,
                    "'%s' is no message: '%.60s', write a name (WM_APP), a name and a number "
                    "(WM_APP+1), or a number from 1 to 0xFFFF",
                    key, node->text);
}

static void trim_end(char *text) {
  size_t length = strlen(text);
  while (length > 0 && text[length - 1] == ' ')
    text[--length] = '\0';
}

/* The number after the '+': decimal or hex. Its range is the sum's. */
static bool parse_offset(const char *text, uint32_t *out) {
  while (*text == ' ')
    text++;
  if (*text < '0' || *text > '9' || strlen(text) > 8)
    return false;
  char *end = NULL;
  unsigned long value = strtoul(text, &end, 0);
  if (*end != '\0' || value > 0xFFFFFFF)
    return false;
  *out = (uint32_t)value;
  return true;
}

bool rig_read_message(struct rig_reader *reader, const char *key, const struct rig_node *node,
                      uint32_t *out) {
  if (node->refused)
    return false;
  if (node->kind != RIG_NODE_SCALAR || rig_node_is_empty(node)) {
    rig_tell_kind(reader, key, node, "a message, such as WM_APP+1");
    return false;
  }
  char base[64];
  snprintf(base, sizeof base, "%s", node->text);
  char *plus = strchr(base, '+');
  uint32_t offset = 0;
  bool good = strlen(node->text) < sizeof base && strlen(node->text) == node->length;
  if (good && plus != NULL) {
    *plus = '\0';
    trim_end(base);
    good = parse_offset(plus + 1, &offset);
  }
  uint32_t value = 0;
  if (!good || !rig_parse_value(RIG_VALUES_MESSAGE, base, &value)) {
    tell_message(reader, key, node, base);
    return false;
  }
  if (value > 0xFFFF || value + offset == 0 || value + offset > 0xFFFF) {
    rig_problem_add(reader, node->position, "'%s' is %.60s, out of range: from 1 to 0xFFFF", key,
                    node->text);
    return false;
  }
  if (value + offset == WM_QUIT) {
    rig_problem_add(reader, node->position, "WM_QUIT has an action of its own: write 'quit: {}'");
    return false;
  }
  *out = value + offset;
  return true;
}
