/*
 * Settings, clock, wake-up and facts of the director.
 *
 * The wake-up is an address wait (WaitOnAddress): under Wine a futex, so that a client's thread
 * that tells the director of a boundary makes no wineserver request for it.
 */
#include "state.h"

#include "address.h"
#include "director.h"
#include "recorder/recorder.h"

struct dir_settings dir_settings;

static uint32_t wakes;

static SRWLOCK facts_lock = SRWLOCK_INIT;
static struct dir_facts facts;
static uint32_t facts_checkpoint;

bool dir_settings_read(void) {
  const struct rig_log *log = rec_log();
  if (log == NULL) {
    return false;
  }
  const struct rig_header *header = log->header;
  dir_settings.scale = header->scale_permille == 0 ? 1.0 : header->scale_permille / 1000.0;
  dir_settings.steps = (const void *)((const char *)header + (size_t)header->plan_offset);
  dir_settings.step_count = header->plan_steps;
  dir_settings.stop_way = header->stop_way;
  dir_settings.deadline_ms = dir_scaled(header->deadline_ms);
  dir_settings.settle_ms = dir_scaled(header->settle_ms);
  dir_settings.ready_ms = dir_scaled(header->ready_timeout_ms);
  dir_settings.timeout_ms = dir_scaled(header->timeout_ms);
  (void)dir_ms();
  return true;
}

double dir_scaled(uint32_t ms) {
  return ms * dir_settings.scale;
}

double dir_ms(void) {
  static LARGE_INTEGER rate, start; /* set by the first call, in dir_settings_read */
  LARGE_INTEGER now;
  QueryPerformanceCounter(&now);
  if (start.QuadPart == 0) {
    QueryPerformanceFrequency(&rate);
    start = now;
  }
  return (double)(now.QuadPart - start.QuadPart) * 1000.0 / (double)rate.QuadPart;
}

void dir_wake(void) {
  __atomic_fetch_add(&wakes, 1, __ATOMIC_RELEASE);
  dir_address_wake(&wakes);
}

void dir_wait(uint32_t us) {
  static uint32_t seen; /* of the director's thread alone */
  if (__atomic_load_n(&wakes, __ATOMIC_ACQUIRE) == seen) {
    dir_address_wait(&wakes, seen, us);
  }
  seen = __atomic_load_n(&wakes, __ATOMIC_ACQUIRE);
}

void dir_facts_get(struct dir_facts *out) {
  AcquireSRWLockShared(&facts_lock);
  *out = facts;
  ReleaseSRWLockShared(&facts_lock);
}

uint32_t dir_first_thread(void) {
  return __atomic_load_n(&facts.first_thread, __ATOMIC_ACQUIRE);
}

/* ---- told by the other parts of the stub, on threads of the client ---- */

static void tell_begin(void) {
  AcquireSRWLockExclusive(&facts_lock);
}

static void tell_end(void) {
  ReleaseSRWLockExclusive(&facts_lock);
  dir_wake();
}

void dir_mapi_initialized(uint32_t first_thread) {
  if (!rec_active()) {
    return;
  }
  tell_begin();
  if (first_thread != 0 && first_thread != facts.first_thread) {
    __atomic_store_n(&facts.first_thread, first_thread, __ATOMIC_RELEASE);
    facts.milestone_ms = dir_ms();
  }
  tell_end();
}

void dir_mapi_logon_returned(HRESULT result) {
  if (!rec_active()) {
    return;
  }
  (void)result; /* a logon that failed has returned too: what the client does then is its own */
  tell_begin();
  if (!facts.logon_returned) {
    facts.logon_returned = true;
    facts.milestone_ms = dir_ms();
  }
  tell_end();
}

void dir_service_connected(void) {
  if (!rec_active()) {
    return;
  }
  tell_begin();
  facts.connected = true;
  tell_end();
}

void dir_service_status(const SERVICE_STATUS *status) {
  if (!rec_active()) {
    return;
  }
  const double now = dir_ms();
  tell_begin();
  facts.connected = true;
  if (status->dwCurrentState == SERVICE_RUNNING && !facts.running) {
    facts.running = true;
    facts.milestone_ms = now;
  }
  /* W:SetServiceStatus: a report that changes neither the state nor the checkpoint is no sign. */
  if (status->dwCurrentState != facts.service_state || status->dwCheckPoint > facts_checkpoint) {
    facts.service_sign_ms = now;
    facts.service_hint_ms = dir_scaled(status->dwWaitHint);
  }
  facts.service_state = status->dwCurrentState;
  facts_checkpoint = status->dwCheckPoint;
  tell_end();
}
