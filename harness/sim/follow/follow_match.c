/*
 * The records of a simulated step against the next ones of their lanes.
 */
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "sim/follow/follow_private.h"

#define NONE UINT32_MAX

static bool note(struct rig_follow_matcher *matcher, unsigned what, uint32_t which) {
  if (matcher->undo_count == matcher->undo_capacity) {
    const uint32_t capacity = matcher->undo_capacity == 0 ? 1024 : 2 * matcher->undo_capacity;
    struct rig_follow_undo *grown = realloc(matcher->undo, capacity * sizeof *grown);
    if (grown == NULL) {
      matcher->no_memory = true;
      return false;
    }
    matcher->undo = grown;
    matcher->undo_capacity = capacity;
  }
  matcher->undo[matcher->undo_count].what = what;
  matcher->undo[matcher->undo_count++].which = which;
  return true;
}

void rig_follow_back(struct rig_follow_matcher *matcher, uint32_t undo_count, uint32_t pair_count) {
  while (matcher->undo_count > undo_count) {
    const struct rig_follow_undo *undo = &matcher->undo[--matcher->undo_count];
    switch (undo->what) {
    case RIG_UNDO_POSITION:
      matcher->at[undo->which]--;
      matcher->matched--;
      break;
    case RIG_UNDO_BIND:
      matcher->threads[undo->which].lane = NONE;
      break;
    case RIG_UNDO_NEW:
      matcher->thread_count--;
      break;
    case RIG_UNDO_END:
      matcher->threads[undo->which].ended = false;
      break;
    case RIG_UNDO_AHEAD:
      matcher->ahead[undo->which] = false;
      break;
    }
  }
  matcher->pair_count = pair_count;
}

uint64_t rig_follow_place(const struct rig_follow_matcher *matcher) {
  uint64_t hash = RIG_HASH_K1;
  for (uint32_t i = 0; i < matcher->live->lane_count; i++) {
    hash =
        rig_hash_fold(hash ^ ((uint64_t)matcher->at[i] << 1 | matcher->ahead[i]), RIG_HASH_K2 + i);
  }
  for (uint32_t i = 0; i < matcher->thread_count; i++) {
    const struct rig_follow_thread *thread = &matcher->threads[i];
    hash = rig_hash_fold(hash ^ ((uint64_t)thread->id << 32 | thread->lane),
                         RIG_HASH_K1 ^ thread->ended);
  }
  return hash;
}

/* ---- threads and lanes ---- */

static struct rig_follow_thread *thread_of(struct rig_follow_matcher *matcher, uint32_t id) {
  for (uint32_t i = matcher->thread_count; i > 0; i--) {
    if (matcher->threads[i - 1].id == id) {
      return matcher->threads[i - 1].ended ? NULL : &matcher->threads[i - 1];
    }
  }
  return NULL;
}

static struct rig_follow_thread *new_thread(struct rig_follow_matcher *matcher, uint32_t id,
                                            bool mapi) {
  if (matcher->thread_count == RIG_FOLLOW_LANES ||
      !note(matcher, RIG_UNDO_NEW, matcher->thread_count)) {
    return NULL;
  }
  struct rig_follow_thread *thread = &matcher->threads[matcher->thread_count++];
  *thread = (struct rig_follow_thread){.id = id, .lane = NONE, .mapi = mapi};
  return thread;
}

uint32_t rig_follow_lane_of(const struct rig_follow_matcher *matcher, uint32_t id) {
  for (uint32_t i = matcher->thread_count; i > 0; i--) {
    if (matcher->threads[i - 1].id == id) {
      return matcher->threads[i - 1].lane;
    }
  }
  return NONE;
}

static bool is_bound(const struct rig_follow_matcher *matcher, uint32_t lane) {
  for (uint32_t i = 0; i < matcher->thread_count; i++) {
    if (matcher->threads[i].lane == lane) {
      return true;
    }
  }
  return false;
}

static const struct rig_follow_item *next_item(const struct rig_follow_matcher *matcher,
                                               uint32_t lane) {
  const struct rig_follow_lane *of = &matcher->live->lanes[lane];
  return matcher->at[lane] < of->count ? &matcher->live->items[of->items[matcher->at[lane]]] : NULL;
}

uint32_t rig_follow_next(const struct rig_follow_matcher *matcher, uint32_t lane) {
  const struct rig_follow_item *item = next_item(matcher, lane);
  return item == NULL ? NONE : item->index;
}

/* ---- one record ---- */

struct told {
  const struct rig_record *record;
  const uint8_t *more;
  uint32_t more_bytes;
  uint32_t offset;
};

static bool fail(struct rig_follow_miss *miss, enum rig_follow_why why, uint32_t lane,
                 const struct rig_follow_matcher *matcher, const struct told *told,
                 const char *field) {
  const struct rig_follow_item *item = lane == NONE ? NULL : next_item(matcher, lane);
  *miss = (struct rig_follow_miss){.why = why,
                                   .lane = lane,
                                   .live = item == NULL ? NONE
                                                        : (uint32_t)(item - matcher->live->items),
                                   .sim_offset = told->offset,
                                   .field = field};
  return false;
}

