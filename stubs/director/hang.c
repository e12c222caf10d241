/*
 * Writing a diagnosis. It takes well under 5 ms for a thread; the STACK record says how long.
 */
#include "hang.h"

#include <stdio.h>
#include <string.h>

#include "asleep.h"
#include "busy.h"
#include "handles.h"
#include "recorder/images.h"
#include "stack.h"
#include "state.h"
#include "symbols.h"
#include "waits.h"

/* A thread whose share of a CPU is at least so large computes; one that sleeps has none. */
#define SPIN_PERMILLE 500u
/* More threads than so many are not told of. */
#define THREADS_MAX 32u
/* A thread that computes is looked at so often, so far apart: what the looks have in common is
 * where it loops. */
#define SPIN_LOOKS 3
#define SPIN_APART_US 300u
/* A wait that ends by itself within so many times D belongs to a loop; a longer one is sat through.
 */
#define LOOP_DEADLINES 10.0

/* Addresses that a SYMBOL was written for. */
#define TOLD_MAX 512u
static uint64_t told[TOLD_MAX];
static uint32_t told_count;

static bool untold(uint64_t address) {
  for (uint32_t i = 0; i < told_count; i++) {
    if (told[i] == address) {
      return false;
    }
  }
  if (told_count < TOLD_MAX) {
    told[told_count++] = address;
  }
  return true;
}

/* ---- what it does ---- */

static bool returns_soon(const struct rec_thread *thread) {
  const struct rig_log *log = rec_log();
  const uint32_t depth = thread->depth < REC_DEPTH ? thread->depth : REC_DEPTH;
  if (depth == 0 || thread->open[depth - 1].record >= log->capacity) {
    return false;
  }
  switch (rig_call_family(thread->open[depth - 1].call)) {
  case RIG_FAMILY_MSG_WAIT:
  case RIG_FAMILY_CO_WAIT:
  case RIG_FAMILY_HANDLE_WAIT:
  case RIG_FAMILY_SLEEP:
    return log->records[thread->open[depth - 1].record].u.wait.timeout_ms <
           LOOP_DEADLINES * dir_settings.deadline_ms;
  default:
    return false;
  }
}

static enum rig_stance stance_of(const struct rec_thread *thread, const struct dir_busy *busy) {
  struct dir_asleep asleep = {.file = INVALID_HANDLE_VALUE};
  uint64_t switches = 0;
  if (busy->calls > 0 || returns_soon(thread)) {
    return RIG_STANCE_LOOPS;
  }
  if (busy->permille != RIG_BUSY_UNKNOWN) {
    return busy->permille >= SPIN_PERMILLE ? RIG_STANCE_SPINS : RIG_STANCE_BLOCKED;
  }
  const enum dir_sleep sleep = dir_asleep(&asleep, thread->unix_id, &switches);
  dir_asleep_close(&asleep);
  return sleep == DIR_SLEEP_SLEEPS ? RIG_STANCE_BLOCKED
         : sleep == DIR_SLEEP_RUNS ? RIG_STANCE_SPINS
                                   : RIG_STANCE_UNKNOWN;
}

/* Keeps of `look` the outermost frames that `other` has too. */
static void keep_common(struct dir_look *look, const struct dir_look *other) {
  uint32_t common = 0;
  while (common < look->count && common < other->count &&
         look->addresses[look->count - 1 - common] == other->addresses[other->count - 1 - common]) {
    common++;
  }
  /* The frame it loops in stays, wherever in it the first look was. */
  if (common < look->count) {
    common++;
  }
  memmove(look->addresses, look->addresses + look->count - common,
          common * sizeof *look->addresses);
  look->count = common;
}

static bool look_again(const struct rec_thread *thread, struct dir_look *look) {
  static struct dir_look other;
  for (int i = 1; i < SPIN_LOOKS; i++) {
    dir_wait(SPIN_APART_US);
    if (!dir_stack_look(thread, &other)) {
      return false;
    }
    look->suspended_ms += other.suspended_ms;
    keep_common(look, &other);
  }
  return true;
}

/* ---- records ---- */

