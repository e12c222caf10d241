/* The dialects: the points in which Wine 8.0, as measured, and Windows, as documented, differ. */
#include <string.h>

#include "win32/win32.h"

const struct rig_dialect rig_dialect_wine_8_0 = {
#define RIG_X(name, wine, windows, text) .name = wine,
    RIG_DIALECT_SWITCHES(RIG_X)
#undef RIG_X
};

const struct rig_dialect rig_dialect_windows = {
#define RIG_X(name, wine, windows, text) .name = windows,
    RIG_DIALECT_SWITCHES(RIG_X)
#undef RIG_X
};

const struct rig_dialect *rig_dialect_find(const char *name) {
  if (strcmp(name, "wine-8.0") == 0) {
    return &rig_dialect_wine_8_0;
  }
  return strcmp(name, "windows") == 0 ? &rig_dialect_windows : NULL;
}
