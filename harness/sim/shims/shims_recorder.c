/*
 * stubs/recorder/recorder.h for the stand-in's code: the engine's records, with the same meaning.
 */
#include <stdio.h>
#include <string.h>

#include "sim/engine/fibre.h"
#include "sim/shims/shims_private.h"
#include "sim/stage/stand_in_private.h"

/* ---- memory that the program named ---- */

/* True when all of it is the program's: data, heap, a stack. */
static bool may_touch(uint64_t address, uint64_t bytes, bool write) {
  const struct rig_engine *engine = rig_engine_current();
  if (bytes == 0 ||
      (engine->image != NULL && rig_image_holds(engine->image, address, bytes, write))) {
    return true;
  }
  for (uint32_t i = 0; i < RIG_ENGINE_THREADS; i++) {
    uintptr_t low = 0;
    uintptr_t high = 0;
    if (engine->fibres[i] != NULL) {
      rig_fibre_range(engine->fibres[i], &low, &high);
    }
    if (address >= low && address < high && bytes <= high - address) {
      return true;
    }
  }
  return false;
}

/* stubs/mapi32/memory.c: so much of a block is its own. */
RIG_SHIM(void, simulated_header, uint64_t block, uint32_t bytes) {
  rig_image_header(rig_engine_current()->image, block, bytes);
}

RIG_SHIM(uint32_t, IsBadReadPtr, uint64_t address, uint64_t bytes) {
  return !may_touch(address, bytes, false);
}

RIG_SHIM(uint32_t, IsBadWritePtr, uint64_t address, uint64_t bytes) {
  return !may_touch(address, bytes, true);
}

/* Readable up to its end, or as far as `most` characters go. */
static bool bad_string(uint64_t address, uint64_t most, uint64_t unit) {
  for (uint64_t i = 0; i < most; i++, address += unit) {
    if (!may_touch(address, unit, false)) {
      return true;
    }
    uint16_t character = 0;
    memcpy(&character, (const void *)(uintptr_t)address, unit);
    if (character == 0) {
      return false;
    }
  }
  return false;
}

RIG_SHIM(uint32_t, IsBadStringPtrA, uint64_t address, uint64_t most) {
  return bad_string(address, most, 1);
}

RIG_SHIM(uint32_t, IsBadStringPtrW, uint64_t address, uint64_t most) {
  return bad_string(address, most, 2);
}

RIG_SHIM(bool, rec_copy, void *to, uint64_t from, uint64_t bytes) {
  if (!may_touch(from, bytes, false)) {
    return false;
  }
  memcpy(to, (const void *)(uintptr_t)from, bytes);
  return true;
}

RIG_SHIM(uint32_t, rec_copy_text, char *to, uint64_t from, uint32_t size) {
  uint32_t used = 0;
  while (used + 1 < size && may_touch(from + used, 1, false)) {
    const char letter = *(const char *)(uintptr_t)(from + used);
    if (letter == '\0') {
      break;
    }
    to[used++] = letter;
  }
  to[used] = '\0';
  return used;
}

RIG_SHIM(uint32_t, rec_copy_wide, char *to, uint64_t from, uint32_t size) {
  uint16_t wide[RIG_SHIM_TEXT];
  size_t used = 0;
  while (used + 1 < RIG_SHIM_TEXT && may_touch(from + used * 2, 2, false)) {
    memcpy(&wide[used], (const void *)(uintptr_t)(from + used * 2), 2);
    if (wide[used] == 0) {
      break;
    }
    used++;
  }
  wide[used] = 0;
  rig_shim_utf8(wide, to, size);
  return (uint32_t)strlen(to);
}

/* ---- records ---- */

RIG_SHIM(bool, rec_active, void) {
  return true;
}
RIG_SHIM(bool, rec_in_loader, void) {
  return rig_modules_locked(rig_engine_current());
}

RIG_SHIM(const struct rig_log *, rec_log, void) {
  return &rig_stand_in_current()->log;
}

RIG_SHIM(const char *, rig_log_text, const struct rig_log *log, uint32_t offset) {
  (void)log, (void)offset;
  return ""; /* neither a name nor arguments of the service were given */
}

/* Memory of one's own: no other thread can tell when it was given or taken. */
static bool is_private(enum rig_call call) {
  switch (rig_call_family(call)) {
  case RIG_FAMILY_MAPI_ALLOCATE:
  case RIG_FAMILY_MAPI_ALLOCATE_MORE:
  case RIG_FAMILY_MAPI_FREE:
    return true;
  default:
    return false;
  }
}

/* Each call of MAPI is a step: what it does happens at once, as far as it does not wait. */
RIG_SHIM(uint32_t, rec_enter, enum rig_call call, uint64_t caller, const union rig_payload *payload,
         const void *more, uint32_t bytes) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_pause(engine);
  return rig_engine_enter(engine, call, caller, payload, more, bytes);
}

RIG_SHIM(void, rec_leave, uint32_t enter, enum rig_call call, uint64_t caller,
         const union rig_payload *payload) {
  rig_engine_leave(rig_engine_current(), enter, call, caller, payload);
}

RIG_SHIM(void, rec_about, enum rig_call call) {
  struct rig_engine *engine = rig_engine_current();
  if (!is_private(call)) {
    rig_engine_pause(engine);
  }
  rig_engine_about(engine, call, 0);
}

RIG_SHIM(uint32_t, rec_call, enum rig_call call, uint64_t caller, const union rig_payload *payload,
         const void *more, uint32_t bytes) {
  return rig_engine_completed(rig_engine_current(), call, caller, payload, more, bytes);
}

static uint32_t thread_of(const struct rig_engine *engine, uint32_t id) {
  return id == 0 ? engine->self : rig_shim_thread(id);
}

RIG_SHIM(uint32_t, rec_state, enum rig_state state, uint32_t thread,
         const union rig_payload *payload, const void *more, uint32_t bytes) {
  struct rig_engine *engine = rig_engine_current();
  return rig_engine_state(engine, state, thread_of(engine, thread), payload, more, bytes);
}

RIG_SHIM(uint32_t, rec_receipt, uint32_t stimulus, const union rig_payload *payload) {
  return rig_engine_receipt(rig_engine_current(), stimulus, payload);
}

/* ---- threads ---- */

/* A thread that the stand-in started announces itself only here: the engine has not. */
static void announce(uint64_t code, bool mapi) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_announce(engine, code, mapi);
}

RIG_SHIM(void, rec_thread_own, uint32_t owner) {
  const struct rig_engine *engine = rig_engine_current();
  enum { OWNER_CLIENT, OWNER_MAPI, OWNER_STUB }; /* enum rec_owner */
  if (owner != OWNER_STUB) {
    announce(engine->threads[engine->self].code, owner == OWNER_MAPI);
  }
}

RIG_SHIM(void, rec_thread_run, uint64_t code) {
  announce(code, false);
}

RIG_SHIM(void, hook_process_end, uint32_t code, bool known) {
  (void)code, (void)known; /* ExitProcess follows, and tells */
}

RIG_SHIM(void, rig_assert_failed, const char *condition, const char *file, int line) {
  rig_engine_stop(rig_engine_current(), RIG_SIM_CRASH, "the stand-in failed: %s (%s:%d)", condition,
                  file, line);
}
