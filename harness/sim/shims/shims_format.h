/* printf's formats as Microsoft's and mingw's libraries read them. */
#ifndef RIG_SIM_SHIMS_FORMAT_H
#define RIG_SIM_SHIMS_FORMAT_H

#include <stddef.h>
#include <stdint.h>

/* Formats into `to` (at most `size` bytes with the end; UTF-8), and returns the length that all of
 * it has. %s is narrow and %S wide in a narrow format, %ls wide, %hs narrow; in a wide format (as
 * UTF-8 here) %s is wide: `wide`. */
size_t rig_shim_format(char *to, size_t size, const char *format, __builtin_ms_va_list arguments,
                       int wide);

#endif
