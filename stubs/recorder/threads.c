/*
 * The thread table: per thread, what the director must know of it. A slot is written by its own
 * thread alone, under a sequence number, and read by copying until the number stands still.
 */
#include "recorder/private.h"

#include <string.h>
#include <winternl.h>

#define READ_TRIES 10000
#define READ_SPINS 100  /* tries before the reader gives up its time slice between two of them */
#define START_ADDRESS 9 /* ThreadQuerySetWin32StartAddress */

static struct rec_slot slots[REC_THREADS];
static uint32_t reached; /* atomic: slots from here on were never used. A look-up that went over all
                          * of them would bring every page of the table in, in every run */
static uint32_t tls = TLS_OUT_OF_INDEXES;
static bool linux_ids;

/* A thread that found the table full, or is ending, has this instead of a slot: what it calls is
 * recorded, its state is not. */
static struct rec_slot no_slot;

extern const char __ImageBase[]; /* the linker's name for the start of this image */

bool rec_own_address(uint64_t address) {
  const IMAGE_DOS_HEADER *dos = (const void *)__ImageBase;
  const IMAGE_NT_HEADERS *nt = (const void *)(__ImageBase + dos->e_lfanew);
  return address - (uintptr_t)__ImageBase < nt->OptionalHeader.SizeOfImage;
}

bool rec_threads_open(void) {
  tls = TlsAlloc();
  if (tls >= TEB_TLS_SLOTS) {
    return false;
  }
  /* A raw Linux system call is only safe where PE code runs unfiltered, as it was measured with
   * Wine 8; a later Wine may take it for an NT one. Elsewhere the Linux id stays unknown (0). */
  union {
    FARPROC procedure;
    const char *(CDECL *version)(void);
  } get = {GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version")};
  linux_ids = get.procedure != NULL && strncmp(get.version(), "8.", 2) == 0;
  return true;
}

static uint32_t linux_thread_id(void) {
  if (!linux_ids) {
    return 0;
  }
  long id;
#ifdef _WIN64
  long long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(186LL) : "rcx", "r11", "memory"); /* gettid */
  id = (long)result;
#else
  __asm__ volatile("int $0x80" : "=a"(id) : "a"(224L) : "memory"); /* gettid */
#endif
  return id > 0 ? (uint32_t)id : 0;
}

/* ---- slots ---- */

