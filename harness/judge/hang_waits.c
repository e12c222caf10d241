/*
 * Who waits for whom, and whether the chain comes back to where it began: a deadlock.
 */
#include <stdio.h>

#include "judge/hang_private.h"

#define CHAIN_MAX 16u

/* The first other thread that this one waits for, RIG_NONE; `text` (if any) says for what of it. */
static uint32_t awaited(const struct rig_model *model, const struct rig_model_hang *hang,
                        char *text) {
  static const char *const whats[] = {"%s", "%s to end", "the answer of %s",
                                      "%s to leave the critical section"};
  if (hang->await_count > 0) {
    const struct rig_model_await *first = &hang->awaits[0];
    const char *name = rig_model_thread_name(model, first->thread);
    if (text) {
      const char *format = whats[first->what <= RIG_AWAITED_SECTION ? first->what : 0];
      for (const char *at = format; *at; at++) {
        if (at[0] == '%' && at[1] == 's') {
          rig_hang_add(text, "%s", name);
          at++;
        } else {
          rig_hang_add(text, "%c", *at);
        }
      }
    }
    return first->thread;
  }
  uint32_t count;
  uint32_t call = rig_hang_call(model, hang);
  const struct rig_model_handle *handles = rig_hang_handles(model, hang, &count);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t taker = handles[i].type == RIG_OBJECT_MUTANT && handles[i].signal == RIG_SIGNAL_NO &&
                             handles[i].wait == call && call != RIG_NONE
                         ? rig_hang_mutex_taker(model, handles[i].handle, hang->record)
                         : RIG_NONE;
    if (taker != RIG_NONE && taker != hang->thread) {
      if (text)
        rig_hang_add(text, "the mutex that %s was the last to take",
                     rig_model_thread_name(model, taker));
      return taker;
    }
  }
  return RIG_NONE;
}

static bool blocked(const struct rig_model_hang *hang) {
  return hang && (hang->stance == RIG_STANCE_BLOCKED || hang->stance == RIG_STANCE_SUSPENDED);
}

void rig_hang_waits(const struct rig_model *model, const struct rig_model_hang *const *last,
                    const struct rig_model_hang *hang, struct rig_hang *out) {
  uint32_t next = awaited(model, hang, out->waits);
  uint32_t chain = 1;
  while (next != RIG_NONE && next != hang->thread && blocked(last[next]) && chain++ < CHAIN_MAX) {
    char what[RIG_HANG_BYTES] = "";
    uint32_t after = awaited(model, last[next], what);
    if (after != RIG_NONE)
      rig_hang_add(out->waits, ", and %s waits for %s", rig_model_thread_name(model, next), what);
    next = after;
  }
  if (next == hang->thread)
    rig_hang_add(out->waits, ": a deadlock, none of them can go on");
}
