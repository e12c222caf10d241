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

static bool is_wanted(enum rig_family family, enum rig_families_wanted wanted) {
  if (*rig_family_word(family) == '\0')
    return false;
  return wanted == RIG_FAMILIES_ALL ||
         (wanted == RIG_FAMILIES_THAT_BLOCK && rig_family_blocks(family)) ||
         (wanted == RIG_FAMILIES_OF_FAULTS && rig_family_faults(family));
}

/* Why the word of `node` is no family's, or not a wanted one's. */
static void tell_family(struct rig_reader *reader, const char *key, const struct rig_node *node,
                        enum rig_families_wanted wanted) {
  static const char *const wants[] = {"a call", "a call that can block", "a call of MAPI"};
  const char *words[RIG_FAMILY_COUNT + 1];
  size_t count = 0;
  for (unsigned family = 1; family < RIG_FAMILY_COUNT; family++)
    if (is_wanted((enum rig_family)family, wanted))
      words[count++] = rig_family_word(family);
  words[count] = NULL;
  enum rig_family meant = family_of_call(node->text);
  char what[100];
  if (rig_family_find(node->text) != RIG_FAMILY_NONE) {
    snprintf(what, sizeof what, "'%s' names %s, not", key, wants[wanted]);
    rig_tell_word(reader, what, node, words);
  } else if (meant != RIG_FAMILY_NONE && is_wanted(meant, wanted)) {
    rig_problem_add(reader, node->position,
                    "'%.60s' names calls by family, A, W and Ex forms together: write %s", key,
                    rig_family_word(meant));
  } else {
    snprintf(what, sizeof what, "'%s' names no call that mapirig records:", key);
    rig_tell_word(reader, what, node, words);
  }
}

bool rig_read_family(struct rig_reader *reader, const char *key, const struct rig_node *node,
                     enum rig_families_wanted wanted, enum rig_family *out) {
  if (node->refused)
    return false;
  if (node->kind != RIG_NODE_SCALAR || rig_node_is_empty(node)) {
    rig_tell_kind(reader, key, node,
                  wanted == RIG_FAMILIES_OF_FAULTS ? "the name of a call, such as MAPILogonEx"
                                                   : "the name of a call, such as GetMessage");
    return false;
  }
  enum rig_family family = rig_family_find(node->text);
  if (family == RIG_FAMILY_NONE || !is_wanted(family, wanted) ||
      strlen(node->text) != node->length) {
    tell_family(reader, key, node, wanted);
    return false;
  }
  *out = family;
  return true;
}

/* "t1" ... "t63": the number, 0 when it is none. */
static uint32_t thread_number(const char *text) {
  if (text[0] != 't' || text[1] < '1' || text[1] > '9' || strlen(text) > 3)
    return 0;
  if (text[2] != '\0' && (text[2] < '0' || text[2] > '9'))
    return 0;
  uint32_t number = (uint32_t)strtoul(text + 1, NULL, 10);
  return number < RIG_WHO_COUNT - RIG_WHO_NUMBERED ? number : 0;
}

bool rig_read_thread(struct rig_reader *reader, const char *key, const struct rig_node *node,
                     bool any, uint8_t *out) {
  static const char *const words[] = {"first", "mapi", "main", "t1", "any", NULL};
  static const enum rig_who who[] = {RIG_WHO_FIRST, RIG_WHO_MAPI, RIG_WHO_NUMBERED,
                                     RIG_WHO_NUMBERED, RIG_WHO_ANY};
  _Static_assert(RIG_WHO_COUNT - RIG_WHO_NUMBERED == 64, "main and t1 to t63");
  if (node->refused)
    return false;
  uint32_t number = node->kind == RIG_NODE_SCALAR && strlen(node->text) == node->length
                        ? thread_number(node->text)
                        : 0;
  if (number != 0) {
    *out = (uint8_t)(RIG_WHO_NUMBERED + number);
    return true;
  }
  if (node->kind == RIG_NODE_SCALAR && node->text[0] == 't' && node->text[1] >= '0' &&
      node->text[1] <= '9') {
    rig_problem_add(reader, node->position,
                    "'%s' cannot be '%.60s': threads are main, then t1 to t63", key, node->text);
    return false;
  }
  const char *allowed[sizeof words / sizeof *words] = {NULL};
  for (size_t i = 0; words[i] != NULL && (any || who[i] != RIG_WHO_ANY); i++)
    allowed[i] = words[i];
  size_t index = 0;
  if (!rig_read_word(reader, key, node, allowed, &index))
    return false;
  *out = (uint8_t)who[index];
  return true;
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
