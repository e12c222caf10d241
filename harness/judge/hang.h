/*
 * Where it hangs: for each thread that was found hanging, what it does and since when, what could
 * wake it, what is pending for it, and whom it waits for. It states what the records hold and
 * blames nobody; that is the rules' part.
 */
#ifndef RIG_JUDGE_HANG_H
#define RIG_JUDGE_HANG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/session.h"
#include "core/status.h"

#define RIG_HANG_BYTES 512

struct rig_hang {
  uint32_t record; /* the STACK record: its continuations are the return addresses */
  enum rig_stance stance;
  double ms;                  /* in that call, or without one, until the look */
  char thread[32];            /* "t1" */
  char call[64];              /* "GetMessageW", "EnterCriticalSection"; "" in code of its own */
  char doing[RIG_HANG_BYTES]; /* "t1 has sat in GetMessageW for 1023 ms (blocked, not spinning)" */
  char wakes[RIG_HANG_BYTES]; /* "a posted or a sent message; ..."; "" for a thread that runs */
  char pending[RIG_HANG_BYTES]; /* "1 posted message; handle 0x54 ..."; "" when nothing is */
  char waits[RIG_HANG_BYTES];   /* "for t2 to end, and t2 for main ..."; "" for nobody known */
};

struct rig_model;

/* The last look at each thread, the one that was blocked longest with something pending first. The
 * caller frees *out. */
enum rig_status rig_hangs_find(const struct rig_model *model, struct rig_hang **out,
                               size_t *count) RIG_CHECKED;

const char *rig_stance_text(enum rig_stance stance); /* "blocked", "spinning", "looping" ... */

#endif
