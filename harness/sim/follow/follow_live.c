/*
 * A session's records in lanes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/follow/follow_private.h"

bool rig_follow_is_uncompared(const struct rig_record *record) {
  if (record->kind != RIG_KIND_STATE) {
    return false;
  }
  switch (record->call) {
#define RIG_X(name, why) case RIG_STATE_##name:
    RIG_FOLLOW_UNCOMPARED(RIG_X)
#undef RIG_X
    return true;
  default:
    return false;
  }
}

uint32_t rig_follow_thread_of(const struct rig_record *record) {
  const bool kept =
      record->kind == RIG_KIND_STIMULUS && (record->u.stimulus.phase == RIG_STIMULUS_BEGAN ||
                                            record->u.stimulus.phase == RIG_STIMULUS_ENDED);
  return kept ? record->u.stimulus.thread : record->thread;
}

enum rig_follow_kind rig_follow_lane_kind(const struct rig_record *record, bool known) {
  if (record->kind == RIG_KIND_STATE) {
    return record->call == RIG_STATE_READY || record->call == RIG_STATE_SETTLED ? RIG_LANE_DIRECTOR
                                                                                : RIG_LANE_THREAD;
  }
  if (record->kind != RIG_KIND_STIMULUS || known) {
    return RIG_LANE_THREAD;
  }
  return record->u.stimulus.phase == RIG_STIMULUS_REPLIED ||
                 record->u.stimulus.phase == RIG_STIMULUS_TIMED_OUT
             ? RIG_LANE_REPLY
             : RIG_LANE_DIRECTOR;
}

/* ---- reading ---- */

/* Ids of threads that live: where in the list of lanes each is. */
struct reader {
  struct rig_follow_live *live;
  const struct rig_trace *trace;
  uint32_t mapi[8]; /* ids of MAPI's threads that have no lane yet */
  uint32_t mapi_count;
  uint32_t threads; /* named */
  uint32_t byte_capacity, bytes_used;
};

static struct rig_follow_lane *lane_of(struct rig_follow_live *live, uint32_t id) {
  for (uint32_t i = live->lane_count; i > 0; i--) {
    struct rig_follow_lane *lane = &live->lanes[i - 1];
    if (lane->kind == RIG_LANE_THREAD && lane->id == id) {
      return lane->ended ? NULL : lane; /* ids are used again */
    }
  }
  return NULL;
}

static struct rig_follow_lane *add_lane(struct reader *reader, enum rig_follow_kind kind,
                                        uint32_t id) {
  struct rig_follow_live *live = reader->live;
  if (live->lane_count == RIG_FOLLOW_LANES) {
    live->lane_overflow = true;
    return NULL;
  }
  struct rig_follow_lane *lane = &live->lanes[live->lane_count++];
  *lane = (struct rig_follow_lane){.kind = kind, .id = id};
  for (uint32_t i = 0; kind == RIG_LANE_THREAD && i < reader->mapi_count; i++) {
    lane->mapi = lane->mapi || reader->mapi[i] == id;
  }
  if (kind != RIG_LANE_THREAD || lane->mapi) {
    snprintf(lane->name, sizeof lane->name, "%s",
             kind == RIG_LANE_DIRECTOR ? "director"
             : lane->mapi              ? "mapi"
                                       : "reply");
  } else if (reader->threads++ == 0) {
    snprintf(lane->name, sizeof lane->name, "main");
  } else {
    snprintf(lane->name, sizeof lane->name, "t%u", reader->threads - 1);
  }
  return lane;
}

static bool add_item(struct reader *reader, struct rig_follow_lane *lane, uint32_t index,
                     const struct rig_record *record) {
  struct rig_follow_live *live = reader->live;
  struct rig_follow_item *item = &live->items[live->count];
  *item = (struct rig_follow_item){.record = *record,
                                   .ms = rig_trace_raw_ms(reader->trace, record->stamp),
                                   .index = index,
                                   .more = reader->bytes_used,
                                   .sits_lane = UINT32_MAX};
  if (lane->count == lane->capacity) {
    const uint32_t capacity = lane->capacity == 0 ? 16 : 2 * lane->capacity;
    uint32_t *grown = realloc(lane->items, capacity * sizeof *grown);
    if (grown == NULL) {
      return false;
    }
    lane->items = grown;
    lane->capacity = capacity;
  }
  if (reader->byte_capacity - reader->bytes_used < RIG_FOLLOW_MORE_MAX) {
    const uint32_t capacity = 2 * reader->byte_capacity + 16 * RIG_FOLLOW_MORE_MAX;
    uint8_t *grown = realloc(live->bytes, capacity);
    if (grown == NULL) {
      return false;
    }
    live->bytes = grown;
    reader->byte_capacity = capacity;
  }
  item->more_bytes = (uint32_t)rig_trace_more(
      reader->trace, index, live->bytes + reader->bytes_used, RIG_FOLLOW_MORE_MAX);
  reader->bytes_used += item->more_bytes;
  lane->items[lane->count++] = live->count++;
  return true;
}

static void note_start(struct reader *reader, const struct rig_record *record) {
  struct rig_follow_lane *lane = lane_of(reader->live, record->thread);
  if (lane != NULL && lane->count > 0) {
    lane->ended = true; /* its end was not told */
  }
  if (record->u.state.b != 0 && reader->mapi_count < 8) {
    reader->mapi[reader->mapi_count++] = record->thread;
  }
}

