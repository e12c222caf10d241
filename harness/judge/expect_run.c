/*
 * Expectations of the run itself, from its model.
 */
#include "judge/expect_run.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/names.h"

void rig_list_word(char *list, const char *word) {
  size_t used = strlen(list);
  if (used + strlen(word) + 8 < RIG_LISTED)
    snprintf(list + used, RIG_LISTED - used, "%s%s", used ? ", " : "", word);
  else if (used >= 3 && strcmp(list + used - 3, "...") != 0)
    snprintf(list + used, RIG_LISTED - used, " ...");
  else if (used == 0)
    snprintf(list, RIG_LISTED, "...");
}

static enum rig_distance met_if(bool met) {
  return met ? RIG_MET : RIG_UNMET;
}

static enum rig_distance hold_outcome(const struct rig_expectation *expectation,
                                      const struct rig_judgement *judgement,
                                      struct rig_expectation_result *result) {
  const char *seen = rig_outcome_text(judgement->outcome);
  bool met = expectation->text_count == 1 && strcmp(expectation->texts[0], seen) == 0;
  snprintf(result->text, sizeof result->text, "outcome %.40s",
           expectation->text_count ? expectation->texts[0] : "none");
  if (!met)
    snprintf(result->message, sizeof result->message, "%s, cause %s", seen, judgement->cause);
  return met_if(met);
}

static enum rig_distance hold_cause(const struct rig_expectation *expectation,
                                    const struct rig_judgement *judgement,
                                    struct rig_expectation_result *result) {
  bool met = expectation->text_count == 1 && strcmp(expectation->texts[0], judgement->cause) == 0;
  snprintf(result->text, sizeof result->text, "cause %.60s",
           expectation->text_count ? expectation->texts[0] : "none");
  if (!met)
    snprintf(result->message, sizeof result->message, "%s: %.180s", judgement->cause,
             judgement->message);
  return met_if(met);
}

/* ---- blocked-in ---- */

/* The thread of MAPI's notification window, 0 when there was none. */
static uint32_t notification_thread(const struct rig_model *model) {
  uint32_t thread = 0;
  for (uint32_t i = 0; i < model->records; i++) {
    struct rig_record record;
    if (rig_trace_record(model->trace, i, &record) && record.kind == RIG_KIND_STATE &&
        record.call == RIG_STATE_WINDOW && record.u.state.a == RIG_WINDOW_NOTIFICATION)
      thread = record.thread;
  }
  return thread;
}

/* Is thread `index` the one that the expectation is about? */
static bool is_meant(const struct rig_expectation *expectation, const struct rig_model *model,
                     uint32_t index) {
  const struct rig_model_thread *thread = &model->threads[index];
  if (expectation->thread == RIG_WHO_MAPI)
    return thread->id == notification_thread(model);
  if (expectation->thread < RIG_WHO_NUMBERED)
    return thread == rig_model_first_thread(model);
  char name[16] = "main";
  if (expectation->thread > RIG_WHO_NUMBERED)
    snprintf(name, sizeof name, "t%d", expectation->thread - RIG_WHO_NUMBERED);
  return strcmp(rig_model_thread_name(model, index), name) == 0;
}

static void name_meant(const struct rig_expectation *expectation, char *name, size_t size) {
  if (expectation->thread == RIG_WHO_MAPI)
    snprintf(name, size, "MAPI's notification thread");
  else if (expectation->thread < RIG_WHO_NUMBERED)
    snprintf(name, size, "the thread that initialised MAPI first");
  else if (expectation->thread == RIG_WHO_NUMBERED)
    snprintf(name, size, "thread main");
  else
    snprintf(name, size, "thread t%d", expectation->thread - RIG_WHO_NUMBERED);
}

static enum rig_distance hold_blocked_in(const struct rig_expectation *expectation,
                                         const struct rig_model *model,
                                         struct rig_expectation_result *result) {
  const struct rig_model_block *last = NULL;
  char name[60];
  for (uint32_t i = 0; i < model->block_count; i++) {
    if (is_meant(expectation, model, model->blocks[i].thread))
      last = &model->blocks[i];
  }
  name_meant(expectation, name, sizeof name);
  snprintf(result->text, sizeof result->text, "%s blocked in %s", name,
           rig_family_word(expectation->family));
  if (!last) {
    snprintf(result->message, sizeof result->message, "it was never blocked");
    return RIG_UNMET;
  }
  if (last->inconclusive) {
    snprintf(result->message, sizeof result->message,
             "it was blocked in %s while the machine itself was late: nothing can be concluded",
             rig_model_call_name(model, last->call));
    return RIG_LATE;
  }
  bool met =
      last->call != RIG_NONE && model->calls[last->call].family == (uint16_t)expectation->family;
  if (!met)
    snprintf(result->message, sizeof result->message, "it was blocked in %s",
             rig_model_call_name(model, last->call));
  return met_if(met);
}

/* ---- numbers ---- */

