/*
 * What the parts of the director share. Internal to script*.c.
 */
#ifndef RIG_SIM_SCRIPT_PRIVATE_H
#define RIG_SIM_SCRIPT_PRIVATE_H

#include "sim/director/script.h"

#define TOKEN_BASE 0x52490000u /* as stubs/director/stimuli.h; judge/model_undelivered.c */
#define WM_APP 0x8000u
#define WM_QUIT 0x12u
#define WM_TIMER 0x113u

/* The bit of a footprint that stands for the director's own state. */
#define TOUCH_DIRECTOR (UINT64_C(1) << 62)

#define SENDS_MAX 16u
#define HOLDS_MAX 4u
#define FLOODS_MAX 4u
#define TIMERS_MAX 8u
#define FAULTS_MAX 8u

#define ERROR_ACCESS_DENIED 5u
#define ERROR_INVALID_WINDOW_HANDLE 1400u
#define ERROR_INVALID_THREAD_ID 1444u
#define ERROR_TIMEOUT 1460u
#define ERROR_NOT_FOUND 1168u
#define ERROR_INVALID_INDEX 1413u

enum who_parks { PARK_NONE, PARK_BOUNDARY, PARK_RECEIPT };

/* A thread that is kept at a boundary, or in a window procedure. */
struct hold {
  uint8_t thread; /* + 1; 0: free */
  uint8_t park;   /* enum who_parks */
  uint16_t step;  /* HOLD: its step + 1; 0: kept for the next step alone */
};

/* A send whose sender waits. */
struct send {
  uint32_t number; /* + 1; 0: free */
  uint32_t ticket;
  uint32_t due_ms;
};

struct flood {
  uint32_t number; /* + 1; 0: free */
  uint32_t posted; /* of one without an end: nothing is counted */
  uint32_t handled;
  uint32_t limit; /* 0: none */
  uint32_t began_ms;
  uint32_t takes_ms; /* all of it together; 0: no time */
};

struct timer {
  uint32_t number; /* + 1; 0: free */
  uint32_t left;   /* 0: no end */
};

/* Part of the state of the explored system: no padding that is not zero, no more than is needed. */
struct state {
  uint16_t step;   /* the next */
  uint16_t repeat; /* while it is performed: which of its repetitions */
  uint32_t left;   /* boundaries that its trigger waits for */
  uint32_t since_ms;
  uint32_t moved_ms; /* when the first thread did more than to wait, or something arrived */
  uint32_t stop_ms;  /* when patience began */
  uint32_t pending;  /* messages given to windows and not received */
  uint8_t stopped;
  uint8_t gates;      /* bit of each closed one */
  uint8_t in_gate;    /* bit of each one that the first thread sits in */
  uint8_t endless;    /* a flood without an end goes on */
  uint8_t blocked;    /* family of the call in which the first thread sat for D with something
                       * pending, the first time; its pending things were seen by nobody */
  uint8_t unanswered; /* a sender timed out */
  uint8_t failed;     /* a step could not be performed */
  uint8_t asked;      /* a stop was accepted */
  uint32_t waits;     /* 1: the client is not ready, it does nothing yet */
  struct hold next;   /* the thread that is kept for the next step */
  struct hold holds[HOLDS_MAX];
  struct send sends[SENDS_MAX];
  struct flood floods[FLOODS_MAX];
  struct timer timers[TIMERS_MAX];
  uint8_t faults[FAULTS_MAX]; /* calls of its family so far */
  uint8_t received[];         /* a bit of each stimulus */
};

/* Of a stimulus, by its number: what does not change. */
struct stimulus {
  uint16_t step;
  uint8_t window;  /* enum rig_window: it ends with that window */
  uint8_t handler; /* enum rig_handler, or HANDLER_DESTROYS */
};
#define HANDLER_DESTROYS ((uint8_t)RIG_HANDLER_COUNT)

