/*
 * The text of each status, from the one list in status.h.
 */
#include "core/status.h"

#include <stddef.h>

static const char *const texts[] = {
#define RIG_X(name, text) [RIG_##name] = text,
    RIG_STATUSES(RIG_X)
#undef RIG_X
};

const char *rig_status_text(enum rig_status status) {
  const size_t i = (size_t)status;
  return i < sizeof texts / sizeof texts[0] ? texts[i] : "unknown status";
}
