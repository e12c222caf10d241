/*
 * The normalised trace of a session: what of a live run and of a simulated one must be the same.
 * The one place where that is said; follow_live.c and follow_match.c do it, follow.h uses it.
 *
 * Records are compared lane by lane, each lane in its own order:
 *   a lane for each thread of the client, in the order of first records (main, t1, ...): its calls
 *     with arguments and results, receipts, what it said of itself, what the director did on it;
 *   the director's: stimuli as it performed them, READY, SETTLED;
 *   a lane for each reply to a send.
 *
 * Where the comparison is weaker than equality, and why:
 *   - The order of records of different lanes is free. A record stands before or after its act
 *     (core/FORMAT.md), so that the log's order is not the order of acts. What one lane's act did
 *     to another is compared all the same: it shows in results.
 *   - Handles, windows, thread ids, tokens, registered messages, addresses of data and of code are
 *     numbers that Wine and the simulator give out. They are compared by identity: what is the same
 *     on one side is the same on the other, from the first time it appears. A call site is one.
 *   - A time-out that the program may have computed from a clock (it asked for the time) is
 * compared as none, INFINITE or some; else to the millisecond.
 *   - A parameter that is the time is compared as that, for each side has a clock of its own: it
 *     must be exactly what the simulated program's clock tells at that step, and in the live run a
 *     moment between its first record and this one.
 *   - Stamps are not compared: virtual time stands still while code runs.
 *   - A thread that the end of the process cut off may be cut off one step later: its last call had
 *     its effect, and its record was not written.
 *   - When the director's clock lets it act is the live run's. It may take for settled whoever sits
 *     in the call that SETTLED tells (a busy machine lets a thread that was woken sit there), is
 * about to make it, or comes from it and has made no other (here a call, its effect and its return
 * are one step), whatever is pending; and take a step with `after` at any moment.
 *   - Code that makes no call for so long that the simulator has no more patience with it never
 * comes back: its thread has no further record, and others go on. Who follows says so.
 *   - A flood that time ends has in the simulator as many messages as the live one had.
 *   - READY tells what the client was lacking; but not whether its thread came to a wait, which is
 *     a question of how long the director looked.
 */
#ifndef RIG_SIM_FOLLOW_NORM_H
#define RIG_SIM_FOLLOW_NORM_H

#include "core/session.h"

/* States that are not compared: (state, reason). All others are. */
#define RIG_FOLLOW_UNCOMPARED(X)                                                                   \
  X(HELLO, "names the process and its file")                                                       \
  X(HOOKS, "a simulated program's imports are bound, not patched")                                 \
  X(MODULE, "objects are no modules; where code lies is another place on either side")             \
  X(THREAD_START, "when a thread begins is the system's matter; its calls are its own")            \
  X(LATE, "the heartbeat of a busy machine: virtual time is never late")                           \
  X(BLOCKED, "a look of the director's at the deadline; the call sat in has no return there")      \
  X(HANDLE, "part of such a look")                                                                 \
  X(STACK, "part of such a look")                                                                  \
  X(SYMBOL, "part of such a look, and where a simulated call came from")                           \
  X(WAITS, "part of such a look")                                                                  \
  X(END, "why the harness ended the run; compared as how the path ends (follow.h)")                \
  X(EXIT, "the host's; the exit code is PROCESS_END's")                                            \
  X(OUTPUT,                                                                                        \
    "a live client prints to a file, a simulated one into its records; and what it prints "        \
    "may be numbers of either side")

enum rig_follow_how {
  RIG_FOLLOW_EXACT,
  RIG_FOLLOW_TIMEOUT, /* exact, or by class: see above */
  RIG_FOLLOW_HANDLE,  /* by identity, each kind by itself ... */
  RIG_FOLLOW_WINDOW,  /* all ones (thread messages) is itself; so is 0, of every kind */
  RIG_FOLLOW_THREAD,
  RIG_FOLLOW_MESSAGE, /* exact below 0xC000, registered ones by identity */
  RIG_FOLLOW_VALUE,   /* a parameter: tokens by identity, times as times, small numbers exact, else
                       * by identity unless they are equal (a pointer) */
  RIG_FOLLOW_TIME,    /* what both sides' clocks told: no field is, but values may be */
  RIG_FOLLOW_ADDRESS, /* data */
  RIG_FOLLOW_MADE,    /* an address that the call has given out: from here on it is another one */
  RIG_FOLLOW_CODE,    /* ... up to here */
  RIG_FOLLOW_TOKEN,   /* of a stimulus; its performance gives it out */
  RIG_FOLLOW_TARGET,  /* a window, a thread or a handle, by the call or action */
  RIG_FOLLOW_READY,   /* without RIG_MISSING_WAIT */
  RIG_FOLLOW_CODE_OR_EXIT /* SetServiceStatus: exact; else CODE */
};

/* Fields of payloads: (shape, member, how, its name in a report). A shape is a call's (calls.h), or
 * receipt, stimulus, state; LEAVE of a retrieval has that of a message. What is not listed is not
 * compared: reserved members, and THREAD_START's and the like above. */
