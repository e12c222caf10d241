/*
 * The table of handles, and which objects live: as long as a handle, or a thread that waits, needs
 * them.
 *
 * Source: wine server/handle.c (the lowest free entry is the next handle), server/object.c.
 */
#include "win32/world.h"

uint32_t rig_handle_object(const struct rig_world *world, uint32_t handle) {
  reads(world, TOUCH_HANDLES);
  const uint32_t index = handle / 4 - 1;
  if (handle == 0 || handle % 4 != 0 || index >= world->head.handles ||
      world->handles[index] == 0) {
    return RIG_NO_OBJECT;
  }
  return (world->handles[index] & WORLD_HANDLE_OBJECT) - 1u;
}

uint32_t rig_handle_wanted(const struct rig_world *world, uint32_t handle, uint32_t kind,
                           uint32_t *error) {
  const uint32_t object = rig_handle_object(world, handle);
  if (object == RIG_NO_OBJECT || world->objects[object].kind != kind) {
    *error = ERROR_INVALID_HANDLE;
    return RIG_NO_OBJECT;
  }
  return object;
}

static uint32_t open_object(struct rig_world *world, uint32_t object, uint32_t rights) {
  uint32_t index = 0;
  writes(world, TOUCH_HANDLES);
  while (index < world->head.handles && world->handles[index] != 0) {
    index++;
  }
  if (index == RIG_WORLD_HANDLES) {
    (void)rig_world_hit_limit(world, "handles");
    return 0;
  }
  if (index == world->head.handles) {
    world->head.handles++;
  }
  world->handles[index] = (uint16_t)((object + 1) | rights);
  world->objects[object].refs++;
  return (index + 1) * 4;
}

static uint32_t find_named(const struct rig_world *world, uint32_t name) {
  for (uint32_t i = 0; name != 0 && i < world->head.objects; i++) {
    if (world->objects[i].kind != RIG_WIN_FREE && world->objects[i].name == name) {
      return i;
    }
  }
  return RIG_NO_OBJECT;
}

/* A handle of a new object, or of the one that has its name already. 0: a limit, or the name is
 * that of another kind of object. */
uint32_t rig_handle_new(struct rig_world *world, const struct world_object *object, bool *existed) {
  uint32_t at = find_named(world, object->name);
  writes(world, TOUCH_HANDLES);
  if (existed != NULL) {
    *existed = at != RIG_NO_OBJECT;
  }
  if (at != RIG_NO_OBJECT) {
    return world->objects[at].kind == object->kind ? open_object(world, at, WORLD_SYNCHRONIZE) : 0;
  }
  at = 0;
  while (at < world->head.objects && world->objects[at].kind != RIG_WIN_FREE) {
    at++;
  }
  if (at == RIG_WORLD_OBJECTS) {
    (void)rig_world_hit_limit(world, "objects");
    return 0;
  }
  if (at == world->head.objects) {
    world->head.objects++;
  }
  world->objects[at] = *object;
  writes(world, touch_object(at));
  return open_object(world, at, WORLD_SYNCHRONIZE);
}

static bool waited_for(const struct rig_world *world, uint32_t object) {
  bool found = false;
  for (uint32_t i = 0; i < world->head.threads && !found; i++) {
    found = rig_wait_is_for(world, i, object);
  }
  return found;
}

void rig_handle_release(struct rig_world *world, const uint16_t *objects, uint32_t count) {
  reads(world, TOUCH_HANDLES);
  for (uint32_t i = 0; i < count; i++) {
    struct world_object *self = &world->objects[objects[i]];
    if (self->refs == 0 && self->kind != RIG_WIN_FREE && !waited_for(world, objects[i])) {
      writes(world, TOUCH_HANDLES | touch_object(objects[i]));
      *self = (struct world_object){.kind = RIG_WIN_FREE};
    }
  }
  while (world->head.objects > 0 && world->objects[world->head.objects - 1].kind == RIG_WIN_FREE) {
    world->head.objects--;
  }
}

uint32_t rig_win_open(struct rig_world *world, enum rig_win_object kind, uint32_t name) {
  const uint32_t object = find_named(world, name);
  reads(world, TOUCH_HANDLES);
  if (object == RIG_NO_OBJECT || world->objects[object].kind != kind) {
    return 0;
  }
  return open_object(world, object, WORLD_SYNCHRONIZE);
}

uint32_t rig_win_duplicate(struct rig_world *world, uint32_t handle, bool synchronize) {
  const uint32_t object = rig_handle_object(world, handle);
  if (object == RIG_NO_OBJECT) {
    return 0;
  }
  const uint32_t rights = synchronize ? world->handles[handle / 4 - 1] & WORLD_SYNCHRONIZE : 0;
  return open_object(world, object, rights);
}

