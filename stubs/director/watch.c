/*
 * Looks at threads. All of it runs on the director's own thread.
 */
#include "watch.h"

#include <string.h>

#include "handles.h"
#include "heartbeat.h"
#include "state.h"
#include "stimuli.h"

/* Asleep in an untimed call, with an unchanged count of context switches, for so long. */
#define STILL_MS 0.4

static void place_call(struct dir_watch *watch, const struct rec_thread *thread) {
  const uint32_t top = (thread->depth < REC_DEPTH ? thread->depth : REC_DEPTH) - 1;
  const struct rig_log *log = rec_log();
  watch->record = thread->open[top].record;
  watch->family = rig_call_family(thread->open[top].call);
  watch->left_ms = 0;
  if (watch->family == RIG_FAMILY_SCM_DISPATCHER) {
    watch->place = DIR_PLACE_SCM;
  } else if (!rig_family_blocks(watch->family)) {
    watch->place = DIR_PLACE_CALL;
  } else if (thread->open[top].call == RIG_CALL_SendMessageTimeoutA ||
             thread->open[top].call == RIG_CALL_SendMessageTimeoutW) {
    watch->place = DIR_PLACE_TIMED; /* how long is not recorded: it comes back by itself */
  } else if (watch->family == RIG_FAMILY_GET_MESSAGE || watch->family == RIG_FAMILY_WAIT_MESSAGE ||
             watch->family == RIG_FAMILY_SEND || watch->record >= log->capacity) {
    watch->place = DIR_PLACE_UNTIMED;
  } else {
    const uint32_t limit = log->records[watch->record].u.wait.timeout_ms;
    watch->place = limit == INFINITE ? DIR_PLACE_UNTIMED : DIR_PLACE_TIMED;
    watch->left_ms = (double)limit - rec_ms(thread->open[top].stamp, rec_stamp());
    if (limit == 0) {
      watch->place = DIR_PLACE_CALL; /* it only tests */
    }
  }
}

/* A message handler, or a sink, has called the innermost call. */
static bool within_handler(const struct rec_thread *thread) {
  const uint32_t depth = thread->depth < REC_DEPTH ? thread->depth : REC_DEPTH;
  for (uint32_t i = 0; i + 1 < depth; i++) {
    const enum rig_family family = rig_call_family(thread->open[i].call);
    if (family == RIG_FAMILY_MAPI_ON_NOTIFY || family == RIG_FAMILY_DISPATCH) {
      return true;
    }
  }
  return false;
}

/* A pump's own wait serves messages until it is asked to stop. These wait for what somebody else
 * is at, who may be one of the client's own threads. */
static bool waits_for_others(const struct dir_watch *watch, const struct rec_thread *thread) {
  return watch->family == RIG_FAMILY_HANDLE_WAIT || watch->family == RIG_FAMILY_CO_WAIT ||
         (watch->family == RIG_FAMILY_MSG_WAIT && within_handler(thread));
}

/* Asked once for each wait: it takes calls of the server. */
static void ask_handles(struct dir_watch *watch, const struct rec_thread *thread) {
  watch->for_others = waits_for_others(watch, thread);
  if (dir_watch_sits(watch) && watch->for_others && watch->record != watch->asked &&
      watch->record == thread->wait_record) {
    watch->asked = watch->record;
    watch->needs_others = dir_handles_need_others(thread);
  }
}

static void place_thread(struct dir_watch *watch, const struct rec_thread *thread) {
  if (thread->depth == 0) {
    watch->place = DIR_PLACE_OUTSIDE;
    watch->family = RIG_FAMILY_NONE;
    watch->for_others = false;
    watch->record = RIG_NO_RECORD;
    watch->left_ms = 0;
  } else {
    place_call(watch, thread);
    ask_handles(watch, thread);
  }
}

void dir_watch_look(struct dir_watch *watch, uint32_t id) {
  struct rec_thread thread;
  const double now = dir_ms();
  if (watch->thread != id) {
    dir_watch_close(watch);
    *watch = (struct dir_watch){.thread = id,
                                .same_ms = now,
                                .moved_ms = now,
                                .awake_ms = now,
                                .still_ms = now,
                                .looked_ms = now,
                                .asked = RIG_NO_RECORD};
    watch->asleep.file = INVALID_HANDLE_VALUE;
  }
  const bool late = now - watch->looked_ms > dir_scaled(DIR_LATE_LOOK_MS) ||
                    dir_heartbeat_late_ms() > watch->same_ms;
  watch->looked_ms = now;
  if (!rec_thread_get(id, &thread) || thread.ended) {
    watch->place = DIR_PLACE_GONE;
    return;
  }
  uint64_t switches = watch->switches;
  const uint32_t arrived = dir_stimuli_arrived();
  const uint32_t given = dir_stimuli_given();
  const enum dir_sleep sleep = dir_asleep(&watch->asleep, thread.unix_id, &switches);
  if (thread.sequence != watch->sequence) {
    watch->moved_ms = now;
  }
  watch->detained = dir_detained(id);
  if (thread.calls != watch->calls || thread.sequence != watch->sequence ||
      arrived != watch->arrived || late || watch->detained != DIR_FREE) {
    watch->same_ms = now;
    watch->still_ms = now;
  }
  const bool ran =
      sleep == DIR_SLEEP_UNKNOWN ? late : switches != watch->switches || sleep != DIR_SLEEP_SLEEPS;
  if (sleep != DIR_SLEEP_SLEEPS) {
    watch->awake_ms = now;
  }
  if (ran || given != watch->given) {
    watch->still_ms = now;
  }
  watch->calls = thread.calls;
  watch->sequence = thread.sequence;
  watch->arrived = arrived;
  watch->given = given;
  watch->switches = switches;
  watch->sleep = sleep;
  place_thread(watch, &thread);
  if (sleep == DIR_SLEEP_GONE) {
    watch->place = DIR_PLACE_GONE; /* TerminateThread tells nobody */
  }
}

