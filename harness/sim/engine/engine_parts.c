/*
 * The engine's state in parts (core, registry, world, image, scripts, stacks), and the fingerprint
 * of each.
 *
 * After each step the parts are taken and compared with what they were; one that did not change
 * keeps its id and its hash. Other threads' stacks are compared too: a program may write to one
 * through a pointer.
 */
#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "core/hash.h"
#include "sim/engine/engine_private.h"

uint8_t *rig_engine_room(struct rig_engine_part *part, size_t bytes) {
  if (part->capacity < bytes) {
    const size_t capacity = (bytes + bytes / 2 + 4095) & ~(size_t)4095;
    uint8_t *grown = realloc(part->bytes, capacity);
    if (grown ==
        NULL) { /* nothing can go on without it, and nothing of the program's is at stake */
      abort();
    }
    part->bytes = grown;
    part->capacity = capacity;
  }
  return part->bytes;
}

static void set_content(struct rig_engine *engine, struct rig_engine_part *part, uint64_t content) {
  part->content = content;
  part->hash = content;
  part->id = ++engine->ids;
}

/* The spare part's first `used` bytes become the part, unless it is so already. Says whether it is
 * another. */
static bool put(struct rig_engine *engine, unsigned number, size_t used) {
  struct rig_engine_part *part = &engine->parts[number];
  const struct rig_engine_part old = *part;
  if (old.id != 0 && old.used == used && memcmp(old.bytes, engine->spare.bytes, used) == 0) {
    part->hash = part->content; /* it may be one without the time, of a state before this one */
    return false;
  }
  part->bytes = engine->spare.bytes;
  part->capacity = engine->spare.capacity;
  part->used = used;
  set_content(engine, part, rig_hash_bytes(part->bytes, used));
  engine->spare.bytes = old.bytes;
  engine->spare.capacity = old.capacity;
  return true;
}

/* A step that says that it wrote to the world has another id all the same: what it wrote may be
 * what was there. */
static void take_world(struct rig_engine *engine) {
  struct rig_engine_part *part = &engine->parts[RIG_PART_WORLD];
  const uint64_t writes = part->id == 0 ? UINT64_MAX : rig_world_touch(engine->world).writes;
  const uint64_t content = rig_world_print(engine->world, &engine->world_prints, writes);
  if (part->content != content || writes != 0) {
    set_content(engine, part, content);
  }
  part->hash = content;
}

const struct rig_engine_part *rig_engine_packed_world(struct rig_engine *engine) {
  rig_engine_room(&engine->spare, rig_world_packed_bytes(engine->world));
  engine->spare.used = rig_world_pack(engine->world, engine->spare.bytes);
  return &engine->spare;
}

/* Small ones by words: most scripts are, and all are looked at after each step. */
static inline bool same_bytes(const uint8_t *one, const uint8_t *other, size_t bytes) {
  if (bytes > 4 * sizeof(uint64_t)) {
    return memcmp(one, other, bytes) == 0;
  }
  uint64_t difference = 0;
  for (; bytes >= sizeof(uint64_t); bytes -= sizeof(uint64_t)) {
    difference |= rig_hash_word(one) ^ rig_hash_word(other);
    one += sizeof(uint64_t);
    other += sizeof(uint64_t);
  }
  for (size_t i = 0; i < bytes; i++) {
    difference |= (uint64_t)(one[i] ^ other[i]);
  }
  return difference == 0;
}

/* Their bytes as they are now, or as they were taken last. */
static bool same_scripts(const struct rig_engine *engine) {
  const uint8_t *at = engine->parts[RIG_PART_SCRIPTS].bytes;
  for (uint32_t i = 0; i < engine->script_count; at += engine->scripts[i++].state_bytes) {
    if (!same_bytes(at, engine->scripts[i].state, engine->scripts[i].state_bytes)) {
      return false;
    }
  }
  return true;
}

static void take_scripts(struct rig_engine *engine) {
  struct rig_engine_part *part = &engine->parts[RIG_PART_SCRIPTS];
  if (part->id != 0 && part->used == engine->script_bytes && same_scripts(engine)) {
    part->hash = part->content;
    return;
  }
  uint8_t *at = rig_engine_room(part, engine->script_bytes);
  for (uint32_t i = 0; i < engine->script_count; at += engine->scripts[i++].state_bytes) {
    memcpy(at, engine->scripts[i].state, engine->scripts[i].state_bytes);
  }
  part->used = engine->script_bytes;
  set_content(engine, part, rig_hash_bytes(part->bytes, part->used));
}

