/*
 * The engine's own parts of the state, core and registry, as bytes and back.
 */
#include <string.h>

#include "sim/engine/engine_private.h"

static size_t thread_bytes(const struct rig_engine_thread *thread) {
  const uint32_t depth = thread->depth < RIG_ENGINE_DEPTH ? thread->depth : RIG_ENGINE_DEPTH;
  return offsetof(struct rig_engine_thread, open) + depth * sizeof(struct rig_engine_open);
}

size_t rig_engine_pack_core(const struct rig_engine *engine, uint8_t *to, uint32_t from) {
  size_t used = sizeof engine->core;
  memcpy(to, &engine->core, used);
  for (uint32_t i = 0; i < engine->core.thread_count; i++) {
    const size_t bytes = thread_bytes(&engine->threads[i]);
    memcpy(to + used, &engine->threads[i], bytes);
    if (engine->threads[i].block_due != RIG_WIN_FOREVER) {
      const uint32_t due = engine->threads[i].block_due - from;
      memcpy(to + used + offsetof(struct rig_engine_thread, block_due), &due, sizeof due);
    }
    used += bytes;
  }
  return used;
}

void rig_engine_unpack_core(struct rig_engine *engine, const uint8_t *from) {
  memcpy(&engine->core, from, sizeof engine->core);
  from += sizeof engine->core;
  for (uint32_t i = 0; i < engine->core.thread_count; i++) {
    struct rig_engine_thread *thread = &engine->threads[i];
    memcpy(thread, from, offsetof(struct rig_engine_thread, open));
    const size_t bytes = thread_bytes(thread);
    memset(thread->open, 0, sizeof thread->open);
    memcpy(thread, from, bytes);
    from += bytes;
  }
}

size_t rig_engine_pack_registry(const struct rig_engine *engine, uint8_t *to) {
  const struct rig_engine_registry *registry = &engine->registry;
  size_t used = offsetof(struct rig_engine_registry, classes);
  memcpy(to, registry, used);
  const size_t classes = registry->class_count * sizeof registry->classes[0];
  memcpy(to + used, registry->classes, classes);
  used += classes;
  memcpy(to + used, registry->names, registry->names_used);
  used += registry->names_used;
  for (uint32_t i = 0; i < RIG_ENGINE_THREADS && registry->tls_used > 0; i++) {
    memcpy(to + used, registry->tls[i], registry->tls_used * sizeof registry->tls[i][0]);
    used += registry->tls_used * sizeof registry->tls[i][0];
  }
  if (engine->options.libraries != 0) {
    memcpy(to + used, &registry->modules, sizeof registry->modules);
    used += sizeof registry->modules;
  }
  return used;
}

void rig_engine_unpack_registry(struct rig_engine *engine, const uint8_t *from) {
  struct rig_engine_registry *registry = &engine->registry;
  memcpy(registry, from, offsetof(struct rig_engine_registry, classes));
  from += offsetof(struct rig_engine_registry, classes);
  memcpy(registry->classes, from, registry->class_count * sizeof registry->classes[0]);
  from += registry->class_count * sizeof registry->classes[0];
  memcpy(registry->names, from, registry->names_used);
  from += registry->names_used;
  memset(registry->tls, 0, sizeof registry->tls);
  for (uint32_t i = 0; i < RIG_ENGINE_THREADS && registry->tls_used > 0; i++) {
    memcpy(registry->tls[i], from, registry->tls_used * sizeof registry->tls[i][0]);
    from += registry->tls_used * sizeof registry->tls[i][0];
  }
  if (engine->options.libraries != 0) {
    memcpy(&registry->modules, from, sizeof registry->modules);
  }
}
