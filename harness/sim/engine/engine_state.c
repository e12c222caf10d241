/*
 * The engine's state as bytes, in parts: core, registry, world, image, scripts, stacks.
 *
 * After each step the parts are taken and compared with what they were; one that did not change
 * keeps its id, its hash and its bytes. A state that was saved names the ids of its parts, so that
 * loading it leaves alone what is as it was: what a step changes is what going back costs. Other
 * threads' stacks are compared too: a program may write to one through a pointer.
 */
#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "sim/engine/engine_private.h"
#include "sim/engine/hash.h"

#define CORE_BYTES_MAX                                                                             \
  (sizeof(struct rig_engine_core) + RIG_ENGINE_THREADS * sizeof(struct rig_engine_thread))

/* A saved state: for each part this, then its bytes. */
struct saved_part {
  uint64_t id;
  uint64_t hash;
  uint64_t used;
};

/* The parts in use: those of scripts and threads that are not there are passed over. */
static uint32_t next_part(const struct rig_engine *engine, uint32_t part) {
  return part + 1 == RIG_PART_SCRIPT + engine->script_count ? RIG_PART_FIBRE : part + 1;
}

static uint32_t part_end(const struct rig_engine *engine) {
  return RIG_PART_FIBRE + engine->core.thread_count;
}

/* ---- taking the parts ---- */

