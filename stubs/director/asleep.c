/*
 * Reading /proc/<tid>/status through Wine's \\?\unix namespace. The id names the thread everywhere
 * in this PID namespace; "self" would be the wineserver, which opens the file.
 */
#include "asleep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATUS_BYTES 8192

static bool readable; /* some thread's status was once read: a missing one is a thread that ended */

static HANDLE open_status(uint32_t unix_id) {
  wchar_t path[64];
  (void)swprintf(path, 64, L"\\\\?\\unix\\proc\\%lu\\status", (unsigned long)unix_id);
  return CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                     NULL, OPEN_EXISTING, 0, NULL);
}

static uint64_t number_after(const char *text, const char *label) {
  const char *at = strstr(text, label);
  return at == NULL ? 0 : strtoull(at + strlen(label), NULL, 10);
}

enum dir_sleep dir_asleep(struct dir_asleep *watched, uint32_t unix_id, uint64_t *switches) {
  if (unix_id == 0) {
    return DIR_SLEEP_UNKNOWN;
  }
  if (watched->unix_id != unix_id) {
    dir_asleep_close(watched);
    watched->unix_id = unix_id;
    watched->file = open_status(unix_id);
  }
  if (watched->file == INVALID_HANDLE_VALUE) {
    return readable ? DIR_SLEEP_GONE : DIR_SLEEP_UNKNOWN;
  }
  static char text[STATUS_BYTES]; /* of the director's thread alone */
  DWORD bytes = 0;
  SetFilePointer(watched->file, 0, NULL, FILE_BEGIN);
  if (!ReadFile(watched->file, text, sizeof text - 1, &bytes, NULL) || bytes == 0) {
    return DIR_SLEEP_GONE; /* a status that opened once and reads no more: ESRCH */
  }
  text[bytes] = '\0';
  const char *state = strstr(text, "\nState:\t");
  if (state == NULL) {
    return DIR_SLEEP_UNKNOWN;
  }
  readable = true;
  *switches = number_after(text, "\nvoluntary_ctxt_switches:\t") +
              number_after(text, "\nnonvoluntary_ctxt_switches:\t");
  switch (state[8]) {
  case 'S':
  case 'D':
    return DIR_SLEEP_SLEEPS;
  case 'Z':
  case 'X':
    return DIR_SLEEP_GONE;
  default:
    return DIR_SLEEP_RUNS;
  }
}

void dir_asleep_close(struct dir_asleep *watched) {
  if (watched->unix_id != 0 && watched->file != INVALID_HANDLE_VALUE) {
    CloseHandle(watched->file);
  }
  watched->unix_id = 0;
  watched->file = INVALID_HANDLE_VALUE;
}