/* Was it a send that was answered, or one that timed out before anybody saw it? */
static bool is_counted(const struct rig_model *model, const struct rig_model_stimulus *stimulus,
                       bool replies) {
  if (replies)
    return stimulus->action == RIG_ACTION_SEND && rig_model_answered(model, stimulus) != RIG_NONE;
  return stimulus->action == RIG_ACTION_WITHDRAW && stimulus->timed_out != RIG_NONE &&
         stimulus->received == RIG_NONE;
}

static enum rig_distance hold_sends(const struct rig_expectation *expectation,
                                    const struct rig_model *model,
                                    struct rig_expectation_result *result) {
  bool replies = expectation->kind == RIG_EXPECT_REPLIES;
  uint32_t count = 0;
  for (uint32_t i = 0; i < model->stimulus_count; i++)
    count += is_counted(model, &model->stimuli[i], replies);
  snprintf(result->text, sizeof result->text, "%u %s", expectation->number,
           replies ? "replies" : "sends withdrawn");
  if (count != expectation->number)
    snprintf(result->message, sizeof result->message, "%u sends were %s", count,
             replies ? "answered" : "withdrawn");
  return met_if(count == expectation->number);
}

static enum rig_distance hold_exit_code(const struct rig_expectation *expectation,
                                        const struct rig_judgement *judgement,
                                        struct rig_expectation_result *result) {
  snprintf(result->text, sizeof result->text, "exit code %u (0x%X)", expectation->number,
           expectation->number);
  if (!judgement->exited)
    snprintf(result->message, sizeof result->message, "it did not end by itself");
  else if (judgement->exit_code != expectation->number)
    snprintf(result->message, sizeof result->message, "it ended with %u (0x%X)",
             judgement->exit_code, judgement->exit_code);
  return met_if(result->message[0] == '\0');
}

/* ---- service states ---- */

/* "start-pending" for SERVICE_START_PENDING: the list of names exists once, in core. */
static void state_word(uint32_t state, char *word, size_t size) {
  const char *name = rig_value_name(RIG_VALUES_SERVICE_STATE, state);
  if (!name) {
    snprintf(word, size, "%u", state);
    return;
  }
  if (strncmp(name, "SERVICE_", 8) == 0)
    name += 8;
  snprintf(word, size, "%s", name);
  for (char *at = word; *at; at++)
    *at = (char)(*at == '_' ? '-' : tolower((unsigned char)*at));
}

static enum rig_distance hold_service_states(const struct rig_expectation *expectation,
                                             const struct rig_model *model,
                                             struct rig_expectation_result *result) {
  char wanted[RIG_LISTED] = "";
  char seen[RIG_LISTED] = "";
  uint32_t before = 0;
  size_t count = 0;
  bool match = true;
  for (size_t i = 0; i < expectation->text_count; i++)
    rig_list_word(wanted, expectation->texts[i]);
  for (uint32_t i = 0; i < model->records; i++) {
    struct rig_record record;
    char word[40];
    if (!rig_trace_record(model->trace, i, &record) || record.kind != RIG_KIND_STATE ||
        record.call != RIG_STATE_SERVICE || record.u.state.a == before)
      continue; /* repeats of a pending state raise its checkpoint: folded */
    before = record.u.state.a;
    state_word(before, word, sizeof word);
    rig_list_word(seen, word);
    match =
        match && count < expectation->text_count && strcmp(expectation->texts[count], word) == 0;
    count++;
  }
  match = match && count == expectation->text_count;
  snprintf(result->text, sizeof result->text, "service states %s", wanted[0] ? wanted : "none");
  if (!match)
    snprintf(result->message, sizeof result->message, "reported: %s", seen[0] ? seen : "none");
  return met_if(match);
}

enum rig_distance rig_expect_run(const struct rig_expectation *expectation,
                                 const struct rig_model *model,
                                 const struct rig_judgement *judgement,
                                 struct rig_expectation_result *result) {
  switch (expectation->kind) {
  case RIG_EXPECT_OUTCOME:
    return hold_outcome(expectation, judgement, result);
  case RIG_EXPECT_CAUSE:
    return hold_cause(expectation, judgement, result);
  case RIG_EXPECT_RECEIPTS:
    return rig_expect_receipts(expectation, model, result);
  case RIG_EXPECT_BLOCKED_IN:
    return hold_blocked_in(expectation, model, result);
  case RIG_EXPECT_REPLIES:
  case RIG_EXPECT_WITHDRAWN:
    return hold_sends(expectation, model, result);
  case RIG_EXPECT_EXIT_CODE:
    return hold_exit_code(expectation, judgement, result);
  case RIG_EXPECT_SERVICE_STATES:
    return hold_service_states(expectation, model, result);
  case RIG_EXPECT_READY_MS:
  case RIG_EXPECT_RUN_MS:
  case RIG_EXPECT_STOP_MS:
  case RIG_EXPECT_REPLY_MS:
    return rig_expect_duration(expectation, model, result);
  case RIG_EXPECT_KIND_COUNT:
    break;
  }
  snprintf(result->text, sizeof result->text, "an unknown expectation");
  snprintf(result->message, sizeof result->message, "nothing can be said about it");
  return RIG_UNMET;
}
