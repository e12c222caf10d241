/*
 * The world around the program: what is there before its own code runs, and what mapirig does in
 * its place. One stage for each kind of program, chosen when it is set.
 */
#ifndef RIG_SIM_STAGE_H
#define RIG_SIM_STAGE_H

#include "core/writer.h"
#include "sim/director/script.h"
#include "sim/engine/engine.h"
#include "sim/stage/stand_in.h"

struct rig_stage;

/* A bare pump: `void pump(const HANDLE *handles, DWORD count)`, handles[0] the stop event (manual
 * reset), handles[1] the work event (auto reset). It is called on the first thread, which owns
 * MAPI's two windows; the calls of MAPI's and the stop are made for it, as documented. `entry` is
 * its address. NULL with one line in `error`. */
struct rig_stage *rig_stage_bare(struct rig_engine *engine, uint64_t entry, char *error,
                                 size_t size);
/* The same of a natively compiled one (native.h): the System V calling convention. */
struct rig_stage *rig_stage_native(struct rig_engine *engine, uint64_t entry, char *error,
                                   size_t size);
/* A whole program, from its `main` at `entry` on: MAPI and the SCM are the stand-in's. Its start is
 * no part of what is explored: it runs in one order up to the moment when a live director would say
 * that the client is ready (rig_stage_begin), which is the initial state. */
struct rig_stage *rig_stage_program(struct rig_engine *engine, struct rig_stand_in *stand_in,
                                    uint64_t entry, char *error, size_t size);
/* What it lacked to be ready (enum rig_missing); 0 of a bare pump. */
uint32_t rig_stage_missing(const struct rig_stage *stage);
/* On the path that is recorded: its service says that it is stopping, or has stopped. */
bool rig_stage_stopping(const struct rig_stage *stage);
struct rig_stage *rig_stage_free(struct rig_stage *stage);

/* Before rig_stage_begin: a program's start is not run in one order, but part of what is explored.
 * It is ready when an actor of its own says so, which may be at any moment after MAPI was
 * initialised. For whoever follows a live run (follow.h). */
void rig_stage_loosen(struct rig_stage *stage);

/* Once, when the director is there: brings the program to where the scenario begins, and tells the
 * director what it performs its plan on. One that ends on its way, or rests without MAPI, comes to
 * no scenario: what is explored then is that end alone. False with one line: no memory. */
bool rig_stage_begin(struct rig_stage *stage, struct rig_director *director, char *error,
                     size_t size);

/* What a director performs its plan on. */
const struct rig_director_target *rig_stage_target(const struct rig_stage *stage);

/* Records (until NULL) what it does; and now, how it began: HELLO to READY, which may run the
 * program's start again. `program` is the file that HELLO names. */
void rig_stage_record(struct rig_stage *stage, const struct rig_log *log, const char *program);

/* The process has ended by itself: what is missing of the end of its session is recorded. */
void rig_stage_ended(struct rig_stage *stage);

/* True for a rule that a bare pump gives its chance; of the others nothing can be said, because
 * what they are about was mapirig's own doing. */
bool rig_stage_bare_exercises(const char *family);

#endif
