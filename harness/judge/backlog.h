/*
 * How many stimuli were waiting for a thread at a point of the log.
 */
#ifndef RIG_JUDGE_BACKLOG_H
#define RIG_JUDGE_BACKLOG_H

#include "judge/model.h"

struct rig_backlog {
  uint32_t *begins; /* records, sorted */
  uint32_t *ends;   /* records, sorted */
  uint32_t begin_count;
  uint32_t end_count;
};

/* Posted messages (sent: false) or sent ones that `thread` must serve. */
enum rig_status rig_backlog_make(const struct rig_model *model, uint32_t thread, bool sent,
                                 struct rig_backlog *out) RIG_CHECKED;
void rig_backlog_free(struct rig_backlog *backlog);
uint32_t rig_backlog_at(const struct rig_backlog *backlog, uint32_t record);

#endif
