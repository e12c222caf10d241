/*
 * Where the director's steps stand on a simulated path, in words of the client's own calls.
 *
 * A step with a trigger comes at its trigger, in the simulator as live. One without is the
 * simulator's to place: live it would come at once after the step before it. Where the first
 * initialising thread did something in between, the step gets a trigger: at the return of the call
 * that the thread made last, at the entry of the one it makes next, or while it sits in one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/confirm.h"
#include "core/assert.h"
#include "sim/engine/engine.h"

/* Director's transitions as steps of the plan. */
struct walk {
  const struct rig_trace *trace;
  const struct rig_sim_path *path;
  uint32_t first; /* id of the first initialising thread, 0: none was found */
};

static bool is_client(const struct rig_record *record) {
  return record->kind == RIG_KIND_ENTER || record->kind == RIG_KIND_LEAVE ||
         record->kind == RIG_KIND_CALL;
}

/* The thread of the first MAPIInitialize that succeeded. */
static uint32_t first_thread(const struct rig_trace *trace) {
  struct rig_record record;
  for (uint32_t i = 0; i < rig_trace_count(trace); i++) {
    if (rig_trace_record(trace, i, &record) && record.kind == RIG_KIND_LEAVE &&
        record.call == RIG_CALL_MAPIInitialize && record.u.init.first_thread != 0) {
      return record.u.init.first_thread;
    }
  }
  return 0;
}

/* The first record of step `at` of the path, and of the one behind it. */
static uint32_t record_of(const struct walk *walk, uint32_t at) {
  return at < walk->path->step_count ? walk->path->steps[at].record : walk->path->end_record;
}

/* A sender's time was over: the director's transition is no step of the plan. */
static bool is_expiry(const struct walk *walk, uint32_t at) {
  bool timed_out = false;
  for (uint32_t i = record_of(walk, at); i < record_of(walk, at + 1); i++) {
    struct rig_record record;
    if (!rig_trace_record(walk->trace, i, &record) || record.kind != RIG_KIND_STIMULUS) {
      continue;
    }
    if (record.u.stimulus.phase != RIG_STIMULUS_TIMED_OUT) {
      return false;
    }
    timed_out = true;
  }
  return timed_out;
}

/* True for a record of the first thread's own calls. */
static bool of_first(const struct walk *walk, uint32_t index, struct rig_record *record) {
  return rig_trace_record(walk->trace, index, record) && is_client(record) &&
         record->thread == walk->first;
}

static bool named(unsigned call) {
  const char *word = rig_family_word(rig_call_family(call));
  return rig_call_family(call) != RIG_FAMILY_NONE && word[0] != '\0';
}

/* How many calls of the family came to this boundary in [from, to). */
static uint32_t count_of(const struct walk *walk, enum rig_family family, enum rig_edge edge,
                         uint32_t from, uint32_t to) {
  const unsigned side = edge == RIG_EDGE_ENTRY ? RIG_KIND_ENTER : RIG_KIND_LEAVE;
  struct rig_record record;
  uint32_t count = 0;
  for (uint32_t i = from; i < to; i++) {
    count += of_first(walk, i, &record) && rig_call_family(record.call) == family &&
             (record.kind == side || record.kind == RIG_KIND_CALL);
  }
  return count;
}

static struct rig_step at_boundary(enum rig_family family, enum rig_edge edge, uint32_t count) {
  return (struct rig_step){.trigger = RIG_TRIGGER_AT,
                           .family = (uint16_t)family,
                           .edge = (uint8_t)edge,
                           .trigger_count = count};
}

/* The trigger of a step that stands at record `here`, when the step before it stood at `before`.
 * False: the first thread did nothing in between, or nothing that a trigger can name. */
static bool trigger_at(const struct walk *walk, uint32_t before, uint32_t here,
                       struct rig_step *out) {
  struct rig_record last = {0}, next = {0};
  bool any = false, more = false;
  for (uint32_t i = here; i > before && !any; i--) {
    any = of_first(walk, i - 1, &last);
  }
  for (uint32_t i = here; i < walk->path->end_record && !more; i++) {
    more = of_first(walk, i, &next);
  }
  if (!any) {
    return false;
  }
  const enum rig_family of_last = rig_call_family(last.call);
  if (last.kind != RIG_KIND_ENTER && named(last.call)) {
    *out = at_boundary(of_last, RIG_EDGE_RETURN,
                       count_of(walk, of_last, RIG_EDGE_RETURN, before, here));
    return true;
  }
  if (last.kind == RIG_KIND_ENTER && rig_family_blocks(of_last)) {
    *out = (struct rig_step){.trigger = RIG_TRIGGER_BLOCKED, .family = (uint16_t)of_last};
    return true;
  }
  if (more && next.kind != RIG_KIND_LEAVE && named(next.call)) {
    const enum rig_family family = rig_call_family(next.call);
    *out = at_boundary(family, RIG_EDGE_ENTRY,
                       1 + count_of(walk, family, RIG_EDGE_ENTRY, before, here));
    return true;
  }
  return false;
}

