/*
 * The director's thread: look, decide, act, wait a millisecond or until something is told.
 *
 * One thread does all of it, so that the plan's steps, the watch and the diagnosis see one state of
 * the world; only sends (sender.c) and the heartbeat have threads of their own.
 */
#include "director.h"

#include "blocked.h"
#include "boundary_private.h"
#include "busy.h"
#include "end.h"
#include "faults.h"
#include "heartbeat.h"
#include "holds.h"
#include "messages.h"
#include "ready.h"
#include "recorder/recorder.h"
#include "sender.h"
#include "state.h"
#include "steps.h"
#include "stimuli.h"
#include "stop.h"
#include "threads.h"
#include "triggers.h"
#include "watch.h"

/* Between two looks, in microseconds, unless something is told in between. */
#define LOOK_US 1000u
/* A step waits for the thread to settle, and it has just come to a call that blocks. */
#define SETTLE_LOOK_US 200u
#define SETTLE_LOOK_FOR_MS 10.0
/* The client was asked to stop and ends by itself, or is blocked for D: no hurry. */
#define END_LOOK_US 5000u

/* A shorter run concludes nothing from time, and is spared the thread. */
#define HEARTBEAT_AFTER_MS 40.0

static struct {
  uint32_t current; /* index of the next step */
  bool begun;       /* its trigger is looked at */
  uint32_t ticket;  /* of its boundary, when its trigger is one */
  double since_ms;  /* when the step before was performed, or the client was ready */
  bool ready;
  bool blocked; /* BLOCKED was told of the first thread as it sits now */
  struct dir_watch first;
  struct dir_watch mapi;  /* MAPI's own thread, while something is pending for it */
  struct dir_watch other; /* the thread of the next step's trigger, when it is another */
} run;

/* The step at `index` or after it; faults stand in the plan, but are none. */
static uint32_t step_from(uint32_t index) {
  while (index < dir_settings.step_count && dir_settings.steps[index].action == RIG_ACTION_FAULT) {
    index++;
  }
  return index;
}

/* A step whose trigger is a boundary, where a thread is held for it. */
static bool at_boundary(const struct rig_step *step) {
  return step->trigger == RIG_TRIGGER_AT || step->trigger == RIG_TRIGGER_RECEIPT;
}

static bool plan_done(void) {
  return run.current >= dir_settings.step_count;
}

static bool follows_at_once(uint32_t index) {
  return index < dir_settings.step_count && dir_settings.steps[index].trigger == RIG_TRIGGER_NEXT;
}

/* Steps before the first trigger of their own wait for ready; an AT trigger counts from the start
 * of the client, and what follows it follows it. */
static bool may_begin(const struct rig_step *step) {
  switch (step->trigger) {
  case RIG_TRIGGER_AT:
  case RIG_TRIGGER_RECEIPT:
    return true;
  case RIG_TRIGGER_SETTLED:
  case RIG_TRIGGER_BLOCKED:
    return run.ready;
  default:
    return run.ready || run.current > step_from(0);
  }
}

/* One past the last step of the group that `index` begins: the steps after it without a trigger
 * follow at once, and all of them are one moment for the client. */
static uint32_t group_end(uint32_t index) {
  uint32_t end = step_from(index + 1);
  while (follows_at_once(end)) {
    end = step_from(end + 1);
  }
  return end;
}

/* The boundaries of step `index` count from the step before it: armed before that is performed, so
 * that none of its effects is missed. */
static void arm(uint32_t index) {
  const struct rig_step *step = &dir_settings.steps[index];
  if (index < dir_settings.step_count && at_boundary(step)) {
    run.ticket = dir_hold_arm(step);
  }
}

static uint32_t next_record(void) {
  return __atomic_load_n(&rec_log()->header->next, __ATOMIC_ACQUIRE);
}

static void perform(const struct rig_step *step, bool held, struct dir_group *group) {
  const uint32_t from = next_record();
  const double before_ms = dir_ms();
  const uint32_t error = dir_step_perform(run.current, group);
  if (step->action == RIG_ACTION_STOP) {
    dir_stop_asked(run.current, error, before_ms);
  }
  if (held && error == 0 &&
      (step->action == RIG_ACTION_STOP || step->action == RIG_ACTION_CONTROL)) {
    dir_stop_await_handler(from);
  }
  run.current = step_from(run.current + 1);
}

/* Several messages are one moment, and a send that is withdrawn must not be seen meanwhile. */
static bool grabs(const struct rig_step *step, uint32_t end) {
  const bool withdraws = step->action == RIG_ACTION_WITHDRAW;
  return !at_boundary(step) && (step_from(run.current + 1) < end || step->repeat > 1 || withdraws);
}

/* A group is performed while the thread is held: at its AT boundary, or else wherever it comes to
 * meanwhile. So neither a burst nor a message and the stop at once are a matter of luck. */
static void perform_group(const struct rig_step *step) {
  const uint32_t end = group_end(run.current);
  const bool at = at_boundary(step);
  const bool grab = grabs(step, end);
  struct dir_group group = {.ticket = at ? run.ticket : 0};
  arm(end);
  if (grab) {
    dir_boundary_grab();
  }
  while (run.current < end) {
    perform(&dir_settings.steps[run.current], at || grab, &group);
  }
  if (plan_done()) {
    dir_steps_done();
  }
  if (at && !group.kept) {
    dir_hold_release(group.ticket);
  }
  if (grab) {
    dir_boundary_let_go();
  }
  run.begun = false;
  run.since_ms = dir_ms();
}

