/*
 * The triggers of a step: `at` a call boundary, `when` a state is reached. (`after` is a number.)
 */
#include <string.h>

#include "scenario/actions.h"

#define NTH_MAX 1000000u

/* A boundary as it is read. */
struct boundary {
  struct rig_step *step;
  const struct rig_node *edge; /* the key `entry` or `return` */
};

static void read_edge(struct rig_reader *reader, const struct rig_node *key,
                      const struct rig_node *value, void *target) {
  struct boundary *boundary = target;
  enum rig_family family = RIG_FAMILY_NONE;
  if (boundary->edge != NULL) {
    rig_problem_add(reader, key->position, "'at' has both 'entry' and 'return': keep one of them");
    return;
  }
  boundary->edge = key;
  boundary->step->edge =
      strcmp(key->text, "entry") == 0 ? (uint8_t)RIG_EDGE_ENTRY : (uint8_t)RIG_EDGE_RETURN;
  if (rig_read_family(reader, key->text, value, false, &family))
    boundary->step->family = (uint16_t)family;
}

static void read_nth(struct rig_reader *reader, const struct rig_node *key,
                     const struct rig_node *value, void *target) {
  struct boundary *boundary = target;
  (void)rig_read_number(reader, key->text, value, 1, NTH_MAX, "", &boundary->step->trigger_count);
}

static const struct rig_key AT_KEYS[] = {
    {"entry", read_edge}, {"return", read_edge}, {"nth", read_nth}};
static const struct rig_key_table AT_TABLE = {"'at'", "at: {entry: GetMessage, nth: 2}", AT_KEYS,
                                              3};

void rig_read_at(struct rig_reader *reader, const struct rig_node *key,
                 const struct rig_node *value, struct rig_step *step) {
  struct boundary boundary = {.step = step};
  step->trigger = RIG_TRIGGER_AT;
  step->trigger_count = 1;
  size_t before = reader->problems.count + reader->untold;
  rig_read_mapping(reader, value, &AT_TABLE, &boundary);
  bool told = reader->problems.count + reader->untold != before;
  if (boundary.edge == NULL && !value->refused && !value->incomplete && !told)
    rig_problem_add(reader, value->position,
                    "'%s' must name a call: {entry: GetMessage} or {return: GetMessage}",
                    key->text);
}

static void read_blocked(struct rig_reader *reader, const struct rig_node *key,
                         const struct rig_node *value, void *target) {
  struct rig_step *step = target;
  enum rig_family family = RIG_FAMILY_NONE;
  if (rig_read_family(reader, key->text, value, true, &family))
    step->family = (uint16_t)family;
}

static const struct rig_key WHEN_KEYS[] = {{"blocked", read_blocked}};
static const struct rig_key_table WHEN_TABLE = {"'when'", "when: {blocked: GetMessage}", WHEN_KEYS,
                                                1};

void rig_read_when(struct rig_reader *reader, const struct rig_node *key,
                   const struct rig_node *value, struct rig_step *step) {
  static const char *const words[] = {"settled", "blocked", NULL};
  static const enum rig_trigger triggers[] = {RIG_TRIGGER_SETTLED, RIG_TRIGGER_BLOCKED};
  size_t index = 0;
  if (value->kind != RIG_NODE_MAPPING) {
    if (rig_read_word(reader, key->text, value, words, &index))
      step->trigger = (uint8_t)triggers[index];
    return;
  }
  step->trigger = RIG_TRIGGER_BLOCKED;
  rig_read_mapping(reader, value, &WHEN_TABLE, step);
  if (value->count == 0 && !value->incomplete)
    rig_problem_add(reader, value->position,
                    "'%s' is empty: write settled, blocked or {blocked: GetMessage}", key->text);
}
