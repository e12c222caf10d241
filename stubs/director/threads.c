/*
 * Names are found by reading the log, only when a step asks for one: nothing is kept for them while
 * the client runs.
 */
#include "threads.h"

#include <windows.h>

#include "recorder/recorder.h"
#include "state.h"

#define THREADS_MAX 256u
/* A slot that was reserved and not yet written is waited for so many time slices: its writer may
 * have ended. */
#define TORN_YIELDS 1000

struct known {
  uint32_t id;
  bool called; /* `number` is set */
  bool mapi;
  uint32_t number;
};

static struct {
  SRWLOCK lock;
  struct known threads[THREADS_MAX];
  uint32_t count;
  uint32_t called;
  uint32_t scanned; /* records read so far */
} table = {.lock = SRWLOCK_INIT};

static uint32_t notification_thread; /* atomic */

void dir_threads_notification(uint32_t thread) {
  __atomic_store_n(&notification_thread, thread, __ATOMIC_RELEASE);
}

static struct known *find(uint32_t id) {
  for (uint32_t i = 0; i < table.count; i++) {
    if (table.threads[i].id == id) {
      return &table.threads[i];
    }
  }
  if (table.count == THREADS_MAX) {
    return NULL;
  }
  struct known *made = &table.threads[table.count++];
  *made = (struct known){.id = id};
  return made;
}

static void note(const struct rig_record *record) {
  const bool call = record->kind == RIG_KIND_ENTER || record->kind == RIG_KIND_LEAVE ||
                    record->kind == RIG_KIND_CALL;
  const bool start = record->kind == RIG_KIND_STATE && record->call == RIG_STATE_THREAD_START &&
                     record->u.state.b != 0;
  struct known *thread = call || start ? find(record->thread) : NULL;
  if (thread == NULL) {
    return;
  }
  if (start) {
    thread->mapi = true;
  } else if (!thread->called && !thread->mapi) {
    thread->called = true;
    thread->number = table.called++;
  }
}

static void scan(void) {
  const struct rig_log *log = rec_log();
  const uint32_t next = __atomic_load_n(&log->header->next, __ATOMIC_ACQUIRE);
  const uint32_t end = next < log->capacity ? next : log->capacity;
  for (; table.scanned < end; table.scanned++) {
    const struct rig_record *record = &log->records[table.scanned];
    for (int i = 0;
         i < TORN_YIELDS && __atomic_load_n(&record->commit, __ATOMIC_ACQUIRE) != table.scanned + 1;
         i++) {
      SwitchToThread();
    }
    if (__atomic_load_n(&record->commit, __ATOMIC_ACQUIRE) == table.scanned + 1) {
      note(record);
    }
  }
}

static uint32_t numbered(uint32_t number) {
  uint32_t id = 0;
  AcquireSRWLockExclusive(&table.lock);
  scan();
  for (uint32_t i = 0; i < table.count; i++) {
    if (table.threads[i].called && table.threads[i].number == number) {
      id = table.threads[i].id;
    }
  }
  ReleaseSRWLockExclusive(&table.lock);
  return id;
}

uint32_t dir_who_thread(enum rig_who who) {
  if (who == RIG_WHO_MAPI) {
    return __atomic_load_n(&notification_thread, __ATOMIC_ACQUIRE);
  }
  return who >= RIG_WHO_NUMBERED ? numbered((uint32_t)who - RIG_WHO_NUMBERED) : dir_first_thread();
}

bool dir_thread_is(uint32_t thread, enum rig_who who) {
  return thread != 0 && dir_who_thread(who) == thread;
}