void dir_watch_close(struct dir_watch *watch) {
  dir_asleep_close(&watch->asleep);
  watch->thread = 0;
}

bool dir_watch_current(const struct dir_watch *watch) {
  struct rec_thread thread;
  if (watch->place == DIR_PLACE_GONE) {
    return true;
  }
  return rec_thread_get(watch->thread, &thread) && thread.sequence == watch->sequence &&
         dir_stimuli_arrived() == watch->arrived;
}

bool dir_watch_sits(const struct dir_watch *watch) {
  return watch->place == DIR_PLACE_TIMED || watch->place == DIR_PLACE_UNTIMED;
}

bool dir_watch_settled(const struct dir_watch *watch) {
  const bool seen =
      watch->place == DIR_PLACE_UNTIMED && watch->sleep == DIR_SLEEP_SLEEPS && !watch->for_others;
  const double rest_ms = seen                                       ? STILL_MS
                         : watch->for_others && watch->needs_others ? dir_settings.deadline_ms
                                                                    : dir_settings.settle_ms;
  return dir_watch_sits(watch) && watch->looked_ms - watch->still_ms >= rest_ms;
}

bool dir_watch_arrived(const struct dir_watch *watch) {
  return watch->place == DIR_PLACE_TIMED || dir_watch_settled(watch);
}

/* A call that every Wine leaves to its server. Twice: the first may be taken from the same batch of
 * events as the thread's own. */
static void ask_server(void) {
  static HANDLE event; /* of the director's thread alone */
  if (event == NULL) {
    event = CreateEventW(NULL, TRUE, FALSE, NULL);
  }
  ResetEvent(event);
  ResetEvent(event);
}

bool dir_watch_confirmed(struct dir_watch *watch) {
  if (watch->place != DIR_PLACE_UNTIMED || watch->sleep != DIR_SLEEP_SLEEPS) {
    return true; /* nothing to be seen */
  }
  ask_server();
  uint64_t switches = watch->switches;
  const bool still =
      dir_asleep(&watch->asleep, watch->asleep.unix_id, &switches) == DIR_SLEEP_SLEEPS &&
      switches == watch->switches;
  if (!still) {
    watch->still_ms = dir_ms();
  }
  return still && dir_watch_current(watch);
}

bool dir_watch_same_for(const struct dir_watch *watch, double ms) {
  return watch->looked_ms - watch->same_ms >= ms;
}

/* ---- an idle loop, by what it records ---- */

/* At most so many records are read in one go; a log that grows faster is skipped over. */
#define IDLE_BATCH 4096u
/* A slot reserved and never written is passed over when so many came after it: its writer ended. */
#define IDLE_TORN 256u

/* A loop that records more than so many a millisecond spins: one that waits a millisecond each time
 * and looks at its queue records about six. */
#define IDLE_RATE 20.0

static struct {
  bool begun;
  uint32_t next;   /* the first record not yet read */
  double since_ms; /* of the last record that was more than idling */
  double last_ms;  /* of the last one that was no more */
  double count;    /* of those since then */
} idle;

static bool idles(const struct rig_record *record) {
  const enum rig_family family = rig_call_family(record->call);
  if (record->kind != RIG_KIND_ENTER && record->kind != RIG_KIND_LEAVE &&
      record->kind != RIG_KIND_CALL) {
    return false;
  }
  switch (family) {
  case RIG_FAMILY_MSG_WAIT:
  case RIG_FAMILY_WAIT_MESSAGE:
  case RIG_FAMILY_CO_WAIT:
  case RIG_FAMILY_HANDLE_WAIT:
  case RIG_FAMILY_SLEEP:
  case RIG_FAMILY_QUEUE_STATUS:
    return true;
  case RIG_FAMILY_GET_MESSAGE:
    return record->kind == RIG_KIND_ENTER;
  case RIG_FAMILY_PEEK_MESSAGE:
    return record->kind == RIG_KIND_ENTER || record->u.message.result == 0;
  default:
    return false;
  }
}

void dir_idle_reset(void) {
  idle.begun = false;
}

static void note_idle(const struct rig_record *record, uint32_t thread, double now) {
  if (record->thread != thread || record->kind == RIG_KIND_MORE) {
    return;
  }
  if (idles(record)) {
    idle.last_ms = now;
    idle.count++;
  } else {
    idle.since_ms = now;
    idle.count = 0;
  }
}

bool dir_idle(uint32_t thread, double ms) {
  const struct rig_log *log = rec_log();
  const double now = dir_ms();
  uint32_t next = __atomic_load_n(&log->header->next, __ATOMIC_ACQUIRE);
  next = next < log->capacity ? next : log->capacity;
  if (!idle.begun) {
    idle.begun = true;
    idle.next = next;
    idle.since_ms = idle.last_ms = now;
    idle.count = 0;
    return false;
  }
  if (next - idle.next > IDLE_BATCH) {
    idle.count += next - idle.next - IDLE_BATCH;
    idle.next = next - IDLE_BATCH;
  }
  for (; idle.next < next; idle.next++) {
    const struct rig_record *record = &log->records[idle.next];
    if (__atomic_load_n(&record->commit, __ATOMIC_ACQUIRE) == idle.next + 1) {
      note_idle(record, thread, now);
    } else if (next - idle.next <= IDLE_TORN) {
      break; /* read on from here next time */
    }
  }
  const double passed = now - idle.since_ms;
  return passed >= ms && now - idle.last_ms < ms && idle.count >= 2 &&
         idle.count <= IDLE_RATE * passed;
}
