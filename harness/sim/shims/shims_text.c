/*
 * Memory and text of the C run-time library; wide characters are 16 bits. Nothing here looks at
 * more than its arguments: a bad pointer faults, as it does in the program's own library.
 */
#include <string.h>

#include "sim/shims/shims_private.h"

RIG_SHIM(void *, memcpy, void *to, const void *from, uint64_t bytes) {
  return memcpy(to, from, bytes);
}
RIG_SHIM(void *, memmove, void *to, const void *from, uint64_t bytes) {
  return memmove(to, from, bytes);
}
RIG_SHIM(void *, memset, void *to, int32_t value, uint64_t bytes) {
  return memset(to, value, bytes);
}
RIG_SHIM(int32_t, memcmp, const void *a, const void *b, uint64_t bytes) {
  return memcmp(a, b, bytes);
}
RIG_SHIM(void *, memchr, const void *in, int32_t value, uint64_t bytes) {
  return memchr(in, value, bytes);
}

/* ---- narrow ---- */

static int32_t lower(int32_t c) {
  return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static int32_t compare_nocase(const char *a, const char *b, uint64_t most) {
  for (uint64_t i = 0; i < most; i++) {
    const int32_t left = lower((unsigned char)a[i]);
    const int32_t right = lower((unsigned char)b[i]);
    if (left != right || left == 0) {
      return left - right;
    }
  }
  return 0;
}

RIG_SHIM(uint64_t, strlen, const char *text) {
  return strlen(text);
}
RIG_SHIM(uint64_t, strnlen, const char *text, uint64_t most) {
  return strnlen(text, most);
}
RIG_SHIM(char *, strcpy, char *to, const char *from) {
  return strcpy(to, from);
}
RIG_SHIM(char *, strncpy, char *to, const char *from, uint64_t most) {
  const uint64_t length = strnlen(from, most);
  memset(to, 0, most);
  memcpy(to, from, length);
  return to;
}
RIG_SHIM(char *, strcat, char *to, const char *from) {
  return strcat(to, from);
}
RIG_SHIM(char *, strncat, char *to, const char *from, uint64_t most) {
  return strncat(to, from, most);
}
RIG_SHIM(int32_t, strcmp, const char *a, const char *b) {
  return strcmp(a, b);
}
RIG_SHIM(int32_t, strncmp, const char *a, const char *b, uint64_t most) {
  return strncmp(a, b, most);
}
RIG_SHIM(int32_t, _stricmp, const char *a, const char *b) {
  return compare_nocase(a, b, UINT64_MAX);
}
RIG_SHIM(int32_t, _strnicmp, const char *a, const char *b, uint64_t most) {
  return compare_nocase(a, b, most);
}
RIG_SHIM(char *, strchr, const char *text, int32_t c) {
  return strchr(text, c);
}
RIG_SHIM(char *, strrchr, const char *text, int32_t c) {
  return strrchr(text, c);
}
RIG_SHIM(char *, strstr, const char *text, const char *part) {
  return strstr(text, part);
}
RIG_SHIM(uint64_t, strcspn, const char *text, const char *set) {
  return strcspn(text, set);
}
RIG_SHIM(uint64_t, strspn, const char *text, const char *set) {
  return strspn(text, set);
}
RIG_SHIM(char *, _strdup, const char *text) {
  const size_t bytes = strlen(text) + 1;
  char *copy = (char *)(uintptr_t)rig_shim_allocate(bytes);
  memcpy(copy, text, bytes);
  return copy;
}
RIG_SHIM(int32_t, lstrlenA, const char *text) {
  return text == NULL ? 0 : (int32_t)strlen(text);
}
RIG_SHIM(char *, lstrcpyA, char *to, const char *from) {
  return strcpy(to, from);
}
RIG_SHIM(int32_t, lstrcmpA, const char *a, const char *b) {
  return strcmp(a, b);
}

/* ---- wide ---- */

uint64_t rig_shim_wide_length(const uint16_t *text, uint64_t most) {
  uint64_t length = 0;
  while (length < most && text[length] != 0) {
    length++;
  }
  return length;
}

static int32_t wide_compare(const uint16_t *a, const uint16_t *b, uint64_t most, bool nocase) {
  for (uint64_t i = 0; i < most; i++) {
    const int32_t left = nocase ? lower(a[i]) : a[i];
    const int32_t right = nocase ? lower(b[i]) : b[i];
    if (left != right || left == 0) {
      return left < right ? -1 : left > right;
    }
  }
  return 0;
}

static uint16_t *wide_copy(uint16_t *to, const uint16_t *from) {
  memcpy(to, from, (rig_shim_wide_length(from, UINT64_MAX) + 1) * sizeof *to);
  return to;
}

RIG_SHIM(uint64_t, wcslen, const uint16_t *text) {
  return rig_shim_wide_length(text, UINT64_MAX);
}
RIG_SHIM(uint64_t, wcsnlen, const uint16_t *text, uint64_t most) {
  return rig_shim_wide_length(text, most);
}
RIG_SHIM(uint16_t *, wcscpy, uint16_t *to, const uint16_t *from) {
  return wide_copy(to, from);
}
RIG_SHIM(uint16_t *, wcsncpy, uint16_t *to, const uint16_t *from, uint64_t most) {
  const uint64_t length = rig_shim_wide_length(from, most);
  memset(to, 0, most * sizeof *to);
  memcpy(to, from, length * sizeof *to);
  return to;
}
RIG_SHIM(uint16_t *, wcscat, uint16_t *to, const uint16_t *from) {
  wide_copy(to + rig_shim_wide_length(to, UINT64_MAX), from);
  return to;
}
RIG_SHIM(int32_t, wcscmp, const uint16_t *a, const uint16_t *b) {
  return wide_compare(a, b, UINT64_MAX, false);
}
RIG_SHIM(int32_t, wcsncmp, const uint16_t *a, const uint16_t *b, uint64_t most) {
  return wide_compare(a, b, most, false);
}
RIG_SHIM(int32_t, _wcsicmp, const uint16_t *a, const uint16_t *b) {
  return wide_compare(a, b, UINT64_MAX, true);
}
RIG_SHIM(const uint16_t *, wcschr, const uint16_t *text, uint16_t c) {
  for (;; text++) {
    if (*text == c) {
      return text;
    }
    if (*text == 0) {
      return NULL;
    }
  }
}
RIG_SHIM(const uint16_t *, wcsrchr, const uint16_t *text, uint16_t c) {
  const uint16_t *found = NULL;
  for (;; text++) {
    if (*text == c) {
      found = text;
    }
    if (*text == 0) {
      return found;
    }
  }
}
RIG_SHIM(const uint16_t *, wcsstr, const uint16_t *text, const uint16_t *part) {
  const uint64_t length = rig_shim_wide_length(part, UINT64_MAX);
  for (;; text++) {
    if (wide_compare(text, part, length, false) == 0) {
      return text;
    }
    if (*text == 0) {
      return NULL;
    }
  }
}
RIG_SHIM(int32_t, lstrlenW, const uint16_t *text) {
  return text == NULL ? 0 : (int32_t)rig_shim_wide_length(text, UINT64_MAX);
}
RIG_SHIM(uint16_t *, lstrcpyW, uint16_t *to, const uint16_t *from) {
  return wide_copy(to, from);
}
RIG_SHIM(int32_t, lstrcmpW, const uint16_t *a, const uint16_t *b) {
  return wide_compare(a, b, UINT64_MAX, false);
}
