/*
 * How many bytes an instruction of the program reads or writes, for the words of a finding.
 */
#ifndef RIG_SIM_ACCESS_H
#define RIG_SIM_ACCESS_H

#include <stddef.h>
#include <stdint.h>

/* Of the x86_64 instruction at `code`, of which `bytes` can be read: how many bytes its operand in
 * memory has. 0: it is none of those that compilers write (a rep movs, a gather, VEX). */
unsigned rig_access_bytes(const uint8_t *code, size_t bytes);

#endif
