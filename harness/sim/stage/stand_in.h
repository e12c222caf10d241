/*
 * MAPI and the service control manager for a whole program: the stub's own code for them
 * (stubs/mapi32, stubs/scm), built as an object that is loaded behind the program's
 * (objects/stand-in.a). The program's imports of MAPI and of the SCM lead into it; its own calls of
 * Windows go to the same shims, unrecorded; what it asks of the recorder and of the director
 * (stubs/recorder/recorder.h, stubs/director/director.h, faults.h) ends here.
 *
 * So MAPI's state lies in the image and is saved and loaded with it, and its records are those of a
 * live run.
 */
#ifndef RIG_SIM_STAND_IN_H
#define RIG_SIM_STAND_IN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/session.h"
#include "core/writer.h"
#include "sim/engine/engine.h"

struct rig_stand_in;

/* What MAPI's window procedure asks about a message (stubs/director/director.h, dir_message). */
struct rig_stand_in_message {
  uint32_t window;   /* enum rig_window */
  uint64_t token;    /* its wParam */
  uint32_t stimulus; /* its record, RIG_NO_RECORD: not the director's, or nothing is recorded */
  bool silent;       /* no RECEIPT is written */
};

/* What the director wants to be told, and asked: the same moments as in a live run, all of them on
 * the thread that makes the call. NULL members are not called. */
struct rig_stand_in_director {
  void *self;
  void (*mapi_initialized)(void *self, struct rig_engine *engine, uint32_t first_thread);
  void (*logon_returned)(void *self, struct rig_engine *engine, uint32_t result);
  void (*mapi_window)(void *self, struct rig_engine *engine, enum rig_window which, uint32_t window,
                      uint32_t thread, uint32_t message);
  void (*service_connected)(void *self, struct rig_engine *engine);
  void (*service_status)(void *self, struct rig_engine *engine, uint32_t state, uint32_t accepted);
  /* In this order for each message of MAPI's windows: begins (may fill stimulus and silent), the
   * RECEIPT's record, received, what MAPI does with it, handled. */
  void (*begins)(void *self, struct rig_engine *engine, struct rig_stand_in_message *message);
  void (*received)(void *self, struct rig_engine *engine,
                   const struct rig_stand_in_message *message);
  void (*handled)(void *self, struct rig_engine *engine, const struct rig_stand_in_message *message,
                  uint32_t window);
  /* True: the call fails by the scenario, with *result as its answer. */
  bool (*fault)(void *self, struct rig_engine *engine, enum rig_call call, uint32_t enter,
                uint32_t *result);
};

/* `object`: the index of stand-in.a among the program's files. Every service of the program's table
 * is started, without arguments. NULL without memory. */
struct rig_stand_in *rig_stand_in_new(enum rig_role role, unsigned object);
struct rig_stand_in *rig_stand_in_free(struct rig_stand_in *stand_in);

/* For struct rig_engine_options: resolve, with the stand-in as its context; its `dll` is 1 + the
 * object. */
uint64_t rig_stand_in_resolve(void *stand_in, unsigned object, const char *name);

/* Once the engine is there: its code is quiet from now on, and the shims find it. One at a time. */
void rig_stand_in_attach(struct rig_stand_in *stand_in, struct rig_engine *engine);
void rig_stand_in_direct(struct rig_stand_in *stand_in,
                         const struct rig_stand_in_director *director);

/* Asks the service for a control (SERVICE_CONTROL_STOP ...), as the SCM does, or raises a console
 * event: on a thread of its own that is run at once. 0, or the Win32 error (too many threads: 8).
 * For a scripted actor's step. */
uint32_t rig_stand_in_control(struct rig_engine *engine, uint32_t control);
uint32_t rig_stand_in_console_event(struct rig_engine *engine, uint32_t event);

#endif
