/*
 * Expectations of the run itself, from its model.
 */
#include "judge/expect_run.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/names.h"

#define LISTED 120 /* bytes of a list in a message: beyond it "..." */

static void list_word(char *list, const char *word) {
  size_t used = strlen(list);
  if (used + strlen(word) + 8 < LISTED)
    snprintf(list + used, LISTED - used, "%s%s", used ? ", " : "", word);
  else if (used >= 3 && strcmp(list + used - 3, "...") != 0)
    snprintf(list + used, LISTED - used, " ...");
}

/* ---- receipts ---- */

static const char *window_word(uint32_t window) {
  return window == RIG_WINDOW_NOTIFICATION ? "notification"
         : window == RIG_WINDOW_IDLE       ? "idle"
                                           : "unknown";
}

/* "idle?" names idle too. */
static bool names(const char *text, const char *word) {
  size_t length = strlen(word);
  return strncmp(text, word, length) == 0 &&
         (text[length] == '\0' || strcmp(text + length, "?") == 0);
}

static bool optional(const char *text) {
  size_t length = strlen(text);
  return length > 0 && text[length - 1] == '?';
}

/* A nondeterministic automaton: at[i] says that the first i expected ones may account for what was
 * seen so far. Its positions lie between *low and *high. */
struct automaton {
  const struct rig_expectation *expectation;
  bool *at;
  size_t low;
  size_t high;
};

static void skip_optional(struct automaton *automaton) {
  const struct rig_expectation *expectation = automaton->expectation;
  for (size_t i = automaton->low; i <= automaton->high && i < expectation->text_count; i++) {
    if (automaton->at[i] && optional(expectation->texts[i])) {
      automaton->at[i + 1] = true;
      if (i + 1 > automaton->high)
        automaton->high = i + 1;
    }
  }
}

/* False when no position accounts for it. */
static bool see_receipt(struct automaton *automaton, const char *word) {
  const struct rig_expectation *expectation = automaton->expectation;
  bool any = false;
  size_t low = SIZE_MAX;
  size_t high = 0;
  for (size_t i = automaton->high + 1; i-- > automaton->low;) {
    bool moves =
        automaton->at[i] && i < expectation->text_count && names(expectation->texts[i], word);
    automaton->at[i] = false;
    if (moves) {
      automaton->at[i + 1] = true;
      any = true;
      low = i + 1;
      high = high > i + 1 ? high : i + 1;
    }
  }
  if (any) {
    automaton->low = low;
    automaton->high = high;
    skip_optional(automaton);
  }
  return any;
}

static bool receipts_match(const struct rig_expectation *expectation, const struct rig_model *model,
                           char *seen) {
  struct automaton automaton = {.expectation = expectation};
  automaton.at = calloc(expectation->text_count + 1, sizeof *automaton.at);
  bool match = automaton.at != NULL;
  if (match) {
    automaton.at[0] = true;
    skip_optional(&automaton);
  }
  for (uint32_t i = 0; i < model->records; i++) {
    struct rig_record record;
    if (!rig_trace_record(model->trace, i, &record) || record.kind != RIG_KIND_RECEIPT ||
        record.link == RIG_NO_RECORD)
      continue;
    list_word(seen, window_word(record.u.receipt.window));
    match = match && see_receipt(&automaton, window_word(record.u.receipt.window));
  }
  match = match && automaton.at[expectation->text_count];
  free(automaton.at);
  return match;
}

static void list_texts(const struct rig_expectation *expectation, char *list) {
  list[0] = '\0';
  for (size_t i = 0; i < expectation->text_count; i++)
    list_word(list, expectation->texts[i]);
}

static void hold_receipts(const struct rig_expectation *expectation, const struct rig_model *model,
                          struct rig_expectation_result *result) {
  char wanted[LISTED];
  char seen[LISTED] = "";
  list_texts(expectation, wanted);
  result->met = receipts_match(expectation, model, seen);
  snprintf(result->text, sizeof result->text, "receipts %s", wanted[0] ? wanted : "none");
  if (!result->met)
    snprintf(result->message, sizeof result->message, "arrived: %s", seen[0] ? seen : "none");
}

/* ---- the others ---- */

static void hold_blocked_in(const struct rig_expectation *expectation,
                            const struct rig_model *model, struct rig_expectation_result *result) {
  const struct rig_model_block *last = NULL;
  uint32_t first = model->span_count ? model->spans[model->span_count - 1].thread : RIG_NONE;
  for (uint32_t i = 0; i < model->block_count; i++) {
    if (model->blocks[i].thread == first)
      last = &model->blocks[i];
  }
  snprintf(result->text, sizeof result->text, "blocked in %s",
           rig_family_word(expectation->family));
  result->met = last && !last->inconclusive && last->call != RIG_NONE &&
                model->calls[last->call].family == expectation->family;
  if (result->met)
    return;
  if (!last)
    snprintf(result->message, sizeof result->message,
             "the thread that initialised MAPI first was never blocked");
  else if (last->inconclusive)
    snprintf(result->message, sizeof result->message,
             "it was blocked in %s while the machine itself was late: nothing can be concluded",
             rig_model_call_name(model, last->call));
  else
    snprintf(result->message, sizeof result->message, "it was blocked in %s",
             rig_model_call_name(model, last->call));
}

