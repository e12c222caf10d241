/*
 * Zeroing what calls left below a stack pointer: it would lie in the unused slots of the next
 * frame, and a state would depend on how it was reached.
 *
 * How deep they went is looked for: a frame of more than a page announces itself (__chkstk, which
 * notes how deep it went in the thread environment block), so a page of zeros ends the search. That
 * page is read after every step of every thread: by the widest loads the processor has.
 */
#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#include "sim/engine/fibre_private.h"

#define PAGE_BYTES 4096u
#define BLOCK_BYTES 256u
#define VECTOR_BYTES 32u

/* The same, by 16 bytes at a time and by 32. Written out: the loads must not wait for each other.
 * `at` is a multiple of 32; goes down to `low` at the lowest, but no farther than `known`, and a
 * page below the last block that is not zero. Returns how far it came. */
static char *scrub(char *at, const char *low, char *known) {
  const __m128i zero = _mm_setzero_si128();
  for (char *until = known; at >= low + BLOCK_BYTES && at > until;) {
    at -= BLOCK_BYTES;
    __m128i *block = (__m128i *)(void *)at;
    const __m128i one =
        _mm_or_si128(_mm_or_si128(block[0], block[1]), _mm_or_si128(block[2], block[3]));
    const __m128i two =
        _mm_or_si128(_mm_or_si128(block[4], block[5]), _mm_or_si128(block[6], block[7]));
    const __m128i three =
        _mm_or_si128(_mm_or_si128(block[8], block[9]), _mm_or_si128(block[10], block[11]));
    const __m128i four =
        _mm_or_si128(_mm_or_si128(block[12], block[13]), _mm_or_si128(block[14], block[15]));
    const __m128i all = _mm_or_si128(_mm_or_si128(one, two), _mm_or_si128(three, four));
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(all, zero)) != 0xffff) {
      block[0] = block[1] = block[2] = block[3] = zero;
      block[4] = block[5] = block[6] = block[7] = zero;
      block[8] = block[9] = block[10] = block[11] = zero;
      block[12] = block[13] = block[14] = block[15] = zero;
      until = at - PAGE_BYTES < until ? at - PAGE_BYTES : until;
    }
  }
  return at;
}

__attribute__((target("avx2"))) static char *scrub_wide(char *at, const char *low, char *known) {
  const __m256i zero = _mm256_setzero_si256();
  for (char *until = known; at >= low + BLOCK_BYTES && at > until;) {
    at -= BLOCK_BYTES;
    __m256i *block = (__m256i *)(void *)at;
    const __m256i one =
        _mm256_or_si256(_mm256_or_si256(block[0], block[1]), _mm256_or_si256(block[2], block[3]));
    const __m256i two =
        _mm256_or_si256(_mm256_or_si256(block[4], block[5]), _mm256_or_si256(block[6], block[7]));
    const __m256i all = _mm256_or_si256(one, two);
    if (!_mm256_testz_si256(all, all)) {
      block[0] = block[1] = block[2] = block[3] = zero;
      block[4] = block[5] = block[6] = block[7] = zero;
      until = at - PAGE_BYTES < until ? at - PAGE_BYTES : until;
    }
  }
  return at;
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
