/*
 * The result of one scenario, as every report writes it. Nothing in it points into a trace: the
 * session file of a run is gone (or kept elsewhere) long before the last report is written.
 */
#ifndef RIG_REPORT_RESULT_H
#define RIG_REPORT_RESULT_H

#include "judge/expect.h"
#include "judge/judge.h"
#include "report/place.h"
#include "report/simulated.h"
#include "report/stack.h"

/* Why a run was repeated; each happens once at most, and the summary tells it. */
enum rig_retry {
  RIG_RETRY_NO_FIRST_RECORD, /* the start under Wine failed in silence */
  RIG_RETRY_LOG_FULL,        /* the second run has a log RIG_RETRY_LOG_FACTOR times as large */
  RIG_RETRY_COUNT
};
#define RIG_RETRY_LOG_FACTOR 8u

struct rig_result {
  size_t index; /* in the list that was to run */
  char *file;   /* of the scenario; owned */
  char *name;   /* owned */
  struct rig_judgement judgement;
  struct rig_expectation_results expectations;
  struct rig_place *places; /* one for each piece of evidence, finding after finding; owned */
  size_t place_count;
  struct rig_stack *stacks;   /* one for each hang of the judgement; owned */
  bool expected_pass;         /* a rule was expected to pass: not-exercised is red */
  size_t unexpected_warnings; /* failures of severity warning that the scenario did not expect */
  double seconds;
  bool retried[RIG_RETRY_COUNT];
  char *confirmed;   /* whether a simulated finding was shown; NULL: none was to be; owned */
  bool shown;        /* it was */
  char *replay;      /* the command that repeats it; owned */
  char *kept;        /* where the session file is kept, NULL if it is not; owned */
  char *stdout_text; /* owned; what the client printed, cut to 64 KiB; NULL if nothing */
  char *stderr_text;
  struct rig_simulated *sim; /* of a simulation, NULL for a live run; owned */
};

/* Which part of a list of scenarios a run was. */
struct rig_shard {
  uint32_t index, count; /* 2 of 3; a count of 0: no shard, the whole list */
  size_t all;            /* how many scenarios the whole list has */
  uint64_t list;         /* a hash of their names in order: shards of one list have the same */
  size_t *positions;     /* of each of this shard's scenarios in the whole list; owned */
};

struct rig_results {
  const char *client; /* borrowed */
  const char *role;   /* borrowed */
  struct rig_result *items;
  size_t count;
  size_t planned; /* scenarios that were to run: more than `count` after -x or Ctrl-C, or when a
                   * prefix could not be made */
  double seconds;
  bool strict;
  bool interrupted;
  bool broken;            /* not all could be run: no success, whatever the others say */
  struct rig_shard shard; /* its positions are borrowed */
  const char *version;    /* of this program; borrowed, NULL where there is no shard */
};

/* Frees what `result` owns and zeroes it. */
void rig_result_free(struct rig_result *result);

/* The places of finding `finding`: the first of evidence_count ones. */
const struct rig_place *rig_result_places(const struct rig_result *result, size_t finding);

/* How many findings of `result` have this verdict. */
size_t rig_result_verdicts(const struct rig_result *result, enum rig_verdict verdict);

/* How many results ended in `outcome`, how many runs were repeated for one reason, and in all. */
size_t rig_results_outcomes(const struct rig_results *results, enum rig_outcome outcome);
unsigned rig_results_retries(const struct rig_results *results, enum rig_retry why);
unsigned rig_results_retried(const struct rig_results *results);

/* Exit status of design.md: 3 invalid, else 1 findings, else 0. */
int rig_results_status(const struct rig_results *results);

#endif
