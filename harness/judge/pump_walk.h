/*
 * A walk over the calls of the first initialising threads, with what each thread knew of its queue
 * at every call: what the rules about emptying the queue share (pump_drain.c, pump_get.c).
 */
#ifndef RIG_JUDGE_PUMP_WALK_H
#define RIG_JUDGE_PUMP_WALK_H

#include "judge/backlog.h"
#include "judge/check.h"

#define RIG_POSTED_BITS (RIG_QS_POSTMESSAGE | RIG_QS_ALLPOSTMESSAGE)

/* What the thread knows of its queue from its last look at it. */
enum rig_look { RIG_LOOK_NONE, RIG_LOOK_EMPTY, RIG_LOOK_LEFT };

struct rig_walk {
  struct rig_check *check;
  uint32_t thread;
  struct rig_backlog posted;
  struct rig_backlog sent;
  /* since the last message-aware wait: */
  uint32_t wait; /* that wait, RIG_NONE before the first */
  enum rig_look look;
  uint32_t look_at; /* the call of that look */
  unsigned batch;   /* messages removed */
  bool looked;      /* at the queue at all */
  bool crowded;     /* several messages were there at the first look */
  bool seen;        /* PeekMessage or GetQueueStatus showed a message that is still there */
  bool got;         /* GetMessage was called */
  unsigned kept;
};

/* True for a call of a thread that was the first initialising one when it was made. */
bool rig_walk_of_span(const struct rig_model *model, const struct rig_model_call *call);

/* Runs `see` for each call of each first initialising thread, then with RIG_NONE, and adds to
 * *kept what it counted; false without memory. */
bool rig_walk_threads(struct rig_check *check, unsigned *kept,
                      void (*see)(struct rig_walk *, uint32_t));

/* What a GetQueueStatus said lies in the queue: QS_* bits, 0 when it never returned. */
uint32_t rig_walk_status_bits(const struct rig_model *model, const struct rig_model_call *call);

#endif
