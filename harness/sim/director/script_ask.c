/*
 * Asking a whole program for something, as the system does: by the service control manager when it
 * has come there, else by a console control event (stubs/director/stop.c); or by an event that the
 * scenario names.
 */
#include "sim/director/script_private.h"

#define CTRL_C_EVENT 0u
#define CTRL_SHUTDOWN_EVENT 6u
#define SERVICE_CONTROL_STOP 1u

static uint32_t set_named(const struct rig_director *director, const char *name) {
  struct rig_world *world = director->world;
  const uint32_t handle =
      name == NULL ? 0
                   : rig_win_open(world, RIG_WIN_EVENT, rig_engine_name(director->engine, name));
  uint32_t error = 0;
  uint32_t ignored = 0;
  if (handle == 0) {
    return ERROR_NOT_FOUND;
  }
  const bool set = rig_win_event_set(world, handle, &error);
  (void)rig_win_close(world, handle, &ignored);
  return set ? 0 : error;
}

uint32_t rig_director_ask(struct rig_director *director, const struct rig_step *step,
                          unsigned way) {
  const uint32_t control =
      step->control == 0 && way != RIG_STOP_CONSOLE_CTRL ? SERVICE_CONTROL_STOP : step->control;
  rig_engine_touch(director->engine, UINT64_MAX, UINT64_MAX); /* the program's own code runs */
  director->state->moved_ms = rig_world_now(director->world);
  if (way == RIG_STOP_EVENT) {
    return set_named(director, director->target.stop_name);
  }
  if (way == RIG_STOP_SCM || (way == RIG_STOP_DEFAULT && director->target.connected)) {
    return rig_stand_in_control(director->engine, control);
  }
  const uint32_t event = way == RIG_STOP_CONSOLE_CTRL      ? control
                         : control == SERVICE_CONTROL_STOP ? CTRL_C_EVENT
                                                           : CTRL_SHUTDOWN_EVENT;
  return rig_stand_in_console_event(director->engine, event);
}
