/*
 * What a service's handler or a console's handler is told: words for Windows' own values.
 */
#include <string.h>

#include "core/names.h"
#include "scenario/actions.h"

/* W:HandlerEx leaves these to a service's owner. */
#define OWN_LEAST 128u
#define OWN_MOST 255u

/* How a word asks a client to stop: W:HandlerEx and W:HandlerRoutine, NONE where it cannot. */
#define NONE UINT32_MAX
static const struct {
  const char *word;
  uint32_t service; /* SERVICE_CONTROL_* */
  uint32_t console; /* CTRL_*_EVENT */
} STOPS[] = {
    {"stop", 1, NONE},       {"shutdown", 5, 6}, {"preshutdown", 15, NONE}, {"ctrl-c", NONE, 0},
    {"ctrl-break", NONE, 1}, {"close", NONE, 2}, {"logoff", NONE, 5},
};
#define STOPS_COUNT (sizeof STOPS / sizeof *STOPS)

uint32_t rig_default_control(enum rig_stop_way way) {
  bool service = way == RIG_STOP_DEFAULT || way == RIG_STOP_SCM;
  return service ? STOPS[0].service : 0; /* CTRL_C_EVENT is 0 */
}

void rig_read_stop_control(struct rig_reader *reader, const struct rig_node *key,
                           const struct rig_node *value, void *target) {
  const char *words[STOPS_COUNT + 1] = {NULL};
  struct rig_scenario_step *step = target;
  size_t index = 0;
  for (size_t i = 0; i < STOPS_COUNT; i++)
    words[i] = STOPS[i].word;
  if (rig_read_word(reader, key->text, value, words, &index))
    step->step.control = (uint32_t)index + 1;
}

void rig_resolve_stop_control(struct rig_reader *reader, struct rig_scenario_step *step,
                              enum rig_stop_way way) {
  uint32_t word = step->step.control;
  step->step.control = rig_default_control(way);
  if (word == 0)
    return;
  bool console = way == RIG_STOP_CONSOLE_CTRL;
  if (!console && way != RIG_STOP_DEFAULT && way != RIG_STOP_SCM) {
    rig_problem_add(reader, step->position,
                    "'control' is for the service control manager or a console, but the scenario "
                    "says 'stop' goes another way: remove one of them");
    return;
  }
  uint32_t control = console ? STOPS[word - 1].console : STOPS[word - 1].service;
  if (control != NONE)
    step->step.control = control;
  else if (console)
    rig_problem_add(reader, step->position,
                    "'%s' is a service control, but the scenario says 'stop: console-ctrl': write "
                    "ctrl-c, ctrl-break, close, logoff or shutdown",
                    STOPS[word - 1].word);
  else
    rig_problem_add(reader, step->position,
                    "'%s' is an event of a console: the scenario needs 'stop: console-ctrl'",
                    STOPS[word - 1].word);
}

/* Those that ControlService sends and that ask for no stop (W:ControlService). */
static const char *const CONTROL_WORDS[] = {
    "pause",           "continue",         "interrogate",
    "param-change",    "net-bind-add",     "net-bind-remove",
    "net-bind-enable", "net-bind-disable", NULL};
static const uint32_t CONTROLS[] = {2, 3, 4, 6, 7, 8, 9, 10};

static bool names_a_stop(const char *text) {
  for (size_t i = 0; i < STOPS_COUNT; i++)
    if (strcmp(text, STOPS[i].word) == 0)
      return true;
  return false;
}

bool rig_read_service_control(struct rig_reader *reader, const char *key,
                              const struct rig_node *node, uint32_t *out) {
  _Static_assert(sizeof CONTROL_WORDS / sizeof *CONTROL_WORDS ==
                     sizeof CONTROLS / sizeof *CONTROLS + 1,
                 "a value for each word");
  if (node->refused)
    return false;
  if (node->kind != RIG_NODE_SCALAR || rig_node_is_empty(node)) {
    rig_tell_kind(reader, key, node, "a service control, such as pause");
    return false;
  }
  if (node->plain && node->text[0] >= '0' && node->text[0] <= '9')
    return rig_read_number(reader, key, node, OWN_LEAST, OWN_MOST, "", out);
  if (names_a_stop(node->text)) {
    rig_problem_add(reader, node->position,
                    "'%s' asks for a stop, which is an action of its own: write 'stop: {control: "
                    "%s}'",
                    node->text, node->text);
    return false;
  }
  size_t index = 0;
  if (!rig_read_word(reader, key, node, CONTROL_WORDS, &index))
    return false;
  *out = CONTROLS[index];
  return true;
}
