/*
 * How a probe tells what it did: one line for each call, with what the client saw of it and with
 * the payload that its record must have. The test (tests/live) compares the first part with a run
 * without the stub, and the second with the records.
 */
#ifndef TESTS_LIVE_PROBES_PROBE_H
#define TESTS_LIVE_PROBES_PROBE_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <windows.h>

#include "core/session.h"

#define PROBE_ERROR 4711 /* the last error before each call: one that changes nothing keeps it */

static inline void probe_before(void) {
  SetLastError(PROBE_ERROR);
}

/* `error` is read by the caller, right after the call. */
static inline void probe_line(const char *call, const char *shape, int64_t result, DWORD error,
                              const union rig_payload *payload) {
  uint32_t words[sizeof payload->bytes / sizeof(uint32_t)];
  memcpy(words, payload->bytes, sizeof words);
  printf("%s %s %lld %lu |", call, shape, (long long)result, (unsigned long)error);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    printf(" %lx", (unsigned long)words[i]);
  }
  printf("\n");
}

static inline uint32_t probe_word(const void *pointer) {
  return (uint32_t)(uintptr_t)pointer;
}

#endif
