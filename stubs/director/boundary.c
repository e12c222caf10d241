/*
 * Boundaries: counting down to an armed trigger, holding the thread there, and noticing which of
 * the director's thread messages were retrieved.
 *
 * The hold is an address wait: it serves no messages, runs no APC and consumes no object, so the
 * held thread's queue and handles are as they were when it is let go (tests/win32/hold.c).
 */
#include "boundary.h"

#include <windows.h>

#include "address.h"
#include "boundary_private.h"
#include "recorder/recorder.h"
#include "state.h"
#include "stimuli.h"

/* How far back the LEAVE of the retrieval that is just returning can be: other threads write in
 * between. */
#define LEAVE_SEARCH 256u

static uint32_t interest; /* atomic: enum dir_interest bits */

static struct {
  uint32_t family;
  uint32_t edge;
  uint32_t left;   /* atomic: boundaries to come; 0 = not armed */
  uint32_t serial; /* atomic: moves with each arming and release, so that none outlives its own */
  uint32_t hold;   /* atomic: number of the hold in force, 0 = none */
  uint32_t number; /* of the last hold, so that a late waker does not take the next for its own */
  uint32_t thread; /* atomic: the held one */
} armed;

static const uint8_t family_of[RIG_CALL_COUNT] = {
#define RIG_X(name, family, payload) [RIG_CALL_##name] = RIG_FAMILY_##family,
    RIG_CALLS(RIG_X)
#undef RIG_X
};
_Static_assert(RIG_FAMILY_COUNT <= UINT8_MAX, "a family fits a byte");

enum rig_family dir_call_family(unsigned call) {
  return call < RIG_CALL_COUNT ? family_of[call] : RIG_FAMILY_NONE;
}

bool dir_family_blocks(enum rig_family family) {
  switch (family) {
  case RIG_FAMILY_MSG_WAIT:
  case RIG_FAMILY_WAIT_MESSAGE:
  case RIG_FAMILY_CO_WAIT:
  case RIG_FAMILY_HANDLE_WAIT:
  case RIG_FAMILY_SLEEP:
  case RIG_FAMILY_GET_MESSAGE:
  case RIG_FAMILY_SEND:
    return true;
  default:
    return false;
  }
}

/* The pump's own calls mean the first initialising thread; everything else any thread, because the
 * caller of SetServiceStatus or MAPIInitialize is known only by the call itself. */
static bool pump_family(enum rig_family family) {
  return family >= RIG_FAMILY_MSG_WAIT && family <= RIG_FAMILY_ACCELERATOR;
}
_Static_assert(RIG_FAMILY_MSG_WAIT == 1 && RIG_FAMILY_ACCELERATOR + 1 == RIG_FAMILY_POST,
               "the pump's families stand first, in one run");

void dir_boundary_interest(enum dir_interest what, bool on) {
  if (on) {
    __atomic_fetch_or(&interest, (uint32_t)what, __ATOMIC_RELEASE);
  } else {
    __atomic_fetch_and(&interest, (uint32_t)~what, __ATOMIC_RELEASE);
  }
}

void dir_boundary_arm(enum rig_family family, enum rig_edge edge, uint32_t count) {
  armed.family = family;
  armed.edge = edge;
  __atomic_fetch_add(&armed.serial, 1, __ATOMIC_SEQ_CST);
  __atomic_store_n(&armed.left, count == 0 ? 1 : count, __ATOMIC_RELEASE);
  dir_boundary_interest(DIR_INTEREST_AT, true);
}

uint32_t dir_boundary_left(void) {
  return __atomic_load_n(&armed.left, __ATOMIC_ACQUIRE);
}

bool dir_boundary_held(uint32_t *thread) {
  if (__atomic_load_n(&armed.hold, __ATOMIC_ACQUIRE) == 0) {
    return false;
  }
  *thread = __atomic_load_n(&armed.thread, __ATOMIC_ACQUIRE);
  return true;
}

