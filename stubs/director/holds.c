/*
 * The table of holds.
 *
 * The hold is an address wait: it serves no messages, runs no APC and consumes no object, so the
 * held thread's queue and handles are as they were when it is let go (tests/win32/hold.c).
 */
#include "holds.h"

#include <windows.h>

#include "address.h"
#include "boundary.h"
#include "boundary_private.h"
#include "detained.h"
#include "mapi32/mapi.h"
#include "state.h"
#include "threads.h"

/* What is armed, in one word, so that a thread counts down what it compared: boundaries to come in
 * the low bits (0 = not armed), then edge and family. */
#define LEFT_BITS 23
#define LEFT_MAX ((1u << LEFT_BITS) - 1)
#define RECEIPT_FAMILY ((uint32_t)RIG_FAMILY_COUNT) /* no call: a receipt in a window of MAPI's */
_Static_assert(RIG_FAMILY_COUNT < 1u << (32 - LEFT_BITS - 1), "a family fits its bits");

/* A ticket is a running number with the slot in its low bits. */
#define SLOT_BITS 4
_Static_assert(DIR_HOLDS_MAX == 1u << SLOT_BITS, "a ticket holds its slot");

/* How long a held thread may take for a deed, unscaled: each is one call. */
#define DEED_MS 2000u

enum state { FREE, ARMED, HELD, DEED };

static struct slot {
  uint32_t armed;  /* atomic */
  uint32_t state;  /* atomic, enum state; the address that the thread waits at */
  uint32_t ticket; /* of the director's thread, as are who and window: set before it is armed */
  uint32_t who;    /* enum rig_who */
  uint32_t window; /* of a receipt: enum rig_window, NONE = any */
  uint32_t thread; /* held */
  uint32_t deed;   /* enum dir_deed */
  uint32_t argument;
} slots[DIR_HOLDS_MAX];

static uint32_t over; /* atomic */

static struct slot *slot_of(uint32_t ticket) {
  struct slot *slot = &slots[ticket & (DIR_HOLDS_MAX - 1)];
  return ticket != 0 && slot->ticket == ticket ? slot : NULL;
}

static uint32_t state_of(const struct slot *slot) {
  return __atomic_load_n(&slot->state, __ATOMIC_SEQ_CST);
}

static void set_state(struct slot *slot, enum state state) {
  __atomic_store_n(&slot->state, (uint32_t)state, __ATOMIC_SEQ_CST);
  dir_address_wake(&slot->state);
}

static uint32_t pack(uint32_t family, enum rig_edge edge) {
  return family << (LEFT_BITS + 1) | (edge == RIG_EDGE_RETURN ? 1u << LEFT_BITS : 0);
}

uint32_t dir_hold_arm(const struct rig_step *step) {
  static uint32_t number;
  const bool receipt = step->trigger == RIG_TRIGGER_RECEIPT;
  const uint32_t count = step->trigger_count == 0         ? 1
                         : step->trigger_count < LEFT_MAX ? step->trigger_count
                                                          : LEFT_MAX;
  for (uint32_t i = 0; i < DIR_HOLDS_MAX; i++) {
    struct slot *slot = &slots[i];
    if (state_of(slot) != FREE) {
      continue;
    }
    slot->ticket = ++number << SLOT_BITS | i;
    slot->who = step->trigger_thread;
    slot->window = step->trigger_window;
    __atomic_store_n(&slot->state, (uint32_t)ARMED, __ATOMIC_SEQ_CST);
    __atomic_store_n(&slot->armed,
                     pack(receipt ? RECEIPT_FAMILY : step->family, (enum rig_edge)step->edge) |
                         count,
                     __ATOMIC_SEQ_CST);
    dir_boundary_interest_at(true);
    return slot->ticket;
  }
  return 0;
}

uint32_t dir_holds_left(void) {
  uint32_t left = 0;
  for (uint32_t i = 0; i < DIR_HOLDS_MAX; i++) {
    left += __atomic_load_n(&slots[i].armed, __ATOMIC_ACQUIRE) & LEFT_MAX;
  }
  return left;
}

bool dir_hold_held(uint32_t ticket) {
  const struct slot *slot = slot_of(ticket);
  return slot != NULL && state_of(slot) >= HELD;
}

uint32_t dir_hold_thread(uint32_t ticket) {
  return dir_hold_held(ticket) ? slot_of(ticket)->thread : 0;
}

uint32_t dir_hold_find(uint32_t thread) {
  for (uint32_t i = 0; i < DIR_HOLDS_MAX; i++) {
    if (state_of(&slots[i]) >= HELD && slots[i].thread == thread) {
      return slots[i].ticket;
    }
  }
  return 0;
}

void dir_hold_release(uint32_t ticket) {
  struct slot *slot = slot_of(ticket);
  if (slot != NULL && state_of(slot) >= HELD) {
    __atomic_store_n(&slot->ticket, 0, __ATOMIC_SEQ_CST);
    set_state(slot, FREE);
  }
}

