/*
 * Threads that the scenario itself keeps from going on: held, in a gated handler, in a call of MAPI
 * that is made to block. What such a thread does not do is nobody's fault.
 */
#ifndef STUBS_DIRECTOR_DETAINED_H
#define STUBS_DIRECTOR_DETAINED_H

#include <stdbool.h>
#include <stdint.h>

#include "core/session.h"

/* `thread` is detained from now on, until as many calls of dir_detain_over. From any thread. */
void dir_detain(uint32_t thread);
void dir_detain_over(uint32_t thread);
bool dir_detained(uint32_t thread);

/* Writes that it began (`link`: the STIMULUS that did it) and returns the record; writes that it
 * ended. Step and thread are those of `stimulus`. */
uint32_t dir_detain_record(enum rig_action action, const union rig_payload *stimulus,
                           uint32_t link);
void dir_detain_record_over(enum rig_action action, const union rig_payload *stimulus,
                            uint32_t began);

#endif
