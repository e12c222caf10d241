/*
 * Opening the session and writing records. A completed record costs a stamp, one atomic add and 64
 * bytes of stores: no lock, no allocation, no call into Windows.
 */
#include "recorder/private.h"

#include <string.h>
#include <x86intrin.h>

#include "director/boundary.h"

static struct rig_log the_log;
static bool active;
static bool by_tsc;
/* The stub's own pair of stamp and time, for sessions without the harness's calibration. */
static uint64_t open_stamp;
static uint64_t open_raw;

static uint64_t raw_now(void) {
  LARGE_INTEGER now;
  QueryPerformanceCounter(&now);
  return (uint64_t)now.QuadPart;
}

uint64_t rec_stamp(void) {
  return by_tsc ? __rdtsc() : raw_now();
}

double rec_ms(uint64_t from, uint64_t to) {
  const double ticks = (double)(int64_t)(to - from);
  if (!by_tsc) {
    return ticks / RIG_RAW_PER_MS;
  }
  const struct rig_header *header = the_log.header;
  uint64_t stamp = open_stamp;
  uint64_t raw = open_raw;
  if (active && header->ns_first != 0) {
    stamp = header->stamp_first;
    raw = header->ns_first / 100;
  }
  const double raw_passed = (double)(int64_t)(raw_now() - raw);
  const double stamps_passed = (double)(int64_t)(__rdtsc() - stamp);
  if (stamps_passed <= 0 || raw_passed <= 0) {
    return 0;
  }
  return ticks * (raw_passed / RIG_RAW_PER_MS) / stamps_passed;
}

bool rec_active(void) {
  return active;
}

const struct rig_log *rec_log(void) {
  return active ? &the_log : NULL;
}

/* ---- opening ---- */

static void *map(const WCHAR *path, uint64_t *bytes) {
  HANDLE file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE,
                            FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                            OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) {
    return NULL;
  }
  LARGE_INTEGER size = {.QuadPart = 0};
  void *base = NULL;
  if (GetFileSizeEx(file, &size) && size.QuadPart > 0 && (uint64_t)size.QuadPart <= SIZE_MAX) {
    HANDLE mapping = CreateFileMappingW(file, NULL, PAGE_READWRITE, 0, 0, NULL);
    if (mapping != NULL) {
      base = MapViewOfFile(mapping, FILE_MAP_WRITE, 0, 0, 0);
      CloseHandle(mapping); /* the view keeps both alive */
    }
  }
  CloseHandle(file);
  *bytes = (uint64_t)size.QuadPart;
  return base;
}

