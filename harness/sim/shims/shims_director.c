/*
 * stubs/director/director.h and faults.h for the stand-in's code: told on to the simulated
 * director, where there is one.
 */
#include "sim/shims/shims_private.h"
#include "sim/stage/stand_in_private.h"

/* struct dir_message, as mingw lays it out. */
struct message {
  uint32_t window;
  uint64_t token;
  uint32_t stimulus;
  bool silent;
};
_Static_assert(sizeof(struct message) == 24, "struct dir_message");

static const struct rig_stand_in_director *director(void) {
  return &rig_stand_in_current()->director;
}

RIG_SHIM(bool, dir_fault, enum rig_call call, uint32_t enter, uint32_t *result) {
  const struct rig_stand_in_director *told = director();
  return told->fault != NULL && told->fault(told->self, rig_engine_current(), call, enter, result);
}

RIG_SHIM(void, dir_mapi_initialized, uint32_t first_thread) {
  const struct rig_stand_in_director *told = director();
  if (told->mapi_initialized != NULL) {
    told->mapi_initialized(told->self, rig_engine_current(), rig_shim_thread(first_thread));
  }
}

RIG_SHIM(void, dir_mapi_logon_returned, uint32_t result) {
  const struct rig_stand_in_director *told = director();
  if (told->logon_returned != NULL) {
    told->logon_returned(told->self, rig_engine_current(), result);
  }
}

RIG_SHIM(void, dir_mapi_window, enum rig_window which, uint64_t hwnd, uint32_t thread,
         uint32_t message) {
  const struct rig_stand_in_director *told = director();
  if (told->mapi_window != NULL) {
    told->mapi_window(told->self, rig_engine_current(), which, rig_shim_window(hwnd),
                      rig_shim_thread(thread), message);
  }
}

RIG_SHIM(void, dir_service_connected, void) {
  const struct rig_stand_in_director *told = director();
  if (told->service_connected != NULL) {
    told->service_connected(told->self, rig_engine_current());
  }
}

/* SERVICE_STATUS: type, state, controls accepted, and more. */
RIG_SHIM(void, dir_service_status, const uint32_t *status) {
  const struct rig_stand_in_director *told = director();
  if (told->service_status != NULL) {
    told->service_status(told->self, rig_engine_current(), status[1], status[2]);
  }
}

static struct rig_stand_in_message message_of(const struct message *message) {
  return (struct rig_stand_in_message){.window = message->window,
                                       .token = message->token,
                                       .stimulus = message->stimulus,
                                       .silent = message->silent};
}

RIG_SHIM(struct message, dir_message, uint32_t window, uint64_t wparam) {
  const struct rig_stand_in_director *told = director();
  struct rig_stand_in_message message = {
      .window = window, .token = wparam, .stimulus = RIG_NO_RECORD};
  if (told->begins != NULL) {
    told->begins(told->self, rig_engine_current(), &message);
  }
  return (struct message){.window = message.window,
                          .token = message.token,
                          .stimulus = message.stimulus,
                          .silent = message.silent};
}

RIG_SHIM(void, dir_message_recorded, const struct message *given) {
  const struct rig_stand_in_director *told = director();
  const struct rig_stand_in_message message = message_of(given);
  if (told->received != NULL) {
    told->received(told->self, rig_engine_current(), &message);
  }
}

RIG_SHIM(void, dir_message_handled, const struct message *given, uint64_t hwnd) {
  const struct rig_stand_in_director *told = director();
  const struct rig_stand_in_message message = message_of(given);
  if (told->handled != NULL) {
    told->handled(told->self, rig_engine_current(), &message, rig_shim_window(hwnd));
  }
}
