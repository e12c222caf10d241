/*
 * One conversion after the other: its flags are copied into a format of our own library, its length
 * is taken from Microsoft's words (I64, I32, I, w) or C's; `long` has 32 bits.
 */
#include "sim/shims/shims_format.h"

#include <stdio.h>
#include <string.h>

#include "sim/shims/shims_private.h"

struct out {
  char *to;
  size_t size;
  size_t length;
};

static void put(struct out *out, const char *text, size_t bytes) {
  if (out->length < out->size) {
    const size_t room = out->size - 1 - out->length;
    memcpy(out->to + out->length, text, bytes < room ? bytes : room);
  }
  out->length += bytes;
}

/* A va_list of the Microsoft ABI is the address of the next argument, and each takes 8 bytes
 * (W: x64 calling convention, varargs). */
static uint64_t take(const uint64_t **arguments) {
  return *(*arguments)++;
}

static double take_double(const uint64_t **arguments) {
  double value;
  memcpy(&value, (*arguments)++, sizeof value);
  return value;
}

struct conversion {
  char flags[8];
  int width;     /* -1: none */
  int precision; /* -1: none */
  char length;   /* 'h', 'H' (hh), 'l', 'w' (wide), 'q' (64 bits), 0 */
  char kind;
};

static int number(const char **at) {
  int value = 0;
  for (; **at >= '0' && **at <= '9'; ++*at) {
    value = value < 10000 ? value * 10 + (**at - '0') : value;
  }
  return value;
}

static char read_length(const char **at) {
  static const struct {
    const char *word;
    char length;
  } words[] = {{"I64", 'q'}, {"I32", 0}, {"ll", 'q'}, {"hh", 'H'}, {"h", 'h'}, {"l", 'l'},
               {"L", 'L'},   {"z", 'q'}, {"t", 'q'},  {"j", 'q'},  {"I", 'q'}, {"w", 'w'}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    const size_t bytes = strlen(words[i].word);
    if (strncmp(*at, words[i].word, bytes) == 0) {
      *at += bytes;
      return words[i].length;
    }
  }
  return 0;
}

/* The format that our library is given: flags, width and precision as numbers. */
static void make_format(const struct conversion *conversion, const char *length, char *format,
                        size_t size) {
  char width[16] = "";
  char precision[16] = "";
  if (conversion->width >= 0) {
    snprintf(width, sizeof width, "%d", conversion->width);
  }
  if (conversion->precision >= 0) {
    snprintf(precision, sizeof precision, ".%d", conversion->precision);
  }
  snprintf(format, size, "%%%s%s%s%s%c", conversion->flags, width, precision, length,
           conversion->kind);
}

static void put_padded(struct out *out, const struct conversion *conversion, const char *text) {
  size_t bytes = strlen(text);
  if (conversion->precision >= 0 && bytes > (size_t)conversion->precision) {
    bytes = (size_t)conversion->precision;
  }
  const size_t width = conversion->width > 0 ? (size_t)conversion->width : 0;
  const bool left = strchr(conversion->flags, '-') != NULL;
  for (size_t i = bytes; !left && i < width; i++) {
    put(out, " ", 1);
  }
  put(out, text, bytes);
  for (size_t i = bytes; left && i < width; i++) {
    put(out, " ", 1);
  }
}

