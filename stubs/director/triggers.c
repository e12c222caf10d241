/*
 * The triggers. NEXT and AFTER need only the clock; AT and RECEIPT are told by the boundary;
 * SETTLED and BLOCKED are states of one thread, the first initialising one unless the step names
 * another.
 *
 * A trigger that never comes is told by state wherever possible: the thread has been at rest for D
 * while an AT boundary, or another call, was awaited. A thread that stays alive has the ready
 * time-out from the last progress on.
 */
#include "triggers.h"

#include "blocked.h"
#include "boundary_private.h"
#include "heartbeat.h"
#include "holds.h"
#include "state.h"
#include "stimuli.h"

/* A loop over timed waits is idle after so many settle times without anything else. */
#define IDLE_SETTLES 5
/* A machine that is late again and again is waited for that many D. */
#define LATE_DEADLINES 10

static double since;       /* when the step before was performed */
static double progress_ms; /* since when neither a boundary nor a receipt came */
static double polled_ms;   /* when the trigger was last looked at */
static double late_ms;     /* when such a look was last late */
static uint32_t ticket;
static uint32_t left;
static uint32_t arrived;

void dir_trigger_begin(const struct rig_step *step, double since_ms, uint32_t boundary) {
  since = since_ms;
  ticket = boundary;
  progress_ms = polled_ms = dir_ms();
  arrived = dir_stimuli_arrived();
  left = dir_holds_left();
  dir_idle_reset();
  if (step->trigger == RIG_TRIGGER_SETTLED || step->trigger == RIG_TRIGGER_BLOCKED) {
    dir_boundary_interest(DIR_INTEREST_BLOCKS, true);
  }
}

/* A look that is late was kept from running itself, and so was the client: it had none of that
 * time. */
static void note_progress(void) {
  const uint32_t now_left = dir_holds_left();
  const uint32_t now_arrived = dir_stimuli_arrived();
  const double now = dir_ms();
  const double gap = now - polled_ms;
  polled_ms = now;
  if (now_left != left || now_arrived != arrived) {
    left = now_left;
    arrived = now_arrived;
    progress_ms = now;
  } else if (gap > dir_scaled(DIR_LATE_LOOK_MS)) {
    progress_ms += gap;
    late_ms = now;
  }
}

/* How long the client has had without a sign of progress. */
static double had_ms(void) {
  return dir_ms() - progress_ms;
}

/* For how long of that the machine was on time: what is concluded from less than D of it, the judge
 * would not believe. One that is late again and again is not waited for for ever. */
static double quiet_ms(void) {
  const double beat_ms = dir_heartbeat_late_ms();
  const double timely = dir_ms() - (beat_ms > late_ms ? beat_ms : late_ms);
  return timely < had_ms() && had_ms() < LATE_DEADLINES * dir_settings.deadline_ms ? timely
                                                                                   : had_ms();
}

/* The call in which the thread sits lasts until it has been the same for D: whether it is blocked
 * will be told then. A loop over shorter waits never comes to that. */
static bool lasts_for_deadline(const struct dir_watch *first) {
  const double rest = dir_settings.deadline_ms - (first->looked_ms - first->same_ms);
  return first->place == DIR_PLACE_UNTIMED ||
         (first->place == DIR_PLACE_TIMED && first->left_ms > rest);
}

/* At rest: held by the scenario, or settled, or idle in a loop, or blocked in whatever call; with
 * something pending only after D. Nothing but the director, or another thread, will move it. */
static bool at_rest(const struct dir_watch *first, bool blocked, bool *idle) {
  const double quiet = quiet_ms();
  if (first->place == DIR_PLACE_GONE || first->detained >= DIR_HELD) {
    return true;
  }
  double unused = 0;
  const bool mine = dir_blocked_pending(first, &unused) != 0;
  const bool pending = mine || dir_stimuli_pending_all() != 0;
  /* For another thread, MAPI's own, there is time to diagnose it first. */
  const double other = dir_settings.deadline_ms + IDLE_SETTLES * dir_settings.settle_ms;
  const double patience = mine      ? dir_settings.deadline_ms
                          : pending ? other
                                    : IDLE_SETTLES * dir_settings.settle_ms;
  *idle = dir_idle(first->thread, patience) && quiet >= patience;
  if (mine) {
    /* A wait right behind a look at the queue has lasted a moment less than both together: it is
     * not called idle in that moment, which would pass over that it is blocked. */
    return blocked || (*idle && !lasts_for_deadline(first));
  }
  const bool still = dir_watch_settled(first) || dir_blocked_for(first, dir_settings.deadline_ms);
  return *idle || (still && (!pending || quiet >= other));
}