static void reach(uint32_t count) {
  uint32_t before = __atomic_load_n(&reached, __ATOMIC_RELAXED);
  while (before < count && !__atomic_compare_exchange_n(&reached, &before, count, true,
                                                        __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
  }
}

static bool take(struct rec_slot *slot, uint32_t from) {
  return __atomic_compare_exchange_n(&slot->use, &from, (uint32_t)REC_LIVE, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED);
}

/* Never used slots first: an ended thread stays readable as long as there is room. */
static struct rec_slot *find_free(void) {
  for (uint32_t use = REC_FREE; use <= REC_ENDED; use += REC_ENDED - REC_FREE) {
    for (uint32_t i = 0; i < REC_THREADS; i++) {
      if (slots[i].use == use && take(&slots[i], use)) {
        reach(i + 1);
        return &slots[i];
      }
    }
  }
  return NULL;
}

static void tell_full(void) {
  static uint32_t told;
  static const char text[] = "mapirig: more threads alive than the recorder follows; the calls of "
                             "the others are recorded, their states are unknown\n";
  if (__atomic_exchange_n(&told, 1, __ATOMIC_RELAXED) == 0) {
    const union rig_payload payload = {.bytes = {0}};
    rec_state(RIG_STATE_OUTPUT, 0, &payload, text, sizeof text - 1);
  }
}

static struct rec_slot *claim_slot(void) {
  struct rec_slot *slot = find_free();
  if (slot == NULL) {
    teb_tls_set(tls, &no_slot);
    tell_full();
    return NULL;
  }
  rec_slot_begin(slot);
  struct rec_thread *thread = &slot->state;
  memset((char *)thread + sizeof thread->sequence, 0, sizeof *thread - sizeof thread->sequence);
  thread->id = teb_thread_id();
  thread->unix_id = linux_thread_id();
  thread->owner = REC_OWNER_CLIENT;
  thread->wait_record = RIG_NO_RECORD;
  slot->announced = 0;
  rec_slot_end(slot);
  teb_tls_set(tls, slot);
  return slot;
}

struct rec_slot *rec_slot(void) {
  struct rec_slot *slot = teb_tls_get(tls);
  if (slot == NULL) {
    return claim_slot();
  }
  return slot == &no_slot ? NULL : slot;
}

/* ---- starts and ends ---- */

static void announce(struct rec_slot *slot, uint64_t start) {
  union rig_payload payload = {.state = {.value = start}};
  if (slot != NULL) {
    if (slot->announced) {
      return;
    }
    slot->announced = 1;
    payload.state.a = slot->state.unix_id;
    payload.state.b = slot->state.owner == REC_OWNER_MAPI;
  }
  rec_state(RIG_STATE_THREAD_START, 0, &payload, NULL, 0);
}

static uint64_t start_address(void) {
  void *start = NULL;
  NtQueryInformationThread(GetCurrentThread(), (THREADINFOCLASS)START_ADDRESS, &start, sizeof start,
                           NULL);
  return (uintptr_t)start;
}

void rec_thread_start(void) {
  if (!rec_active()) {
    return;
  }
  const uint32_t error = teb_last_error();
  struct rec_slot *slot = rec_slot();
  const uint64_t start = start_address();
  if (!rec_own_address(start)) { /* else rec_thread_own tells, or nobody */
    announce(slot, start);
  }
  teb_set_last_error(error);
}

void rec_thread_end(void) {
  if (!rec_active()) {
    return;
  }
  struct rec_slot *slot = teb_tls_get(tls);
  const bool followed = slot != NULL && slot != &no_slot;
  if (!followed || slot->announced) {
    const union rig_payload payload = {.bytes = {0}};
    rec_state(RIG_STATE_THREAD_END, 0, &payload, NULL, 0);
  }
  if (followed) {
    rec_slot_begin(slot);
    slot->state.ended = 1;
    slot->state.depth = 0;
    rec_slot_end(slot);
    __atomic_store_n(&slot->use, (uint32_t)REC_ENDED, __ATOMIC_RELEASE);
  }
  /* DLLs that were loaded before the stub hear of the end after it, and may call: no new slot. */
  teb_tls_set(tls, &no_slot);
}

static void own(enum rec_owner owner, uint64_t start) {
  struct rec_slot *slot = rec_slot();
  if (slot != NULL) {
    rec_slot_begin(slot);
    slot->state.owner = owner;
    rec_slot_end(slot);
  }
  if (owner != REC_OWNER_STUB) {
    announce(slot, start);
  }
}

void rec_thread_own(enum rec_owner owner) {
  if (rec_active()) {
    own(owner, start_address());
  }
}

void rec_thread_run(uint64_t start) {
  if (rec_active()) {
    own(REC_OWNER_CLIENT, start);
  }
}

enum rec_owner rec_thread_owner(void) {
  struct rec_slot *slot = rec_active() ? rec_slot() : NULL;
  return slot == NULL ? REC_OWNER_CLIENT : (enum rec_owner)slot->state.owner;
}

/* ---- reading ---- */

static uint32_t reach_end(void) {
  return __atomic_load_n(&reached, __ATOMIC_ACQUIRE);
}

/* False when the slot did not stand still: its thread was suspended in the middle of a change. */
static bool read_slot(const struct rec_slot *slot, struct rec_thread *out) {
  for (unsigned i = 0; i < READ_TRIES; i++) {
    const uint32_t before = __atomic_load_n(&slot->state.sequence, __ATOMIC_ACQUIRE);
    if (before % 2 == 0) {
      memcpy(out, (const void *)&slot->state, sizeof *out);
      __atomic_thread_fence(__ATOMIC_ACQUIRE);
      if (__atomic_load_n(&slot->state.sequence, __ATOMIC_RELAXED) == before) {
        return true;
      }
    }
    if (i < READ_SPINS) {
      YieldProcessor();
    } else {
      SwitchToThread();
    }
  }
  return false;
}

static bool find(uint32_t id, uint32_t use, struct rec_thread *out) {
  for (uint32_t i = 0; i < reach_end(); i++) {
    if (__atomic_load_n(&slots[i].use, __ATOMIC_ACQUIRE) == use && slots[i].state.id == id &&
        read_slot(&slots[i], out) && out->id == id) {
      return true;
    }
  }
  return false;
}

bool rec_thread_get(uint32_t id, struct rec_thread *out) {
  struct rec_thread found;
  const uint32_t error = teb_last_error();
  const bool known = id != 0 && (find(id, REC_LIVE, &found) || find(id, REC_ENDED, &found));
  if (known) {
    *out = found;
  }
  teb_set_last_error(error);
  return known;
}

void rec_thread_each(bool (*visit)(void *context, const struct rec_thread *thread), void *context) {
  const uint32_t error = teb_last_error();
  for (uint32_t i = 0; i < reach_end(); i++) {
    struct rec_thread copy;
    if (__atomic_load_n(&slots[i].use, __ATOMIC_ACQUIRE) == REC_LIVE &&
        read_slot(&slots[i], &copy) && !copy.ended && copy.id != 0 && !visit(context, &copy)) {
      break;
    }
  }
  teb_set_last_error(error);
}