/* A child of the client inherits the variable; the session belongs to the first process. */
static bool claim(struct rig_header *header) {
  uint32_t nobody = 0;
  return __atomic_compare_exchange_n(&header->process, &nobody, GetCurrentProcessId(), false,
                                     __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

static void hello(void) {
  WCHAR wide[1024];
  char path[RIG_MORE_MAX * RIG_MORE_BYTES];
  DWORD length = GetModuleFileNameW(NULL, wide, sizeof wide / sizeof *wide - 1);
  wide[length] = L'\0';
  const uint32_t bytes = rec_copy_wide(path, wide, sizeof path);
  union rig_payload payload = {
      .state = {.a = GetCurrentProcessId(), .b = (uint32_t)sizeof(void *) * 8}};
  rec_state(RIG_STATE_HELLO, 0, &payload, path, bytes);
}

bool rec_open(void) {
  WCHAR path[1024];
  const DWORD length =
      GetEnvironmentVariableW(L"" REC_SESSION_VARIABLE, path, sizeof path / sizeof *path);
  if (length == 0 || length >= sizeof path / sizeof *path) {
    return false;
  }
  uint64_t bytes = 0;
  void *base = map(path, &bytes);
  if (base == NULL) {
    return false;
  }
  struct rig_log log;
  if (!rig_log_open(&log, base, bytes) || !rec_threads_open() || !rec_guard_open() ||
      !claim(log.header)) {
    UnmapViewOfFile(base);
    return false;
  }
  the_log = log;
  by_tsc = log.header->clock == RIG_CLOCK_TSC;
  open_stamp = rec_stamp();
  open_raw = raw_now();
  active = true;
  hello();
  rec_thread_start();
  return true;
}

/* ---- records ---- */

static bool is_wait(enum rig_call call) {
  switch (rig_call_family(call)) {
  case RIG_FAMILY_MSG_WAIT:
  case RIG_FAMILY_HANDLE_WAIT:
  case RIG_FAMILY_CO_WAIT:
    return true;
  default:
    return false;
  }
}

static void keep_wait(struct rec_thread *thread, uint32_t record, const uint32_t *words,
                      uint32_t bytes) {
  uint32_t count = bytes / (uint32_t)sizeof *words;
  if (count > REC_WAIT_HANDLES) {
    count = REC_WAIT_HANDLES;
  }
  thread->wait_record = record;
  thread->wait_count = count;
  for (uint32_t i = 0; i < count; i++) {
    thread->wait_handles[i] = LongToHandle((LONG)words[i]); /* handles have 32 bits, signed */
  }
}

/* Forgets open calls that an exception or longjmp left behind: the frame of a call that is still
 * open lies above ours, for the stack grows down. */
static void drop_left(struct rec_slot *slot, const void *here) {
  struct rec_thread *thread = &slot->state;
  while (thread->depth > 0 && thread->depth <= REC_DEPTH &&
         (uintptr_t)slot->at[thread->depth - 1] <= (uintptr_t)here) {
    thread->depth--;
  }
}

static void push(struct rec_slot *slot, uint32_t record, enum rig_call call, uint64_t stamp,
                 const void *here) {
  struct rec_thread *thread = &slot->state;
  drop_left(slot, here);
  if (thread->depth < REC_DEPTH) {
    thread->open[thread->depth].record = record;
    thread->open[thread->depth].call = call;
    thread->open[thread->depth].stamp = stamp;
    slot->at[thread->depth] = here;
  }
  thread->depth++;
  thread->calls++;
}

/* Closes `record`, and with it what an exception left open above it. */
static void pop(struct rec_thread *thread, uint32_t record) {
  if (thread->depth > REC_DEPTH) {
    thread->depth--;
    return;
  }
  for (uint32_t i = thread->depth; i > 0; i--) {
    if (thread->open[i - 1].record == record) {
      thread->depth = i - 1;
      return;
    }
  }
}

/* Whether the calling thread's calls are recorded, and its slot (NULL when it has none). */
static bool recorded(struct rec_slot **slot) {
  if (!active) {
    return false;
  }
  *slot = rec_slot();
  return *slot == NULL || (*slot)->state.owner != REC_OWNER_STUB;
}

static inline struct rig_record make(enum rig_kind kind, enum rig_call call, uint32_t link,
                                     uint64_t stamp, uint64_t caller,
                                     const union rig_payload *payload) {
  return (struct rig_record){.kind = (uint8_t)kind,
                             .call = (uint16_t)call,
                             .thread = teb_thread_id(),
                             .link = link,
                             .stamp = stamp,
                             .caller = caller,
                             .u = *payload};
}

uint32_t rec_enter(enum rig_call call, uint64_t caller, const union rig_payload *payload,
                   const void *more, uint32_t bytes) {
  struct rec_slot *slot;
  if (!recorded(&slot)) {
    return RIG_NO_RECORD;
  }
  const uint32_t error = teb_last_error();
  const struct rig_record record =
      make(RIG_KIND_ENTER, call, RIG_NO_RECORD, rec_stamp(), caller, payload);
  const uint32_t index = rig_log_append(&the_log, &record, more, bytes);
  if (slot != NULL) {
    rec_slot_begin(slot);
    push(slot, index, call, record.stamp, &record);
    if (is_wait(call)) {
      keep_wait(&slot->state, index, more, more == NULL ? 0 : bytes);
    }
    rec_slot_end(slot);
  }
  dir_boundary(call, RIG_EDGE_ENTRY, payload);
  teb_set_last_error(error);
  return index;
}

void rec_leave(uint32_t enter, enum rig_call call, uint64_t caller,
               const union rig_payload *payload) {
  struct rec_slot *slot;
  if (!recorded(&slot)) {
    return;
  }
  const uint32_t error = teb_last_error();
  const struct rig_record record = make(RIG_KIND_LEAVE, call, enter, rec_stamp(), caller, payload);
  rig_log_append(&the_log, &record, NULL, 0);
  if (slot != NULL) {
    rec_slot_begin(slot);
    pop(&slot->state, enter);
    rec_slot_end(slot);
  }
  dir_boundary(call, RIG_EDGE_RETURN, payload);
  teb_set_last_error(error);
}

static void count_call(struct rec_slot *slot) {
  if (slot != NULL) {
    rec_slot_begin(slot);
    slot->state.calls++;
    rec_slot_end(slot);
  }
}

void rec_about(enum rig_call call) {
  struct rec_slot *slot;
  if (dir_boundary_wanted() && recorded(&slot)) {
    const uint32_t error = teb_last_error();
    dir_boundary(call, RIG_EDGE_ENTRY, NULL);
    teb_set_last_error(error);
  }
}

uint32_t rec_call(enum rig_call call, uint64_t caller, const union rig_payload *payload,
                  const void *more, uint32_t bytes) {
  struct rec_slot *slot;
  if (!recorded(&slot)) {
    return RIG_NO_RECORD;
  }
  const uint32_t error = teb_last_error();
  const struct rig_record record =
      make(RIG_KIND_CALL, call, RIG_NO_RECORD, rec_stamp(), caller, payload);
  const uint32_t index = rig_log_append(&the_log, &record, more, bytes);
  count_call(slot);
  dir_boundary(call, RIG_EDGE_RETURN, payload);
  teb_set_last_error(error);
  return index;
}

struct rec_place rec_prepare(enum rig_call call, const union rig_payload *payload) {
  struct rec_place place = {.index = RIG_NO_RECORD};
  struct rec_slot *slot;
  if (recorded(&slot)) {
    const uint32_t error = teb_last_error();
    dir_boundary(call, RIG_EDGE_ENTRY, payload);
    place.stamp = rec_stamp();
    place.index = rig_log_reserve(&the_log);
    teb_set_last_error(error);
  }
  return place;
}

void rec_complete(struct rec_place place, enum rig_call call, uint64_t caller,
                  const union rig_payload *payload) {
  if (place.stamp == 0) {
    return;
  }
  const uint32_t error = teb_last_error();
  const struct rig_record record =
      make(RIG_KIND_CALL, call, RIG_NO_RECORD, place.stamp, caller, payload);
  rig_log_fill(&the_log, place.index, &record);
  count_call(rec_slot());
  dir_boundary(call, RIG_EDGE_RETURN, payload);
  teb_set_last_error(error);
}

static uint32_t fact(enum rig_kind kind, uint16_t call, uint32_t thread, uint32_t link,
                     const union rig_payload *payload, const void *more, uint32_t bytes) {
  if (!active) {
    return RIG_NO_RECORD;
  }
  const struct rig_record record = {.kind = (uint8_t)kind,
                                    .call = call,
                                    .thread = thread != 0 ? thread : teb_thread_id(),
                                    .link = link,
                                    .stamp = rec_stamp(),
                                    .u = *payload};
  return rig_log_append(&the_log, &record, more, bytes);
}

uint32_t rec_state(enum rig_state state, uint32_t thread, const union rig_payload *payload,
                   const void *more, uint32_t bytes) {
  return fact(RIG_KIND_STATE, (uint16_t)state, thread, RIG_NO_RECORD, payload, more, bytes);
}

uint32_t rec_receipt(uint32_t stimulus, const union rig_payload *payload) {
  return fact(RIG_KIND_RECEIPT, 0, 0, stimulus, payload, NULL, 0);
}

uint32_t rec_stimulus(enum rig_action action, uint32_t link, const union rig_payload *payload) {
  return fact(RIG_KIND_STIMULUS, (uint16_t)action, 0, link, payload, NULL, 0);
}
