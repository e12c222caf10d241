/* What the files of the stand-in's native side share. */
#ifndef RIG_SIM_STAND_IN_PRIVATE_H
#define RIG_SIM_STAND_IN_PRIVATE_H

#include "sim/stage/stand_in.h"

/* stubs/: what its objects import from the recorder, the director and the hooks, and functions of
 * Windows that it alone calls. The list exists once. */
#define RIG_STAND_IN_SHIMS(X)                                                                      \
  X(rec_about)                                                                                     \
  X(rec_active)                                                                                    \
  X(rec_call)                                                                                      \
  X(rec_copy)                                                                                      \
  X(rec_copy_text)                                                                                 \
  X(rec_copy_wide)                                                                                 \
  X(rec_enter)                                                                                     \
  X(rec_in_loader)                                                                                 \
  X(rec_leave)                                                                                     \
  X(rec_log)                                                                                       \
  X(rec_receipt)                                                                                   \
  X(rec_state)                                                                                     \
  X(rec_thread_own)                                                                                \
  X(rec_thread_run)                                                                                \
  X(rig_log_text)                                                                                  \
  X(rig_assert_failed)                                                                             \
  X(dir_fault)                                                                                     \
  X(dir_mapi_initialized)                                                                          \
  X(dir_mapi_logon_returned)                                                                       \
  X(dir_mapi_window)                                                                               \
  X(dir_message)                                                                                   \
  X(dir_message_handled)                                                                           \
  X(dir_message_recorded)                                                                          \
  X(dir_service_connected)                                                                         \
  X(dir_service_status)                                                                            \
  X(hook_process_end)                                                                              \
  X(simulated_header)

/* Functions of Windows that mapi32/ alone calls; a program may, too. */
#define RIG_STAND_IN_WINDOWS(X)                                                                    \
  X(IsBadReadPtr)                                                                                  \
  X(IsBadWritePtr)                                                                                 \
  X(IsBadStringPtrA)                                                                               \
  X(IsBadStringPtrW)

struct rig_stand_in {
  unsigned object;
  struct rig_log log;       /* of that header alone */
  struct rig_header header; /* the role, and no texts */
  struct rig_stand_in_director director;
};

/* Of the engine that runs now. */
struct rig_stand_in *rig_stand_in_current(void);

#endif
