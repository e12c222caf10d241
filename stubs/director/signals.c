/*
 * Set events that nobody has seen yet.
 */
#include "signals.h"

#include "handles.h"
#include "recorder/recorder.h"
#include "state.h"

/* More than so many unseen at once are not kept: the oldest ones tell enough. */
#define SIGNALS_MAX 16

struct signal {
  HANDLE event; /* the client's own handle; only asked, on a duplicate */
  uint32_t thread;
  uint32_t wait; /* the thread's last wait when it was set */
  bool inside;   /* it sat in that wait */
  double since_ms;
};

static struct signal signals[SIGNALS_MAX];
static uint32_t count;

static bool open_in(const struct rec_thread *thread, uint32_t record) {
  for (uint32_t i = 0; i < thread->depth && i < REC_DEPTH; i++) {
    if (thread->open[i].record == record) {
      return true;
    }
  }
  return false;
}

void dir_signal_note(HANDLE event, uint32_t id) {
  struct rec_thread thread;
  if (count == SIGNALS_MAX || !rec_thread_get(id, &thread)) {
    return;
  }
  signals[count++] = (struct signal){.event = event,
                                     .thread = id,
                                     .wait = thread.wait_record,
                                     .inside = open_in(&thread, thread.wait_record),
                                     .since_ms = dir_ms()};
}

/* Still unseen: signalled, and its thread neither returned from the wait nor began another. */
static bool unseen(const struct signal *signal) {
  struct rec_thread thread;
  enum rig_object_type type;
  if (!rec_thread_get(signal->thread, &thread) || thread.ended ||
      thread.wait_record != signal->wait || (signal->inside && !open_in(&thread, signal->wait))) {
    return false;
  }
  return dir_handle_state(signal->event, &type) == RIG_SIGNAL_YES;
}

uint32_t dir_signals_pending(uint32_t thread, double *since_ms) {
  uint32_t kept = 0;
  uint32_t found = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (unseen(&signals[i])) {
      if (signals[i].thread == thread && found++ == 0) {
        *since_ms = signals[i].since_ms;
      }
      signals[kept++] = signals[i];
    }
  }
  count = kept;
  return found;
}
