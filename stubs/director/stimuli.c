/*
 * The table of tokens. Entries are made by the director's thread and, now and then, by a window
 * procedure of MAPI's; client threads mark them received, and sender threads answered.
 */
#include "stimuli.h"

#include <windows.h>

#include "boundary_private.h"
#include "director.h"
#include "recorder/recorder.h"
#include "state.h"

enum { AWAITED = 1, RECEIVED = 2 };

struct stimulus {
  uint32_t record;
  uint32_t thread;
  uint32_t flags; /* atomic */
  uint32_t step;
  struct dir_nature nature;
  uint64_t stamp; /* of the moment before it was performed */
  double since_ms;
};

static struct stimulus table[DIR_TOKENS_MAX];
static SRWLOCK lock = SRWLOCK_INIT; /* of those who make entries */
static uint32_t issued;             /* atomic; entries below it are valid */
static uint32_t arrived;            /* atomic */
static uint32_t oldest; /* of the director's thread: every entry before it is done with */

static struct stimulus *find(uint64_t token) {
  const uint64_t number = token - DIR_TOKEN_BASE;
  return number < __atomic_load_n(&issued, __ATOMIC_ACQUIRE) ? &table[number] : NULL;
}

static void moved(void) {
  __atomic_fetch_add(&arrived, 1, __ATOMIC_RELEASE);
}

static uint32_t make(uint32_t thread, bool expected, struct dir_nature nature) {
  const uint32_t number = issued;
  if (number == DIR_TOKENS_MAX) {
    return 0;
  }
  struct stimulus *entry = &table[number];
  entry->nature = nature;
  entry->record = rig_log_reserve(rec_log());
  entry->thread = thread;
  entry->flags = expected ? AWAITED : 0;
  entry->since_ms = dir_ms();
  entry->stamp = rec_stamp();
  if (expected) {
    dir_boundary_interest(DIR_INTEREST_TOKENS, true);
  }
  __atomic_store_n(&issued, number + 1, __ATOMIC_RELEASE);
  return DIR_TOKEN_BASE + number;
}

uint32_t dir_stimulus_begin_as(uint32_t thread, bool expected, struct dir_nature nature) {
  AcquireSRWLockExclusive(&lock);
  const uint32_t token = make(thread, expected, nature);
  ReleaseSRWLockExclusive(&lock);
  return token;
}

uint32_t dir_stimulus_begin(uint32_t thread, bool expected) {
  return dir_stimulus_begin_as(thread, expected, (struct dir_nature){.kind = DIR_KIND_PLAIN});
}

bool dir_stimulus_nature(uint64_t token, struct dir_nature *nature, uint32_t *step) {
  const struct stimulus *entry = find(token);
  if (entry == NULL) {
    return false;
  }
  *nature = entry->nature;
  *step = entry->step;
  return true;
}

uint32_t dir_stimulus_record(uint64_t token) {
  const struct stimulus *entry = find(token);
  return entry == NULL ? RIG_NO_RECORD : entry->record;
}

static struct rig_record make_record(uint32_t token, enum rig_action action, uint32_t link,
                                     const union rig_payload *payload) {
  return (struct rig_record){.kind = RIG_KIND_STIMULUS,
                             .call = (uint16_t)action,
                             .thread = GetCurrentThreadId(),
                             .link = link,
                             .caller = token,
                             .stamp = rec_stamp(),
                             .u = *payload};
}

void dir_stimulus_tell(uint32_t token, enum rig_action action, const union rig_payload *payload,
                       bool performed) {
  struct stimulus *entry = find(token);
  if (entry == NULL) {
    return;
  }
  if (!performed) {
    __atomic_fetch_and(&entry->flags, (uint32_t)~AWAITED, __ATOMIC_RELEASE);
  }
  entry->step = payload->stimulus.step;
  struct rig_record record = make_record(token, action, RIG_NO_RECORD, payload);
  record.stamp = entry->stamp;
  rig_log_fill(rec_log(), entry->record, &record);
}

void dir_stimulus_answered(uint32_t token, enum rig_action action,
                           const union rig_payload *payload) {
  struct stimulus *entry = find(token);
  if (entry == NULL) {
    return;
  }
  __atomic_fetch_and(&entry->flags, (uint32_t)~AWAITED, __ATOMIC_RELEASE);
  const struct rig_record record = make_record(token, action, entry->record, payload);
  rig_log_append(rec_log(), &record, NULL, 0);
  moved();
  dir_wake();
}

