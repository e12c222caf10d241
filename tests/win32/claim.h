/*
 * A claim about Windows that mapirig's code relies on, checked where it runs. Each program of this
 * folder prints one line for each claim and ends with the number of those that do not hold.
 */
#ifndef TESTS_WIN32_CLAIM_H
#define TESTS_WIN32_CLAIM_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <windows.h>

static int claims_failed;

static inline void claim(bool holds, const char *text) {
  printf("%s %s\n", holds ? "holds " : "FAILED", text);
  claims_failed += !holds;
}

/* What a probe itself needs; without it nothing can be claimed. */
static inline void *needed(void *thing, const char *name) {
  if (thing == NULL) {
    printf("FAILED to make %s: error %lu\n", name, GetLastError());
    exit(100);
  }
  return thing;
}

static inline HANDLE event_new(bool manual) {
  return needed(CreateEventW(NULL, manual, FALSE, NULL), "an event");
}

/* Waits for what must come; a probe that would hang fails instead. */
static inline bool came(HANDLE handle) {
  return WaitForSingleObject(handle, 10000) == WAIT_OBJECT_0;
}

#endif