static void put_text(struct out *out, const struct conversion *conversion, const void *text,
                     bool wide) {
  char utf8[2048];
  if (text == NULL) {
    put_padded(out, conversion, "(null)");
  } else if (wide) {
    rig_shim_utf8(text, utf8, sizeof utf8);
    put_padded(out, conversion, utf8);
  } else {
    put_padded(out, conversion, text);
  }
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void put_integer(struct out *out, const struct conversion *conversion, uint64_t value) {
  char format[64];
  char text[512];
  const bool is_signed = conversion->kind == 'd' || conversion->kind == 'i';
  if (conversion->length == 'H') {
    value = is_signed ? (uint64_t)(int8_t)value : (uint8_t)value;
  } else if (conversion->length == 'h') {
    value = is_signed ? (uint64_t)(int16_t)value : (uint16_t)value;
  } else if (conversion->length != 'q') {
    value = is_signed ? (uint64_t)(int32_t)value : (uint32_t)value;
  }
  make_format(conversion, "ll", format, sizeof format);
  const int bytes = snprintf(text, sizeof text, format, value);
  put(out, text, bytes < 0 ? 0 : (size_t)bytes < sizeof text ? (size_t)bytes : sizeof text - 1);
}

static void put_float(struct out *out, const struct conversion *conversion, double value) {
  char format[64];
  char text[512];
  struct conversion bounded = *conversion;
  if (bounded.precision > 60) {
    bounded.precision = 60;
  }
  make_format(&bounded, "", format, sizeof format);
  rig_fibre_hold(); /* our library may allocate */
  const int bytes = snprintf(text, sizeof text, format, value);
  rig_fibre_unhold();
  put(out, text, bytes < 0 ? 0 : (size_t)bytes < sizeof text ? (size_t)bytes : sizeof text - 1);
}
#pragma GCC diagnostic pop

static struct conversion read_conversion(const char **at, const uint64_t **arguments) {
  struct conversion conversion = {.width = -1, .precision = -1};
  size_t flags = 0;
  for (; **at != '\0' && strchr("-+ #0", **at) != NULL; ++*at) {
    if (flags < sizeof conversion.flags - 1) {
      conversion.flags[flags++] = **at;
    }
  }
  if (**at == '*') {
    conversion.width = (int)take(arguments);
    ++*at;
    if (conversion.width < 0 && flags < sizeof conversion.flags - 1) {
      conversion.flags[flags] = '-';
      conversion.width = conversion.width == INT32_MIN ? 0 : -conversion.width;
    }
  } else if (**at >= '1' && **at <= '9') {
    conversion.width = number(at);
  }
  if (**at == '.') {
    ++*at;
    if (**at == '*') {
      conversion.precision = (int)take(arguments);
      ++*at;
    } else {
      conversion.precision = number(at);
    }
  }
  if (conversion.width > 400) { /* what a buffer of ours takes; nobody's report is wider */
    conversion.width = 400;
  }
  if (conversion.precision > 400 && conversion.precision < INT32_MAX) {
    conversion.precision = 400;
  }
  conversion.length = read_length(at);
  conversion.kind = **at;
  return conversion;
}

static void put_one(struct out *out, const struct conversion *conversion,
                    const uint64_t **arguments, bool wide) {
  switch (conversion->kind) {
  case '%':
    put(out, "%", 1);
    break;
  case 'd':
  case 'i':
  case 'u':
  case 'x':
  case 'X':
  case 'o':
    put_integer(out, conversion,
                conversion->length == 'q' ? take(arguments) : (uint64_t)(uint32_t)take(arguments));
    break;
  case 'p': {
    char text[32];
    snprintf(text, sizeof text, "%016llX", (unsigned long long)take(arguments));
    put_padded(out, conversion, text);
    break;
  }
  case 'c':
  case 'C': {
    const uint16_t one[2] = {(uint16_t)(int)take(arguments), 0};
    put_text(out, conversion, one, true);
    break;
  }
  case 's':
  case 'S': {
    const bool other = conversion->kind == 'S';
    const bool is_wide = conversion->length == 'l' || conversion->length == 'w' ||
                         (conversion->length != 'h' && wide != other);
    put_text(out, conversion, (const void *)(uintptr_t)take(arguments), is_wide);
    break;
  }
  case 'e':
  case 'E':
  case 'f':
  case 'F':
  case 'g':
  case 'G':
  case 'a':
  case 'A':
    put_float(out, conversion, take_double(arguments));
    break;
  default: /* %n among them: nothing is stored */
    break;
  }
}

size_t rig_shim_format(char *to, size_t size, const char *format, __builtin_ms_va_list arguments,
                       int wide) {
  struct out out = {.to = to, .size = size};
  const uint64_t *rest = (const uint64_t *)(const void *)arguments;
  for (const char *at = format; *at != '\0';) {
    const size_t plain = strcspn(at, "%");
    put(&out, at, plain);
    at += plain;
    if (*at == '%') {
      at++;
      const struct conversion conversion = read_conversion(&at, &rest);
      put_one(&out, &conversion, &rest, wide != 0);
      at += *at != '\0';
    }
  }
  if (size > 0) {
    to[out.length < size ? out.length : size - 1] = '\0';
  }
  return out.length;
}
