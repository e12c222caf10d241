/*
 * Looking at threads: what they do, where in the program they stand, and the line that says why a
 * path ended.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "core/assert.h"
#include "sim/engine/engine_private.h"
#include "sim/native.h"

void rig_engine_look(const struct rig_engine *engine, uint32_t number,
                     struct rig_engine_look *out) {
  const struct rig_engine_thread *thread = &engine->threads[number];
  const bool computes = thread->block == RIG_BLOCK_COMPUTING;
  *out = (struct rig_engine_look){.place = computes ? RIG_PLACE_RUNS
                                                    : (enum rig_engine_place)thread->place,
                                  .call = RIG_CALL_NONE,
                                  .enter = RIG_NO_RECORD,
                                  .spins = rig_engine_thread_spins(thread),
                                  .depth = thread->depth,
                                  .retrievals = thread->retrievals};
  if (thread->depth > 0) {
    const uint32_t last = thread->depth <= RIG_ENGINE_DEPTH ? thread->depth : RIG_ENGINE_DEPTH;
    out->call = (enum rig_call)thread->open[last - 1].call;
    out->enter = thread->open[last - 1].record;
  }
}

bool rig_engine_computes(const struct rig_engine *engine) {
  bool found = false;
  for (uint32_t i = 0; i < engine->core.thread_count; i++) {
    found = found || engine->threads[i].block == RIG_BLOCK_COMPUTING;
  }
  return found;
}

const char *rig_engine_spins(const struct rig_engine *engine) {
  for (uint32_t i = 0; i < engine->core.thread_count; i++) {
    if (rig_engine_thread_spins(&engine->threads[i])) {
      return engine->spins;
    }
  }
  return NULL;
}

/* ---- stacks ---- */

static bool on_stack(const struct rig_engine *engine, uint32_t thread, uint64_t address,
                     uint64_t bytes) {
  uintptr_t low;
  uintptr_t high;
  rig_fibre_range(engine->fibres[thread], &low, &high);
  return address >= low && address <= high && bytes <= high - address;
}

/* The program's frames from one call into a shim outwards. */
static uint32_t unwind(const struct rig_engine *engine, uint32_t thread, uint64_t sp, uint64_t bp,
                       uint64_t *frames, uint32_t max) {
  if (sp == 0 || !on_stack(engine, thread, sp, 16)) {
    return 0;
  }
  uintptr_t low;
  uintptr_t high;
  rig_fibre_range(engine->fibres[thread], &low, &high);
  struct rig_image_registers registers = {.rip = *(const uint64_t *)(uintptr_t)sp,
                                          .general = {[4] = sp + 8, [5] = bp}};
  return rig_image_unwind(engine->image, &registers, low, high, frames, max);
}

uint32_t rig_engine_stack(const struct rig_engine *engine, uint32_t number, uint64_t *frames,
                          uint32_t max) {
  const struct rig_engine_thread *thread = &engine->threads[number];
  if (engine->image == NULL || !thread->started || thread->place == RIG_PLACE_ENDED ||
      rig_engine_thread_spins(thread)) {
    return 0;
  }
  uint32_t count = unwind(engine, number, thread->entry_sp, thread->entry_bp, frames, max);
  uint64_t at = thread->chain;
  for (uint32_t guard = 0; at != 0 && guard < 64 && count < max; guard++) {
    if (!on_stack(engine, number, at, sizeof(struct rig_engine_link))) {
      break; /* the program wrote over it */
    }
    const struct rig_engine_link *link = (const struct rig_engine_link *)(uintptr_t)at;
    count += unwind(engine, number, link->entry_sp, link->entry_bp, frames + count, max - count);
    at = link->outer;
  }
  return count;
}

uint64_t rig_engine_site(const struct rig_engine *engine, enum rig_site which) {
  return engine->sites[which];
}

uint32_t rig_engine_crash(const struct rig_engine *engine, enum rig_fibre_end *how,
                          struct rig_crash *out) {
  *how = engine->crash_end;
  *out = engine->crash;
  return engine->crash_thread;
}

/* ---- why a path ended ---- */

void rig_engine_where(const struct rig_engine *engine, uint64_t address, char *text, size_t size) {
  uint64_t low = 0;
  uint64_t high = 0;
  if (engine->options.native) {
    rig_native_range(&low, &high);
  }
  if (address >= low && address < high) {
    snprintf(text, size, "the pump+%#llx", (unsigned long long)(address - low));
  } else if (engine->image == NULL || !rig_image_name(engine->image, address, text, size)) {
    snprintf(text, size, "%#llx", (unsigned long long)address);
  }
}

void rig_engine_thread_name(uint32_t number, char *text, size_t size) {
  if (number == 0) {
    snprintf(text, size, "main");
  } else {
    snprintf(text, size, "t%u", number);
  }
}

uint64_t rig_engine_caller(struct rig_engine *engine, uint32_t number, bool runs) {
  struct rig_engine_thread *thread = &engine->threads[number];
  uint64_t frames[8];
  if (runs) { /* as when it rests: where the innermost call of the program came from */
    thread->entry_sp = rig_fibre_teb()->entry_sp;
    thread->entry_bp = rig_fibre_teb()->entry_bp;
  }
  const uint32_t count = rig_engine_stack(engine, number, frames, 8);
  for (uint32_t i = 0; i < count; i++) {
    if (!rig_engine_is_quiet(engine, frames[i])) {
      return frames[i];
    }
  }
  return count > 0 ? frames[0] : 0;
}

