/*
 * Runs a probe of tests/live/probes under Wine and keeps what it printed and what was recorded of
 * it.
 */
#ifndef TESTS_LIVE_PROBE_H
#define TESTS_LIVE_PROBE_H

#include <check.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/trace.h"
#include "live/live.h"

struct probe {
  struct rig_live *live;
  struct rig_trace *trace; /* NULL after a bare run */
  char *output;            /* stdout, terminated */
  uint32_t exit_code;
};

/* What a probe is run with. */
struct probe_run {
  const char *name;     /* bin/x86_64/tests/<name>.exe */
  const char *argument; /* may be NULL */
  enum rig_role role;
  uint32_t deadline_ms;             /* 0: the default */
  const char *service_name;         /* NULL: as its table says */
  const char *service_arguments[4]; /* NULL-ended */
  struct rig_scenario_step *steps;  /* NULL: a stop when it has settled */
  size_t step_count;
  bool bare;
};

/* One prefix for all tests of a program; the test fails when Wine cannot be had. */
void probe_open(struct probe *probe);
void probe_close(struct probe *probe);
/* Replaces what the run before left. */
void probe_run(struct probe *probe, const struct probe_run *run);

/* The next record at or after `*index` of `kind` and `call` (an enum rig_call or rig_state); false
 * when there is none. Moves *index behind it. */
bool probe_next(const struct probe *probe, uint32_t *index, enum rig_kind kind, unsigned call,
                struct rig_record *out);
uint32_t probe_count(const struct probe *probe, enum rig_kind kind, unsigned call);

#endif
