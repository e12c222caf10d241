/* What every kind of stage has. Internal to stage*.c. */
#ifndef RIG_SIM_STAGE_PRIVATE_H
#define RIG_SIM_STAGE_PRIVATE_H

#include "sim/stage/stage.h"

struct rig_stage_kind {
  void (*free)(struct rig_stage *stage);
  bool (*begin)(struct rig_stage *stage, struct rig_director *director, char *error, size_t size);
  uint32_t (*missing)(const struct rig_stage *stage); /* NULL: nothing */
  bool (*stopping)(const struct rig_stage *stage);    /* NULL: never */
  void (*record)(struct rig_stage *stage, const struct rig_log *log, const char *program);
  void (*loosen)(struct rig_stage *stage); /* NULL: its start has one order */
  void (*ended)(struct rig_stage *stage);  /* NULL: nothing is missing */
};

/* First in the struct of each kind. */
struct rig_stage {
  const struct rig_stage_kind *kind;
  struct rig_director_target target;
};

#endif
