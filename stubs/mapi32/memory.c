/*
 * MAPIAllocateBuffer, MAPIAllocateMore and MAPIFreeBuffer with real ownership: a block of
 * MAPIAllocateMore is linked to the one it was asked for and goes with it.
 *
 * MAPIFreeBuffer answers S_OK to what is no live block too (D:mapifreebuffer), so the record says
 * what was wrong. To tell without touching foreign memory, live blocks are kept in a hash table,
 * and the last addresses freed in a list.
 */
#include <mapix.h>

#include "mapi32/internal.h"

#ifdef STUBS_SIMULATED /* every byte of it is part of the state that is saved and compared */
#define BUCKETS 64u
#define FREED_MAX 64u
void simulated_header(void *block,
                      uint32_t bytes); /* the simulator's: so much is not the client's */
#else
#define BUCKETS 4096u
#define FREED_MAX 1024u
#endif

struct block {
  struct block *next;   /* in its bucket */
  struct block *parent; /* NULL: made by MAPIAllocateBuffer */
  struct block *linked; /* children, by `sibling` */
  struct block *sibling;
  ULONG bytes;
  void *padding[3]; /* keeps the payload aligned to 16 in both bitnesses */
  unsigned char payload[] __attribute__((aligned(16)));
};
_Static_assert(sizeof(struct block) % 16 == 0, "payload aligned for any type");

static SRWLOCK lock = SRWLOCK_INIT;
static struct block *buckets[BUCKETS];
static uintptr_t freed[FREED_MAX]; /* as KEY: a list of what is gone points at nothing */
#define KEY(payload) (~(uintptr_t)(payload))
static uint32_t freed_next;

static struct block **bucket_of(const void *payload) {
  uintptr_t key = (uintptr_t)payload >> 4;
  return &buckets[(key ^ key >> 12) % BUCKETS];
}

static struct block *find(const void *payload) {
  struct block *block = *bucket_of(payload);
  while (block && block->payload != payload)
    block = block->next;
  return block;
}

static void forget_freed(const void *payload) {
  for (uint32_t i = 0; i < FREED_MAX; i++)
    if (freed[i] == KEY(payload))
      freed[i] = 0;
}

static bool was_freed(const void *payload) {
  for (uint32_t i = 0; i < FREED_MAX; i++)
    if (freed[i] == KEY(payload))
      return true;
  return false;
}

/* In the first free place, so that what comes and goes leaves the list as it was; when there is
 * none, the places take turns. */
static void remember_freed(const void *payload) {
  for (uint32_t i = 0; i < FREED_MAX; i++) {
    if (!freed[i]) {
      freed[i] = KEY(payload);
      return;
    }
  }
  freed[freed_next] = KEY(payload);
  freed_next = (freed_next + 1) % FREED_MAX;
}

static void remove_block(struct block *block) {
  struct block **at = bucket_of(block->payload);
  while (*at != block)
    at = &(*at)->next;
  *at = block->next;
  remember_freed(block->payload);
  HeapFree(GetProcessHeap(), 0, block);
}

/* Children of MAPIAllocateMore have none of their own: one level. */
static void free_tree(struct block *block) {
  for (struct block *child = block->linked, *next; child; child = next) {
    next = child->sibling;
    remove_block(child);
  }
  remove_block(block);
}

static struct block *new_block(ULONG bytes, struct block *parent) {
  size_t total = sizeof(struct block) + bytes;
  struct block *block = total > bytes ? HeapAlloc(GetProcessHeap(), 0, total) : NULL;
  if (!block)
    return NULL;
  struct block **bucket = bucket_of(block->payload);
#ifdef STUBS_SIMULATED
  simulated_header(block, sizeof *block);
#endif
  *block = (struct block){.next = *bucket, .parent = parent, .bytes = bytes};
  *bucket = block;
  if (parent) {
    block->sibling = parent->linked;
    parent->linked = block;
  }
  forget_freed(block->payload);
  return block;
}

