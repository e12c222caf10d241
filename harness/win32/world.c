/* A world as a whole: its memory, its limits, what was touched. */
#include <stdlib.h>

#include "win32/world.h"

struct rig_world *rig_world_new(const struct rig_dialect *dialect) {
  struct rig_world *world = calloc(1, sizeof *world);
  if (world != NULL) {
    world->dialect = *dialect;
  }
  return world;
}

struct rig_world *rig_world_free(struct rig_world *world) {
  free(world);
  return NULL;
}

bool rig_world_hit_limit(struct rig_world *world, const char *name) {
  if (world->limit == NULL) {
    world->limit = name;
  }
  return false;
}

const char *rig_world_limit(const struct rig_world *world) {
  return world->limit;
}

void rig_world_touch_reset(struct rig_world *world) {
  world->touch = (struct rig_win_touch){.reads = 0};
}

struct rig_win_touch rig_world_touch(const struct rig_world *world) {
  return world->touch;
}