/* SETTLED is given up when nothing of ours has arrived for D and the thread spins: its calls go on
 * and on, which a pump that polls may do. A stop is asked for even while it computes: whether it
 * then stops is the question. */
static bool never_settles(const struct rig_step *step, const struct dir_watch *first) {
  const bool spins = first->looked_ms - first->moved_ms < dir_settings.deadline_ms;
  return step->trigger == RIG_TRIGGER_SETTLED &&
         quiet_ms() >= dir_settings.deadline_ms + dir_settings.settle_ms &&
         (spins || (step->action == RIG_ACTION_STOP && !dir_watch_sits(first)));
}

static void write_settled(const struct dir_watch *first) {
  const union rig_payload payload = {.state = {.a = first->thread, .b = first->record}};
  (void)rec_state(RIG_STATE_SETTLED, 0, &payload, NULL, 0);
  dir_boundary_interest(DIR_INTEREST_BLOCKS, false);
}

static enum dir_moment poll_rest(const struct rig_step *step, struct dir_watch *first,
                                 bool blocked) {
  bool idle = false;
  const bool rests = at_rest(first, blocked, &idle);
  const bool place = step->trigger == RIG_TRIGGER_SETTLED || step->family == RIG_FAMILY_NONE ||
                     (first->place != DIR_PLACE_GONE && first->detained == DIR_FREE &&
                      first->family == step->family);
  if (rests && place) {
    if (!idle && (!dir_watch_current(first) || !dir_watch_confirmed(first))) {
      return DIR_MOMENT_WAIT;
    }
    write_settled(first);
    return DIR_MOMENT_NOW;
  }
  if (never_settles(step, first)) {
    return DIR_MOMENT_NOW;
  }
  const bool elsewhere = rests && quiet_ms() >= dir_settings.deadline_ms &&
                         (idle || first->place == DIR_PLACE_GONE ||
                          dir_watch_same_for(first, dir_settings.deadline_ms));
  return elsewhere || had_ms() >= dir_settings.ready_ms ? DIR_MOMENT_NEVER : DIR_MOMENT_WAIT;
}

static enum dir_moment poll_boundary(const struct dir_watch *first, bool blocked) {
  if (dir_hold_held(ticket)) {
    return DIR_MOMENT_NOW;
  }
  if (first->thread == 0) {
    return DIR_MOMENT_WAIT; /* before MAPIInitialize: never ready is the answer, if any */
  }
  bool idle = false;
  const bool rests = at_rest(first, blocked, &idle) && quiet_ms() >= dir_settings.deadline_ms &&
                     (idle || first->place == DIR_PLACE_GONE ||
                      dir_watch_same_for(first, dir_settings.deadline_ms));
  return rests || had_ms() >= dir_settings.ready_ms ? DIR_MOMENT_NEVER : DIR_MOMENT_WAIT;
}

enum dir_moment dir_trigger_poll(const struct rig_step *step, struct dir_watch *first,
                                 bool blocked) {
  note_progress();
  switch (step->trigger) {
  case RIG_TRIGGER_AT:
  case RIG_TRIGGER_RECEIPT:
    return poll_boundary(first, blocked);
  case RIG_TRIGGER_AFTER:
    return dir_ms() - since >= dir_scaled(step->trigger_ms) ? DIR_MOMENT_NOW : DIR_MOMENT_WAIT;
  case RIG_TRIGGER_SETTLED:
  case RIG_TRIGGER_BLOCKED:
    return poll_rest(step, first, blocked);
  default:
    return DIR_MOMENT_NOW;
  }
}