/* Its frames are named; true when it sits in EnterCriticalSection. */
static bool record_symbols(const struct dir_look *look) {
  bool in_section = false;
  for (uint32_t i = 0; i < look->count; i++) {
    char text[DIR_SYMBOL_BYTES];
    struct rec_image image;
    bool exported;
    if (!dir_symbol(look->addresses[i], text, &exported) ||
        (!exported && rec_image_at(look->addresses[i], &image) && image.clients)) {
      continue; /* its module's DWARF may tell, the export table does not */
    }
    in_section = in_section || strstr(text, "!RtlEnterCriticalSection+") != NULL;
    if (untold(look->addresses[i])) {
      const union rig_payload payload = {.state = {.value = look->addresses[i]}};
      (void)rec_state(RIG_STATE_SYMBOL, 0, &payload, text, (uint32_t)strlen(text));
    }
  }
  return in_section;
}

static bool runs_client_code(const struct dir_look *look) {
  for (uint32_t i = 0; i < look->count; i++) {
    struct rec_image image;
    if (rec_image_at(look->addresses[i], &image) && image.clients) {
      return true;
    }
  }
  return false;
}

static void record_stack(const struct rec_thread *thread, const struct dir_look *look,
                         const struct dir_busy *busy, enum rig_stance stance, double since_ms) {
  const uint32_t depth = thread->depth < REC_DEPTH ? thread->depth : REC_DEPTH;
  const union rig_payload payload = {
      .state = {.a = thread->id,
                .b = depth == 0 ? RIG_NO_RECORD : thread->open[depth - 1].record,
                .c = (uint32_t)stance,
                .d = busy->permille,
                .value = RIG_HALVES((dir_ms() - since_ms) * 1000, look->suspended_ms * 1000),
                .second = RIG_HALVES(busy->calls, busy->ms)}};
  (void)rec_state(RIG_STATE_STACK, 0, &payload, look->addresses,
                  look->count * (uint32_t)sizeof *look->addresses);
}

static void diagnose(const struct rec_thread *thread, bool handles) {
  static struct dir_look look;
  const double since_ms = dir_ms();
  const struct dir_busy busy = dir_busy_since(thread);
  if (!dir_stack_look(thread, &look)) {
    return; /* it has ended meanwhile */
  }
  if (thread->calls == 0 && !runs_client_code(&look)) {
    return; /* one of the system's own (a pool's, RPC's): nobody waits for it */
  }
  enum rig_stance stance = stance_of(thread, &busy);
  if (look.suspended_before) {
    stance = RIG_STANCE_SUSPENDED;
  } else if (stance != RIG_STANCE_BLOCKED && !look_again(thread, &look)) {
    return;
  }
  record_stack(thread, &look, &busy, stance, since_ms);
  if (handles) {
    dir_handles_record(thread);
  }
  dir_waits_record(thread, &look, record_symbols(&look));
}

/* What was told last: the same thread, which has not moved since, needs no second one at once. */
static struct {
  uint32_t thread, sequence;
  double ms;
} last;

void dir_hang_record(uint32_t id) {
  struct rec_thread thread;
  if (id != GetCurrentThreadId() && rec_thread_get(id, &thread) && !thread.ended) {
    diagnose(&thread, false);
    last.thread = id;
    last.sequence = thread.sequence;
    last.ms = dir_ms();
  }
}

struct threads {
  uint32_t ids[THREADS_MAX];
  uint32_t count;
};

static bool note(void *context, const struct rec_thread *thread) {
  struct threads *threads = context;
  const uint32_t depth = thread->depth < REC_DEPTH ? thread->depth : REC_DEPTH;
  const bool waits_for_controls =
      depth > 0 && rig_call_family(thread->open[depth - 1].call) == RIG_FAMILY_SCM_DISPATCHER;
  const bool told_now = thread->id == last.thread && thread->sequence == last.sequence &&
                        dir_ms() - last.ms < dir_settings.deadline_ms;
  if (!waits_for_controls && !told_now &&
      (thread->owner == REC_OWNER_CLIENT ||
       (thread->owner == REC_OWNER_MAPI && thread->depth > 0)) &&
      threads->count < THREADS_MAX) {
    threads->ids[threads->count++] = thread->id;
  }
  return true;
}

void dir_hang_record_all(void) {
  struct threads threads = {.count = 0};
  rec_thread_each(note, &threads);
  for (uint32_t i = 0; i < threads.count; i++) {
    struct rec_thread thread;
    if (threads.ids[i] != GetCurrentThreadId() && rec_thread_get(threads.ids[i], &thread) &&
        !thread.ended) {
      diagnose(&thread, true);
    }
  }
}
