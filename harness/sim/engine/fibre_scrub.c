/*
 * Zeroing what calls left below a stack pointer: it would lie in the unused slots of the next
 * frame, and a state would depend on how it was reached.
 *
 * How deep they went is looked for: a frame of more than a page announces itself (__chkstk, which
 * notes how deep it went in the thread environment block), so a page of zeros ends the search. That
 * page is read after every step of every thread: by the widest loads the processor has.
 */
#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "sim/engine/fibre_private.h"

#define PAGE_BYTES 4096u
#define BLOCK_BYTES 512u
#define VECTOR_BYTES 32u

/* Whether a block holds zeros alone, by 16 bytes at a time and by 32. Its loads must not wait for
 * each other: written out, so that the compiler keeps them apart. */
static inline __m128i any4(const __m128i *at) {
  return _mm_or_si128(_mm_or_si128(at[0], at[1]), _mm_or_si128(at[2], at[3]));
}

static inline __m128i any16(const __m128i *at) {
  return _mm_or_si128(_mm_or_si128(any4(at), any4(at + 4)),
                      _mm_or_si128(any4(at + 8), any4(at + 12)));
}

static inline bool is_zero(const char *block) {
  const __m128i *at = (const __m128i *)(const void *)block;
  const __m128i all = _mm_or_si128(any16(at), any16(at + 16));
  return _mm_movemask_epi8(_mm_cmpeq_epi8(all, _mm_setzero_si128())) == 0xffff;
}

#define WIDE __attribute__((target("avx2")))

WIDE static inline __m256i any4_wide(const __m256i *at) {
  return _mm256_or_si256(_mm256_or_si256(at[0], at[1]), _mm256_or_si256(at[2], at[3]));
}

WIDE static inline bool is_zero_wide(const char *block) {
  const __m256i *at = (const __m256i *)(const void *)block;
  const __m256i all = _mm256_or_si256(_mm256_or_si256(any4_wide(at), any4_wide(at + 4)),
                                      _mm256_or_si256(any4_wide(at + 8), any4_wide(at + 12)));
  return _mm256_testz_si256(all, all);
}

/* Zeroes from `at`, a multiple of 32, down to `low` at the lowest, but no farther than `known`, and
 * a page below the last block that is not zero. Returns how far it came. */
#define SCRUB(is_zero)                                                                             \
  for (char *until = known; at >= low + BLOCK_BYTES && at > until;) {                              \
    at -= BLOCK_BYTES;                                                                             \
    if (!is_zero(at)) {                                                                            \
      memset(at, 0, BLOCK_BYTES);                                                                  \
      until = at - PAGE_BYTES < until ? at - PAGE_BYTES : until;                                   \
    }                                                                                              \
  }                                                                                                \
  return at

static char *scrub(char *at, const char *low, char *known) {
  SCRUB(is_zero);
}

WIDE static char *scrub_wide(char *at, const char *low, char *known) {
  SCRUB(is_zero_wide);
}

void rig_fibre_scrub(const struct rig_fibre *fibre, uint64_t deepest) {
  char *at = fibre->sp;
  while ((uintptr_t)at % VECTOR_BYTES >= sizeof(uint64_t)) {
    at -= sizeof(uint64_t);
    memset(at, 0, sizeof(uint64_t));
  }
  if ((uintptr_t)at % VECTOR_BYTES != 0) { /* a program may put its stack pointer anywhere */
    const size_t rest = (uintptr_t)at % VECTOR_BYTES;
    at -= rest;
    memset(at, 0, rest);
  }
  char *known = at - PAGE_BYTES;
  if (deepest != 0 && (uintptr_t)known > deepest - PAGE_BYTES) {
    known = (char *)(uintptr_t)(deepest - PAGE_BYTES);
  }
  at = __builtin_cpu_supports("avx2") ? scrub_wide(at, fibre->low, known)
                                      : scrub(at, fibre->low, known);
  if (at > known && at > fibre->low) { /* less than a block above the stack's end */
    memset(fibre->low, 0, (size_t)(at - fibre->low));
  }
}
