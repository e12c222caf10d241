/*
 * Which step of a place is tried first: the one whose thread has the session's earliest record.
 */
#include <stdlib.h>

#include "sim/follow/follow_search.h"

#define NONE UINT32_MAX

static uint32_t rank_of(const struct rig_follow_search *search, struct rig_transition step,
                        uint32_t first, bool by_time) {
  const struct rig_follow_matcher *matcher = &search->matcher;
  uint32_t lane = NONE;
  if (step.actor == RIG_ACTOR_TIME) {
    return by_time ? 0 : NONE - 1;
  }
  if (step.choice != 0) {
    return NONE;
  }
  if (step.actor >= RIG_ACTOR_SCRIPT) {
    lane = 0;
  } else {
    lane = rig_follow_lane_of(matcher, rig_engine_thread_id(step.actor));
  }
  if (lane == NONE) {
    return first; /* it has made no call yet */
  }
  const uint32_t next = rig_follow_next(matcher, lane);
  return next == NONE ? NONE - 2 : next;
}

/* The lane whose next record is the earliest of all. */
static uint32_t earliest(const struct rig_follow_matcher *matcher) {
  uint32_t lane = NONE, index = NONE;
  for (uint32_t i = 0; i < matcher->live->lane_count; i++) {
    const uint32_t next = rig_follow_next(matcher, i);
    if (next < index) {
      index = next;
      lane = i;
    }
  }
  return lane;
}

/* The earliest record is the return of a call that time alone can have ended. */
static bool is_time_out(const struct rig_follow_matcher *matcher, uint32_t lane) {
  if (lane == NONE) {
    return false;
  }
  const struct rig_follow_lane *of = &matcher->live->lanes[lane];
  const struct rig_record *record = &matcher->live->items[of->items[matcher->at[lane]]].record;
  if (record->kind != RIG_KIND_LEAVE || rig_call_shape(record->call) != RIG_SHAPE_wait) {
    return false;
  }
  return record->u.wait.result == 258 || rig_call_family(record->call) == RIG_FAMILY_SLEEP;
}

static int by_rank(const void *a, const void *b) {
  const struct rig_follow_try *one = a, *other = b;
  return one->rank != other->rank ? (one->rank < other->rank ? -1 : 1)
                                  : (int)one->step.actor - (int)other->step.actor;
}

uint32_t rig_follow_tries(const struct rig_follow_search *search, struct rig_follow_try *tries,
                          enum rig_sim_end *end) {
  struct rig_transition list[RIG_ENABLED_MAX];
  const size_t count = search->system->enabled(search->system->self, list, end);
  const uint32_t lane = earliest(&search->matcher);
  const uint32_t first = lane == NONE ? NONE : rig_follow_next(&search->matcher, lane);
  bool can = false; /* the earliest record's own thread can go on */
  for (size_t i = 0; i < count; i++) {
    tries[i] =
        (struct rig_follow_try){.step = list[i], .rank = rank_of(search, list[i], first, false)};
    can = can || (tries[i].rank == first && list[i].choice == 0);
  }
  for (size_t i = 0; i < count; i++) {
    tries[i].rank = rank_of(search, list[i], first, !can && is_time_out(&search->matcher, lane));
  }
  qsort(tries, count, sizeof *tries, by_rank);
  return (uint32_t)count;
}
