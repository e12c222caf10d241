/*
 * Names of threads, by the order of their first call, so that two runs of one scenario read alike.
 * The log is scanned once; a live trace goes on where it stopped.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/trace_private.h"

#define INDEX_SLOTS (TRACE_THREADS_MAX * 2) /* a power of two, at most half full */

_Static_assert((INDEX_SLOTS & (INDEX_SLOTS - 1)) == 0, "a mask finds the slot");
_Static_assert(TRACE_THREADS_MAX < UINT16_MAX, "the index holds 16 bits");

/* The slot of the index that holds `id`, or the free one where it belongs. */
static uint16_t *find_slot(struct trace_cache *cache, uint32_t id) {
  uint32_t i = id * 2654435761u >> 16; /* Knuth's multiplicative hash */
  for (;; i++) {
    uint16_t *slot = &cache->index[i & (INDEX_SLOTS - 1)];
    if (*slot == 0 || cache->threads[*slot - 1].id == id) {
      return slot;
    }
  }
}

/* The entry of thread `id`, made if need be; NULL when there are too many. */
static struct trace_thread *enter(struct trace_cache *cache, uint32_t id) {
  uint16_t *slot = find_slot(cache, id);
  if (*slot == 0) {
    if (cache->thread_count == TRACE_THREADS_MAX) {
      return NULL;
    }
    struct trace_thread *thread = &cache->threads[cache->thread_count++];
    thread->id = id;
    *slot = (uint16_t)cache->thread_count;
  }
  return &cache->threads[*slot - 1];
}

static bool director_state(uint16_t call) {
  return call == RIG_STATE_READY || call == RIG_STATE_SETTLED || call == RIG_STATE_BLOCKED ||
         call == RIG_STATE_HANDLE || call == RIG_STATE_LATE || call == RIG_STATE_END ||
         call == RIG_STATE_STACK;
}

static void note(struct trace_cache *cache, const struct rig_record *record) {
  struct trace_thread *thread = enter(cache, record->thread);
  if (thread == NULL) {
    return;
  }
  switch (record->kind) {
  case RIG_KIND_ENTER:
  case RIG_KIND_LEAVE:
  case RIG_KIND_CALL:
    if (!thread->called && !thread->mapi) {
      thread->called = true;
      if (cache->called_count == 0) {
        snprintf(thread->name, sizeof thread->name, "main");
      } else {
        snprintf(thread->name, sizeof thread->name, "t%u", cache->called_count);
      }
      cache->called_count++;
    }
    break;
  case RIG_KIND_STIMULUS:
    thread->stub = true;
    break;
  case RIG_KIND_STATE:
    thread->mapi = thread->mapi || (record->call == RIG_STATE_THREAD_START && record->u.state.b);
    thread->stub = thread->stub || director_state(record->call);
    thread->host = thread->host || record->call == RIG_STATE_EXIT;
    break;
  default:
    break;
  }
}

static bool prepare(struct trace_cache *cache) {
  if (cache->threads == NULL) {
    cache->threads = calloc(TRACE_THREADS_MAX, sizeof *cache->threads);
  }
  if (cache->index == NULL) {
    cache->index = calloc(INDEX_SLOTS, sizeof *cache->index);
  }
  return cache->threads != NULL && cache->index != NULL;
}

const char *rig_trace_thread(const struct rig_trace *trace, uint32_t thread) {
  struct trace_cache *cache = trace->cache;
  if (!prepare(cache)) {
    return "?";
  }
  const uint32_t used = rig_trace_count(trace);
  for (; cache->scanned < used; cache->scanned++) {
    struct rig_record record;
    if (rig_trace_record(trace, cache->scanned, &record)) {
      note(cache, &record);
    }
  }
  const uint16_t slot = *find_slot(cache, thread);
  if (slot == 0) {
    return "?";
  }
  const struct trace_thread *found = &cache->threads[slot - 1];
  if (found->mapi) {
    return "mapi";
  }
  if (found->called) {
    return found->name;
  }
  return found->stub ? "director" : found->host ? "host" : "other";
}
