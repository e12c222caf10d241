/*
 * Laying header, plan and texts down in a session's bytes. For session_file.c and for whoever
 * builds a session in memory (the simulator, tests).
 */
#ifndef RIG_CORE_SESSION_LAYOUT_H
#define RIG_CORE_SESSION_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "core/session.h"
#include "core/session_file.h"
#include "core/status.h"

/* Where everything goes. */
struct rig_layout {
  uint64_t plan_offset;
  uint64_t text_offset;
  uint64_t log_offset;
  uint64_t file_bytes;
  uint32_t text_bytes;
  uint32_t capacity;
};

/* Measures a session of `capacity` records. RIG_INVALID with one line in `error` when the plan or
 * its texts exceed the format's bounds. */
enum rig_status rig_layout_measure(const struct rig_session_plan *plan, uint32_t capacity,
                                   struct rig_layout *out, char *error, size_t size) RIG_CHECKED;

/* Writes header, plan and texts to `base`: file_bytes of zeros, aligned to 64. The log is empty
 * then, its first calibration point taken. */
void rig_layout_write(const struct rig_session_plan *plan, const struct rig_layout *layout,
                      void *base);

/* Moves the second calibration point to now. */
void rig_layout_calibrate(struct rig_header *header);

#endif
