/*
 * A part of rule stop-latency: the stop event is set, and the thread retrieves on and on without a
 * wait or a zero-wait on its handles (semantics: stop starved). A flood never lets an unbounded
 * drain come to its end.
 */
#include "core/names.h"
#include "judge/check.h"

/* So many in a row are no batch any more: a tenth of what a queue holds at most. */
#define STARVED_ROW 1000u

struct row {
  uint32_t first;
  uint32_t last;
  unsigned count;
};

/* Where the stop can be seen: the client's own SetEvent after the request, or the request itself
 * where that sets the event. RIG_NONE: it is no event, or none was set. */
static uint32_t event_set_at(const struct rig_model *model) {
  if (model->stop == RIG_NONE)
    return RIG_NONE;
  if (rig_model_stop_way(model) == RIG_STOP_EVENT)
    return model->stop;
  for (uint32_t i = 0; i < model->call_count; i++) {
    const struct rig_model_call *call = &model->calls[i];
    if (call->family == RIG_FAMILY_SET_EVENT && call->enter > model->stop)
      return call->enter;
  }
  return RIG_NONE;
}

static bool looks_at_handles(unsigned family) {
  return family == RIG_FAMILY_MSG_WAIT || family == RIG_FAMILY_HANDLE_WAIT ||
         family == RIG_FAMILY_CO_WAIT;
}

static struct row longest_row(const struct rig_model *model, uint32_t thread, uint32_t from) {
  struct row longest = {0};
  struct row row = {0};
  for (uint32_t i = model->threads[thread].first; i != RIG_NONE; i = model->calls[i].next) {
    const struct rig_model_call *call = &model->calls[i];
    if (call->enter < from)
      continue;
    if (looks_at_handles(call->family)) {
      row.count = 0;
    } else if (rig_model_retrieved(model, call).any) {
      if (row.count++ == 0)
        row.first = i;
      row.last = i;
    }
    if (row.count > longest.count)
      longest = row;
  }
  return longest;
}

void rig_check_starved(struct rig_check *check) {
  const struct rig_model *model = check->model;
  uint32_t set = event_set_at(model);
  if (set == RIG_NONE || model->span_count == 0)
    return;
  uint32_t thread = model->spans[model->span_count - 1].thread;
  struct row row = longest_row(model, thread, set);
  if (row.count < STARVED_ROW)
    return;
  double from_ms = rig_model_ms(model, set);
  double to_ms = rig_model_ms(model, model->calls[row.last].leave);
  bool proven = to_ms - from_ms >= model->deadline_ms && !rig_model_late(model, from_ms, to_ms) &&
                !rig_model_detained(model, thread, from_ms, to_ms);
  if (!rig_check_fail(
          check, proven ? RIG_SEVERITY_ERROR : RIG_SEVERITY_WARNING, RIG_RULE_COUNT,
          "the client was %s, and its stop event was set; thread %s retrieved more than %u "
          "messages "
          "in a row after that without a look at its handles: as long as messages keep coming, it "
          "never sees the stop%s",
          rig_words_stop(model).text, rig_model_thread_name(model, thread), STARVED_ROW,
          proven ? ", and it went on so for longer than the deadline" : ""))
    return;
  rig_check_evidence(check, model->stop, "%.110s", rig_words_stop(model).text);
  rig_check_evidence(check, set, "the stop event is set");
  rig_check_evidence(check, model->calls[row.first].enter, "%s: the first of the row",
                     rig_call_name(model->calls[row.first].call));
  rig_check_evidence(check, model->calls[row.last].leave, "%s: the last of the row",
                     rig_call_name(model->calls[row.last].call));
}