bool dir_hold_do(uint32_t ticket, enum dir_deed deed, uint32_t argument) {
  struct slot *slot = slot_of(ticket);
  if (slot == NULL || state_of(slot) != HELD) {
    return false;
  }
  slot->deed = (uint32_t)deed;
  slot->argument = argument;
  set_state(slot, DEED);
  const double until = dir_ms() + dir_scaled(DEED_MS);
  while (state_of(slot) == DEED && dir_ms() < until) {
    dir_address_wait(&slot->state, DEED, 1000);
  }
  return state_of(slot) == HELD;
}

void dir_holds_over(void) {
  /* A thread that is about to hold itself finds this, or its hold is ended here. */
  __atomic_store_n(&over, 1, __ATOMIC_SEQ_CST);
  for (uint32_t i = 0; i < DIR_HOLDS_MAX; i++) {
    __atomic_store_n(&slots[i].armed, 0, __ATOMIC_SEQ_CST);
    set_state(&slots[i], FREE);
  }
}

/* ---- the threads of the client ---- */

/* The pump's own calls mean the first initialising thread; everything else any thread, because the
 * caller of SetServiceStatus or MAPIInitialize is known only by the call itself. */
static bool pump_family(uint32_t family) {
  return family >= RIG_FAMILY_MSG_WAIT && family <= RIG_FAMILY_ACCELERATOR;
}
_Static_assert(RIG_FAMILY_MSG_WAIT == 1 && RIG_FAMILY_ACCELERATOR + 1 == RIG_FAMILY_POST,
               "the pump's families stand first, in one run");

static bool is_meant(const struct slot *slot, uint32_t family) {
  if (slot->who == RIG_WHO_DEFAULT) {
    return !pump_family(family) || GetCurrentThreadId() == dir_first_thread();
  }
  return slot->who == RIG_WHO_ANY || dir_thread_is(GetCurrentThreadId(), (enum rig_who)slot->who);
}

static void do_deed(const struct slot *slot) {
  if (slot->deed == DIR_DEED_QUIT) {
    PostQuitMessage((int)slot->argument);
  } else if (slot->deed == DIR_DEED_DESTROY) {
    (void)mapi_window_destroy((enum rig_window)slot->argument);
  }
}

static void hold_here(struct slot *slot) {
  const uint32_t ticket = slot->ticket;
  slot->thread = GetCurrentThreadId();
  dir_detain_while(slot->thread, DIR_HELD, &slot->ticket, ticket);
  __atomic_store_n(&slot->state, (uint32_t)HELD, __ATOMIC_SEQ_CST);
  dir_wake();
  for (;;) {
    const uint32_t seen = state_of(slot);
    if (seen < HELD || __atomic_load_n(&over, __ATOMIC_SEQ_CST) != 0 || slot->ticket != ticket) {
      break;
    }
    if (seen == DEED) {
      do_deed(slot);
      uint32_t deed = DEED;
      (void)__atomic_compare_exchange_n(&slot->state, &deed, (uint32_t)HELD, false,
                                        __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
      dir_address_wake(&slot->state);
    } else {
      dir_address_wait(&slot->state, HELD, DIR_FOR_EVER);
    }
  }
  dir_detain_over(GetCurrentThreadId());
}

/* True when this was the last boundary that `slot` waited for. */
static bool count_down(struct slot *slot, uint32_t family, enum rig_edge edge) {
  uint32_t seen = __atomic_load_n(&slot->armed, __ATOMIC_ACQUIRE);
  while ((seen & LEFT_MAX) != 0 && (seen & ~LEFT_MAX) == pack(family, edge)) {
    if (!is_meant(slot, family)) {
      return false;
    }
    if (__atomic_compare_exchange_n(&slot->armed, &seen, seen - 1, false, __ATOMIC_SEQ_CST,
                                    __ATOMIC_ACQUIRE)) {
      return (seen & LEFT_MAX) == 1;
    }
  }
  return false;
}

/* Every hold counts this boundary before any takes the thread: one that is armed meanwhile begins
 * with the next. */
static void strike(uint32_t family, enum rig_edge edge, enum rig_window window) {
  struct slot *struck[DIR_HOLDS_MAX];
  uint32_t count = 0;
  for (uint32_t i = 0; i < DIR_HOLDS_MAX; i++) {
    const bool elsewhere = family == RECEIPT_FAMILY && slots[i].window != RIG_WINDOW_NONE &&
                           slots[i].window != (uint32_t)window;
    if (!elsewhere && count_down(&slots[i], family, edge)) {
      dir_boundary_interest_at(false);
      struck[count++] = &slots[i];
    }
  }
  for (uint32_t i = 0; i < count; i++) {
    hold_here(struck[i]);
  }
}

void dir_holds_boundary(enum rig_family family, enum rig_edge edge) {
  strike((uint32_t)family, edge, RIG_WINDOW_NONE);
}

void dir_holds_receipt(enum rig_window window) {
  if (__atomic_load_n(&dir_boundary_interest_word, __ATOMIC_ACQUIRE) >= DIR_INTEREST_AT) {
    strike(RECEIPT_FAMILY, RIG_EDGE_ENTRY, window);
  }
}