/* Whoever returns from main does not tell its exit code; the host does. */
static void note_exit(struct rig_follow_live *live, const struct rig_record *record) {
  if (record->u.state.b == 0 && live->process_end != UINT32_MAX) {
    live->items[live->process_end].record.u.state.a = record->u.state.a;
  }
}

static bool put(struct reader *reader, uint32_t index, const struct rig_record *record) {
  struct rig_follow_live *live = reader->live;
  if (rig_follow_is_uncompared(record)) {
    if (record->call == RIG_STATE_THREAD_START) {
      note_start(reader, record);
    } else if (record->call == RIG_STATE_EXIT) {
      note_exit(live, record);
    }
    return true;
  }
  const uint32_t id = rig_follow_thread_of(record);
  struct rig_follow_lane *lane = lane_of(live, id);
  const enum rig_follow_kind kind = rig_follow_lane_kind(record, lane != NULL);
  const bool end = record->kind == RIG_KIND_STATE && record->call == RIG_STATE_THREAD_END;
  if (end && lane == NULL) {
    return true; /* a thread without a record of its own */
  }
  if (kind == RIG_LANE_DIRECTOR) {
    lane = &live->lanes[0];
  } else if (kind == RIG_LANE_REPLY || lane == NULL) {
    lane = add_lane(reader, kind, id);
  }
  if (lane == NULL) {
    return true; /* told by lane_overflow */
  }
  lane->ended = lane->ended || end;
  if (record->kind == RIG_KIND_STATE && record->call == RIG_STATE_PROCESS_END) {
    live->process_end = live->count;
  }
  return add_item(reader, lane, index, record);
}

/* Where the call with the ENTER of this index lies: its lane, and between which positions of the
 * lane the thread may sit in it: from before the call to the next one after its return, for one
 * step here is a call, its effect and what follows (follow_norm.h). */
static void find_sitting(const struct rig_follow_live *live, struct rig_follow_item *settled) {
  const uint32_t enter = settled->record.u.state.b;
  bool left = false;
  for (uint32_t i = 0; i < live->lane_count; i++) {
    const struct rig_follow_lane *lane = &live->lanes[i];
    for (uint32_t k = 0; lane->kind == RIG_LANE_THREAD && k < lane->count; k++) {
      const struct rig_follow_item *item = &live->items[lane->items[k]];
      if (item->index == enter) {
        settled->sits_lane = i;
        settled->sits_from = k;
        settled->sits_to = lane->count;
      } else if (settled->sits_lane == i && left && item->record.kind == RIG_KIND_ENTER) {
        settled->sits_to = k;
        return;
      }
      left = left || (settled->sits_lane == i && item->record.kind == RIG_KIND_LEAVE &&
                      item->record.link == enter);
    }
  }
}

static void find_all_sitting(struct rig_follow_live *live) {
  for (uint32_t i = 0; i < live->count; i++) {
    const struct rig_record *record = &live->items[i].record;
    if (record->kind == RIG_KIND_STATE && record->call == RIG_STATE_SETTLED) {
      find_sitting(live, &live->items[i]);
    }
  }
}

struct rig_follow_live *rig_follow_live_new(const struct rig_trace *trace) {
  const uint32_t count = rig_trace_count(trace);
  struct rig_follow_live *live = calloc(1, sizeof *live);
  struct reader reader = {.live = live, .trace = trace};
  if (live == NULL) {
    return NULL;
  }
  live->items = calloc((size_t)count + 1, sizeof *live->items);
  live->process_end = UINT32_MAX;
  bool read = live->items != NULL && add_lane(&reader, RIG_LANE_DIRECTOR, 0) != NULL;
  for (uint32_t i = 0; read && i < count; i++) {
    struct rig_record record;
    if (rig_trace_record(trace, i, &record)) {
      if (live->began_ms == 0) {
        live->began_ms = rig_trace_raw_ms(trace, record.stamp);
      }
      read = put(&reader, i, &record);
    }
  }
  if (!read) {
    return rig_follow_live_free(live);
  }
  find_all_sitting(live);
  return live;
}

struct rig_follow_live *rig_follow_live_free(struct rig_follow_live *live) {
  if (live != NULL) {
    for (uint32_t i = 0; i < live->lane_count; i++) {
      free(live->lanes[i].items);
    }
    free(live->items);
    free(live->bytes);
    free(live);
  }
  return NULL;
}

bool rig_follow_live_fits(const struct rig_follow_live *live) {
  return !live->lane_overflow;
}

uint32_t rig_follow_live_count(const struct rig_follow_live *live) {
  return live->count;
}

uint32_t rig_follow_live_flood(const struct rig_follow_live *live) {
  for (uint32_t i = 0; i < live->count; i++) {
    const struct rig_record *record = &live->items[i].record;
    if (record->kind == RIG_KIND_STIMULUS && record->call == RIG_ACTION_FLOOD &&
        record->u.stimulus.phase == RIG_STIMULUS_REPLIED) {
      return record->u.stimulus.result;
    }
  }
  return 0;
}

uint32_t rig_follow_live_threads(const struct rig_follow_live *live) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < live->lane_count; i++) {
    count += live->lanes[i].kind == RIG_LANE_THREAD;
  }
  return count;
}