static void hold_replies(const struct rig_expectation *expectation, const struct rig_model *model,
                         struct rig_expectation_result *result) {
  uint32_t replies = 0;
  for (uint32_t i = 0; i < model->stimulus_count; i++) {
    if (model->stimuli[i].action == RIG_ACTION_SEND && model->stimuli[i].replied != RIG_NONE)
      replies++;
  }
  snprintf(result->text, sizeof result->text, "%u replies", expectation->number);
  result->met = replies == expectation->number;
  if (!result->met)
    snprintf(result->message, sizeof result->message, "%u sends were answered", replies);
}

static void hold_exit_code(const struct rig_expectation *expectation,
                           const struct rig_judgement *judgement,
                           struct rig_expectation_result *result) {
  snprintf(result->text, sizeof result->text, "exit code %u (0x%X)", expectation->number,
           expectation->number);
  result->met = judgement->exited && judgement->exit_code == expectation->number;
  if (result->met)
    return;
  if (judgement->exited)
    snprintf(result->message, sizeof result->message, "it ended with %u (0x%X)",
             judgement->exit_code, judgement->exit_code);
  else
    snprintf(result->message, sizeof result->message, "it did not end by itself");
}

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

static void hold_service_states(const struct rig_expectation *expectation,
                                const struct rig_model *model,
                                struct rig_expectation_result *result) {
  char wanted[LISTED];
  char seen[LISTED] = "";
  uint32_t before = 0;
  size_t count = 0;
  bool match = true;
  list_texts(expectation, wanted);
  for (uint32_t i = 0; i < model->records; i++) {
    struct rig_record record;
    char word[40];
    if (!rig_trace_record(model->trace, i, &record) || record.kind != RIG_KIND_STATE ||
        record.call != RIG_STATE_SERVICE || record.u.state.a == before)
      continue; /* repeats of a pending state raise its checkpoint: folded */
    before = record.u.state.a;
    state_word(before, word, sizeof word);
    list_word(seen, word);
    match =
        match && count < expectation->text_count && strcmp(expectation->texts[count], word) == 0;
    count++;
  }
  result->met = match && count == expectation->text_count;
  snprintf(result->text, sizeof result->text, "service states %s", wanted[0] ? wanted : "none");
  if (!result->met)
    snprintf(result->message, sizeof result->message, "reported: %s", seen[0] ? seen : "none");
}

static void hold_stop_ms(const struct rig_expectation *expectation, const struct rig_model *model,
                         struct rig_expectation_result *result) {
  uint32_t scale = rig_trace_header(model->trace)->scale_permille;
  double most_ms = (double)expectation->number * (double)(scale ? scale : 1000) / 1000.0;
  snprintf(result->text, sizeof result->text, "stop within %.0f ms", most_ms);
  if (model->stop == RIG_NONE) {
    snprintf(result->message, sizeof result->message, "it was never asked to stop");
    return;
  }
  if (!rig_model_ended_itself(model)) {
    snprintf(result->message, sizeof result->message, "it did not end by itself");
    return;
  }
  double took_ms = rig_model_ms(model, model->exit != RIG_NONE ? model->exit : model->last) -
                   rig_model_ms(model, model->stop);
  result->met = took_ms <= most_ms;
  if (!result->met)
    snprintf(result->message, sizeof result->message, "it took %.0f ms", took_ms);
}

void rig_expect_run(const struct rig_expectation *expectation, const struct rig_model *model,
                    const struct rig_judgement *judgement, struct rig_expectation_result *result) {
  switch (expectation->kind) {
  case RIG_EXPECT_RECEIPTS:
    hold_receipts(expectation, model, result);
    break;
  case RIG_EXPECT_BLOCKED_IN:
    hold_blocked_in(expectation, model, result);
    break;
  case RIG_EXPECT_REPLIES:
    hold_replies(expectation, model, result);
    break;
  case RIG_EXPECT_EXIT_CODE:
    hold_exit_code(expectation, judgement, result);
    break;
  case RIG_EXPECT_SERVICE_STATES:
    hold_service_states(expectation, model, result);
    break;
  case RIG_EXPECT_STOP_MS:
    hold_stop_ms(expectation, model, result);
    break;
  }
}
