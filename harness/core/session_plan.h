/*
 * The plan of a session: fixed-size steps, made by harness/scenario, executed by stubs/director.
 * Part of session.h, whose rules for layouts hold here too.
 */
#ifndef RIG_CORE_SESSION_PLAN_H
#define RIG_CORE_SESSION_PLAN_H

#include <stdint.h>

#define RIG_STEP_BYTES 64u
#define RIG_STEPS_MAX 4096u

/* X(symbol, the word of scenarios and reports, what it does): the steps of a scenario ... */
#define RIG_STEP_ACTIONS(X)                                                                        \
  X(POST, "post", "PostMessage to a window of MAPI's")                                             \
  X(POST_THREAD, "post-thread", "PostThreadMessage")                                               \
  X(NOTIFY, "notify", "a MAPI notification: szMAPINotificationMsg to its window")                  \
  X(SEND, "send", "a send from another thread, with a time-out")                                   \
  X(SET_EVENT, "set", "SetEvent")                                                                  \
  X(RESET_EVENT, "reset", "ResetEvent")                                                            \
  X(QUIT, "quit", "a posted WM_QUIT")                                                              \
  X(STOP, "stop", "ask the client to stop, by rig_step.stop_way")                                  \
  X(WITHDRAW, "withdraw", "a send that times out before its receiver looks at its queue")          \
  X(SEND_NOTIFY, "send-notify", "SendNotifyMessage: nobody waits for a reply")                     \
  X(QUIT_FLAG, "quit-flag", "the thread itself calls PostQuitMessage")                             \
  X(APC, "apc", "QueueUserAPC: it runs in an alertable wait only")                                 \
  X(TIMER, "timer", "SetTimer on a window of MAPI's")                                              \
  X(DESTROY_WINDOW, "destroy-window", "the thread destroys a window of MAPI's and its messages")   \
  X(FLOOD, "flood", "the thread's queue is never empty of posted messages")                        \
  X(GATE, "gate", "from now on the handler of a window does not return ...")                       \
  X(UNGATE, "ungate", "... until now")                                                             \
  X(HOLD, "hold", "a thread stays at the boundary of the step's AT trigger ...")                   \
  X(RELEASE, "release", "... until now")                                                           \
  X(CONTROL, "control", "a service control that asks for no stop: pause, continue, ...")

/* ... and of a plan. Every HOLD and GATE has its end in the plan: where the scenario has none, the
 * last of its steps is followed by one. */
#define RIG_ACTIONS(X)                                                                             \
  RIG_STEP_ACTIONS(X)                                                                              \
  X(FAULT, "fault", "context, no step: a call of MAPI fails, blocks or takes its time")

enum rig_action {
  RIG_ACTION_NONE,
#define RIG_X(symbol, word, text) RIG_ACTION_##symbol,
  RIG_ACTIONS(RIG_X)
#undef RIG_X
      RIG_ACTION_COUNT
};

/* What the window procedure does with a message of a POST, NOTIFY or SEND beside its receipt. */
enum rig_handler {
  RIG_HANDLER_RETURNS,
  RIG_HANDLER_POSTS, /* posts a message to its own window */
  RIG_HANDLER_PEEKS, /* PeekMessage(PM_REMOVE) once: a nested retrieval, dispatched */
  RIG_HANDLER_QUITS, /* PostQuitMessage */
  RIG_HANDLER_COUNT
};

/* What a FAULT does to the calls of `family` that it meets. */
enum rig_fault {
  RIG_FAULT_FAILS,  /* answers `result` without doing anything */
  RIG_FAULT_BLOCKS, /* does not return until the run ends */
  RIG_FAULT_TAKES,  /* takes `timeout_ms` first */
  RIG_FAULT_COUNT
};

/* Which thread a step is about. Threads of the client are numbered by the order of their first
 * recorded call, as reports name them: main, t1, t2 ... */
enum rig_who {
  RIG_WHO_DEFAULT,       /* the first initialising thread; of AT's calls that are no pump's: any */
  RIG_WHO_FIRST,         /* the first initialising thread */
  RIG_WHO_ANY,           /* any thread of the client */
  RIG_WHO_MAPI,          /* the thread of MAPI's notification window */
  RIG_WHO_NUMBERED = 16, /* + 0: main, + 1: t1, ... */
  RIG_WHO_COUNT = 80
};

