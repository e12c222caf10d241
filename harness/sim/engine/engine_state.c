/*
 * The engine's state as bytes: its parts (engine_parts.c), saved and loaded.
 *
 * A state that was saved names the ids of its parts, so that loading it leaves alone what is as it
 * was: what a step changes is what going back costs.
 */
#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "core/hash.h"
#include "sim/engine/engine_private.h"

/* A saved state: how many threads there are, this of each part, and then the parts' bytes. */
struct saved_part {
  uint64_t id;
  uint64_t content;
  uint64_t hash;
  uint64_t used;
};

static uint32_t part_end(const struct rig_engine *engine) {
  return RIG_PART_FIBRE + engine->core.thread_count;
}

bool rig_engine_state_open(struct rig_engine *engine) {
  for (unsigned i = 0; i < RIG_PARTS; i++) {
    rig_engine_room(&engine->parts[i], 1);
  }
  rig_engine_room(&engine->spare, RIG_CORE_BYTES_MAX);
  return true;
}

void rig_engine_state_close(struct rig_engine *engine) {
  for (unsigned i = 0; i < RIG_PARTS; i++) {
    free(engine->parts[i].bytes);
  }
  free(engine->spare.bytes);
}

/* All that each part can ever be: a saved state is written without looking. */
size_t rig_engine_state_max(const struct rig_engine *engine) {
  size_t bytes = sizeof(uint64_t) + RIG_PARTS * sizeof(struct saved_part) + RIG_CORE_BYTES_MAX +
                 sizeof engine->registry + sizeof engine->world_prints + rig_world_packed_max() +
                 engine->script_bytes + RIG_ENGINE_THREADS * RIG_FIBRE_BYTES_MAX;
  if (engine->image != NULL) {
    bytes += rig_image_state_bytes(engine->image);
  }
  return bytes;
}

size_t rig_engine_save(void *self, void *to) {
  const struct rig_engine *engine = self;
  const uint64_t threads = engine->core.thread_count;
  uint8_t *head = to;
  uint8_t *bytes = head + sizeof threads + part_end(engine) * sizeof(struct saved_part);
  memcpy(head, &threads, sizeof threads);
  head += sizeof threads;
  for (uint32_t i = 0; i < part_end(engine); i++) {
    const struct rig_engine_part *part = &engine->parts[i];
    struct saved_part saved = {
        .id = part->id, .content = part->content, .hash = part->hash, .used = part->used};
    if (i == RIG_PART_WORLD) {
      memcpy(bytes, &engine->world_prints, sizeof engine->world_prints);
      saved.used = sizeof engine->world_prints +
                   rig_world_pack(engine->world, bytes + sizeof engine->world_prints);
    } else {
      memcpy(bytes, part->bytes, part->used);
    }
    memcpy(head, &saved, sizeof saved);
    head += sizeof saved;
    bytes += saved.used;
  }
  return (size_t)(bytes - (uint8_t *)to);
}

static void load_scripts(struct rig_engine *engine, const uint8_t *from) {
  for (uint32_t i = 0; i < engine->script_count; from += engine->scripts[i++].state_bytes) {
    memcpy(engine->scripts[i].state, from, engine->scripts[i].state_bytes);
  }
}

static void apply(struct rig_engine *engine, uint32_t number, const uint8_t *from, size_t used) {
  struct rig_engine_part *part = &engine->parts[number];
  if (number == RIG_PART_WORLD) {
    memcpy(&engine->world_prints, from, sizeof engine->world_prints);
    rig_world_unpack(engine->world, from + sizeof engine->world_prints,
                     used - sizeof engine->world_prints);
    return;
  }
  if (number == RIG_PART_CORE) {
    rig_engine_unpack_core(engine, from);
  } else if (number == RIG_PART_REGISTRY) {
    rig_engine_unpack_registry(engine, from);
  } else if (number == RIG_PART_SCRIPTS) {
    RIG_ASSERT(used == engine->script_bytes);
    load_scripts(engine, from);
  } else if (number == RIG_PART_IMAGE) {
    if (engine->image != NULL) {
      rig_image_load_state(engine->image, from, used);
    }
  } else if (used > 0) {
    rig_fibre_load(engine->fibres[number - RIG_PART_FIBRE], from, used);
  }
  memcpy(rig_engine_room(part, used), from, used);
  part->used = used;
}

void rig_engine_load(void *self, const void *from, size_t bytes) {
  struct rig_engine *engine = self;
  uint64_t threads;
  const uint8_t *head = from;
  memcpy(&threads, head, sizeof threads);
  head += sizeof threads;
  RIG_ASSERT(threads <= RIG_ENGINE_THREADS);
  const uint32_t end = RIG_PART_FIBRE + (uint32_t)threads;
  const uint8_t *next = head + end * sizeof(struct saved_part);
  for (uint32_t i = 0; i < end; i++, head += sizeof(struct saved_part)) {
    struct saved_part saved;
    memcpy(&saved, head, sizeof saved);
    struct rig_engine_part *part = &engine->parts[i];
    if (saved.id != part->id) {
      apply(engine, i, next, saved.used);
      part->id = saved.id;
      part->content = saved.content;
    }
    part->hash = saved.hash; /* with or without the time, whatever else is as it was */
    next += saved.used;
  }
  for (uint32_t i = end; i < RIG_PARTS; i++) {
    engine->parts[i].id = 0; /* threads that are not there yet */
  }
  RIG_ASSERT((size_t)(next - (const uint8_t *)from) == bytes);
}

uint64_t rig_engine_hash(void *self) {
  struct rig_engine *engine = self;
  uint64_t sum = 0;
  if (engine->options.native) { /* nobody knows whether its memory is as it was before */
    return rig_hash_fold(++engine->ids ^ RIG_HASH_K1, RIG_HASH_K2);
  }
  for (uint32_t i = 0; i < part_end(engine); i++) { /* none waits for the one before it */
    sum += rig_hash_fold(engine->parts[i].hash ^ RIG_HASH_K1, RIG_HASH_K2 + i);
  }
  return sum;
}
