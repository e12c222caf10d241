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

/* The armed trigger in one word, so that a thread counts down what it compared: boundaries to come
 * in the low bits (0 = not armed), then edge and family. */
#define LEFT_BITS 23
#define LEFT_MAX ((1u << LEFT_BITS) - 1)
static uint32_t armed; /* atomic */
static uint32_t tickets;
static bool over; /* atomic */

/* What became of a ticket: two suffice, since a hold ends before the next but one is armed. */
static struct hold { uint32_t ticket; /* atomic: of the hold in force, 0 = none */ } holds[2];

/* The grab: 0, an odd number while it is armed, the even one after it while a thread is held. */
static uint32_t grab; /* atomic */

_Static_assert(RIG_FAMILY_COUNT <= 1u << (32 - LEFT_BITS - 1), "a family fits its bits");

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

static uint32_t pack(enum rig_family family, enum rig_edge edge) {
  return (uint32_t)family << (LEFT_BITS + 1) | (edge == RIG_EDGE_RETURN ? 1u << LEFT_BITS : 0);
}

static struct hold *hold_of(uint32_t ticket) {
  return &holds[ticket & 1];
}

uint32_t dir_boundary_arm(enum rig_family family, enum rig_edge edge, uint32_t count) {
  const uint32_t left = count == 0 ? 1 : count < LEFT_MAX ? count : LEFT_MAX;
  const uint32_t ticket = __atomic_add_fetch(&tickets, 1, __ATOMIC_SEQ_CST);
  __atomic_store_n(&armed, pack(family, edge) | left, __ATOMIC_SEQ_CST);
  dir_boundary_interest(DIR_INTEREST_AT, true);
  return ticket;
}

uint32_t dir_boundary_left(void) {
  return __atomic_load_n(&armed, __ATOMIC_ACQUIRE) & LEFT_MAX;
}

bool dir_boundary_held(uint32_t ticket) {
  return __atomic_load_n(&hold_of(ticket)->ticket, __ATOMIC_ACQUIRE) == ticket;
}

void dir_boundary_release(uint32_t ticket) {
  struct hold *hold = hold_of(ticket);
  __atomic_store_n(&hold->ticket, 0, __ATOMIC_SEQ_CST);
  dir_address_wake(&hold->ticket);
}

void dir_boundary_over(void) {
  /* A thread that is about to hold itself finds this, or its hold is ended here. */
  __atomic_store_n(&over, true, __ATOMIC_SEQ_CST);
  dir_boundary_interest(DIR_INTEREST_AT, false);
  dir_boundary_release(0);
  dir_boundary_release(1);
  dir_boundary_let_go();
}

void dir_boundary_grab(void) {
  static uint32_t number;
  number += 2;
  __atomic_store_n(&grab, number | 1, __ATOMIC_SEQ_CST);
  dir_boundary_interest(DIR_INTEREST_GRAB, true);
}

void dir_boundary_let_go(void) {
  dir_boundary_interest(DIR_INTEREST_GRAB, false);
  __atomic_store_n(&grab, 0, __ATOMIC_SEQ_CST);
  dir_address_wake(&grab);
}

static void be_grabbed(void) {
  uint32_t seen = __atomic_load_n(&grab, __ATOMIC_SEQ_CST);
  if ((seen & 1) == 0 || GetCurrentThreadId() != dir_first_thread() ||
      !__atomic_compare_exchange_n(&grab, &seen, seen + 1, false, __ATOMIC_SEQ_CST,
                                   __ATOMIC_SEQ_CST)) {
    return;
  }
  while (__atomic_load_n(&grab, __ATOMIC_SEQ_CST) == seen + 1) {
    dir_address_wait(&grab, seen + 1, DIR_FOR_EVER);
  }
}

static void hold_here(void) {
  const uint32_t ticket = __atomic_load_n(&tickets, __ATOMIC_SEQ_CST);
  struct hold *hold = hold_of(ticket);
  dir_boundary_interest(DIR_INTEREST_AT, false);
  __atomic_store_n(&hold->ticket, ticket, __ATOMIC_SEQ_CST);
  dir_wake();
  while (!__atomic_load_n(&over, __ATOMIC_SEQ_CST) &&
         __atomic_load_n(&hold->ticket, __ATOMIC_SEQ_CST) == ticket) {
    dir_address_wait(&hold->ticket, ticket, DIR_FOR_EVER);
  }
}

static void count_down(enum rig_family family, enum rig_edge edge) {
  if (pump_family(family) && GetCurrentThreadId() != dir_first_thread()) {
    return;
  }
  uint32_t seen = __atomic_load_n(&armed, __ATOMIC_ACQUIRE);
  while ((seen & LEFT_MAX) != 0 && (seen & ~LEFT_MAX) == pack(family, edge)) {
    if (__atomic_compare_exchange_n(&armed, &seen, seen - 1, false, __ATOMIC_SEQ_CST,
                                    __ATOMIC_ACQUIRE)) {
      if ((seen & LEFT_MAX) == 1) {
        hold_here();
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
  const enum rig_family family = rig_call_family(call);
  if ((wanted & DIR_INTEREST_TOKENS) != 0 && edge == RIG_EDGE_RETURN && payload != NULL &&
      (family == RIG_FAMILY_GET_MESSAGE || family == RIG_FAMILY_PEEK_MESSAGE)) {
    note_retrieval(family, payload);
  }
  if ((wanted & DIR_INTEREST_AT) != 0) {
    count_down(family, edge);
  }
  if ((wanted & DIR_INTEREST_GRAB) != 0) {
    be_grabbed();
  }
  if ((wanted & DIR_INTEREST_BLOCKS) != 0 && edge == RIG_EDGE_ENTRY && rig_family_blocks(family) &&
      GetCurrentThreadId() == dir_first_thread()) {
    dir_wake();
  }
  SetLastError(error);
}