static void record(enum rig_call call, uint64_t caller, const void *block, const void *parent,
                   ULONG bytes, SCODE result, enum rig_buffer_problem problem) {
  union rig_payload payload = {.buffer = {.block = (uint64_t)(uintptr_t)block,
                                          .parent = (uint64_t)(uintptr_t)parent,
                                          .bytes = bytes,
                                          .result = (uint32_t)result,
                                          .problem = problem}};
  rec_call(call, caller, &payload, NULL, 0);
}

SCODE WINAPI MAPIAllocateBuffer(ULONG cbSize, LPVOID *lppBuffer) {
  SCODE result = S_OK;
  void *payload = NULL;
  uint32_t failure;
  if (mapi_about(RIG_CALL_MAPIAllocateBuffer, &failure)) {
    result = (SCODE)failure;
  } else if (!mapi_util_initialized()) {
    result = MAPI_E_NOT_INITIALIZED;
  } else if (!lppBuffer) {
    result = MAPI_E_INVALID_PARAMETER;
  } else {
    AcquireSRWLockExclusive(&lock);
    struct block *block = new_block(cbSize, NULL);
    ReleaseSRWLockExclusive(&lock);
    payload = block ? block->payload : NULL;
    result = block ? S_OK : MAPI_E_NOT_ENOUGH_MEMORY;
  }
  if (lppBuffer)
    *lppBuffer = payload;
  record(RIG_CALL_MAPIAllocateBuffer, REC_CALLER, payload, NULL, cbSize, result, RIG_BUFFER_FINE);
  return result;
}

static enum rig_buffer_problem problem_of(const void *payload, const struct block *block) {
  if (block)
    return block->parent ? RIG_BUFFER_LINKED : RIG_BUFFER_FINE;
  return was_freed(payload) ? RIG_BUFFER_FREED : RIG_BUFFER_FOREIGN;
}

SCODE WINAPI MAPIAllocateMore(ULONG cbSize, LPVOID lpObject, LPVOID *lppBuffer) {
  SCODE result = S_OK;
  void *payload = NULL;
  enum rig_buffer_problem problem = RIG_BUFFER_FINE;
  uint32_t failure;
  const bool fails = mapi_about(RIG_CALL_MAPIAllocateMore, &failure);
  AcquireSRWLockExclusive(&lock);
  struct block *parent = find(lpObject);
  problem = problem_of(lpObject, parent);
  if (fails) {
    result = (SCODE)failure;
  } else if (!mapi_util_initialized()) {
    result = MAPI_E_NOT_INITIALIZED;
  } else if (!lppBuffer || problem != RIG_BUFFER_FINE) {
    /* "an existing MAPI buffer allocated using MAPIAllocateBuffer" (D:mapiallocatemore) */
    result = MAPI_E_INVALID_PARAMETER;
  } else {
    struct block *block = new_block(cbSize, parent);
    payload = block ? block->payload : NULL;
    result = block ? S_OK : MAPI_E_NOT_ENOUGH_MEMORY;
  }
  ReleaseSRWLockExclusive(&lock);
  if (lppBuffer)
    *lppBuffer = payload;
  record(RIG_CALL_MAPIAllocateMore, REC_CALLER, payload, lpObject, cbSize, result, problem);
  return result;
}

ULONG WINAPI MAPIFreeBuffer(LPVOID lpBuffer) {
  ULONG bytes = 0;
  enum rig_buffer_problem problem = RIG_BUFFER_FINE;
  uint32_t result = S_OK;
  if (!mapi_about(RIG_CALL_MAPIFreeBuffer, &result) && lpBuffer) { /* NULL does nothing */
    AcquireSRWLockExclusive(&lock);
    struct block *block = find(lpBuffer);
    problem = problem_of(lpBuffer, block);
    if (problem == RIG_BUFFER_FINE) {
      bytes = block->bytes;
      free_tree(block);
    }
    ReleaseSRWLockExclusive(&lock);
  }
  record(RIG_CALL_MAPIFreeBuffer, REC_CALLER, lpBuffer, NULL, bytes, (SCODE)result, problem);
  return result;
}
