/*
 * Mappings: keys by table, unknown and duplicate ones told.
 */
#include "scenario/reader.h"

#include <stdio.h>
#include <string.h>

#include "core/names.h"

#define CANDIDATES_MAX 64u

static const char *const KIND_NAMES[] = {"a text", "a list", "a mapping"};

void rig_tell_kind(struct rig_reader *reader, const char *key, const struct rig_node *node,
                   const char *wanted) {
  if (node->refused)
    return;
  if (rig_node_is_empty(node))
    rig_problem_add(reader, node->position, "'%.60s' has no value: it must be %s", key, wanted);
  else
    rig_problem_add(reader, node->position, "'%.60s' must be %s, not %s", key, wanted,
                    KIND_NAMES[node->kind]);
}

/* The words as "a, b, c", cut where the buffer ends. */
static void join(const char *const *words, char *buffer, size_t size) {
  size_t used = 0;
  buffer[0] = '\0';
  for (size_t i = 0; words[i] != NULL && used < size; i++) {
    int length = snprintf(buffer + used, size - used, "%s%s", i == 0 ? "" : ", ", words[i]);
    if (length < 0)
      return;
    used += (size_t)length;
  }
}

void rig_tell_word(struct rig_reader *reader, const char *what, const struct rig_node *node,
                   const char *const *words) {
  const char *near = rig_nearest(node->text, words);
  if (near != NULL) {
    rig_problem_add(reader, node->position, "%s '%.60s': did you mean '%s'?", what, node->text,
                    near);
    return;
  }
  char all[600];
  join(words, all, sizeof all);
  rig_problem_add(reader, node->position, "%s '%.60s': one of %s", what, node->text, all);
}

/* A scalar that can be looked up by its text. */
static bool is_usable(const struct rig_node *key) {
  return key->kind == RIG_NODE_SCALAR && !key->refused && key->length != 0 &&
         strlen(key->text) == key->length;
}

const struct rig_node *rig_mapping_find(const struct rig_node *node, const char *name) {
  if (node->kind != RIG_NODE_MAPPING)
    return NULL;
  for (const struct rig_node *key = node->first; key != NULL && key->next != NULL;
       key = key->next->next)
    if (is_usable(key) && strcmp(key->text, name) == 0)
      return key->next;
  return NULL;
}

static bool same_text(const struct rig_node *a, const struct rig_node *b) {
  return a->kind == RIG_NODE_SCALAR && b->kind == RIG_NODE_SCALAR && a->length == b->length &&
         memcmp(a->text, b->text, a->length) == 0;
}

void rig_check_keys(struct rig_reader *reader, const struct rig_node *node) {
  for (const struct rig_node *key = node->first; key != NULL;
       key = key->next == NULL ? NULL : key->next->next) {
    if (key->refused)
      continue;
    if (key->kind != RIG_NODE_SCALAR) {
      rig_problem_add(reader, key->position, "a key must be a text, not %s", KIND_NAMES[key->kind]);
      continue;
    }
    if (!is_usable(key)) {
      rig_problem_add(reader, key->position, "a key must have a name, and no NUL character in it");
      continue;
    }
    for (const struct rig_node *earlier = node->first; earlier != key;
         earlier = earlier->next->next) {
      if (!same_text(earlier, key))
        continue;
      rig_problem_add(reader, key->position,
                      "duplicate key '%.60s': it stands in line %u already, keep one of them",
                      key->text, earlier->position.line);
      break;
    }
  }
}

static const struct rig_key *find_key(const struct rig_key_table *table, const char *name) {
  for (size_t i = 0; i < table->count; i++)
    if (strcmp(table->keys[i].name, name) == 0)
      return &table->keys[i];
  return NULL;
}

/* Where else the format has a key of this name: the usual cause is a wrong indentation. */
static const struct rig_key_table *other_home(const struct rig_key_table *table, const char *name) {
  const struct rig_key_table *const outer[] = {&rig_keys_top, &rig_keys_step, &rig_keys_client,
                                               &rig_keys_expect, &rig_keys_fault};
  for (size_t i = 0; i < sizeof outer / sizeof *outer; i++)
    if (outer[i] != table && find_key(outer[i], name) != NULL)
      return outer[i];
  for (size_t i = 0; rig_keys_actions[i] != NULL; i++)
    if (rig_keys_actions[i] != table && find_key(rig_keys_actions[i], name) != NULL)
      return rig_keys_actions[i];
  return NULL;
}

static void tell_unknown(struct rig_reader *reader, const struct rig_node *key,
                         const struct rig_key_table *table) {
  if (strcmp(key->text, "<<") == 0) {
    rig_problem_add(reader, key->position,
                    "merge keys ('<<') are not supported: write the keys out here");
    return;
  }
  const struct rig_key_table *home = other_home(table, key->text);
  if (home != NULL) {
    rig_problem_add(reader, key->position,
                    "unknown key '%.60s' in %s: it belongs inside %s, as in %s (is it indented far "
                    "enough?)",
                    key->text, table->where, home->where, home->example);
    return;
  }
  const char *names[CANDIDATES_MAX + 1] = {NULL};
  for (size_t i = 0; i < table->count && i < CANDIDATES_MAX; i++)
    names[i] = table->keys[i].name;
  char what[80];
  snprintf(what, sizeof what, "in %s, unknown key", table->where);
  if (table->count == 0)
    rig_problem_add(reader, key->position, "%s '%.60s': it takes none", what, key->text);
  else
    rig_tell_word(reader, what, key, names);
}

void rig_read_mapping(struct rig_reader *reader, const struct rig_node *node,
                      const struct rig_key_table *table, void *target) {
  if (node->refused || rig_node_is_empty(node))
    return;
  if (node->kind != RIG_NODE_MAPPING) {
    rig_problem_add(reader, node->position, "%s must be a mapping, not %s: write %s", table->where,
                    KIND_NAMES[node->kind], table->example);
    return;
  }
  rig_check_keys(reader, node);
  for (const struct rig_node *key = node->first; key != NULL && key->next != NULL;
       key = key->next->next) {
    if (!is_usable(key) || rig_mapping_find(node, key->text) != key->next)
      continue; /* told by rig_check_keys: no name, or a duplicate */
    const struct rig_key *known = find_key(table, key->text);
    if (known == NULL)
      tell_unknown(reader, key, table);
    else
      known->read(reader, key, key->next, target);
  }
}
