/*
 * The table of tokens. Entries are made by the director's thread alone; client threads only mark
 * them received, and sender threads answered.
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
  uint64_t stamp; /* of the moment before it was performed */
  double since_ms;
};

static struct stimulus table[DIR_TOKENS_MAX];
static uint32_t issued;  /* atomic; entries below it are valid */
static uint32_t arrived; /* atomic */
static uint32_t oldest;  /* of the director's thread: every entry before it is done with */

static struct stimulus *find(uint64_t token) {
  const uint64_t number = token - DIR_TOKEN_BASE;
  return number < __atomic_load_n(&issued, __ATOMIC_ACQUIRE) ? &table[number] : NULL;
}

static void moved(void) {
  __atomic_fetch_add(&arrived, 1, __ATOMIC_RELEASE);
}

uint32_t dir_stimulus_begin(uint32_t thread, bool expected) {
  const uint32_t number = issued;
  if (number == DIR_TOKENS_MAX) {
    return 0;
  }
  struct stimulus *entry = &table[number];
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
  __atomic_fetch_or(&entry->flags, (uint32_t)RECEIVED, __ATOMIC_RELEASE);
  moved();
  return entry->record;
}

uint32_t dir_receipt(enum rig_window window, WPARAM wparam) {
  (void)window;
  return rec_active() ? dir_stimulus_received((uint64_t)wparam) : RIG_NO_RECORD;
}

static bool outstanding(const struct stimulus *entry) {
  return (__atomic_load_n(&entry->flags, __ATOMIC_ACQUIRE) & (AWAITED | RECEIVED)) == AWAITED;
}

/* Counts those of `thread`, of every thread when it is 0. */
static uint32_t count(uint32_t thread, double *since_ms) {
  while (oldest < issued && !outstanding(&table[oldest])) {
    oldest++;
  }
  if (oldest == issued) {
    dir_boundary_interest(DIR_INTEREST_TOKENS, false);
  }
  uint32_t found = 0;
  for (uint32_t i = oldest; i < issued; i++) {
    if ((thread == 0 || table[i].thread == thread) && outstanding(&table[i])) {
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

uint32_t dir_stimuli_arrived(void) {
  return __atomic_load_n(&arrived, __ATOMIC_ACQUIRE);
}

uint32_t dir_stimuli_given(void) {
  return issued;
}
