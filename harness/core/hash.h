/* A fast fingerprint of bytes: two lanes of 64 by 64 to 128 bit multiplications, folded. It is not
 * meant to withstand somebody who looks for collisions. */
#ifndef RIG_CORE_HASH_H
#define RIG_CORE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define RIG_HASH_K1 0x9e3779b97f4a7c15u
#define RIG_HASH_K2 0xd1b54a32d192ed03u

static inline uint64_t rig_hash_fold(uint64_t a, uint64_t b) {
  const unsigned __int128 product = (unsigned __int128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t rig_hash_word(const unsigned char *at) {
  uint64_t word;
  memcpy(&word, at, sizeof word);
  return word;
}

/* The first `bytes` of a word, the others zero; at most 7 of them. */
static inline uint64_t rig_hash_part(const unsigned char *at, size_t bytes) {
  uint64_t word = 0;
  for (size_t i = 0; i < bytes; i++) {
    word |= (uint64_t)at[i] << 8 * i;
  }
  return word;
}

/* Word number `index` of what is left, zero beyond its end. By words, and not by a copy into 32
 * bytes of zeros: loads of what has just been stored in other sizes wait for it. */
static inline uint64_t rig_hash_rest(const unsigned char *at, size_t rest, size_t index) {
  const size_t from = 8 * index;
  return rest >= from + 8 ? rig_hash_word(at + from)
         : rest > from    ? rig_hash_part(at + from, rest - from)
                          : 0;
}

/* A fingerprint in the making. */
struct rig_hash {
  uint64_t one;
  uint64_t two;
};

static inline struct rig_hash rig_hash_begin(uint64_t seed) {
  return (struct rig_hash){RIG_HASH_K1 ^ seed, RIG_HASH_K2};
}

/* Adds bytes, padded with zeros to a multiple of 32: how many they are must be told otherwise. */
static inline struct rig_hash rig_hash_add(struct rig_hash hash, const void *from, size_t bytes) {
  const unsigned char *at = from;
  size_t rest = bytes;
  for (; rest >= 32; rest -= 32, at += 32) {
    hash.one = rig_hash_fold(hash.one ^ rig_hash_word(at), RIG_HASH_K2 ^ rig_hash_word(at + 8));
    hash.two =
        rig_hash_fold(hash.two ^ rig_hash_word(at + 16), RIG_HASH_K1 ^ rig_hash_word(at + 24));
  }
  if (rest > 0) {
    hash.one = rig_hash_fold(hash.one ^ rig_hash_rest(at, rest, 0),
                             RIG_HASH_K2 ^ rig_hash_rest(at, rest, 1));
    hash.two = rig_hash_fold(hash.two ^ rig_hash_rest(at, rest, 2),
                             RIG_HASH_K1 ^ rig_hash_rest(at, rest, 3));
  }
  return hash;
}

static inline uint64_t rig_hash_end(struct rig_hash hash) {
  return rig_hash_fold(hash.one ^ RIG_HASH_K1, hash.two ^ RIG_HASH_K2) ^ hash.one;
}

static inline uint64_t rig_hash_bytes(const void *from, size_t bytes) {
  return rig_hash_end(rig_hash_add(rig_hash_begin(bytes), from, bytes));
}

#endif
