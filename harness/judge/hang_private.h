/*
 * What the files of the diagnosis share.
 */
#ifndef RIG_JUDGE_HANG_PRIVATE_H
#define RIG_JUDGE_HANG_PRIVATE_H

#include "judge/check.h"
#include "judge/hang.h"

/* A function in which a thread sits and that is not recorded: found by name on its stack. */
struct rig_sleeper {
  const char *function; /* as it is exported */
  const char *name;     /* as the client calls it */
  const char *wakes;    /* what could wake it */
};

/* Of the functions between the client's innermost frame and the thread's top, the one of the list
 * next to the client's; NULL when there is none. */
const struct rig_sleeper *rig_hang_sleeper(const struct rig_model *model,
                                           const struct rig_model_hang *hang);

/* Code of the client's runs inside the call that was made from `caller`: a window procedure that
 * Windows called, say. */
bool rig_hang_called_back(const struct rig_model *model, const struct rig_model_hang *hang,
                          uint64_t caller);

/* The innermost call that is no frame around code of the client's (a handler, a window procedure, a
 * ServiceMain): RIG_NONE when the thread runs code of its own. */
uint32_t rig_hang_call(const struct rig_model *model, const struct rig_model_hang *hang);

/* Each writes into the hang's own text of the same name. */
void rig_hang_wakes(const struct rig_model *model, const struct rig_model_hang *hang,
                    struct rig_hang *out);
void rig_hang_pending(const struct rig_model *model, const struct rig_model_hang *hang,
                      struct rig_hang *out);
/* `last[thread]` is the last look at each thread, NULL where there is none. */
void rig_hang_waits(const struct rig_model *model, const struct rig_model_hang *const *last,
                    const struct rig_model_hang *hang, struct rig_hang *out);

/* Appends to one of the texts; what does not fit is cut. */
void rig_hang_add(char *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The handles that were asked: those of the BLOCKED before it, or its own. */
const struct rig_model_handle *rig_hang_handles(const struct rig_model *model,
                                                const struct rig_model_hang *hang, uint32_t *count);
/* The thread whose wait was the last to take the mutex `handle` before `record`, RIG_NONE. */
uint32_t rig_hang_mutex_taker(const struct rig_model *model, uint32_t handle, uint32_t record);
/* "event 0x54". */
struct rig_words rig_hang_object(const struct rig_model_handle *handle);

#endif
