/*
 * Bytes as text (RFC 4648, section 4).
 */
#ifndef RIG_CLI_BASE64_H
#define RIG_CLI_BASE64_H

#include <stdbool.h>
#include <stddef.h>

/* Terminated; the caller frees it. NULL without memory. */
char *rig_base64(const void *data, size_t bytes);

/* Into `to`, at most `size` bytes. False when it is no such text, or longer. */
bool rig_base64_read(const char *text, void *to, size_t size, size_t *bytes);

#endif
