/*
 * Runs a client of stubs/pumps through a scenario and looks for what the records must show: what
 * the tests of the director share.
 */
#ifndef TESTS_LIVE_DIRECTOR_H
#define TESTS_LIVE_DIRECTOR_H

#include "probe.h"

#define DEADLINE_MS 300u /* D of these runs: what is blocked is told soon */
#define REST UINT32_MAX  /* no record */

/* Of the last run. */
extern struct rig_trace *trace;
extern uint32_t exit_code;

/* One prefix for all tests of a program. */
void director_open(void);
void director_close(void);

/* Runs the client with `text` as its scenario and leaves its records in `trace`. */
void run(const char *client, const char *text);

/* The record at `index`, which must be there. */
struct rig_record at(uint32_t index);
/* The first record from `from` on that is of this kind and call; REST when there is none. */
uint32_t find(uint32_t from, enum rig_kind kind, unsigned call);
uint32_t count(enum rig_kind kind, unsigned call);
/* The same as find; the test fails when there is none. */
uint32_t must(uint32_t from, enum rig_kind kind, unsigned call, const char *what);
/* The STIMULUS of step `step` when it was performed, its `repeat`-th; it must be there. */
uint32_t stimulus(uint32_t step, uint32_t repeat);
/* The first record from `from` on that links to `to`; REST when there is none. */
uint32_t linked(uint32_t from, enum rig_kind kind, uint32_t to);
/* The next and the last record of `thread` after and before `from`; REST when there is none. */
uint32_t next_of(uint32_t from, uint32_t thread);
uint32_t previous_of(uint32_t from, uint32_t thread);
/* The first initialising thread. */
uint32_t first_thread(void);
/* Why the director ended the run: enum rig_end. */
uint32_t end_reason(void);

#endif
