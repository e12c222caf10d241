/*
 * How a failed assertion ends the process, natively and in PE code.
 *
 * It may run anywhere, in a hook or under the loader lock: so no stdio, no heap, one buffer on the
 * stack and one write.
 */
#include "core/assert.h"

#include <stddef.h>

#ifdef _WIN32
#include <windows.h>
#else
#include <stdlib.h>
#include <unistd.h>
#endif

#define LINE_BYTES 512
#define ASSERTION_FAILURE 0xC0000420u /* STATUS_ASSERTION_FAILURE of ntstatus.h */

/* Appends what fits, one byte is kept for the newline. */
static size_t append(char *line, size_t used, const char *text) {
  while (*text != '\0' && used < LINE_BYTES - 1) {
    line[used++] = *text++;
  }
  return used;
}

static size_t append_number(char *line, size_t used, unsigned number) {
  char digits[12];
  size_t i = sizeof digits - 1;
  digits[i] = '\0';
  do {
    digits[--i] = (char)('0' + number % 10);
    number /= 10;
  } while (number != 0);
  return append(line, used, digits + i);
}

void rig_assert_failed(const char *condition, const char *file, int line_number) {
  char line[LINE_BYTES];
  size_t used = append(line, 0, "mapirig: assertion failed: ");
  used = append(line, used, condition);
  used = append(line, used, " (");
  used = append(line, used, file);
  used = append(line, used, ":");
  used = append_number(line, used, line_number > 0 ? (unsigned)line_number : 0);
  used = append(line, used, ")");
  line[used++] = '\n';
#ifdef _WIN32
  DWORD written;
  WriteFile(GetStdHandle(STD_ERROR_HANDLE), line, (DWORD)used, &written, NULL);
  TerminateProcess(GetCurrentProcess(), ASSERTION_FAILURE);
  for (;;) { /* TerminateProcess of oneself does not return; the compiler does not know */
  }
#else
  if (write(STDERR_FILENO, line, used) < 0) {
    abort(); /* there is nobody left to tell */
  }
  abort();
#endif
}