/* The calls of the pump mean the first thread unless told; of others any thread. */
static const char *thread_word(const struct rig_step *trigger) {
  const bool pump =
      trigger->family >= RIG_FAMILY_MSG_WAIT && trigger->family <= RIG_FAMILY_ACCELERATOR;
  return trigger->trigger == RIG_TRIGGER_AT && !pump ? "first" : "";
}

/* ---- the order of the client's threads ---- */

/* More would be a loop of the program's, not a finding. */
#define HOLDS_MAX 32u

struct placing {
  struct walk walk;
  const struct rig_scenario *scenario;
  struct rig_placed *placed;
  size_t count, room;
  uint32_t step;   /* of the scenario, the next */
  uint32_t before; /* record at which the last step of the placed scenario stands */
  uint32_t holds;
  uint32_t held[RIG_ACTOR_SCRIPT]; /* of each thread: its hold */
};

static bool is_thread(uint16_t actor) {
  return actor < RIG_ACTOR_SCRIPT;
}

static struct rig_placed *add(struct placing *placing, enum rig_placed_kind kind) {
  RIG_ASSERT(placing->count < placing->room);
  struct rig_placed *to = &placing->placed[placing->count++];
  *to = (struct rig_placed){.kind = kind, .step = placing->step};
  return to;
}

static void name_thread(const struct placing *placing, uint16_t actor, struct rig_placed *to) {
  const uint32_t id = rig_engine_thread_id(actor);
  (void)snprintf(to->thread, sizeof to->thread, "%s",
                 id == placing->walk.first ? "first" : rig_trace_thread(placing->walk.trace, id));
}

/* The thread's own record before `here` (forward: from it on); false: there is none. */
static bool own_record(const struct walk *walk, uint16_t actor, uint32_t here, bool forward,
                       struct rig_record *record) {
  const struct walk of = {walk->trace, walk->path, rig_engine_thread_id(actor)};
  bool found = false;
  for (uint32_t i = here; forward && i < walk->path->end_record && !found; i++) {
    found = of_first(&of, i, record);
  }
  for (uint32_t i = here; !forward && i > 0 && !found; i--) {
    found = of_first(&of, i - 1, record);
  }
  return found;
}

static bool sits_in(const struct rig_record *record) {
  return record->kind == RIG_KIND_ENTER && rig_family_blocks(rig_call_family(record->call));
}

/* Somebody is held, and this one comes to a call in which it can sit: it may go on to there by
 * itself. A hold of its own would be counted from a moment that it does not wait for. */
static bool comes_to_sit(const struct placing *placing, const struct rig_record *next) {
  bool any = false;
  for (uint32_t i = 0; i < RIG_ACTOR_SCRIPT; i++) {
    any = any || placing->held[i] != 0;
  }
  return any && sits_in(next);
}

/* Behind transition `at`, of `actor`, another thread goes on although this one could: it is held at
 * the entry of the call that it would make. */
static void hold_behind(struct placing *placing, uint32_t at, uint16_t actor) {
  const struct rig_sim_path *path = placing->walk.path;
  const uint32_t here = record_of(&placing->walk, at + 1);
  struct rig_record next;
  uint32_t then = at + 1;
  while (then < path->step_count && !is_thread(path->steps[then].actor)) {
    then++;
  }
  if (placing->step == 0 || placing->held[actor] != 0 || then == path->step_count ||
      path->steps[then].actor == actor || !own_record(&placing->walk, actor, here, true, &next) ||
      next.kind == RIG_KIND_LEAVE || !named(next.call) || comes_to_sit(placing, &next)) {
    return;
  }
  const struct walk own = {placing->walk.trace, path, rig_engine_thread_id(actor)};
  const enum rig_family family = rig_call_family(next.call);
  const uint32_t number = 1 + count_of(&own, family, RIG_EDGE_ENTRY, placing->before, here);
  struct rig_placed *to = add(placing, RIG_PLACED_HOLD);
  to->trigger = at_boundary(family, RIG_EDGE_ENTRY, number);
  to->hold = placing->held[actor] = ++placing->holds;
  name_thread(placing, actor, to);
  placing->before = here;
}

