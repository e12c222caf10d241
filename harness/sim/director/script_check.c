/*
 * What a plan asks for that the director of a bare pump cannot do, and a step in words.
 */
#include <stdarg.h>
#include <stdio.h>

#include "core/names.h"
#include "sim/director/script_private.h"

struct check {
  const struct rig_director_plan *plan;
  char *error;
  size_t size;
  uint32_t sends, floods, timers, holds, faults;
  uint64_t stimuli;
};

static const char *const action_words[RIG_ACTION_COUNT] = {[RIG_ACTION_NONE] = "?",
#define RIG_X(symbol, word, text) [RIG_ACTION_##symbol] = word,
                                                           RIG_ACTIONS(RIG_X)
#undef RIG_X
};

static const char *word_of(const struct rig_step *step) {
  return step->action < RIG_ACTION_COUNT ? action_words[step->action] : "?";
}

__attribute__((format(printf, 3, 4))) static bool
refuse(const struct check *check, const struct rig_step *step, const char *format, ...) {
  char why[200];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(why, sizeof why, format, arguments);
  va_end(arguments);
  if (step->line > 0) {
    snprintf(check->error, check->size, "line %u: `%s`: %s", step->line, word_of(step), why);
  } else {
    snprintf(check->error, check->size, "`%s`: %s", word_of(step), why);
  }
  return false;
}

/* The calls that the simulator's pump can make, and that a step can wait for. */
static bool can_wait_for(const struct check *check, const struct rig_step *step) {
  const bool boundary = step->trigger == RIG_TRIGGER_AT;
  if (!boundary && step->trigger != RIG_TRIGGER_BLOCKED) {
    return true;
  }
  const bool pump = step->family <= RIG_FAMILY_RESET_EVENT && step->family != RIG_FAMILY_CO_WAIT;
  return pump || check->plan->program ||
         refuse(check, step, "a bare pump comes to no call of %s", rig_family_word(step->family));
}

static bool can_stop(const struct check *check, const struct rig_step *step) {
  const unsigned way =
      step->stop_way != RIG_STOP_DEFAULT ? step->stop_way : (unsigned)check->plan->stop_way;
  return way != RIG_STOP_KILL ||
         refuse(check, step, "a process that is killed leaves nothing to explore");
}

static bool can_act(struct check *check, const struct rig_step *step) {
  const uint32_t times = step->repeat == 0 ? 1 : step->repeat;
  switch (step->action) {
  case RIG_ACTION_FAULT:
    if (!check->plan->program) {
      return refuse(check, step, "a bare pump makes no call of MAPI's that could fail");
    }
    return ++check->faults <= FAULTS_MAX ||
           refuse(check, step, "more than %u faults are not simulated", FAULTS_MAX);
  case RIG_ACTION_CONTROL:
    return check->plan->program ||
           refuse(check, step, "a bare pump has no handler for a service control");
  case RIG_ACTION_STOP:
    return can_stop(check, step);
  case RIG_ACTION_SEND:
    check->sends += times;
    return check->sends <= SENDS_MAX ||
           refuse(check, step, "more than %u senders at once are not simulated", SENDS_MAX);
  case RIG_ACTION_FLOOD:
    return ++check->floods <= FLOODS_MAX ||
           refuse(check, step, "more than %u floods are not simulated", FLOODS_MAX);
  case RIG_ACTION_TIMER:
    return ++check->timers <= TIMERS_MAX ||
           refuse(check, step, "more than %u timers are not simulated", TIMERS_MAX);
  case RIG_ACTION_HOLD:
    return ++check->holds <= HOLDS_MAX ||
           refuse(check, step, "more than %u holds are not simulated", HOLDS_MAX);
  case RIG_ACTION_NONE:
  case RIG_ACTION_COUNT:
    return refuse(check, step, "it is no action");
  default:
    return true;
  }
}

bool rig_director_can(const struct rig_director_plan *plan, char *error, size_t size) {
  struct check check = {.plan = plan, .error = error, .size = size};
  for (uint32_t i = 0; i < plan->step_count; i++) {
    const struct rig_step *step = &plan->steps[i];
    const bool one = step->action == RIG_ACTION_FLOOD || step->action == RIG_ACTION_TIMER;
    if (!can_act(&check, step) || !can_wait_for(&check, step)) {
      return false;
    }
    check.stimuli += one || step->repeat == 0 ? 1 : step->repeat;
    if (check.stimuli > RIG_SCRIPT_STIMULI_MAX) {
      return refuse(&check, step, "more than %u messages are not simulated",
                    RIG_SCRIPT_STIMULI_MAX);
    }
  }
  return true;
}