void dir_boundary_release(void) {
  dir_boundary_interest(DIR_INTEREST_AT, false);
  /* A thread that counts down to its hold at this very moment finds the serial moved on, or its
   * hold is ended here. */
  __atomic_fetch_add(&armed.serial, 1, __ATOMIC_SEQ_CST);
  __atomic_store_n(&armed.left, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n(&armed.hold, 0, __ATOMIC_SEQ_CST);
  dir_address_wake(&armed.hold);
}

static void hold(uint32_t serial) {
  uint32_t mine = ++armed.number; /* one thread at a time comes here: the one that took the last */
  __atomic_store_n(&armed.thread, GetCurrentThreadId(), __ATOMIC_RELEASE);
  __atomic_store_n(&armed.hold, mine, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&armed.serial, __ATOMIC_SEQ_CST) != serial) {
    __atomic_store_n(&armed.hold, 0, __ATOMIC_SEQ_CST);
    return;
  }
  dir_wake();
  while (__atomic_load_n(&armed.hold, __ATOMIC_ACQUIRE) == mine) {
    dir_address_wait(&armed.hold, mine, INFINITE);
  }
}

static void count_down(enum rig_family family, enum rig_edge edge) {
  if (family != armed.family || edge != armed.edge ||
      (pump_family(family) && GetCurrentThreadId() != dir_first_thread())) {
    return;
  }
  const uint32_t serial = __atomic_load_n(&armed.serial, __ATOMIC_SEQ_CST);
  uint32_t left = __atomic_load_n(&armed.left, __ATOMIC_ACQUIRE);
  while (left != 0) {
    if (__atomic_compare_exchange_n(&armed.left, &left, left - 1, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE)) {
      if (left == 1) {
        hold(serial);
      }
      return;
    }
  }
}

/* Whether the retrieval that this thread is just returning from removes what it retrieves: its
 * LEAVE is the thread's newest record and links to the ENTER with the flags. */
static bool removed(void) {
  const struct rig_log *log = rec_log();
  const uint32_t me = GetCurrentThreadId();
  const uint32_t next = __atomic_load_n(&log->header->next, __ATOMIC_ACQUIRE);
  uint32_t i = next < log->capacity ? next : log->capacity;
  for (uint32_t looked = 0; i-- > 0 && looked < LEAVE_SEARCH; looked++) {
    const struct rig_record *record = &log->records[i];
    if (__atomic_load_n(&record->commit, __ATOMIC_ACQUIRE) == i + 1 && record->thread == me &&
        record->kind == RIG_KIND_LEAVE && record->link < i) {
      return (log->records[record->link].u.retrieve.remove & PM_REMOVE) != 0;
    }
  }
  return true; /* a full log, or a flood from other threads: the common case is a removal */
}

/* A thread message carries its token in lParam, WM_QUIT too (which GetMessage answers with 0). */
static void note_retrieval(enum rig_family family, const union rig_payload *payload) {
  const bool get = family == RIG_FAMILY_GET_MESSAGE;
  const uint32_t result = payload->message.result;
  const bool retrieved =
      result != UINT32_MAX && (result != 0 || (get && payload->message.message == WM_QUIT));
  if (retrieved && payload->message.hwnd == 0 && payload->message.lparam >= DIR_TOKEN_BASE &&
      payload->message.lparam < DIR_TOKEN_BASE + (uint64_t)DIR_TOKENS_MAX && (get || removed())) {
    (void)dir_stimulus_received(payload->message.lparam);
  }
}

void dir_boundary(enum rig_call call, enum rig_edge edge, const union rig_payload *payload) {
  const uint32_t wanted = __atomic_load_n(&interest, __ATOMIC_ACQUIRE);
  if (wanted == 0 || rec_thread_owner() == REC_OWNER_STUB) {
    return;
  }
  const DWORD error = GetLastError();
  const enum rig_family family = dir_call_family(call);
  if ((wanted & DIR_INTEREST_TOKENS) != 0 && edge == RIG_EDGE_RETURN && payload != NULL &&
      (family == RIG_FAMILY_GET_MESSAGE || family == RIG_FAMILY_PEEK_MESSAGE)) {
    note_retrieval(family, payload);
  }
  if ((wanted & DIR_INTEREST_AT) != 0) {
    count_down(family, edge);
  }
  if ((wanted & DIR_INTEREST_BLOCKS) != 0 && edge == RIG_EDGE_ENTRY && dir_family_blocks(family) &&
      GetCurrentThreadId() == dir_first_thread()) {
    dir_wake();
  }
  SetLastError(error);
}
