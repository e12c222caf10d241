/*
 * What the stand-in for MAPI and the SCM tells the stage of a program: what its start has come to,
 * and behind that, for the director, how messages fare.
 */
#include "sim/stage/stage_program_private.h"

#define SERVICE_RUNNING 4u

static void mapi_initialized(void *self, struct rig_engine *engine, uint32_t first_thread) {
  struct rig_program_stage *program = self;
  (void)engine;
  if (program->facts.starting) {
    program->facts.initialised = 1;
    program->stage.target.first = first_thread;
    if (program->armed) { /* its first step may wait for this very thread */
      rig_director_aim(program->director, &program->stage.target);
    }
  }
}

static void logon_returned(void *self, struct rig_engine *engine, uint32_t result) {
  struct rig_program_stage *program = self;
  (void)engine;
  (void)result; /* a logon that failed has returned too: what the client does then is its own */
  program->facts.logged_on |= program->facts.starting;
}

static void mapi_window(void *self, struct rig_engine *engine, enum rig_window which,
                        uint32_t window, uint32_t thread, uint32_t message) {
  struct rig_program_stage *program = self;
  (void)engine, (void)thread;
  if (program->facts.starting && (unsigned)which <= RIG_WINDOW_IDLE) {
    program->stage.target.windows[which] = window;
    program->stage.target.notification |= which == RIG_WINDOW_NOTIFICATION ? message : 0;
  }
}

static void service_status(void *self, struct rig_engine *engine, uint32_t state,
                           uint32_t accepted) {
  struct rig_program_stage *program = self;
  (void)engine, (void)accepted;
  program->facts.running |= program->facts.starting && state == SERVICE_RUNNING;
  program->reported = state;
}

static void service_connected(void *self, struct rig_engine *engine) {
  struct rig_program_stage *program = self;
  (void)engine;
  program->facts.connected |= program->facts.starting;
}

static void message_begins(void *self, struct rig_engine *engine,
                           struct rig_stand_in_message *message) {
  const struct rig_program_stage *program = self;
  (void)engine;
  if (!program->facts.starting) {
    rig_director_message_begins(program->director, message);
  }
}

static void message_received(void *self, struct rig_engine *engine,
                             const struct rig_stand_in_message *message) {
  const struct rig_program_stage *program = self;
  if (!program->facts.starting) {
    rig_director_message_received(program->director, rig_engine_self(engine), message);
  }
}

static void message_handled(void *self, struct rig_engine *engine,
                            const struct rig_stand_in_message *message, uint32_t window) {
  const struct rig_program_stage *program = self;
  if (!program->facts.starting) {
    rig_director_message_handled(program->director, rig_engine_self(engine), message, window);
  }
}

static bool fault(void *self, struct rig_engine *engine, enum rig_call call, uint32_t enter,
                  uint32_t *result) {
  const struct rig_program_stage *program = self;
  return rig_director_fault(program->director, rig_engine_self(engine), call, enter, result);
}

void rig_stage_program_direct(struct rig_program_stage *program) {
  const struct rig_stand_in_director director = {.self = program,
                                                 .mapi_initialized = mapi_initialized,
                                                 .logon_returned = logon_returned,
                                                 .mapi_window = mapi_window,
                                                 .service_connected = service_connected,
                                                 .service_status = service_status,
                                                 .begins = message_begins,
                                                 .received = message_received,
                                                 .handled = message_handled,
                                                 .fault = fault};
  rig_stand_in_direct(program->stand_in, &director);
}
