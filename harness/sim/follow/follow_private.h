/*
 * What the parts of the follower share. Internal to follow*.c.
 */
#ifndef RIG_SIM_FOLLOW_PRIVATE_H
#define RIG_SIM_FOLLOW_PRIVATE_H

#include "sim/follow/follow.h"
#include "sim/follow/follow_norm.h"

#define RIG_FOLLOW_LANES 256u
#define RIG_FOLLOW_MORE_MAX (RIG_MORE_MAX * RIG_MORE_BYTES)

enum rig_follow_kind { RIG_LANE_THREAD, RIG_LANE_DIRECTOR, RIG_LANE_REPLY };

struct rig_follow_item {
  struct rig_record record;
  double ms;      /* CLOCK_MONOTONIC_RAW */
  uint32_t index; /* in the session */
  uint32_t more;  /* offset of its bytes */
  uint32_t more_bytes;
  /* SETTLED: positions of the thread's lane at which it sits in the call that was told. */
  uint32_t sits_lane; /* UINT32_MAX: in none */
  uint32_t sits_from, sits_to;
};

struct rig_follow_lane {
  enum rig_follow_kind kind;
  uint32_t *items;
  uint32_t count;
  uint32_t capacity;
  bool mapi;   /* MAPI's own thread */
  bool ended;  /* the thread came to its own end */
  uint32_t id; /* thread */
  char name[16];
};

struct rig_follow_live {
  struct rig_follow_item *items;
  uint32_t count;
  uint8_t *bytes;
  struct rig_follow_lane lanes[RIG_FOLLOW_LANES]; /* the director's first */
  uint32_t lane_count;
  uint32_t process_end; /* its item; UINT32_MAX: none */
  double began_ms;      /* CLOCK_MONOTONIC_RAW at the first record; 0: not known */
  bool lane_overflow;
};

/* Not compared at all. */
bool rig_follow_is_uncompared(const struct rig_record *record);
/* Written by a thread of the client, if `known` says that its id is one's. */
enum rig_follow_kind rig_follow_lane_kind(const struct rig_record *record, bool known);
/* The thread to whose lane it belongs: the one that is kept, of BEGAN and ENDED. */
uint32_t rig_follow_thread_of(const struct rig_record *record);

/* ---- follow_match.c ---- */

struct rig_follow_miss {
  enum rig_follow_why why;
  uint32_t lane;       /* of the live side; UINT32_MAX: none */
  uint32_t live;       /* item; UINT32_MAX: none */
  uint32_t sim_offset; /* slot in the log */
  const char *field;
};

/* A thread of the simulated side. */
struct rig_follow_thread {
  uint32_t id;
  uint32_t lane; /* UINT32_MAX: none yet */
  bool mapi;
  bool ended;
};

struct rig_follow_pair {
  uint32_t space;
  uint64_t live;
  uint64_t sim;
};

/* What was done, to be undone. */
struct rig_follow_undo {
  enum { RIG_UNDO_POSITION, RIG_UNDO_BIND, RIG_UNDO_NEW, RIG_UNDO_END, RIG_UNDO_AHEAD } what;
  uint32_t which;
};

struct rig_follow_matcher {
  const struct rig_follow_live *live;
  uint32_t at[RIG_FOLLOW_LANES]; /* position in each lane */
  bool ahead[RIG_FOLLOW_LANES];  /* one step beyond the end of one that was cut off */
  uint32_t matched;
  struct rig_follow_thread threads[RIG_FOLLOW_LANES];
  uint32_t thread_count;
  struct rig_follow_pair *pairs;
  uint32_t pair_count, pair_capacity;
  struct rig_follow_undo *undo;
  uint32_t undo_count, undo_capacity;
  bool clock;     /* the program asked for the time */
  uint64_t ticks; /* which its clock tells now; 0: it did not, or there is none */
  double live_ms; /* when the live record that is compared was made; 0: not known */
  bool no_memory;
};

/* Matches every record of `log` in order; false with what did not match. */
bool rig_follow_take(struct rig_follow_matcher *matcher, const struct rig_log *log,
                     struct rig_follow_miss *miss);
void rig_follow_back(struct rig_follow_matcher *matcher, uint32_t undo_count, uint32_t pair_count);
/* Where it is, as a number. */
uint64_t rig_follow_place(const struct rig_follow_matcher *matcher);
/* Index in the live log of the next record of a lane, UINT32_MAX at its end. */
uint32_t rig_follow_next(const struct rig_follow_matcher *matcher, uint32_t lane);
/* The lane of the simulated thread with this id; UINT32_MAX: it has none. */
uint32_t rig_follow_lane_of(const struct rig_follow_matcher *matcher, uint32_t id);

/* ---- follow_fields.c ---- */

/* NULL when they agree, else the name of what differs ("" the kind of record). */
const char *rig_follow_differ(struct rig_follow_matcher *matcher,
                              const struct rig_follow_item *live, const struct rig_record *sim,
                              const uint8_t *more, uint32_t more_bytes);

#endif
