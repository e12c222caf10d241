/*
 * The world around the program: what is there before its own code runs, and what mapirig does in
 * its place. One stage for each kind of program, chosen when it is set.
 */
#ifndef RIG_SIM_STAGE_H
#define RIG_SIM_STAGE_H

#include "core/writer.h"
#include "sim/engine.h"
#include "sim/script.h"

struct rig_stage;

/* A bare pump: `void pump(const HANDLE *handles, DWORD count)`, handles[0] the stop event (manual
 * reset), handles[1] the work event (auto reset). It is called on the first thread, which owns
 * MAPI's two windows; the calls of MAPI's and the stop are made for it, as documented. `entry` is
 * its address. NULL with one line in `error`. */
struct rig_stage *rig_stage_bare(struct rig_engine *engine, uint64_t entry, char *error,
                                 size_t size);
struct rig_stage *rig_stage_free(struct rig_stage *stage);

/* What a director performs its plan on. */
const struct rig_director_target *rig_stage_target(const struct rig_stage *stage);

/* Records (until NULL) what it does; and now, how it began: HELLO to READY. `program` is the file
 * that HELLO names. */
void rig_stage_record(struct rig_stage *stage, const struct rig_log *log, const char *program);

/* True for a rule that the stage gives its chance; of the others nothing can be said, because what
 * they are about was mapirig's own doing. */
bool rig_stage_exercises(const struct rig_stage *stage, const char *family);

#endif
