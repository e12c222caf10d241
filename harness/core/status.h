/*
 * Status of an operation that can fail: one enum for the whole project, checked by the compiler.
 *
 * A function that returns a status leaves its outputs untouched on anything but RIG_OK.
 */
#ifndef RIG_CORE_STATUS_H
#define RIG_CORE_STATUS_H

/* X(name, text): the list exists once and yields the enum and rig_status_text(). */
#define RIG_STATUSES(X)                                                                            \
  X(OK, "ok")                                                                                      \
  X(NO_MEMORY, "out of memory")                                                                    \
  X(IO, "input or output failed")                                                                  \
  X(NOT_FOUND, "not found")                                                                        \
  X(INVALID, "invalid input")                                                                      \
  X(DAMAGED, "damaged session file")                                                               \
  X(VERSION, "unsupported version")                                                                \
  X(FULL, "limit reached")                                                                         \
  X(TIMEOUT, "time-out")                                                                           \
  X(UNSUPPORTED, "not supported")                                                                  \
  X(INTERRUPTED, "interrupted")

enum rig_status {
#define RIG_X(name, text) RIG_##name,
  RIG_STATUSES(RIG_X)
#undef RIG_X
};

/* Every function that returns a status is declared with it: an unread status does not compile. */
#define RIG_CHECKED __attribute__((warn_unused_result))

/* A static string for `status`, never NULL. */
const char *rig_status_text(enum rig_status status);

#endif