/* The thread that the next step's trigger is about, when that is a state. */
static struct dir_watch *watched(const struct rig_step *step, bool *blocked) {
  const uint32_t thread = dir_who_thread((enum rig_who)step->trigger_thread);
  *blocked = run.blocked;
  if (at_boundary(step) || (thread == run.first.thread && thread != 0)) {
    return &run.first;
  }
  double ms = 0;
  dir_watch_look(&run.other, thread);
  *blocked = dir_blocked_pending(&run.other, &ms) != 0 &&
             dir_blocked_for(&run.other, dir_settings.deadline_ms);
  return &run.other;
}

/* Performs the next group when it is due. True when it did: the client must be looked at anew. */
static bool poll_plan(void) {
  if (plan_done() || dir_ended()) {
    return false;
  }
  const struct rig_step *step = &dir_settings.steps[run.current];
  if (!may_begin(step)) {
    return false;
  }
  if (!run.begun) {
    run.begun = true;
    dir_trigger_begin(step, run.since_ms, run.ticket);
  }
  bool blocked;
  struct dir_watch *watch = watched(step, &blocked);
  const enum dir_moment moment = dir_trigger_poll(step, watch, blocked);
  if (moment == DIR_MOMENT_NEVER && !dir_stop_was_asked()) {
    dir_end(RIG_END_STEP_STUCK, run.current, 0, 0);
  }
  if (moment != DIR_MOMENT_NOW) {
    return false;
  }
  perform_group(step);
  return true;
}

/* After a stop, only a step whose moment is sure to come keeps the watch waiting. */
static bool stop_is_watched(void) {
  if (plan_done()) {
    return true;
  }
  const struct rig_step *step = &dir_settings.steps[run.current];
  return dir_stop_was_asked() && (at_boundary(step) || step->trigger == RIG_TRIGGER_BLOCKED);
}

/* A step that has begun to wait for its time will come, whatever the client does. */
static bool due_by_time(void) {
  return run.current > step_from(0) && !plan_done() &&
         dir_settings.steps[run.current].trigger == RIG_TRIGGER_AFTER;
}

static void look(void) {
  const uint32_t first = dir_first_thread();
  if (first != 0) {
    dir_watch_look(&run.first, first);
    run.blocked = !dir_stop_was_asked() && dir_blocked_poll(&run.first);
  }
  const uint32_t mapi = dir_who_thread(RIG_WHO_MAPI);
  double since = 0;
  if (mapi != 0 && mapi != first && !dir_stop_was_asked() &&
      dir_stimuli_pending(mapi, &since) != 0) {
    dir_watch_look(&run.mapi, mapi);
    (void)dir_blocked_poll(&run.mapi);
  }
  if (!run.ready && dir_ready_poll(&run.first, !due_by_time())) {
    run.ready = true;
    run.since_ms = run.since_ms == 0 ? dir_ms() : run.since_ms;
  }
}

static uint32_t look_us(void) {
  if (plan_done()) {
    return END_LOOK_US;
  }
  const uint8_t trigger = dir_settings.steps[run.current].trigger;
  const bool settles = trigger == RIG_TRIGGER_SETTLED || trigger == RIG_TRIGGER_BLOCKED;
  return (settles || !run.ready) && dir_watch_sits(&run.first) &&
                 !dir_watch_same_for(&run.first, SETTLE_LOOK_FOR_MS)
             ? SETTLE_LOOK_US
             : LOOK_US;
}

static bool has_send(void) {
  for (uint32_t i = 0; i < dir_settings.step_count; i++) {
    if (dir_settings.steps[i].action == RIG_ACTION_SEND ||
        dir_settings.steps[i].action == RIG_ACTION_WITHDRAW) {
      return true;
    }
  }
  return false;
}

static DWORD WINAPI director_main(void *context) {
  (void)context;
  rec_thread_own(REC_OWNER_STUB);
  bool heartbeat = false;
  bool sender = !has_send();
  dir_boundary_interest(DIR_INTEREST_BLOCKS, true);
  while (!dir_ended()) {
    if (!sender && dir_first_thread() != 0) {
      sender = true;
      dir_sender_prepare();
    }
    if (!heartbeat && dir_ms() >= HEARTBEAT_AFTER_MS) {
      heartbeat = true;
      dir_heartbeat_start();
    }
    if (heartbeat) {
      dir_busy_poll();
    }
    look();
    if (poll_plan()) {
      continue;
    }
    if (stop_is_watched()) {
      dir_stop_poll(&run.first);
    }
    dir_end_poll(run.current);
    dir_wait(look_us());
  }
  dir_boundary_over();
  dir_messages_over();
  return 0;
}

void dir_mapi_window(enum rig_window window, HWND hwnd, uint32_t thread, UINT message) {
  /* The stimuli ask mapi_window() when they need one: it also knows when a window has gone. */
  (void)hwnd, (void)message;
  if (window == RIG_WINDOW_NOTIFICATION && rec_active()) {
    dir_threads_notification(thread);
  }
}

void dir_start(void) {
  if (!dir_settings_read()) {
    return;
  }
  dir_faults_open();
  run.current = step_from(0);
  arm(run.current); /* the first boundary is counted from the client's first instruction */
  HANDLE thread = CreateThread(NULL, 0, director_main, NULL, 0, NULL);
  if (thread != NULL) {
    CloseHandle(thread);
  }
}
