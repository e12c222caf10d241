/* Pumps that use the heap: for --guard. */
#include <windows.h>

#include <stdlib.h>

static DWORD drain(void) {
  MSG message;
  DWORD got = 0;
  while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
    DispatchMessageW(&message);
    got++;
  }
  return got;
}

/* A block for each batch, a list of what was seen: all of it is freed, once, after its last use. */
void pump(const HANDLE *handles, DWORD count) {
  DWORD *seen = malloc(sizeof *seen);
  DWORD batches = 0;
  for (;;) {
    DWORD result = MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT);
    char *batch = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, 24);
    if (batches < 3) {
      seen = realloc(seen, (batches + 2) * sizeof *seen);
      seen[batches++] = drain() + batch[23];
    } else {
      drain();
    }
    HeapFree(GetProcessHeap(), 0, batch);
    if (result == WAIT_OBJECT_0)
      break;
  }
  free(seen);
}

/* Frees its notes when a wake brought nothing, and takes them up again with the next message. A
 * sent message alone is such a wake, and it does harm when a posted one follows: after the other
 * order, or both at once, all is well. */
void frees_when_nothing_came(const HANDLE *handles, DWORD count) {
  char *notes = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, 20);
  for (;;) {
    DWORD result = MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT);
    DWORD got = drain();
    if (got > 0)
      ((volatile char *)notes)[4]++; /* the use */
    if (result == WAIT_OBJECT_0)
      break;
    if (got == 0 && notes[4] == 0)
      HeapFree(GetProcessHeap(), 0, notes); /* the free */
  }
}

/* Room for four messages: one more before the stop is too many. */
void overruns(const HANDLE *handles, DWORD count) {
  DWORD *seen = HeapAlloc(GetProcessHeap(), 0, 4 * sizeof *seen);
  DWORD used = 0;
  MSG message;
  while (MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT) != WAIT_OBJECT_0) {
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
      seen[used++] = message.message;
      DispatchMessageW(&message);
    }
  }
  HeapFree(GetProcessHeap(), 0, seen);
}

/* Frees its block with the message, and again when it stops. */
void frees_twice(const HANDLE *handles, DWORD count) {
  void *block = LocalAlloc(LMEM_FIXED, 12);
  while (MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT) != WAIT_OBJECT_0) {
    if (drain() > 0)
      LocalFree(block);
  }
  LocalFree(block);
}

/* A frame that no stack has room for, once a message came. */
void overruns_its_stack(const HANDLE *handles, DWORD count) {
  while (MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT) != WAIT_OBJECT_0) {
    if (drain() > 0) {
      volatile char large[400 * 1024];
      for (DWORD i = sizeof large; i > 0; i -= 512)
        large[i - 512] = 1;
    }
  }
}
