/*
 * The triggers of a step: `at` a call boundary, `when` a state is reached. (`after` is a number.)
 */
#include <string.h>

#include "scenario/actions.h"

/* A trigger as it is read. */
struct reading {
  struct rig_step *step;
  const struct rig_node *what; /* the key that names the boundary or the state */
  const struct rig_node *nth;
  const struct rig_node *thread;
};

/* True when `key` is the first that says where or when. */
static bool begin(struct rig_reader *reader, struct reading *reading, const char *trigger,
                  const struct rig_node *key) {
  if (reading->what != NULL) {
    rig_problem_add(reader, key->position, "'%s' has both '%s' and '%s': keep one of them", trigger,
                    reading->what->text, key->text);
    return false;
  }
  reading->what = key;
  return true;
}

static void read_edge(struct rig_reader *reader, const struct rig_node *key,
                      const struct rig_node *value, void *target) {
  struct reading *reading = target;
  enum rig_family family = RIG_FAMILY_NONE;
  if (!begin(reader, reading, "at", key))
    return;
  reading->step->edge =
      strcmp(key->text, "entry") == 0 ? (uint8_t)RIG_EDGE_ENTRY : (uint8_t)RIG_EDGE_RETURN;
  if (rig_read_family(reader, key->text, value, RIG_FAMILIES_ALL, &family))
    reading->step->family = (uint16_t)family;
}

static void read_nth(struct rig_reader *reader, const struct rig_node *key,
                     const struct rig_node *value, void *target) {
  struct reading *reading = target;
  reading->nth = key;
  (void)rig_read_number(reader, key->text, value, 1, RIG_NTH_MAX, "",
                        &reading->step->trigger_count);
}

static void read_any_thread(struct rig_reader *reader, const struct rig_node *key,
                            const struct rig_node *value, void *target) {
  struct reading *reading = target;
  (void)rig_read_thread(reader, key->text, value, true, &reading->step->trigger_thread);
}

static const struct rig_key AT_KEYS[] = {
    {"entry", read_edge}, {"return", read_edge}, {"nth", read_nth}, {"thread", read_any_thread}};
const struct rig_key_table rig_keys_at = {"'at'", "at: {entry: GetMessage, nth: 2}", AT_KEYS,
                                          sizeof AT_KEYS / sizeof *AT_KEYS};

void rig_read_at(struct rig_reader *reader, const struct rig_node *key,
                 const struct rig_node *value, struct rig_step *step) {
  struct reading reading = {.step = step};
  step->trigger = RIG_TRIGGER_AT;
  step->trigger_count = 1;
  size_t before = reader->problems.count + reader->untold;
  rig_read_mapping(reader, value, &rig_keys_at, &reading);
  bool told = reader->problems.count + reader->untold != before;
  if (reading.what == NULL && !value->refused && !value->incomplete && !told)
    rig_problem_add(reader, value->position,
                    "'%s' must name a call: {entry: GetMessage} or {return: GetMessage}",
                    key->text);
}

static void read_settled(struct rig_reader *reader, const struct rig_node *key,
                         const struct rig_node *value, void *target) {
  struct reading *reading = target;
  if (!begin(reader, reading, "when", key) || value->refused)
    return;
  reading->step->trigger = RIG_TRIGGER_SETTLED;
  if (!rig_node_is_empty(value))
    rig_problem_add(reader, value->position,
                    "'settled' takes no value: write {settled, thread: t1}, or {blocked: "
                    "GetMessage} for a certain call");
}

static void read_blocked(struct rig_reader *reader, const struct rig_node *key,
                         const struct rig_node *value, void *target) {
  struct reading *reading = target;
  enum rig_family family = RIG_FAMILY_NONE;
  if (!begin(reader, reading, "when", key))
    return;
  reading->step->trigger = RIG_TRIGGER_BLOCKED;
  if (!rig_node_is_empty(value) &&
      rig_read_family(reader, key->text, value, RIG_FAMILIES_THAT_BLOCK, &family))
    reading->step->family = (uint16_t)family;
}

static void read_receipt(struct rig_reader *reader, const struct rig_node *key,
                         const struct rig_node *value, void *target) {
  static const char *const words[] = {"any", "notification", "idle", "apc", NULL};
  _Static_assert(RIG_WINDOW_NONE == 0 && RIG_WINDOW_NOTIFICATION == 1 && RIG_WINDOW_IDLE == 2 &&
                     RIG_WINDOW_APC == 3,
                 "the words in the enum's order");
  struct reading *reading = target;
  size_t index = 0;
  if (!begin(reader, reading, "when", key))
    return;
  reading->step->trigger = RIG_TRIGGER_RECEIPT;
  if (reading->step->trigger_count == 0)
    reading->step->trigger_count = 1;
  if (rig_read_word(reader, key->text, value, words, &index))
    reading->step->trigger_window = (uint8_t)index;
}

static void read_thread(struct rig_reader *reader, const struct rig_node *key,
                        const struct rig_node *value, void *target) {
  struct reading *reading = target;
  reading->thread = key;
  (void)rig_read_thread(reader, key->text, value, false, &reading->step->trigger_thread);
}

static const struct rig_key WHEN_KEYS[] = {{"settled", read_settled},
                                           {"blocked", read_blocked},
                                           {"receipt", read_receipt},
                                           {"nth", read_nth},
                                           {"thread", read_thread}};
const struct rig_key_table rig_keys_when = {"'when'", "when: {blocked: GetMessage}", WHEN_KEYS,
                                            sizeof WHEN_KEYS / sizeof *WHEN_KEYS};

/* Keys that go with other states only. */
static void check_state(struct rig_reader *reader, const struct reading *reading) {
  bool receipt = reading->step->trigger == RIG_TRIGGER_RECEIPT;
  if (!receipt && reading->nth != NULL)
    rig_problem_add(reader, reading->nth->position,
                    "'nth' counts receipts: '%s' has none, remove it", reading->what->text);
  if (receipt && reading->thread != NULL)
    rig_problem_add(reader, reading->thread->position,
                    "'thread' goes with 'settled' and 'blocked': a receipt's thread is its "
                    "window's, remove it");
}

void rig_read_when(struct rig_reader *reader, const struct rig_node *key,
                   const struct rig_node *value, struct rig_step *step) {
  static const char *const words[] = {"settled", "blocked", NULL};
  static const enum rig_trigger triggers[] = {RIG_TRIGGER_SETTLED, RIG_TRIGGER_BLOCKED};
  struct reading reading = {.step = step};
  size_t index = 0;
  if (value->kind != RIG_NODE_MAPPING) {
    if (value->kind == RIG_NODE_SCALAR && strcmp(value->text, "receipt") == 0)
      rig_problem_add(
          reader, value->position,
          "'receipt' needs its window: write {receipt: notification} or {receipt: any}");
    else if (rig_read_word(reader, key->text, value, words, &index))
      step->trigger = (uint8_t)triggers[index];
    return;
  }
  step->trigger = RIG_TRIGGER_BLOCKED;
  size_t before = reader->problems.count + reader->untold;
  rig_read_mapping(reader, value, &rig_keys_when, &reading);
  bool told = reader->problems.count + reader->untold != before;
  if (told || value->incomplete)
    return;
  if (reading.what == NULL)
    rig_problem_add(reader, value->position,
                    "'%s' names no state: write settled, blocked, {blocked: GetMessage} or "
                    "{receipt: notification}",
                    key->text);
  else
    check_state(reader, &reading);
}
