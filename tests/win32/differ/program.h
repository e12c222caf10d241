/*
 * The programs that the differential test of harness/win32 runs twice, by the model and by Wine,
 * and what is compared: one file format, compiled by the native side and by the PE runner.
 *
 * A program is a list of operations, each given to one of up to four threads. The next is given
 * only when every thread has come to rest: it waits for an order (at the top, or inside a window
 * procedure, a timer's or an APC), it is blocked in a wait, or it has ended. After each operation
 * there is one report for each thread, of what came to pass on it since the operation before.
 *
 * Windows, handles and timers are slots, so that both sides name them alike.
 */
#ifndef TESTS_WIN32_DIFFER_PROGRAM_H
#define TESTS_WIN32_DIFFER_PROGRAM_H

#include <stdint.h>

#define DIFFER_THREADS 4
#define DIFFER_WINDOWS 8
#define DIFFER_HANDLES 12
#define DIFFER_TIMERS 4 /* thread timers (SetTimer without a window), for each thread */
#define DIFFER_WAIT_HANDLES 4
#define DIFFER_ARGUMENTS 6
#define DIFFER_OPERATIONS_MAX 480
#define DIFFER_DEPTH 4 /* calls in progress on one thread; more are not begun */

/* Slots that are none. */
#define DIFFER_WINDOW_NULL 100u
#define DIFFER_WINDOW_MINUS_1 101u /* the filter "messages of the thread" */
#define DIFFER_WINDOW_BAD 102u
#define DIFFER_HANDLE_NULL 100u
#define DIFFER_HANDLE_BAD 101u
#define DIFFER_THREAD_BAD 100u
#define DIFFER_WINDOW_UNKNOWN 103u /* in a report: a window that has no slot */

/* Virtual time, of timed programs alone. A unit is what time-outs and periods are multiples of; an
 * ADVANCE by n moves n strides. A stride is longer than a unit by the room that the operations
 * between two ADVANCEs have: nothing is due while they run, however late each begins within its
 * room, as long as a program advances by DIFFER_STRIDES_MAX at most (STRIDES * ROOM < UNIT). A
 * program that overran the room says so and is run again. */
#define DIFFER_UNIT_MS 200u
#define DIFFER_ROOM_MS 48u
#define DIFFER_STRIDE_MS (DIFFER_UNIT_MS + DIFFER_ROOM_MS)
#define DIFFER_STRIDES_MAX 4u
#define DIFFER_TIMES_MAX 16u    /* milliseconds of the room, for times that differ a little */
#define DIFFER_LONG_MS 1000000u /* a time-out that never comes */

/* X(name, text, arguments): a letter for each argument. w window, m message, t thread, u number,
 * x flags, d time-out, k timer; h the list of handles that stands beside the arguments, s one
 * handle. */
