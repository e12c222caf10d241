/*
 * Looking at a thread from outside, again and again: which call it sits in, since when, and whether
 * it can come out of it. Nothing here touches the thread, its queue or its handles.
 */
#ifndef STUBS_DIRECTOR_WATCH_H
#define STUBS_DIRECTOR_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "asleep.h"
#include "core/session.h"
#include "detained.h"
#include "recorder/recorder.h"

/* Between two looks of the director's that count as on time, unscaled. */
#define DIR_LATE_LOOK_MS 50u

enum dir_place {
  DIR_PLACE_GONE,    /* ended, or never known */
  DIR_PLACE_OUTSIDE, /* in no recorded call: its own code, or a call that is not recorded */
  DIR_PLACE_CALL,    /* in a recorded call that does not wait by itself (a handler, a logon) */
  DIR_PLACE_TIMED,   /* in a call that blocks, with a time-out */
  DIR_PLACE_UNTIMED, /* in a call that blocks until something comes */
  DIR_PLACE_SCM      /* in StartServiceCtrlDispatcher: that is the service manager's own wait */
};

/* What successive looks say of one thread. Zeroed before the first. */
struct dir_watch {
  uint32_t thread;
  enum dir_place place;
  enum rig_family family; /* of the innermost open call, NONE outside */
  uint32_t record;        /* its enter, RIG_NO_RECORD outside */
  double left_ms;         /* TIMED: until its time-out */
  bool for_others;        /* for handles alone, COM's, or a handler's own wait */
  uint32_t asked;         /* the wait of that kind that `needs_others` is about */
  bool needs_others;      /* one of its handles is a thread, a process or a mutex */
  enum dir_sleep sleep;
  enum dir_detained detained; /* the scenario itself keeps it from going on */
  double same_ms;  /* dir_ms() since when no call and no receipt came, and no look was late */
  double moved_ms; /* when a call was last seen to come or go */
  double awake_ms; /* when it was last found running, or its sleep could not be seen */
  double still_ms; /* the same, no stimulus was given, and it did not run (where that is seen) */
  /* of the last look */
  uint32_t calls;
  uint32_t sequence;
  uint32_t arrived;
  uint32_t given;
  uint64_t switches;
  double looked_ms;
  struct dir_asleep asleep;
};

/* Looks at `thread` now. */
void dir_watch_look(struct dir_watch *watch, uint32_t thread);
void dir_watch_close(struct dir_watch *watch);

/* Nothing has come or gone since the last look: what it says still holds. */
bool dir_watch_current(const struct dir_watch *watch);

/* The thread sits in a call that blocks. */
bool dir_watch_sits(const struct dir_watch *watch);
/* ... and has done so, seen by looks that were on time, without anything pending for it: settled.
 * An untimed call with the thread asleep is believed after less than a millisecond, because a
 * thread that Linux has not run in between can only be woken by something the director has not
 * done; a timed one, or one whose sleep cannot be seen, after the settle time. So is a wait that
 * another thread of the client may be about to end: for handles alone, or COM's, or one of a
 * handler's own; when one of its handles is a thread, a process or a mutex, not before D. */
bool dir_watch_settled(const struct dir_watch *watch);
/* Settled, or in a call with a time-out: a loop over such calls settles at none of them. */
bool dir_watch_arrived(const struct dir_watch *watch);
/* Looks once more at a thread that sits in an untimed call: is it asleep there, or does it only
 * wait for the wineserver, which may already have an answer for it? The server has one thread and
 * takes requests as they come: when it has answered one of the director's, it has answered every
 * one that was asked before, and who got an answer is not asleep any more, or has run meanwhile. */
bool dir_watch_confirmed(struct dir_watch *watch);
/* The same enter, without progress, for `ms`. */
bool dir_watch_same_for(const struct dir_watch *watch, double ms);

/* Follows what the thread records: true when for `ms` it did nothing but wait and look at an empty
 * queue, again and again, and slept in between. A loop over timed waits is idle, though it never
 * sits long; a thread that computes, or spins, is not. */
void dir_idle_reset(void); /* begins anew */
bool dir_idle(uint32_t thread, double ms);

#endif