/* Whether it matters what time it is: the program asked. At time 0 there is nothing to forget. */
static bool time_matters(const struct rig_engine *engine) {
  return rig_world_now(engine->world) == 0 || engine->core.time_seen;
}

/* A loop that waits with a time-out comes back to the same state, only later: for the fingerprint
 * of core, world and scripts, times are counted from now. What is left out must decide nothing that
 * comes later: else the number of states would depend on which of equal ones is met first
 * (tests/unit/test_sim_footprints.c). */
static void hash_without_time(struct rig_engine *engine) {
  const uint32_t now = rig_world_now(engine->world);
  uint8_t *bytes = rig_engine_room(&engine->spare, RIG_CORE_BYTES_MAX);
  engine->parts[RIG_PART_CORE].hash =
      rig_hash_bytes(bytes, rig_engine_pack_core(engine, bytes, now));
  engine->parts[RIG_PART_WORLD].hash = rig_world_timeless_print(engine->world, engine->scratch);
  struct rig_engine_part *scripts = &engine->parts[RIG_PART_SCRIPTS];
  bytes = memcpy(rig_engine_room(&engine->spare, scripts->used), scripts->bytes, scripts->used);
  for (uint32_t i = 0; i < engine->script_count; bytes += engine->scripts[i++].state_bytes) {
    if (engine->scripts[i].forget_now != NULL) {
      engine->scripts[i].forget_now(engine->scripts[i].self, bytes, now);
    }
  }
  scripts->hash = rig_hash_bytes(engine->spare.bytes, scripts->used);
}

/* Says whether the thread's stack is another than it was. The one that ran surely is. */
static bool take_fibre(struct rig_engine *engine, uint32_t number, bool ran) {
  const struct rig_engine_thread *thread = &engine->threads[number];
  const struct rig_fibre *fibre = engine->fibres[number];
  struct rig_engine_part *part = &engine->parts[RIG_PART_FIBRE + number];
  const bool lives = thread->started && thread->place != RIG_PLACE_ENDED &&
                     !rig_engine_thread_spins(thread); /* else it is never run again */
  const size_t used = lives ? rig_fibre_bytes(fibre) : 0;
  if (part->id != 0 && part->used == used &&
      (used == 0 || (!ran && rig_fibre_same(fibre, part->bytes)))) {
    return false;
  }
  rig_engine_room(part, used);
  if (used > 0) {
    rig_fibre_save(fibre, part->bytes);
  }
  part->used = used;
  set_content(engine, part, rig_hash_bytes(part->bytes, used));
  return true;
}

void rig_engine_refresh(struct rig_engine *engine, uint32_t ran) {
  rig_engine_room(&engine->spare, RIG_CORE_BYTES_MAX);
  put(engine, RIG_PART_CORE, rig_engine_pack_core(engine, engine->spare.bytes, 0));
  if (engine->registry_changed) {
    engine->registry_changed = false;
    rig_engine_room(&engine->spare, sizeof engine->registry);
    put(engine, RIG_PART_REGISTRY, rig_engine_pack_registry(engine, engine->spare.bytes));
  }
  take_world(engine);
  take_scripts(engine);
  if (!time_matters(engine)) {
    hash_without_time(engine);
  }
  engine->memory_changed = false;
  if (engine->image != NULL && rig_image_freed(engine->image)) {
    rig_engine_guard_forget(engine);
  }
  if (engine->image != NULL) {
    rig_engine_room(&engine->spare, rig_image_state_bytes(engine->image));
    engine->memory_changed =
        put(engine, RIG_PART_IMAGE, rig_image_save(engine->image, engine->spare.bytes));
  }
  if (engine->options.native) { /* whatever a thread's code did, it may have changed memory */
    engine->memory_changed = ran != RIG_WIN_NONE;
    return;
  }
  for (uint32_t i = 0; i < engine->core.thread_count; i++) {
    if (ran != RIG_WIN_NONE || engine->parts[RIG_PART_FIBRE + i].id == 0) {
      engine->memory_changed |= take_fibre(engine, i, i == ran) && i != ran;
    }
  }
}

void rig_engine_distrust(struct rig_engine *engine) {
  for (unsigned i = 0; i < RIG_PARTS; i++) {
    engine->parts[i].id = ++engine->ids;
  }
}
