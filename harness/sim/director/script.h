/*
 * The director in the simulator: a scenario's plan as a scripted actor over the engine. What each
 * action does, and when its trigger comes, is what stubs/director does in a live run; where that
 * one waits for a moment, this one may take any: a step without a trigger is taken at any moment
 * after the one before it, and all of them are explored.
 *
 * What the plan asks for and this cannot do is refused by name when it is opened.
 */
#ifndef RIG_SIM_SCRIPT_H
#define RIG_SIM_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/session.h"
#include "core/writer.h"
#include "sim/engine/engine.h"
#include "sim/stage/stand_in.h"

/* Stimuli of one plan, what handlers post included. */
#define RIG_SCRIPT_STIMULI_MAX 8192u
/* A flood that time ends has so many messages, each of which takes its share of that time: more
 * than a row that starves the stop (judge/pump_starved.c). */
#define RIG_SCRIPT_FLOOD 1200u

#define RIG_SIM_NOTIFY_MESSAGE 0xC0DEu /* what szMAPINotificationMsg is registered as */

struct rig_director;

/* What the plan is performed on: made by a stage (stage.h). */
struct rig_director_target {
  struct rig_engine *engine;
  uint32_t first;                        /* the thread that initialised MAPI first */
  uint32_t windows[RIG_WINDOW_IDLE + 1]; /* MAPI's, by enum rig_window */
  const uint32_t *handles;               /* of the first thread's wait, the stop event first */
  uint32_t handle_count;
  const char *stop_name; /* the name of the stop event, NULL: none */
  uint32_t notification; /* the message that carries notifications */
  bool program;          /* a whole program: it is stopped as it asked for */
  bool connected;        /* it came to the service control manager */
};

/* The plan, as it stands in a session: borrowed, `texts` too. */
struct rig_director_plan {
  const struct rig_step *steps;
  uint32_t step_count;
  const char *texts;
  uint32_t text_bytes;
  enum rig_stop_way stop_way;
  uint32_t deadline_ms; /* D */
  bool program;         /* of a whole one: it has handlers, and more calls to wait for */
};

/* True when a director can perform the plan; else one line says what it cannot, with the line of
 * the scenario: "line 9: `control`: a bare pump has no control handler". */
bool rig_director_can(const struct rig_director_plan *plan, char *error, size_t size);

/* Adds the director to the engine, as its script and its listener. The plan must be one that it
 * can. Needs a few objects of the world. NULL without memory. */
struct rig_director *rig_director_new(const struct rig_director_plan *plan,
                                      const struct rig_director_target *target);
struct rig_director *rig_director_free(struct rig_director *director);
/* Another target, and the director listens (again): a program's start has come to its end. */
void rig_director_aim(struct rig_director *director, const struct rig_director_target *target);

/* True when the first step waits for a call: it may be one that the program makes as it starts. */
bool rig_director_begins_at_call(const struct rig_director *director);

/* It follows a live run (follow.h), whose clock is another one: it finds a thread at
 * rest without waiting for D, or one that has been woken and did not run yet, and takes a step with
 * `after` when it likes: the live trace says when. A flood that time ends
 * has `flood` messages (0: RIG_SCRIPT_FLOOD). */
void rig_director_follow(struct rig_director *director, uint32_t flood);
/* While it waits the client is not ready: no step is taken. Part of the state. */
void rig_director_wait(struct rig_director *director, bool waits);

/* It does nothing more, as if every step had been performed. */
void rig_director_dismiss(struct rig_director *director);

/* The stand-in asks whether a call of MAPI's fails by the plan, and with what; returns late where
 * the plan says so. */
bool rig_director_fault(struct rig_director *director, uint32_t thread, enum rig_call call,
                        uint32_t enter, uint32_t *result);

/* A message in a window procedure of MAPI's stand-in (stand_in.h), on `thread`. */
void rig_director_message_begins(struct rig_director *director,
                                 struct rig_stand_in_message *message);
void rig_director_message_received(struct rig_director *director, uint32_t thread,
                                   const struct rig_stand_in_message *message);
void rig_director_message_handled(struct rig_director *director, uint32_t thread,
                                  const struct rig_stand_in_message *message, uint32_t window);

/* From now on (until NULL) what it does is recorded. For the time in which one path is run. */
void rig_director_record(struct rig_director *director, const struct rig_log *log);

/* For the path that is recorded: it gives up waiting for the client to settle, as a live director
 * does with one that spins. Off again with the next rig_director_record. */
void rig_director_give_up(struct rig_director *director);

/* True when its next step can be taken now. */
bool rig_director_may_act(const struct rig_director *director);

/* ---- how far it is, for why a path ended ---- */

bool rig_director_stopped(const struct rig_director *director);  /* the stop was asked for */
bool rig_director_refused(const struct rig_director *director);  /* and the client did not accept */
bool rig_director_done(const struct rig_director *director);     /* every step was performed */
uint32_t rig_director_step(const struct rig_director *director); /* the next one, or the last */
/* Stimuli that the first thread has not served. */
uint32_t rig_director_pending(const struct rig_director *director);
/* True when the scenario itself keeps the first thread from going on: held, or in a gate. */
bool rig_director_detains(const struct rig_director *director);

/* What came to light on the path so far, as a number: a thread that sat for D with messages
 * waiting, and in which call; a sender that was not answered; a step that could not be performed.
 */
uint32_t rig_director_seen(const struct rig_director *director);

/* Records of its own kind (STATE and the like), by its thread's id; for the end of a path. */
#define RIG_DIRECTOR_THREAD 0x1F0u
#define RIG_HOST_THREAD 0x1F4u
uint32_t rig_sim_put(const struct rig_log *log, const struct rig_world *world,
                     struct rig_record record, const void *more, uint32_t bytes);
uint32_t rig_sim_state(const struct rig_log *log, const struct rig_world *world,
                       enum rig_state state, uint32_t thread, const union rig_payload *payload,
                       const void *more, uint32_t bytes);

/* BLOCKED of the first thread and the HANDLEs behind it, as stubs/director/blocked.c writes them;
 * then its STACK. */
void rig_director_blocked(const struct rig_director *director, uint32_t pending);
/* STACK of every thread that has not ended, with the first one's HANDLEs unless `told`. */
void rig_director_stacks(const struct rig_director *director, bool told);

#endif
