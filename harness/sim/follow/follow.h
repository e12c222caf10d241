/*
 * Does the simulator know this run? A live run is one schedule; the follower looks for a path of
 * the simulated program whose normalised trace (follow_norm.h) is that of the live session.
 *
 * Depth first: at each state only steps are taken whose records are the next ones of their lanes;
 * first the actor whose next record stands earliest in the live log. States are visited once at
 * each place in the trace, so that the search ends. Where no path goes all the way, the one that
 * got furthest shows where live and simulated part.
 *
 * How the path must end: when every record is matched. A process that ended did so in the record
 * PROCESS_END, whose thread must come to it. One that the harness ended (END) has no further
 * record; the simulated one must stand where all of its threads made exactly those calls.
 */
#ifndef RIG_SIM_FOLLOW_H
#define RIG_SIM_FOLLOW_H

#include "core/trace.h"
#include "core/writer.h"
#include "sim/explore/explore.h"

struct rig_follow_live; /* the records of a session that are compared, in lanes */

/* Reads them. The trace must outlive it. NULL without memory. */
struct rig_follow_live *rig_follow_live_new(const struct rig_trace *trace);
struct rig_follow_live *rig_follow_live_free(struct rig_follow_live *live);
bool rig_follow_live_fits(const struct rig_follow_live *live); /* false: it has too many threads */
uint32_t rig_follow_live_count(const struct rig_follow_live *live); /* records */
/* How many messages a flood had that has ended (the first one's); 0: there was none. */
uint32_t rig_follow_live_flood(const struct rig_follow_live *live);
uint32_t rig_follow_live_threads(const struct rig_follow_live *live); /* of the client */

struct rig_follow_options {
  uint64_t states_max; /* 0: none */
  uint32_t depth_max;  /* 0: none */
  uint64_t memory_max; /* bytes; 0: none */
  /* True when the program may have computed its time-outs: it asked for the time. NULL: never. */
  bool (*clock_seen)(void *context);
  /* What its clock tells the program now, in milliseconds (GetTickCount). NULL: none. */
  uint64_t (*ticks)(void *context);
  /* The record of how the program crashed in the step that ended so, as its handler would have
   * written it. False: it did not. NULL: never. */
  bool (*crashed)(void *context, struct rig_record *out);
  /* Called now and then, with how many records are matched at the furthest. */
  void (*tick)(void *context, uint64_t states, uint32_t matched);
  void *context;
};

enum rig_follow_end {
  RIG_FOLLOWED,
  RIG_PARTED,
  RIG_FOLLOW_BOUND /* neither: a bound was hit first (`bound`) */
};

/* Why the simulated side has no record where the live one has, or none that agrees. */
enum rig_follow_why {
  RIG_FOLLOW_DIFFERS, /* it does something else: `sim_offset`, `field` */
  RIG_FOLLOW_MORE,    /* it does something where the live lane has ended: `sim_offset` */
  RIG_FOLLOW_STANDS,  /* it cannot go on: blocked, held, ended, or not there yet */
  RIG_FOLLOW_OVER     /* the simulated process has ended, or its path has */
};

struct rig_follow_result {
  enum rig_follow_end end;
  const char *bound;    /* "states", "depth", "memory" */
  uint64_t states;      /* places that were visited */
  uint32_t matched;     /* records, of the furthest path */
  enum rig_sim_end sim; /* how that path ended, GOES_ON when it did not */
  /* From the state given; PARTED by DIFFERS or MORE: the step that parts is its last. The caller
   * frees schedule.steps. */
  struct rig_schedule schedule;
  /* Where they part, on the lane whose live record stands earliest. */
  enum rig_follow_why why;
  uint32_t live_record; /* index in the session; RIG_NO_RECORD (MORE): there is none */
  uint32_t live_before; /* the lane's last matched one, RIG_NO_RECORD: none */
  uint32_t sim_offset;  /* slot of the simulated record, counted from the step's first */
  bool in_start;        /* in what was written before the first step */
  char field[48];       /* what of it differs; "" = it is another kind of record */
  char lane[16];        /* "main", "t1", "mapi", "director", "reply" */
};

/* Follows from the system's present state, and leaves it somewhere. `log` is where its steps write
 * their records: emptied before each one. It holds those of the start, which belong to every path.
 * Fails with RIG_NO_MEMORY alone; *out untouched then. */
enum rig_status rig_follow(const struct rig_follow_live *live, const struct rig_system *system,
                           const struct rig_log *log, const struct rig_follow_options *options,
                           struct rig_follow_result *out) RIG_CHECKED;

#endif
