/*
 * Two records, field by field, as follow_norm.h lists them.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/follow/follow_private.h"

#define TOKEN_BASE 0x52490000u /* as script_private.h */
#define TOKENS 0x10000u
#define SMALL 0x10000u      /* below it no pointer points, in Windows nor here */
#define REGISTERED 0xC000u  /* the first registered message */
#define ALL_ONES UINT32_MAX /* thread messages, as a window */

enum { RIG_SHAPE_receipt = RIG_SHAPE_mapi + 1, RIG_SHAPE_stimulus };

struct field {
  unsigned shape; /* of a call; or the state */
  unsigned offset;
  unsigned size;
  enum rig_follow_how how;
  const char *name;
};

#define MEMBER(shape, member) (((union rig_payload *)0)->shape.member)
static const struct field fields[] = {
#define RIG_X(shape, member, how, name)                                                            \
  {RIG_SHAPE_##shape, offsetof(union rig_payload, shape.member), sizeof(MEMBER(shape, member)),    \
   RIG_FOLLOW_##how, name},
    RIG_FOLLOW_FIELDS(RIG_X)
#undef RIG_X
};
static const struct field state_fields[] = {
#define RIG_X(state_name, member, how, name)                                                       \
  {RIG_STATE_##state_name, offsetof(union rig_payload, state.member),                              \
   sizeof(MEMBER(state, member)), RIG_FOLLOW_##how, name},
    RIG_FOLLOW_STATE_FIELDS(RIG_X)
#undef RIG_X
};

/* ---- identity ---- */

static bool add_pair(struct rig_follow_matcher *matcher, enum rig_follow_how space, uint64_t live,
                     uint64_t sim) {
  if (matcher->pair_count == matcher->pair_capacity) {
    const uint32_t capacity = matcher->pair_capacity == 0 ? 256 : 2 * matcher->pair_capacity;
    struct rig_follow_pair *grown = realloc(matcher->pairs, capacity * sizeof *grown);
    if (grown == NULL) {
      matcher->no_memory = true;
      return false;
    }
    matcher->pairs = grown;
    matcher->pair_capacity = capacity;
  }
  matcher->pairs[matcher->pair_count++] =
      (struct rig_follow_pair){.space = space, .live = live, .sim = sim};
  return true;
}

/* What it was is gone, on both sides: the number may come again as something else. */
static void forget(struct rig_follow_matcher *matcher, enum rig_follow_how space, uint64_t live,
                   uint64_t sim) {
  (void)(add_pair(matcher, space, live, 0) && add_pair(matcher, space, 0, sim));
}

/* The newest pair of a number counts: an older one is of something that is gone. */
static bool same(struct rig_follow_matcher *matcher, enum rig_follow_how space, uint64_t live,
                 uint64_t sim, bool made) {
  bool live_known = false, sim_known = false, gone = false;
  if (live == 0 || sim == 0) {
    return live == sim;
  }
  for (uint32_t i = matcher->pair_count; i > 0 && !made && !(live_known && sim_known); i--) {
    const struct rig_follow_pair *pair = &matcher->pairs[i - 1];
    if (pair->space != (uint32_t)space) {
      continue;
    }
    if (!live_known && pair->live == live) {
      live_known = true;
      gone = gone || pair->sim == 0;
      if (pair->sim != sim && pair->sim != 0) {
        return false;
      }
    }
    if (!sim_known && pair->sim == sim) {
      sim_known = true;
      gone = gone || pair->live == 0;
      if (pair->live != live && pair->live != 0) {
        return false;
      }
    }
  }
  return (live_known && sim_known && !gone) || add_pair(matcher, space, live, sim);
}

/* ---- one field ---- */

static enum rig_follow_how target_of(const struct rig_record *record) {
  if (record->kind != RIG_KIND_STIMULUS) {
    return rig_call_family(record->call) == RIG_FAMILY_POST_THREAD ? RIG_FOLLOW_THREAD
                                                                   : RIG_FOLLOW_WINDOW;
  }
  switch (record->call) {
  case RIG_ACTION_SET_EVENT:
  case RIG_ACTION_RESET_EVENT:
    return RIG_FOLLOW_HANDLE;
  case RIG_ACTION_POST_THREAD:
  case RIG_ACTION_QUIT:
  case RIG_ACTION_QUIT_FLAG:
  case RIG_ACTION_APC:
  case RIG_ACTION_HOLD:
  case RIG_ACTION_RELEASE:
    return RIG_FOLLOW_THREAD;
  case RIG_ACTION_STOP:
    return record->u.stimulus.thread == record->u.stimulus.target ? RIG_FOLLOW_THREAD
                                                                  : RIG_FOLLOW_HANDLE;
  case RIG_ACTION_FAULT: /* a family of calls */
  case RIG_ACTION_CONTROL:
    return RIG_FOLLOW_EXACT;
  default:
    return RIG_FOLLOW_WINDOW;
  }
}

static bool is_token(uint64_t value) {
  return value - TOKEN_BASE < TOKENS;
}

/* A number that is the time on both sides: the simulated clock tells it at this step, and Wine's
 * told it between the run's first record and this one. Once it was, it stays the same number in
 * later records. The lower half of the time, where the program has only that. */
#define LATE_MS 16.0 /* wine: server/fd.c, user_shared_data_timeout */
static bool is_time(struct rig_follow_matcher *matcher, uint64_t live, uint64_t sim) {
  for (uint32_t i = matcher->pair_count; i > 0; i--) {
    const struct rig_follow_pair *pair = &matcher->pairs[i - 1];
    if (pair->space == RIG_FOLLOW_TIME && pair->live == live && pair->sim == sim) {
      return true;
    }
  }
  const bool told = matcher->ticks != 0 && sim == matcher->ticks;
  if (!told || matcher->live->began_ms == 0 || matcher->live_ms == 0) {
    return false;
  }
  const double began = matcher->live->began_ms;
  const uint64_t from = (uint64_t)(began > LATE_MS ? began - LATE_MS : 0);
  const uint64_t to = (uint64_t)(matcher->live_ms + 1.0); /* the calibration's rounding */
  if (to < from || to - from > INT32_MAX) {
    return false;
  }
  const bool within =
      (live >= from && live <= to) ||
      (live <= UINT32_MAX && (uint32_t)live - (uint32_t)from <= (uint32_t)(to - from));
  return within && add_pair(matcher, RIG_FOLLOW_TIME, live, sim);
}

static bool value(struct rig_follow_matcher *matcher, uint64_t live, uint64_t sim) {
  if (is_token(live) || is_token(sim)) {
    return is_token(live) && is_token(sim) && same(matcher, RIG_FOLLOW_TOKEN, live, sim, false);
  }
  return live == sim || is_time(matcher, live, sim) ||
         (live >= SMALL && sim >= SMALL && same(matcher, RIG_FOLLOW_ADDRESS, live, sim, false));
}

static bool time_out(const struct rig_follow_matcher *matcher, uint64_t live, uint64_t sim) {
  const bool plain = live == 0 || sim == 0 || live == UINT32_MAX || sim == UINT32_MAX;
  return live == sim || (matcher->clock && !plain);
}

static bool agree(struct rig_follow_matcher *matcher, enum rig_follow_how how,
                  const struct rig_record *record, uint64_t live, uint64_t sim) {
  const enum rig_family family =
      record->kind == RIG_KIND_STIMULUS ? RIG_FAMILY_NONE : rig_call_family(record->call);
  switch (how) {
  case RIG_FOLLOW_TIMEOUT:
    return time_out(matcher, live, sim);
  case RIG_FOLLOW_TARGET:
    return agree(matcher, target_of(record), record, live, sim);
  case RIG_FOLLOW_MESSAGE:
    return live < REGISTERED || sim < REGISTERED ? live == sim
                                                 : same(matcher, how, live, sim, false);
  case RIG_FOLLOW_VALUE:
    return value(matcher, live, sim);
  case RIG_FOLLOW_WINDOW:
    return live == ALL_ONES || sim == ALL_ONES ? live == sim : same(matcher, how, live, sim, false);
  case RIG_FOLLOW_MADE:
    return same(matcher, RIG_FOLLOW_ADDRESS, live, sim,
                record->kind != RIG_KIND_ENTER && family != RIG_FAMILY_MAPI_FREE);
  case RIG_FOLLOW_CODE_OR_EXIT:
    return family == RIG_FAMILY_SCM_STATUS ? live == sim
                                           : same(matcher, RIG_FOLLOW_CODE, live, sim, false);
  case RIG_FOLLOW_READY:
    return (live & ~(uint64_t)RIG_MISSING_WAIT) == (sim & ~(uint64_t)RIG_MISSING_WAIT);
  case RIG_FOLLOW_HANDLE:
  case RIG_FOLLOW_THREAD:
  case RIG_FOLLOW_ADDRESS:
  case RIG_FOLLOW_CODE:
  case RIG_FOLLOW_TOKEN:
    return same(matcher, how, live, sim, false);
  default:
    return live == sim;
  }
}

static uint64_t read_member(const union rig_payload *payload, const struct field *field) {
  uint64_t number = 0;
  memcpy(&number, payload->bytes + field->offset, field->size);
  return number;
}

static bool field_agrees(struct rig_follow_matcher *matcher, const struct field *field,
                         const struct rig_record *live, const struct rig_record *sim) {
  if (field->size > sizeof(uint64_t)) {
    return memcmp(live->u.bytes + field->offset, sim->u.bytes + field->offset, field->size) == 0;
  }
  return agree(matcher, field->how, live, read_member(&live->u, field),
               read_member(&sim->u, field));
}

/* ---- records ---- */

static unsigned shape_of(const struct rig_record *record) {
  const enum rig_family family = rig_call_family(record->call);
  switch (record->kind) {
  case RIG_KIND_RECEIPT:
    return RIG_SHAPE_receipt;
  case RIG_KIND_STIMULUS:
    return RIG_SHAPE_stimulus;
  case RIG_KIND_LEAVE:
    if (family == RIG_FAMILY_GET_MESSAGE || family == RIG_FAMILY_PEEK_MESSAGE) {
      return RIG_SHAPE_message;
    }
    return rig_call_shape(record->call);
  case RIG_KIND_STATE:
    return RIG_SHAPE_none;
  default:
    return rig_call_shape(record->call);
  }
}

/* What follows a record: a wait's handles by identity, texts as they are. */
static const char *differ_more(struct rig_follow_matcher *matcher, const uint8_t *live_more,
                               const struct rig_follow_item *live, const uint8_t *more,
                               uint32_t more_bytes) {
  if (live->more_bytes != more_bytes) {
    return "what is told beside it";
  }
  if (live->record.kind == RIG_KIND_STATE || rig_call_shape(live->record.call) != RIG_SHAPE_wait) {
    return more_bytes == 0 || memcmp(live_more, more, more_bytes) == 0 ? NULL : "the text";
  }
  for (uint32_t at = 0; at + 4 <= more_bytes; at += 4) {
    uint32_t one, other;
    memcpy(&one, live_more + at, sizeof one);
    memcpy(&other, more + at, sizeof other);
    if (!same(matcher, RIG_FOLLOW_HANDLE, one, other, false)) {
      return "one of the handles";
    }
  }
  return NULL;
}

static bool is_last_release(const struct rig_record *record) {
  return (record->kind == RIG_KIND_LEAVE || record->kind == RIG_KIND_CALL) &&
         record->call == RIG_CALL_IMAPISession_Release && record->u.mapi.b == 0;
}

const char *rig_follow_differ(struct rig_follow_matcher *matcher,
                              const struct rig_follow_item *live, const struct rig_record *sim,
                              const uint8_t *more, uint32_t more_bytes) {
  const struct rig_record *record = &live->record;
  matcher->live_ms = live->ms;
  if (record->kind != sim->kind || record->call != sim->call) {
    return "";
  }
  const bool state = record->kind == RIG_KIND_STATE;
  const unsigned shape = state ? record->call : shape_of(record);
  const struct field *list = state ? state_fields : fields;
  const size_t count =
      state ? sizeof state_fields / sizeof *state_fields : sizeof fields / sizeof *fields;
  for (size_t i = 0; i < count; i++) {
    if (list[i].shape == shape && !field_agrees(matcher, &list[i], record, sim)) {
      return list[i].name;
    }
  }
  if (record->kind == RIG_KIND_STIMULUS) {
    const bool made = record->u.stimulus.phase == RIG_STIMULUS_PERFORMED;
    if (!same(matcher, RIG_FOLLOW_TOKEN, record->caller, sim->caller, made)) {
      return "which stimulus it is";
    }
  } else if (!state && !same(matcher, RIG_FOLLOW_CODE, record->caller, sim->caller, false)) {
    return "where it was called from";
  }
  if (is_last_release(record)) {
    forget(matcher, RIG_FOLLOW_ADDRESS, record->u.mapi.object, sim->u.mapi.object);
  }
  return differ_more(matcher, matcher->live->bytes + live->more, live, more, more_bytes);
}