struct rig_director {
  struct rig_director_plan plan;
  struct rig_director_target target;
  struct rig_engine *engine;
  struct rig_world *world;
  uint32_t actor;
  uint32_t *base; /* of each step: the number of its first stimulus */
  struct stimulus *stimuli;
  uint32_t given;                       /* numbers of the plan's own; what handlers post follows */
  uint32_t stimulus_count;              /* twice that */
  uint32_t gates[RIG_WINDOW_IDLE + 1];  /* events: signalled while open */
  uint32_t owners[RIG_WINDOW_IDLE + 1]; /* threads of MAPI's windows, which may be gone by now */
  uint32_t flood;                       /* messages of one that time ends; 0: RIG_SCRIPT_FLOOD */
  bool follows;                         /* a live run: its clock is another one */
  uint32_t park;                        /* event: a thread in a window procedure waits for it */
  struct state *state;
  size_t state_bytes;
  /* Of the path that is recorded; no part of the state. */
  const struct rig_log *log;
  uint32_t *records; /* of each stimulus */
  uint32_t began[RIG_WINDOW_IDLE + 1];
  uint32_t hold_began[HOLDS_MAX];
  uint32_t sat_ms;
  bool gave_up;
  bool told_blocked; /* of the first thread as it sits now */
};

/* script.c */
/* The one director: a program lies at a fixed place, so a process has one engine at a time. */
struct rig_director *rig_director_current(void);
const struct rig_step *rig_director_next(const struct rig_director *director);
uint32_t rig_director_who(const struct rig_director *director, unsigned who);
void rig_director_let_go(struct rig_director *director, struct hold *hold);

/* script_look.c: remembers the threads of the target's windows. */
void rig_director_note_owners(struct rig_director *director);

/* script_triggers.c */
/* It sits in a call, and nothing that is there wakes it; or it has ended. */
bool rig_director_sits(const struct rig_director *director, uint32_t thread,
                       enum rig_family *family);
/* The next step's trigger has come; else *due_ms is when time alone makes it so. */
bool rig_director_trigger_holds(const struct rig_director *director, uint32_t *due_ms);

bool rig_director_strike(struct rig_director *director, uint32_t thread, unsigned family,
                         unsigned edge, unsigned window);
/* The listener's (engine.h). */
bool rig_director_boundary(void *self, struct rig_engine *engine, uint32_t thread,
                           enum rig_call call, enum rig_edge edge);

/* script_repeated.c: `number` is a flood's or a timer's, or nothing happens. */
void rig_director_handle_repeated(struct rig_director *director, uint32_t thread, uint32_t window,
                                  uint32_t number, const struct rig_win_message *message);

/* A flood that takes time goes on. */
bool rig_director_floods(const struct rig_director *director);

/* script_acts.c: performs one repetition of the next step. */
void rig_director_perform(struct rig_director *director);
/* The client was asked to stop, and from now on time shows whether it does; while a flood takes
 * time it does not. */
void rig_director_begin_patience(struct rig_director *director);
/* Senders whose time has come: true when there was one. */
void rig_director_poll_sends(struct rig_director *director, bool expire);
bool rig_director_send_due(const struct rig_director *director, uint32_t *due_ms);

/* script_ask.c: 0, or the Win32 error. */
uint32_t rig_director_ask(struct rig_director *director, const struct rig_step *step, unsigned way);

/* script_receipt.c */
uint64_t rig_director_receipt(void *self, struct rig_engine *engine, uint32_t thread,
                              uint32_t window, const struct rig_win_message *message, bool sent);
__attribute__((ms_abi)) void rig_director_apc(uint64_t token);
/* `number` has reached its window or thread; true the first time. */
bool rig_director_received(struct rig_director *director, uint32_t number);
bool rig_director_is_received(const struct rig_director *director, uint32_t number);
/* Forgets what was given to `window`, which is gone. */
void rig_director_drop(struct rig_director *director, unsigned window);

/* script_record.c; each does nothing while nothing is recorded. */
void rig_director_note(struct rig_director *director, unsigned action, uint32_t number,
                       uint32_t thread, const union rig_payload *payload);
void rig_director_answer(struct rig_director *director, uint32_t number, bool replied,
                         uint64_t result, uint32_t error);
uint32_t rig_director_detain(struct rig_director *director, unsigned action, unsigned step,
                             uint32_t thread, uint32_t link);
void rig_director_detain_over(struct rig_director *director, unsigned action, unsigned step,
                              uint32_t thread, uint32_t began);
void rig_director_note_settled(struct rig_director *director, uint32_t thread);

/* ---- script.c, for script_make.c ---- */

/* How often a step is done in its one moment. */
uint32_t rig_director_times(const struct rig_step *step);
/* Its next step's trigger counts from now on. */
void rig_director_arm(struct rig_director *director);
/* The actor that takes its steps. */
struct rig_script rig_director_script(struct rig_director *director);

#endif
