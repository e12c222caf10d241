/*
 * AddressSanitizer's report as one line: what, how many bytes, and where beside whose memory; and
 * the places in the pump. No addresses: the same error must be told in the same words each time.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "sim/native.h"

#define LINE_BYTES 400u

/* Copies the line at `from`; returns where the next one begins, NULL behind the last. */
static const char *next_line(const char *from, char *line, size_t size) {
  const size_t length = strcspn(from, "\n");
  const size_t kept = length < size ? length : size - 1;
  memcpy(line, from, kept);
  line[kept] = '\0';
  return from[length] == '\0' ? NULL : from + length + 1;
}

/* The address of the first frame from `from` on that lies in the pump, up to an empty line; 0. The
 * sanitizer prints one inside of the instruction. */
static uint64_t first_frame(const char *from, uint64_t low, uint64_t high) {
  char line[LINE_BYTES];
  while (from != NULL) {
    unsigned long long address = 0;
    int level = 0;
    from = next_line(from, line, sizeof line);
    if (line[0] == '\0') {
      return 0;
    }
    if (sscanf(line, " #%d %llx", &level, &address) == 2 && address >= low && address < high) {
      return address + 1;
    }
  }
  return 0;
}

/* "0x60.. is located 4 bytes inside of 20-byte region [..)": from "4" to "region". */
static void add_place(char *out, size_t size, const char *line) {
  const char *from = strstr(line, " is located ") + strlen(" is located ");
  const bool stack = strncmp(from, "in stack of thread", 18) == 0;
  size_t length = strcspn(from, "[");
  while (length > 0 && isspace((unsigned char)from[length - 1])) {
    length--;
  }
  const size_t used = strlen(out);
  if (used < size) {
    snprintf(out + used, size - used, ", %.*s", stack ? 60 : (int)(length < 120 ? length : 120),
             stack ? "beside a variable of a frame" : from);
  }
}

/* "heap-use-after-free", "double-free" (of "attempting double-free on ..."). */
static void read_word(const char *from, char *out, size_t size) {
  static const char attempting[] = "attempting ";
  if (strncmp(from, attempting, strlen(attempting)) == 0) {
    from += strlen(attempting);
  }
  const size_t length = strcspn(from, " \n");
  snprintf(out, size, "%.*s", (int)(length < 60 ? length : 60), from);
}

/* A line of the report behind its first one; `behind` is what follows it. */
static void read_line(const char *line, const char *at, const char *behind, const uint64_t pump[2],
                      char *out, size_t size, struct rig_native_places *places) {
  unsigned bytes = 0;
  const size_t used = strlen(out);
  if ((sscanf(line, "READ of size %u", &bytes) == 1 ||
       sscanf(line, "WRITE of size %u", &bytes) == 1) &&
      used < size) {
    snprintf(out + used, size - used, ": %s %u byte%s", line[0] == 'R' ? "reads" : "writes", bytes,
             bytes == 1 ? "" : "s");
  } else if (places->at == 0 && strncmp(line, "    #0 ", 7) == 0) {
    places->at = first_frame(at, pump[0], pump[1]);
  } else if (strstr(line, " is located ") != NULL) {
    add_place(out, size, line);
  } else if (strncmp(line, "freed by thread", 15) == 0) {
    places->freed = first_frame(behind, pump[0], pump[1]);
  } else if (strncmp(line, "previously allocated by", 23) == 0 ||
             strncmp(line, "allocated by thread", 19) == 0) {
    places->made = first_frame(behind, pump[0], pump[1]);
  }
}

char *rig_native_read_report(const char *text, uint64_t low, uint64_t high, char *out, size_t size,
                             struct rig_native_places *places) {
  static const char mark[] = "ERROR: AddressSanitizer: ";
  const uint64_t pump[2] = {low, high};
  char line[LINE_BYTES];
  const char *begin = strstr(text, mark);
  *places = (struct rig_native_places){.at = 0};
  snprintf(out, size, "AddressSanitizer reports an error");
  if (begin == NULL) {
    return out;
  }
  read_word(begin + strlen(mark), out, size);
  const char *at = next_line(begin, line, sizeof line);
  while (at != NULL) {
    const char *behind = next_line(at, line, sizeof line);
    if (strncmp(line, "SUMMARY:", 8) == 0) {
      break;
    }
    read_line(line, at, behind, pump, out, size, places);
    at = behind;
  }
  return out;
}
