/*
 * The result of one scenario, as every report writes it. Borrowed pointers live until the run's
 * results are freed.
 */
#ifndef RIG_REPORT_RESULT_H
#define RIG_REPORT_RESULT_H

#include "core/trace.h"
#include "judge/expect.h"
#include "judge/judge.h"

struct rig_result {
  const char *file;
  const char *name;
  struct rig_trace *trace; /* NULL when there was none */
  struct rig_judgement judgement;
  struct rig_expectation_results expectations;
  bool expected_something; /* a rule was expected to pass */
  double seconds;
  unsigned retried;
  char replay[1024]; /* the command that repeats it */
  char *stdout_text; /* owned; what the client printed, cut to 64 KiB; NULL if nothing */
  char *stderr_text;
};

struct rig_results {
  const char *client;
  const char *role;
  struct rig_result *items;
  size_t count;
  double seconds;
  bool strict;
};

/* Exit status of design.md: 3 invalid, else 1 findings, else 0. */
int rig_results_status(const struct rig_results *results);

#endif
