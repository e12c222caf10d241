/*
 * A static library (ar) as a list of members. Its symbol tables (GNU's, and the two of Microsoft's
 * lib.exe) are passed over: the members say themselves what they define, and a table may be stale.
 * Source: "PE Format", Archive (Library) File Format; ar(5).
 */
#ifndef RIG_SIM_ARCHIVE_H
#define RIG_SIM_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

#define RIG_ARCHIVE_NAME_BYTES 256u

struct rig_archive {
  const uint8_t *data;
  size_t bytes;
  size_t next;       /* offset of the next member's header */
  const char *names; /* "//": long names */
  size_t name_bytes;
};

struct rig_archive_member {
  char name[RIG_ARCHIVE_NAME_BYTES];
  const uint8_t *data;
  size_t bytes;
};

/* Starts reading; false: it is no archive. */
bool rig_archive_open(struct rig_archive *archive, const uint8_t *data, size_t bytes);
/* The next member that is no table. RIG_NOT_FOUND behind the last; RIG_INVALID with `why` in a line
 * ("is truncated: ..."). */
enum rig_status rig_archive_next(struct rig_archive *archive, struct rig_archive_member *out,
                                 char *why, size_t size) RIG_CHECKED;

#endif