enum rig_trigger {
  RIG_TRIGGER_NEXT,    /* once ready and after the step before it */
  RIG_TRIGGER_AT,      /* at a call boundary: family, edge, count, thread */
  RIG_TRIGGER_AFTER,   /* trigger_ms after the step before it (or ready) */
  RIG_TRIGGER_SETTLED, /* the first initialising thread sits in a blocking call, settled */
  RIG_TRIGGER_BLOCKED, /* it sits in a call of `family` (any if NONE), settled */
  RIG_TRIGGER_RECEIPT, /* the n-th receipt in `trigger_window` since the step before it */
  RIG_TRIGGER_START,   /* FAULT only: from the client's start, the n-th call (0: every one) */
  RIG_TRIGGER_COUNT
};

enum rig_edge { RIG_EDGE_ENTRY, RIG_EDGE_RETURN };

enum rig_stop_way {
  RIG_STOP_DEFAULT, /* SCM if the client connected to it, else a console control event */
  RIG_STOP_SCM,
  RIG_STOP_CONSOLE_CTRL,
  RIG_STOP_EVENT,   /* a named event: `text` */
  RIG_STOP_MESSAGE, /* WM_QUIT posted to the first initialising thread */
  RIG_STOP_KILL,    /* TerminateProcess: the rules about its end are not exercised */
  RIG_STOP_COUNT
};

/* How a step names an event: by name (`text`), or by the index in the array of the first
 * initialising thread's last wait (`index`), which holds for any client. */
enum rig_event_by { RIG_EVENT_BY_NAME, RIG_EVENT_BY_WAIT_INDEX };

struct rig_step {
  uint8_t action;         /* enum rig_action */
  uint8_t trigger;        /* enum rig_trigger */
  uint8_t edge;           /* AT: enum rig_edge */
  uint8_t window;         /* POST, SEND and their kin, TIMER ... UNGATE: enum rig_window */
  uint16_t family;        /* AT, BLOCKED, FAULT: enum rig_family */
  uint8_t stop_way;       /* STOP: enum rig_stop_way */
  uint8_t event_by;       /* SET_EVENT, RESET_EVENT: enum rig_event_by */
  uint32_t trigger_count; /* AT, RECEIPT: the n-th such since the step before it, from 1 */
  uint32_t trigger_ms;    /* AFTER; unscaled, the header's scale applies */
  uint32_t repeat;        /* how many, from 1; FLOOD: at most so many, 0 = no limit; TIMER: after so
                           * many WM_TIMER it is killed */
  uint32_t message;       /* POST, POST_THREAD, SEND and their kin: 0 = WM_APP */
  uint32_t timeout_ms;    /* SEND, WITHDRAW, FLOOD, FAULT; TIMER: its period; unscaled */
  uint32_t index;         /* SET_EVENT, RESET_EVENT: index in the wait's array */
  uint32_t text;          /* offset in the text area, 0 = none; HOLD, RELEASE: the hold's name */
  /* STOP by SCM, STOP by DEFAULT, CONTROL: SERVICE_CONTROL_*; STOP by CONSOLE_CTRL: CTRL_*_EVENT. A
   * client that DEFAULT finds without SCM gets CTRL_SHUTDOWN_EVENT for the controls of a shutdown,
   * CTRL_C_EVENT for SERVICE_CONTROL_STOP. */
  uint32_t control;
  uint32_t exit_code; /* QUIT, QUIT_FLAG: wParam of WM_QUIT */
  uint32_t line;      /* where the scenario file says it */
  uint32_t column;
  uint32_t result;        /* FAULT that fails: HRESULT */
  uint8_t handler;        /* POST, NOTIFY, SEND: enum rig_handler */
  uint8_t fault;          /* FAULT: enum rig_fault */
  uint8_t trigger_thread; /* AT, SETTLED, BLOCKED: enum rig_who */
  uint8_t target_thread;  /* POST_THREAD, QUIT, QUIT_FLAG, APC: enum rig_who */
  uint8_t trigger_window; /* RECEIPT: enum rig_window, NONE = any */
  uint8_t reserved[3];
};

_Static_assert(sizeof(struct rig_step) == RIG_STEP_BYTES, "step");

#endif
