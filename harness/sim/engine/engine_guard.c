/*
 * What a guarded heap adds to the engine: whose call allocates and frees, what a fault beside a
 * block or in a freed one means, and what no thread can get at any more.
 */
#include <stdio.h>
#include <string.h>

#include "sim/engine/access.h"
#include "sim/engine/engine_private.h"

#define INSTRUCTION_BYTES 15u

void rig_engine_guard_site(struct rig_engine *engine) {
  if (engine->options.guarded != RIG_GUARD_NONE && engine->image != NULL &&
      engine->self != RIG_WIN_NONE) {
    rig_image_site(engine->image, rig_engine_caller(engine, engine->self, true));
  }
}

/* ---- words ---- */

static const char *plural(uint64_t bytes) {
  return bytes == 1 ? "" : "s";
}

/* "8 bytes past the end of a block of 24 bytes", "byte 4 of a freed block of 24 bytes" */
static void tell_place(const struct rig_image_block *block, uint64_t address, char *text,
                       size_t size) {
  const char *freed = block->freed ? "freed " : "";
  const uint64_t begin = block->address + block->header;
  const uint64_t bytes = block->bytes - block->header;
  const uint64_t end = begin + bytes;
  char where[60];
  if (address < begin) {
    snprintf(where, sizeof where, "%llu byte%s before", (unsigned long long)(begin - address),
             plural(begin - address));
  } else if (address == end) {
    snprintf(where, sizeof where, "just past the end of");
  } else if (address > end) {
    snprintf(where, sizeof where, "%llu byte%s past the end of",
             (unsigned long long)(address - end), plural(address - end));
  } else {
    snprintf(where, sizeof where, "byte %llu of", (unsigned long long)(address - begin));
  }
  snprintf(text, size, "%s a %sblock of %llu byte%s", where, freed, (unsigned long long)bytes,
           plural(bytes));
}

/* "; allocated by RunPump+0x10, freed by handler+0x8" */
static void tell_past(struct rig_engine *engine, const struct rig_image_block *block, char *text,
                      size_t size) {
  char where[160];
  size_t used = 0;
  text[0] = '\0';
  engine->sites[RIG_SITE_MADE] = block->made_at;
  engine->sites[RIG_SITE_FREED] = block->freed_at;
  if (block->made_at != 0) {
    rig_engine_where(engine, block->made_at, where, sizeof where);
    used = (size_t)snprintf(text, size, "; it was allocated by %s", where);
  }
  if (block->freed && block->freed_at != 0 && used < size) {
    rig_engine_where(engine, block->freed_at, where, sizeof where);
    snprintf(text + used, size - used, "%s freed by %s", used > 0 ? "," : "; it was", where);
  }
}

static void tell(struct rig_engine *engine, const char *what, const struct rig_image_block *block,
                 uint64_t address, const char *where) {
  char place[120];
  char past[240];
  tell_place(block, address, place, sizeof place);
  tell_past(engine, block, past, sizeof past);
  snprintf(engine->message, sizeof engine->message, "%s %s%s%s%s", what, place,
           where[0] != '\0' ? ", in " : "", where, past);
}

/* ---- what goes wrong ---- */

/* The bytes that the instruction touches; 0: not known, a call of ours for one. */
static unsigned width(const struct rig_engine *engine, uint64_t code) {
  for (unsigned bytes = INSTRUCTION_BYTES; bytes > 1; bytes--) {
    if (rig_image_holds(engine->image, code, bytes, false)) {
      return rig_access_bytes((const uint8_t *)(uintptr_t)code, bytes);
    }
  }
  return 0;
}

bool rig_engine_guard_fault(struct rig_engine *engine, uint32_t thread,
                            const struct rig_crash *crash, const char *where) {
  struct rig_image_block block;
  char who[16];
  char what[80];
  if (engine->options.guarded == RIG_GUARD_NONE || engine->image == NULL ||
      !rig_image_block_near(engine->image, crash->address, &block)) {
    return false;
  }
  rig_engine_thread_name(thread, who, sizeof who);
  const unsigned bytes = width(engine, crash->code);
  if (crash->code == crash->address) {
    snprintf(what, sizeof what, "%s runs code at", who);
  } else if (bytes == 0) {
    snprintf(what, sizeof what, "%s %s", who, crash->write ? "writes to" : "reads");
  } else {
    snprintf(what, sizeof what, "%s %s %u byte%s at", who, crash->write ? "writes" : "reads", bytes,
             plural(bytes));
  }
  tell(engine, what, &block, crash->address, where);
  return true;
}