#define DIFFER_OPERATIONS(X)                                                                       \
  X(WINDOW_NEW, "CreateWindow", "w")                                                               \
  X(WINDOW_DESTROY, "DestroyWindow", "w")                                                          \
  X(WINDOW_ALIVE, "IsWindow", "w")                                                                 \
  X(POST, "PostMessage", "wmuu")                                                                   \
  X(POST_THREAD, "PostThreadMessage", "tmuu")                                                      \
  X(POST_QUIT, "PostQuitMessage", "u")                                                             \
  X(PEEK, "PeekMessage", "wmmx")                                                                   \
  X(GET, "GetMessage", "wmm")                                                                      \
  X(DISPATCH, "DispatchMessage", "")                                                               \
  X(WAIT_MESSAGE, "WaitMessage", "")                                                               \
  X(STATUS, "GetQueueStatus", "x")                                                                 \
  X(MSG_WAIT, "MsgWaitForMultipleObjectsEx", "hdxx")                                               \
  X(WAIT_ONE, "WaitForSingleObjectEx", "hdu")                                                      \
  X(WAIT_MANY, "WaitForMultipleObjectsEx", "hudu")                                                 \
  X(SLEEP, "SleepEx", "du")                                                                        \
  X(SEND, "SendMessage", "wmuu")                                                                   \
  X(SEND_TIMEOUT, "SendMessageTimeout", "wmuuxd")                                                  \
  X(SEND_NOTIFY, "SendNotifyMessage", "wmuu")                                                      \
  X(REPLY, "ReplyMessage", "u")                                                                    \
  X(IN_SEND, "InSendMessage", "")                                                                  \
  X(RETURN, "return", "u")                                                                         \
  X(EVENT_NEW, "CreateEvent", "suuu")                                                              \
  X(MUTEX_NEW, "CreateMutex", "suu")                                                               \
  X(SEMAPHORE_NEW, "CreateSemaphore", "suuu")                                                      \
  X(WAITABLE_NEW, "CreateWaitableTimer", "su")                                                     \
  X(THREAD_HANDLE, "OpenThread", "st")                                                             \
  X(DUPLICATE, "DuplicateHandle", "ssu")                                                           \
  X(CLOSE, "CloseHandle", "s")                                                                     \
  X(SET, "SetEvent", "s")                                                                          \
  X(RESET, "ResetEvent", "s")                                                                      \
  X(PULSE, "PulseEvent", "s")                                                                      \
  X(MUTEX_RELEASE, "ReleaseMutex", "s")                                                            \
  X(SEMAPHORE_RELEASE, "ReleaseSemaphore", "su")                                                   \
  X(WAITABLE_SET, "SetWaitableTimer", "sdd")                                                       \
  X(WAITABLE_CANCEL, "CancelWaitableTimer", "s")                                                   \
  X(APC, "QueueUserAPC", "tu")                                                                     \
  X(TIMER_SET, "SetTimer", "wkdu")                                                                 \
  X(TIMER_KILL, "KillTimer", "wk")                                                                 \
  X(EXIT, "ExitThread", "u")                                                                       \
  X(EXIT_CODE, "GetExitCodeThread", "t")                                                           \
  X(ADVANCE, "(time passes)", "u")

enum differ_kind {
#define DIFFER_X(name, text, arguments) DIFFER_##name,
  DIFFER_OPERATIONS(DIFFER_X)
#undef DIFFER_X
      DIFFER_KINDS
};

struct differ_operation {
  uint8_t kind;   /* enum differ_kind */
  uint8_t thread; /* of ADVANCE: none */
  uint8_t count;  /* handles */
  uint8_t handles[DIFFER_WAIT_HANDLES + 1];
  uint32_t arguments[DIFFER_ARGUMENTS];
};

enum differ_event {
  DIFFER_NOTHING,   /* the thread is as it was */
  DIFFER_RETURNED,  /* the innermost call in progress did: result, error, the message retrieved */
  DIFFER_PROCEDURE, /* a window procedure was entered, with this message */
  DIFFER_TIMERPROC,
  DIFFER_APCPROC,
  DIFFER_ENDED
};

enum differ_rest { DIFFER_READY, DIFFER_BLOCKED, DIFFER_GONE, DIFFER_STUCK };

struct differ_report {
  uint8_t event;  /* enum differ_event */
  uint8_t rest;   /* enum differ_rest: the thread's state then */
  uint8_t sent;   /* PROCEDURE: InSendMessage */
  uint8_t window; /* slot of the message's window, DIFFER_WINDOW_NULL, _UNKNOWN */
  uint32_t error; /* RETURNED: the last error of a call that failed */
  uint64_t result;
  uint32_t message;
  uint32_t reserved;
  uint64_t wparam;
  uint64_t lparam;
};

enum differ_end {
  DIFFER_WHOLE,  /* every operation was run */
  DIFFER_LATE,   /* overran the room between two ADVANCEs */
  DIFFER_PARTED, /* an operation's thread was not ready for it: it ended before that one */
  DIFFER_BROKEN  /* the runner itself could not go on */
};

/* The file of programs: this, then for each program a differ_program and its operations. The file
 * of results: for each program, in any order, a differ_program and its reports, DIFFER_THREADS for
 * each operation. */
#define DIFFER_MAGIC 0x72666964u
struct differ_file {
  uint32_t magic;
  uint32_t programs;
};

struct differ_program {
  uint32_t index;
  uint32_t threads;
  uint32_t operations; /* results: how many were run */
  uint32_t end;        /* programs: 1 for a timed one; results: enum differ_end */
};

_Static_assert(sizeof(struct differ_operation) == 32, "the format");
_Static_assert(sizeof(struct differ_report) == 40, "the format");

#endif
