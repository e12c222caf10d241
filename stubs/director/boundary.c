/*
 * Boundaries: passing them on to the holds, the grab, and noticing which of the director's thread
 * messages and quit flags were retrieved.
 */
#include "boundary.h"

#include <windows.h>

#include "address.h"
#include "boundary_private.h"
#include "faults.h"
#include "gates.h"
#include "holds.h"
#include "recorder/recorder.h"
#include "state.h"
#include "stimuli.h"

/* How far back the LEAVE of the retrieval that is just returning can be: other threads write in
 * between. */
#define LEAVE_SEARCH 256u

uint32_t dir_boundary_interest_word;

/* The grab: 0, an odd number while it is armed, the even one after it while a thread is held. */
static uint32_t grab; /* atomic */

void dir_boundary_interest(enum dir_interest what, bool on) {
  if (on) {
    __atomic_fetch_or(&dir_boundary_interest_word, (uint32_t)what, __ATOMIC_RELEASE);
  } else {
    __atomic_fetch_and(&dir_boundary_interest_word, (uint32_t)~what, __ATOMIC_RELEASE);
  }
}

void dir_boundary_interest_at(bool on) {
  if (on) {
    __atomic_fetch_add(&dir_boundary_interest_word, (uint32_t)DIR_INTEREST_AT, __ATOMIC_RELEASE);
  } else {
    __atomic_fetch_sub(&dir_boundary_interest_word, (uint32_t)DIR_INTEREST_AT, __ATOMIC_RELEASE);
  }
}

void dir_boundary_over(void) {
  dir_holds_over();
  dir_gates_over();
  dir_faults_over();
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

/* A thread message carries its token in lParam, a posted WM_QUIT too (which GetMessage answers with
 * 0); the WM_QUIT that a quit flag becomes carries none. */
static void note_retrieval(enum rig_family family, const union rig_payload *payload) {
  const bool get = family == RIG_FAMILY_GET_MESSAGE;
  const uint32_t result = payload->message.result;
  const bool quit = payload->message.message == WM_QUIT;
  const bool retrieved = result != UINT32_MAX && (result != 0 || (get && quit));
  if (!retrieved || payload->message.hwnd != 0) {
    return;
  }
  const bool ours = payload->message.lparam >= DIR_TOKEN_BASE &&
                    payload->message.lparam < DIR_TOKEN_BASE + (uint64_t)DIR_TOKENS_MAX;
  if (ours && (get || removed())) {
    (void)dir_stimulus_received(payload->message.lparam);
  } else if (quit && (get || removed())) {
    dir_stimuli_quit_received(GetCurrentThreadId());
  }
}

void dir_boundary(enum rig_call call, enum rig_edge edge, const union rig_payload *payload) {
  const uint32_t wanted = __atomic_load_n(&dir_boundary_interest_word, __ATOMIC_ACQUIRE);
  if (wanted == 0 || rec_thread_owner() == REC_OWNER_STUB) {
    return;
  }
  const DWORD error = GetLastError();
  const enum rig_family family = rig_call_family(call);
  if ((wanted & DIR_INTEREST_TOKENS) != 0 && edge == RIG_EDGE_RETURN && payload != NULL &&
      (family == RIG_FAMILY_GET_MESSAGE || family == RIG_FAMILY_PEEK_MESSAGE)) {
    note_retrieval(family, payload);
  }
  if (wanted >= DIR_INTEREST_AT) {
    dir_holds_boundary(family, edge);
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
