/*
 * Reading typed values from a tree, each mistake told once, with its position and its remedy.
 * Internal to the loader.
 *
 * Every key of the format stands in one table: what may stand where, "did you mean" and "belongs
 * inside" come from the same lists.
 */
#ifndef RIG_SCENARIO_READER_H
#define RIG_SCENARIO_READER_H

#include "scenario/tree.h"

typedef void rig_key_reader(struct rig_reader *reader, const struct rig_node *key,
                            const struct rig_node *value, void *target);

struct rig_key {
  const char *name;
  rig_key_reader *read;
};

struct rig_key_table {
  const char *where;   /* "a step", "'send'" */
  const char *example; /* "send: {window: idle}" */
  const struct rig_key *keys;
  size_t count;
};

extern const struct rig_key_table rig_keys_top;
extern const struct rig_key_table rig_keys_client;
extern const struct rig_key_table rig_keys_step;
extern const struct rig_key_table rig_keys_expect;
extern const struct rig_key_table rig_keys_at;
extern const struct rig_key_table rig_keys_when;
extern const struct rig_key_table rig_keys_fault;
extern const struct rig_key_table rig_keys_blocked_in;
/* In the order of enum rig_action, from the one after NONE; ends with NULL. */
extern const struct rig_key_table *const rig_keys_actions[];

/* Reads a mapping by its table: unknown and duplicate keys are told, the others go to their
 * readers with `target`. An empty value is an empty mapping. */
void rig_read_mapping(struct rig_reader *reader, const struct rig_node *node,
                      const struct rig_key_table *table, void *target);

/* The value of `name` in a mapping, NULL when it has none. */
const struct rig_node *rig_mapping_find(const struct rig_node *node, const char *name);

/* Tells every key of the mapping that is not a text, is empty, or came before. */
void rig_check_keys(struct rig_reader *reader, const struct rig_node *node);

/* The readers below answer false after they told a problem (or for a refused node). `key` is what
 * the value is called in the message. */
bool rig_read_number(struct rig_reader *reader, const char *key, const struct rig_node *node,
                     uint32_t least, uint32_t most, const char *unit, uint32_t *out);

/* A text of one line, not empty, without NUL, at most `longest` bytes. Numbers and words that YAML
 * would convert ("yes", "1.0") stay as they are written. */
bool rig_read_text(struct rig_reader *reader, const char *key, const struct rig_node *node,
                   size_t longest, char **out);

/* The same for a value that may be empty (when quoted) or have several lines. */
bool rig_read_free_text(struct rig_reader *reader, const char *key, const struct rig_node *node,
                        char **out);

/* One of `words`, which ends with NULL: its index. */
bool rig_read_word(struct rig_reader *reader, const char *key, const struct rig_node *node,
                   const char *const *words, size_t *index);

/* A list of texts; `one` reads each item, which may be empty when it is NULL. */
bool rig_read_texts(struct rig_reader *reader, const char *key, const struct rig_node *node,
                    char ***out, size_t *count);

/* A node that is not what it must be: "'role' must be a text, not a list: ...". */
void rig_tell_kind(struct rig_reader *reader, const char *key, const struct rig_node *node,
                   const char *wanted);

/* Appends ": did you mean 'x'?" or "; one of: a, b, c" for a wrong word. */
void rig_tell_word(struct rig_reader *reader, const char *what, const struct rig_node *node,
                   const char *const *words);

/* The parts of a scenario, each in a file of its own. */
void rig_read_client(struct rig_reader *reader, const struct rig_node *key,
                     const struct rig_node *value, void *target);
void rig_read_steps(struct rig_reader *reader, const struct rig_node *key,
                    const struct rig_node *value, void *target);
void rig_read_expect(struct rig_reader *reader, const struct rig_node *key,
                     const struct rig_node *value, void *target);
void rig_read_mapi(struct rig_reader *reader, const struct rig_node *key,
                   const struct rig_node *value, void *target);
/* What only all keys together tell about the steps; sets how each `stop` is done, and which hold a
 * `release` ends. */
void rig_check_steps(struct rig_reader *reader);

/* Which families a word may name: all that have one, those in which a thread can sit, those of
 * MAPI that a fault can meet. */
enum rig_families_wanted { RIG_FAMILIES_ALL, RIG_FAMILIES_THAT_BLOCK, RIG_FAMILIES_OF_FAULTS };
/* The family of calls that a word names. */
bool rig_read_family(struct rig_reader *reader, const char *key, const struct rig_node *node,
                     enum rig_families_wanted wanted, enum rig_family *out);
/* A thread of the client, as enum rig_who: first, mapi, main, t1 ... t63, and with `any` any. */
bool rig_read_thread(struct rig_reader *reader, const char *key, const struct rig_node *node,
                     bool any, uint8_t *out);
/* A window message: a name, a name + number, or a number, from 1 to 0xFFFF. */
bool rig_read_message(struct rig_reader *reader, const char *key, const struct rig_node *node,
                      uint32_t *out);
/* The rule ids that `expect: rules` may list, ended with NULL; NULL when nobody named them. */
const char *const *rig_rule_ids(struct rig_reader *reader);
/* The same for `expect: cause`. */
const char *const *rig_cause_ids(struct rig_reader *reader);

/* `expect: receipts`, a list, into expectation->receipts. */
void rig_read_receipts(struct rig_reader *reader, const struct rig_node *key,
                       const struct rig_node *value, struct rig_expectation *expectation);

#endif