/* The program's code nearest to the top of a stack: a return address, as far as one can tell. */
static uint64_t nearest_code(const struct rig_engine *engine, uint32_t thread, uint64_t sp) {
  char text[16];
  for (; engine->image != NULL && on_stack(engine, thread, sp, 8); sp += 8) {
    const uint64_t word = *(const uint64_t *)(uintptr_t)sp;
    if (rig_image_name(engine->image, word, text, sizeof text)) {
      return word;
    }
  }
  return engine->threads[thread].code; /* a tail call from the outermost function leaves no trace */
}

static const char *what_fault(int signal, uintptr_t address, char *text, size_t size) {
  switch (signal) {
  case SIGFPE:
    return "a division by zero, or one whose result does not fit";
  case SIGILL:
    return "an illegal instruction";
  case SIGTRAP:
    return "a breakpoint (int 3)";
  default:
    snprintf(text, size, "an access violation at %#llx", (unsigned long long)address);
    return text;
  }
}

void rig_engine_tell_crash(struct rig_engine *engine, uint32_t number, enum rig_fibre_end how,
                           const struct rig_crash *crash) {
  char who[16];
  char where[200];
  char text[220];
  char what[64];
  rig_engine_thread_name(number, who, sizeof who);
  struct rig_native_places places;
  const char *report = engine->options.native ? rig_native_report(&places) : NULL;
  if (report != NULL) {
    rig_engine_where(engine, places.at, where, sizeof where);
    snprintf(engine->message, sizeof engine->message, "%s: %s, in %s", who, report, where);
    engine->sites[RIG_SITE_CRASH] = places.at;
    engine->sites[RIG_SITE_MADE] = places.made;
    engine->sites[RIG_SITE_FREED] = places.freed;
    return;
  }
  uint64_t code = crash->code;
  const char *via = "";
  const char *trap = engine->image != NULL ? rig_image_trap(engine->image, crash->code) : NULL;
  if (trap == NULL && engine->image != NULL) {
    trap = rig_image_trap(engine->image, crash->address);
  }
  char name[8];
  if (trap != NULL || engine->image == NULL ||
      !rig_image_name(engine->image, code, name, sizeof name)) {
    const uint64_t near = nearest_code(engine, number, crash->general[4]);
    if (near != 0) {
      code = near;
      via = "a call from ";
    }
  }
  engine->sites[RIG_SITE_CRASH] = via[0] == '\0' ? code + 1 : code;
  rig_engine_where(engine, code, where, sizeof where);
  snprintf(text, sizeof text, "%s%s", via, where);
  if (trap != NULL && how == RIG_FIBRE_FAULTED) {
    snprintf(engine->message, sizeof engine->message, "%s: not simulated: %s, called from %s", who,
             trap, where);
  } else if (how == RIG_FIBRE_OVERRAN) {
    snprintf(engine->message, sizeof engine->message,
             "%s overran its stack of %u KiB at %s%s: a recursion without end, or too large "
             "variables",
             who, RIG_FIBRE_STACK_BYTES / 1024, via, where);
  } else if (how == RIG_FIBRE_RUNS_ON) {
    snprintf(engine->message, sizeof engine->message,
             "%s computes without making a call for %u ms of processor time, at %s%s", who,
             engine->options.patience_ms, via, where);
  } else if (!rig_engine_guard_fault(engine, number, crash, text)) {
    snprintf(engine->message, sizeof engine->message, "%s: %s in %s%s", who,
             what_fault(crash->signal, crash->address, what, sizeof what), via, where);
  }
}

static const char *block_word(const struct rig_engine_thread *thread) {
  switch ((enum rig_block)thread->block) {
  case RIG_BLOCK_SECTION:
    return "a critical section";
  case RIG_BLOCK_LOCK:
    return "a slim reader/writer lock";
  case RIG_BLOCK_CONDITION:
    return "a condition variable";
  case RIG_BLOCK_ONCE:
    return "a one-time initialisation";
  case RIG_BLOCK_ADDRESS:
    return "WaitOnAddress";
  case RIG_BLOCK_LOADER:
    return "the loader lock";
  default:
    return NULL;
  }
}

void rig_engine_tell_deadlock(struct rig_engine *engine) {
  size_t used = 0;
  engine->message[0] = '\0';
  for (uint32_t i = 0; i < engine->core.thread_count && used < sizeof engine->message; i++) {
    const struct rig_engine_thread *thread = &engine->threads[i];
    if (thread->place == RIG_PLACE_ENDED) {
      continue;
    }
    struct rig_engine_look look;
    char who[16];
    char where[120] = "";
    uint64_t frame = 0;
    rig_engine_look(engine, i, &look);
    rig_engine_thread_name(i, who, sizeof who);
    if (rig_engine_stack(engine, i, &frame, 1) == 1) {
      rig_engine_where(engine, frame, where, sizeof where);
    }
    const char *block = look.spins ? "code of its own" : block_word(thread);
    const char *call = look.call != RIG_CALL_NONE ? rig_call_name(look.call) : "a call";
    const int more =
        snprintf(engine->message + used, sizeof engine->message - used, "%s%s %s %s%s%s",
                 used > 0 ? "; " : "", who,
                 look.spins                        ? "computes for ever in"
                 : thread->place == RIG_PLACE_HELD ? "is held in"
                                                   : "waits for ever in",
                 block != NULL ? block : call, where[0] != '\0' ? " called from " : "", where);
    used += more > 0 ? (size_t)more : 0;
  }
}

bool rig_engine_time_seen(const struct rig_engine *engine) {
  return engine->core.time_seen != 0;
}
