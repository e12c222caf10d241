/*
 * `mapi:`, how MAPI behaves: calls of it that fail, block or take their time.
 */
#include <stdio.h>
#include <string.h>

#include "core/names.h"
#include "scenario/actions.h"

#define FAILURE_BIT 0x80000000u
#define HRESULTS_MAX 256u

/* A fault as it is read. */
struct reading {
  struct rig_step *step;
  const struct rig_node *call; /* the keys */
  const struct rig_node *effect;
};

static void read_call(struct rig_reader *reader, const struct rig_node *key,
                      const struct rig_node *value, void *target) {
  struct reading *reading = target;
  enum rig_family family = RIG_FAMILY_NONE;
  reading->call = key;
  if (rig_read_family(reader, key->text, value, RIG_FAMILIES_OF_FAULTS, &family))
    reading->step->family = (uint16_t)family;
}

static void read_nth(struct rig_reader *reader, const struct rig_node *key,
                     const struct rig_node *value, void *target) {
  struct reading *reading = target;
  (void)rig_read_number(reader, key->text, value, 1, RIG_NTH_MAX, "",
                        &reading->step->trigger_count);
}

/* True when `key` is the fault's first effect. */
static bool begin_effect(struct rig_reader *reader, struct reading *reading,
                         const struct rig_node *key, enum rig_fault fault) {
  if (reading->effect != NULL) {
    rig_problem_add(reader, key->position, "a fault has both '%s' and '%s': keep one of them",
                    reading->effect->text, key->text);
    return false;
  }
  reading->effect = key;
  reading->step->fault = (uint8_t)fault;
  return true;
}

static void tell_result(struct rig_reader *reader, const struct rig_node *key,
                        const struct rig_node *value) {
  const char *names[HRESULTS_MAX + 1];
  size_t count = 0;
  uint32_t result = 0;
  while (count < HRESULTS_MAX &&
         (names[count] = rig_value_at(RIG_VALUES_HRESULT, count, &result)) != NULL)
    count++;
  names[count] = NULL;
  const char *near = rig_nearest(value->text, names);
  if (near != NULL)
    rig_problem_add(reader, value->position, "'%s' is no result: '%.60s', did you mean '%s'?",
                    key->text, value->text, near);
  else
    rig_problem_add(reader, value->position,
                    "'%s' is no result: '%.60s', write a name (MAPI_E_NOT_FOUND) or a number "
                    "(0x8004010F)",
                    key->text, value->text);
}

static void read_fail(struct rig_reader *reader, const struct rig_node *key,
                      const struct rig_node *value, void *target) {
  struct reading *reading = target;
  uint32_t result = 0;
  if (!begin_effect(reader, reading, key, RIG_FAULT_FAILS) || value->refused)
    return;
  if (value->kind != RIG_NODE_SCALAR || rig_node_is_empty(value)) {
    rig_tell_kind(reader, key->text, value, "an error, such as MAPI_E_NOT_FOUND");
    return;
  }
  if (strlen(value->text) != value->length ||
      !rig_parse_value(RIG_VALUES_HRESULT, value->text, &result))
    tell_result(reader, key, value);
  else if ((result & FAILURE_BIT) == 0)
    rig_problem_add(reader, value->position,
                    "'%s' must be an error, with the failure bit 0x80000000: %.60s is a success",
                    key->text, value->text);
  else
    reading->step->result = result;
}

static void read_block(struct rig_reader *reader, const struct rig_node *key,
                       const struct rig_node *value, void *target) {
  static const char *const words[] = {"true", NULL};
  struct reading *reading = target;
  size_t index = 0;
  if (begin_effect(reader, reading, key, RIG_FAULT_BLOCKS))
    (void)rig_read_word(reader, key->text, value, words, &index);
}

static void read_take(struct rig_reader *reader, const struct rig_node *key,
                      const struct rig_node *value, void *target) {
  struct reading *reading = target;
  if (begin_effect(reader, reading, key, RIG_FAULT_TAKES))
    (void)rig_read_number(reader, key->text, value, 1, RIG_DELAY_MS_MAX, "ms",
                          &reading->step->timeout_ms);
}

static const struct rig_key FAULT_KEYS[] = {{"call", read_call},
                                            {"nth", read_nth},
                                            {"fail", read_fail},
                                            {"block", read_block},
                                            {"take", read_take}};
const struct rig_key_table rig_keys_fault = {"a fault of 'mapi'",
                                             "mapi: [{call: MAPILogonEx, nth: 1, take: 500}]",
                                             FAULT_KEYS, sizeof FAULT_KEYS / sizeof *FAULT_KEYS};

static void read_fault(struct rig_reader *reader, const struct rig_node *node,
                       struct rig_scenario_step *fault) {
  struct reading reading = {.step = &fault->step};
  fault->position = node->position;
  fault->step.action = RIG_ACTION_FAULT;
  fault->step.trigger = RIG_TRIGGER_START;
  fault->step.line = node->position.line;
  fault->step.column = node->position.column;
  size_t before = reader->problems.count + reader->untold;
  rig_read_mapping(reader, node, &rig_keys_fault, &reading);
  bool told = reader->problems.count + reader->untold != before;
  if (node->refused || node->incomplete || told)
    return;
  if (reading.call == NULL)
    rig_problem_add(reader, node->position, "a fault must name its call: {call: MAPILogonEx, ...}");
  else if (reading.effect == NULL)
    rig_problem_add(reader, node->position,
                    "a fault must say what happens: 'fail: MAPI_E_NOT_FOUND', 'block: true' or "
                    "'take: 500'");
  else if (fault->step.family == RIG_FAMILY_MAPI_UNINITIALIZE &&
           fault->step.fault == RIG_FAULT_FAILS)
    rig_problem_add(
        reader, reading.effect->position,
        "MAPIUninitialize returns nothing, so it cannot fail: it can 'block' or 'take'");
}

/* Two faults for one call would leave it open which of them happens. */
static void check_against(struct rig_reader *reader, const struct rig_scenario_step *faults,
                          size_t count) {
  const struct rig_scenario_step *last = &faults[count - 1];
  for (size_t i = 0; i + 1 < count && last->step.family != RIG_FAMILY_NONE; i++) {
    if (faults[i].step.family != last->step.family ||
        faults[i].step.trigger_count != last->step.trigger_count)
      continue;
    rig_problem_add(
        reader, last->position,
        "a second fault for the same calls of %s: the first one is in line %u, keep one",
        rig_family_word(last->step.family), faults[i].position.line);
    return;
  }
}

void rig_read_mapi(struct rig_reader *reader, const struct rig_node *key,
                   const struct rig_node *value, void *target) {
  struct rig_scenario *scenario = target;
  if (value->refused)
    return;
  if (value->kind != RIG_NODE_LIST) {
    rig_tell_kind(reader, key->text, value, "a list of faults: write [{call: Advise, take: 500}]");
    return;
  }
  if (value->count > RIG_FAULTS_MAX) {
    rig_problem_add(reader, value->position, "%zu faults, at most %u are possible", value->count,
                    RIG_FAULTS_MAX);
    return;
  }
  scenario->faults = rig_arena_take(reader->memory, (value->count + 1) * sizeof *scenario->faults);
  if (scenario->faults == NULL)
    return;
  for (const struct rig_node *node = value->first; node != NULL; node = node->next) {
    read_fault(reader, node, &scenario->faults[scenario->fault_count++]);
    check_against(reader, scenario->faults, scenario->fault_count);
  }
}