uint32_t dir_stimulus_received(uint64_t token) {
  struct stimulus *entry = find(token);
  if (entry == NULL) {
    return RIG_NO_RECORD;
  }
  const uint32_t before = __atomic_fetch_or(&entry->flags, (uint32_t)RECEIVED, __ATOMIC_RELEASE);
  if ((before & (AWAITED | RECEIVED)) == AWAITED) {
    moved(); /* a timer's or a flood's next message is no progress */
  }
  return entry->record;
}

static bool outstanding(const struct stimulus *entry) {
  const uint32_t flags = __atomic_load_n(&entry->flags, __ATOMIC_ACQUIRE);
  return (flags & AWAITED) != 0 && ((flags & RECEIVED) == 0 || entry->nature.lasts);
}

void dir_stimuli_quit_received(uint32_t thread) {
  /* Several quit flags are one: calls of PostQuitMessage coalesce. */
  const uint32_t count = __atomic_load_n(&issued, __ATOMIC_ACQUIRE);
  for (uint32_t i = 0; i < count; i++) {
    if (table[i].nature.kind == DIR_KIND_QUIT_FLAG && table[i].thread == thread) {
      (void)dir_stimulus_received(DIR_TOKEN_BASE + i);
    }
  }
}

void dir_stimuli_drop(enum rig_window window) {
  const uint32_t count = __atomic_load_n(&issued, __ATOMIC_ACQUIRE);
  for (uint32_t i = 0; i < count; i++) {
    if (table[i].nature.window == (uint8_t)window) {
      __atomic_fetch_and(&table[i].flags, (uint32_t)~AWAITED, __ATOMIC_RELEASE);
    }
  }
}

/* Whether the thread sits in a wait that runs APCs. */
static bool alertable(uint32_t id) {
  struct rec_thread thread;
  const struct rig_log *log = rec_log();
  if (!rec_thread_get(id, &thread) || thread.depth == 0 || thread.depth > REC_DEPTH) {
    return false;
  }
  const uint32_t record = thread.open[thread.depth - 1].record;
  const enum rig_family family = rig_call_family(thread.open[thread.depth - 1].call);
  const bool waits = family == RIG_FAMILY_MSG_WAIT || family == RIG_FAMILY_HANDLE_WAIT ||
                     family == RIG_FAMILY_CO_WAIT || family == RIG_FAMILY_SLEEP;
  return waits && record < log->capacity && log->records[record].u.wait.alertable != 0;
}

static bool is_pending(const struct stimulus *entry) {
  return outstanding(entry) && (entry->nature.kind != DIR_KIND_APC || alertable(entry->thread));
}

/* Counts those of `thread`, of every thread when it is 0. */
static uint32_t count(uint32_t thread, double *since_ms) {
  const uint32_t end = __atomic_load_n(&issued, __ATOMIC_ACQUIRE);
  while (oldest < end && !outstanding(&table[oldest])) {
    oldest++;
  }
  if (oldest == end) {
    dir_boundary_interest(DIR_INTEREST_TOKENS, false);
    if (__atomic_load_n(&issued, __ATOMIC_SEQ_CST) != end) { /* one that was given meanwhile */
      dir_boundary_interest(DIR_INTEREST_TOKENS, true);
    }
  }
  uint32_t found = 0;
  for (uint32_t i = oldest; i < end; i++) {
    if ((thread == 0 || table[i].thread == thread) && is_pending(&table[i])) {
      if (found++ == 0) {
        *since_ms = table[i].since_ms;
      }
    }
  }
  return found;
}

uint32_t dir_stimuli_pending(uint32_t thread, double *since_ms) {
  return thread == 0 ? 0 : count(thread, since_ms);
}

uint32_t dir_stimuli_pending_all(void) {
  double since;
  return count(0, &since);
}

void dir_stimuli_progress(void) {
  moved();
}

uint32_t dir_stimuli_arrived(void) {
  return __atomic_load_n(&arrived, __ATOMIC_ACQUIRE);
}

uint32_t dir_stimuli_given(void) {
  return __atomic_load_n(&issued, __ATOMIC_ACQUIRE);
}
