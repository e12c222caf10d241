/*
 * Every thread of the client at once: is any of them alive?
 */
#ifndef STUBS_DIRECTOR_SURVEY_H
#define STUBS_DIRECTOR_SURVEY_H

#include <stdbool.h>

#include "watch.h"

struct dir_survey {
  bool alive;                      /* some thread moves, or will by itself */
  const struct dir_watch *blocked; /* one that is blocked, in a recorded call if any is */
  double patience_ms;
};

/* Looks at every thread of the client, StartServiceCtrlDispatcher's aside. One that has sat in a
 * call that nothing will end for D is not alive.
 *
 * A thread with a time-out will wake by itself: it counts as blocked only when it would not do so
 * within `patience_ms`. One that waits for another process, a timer or an object of unknown kind
 * may be woken from outside, and is alive. */
void dir_survey(struct dir_survey *out, double patience_ms);

/* The client has threads, and none of them is alive. */
bool dir_survey_stuck(double patience_ms);

#endif