/* Transition `at` is of a thread that was held: it goes on when the one before it sits in a call.
 */
static void release_before(struct placing *placing, uint32_t at, uint16_t actor) {
  const struct rig_sim_path *path = placing->walk.path;
  struct rig_record sits;
  uint32_t other = at;
  if (placing->held[actor] == 0) {
    return;
  }
  while (other > 0 &&
         (!is_thread(path->steps[other - 1].actor) || path->steps[other - 1].actor == actor)) {
    other--;
  }
  struct rig_placed *to = add(placing, RIG_PLACED_RELEASE);
  to->hold = placing->held[actor];
  placing->held[actor] = 0;
  placing->before = record_of(&placing->walk, at);
  if (other == 0 || placing->held[path->steps[other - 1].actor] != 0) {
    return; /* it is held itself: at once */
  }
  const uint16_t waits = path->steps[other - 1].actor;
  if ((own_record(&placing->walk, waits, placing->before, false, &sits) && sits_in(&sits)) ||
      (own_record(&placing->walk, waits, placing->before, true, &sits) && sits_in(&sits))) {
    to->trigger = (struct rig_step){.trigger = RIG_TRIGGER_BLOCKED,
                                    .family = (uint16_t)rig_call_family(sits.call)};
  } else {
    to->trigger = (struct rig_step){.trigger = RIG_TRIGGER_SETTLED};
  }
  name_thread(placing, waits, to);
}

/* ---- all of it ---- */

static void place_step(struct placing *placing, uint32_t at) {
  const struct rig_scenario_step *from = &placing->scenario->steps[placing->step];
  const uint32_t here = record_of(&placing->walk, at);
  struct rig_step trigger;
  if (from->step.trigger == RIG_TRIGGER_NEXT &&
      trigger_at(&placing->walk, placing->before, here, &trigger)) {
    struct rig_placed *to = add(placing, RIG_PLACED_TRIGGER);
    to->trigger = trigger;
    (void)strcpy(to->thread, thread_word(&trigger));
  }
  placing->before = here;
  placing->step++;
}

enum rig_status rig_confirm_place(const struct rig_trace *trace, const struct rig_sim_path *path,
                                  const struct rig_scenario *scenario, bool order,
                                  struct rig_placed **out, size_t *count) {
  struct placing placing = {.walk = {trace, path, first_thread(trace)},
                            .scenario = scenario,
                            .before = path->step_count > 0 ? path->steps[0].record : 0};
  enum rig_status status = RIG_OK;
  placing.room = scenario->step_count + 2 * (size_t)HOLDS_MAX + 2;
  placing.placed = calloc(placing.room, sizeof *placing.placed);
  if (placing.placed == NULL) {
    return RIG_NO_MEMORY;
  }
  for (uint32_t i = 0; i < path->step_count && status == RIG_OK; i++) {
    const uint16_t actor = path->steps[i].actor;
    if (actor >= RIG_ACTOR_SCRIPT && actor != RIG_ACTOR_TIME && !is_expiry(&placing.walk, i)) {
      if (placing.step < scenario->step_count) {
        place_step(&placing, i);
      } else {
        break; /* the stop that the scenario does not name: what is behind it has no step */
      }
    } else if (order && is_thread(actor)) {
      release_before(&placing, i, actor);
      hold_behind(&placing, i, actor);
      status = placing.holds < HOLDS_MAX ? RIG_OK : RIG_UNSUPPORTED;
    }
  }
  if (status != RIG_OK || (order && placing.holds == 0)) {
    free(placing.placed);
    return RIG_UNSUPPORTED;
  }
  *out = placing.placed;
  *count = placing.count;
  return RIG_OK;
}

enum rig_status rig_confirm_calls(const struct rig_trace *trace, uint16_t **out, size_t *count) {
  const struct walk walk = {.trace = trace, .first = first_thread(trace)};
  const uint32_t records = rig_trace_count(trace);
  uint16_t *calls = calloc((size_t)records + 1, sizeof *calls);
  bool begun = false;
  if (calls == NULL) {
    return RIG_NO_MEMORY;
  }
  *count = 0;
  for (uint32_t i = 0; i < records; i++) {
    struct rig_record record;
    if (!rig_trace_record(trace, i, &record)) {
      continue;
    }
    begun = begun || (record.kind == RIG_KIND_STIMULUS && record.call != RIG_ACTION_FAULT);
    if (begun && of_first(&walk, i, &record) && record.kind != RIG_KIND_LEAVE) {
      calls[(*count)++] = (uint16_t)rig_call_family(record.call);
    }
  }
  *out = calls;
  return RIG_OK;
}