/* A thread that waits for the object goes on waiting for it. */
bool rig_win_close(struct rig_world *world, uint32_t handle, uint32_t *error) {
  const uint32_t object = rig_handle_object(world, handle);
  if (object == RIG_NO_OBJECT) {
    *error = ERROR_INVALID_HANDLE;
    return false;
  }
  writes(world, TOUCH_HANDLES);
  world->handles[handle / 4 - 1] = 0;
  while (world->head.handles > 0 && world->handles[world->head.handles - 1] == 0) {
    world->head.handles--;
  }
  world->objects[object].refs--;
  reads(world, touch_object(object));
  rig_handle_release(world, &(uint16_t){(uint16_t)object}, 1);
  return true;
}

enum rig_win_object rig_win_handle_kind(const struct rig_world *world, uint32_t handle) {
  const uint32_t object = rig_handle_object(world, handle);
  return object == RIG_NO_OBJECT ? RIG_WIN_FREE : (enum rig_win_object)world->objects[object].kind;
}

uint32_t rig_win_handle_thread(const struct rig_world *world, uint32_t handle) {
  const uint32_t object = rig_handle_object(world, handle);
  return object != RIG_NO_OBJECT && world->objects[object].kind == RIG_WIN_THREAD
             ? world->objects[object].owner
             : RIG_WIN_NONE;
}

bool rig_win_signalled(const struct rig_world *world, uint32_t thread, uint32_t handle) {
  const uint32_t object = rig_handle_object(world, handle);
  return object != RIG_NO_OBJECT && rig_object_signalled(world, object, thread);
}

/* ---- one function for each kind ---- */

static uint16_t short_name(uint32_t name) {
  RIG_ASSERT(name <= UINT16_MAX); /* win32.h */
  return (uint16_t)name;
}

uint32_t rig_win_event_new(struct rig_world *world, bool manual, bool set, uint32_t name,
                           bool *existed) {
  const uint8_t flags = (uint8_t)((manual ? WORLD_MANUAL : 0) | (set ? WORLD_SET : 0));
  return rig_handle_new(
      world,
      &(struct world_object){
          .name = short_name(name), .kind = RIG_WIN_EVENT, .flags = flags, .owner = RIG_NOBODY},
      existed);
}

uint32_t rig_win_mutex_new(struct rig_world *world, uint32_t owner, uint32_t name, bool *existed) {
  const bool owned = owner != RIG_WIN_NONE;
  return rig_handle_new(world,
                        &(struct world_object){.name = short_name(name),
                                               .count = owned,
                                               .kind = RIG_WIN_MUTEX,
                                               .owner = owned ? (uint8_t)owner : RIG_NOBODY},
                        existed);
}

uint32_t rig_win_semaphore_new(struct rig_world *world, uint32_t count, uint32_t limit,
                               uint32_t name, bool *existed) {
  if (limit == 0 || count > limit) {
    return 0;
  }
  return rig_handle_new(world,
                        &(struct world_object){.name = short_name(name),
                                               .count = count,
                                               .limit = limit,
                                               .kind = RIG_WIN_SEMAPHORE,
                                               .owner = RIG_NOBODY},
                        existed);
}

uint32_t rig_win_waitable_timer_new(struct rig_world *world, bool manual) {
  return rig_handle_new(world,
                        &(struct world_object){.due = RIG_WIN_FOREVER,
                                               .kind = RIG_WIN_TIMER,
                                               .flags = manual ? WORLD_MANUAL : 0,
                                               .owner = RIG_NOBODY},
                        NULL);
}

uint32_t rig_handle_thread(const struct rig_world *world, uint32_t thread) {
  reads(world, TOUCH_HANDLES);
  for (uint32_t i = 0; i < world->head.objects; i++) {
    if (world->objects[i].kind == RIG_WIN_THREAD && world->objects[i].owner == thread) {
      return i;
    }
  }
  return RIG_NO_OBJECT;
}

uint32_t rig_win_thread_handle(struct rig_world *world, uint32_t thread) {
  if (thread >= world->head.threads) {
    return 0;
  }
  const uint32_t object = rig_handle_thread(world, thread);
  if (object != RIG_NO_OBJECT) {
    return open_object(world, object, WORLD_SYNCHRONIZE);
  }
  return rig_handle_new(
      world, &(struct world_object){.kind = RIG_WIN_THREAD, .owner = (uint8_t)thread}, NULL);
}

uint32_t rig_win_process_handle(struct rig_world *world) {
  return rig_handle_new(world, &(struct world_object){.kind = RIG_WIN_PROCESS, .owner = RIG_NOBODY},
                        NULL);
}
