/*
 * The printf family: into the program's buffers, or, for every stream, into the report.
 */
#include <string.h>

#include "sim/shims/shims_format.h"
#include "sim/shims/shims_private.h"

#define LINE_BYTES (RIG_MORE_MAX * RIG_MORE_BYTES)
#define FILE_BYTES 48u /* FILE of Microsoft's run-time library (stdio.h, _iob) */

/* stdin, stdout, stderr: only their addresses mean anything. */
static const char streams[3][FILE_BYTES];

RIG_SHIM(const char *, __acrt_iob_func, uint32_t number) {
  return streams[number < 3 ? number : 0];
}
RIG_SHIM(const char *, __iob_func, void) {
  return streams[0];
}

/* ---- to the report ---- */

static int32_t report(const char *format, __builtin_ms_va_list arguments) {
  char text[LINE_BYTES];
  const size_t length = rig_shim_format(text, sizeof text, format, arguments, 0);
  rig_shim_output(rig_engine_current(), text, length < sizeof text ? length : sizeof text - 1);
  return (int32_t)length;
}

#define REPORTS(name, ...)                                                                         \
  RIG_SHIM(int32_t, name, __VA_ARGS__, ...) {                                                      \
    __builtin_ms_va_list arguments;                                                                \
    __builtin_ms_va_start(arguments, format);                                                      \
    const int32_t result = report(format, arguments);                                              \
    __builtin_ms_va_end(arguments);                                                                \
    return result;                                                                                 \
  }
REPORTS(printf, const char *format)
REPORTS(__mingw_printf, const char *format)

static int32_t report_to(const void *stream, const char *format, __builtin_ms_va_list arguments) {
  (void)stream;
  return report(format, arguments);
}
#define REPORTS_TO(name)                                                                           \
  RIG_SHIM(int32_t, name, const void *stream, const char *format, ...) {                           \
    __builtin_ms_va_list arguments;                                                                \
    __builtin_ms_va_start(arguments, format);                                                      \
    const int32_t result = report_to(stream, format, arguments);                                   \
    __builtin_ms_va_end(arguments);                                                                \
    return result;                                                                                 \
  }
REPORTS_TO(fprintf)
REPORTS_TO(__mingw_fprintf)

RIG_SHIM(int32_t, vprintf, const char *format, __builtin_ms_va_list arguments) {
  return report(format, arguments);
}
RIG_SHIM(int32_t, __mingw_vprintf, const char *format, __builtin_ms_va_list arguments) {
  return report(format, arguments);
}
RIG_SHIM(int32_t, vfprintf, const void *stream, const char *format,
         __builtin_ms_va_list arguments) {
  return report_to(stream, format, arguments);
}
RIG_SHIM(int32_t, __mingw_vfprintf, const void *stream, const char *format,
         __builtin_ms_va_list arguments) {
  return report_to(stream, format, arguments);
}
/* The universal C run-time's (ucrt): options, stream, format, locale. */
RIG_SHIM(int32_t, __stdio_common_vfprintf, uint64_t options, const void *stream, const char *format,
         const void *locale, __builtin_ms_va_list arguments) {
  (void)options;
  (void)locale;
  return report_to(stream, format, arguments);
}

static int32_t text_out(const char *text, bool line) {
  rig_shim_output(rig_engine_current(), text, strlen(text));
  if (line) {
    rig_shim_output(rig_engine_current(), "\n", 1);
  }
  return 0;
}
RIG_SHIM(int32_t, puts, const char *text) {
  return text_out(text, true);
}
RIG_SHIM(int32_t, fputs, const char *text, const void *stream) {
  (void)stream;
  return text_out(text, false);
}
RIG_SHIM(int32_t, putchar, int32_t c) {
  const char text[2] = {(char)c, '\0'};
  text_out(text, false);
  return c;
}
RIG_SHIM(int32_t, fputc, int32_t c, const void *stream) {
  (void)stream;
  const char text[2] = {(char)c, '\0'};
  text_out(text, false);
  return c;
}
RIG_SHIM(uint64_t, fwrite, const char *from, uint64_t bytes, uint64_t count, const void *stream) {
  (void)stream;
  uint64_t all;
  if (__builtin_mul_overflow(bytes, count, &all)) {
    return 0;
  }
  rig_shim_output(rig_engine_current(), from, all);
  return count;
}
RIG_SHIM(int32_t, fflush, const void *stream) {
  (void)stream;
  return 0;
}