static uint8_t *make_room(struct rig_engine_part *part, size_t bytes) {
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

/* The spare part's first `used` bytes become the part. */
static void take(struct rig_engine *engine, unsigned number, size_t used) {
  struct rig_engine_part *part = &engine->parts[number];
  const struct rig_engine_part old = *part;
  part->bytes = engine->spare.bytes;
  part->capacity = engine->spare.capacity;
  part->used = used;
  part->hash = rig_hash_bytes(part->bytes, used);
  part->id = ++engine->ids;
  engine->spare.bytes = old.bytes;
  engine->spare.capacity = old.capacity;
}

/* The same, unless it is so already. Says whether it is another. */
static bool put(struct rig_engine *engine, unsigned number, size_t used) {
  const struct rig_engine_part *part = &engine->parts[number];
  if (part->id != 0 && part->used == used && memcmp(part->bytes, engine->spare.bytes, used) == 0) {
    return false;
  }
  take(engine, number, used);
  return true;
}

/* The same of core and world, whose hash may be one without the time (below), of a state before
 * this one, when the program has just asked for it: of bytes that did not change it is made again,
 * so that it depends on the state alone and not on the way there. */
static void put_timed(struct rig_engine *engine, unsigned number, size_t used) {
  struct rig_engine_part *part = &engine->parts[number];
  if (!put(engine, number, used) && engine->core.time_seen) {
    part->hash = rig_hash_bytes(part->bytes, used);
  }
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
  struct rig_engine_part *core = &engine->parts[RIG_PART_CORE];
  struct rig_engine_part *world = &engine->parts[RIG_PART_WORLD];
  const uint32_t now = rig_world_now(engine->world);
  uint8_t *bytes = make_room(&engine->spare, CORE_BYTES_MAX + world->used);
  core->hash = rig_hash_bytes(bytes, rig_engine_pack_core(engine, bytes, now));
  memcpy(bytes, world->bytes, world->used);
  rig_world_forget_now(bytes);
  world->hash = rig_hash_bytes(bytes, world->used);
  for (uint32_t i = 0; i < engine->script_count; i++) {
    const struct rig_script *script = &engine->scripts[i];
    struct rig_engine_part *part = &engine->parts[RIG_PART_SCRIPT + i];
    if (script->forget_now != NULL) {
      bytes = make_room(&engine->spare, part->used);
      memcpy(bytes, part->bytes, part->used);
      script->forget_now(script->self, bytes, now);
      part->hash = rig_hash_bytes(bytes, part->used);
    }
  }
}

/* Says whether the thread's stack is another than it was. The one that ran surely is. */
static bool take_fibre(struct rig_engine *engine, uint32_t number, bool ran) {
  const struct rig_engine_thread *thread = &engine->threads[number];
  const struct rig_fibre *fibre = engine->fibres[number];
  struct rig_engine_part *part = &engine->parts[RIG_PART_FIBRE + number];
  const bool lives = thread->started && thread->place != RIG_PLACE_ENDED;
  const size_t used = lives ? rig_fibre_bytes(fibre) : 0;
  if (part->id != 0 && part->used == used &&
      (used == 0 || (!ran && rig_fibre_same(fibre, part->bytes)))) {
    return false;
  }
  make_room(part, used);
  if (used > 0) {
    rig_fibre_save(fibre, part->bytes);
  }
  part->used = used;
  part->hash = rig_hash_bytes(part->bytes, used);
  part->id = ++engine->ids;
  return true;
}

/* `again`: the hash may be one without the time, of a state before this one. */
static void take_script(struct rig_engine_part *part, const struct rig_script *script, bool again,
                        uint64_t *ids) {
  const size_t used = script->state_bytes;
  if (part->id != 0 && part->used == used && same_bytes(part->bytes, script->state, used)) {
    if (again) {
      part->hash = rig_hash_bytes(part->bytes, used);
    }
    return;
  }
  memcpy(make_room(part, used + 1), script->state, used);
  part->used = used;
  part->hash = rig_hash_bytes(part->bytes, used);
  part->id = ++*ids;
}

void rig_engine_refresh(struct rig_engine *engine, uint32_t ran) {
  make_room(&engine->spare, CORE_BYTES_MAX);
  put_timed(engine, RIG_PART_CORE, rig_engine_pack_core(engine, engine->spare.bytes, 0));
  if (engine->registry_changed) {
    engine->registry_changed = false;
    make_room(&engine->spare, sizeof engine->registry);
    put(engine, RIG_PART_REGISTRY, rig_engine_pack_registry(engine, engine->spare.bytes));
  }
  make_room(&engine->spare, rig_world_packed_bytes(engine->world));
  const size_t world = rig_world_pack(engine->world, engine->spare.bytes);
  if (rig_world_touch(engine->world).writes != 0) {
    take(engine, RIG_PART_WORLD, world); /* nearly always another: not worth comparing */
  } else {
    put_timed(engine, RIG_PART_WORLD, world);
  }
  for (uint32_t i = 0; i < engine->script_count; i++) {
    take_script(&engine->parts[RIG_PART_SCRIPT + i], &engine->scripts[i],
                engine->core.time_seen != 0, &engine->ids);
  }
  if (!time_matters(engine)) {
    hash_without_time(engine);
  }
  engine->memory_changed = false;
  if (engine->image != NULL && rig_image_freed(engine->image)) {
    rig_engine_guard_forget(engine);
  }
  if (engine->image != NULL) {
    make_room(&engine->spare, rig_image_state_bytes(engine->image));
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

/* ---- the system's functions ---- */

bool rig_engine_state_open(struct rig_engine *engine) {
  for (unsigned i = 0; i < RIG_PARTS; i++) {
    make_room(&engine->parts[i], 1);
  }
  make_room(&engine->spare, CORE_BYTES_MAX);
  return true;
}

void rig_engine_state_close(struct rig_engine *engine) {
  for (unsigned i = 0; i < RIG_PARTS; i++) {
    free(engine->parts[i].bytes);
  }
  free(engine->spare.bytes);
}

/* What lies before the parts of a saved state. */
struct saved_head {
  uint32_t threads;
  uint32_t scripts;
};

/* All that each part can ever be: a saved state is written without looking. */
size_t rig_engine_state_max(const struct rig_engine *engine) {
  size_t bytes = sizeof(struct saved_head) + RIG_PARTS * sizeof(struct saved_part) +
                 CORE_BYTES_MAX + sizeof engine->registry + rig_world_packed_max() +
                 RIG_ENGINE_THREADS * RIG_FIBRE_BYTES_MAX;
  if (engine->image != NULL) {
    bytes += rig_image_state_bytes(engine->image);
  }
  for (uint32_t i = 0; i < engine->script_count; i++) {
    bytes += engine->scripts[i].state_bytes;
  }
  return bytes;
}

size_t rig_engine_save(void *self, void *to) {
  const struct rig_engine *engine = self;
  const struct saved_head head = {.threads = engine->core.thread_count,
                                  .scripts = engine->script_count};
  uint8_t *out = to;
  memcpy(out, &head, sizeof head);
  out += sizeof head;
  for (uint32_t i = 0; i < part_end(engine); i = next_part(engine, i)) {
    const struct rig_engine_part *part = &engine->parts[i];
    const struct saved_part saved = {.id = part->id, .hash = part->hash, .used = part->used};
    memcpy(out, &saved, sizeof saved);
    memcpy(out + sizeof saved, part->bytes, part->used);
    out += sizeof saved + part->used;
  }
  return (size_t)(out - (uint8_t *)to);
}

static void apply(struct rig_engine *engine, uint32_t number, const uint8_t *from, size_t used) {
  if (number == RIG_PART_CORE) {
    rig_engine_unpack_core(engine, from);
  } else if (number == RIG_PART_REGISTRY) {
    rig_engine_unpack_registry(engine, from);
  } else if (number == RIG_PART_WORLD) {
    rig_world_unpack(engine->world, from, used);
  } else if (number == RIG_PART_IMAGE) {
    if (engine->image != NULL) {
      rig_image_load_state(engine->image, from, used);
    }
  } else if (number < RIG_PART_FIBRE) {
    if (number - RIG_PART_SCRIPT < engine->script_count) {
      memcpy(engine->scripts[number - RIG_PART_SCRIPT].state, from, used);
    }
  } else if (used > 0) {
    rig_fibre_load(engine->fibres[number - RIG_PART_FIBRE], from, used);
  }
}

void rig_engine_load(void *self, const void *from, size_t bytes) {
  struct rig_engine *engine = self;
  struct saved_head head;
  const uint8_t *next = from;
  memcpy(&head, next, sizeof head);
  next += sizeof head;
  RIG_ASSERT(head.threads <= RIG_ENGINE_THREADS && head.scripts == engine->script_count);
  for (uint32_t i = 0; i < RIG_PART_FIBRE + head.threads; i = next_part(engine, i)) {
    struct saved_part saved;
    memcpy(&saved, next, sizeof saved);
    next += sizeof saved;
    struct rig_engine_part *part = &engine->parts[i];
    if (saved.id != part->id) {
      apply(engine, i, next, saved.used);
      memcpy(make_room(part, saved.used), next, saved.used);
      part->id = saved.id;
      part->used = saved.used;
    }
    part->hash = saved.hash; /* with or without the time, whatever else is as it was */
    next += saved.used;
  }
  for (uint32_t i = RIG_PART_FIBRE + head.threads; i < RIG_PARTS; i++) {
    engine->parts[i].id = 0; /* threads that are not there yet */
  }
  RIG_ASSERT((size_t)(next - (const uint8_t *)from) == bytes);
}

uint64_t rig_engine_hash(void *self) {
  struct rig_engine *engine = self;
  uint64_t hash = 0;
  if (engine->options.native) { /* nobody knows whether its memory is as it was before */
    return rig_hash_fold(++engine->ids ^ RIG_HASH_K1, RIG_HASH_K2);
  }
  for (uint32_t i = 0; i < part_end(engine); i = next_part(engine, i)) {
    hash = rig_hash_fold(hash ^ engine->parts[i].hash ^ RIG_HASH_K1, RIG_HASH_K2 + i);
  }
  return hash;
}
