/*
 * Threads that the scenario itself keeps from going on: held, in a gated handler, in a call of MAPI
 * that is made to block. What such a thread does not do is nobody's fault.
 */
#ifndef STUBS_DIRECTOR_DETAINED_H
#define STUBS_DIRECTOR_DETAINED_H

#include <stdint.h>

#include "core/session.h"

enum dir_detained {
  DIR_FREE,
  DIR_DELAYED, /* it will go on by itself */
  DIR_HELD,    /* until a step of the scenario lets it go */
  DIR_STUCK    /* until the end of the run */
};

/* `thread` is detained from now on, until as many calls of dir_detain_over. From any thread. */
void dir_detain(uint32_t thread, enum dir_detained how);
/* The same for a wait that is over as soon as *word (atomic) is not `value` any more: from then on
 * the thread is free, though on a busy machine it may be long before it runs and says so. `word`
 * lives as long as the process. */
void dir_detain_while(uint32_t thread, enum dir_detained how, const uint32_t *word, uint32_t value);
void dir_detain_over(uint32_t thread);
enum dir_detained dir_detained(uint32_t thread);

/* Writes that it began (`link`: the STIMULUS that did it) and returns the record; writes that it
 * ended. Step and thread are those of `stimulus`. */
uint32_t dir_detain_record(enum rig_action action, const union rig_payload *stimulus,
                           uint32_t link);
void dir_detain_record_over(enum rig_action action, const union rig_payload *stimulus,
                            uint32_t began);

#endif