#define RIG_FOLLOW_FIELDS(X)                                                                       \
  X(wait, count, EXACT, "the number of handles")                                                   \
  X(wait, timeout_ms, TIMEOUT, "the time-out")                                                     \
  X(wait, wake_mask, EXACT, "the wake mask")                                                       \
  X(wait, flags, EXACT, "the flags")                                                               \
  X(wait, handle, HANDLE, "the handle")                                                            \
  X(wait, alertable, EXACT, "whether it is alertable")                                             \
  X(wait, result, EXACT, "the result")                                                             \
  X(wait, error, EXACT, "the error")                                                               \
  X(retrieve, hwnd, WINDOW, "the window asked for")                                                \
  X(retrieve, first, MESSAGE, "the first message asked for")                                       \
  X(retrieve, last, MESSAGE, "the last message asked for")                                         \
  X(retrieve, remove, EXACT, "the flags")                                                          \
  X(message, hwnd, TARGET, "the window")                                                           \
  X(message, message, MESSAGE, "the message")                                                      \
  X(message, wparam, VALUE, "wParam")                                                              \
  X(message, lparam, VALUE, "lParam")                                                              \
  X(message, result, EXACT, "the result")                                                          \
  X(message, error, EXACT, "the error")                                                            \
  X(queue, flags, EXACT, "the flags")                                                              \
  X(queue, result, EXACT, "the result")                                                            \
  X(object, handle, HANDLE, "the handle")                                                          \
  X(object, result, EXACT, "the result")                                                           \
  X(object, error, EXACT, "the error")                                                             \
  X(com, flags, EXACT, "the flags")                                                                \
  X(com, result, EXACT, "the result")                                                              \
  X(com, clsid, EXACT, "the class")                                                                \
  X(scm, control, EXACT, "the control or error")                                                   \
  X(scm, state, EXACT, "the state")                                                                \
  X(scm, accepted, EXACT, "the controls accepted")                                                 \
  X(scm, checkpoint, EXACT, "the checkpoint")                                                      \
  X(scm, wait_hint_ms, EXACT, "the wait hint")                                                     \
  X(scm, result, EXACT, "the result")                                                              \
  X(scm, value, CODE_OR_EXIT, "the handler or exit code")                                          \
  X(init, given, EXACT, "whether lpMapiInit was given")                                            \
  X(init, version, EXACT, "the version")                                                           \
  X(init, flags, EXACT, "the flags")                                                               \
  X(init, result, EXACT, "the result")                                                             \
  X(init, thread_count, EXACT, "the thread's initialisations")                                     \
  X(init, process_count, EXACT, "the process's initialisations")                                   \
  X(init, first_thread, THREAD, "the first initialising thread")                                   \
  X(init, apartment, EXACT, "the apartment")                                                       \
  X(init, loader_lock, EXACT, "the loader lock")                                                   \
  X(logon, ui_param, VALUE, "ulUIParam")                                                           \
  X(logon, flags, EXACT, "the flags")                                                              \
  X(logon, profile_given, EXACT, "whether a profile was given")                                    \
  X(logon, password_given, EXACT, "whether a password was given")                                  \
  X(logon, result, EXACT, "the result")                                                            \
  X(logon, session, MADE, "the session")                                                           \
  X(buffer, block, MADE, "the block")                                                              \
  X(buffer, parent, ADDRESS, "the block it is linked to")                                          \
  X(buffer, bytes, EXACT, "the bytes")                                                             \
  X(buffer, result, EXACT, "the result")                                                           \
  X(buffer, problem, EXACT, "what is wrong with the block")                                        \
  X(mapi, object, ADDRESS, "the object")                                                           \
  X(mapi, a, EXACT, "the flags or number")                                                         \
  X(mapi, b, EXACT, "the connection or count")                                                     \
  X(mapi, result, EXACT, "the result")                                                             \
  X(receipt, window, EXACT, "the window")                                                          \
  X(receipt, message, MESSAGE, "the message")                                                      \
  X(receipt, wparam, VALUE, "wParam, which names the stimulus")                                    \
  X(receipt, lparam, VALUE, "lParam")                                                              \
  X(receipt, sent, EXACT, "whether it was sent")                                                   \
  X(receipt, sinks, EXACT, "the sinks that were told")                                             \
  X(stimulus, step, EXACT, "the step")                                                             \
  X(stimulus, phase, EXACT, "the phase")                                                           \
  X(stimulus, target, TARGET, "the target")                                                        \
  X(stimulus, thread, THREAD, "the thread that must serve it")                                     \
  X(stimulus, message, MESSAGE, "the message")                                                     \
  X(stimulus, result, EXACT, "the result")                                                         \
  X(stimulus, error, EXACT, "the error")                                                           \
  X(stimulus, repeat, EXACT, "the repetition")

/* Fields of states: (state, member, how, name). States without a field are compared as being there.
 */
#define RIG_FOLLOW_STATE_FIELDS(X)                                                                 \
  X(PROCESS_END, a, EXACT, "the exit code")                                                        \
  X(WINDOW, a, EXACT, "which window")                                                              \
  X(WINDOW, b, WINDOW, "the window")                                                               \
  X(WINDOW, c, MESSAGE, "its registered message")                                                  \
  X(SERVICE, a, EXACT, "the state")                                                                \
  X(SERVICE, b, EXACT, "the controls accepted")                                                    \
  X(SERVICE, c, EXACT, "the checkpoint")                                                           \
  X(SERVICE, d, EXACT, "the wait hint")                                                            \
  X(READY, a, READY, "what it was lacking")                                                        \
  X(SETTLED, a, THREAD, "the thread")                                                              \
  X(EXCEPTION, a, EXACT, "the exception")

#endif