static bool take_in_lane(struct rig_follow_matcher *matcher, uint32_t lane, const struct told *told,
                         struct rig_follow_miss *miss) {
  const struct rig_follow_lane *of = &matcher->live->lanes[lane];
  const struct rig_follow_item *item = next_item(matcher, lane);
  const uint32_t pairs = matcher->pair_count;
  if (item == NULL) {
    /* One that was cut off may have done one step more. */
    if (of->kind == RIG_LANE_THREAD && !of->ended) {
      return matcher->ahead[lane] || (matcher->ahead[lane] = note(matcher, RIG_UNDO_AHEAD, lane));
    }
    return fail(miss, RIG_FOLLOW_MORE, lane, matcher, told, "");
  }
  const char *field = rig_follow_differ(matcher, item, told->record, told->more, told->more_bytes);
  const uint32_t sits = item->sits_lane;
  if (field == NULL && sits != NONE &&
      (matcher->at[sits] < item->sits_from || matcher->at[sits] > item->sits_to)) {
    field = "the call that the thread sits in";
  }
  if (field != NULL) {
    matcher->pair_count = pairs;
    return fail(miss, RIG_FOLLOW_DIFFERS, lane, matcher, told, field);
  }
  matcher->at[lane]++;
  matcher->matched++;
  return note(matcher, RIG_UNDO_POSITION, lane);
}

/* The first lane without a thread whose first record agrees. */
static bool bind(struct rig_follow_matcher *matcher, struct rig_follow_thread *thread,
                 const struct told *told, struct rig_follow_miss *miss) {
  const uint32_t slot = (uint32_t)(thread - matcher->threads);
  bool failed = false;
  for (uint32_t i = 0; i < matcher->live->lane_count; i++) {
    const struct rig_follow_lane *lane = &matcher->live->lanes[i];
    const uint32_t pairs = matcher->pair_count;
    struct rig_follow_miss other;
    if (lane->kind != RIG_LANE_THREAD || lane->mapi != thread->mapi || is_bound(matcher, i)) {
      continue;
    }
    if (take_in_lane(matcher, i, told, failed ? &other : miss)) {
      thread->lane = i;
      return note(matcher, RIG_UNDO_BIND, slot);
    }
    matcher->pair_count = pairs;
    failed = true;
  }
  return failed ? false : fail(miss, RIG_FOLLOW_MORE, NONE, matcher, told, "");
}

static bool take_reply(struct rig_follow_matcher *matcher, const struct told *told,
                       struct rig_follow_miss *miss) {
  bool failed = false;
  for (uint32_t i = 0; i < matcher->live->lane_count; i++) {
    struct rig_follow_miss other;
    if (matcher->live->lanes[i].kind != RIG_LANE_REPLY || matcher->at[i] > 0) {
      continue;
    }
    if (take_in_lane(matcher, i, told, failed ? &other : miss)) {
      return true;
    }
    failed = true;
  }
  return failed ? false : fail(miss, RIG_FOLLOW_MORE, NONE, matcher, told, "");
}

static bool take_one(struct rig_follow_matcher *matcher, const struct told *told,
                     struct rig_follow_miss *miss) {
  const struct rig_record *record = told->record;
  const uint32_t id = rig_follow_thread_of(record);
  struct rig_follow_thread *thread = thread_of(matcher, id);
  const bool state = record->kind == RIG_KIND_STATE;
  if (rig_follow_is_uncompared(record)) {
    return !(state && record->call == RIG_STATE_THREAD_START) || thread != NULL ||
           new_thread(matcher, id, record->u.state.b != 0) != NULL;
  }
  const bool end = state && record->call == RIG_STATE_THREAD_END;
  if (end && (thread == NULL || thread->lane == NONE)) {
    return thread == NULL || ((thread->ended = true) &&
                              note(matcher, RIG_UNDO_END, (uint32_t)(thread - matcher->threads)));
  }
  switch (rig_follow_lane_kind(record, thread != NULL)) {
  case RIG_LANE_DIRECTOR:
    return take_in_lane(matcher, 0, told, miss);
  case RIG_LANE_REPLY:
    return take_reply(matcher, told, miss);
  default:
    break;
  }
  if (thread == NULL && (thread = new_thread(matcher, id, false)) == NULL) {
    return fail(miss, RIG_FOLLOW_MORE, NONE, matcher, told, "");
  }
  if (!(thread->lane == NONE ? bind(matcher, thread, told, miss)
                             : take_in_lane(matcher, thread->lane, told, miss))) {
    return false;
  }
  if (end) {
    thread->ended = true;
    return note(matcher, RIG_UNDO_END, (uint32_t)(thread - matcher->threads));
  }
  return true;
}

bool rig_follow_take(struct rig_follow_matcher *matcher, const struct rig_log *log,
                     struct rig_follow_miss *miss) {
  const uint32_t used = log->header->next < log->capacity ? log->header->next : log->capacity;
  uint8_t bytes[RIG_FOLLOW_MORE_MAX];
  bool ahead[RIG_FOLLOW_LANES];
  memcpy(ahead, matcher->ahead, sizeof ahead);
  for (uint32_t i = 0; i < used; i++) {
    const struct rig_record *record = &log->records[i];
    struct told told = {.record = record, .more = bytes, .offset = i};
    if (record->kind == RIG_KIND_MORE) {
      continue;
    }
    for (uint32_t k = 1; k <= record->more && i + k < used; k++) {
      const struct rig_more *more = (const struct rig_more *)&log->records[i + k];
      memcpy(bytes + told.more_bytes, more->bytes, more->used);
      told.more_bytes += more->used;
    }
    if (!take_one(matcher, &told, miss)) {
      return false;
    }
    const uint32_t lane = rig_follow_lane_of(matcher, rig_follow_thread_of(record));
    if (lane != NONE && ahead[lane] && !rig_follow_is_uncompared(record)) {
      return fail(miss, RIG_FOLLOW_MORE, lane, matcher, &told, ""); /* a second step beyond */
    }
  }
  return !matcher->no_memory;
}