/* Which call it was that the thread's code came to behind the write. */
static void tell_until(struct rig_engine *engine, uint32_t ran, char *text, size_t size) {
  char where[160];
  const uint64_t caller = ran == RIG_WIN_NONE ? 0 : rig_engine_caller(engine, ran, false);
  text[0] = '\0';
  if (caller != 0) {
    rig_engine_where(engine, caller, where, sizeof where);
    snprintf(text, size, "the code before %s", where);
    engine->sites[RIG_SITE_CRASH] = caller;
  }
}

bool rig_engine_guard_spoilt(struct rig_engine *engine, uint32_t ran) {
  struct rig_image_block block;
  uint64_t address = 0;
  char who[16] = "somebody";
  char what[80];
  char where[200];
  if (engine->image == NULL || !rig_image_spoilt(engine->image, &block, &address)) {
    return false;
  }
  if (ran != RIG_WIN_NONE) {
    rig_engine_thread_name(ran, who, sizeof who);
    engine->crash_thread = ran;
  }
  snprintf(what, sizeof what, "%s wrote at", who);
  tell_until(engine, ran, where, sizeof where);
  tell(engine, what, &block, address, where);
  return true;
}

void rig_engine_guard_refused(struct rig_engine *engine, uint64_t address) {
  struct rig_image_block block;
  uint64_t spoilt = 0;
  char who[16];
  char what[80];
  char where[160] = "";
  const uint64_t caller = rig_engine_caller(engine, engine->self, true);
  engine->crash_thread = engine->self;
  engine->sites[RIG_SITE_CRASH] = caller;
  rig_engine_thread_name(engine->self, who, sizeof who);
  if (caller != 0) {
    rig_engine_where(engine, caller, where, sizeof where);
  }
  if (!rig_image_block_near(engine->image, address, &block)) {
    rig_engine_stop(engine, RIG_SIM_CRASH, "%s frees what is no block of the heap, in %s", who,
                    where);
  }
  if (!block.freed && block.address == address) {
    (void)rig_image_spoilt(engine->image, &block, &spoilt);
    snprintf(what, sizeof what, "%s frees, and had written at", who);
    tell(engine, what, &block, spoilt, where);
  } else if (block.address == address) {
    char past[240];
    tell_past(engine, &block, past, sizeof past);
    snprintf(engine->message, sizeof engine->message,
             "%s frees a block of %llu byte%s a second time, in %s%s", who,
             (unsigned long long)block.bytes, plural(block.bytes), where, past);
  } else {
    snprintf(what, sizeof what, "%s frees what is no block but lies at", who);
    tell(engine, what, &block, address, where);
  }
  char message[RIG_ENGINE_MESSAGE];
  memcpy(message, engine->message, sizeof message);
  rig_engine_stop(engine, RIG_SIM_CRASH, "%s", message);
}

/* ---- what is out of reach ---- */

void rig_engine_guard_forget(struct rig_engine *engine) {
  const struct rig_image *image = engine->image;
  const struct rig_engine_part *world = rig_engine_packed_world(engine);
  rig_image_scan(image, engine->threads, sizeof engine->threads, sizeof(uint32_t));
  rig_image_scan(image, &engine->registry, sizeof engine->registry, sizeof(uint32_t));
  rig_image_scan(image, world->bytes, world->used, 1); /* packed: aligned to nothing */
  for (uint32_t i = 0; i < engine->script_count; i++) {
    rig_image_scan(image, engine->scripts[i].state, engine->scripts[i].state_bytes,
                   sizeof(uint32_t));
  }
  for (uint32_t i = 0; i < engine->core.thread_count; i++) {
    if (engine->fibres[i] != NULL && engine->threads[i].started &&
        engine->threads[i].place != RIG_PLACE_ENDED) {
      uintptr_t low;
      uintptr_t high;
      rig_fibre_range(engine->fibres[i], &low, &high);
      const uintptr_t sp = rig_fibre_pointer(engine->fibres[i]);
      rig_image_scan(image, (const void *)sp, high - sp, sizeof(uint32_t));
    }
  }
  rig_image_forget(engine->image);
}
