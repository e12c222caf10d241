/*
 * Where session and simulation part: the record that no step agreed with, on the path that got
 * furthest.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/follow/follow_search.h"

#define NONE UINT32_MAX

static const struct rig_follow_live *live_of(const struct rig_follow_search *search) {
  return search->matcher.live;
}

void rig_follow_keep_miss(struct rig_follow_search *search, const struct rig_follow_miss *miss,
                          struct rig_transition step) {
  if (search->miss_count < RIG_ENABLED_MAX) {
    search->misses[search->miss_count] = *miss;
    search->missed[search->miss_count++] = step;
  }
}

static uint32_t live_index(const struct rig_follow_search *search,
                           const struct rig_follow_miss *miss) {
  return miss->live == NONE ? NONE : live_of(search)->items[miss->live].index;
}

/* Lanes that nobody's step tried to go on in. */
static void add_standing(struct rig_follow_search *search, bool over) {
  const struct rig_follow_matcher *matcher = &search->matcher;
  for (uint32_t i = 0; i < live_of(search)->lane_count; i++) {
    bool tried = matcher->at[i] == live_of(search)->lanes[i].count;
    for (uint32_t k = 0; k < search->miss_count; k++) {
      tried = tried || search->misses[k].lane == i;
    }
    if (!tried && search->miss_count < sizeof search->misses / sizeof *search->misses) {
      search->misses[search->miss_count] =
          (struct rig_follow_miss){.why = over ? RIG_FOLLOW_OVER : RIG_FOLLOW_STANDS,
                                   .lane = i,
                                   .live = live_of(search)->lanes[i].items[matcher->at[i]],
                                   .field = ""};
      search->missed[search->miss_count++] = (struct rig_transition){0};
    }
  }
}

bool rig_follow_keep_schedule(struct rig_follow_search *search, const struct rig_transition *last) {
  struct rig_transition *steps = malloc(((size_t)search->depth + 2) * sizeof *steps);
  if (steps == NULL) {
    search->no_memory = true;
    return false;
  }
  free(search->out.schedule.steps);
  size_t count = 0;
  for (uint32_t i = 0; i < search->depth; i++) {
    steps[count++] = search->places[i].step;
  }
  if (last != NULL) {
    steps[count++] = *last;
  }
  search->out.schedule = (struct rig_schedule){steps, count};
  return true;
}

void rig_follow_name_parting(struct rig_follow_search *search, const struct rig_follow_miss *miss) {
  struct rig_follow_result *out = &search->out;
  const struct rig_follow_live *live = live_of(search);
  out->why = miss->why;
  out->live_record = live_index(search, miss);
  out->live_before = RIG_NO_RECORD;
  out->sim_offset = miss->sim_offset;
  snprintf(out->field, sizeof out->field, "%s", miss->field);
  out->lane[0] = '\0';
  if (miss->lane != NONE) {
    const struct rig_follow_lane *lane = &live->lanes[miss->lane];
    const uint32_t at = search->matcher.at[miss->lane];
    snprintf(out->lane, sizeof out->lane, "%s", lane->name);
    out->live_before = at == 0 ? RIG_NO_RECORD : live->items[lane->items[at - 1]].index;
  }
}

void rig_follow_note_parting(struct rig_follow_search *search, enum rig_sim_end end) {
  if (search->any && search->matcher.matched <= search->out.matched) {
    return;
  }
  add_standing(search, end != RIG_SIM_GOES_ON);
  uint32_t best = NONE;
  for (uint32_t i = 0; i < search->miss_count; i++) {
    if (best == NONE ||
        live_index(search, &search->misses[i]) < live_index(search, &search->misses[best])) {
      best = i;
    }
  }
  if (best == NONE) {
    return;
  }
  const struct rig_follow_miss *miss = &search->misses[best];
  const bool did = miss->why == RIG_FOLLOW_DIFFERS || miss->why == RIG_FOLLOW_MORE;
  if (rig_follow_keep_schedule(search, did ? &search->missed[best] : NULL)) {
    search->any = true;
    search->out.matched = search->matcher.matched;
    search->out.sim = end;
    rig_follow_name_parting(search, miss);
  }
}