/* ---- into buffers ---- */

/* `cut`: what is returned when it does not fit: Microsoft's -1, or C99's length. A buffer that
 * exactly holds the text without its end is not terminated by Microsoft's. */
static int32_t into(char *to, uint64_t size, const char *format, __builtin_ms_va_list arguments,
                    bool c99) {
  char none[1];
  const size_t length = rig_shim_format(size > 0 ? to : none, size, format, arguments, 0);
  if (c99 || length < size) {
    return (int32_t)length;
  }
  if (length == size) {
    char last[LINE_BYTES];
    if (size < sizeof last) {
      rig_shim_format(last, sizeof last, format, arguments, 0);
      memcpy(to, last, size);
      return (int32_t)length;
    }
  }
  return -1;
}

#define INTO(name, c99)                                                                            \
  RIG_SHIM(int32_t, name, char *to, uint64_t size, const char *format, ...) {                      \
    __builtin_ms_va_list arguments;                                                                \
    __builtin_ms_va_start(arguments, format);                                                      \
    const int32_t result = into(to, size, format, arguments, c99);                                 \
    __builtin_ms_va_end(arguments);                                                                \
    return result;                                                                                 \
  }
INTO(snprintf, true)
INTO(__mingw_snprintf, true)
INTO(_snprintf, false)

#define VINTO(name, c99)                                                                           \
  RIG_SHIM(int32_t, name, char *to, uint64_t size, const char *format,                             \
           __builtin_ms_va_list arguments) {                                                       \
    return into(to, size, format, arguments, c99);                                                 \
  }
VINTO(vsnprintf, true)
VINTO(__mingw_vsnprintf, true)
VINTO(_vsnprintf, false)

#define SPRINTS(name)                                                                              \
  RIG_SHIM(int32_t, name, char *to, const char *format, ...) {                                     \
    __builtin_ms_va_list arguments;                                                                \
    __builtin_ms_va_start(arguments, format);                                                      \
    const int32_t result = into(to, INT32_MAX, format, arguments, true);                           \
    __builtin_ms_va_end(arguments);                                                                \
    return result;                                                                                 \
  }
SPRINTS(sprintf)
SPRINTS(__mingw_sprintf)
SPRINTS(wsprintfA)

RIG_SHIM(int32_t, __stdio_common_vsprintf, uint64_t options, char *to, uint64_t size,
         const char *format, const void *locale, __builtin_ms_va_list arguments) {
  (void)locale;
  return into(to, to == NULL ? 0 : size, format, arguments, (options & 2) != 0);
}

/* Wide: formatted as UTF-8, then widened. */
static int32_t into_wide(uint16_t *to, uint64_t size, const uint16_t *format,
                         __builtin_ms_va_list arguments) {
  char narrow[RIG_SHIM_TEXT];
  char text[LINE_BYTES];
  rig_shim_utf8(format, narrow, sizeof narrow);
  rig_shim_format(text, sizeof text, narrow, arguments, 1);
  const int32_t units = rig_shim_widen(text, NULL, 0);
  if (size == 0) {
    return -1;
  }
  rig_shim_widen(text, to, size);
  return (uint64_t)units < size ? units : -1;
}

#define INTO_WIDE(name)                                                                            \
  RIG_SHIM(int32_t, name, uint16_t *to, uint64_t size, const uint16_t *format, ...) {              \
    __builtin_ms_va_list arguments;                                                                \
    __builtin_ms_va_start(arguments, format);                                                      \
    const int32_t result = into_wide(to, size, format, arguments);                                 \
    __builtin_ms_va_end(arguments);                                                                \
    return result;                                                                                 \
  }
INTO_WIDE(_snwprintf)
INTO_WIDE(__mingw_snwprintf)

RIG_SHIM(int32_t, __mingw_vsnwprintf, uint16_t *to, uint64_t size, const uint16_t *format,
         __builtin_ms_va_list arguments) {
  return into_wide(to, size, format, arguments);
}
RIG_SHIM(int32_t, wsprintfW, uint16_t *to, const uint16_t *format, ...) {
  __builtin_ms_va_list arguments;
  __builtin_ms_va_start(arguments, format);
  const int32_t result = into_wide(to, 1024, format, arguments); /* W:wsprintf: at most 1024 */
  __builtin_ms_va_end(arguments);
  return result;
}
