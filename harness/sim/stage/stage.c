/* A stage, whatever kind it is of. */
#include "sim/stage/stage_private.h"

struct rig_stage *rig_stage_free(struct rig_stage *stage) {
  if (stage != NULL) {
    stage->kind->free(stage);
  }
  return NULL;
}

bool rig_stage_begin(struct rig_stage *stage, struct rig_director *director, char *error,
                     size_t size) {
  return stage->kind->begin == NULL || stage->kind->begin(stage, director, error, size);
}

uint32_t rig_stage_missing(const struct rig_stage *stage) {
  return stage->kind->missing == NULL ? 0 : stage->kind->missing(stage);
}

bool rig_stage_stopping(const struct rig_stage *stage) {
  return stage->kind->stopping != NULL && stage->kind->stopping(stage);
}

const struct rig_director_target *rig_stage_target(const struct rig_stage *stage) {
  return &stage->target;
}

void rig_stage_record(struct rig_stage *stage, const struct rig_log *log, const char *program) {
  stage->kind->record(stage, log, program);
}

void rig_stage_ended(struct rig_stage *stage) {
  if (stage->kind->ended != NULL) {
    stage->kind->ended(stage);
  }
}

void rig_stage_loosen(struct rig_stage *stage) {
  if (stage->kind->loosen != NULL) {
    stage->kind->loosen(stage);
  }
}
