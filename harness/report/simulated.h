/*
 * What a simulation adds to a result: what was explored and within which bounds, and the schedules
 * that show what was found.
 */
#ifndef RIG_REPORT_SIMULATED_H
#define RIG_REPORT_SIMULATED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/paint.h"

/* A schedule, step by step. */
struct rig_simulated_path {
  char *end;      /* "deadlock"; all texts are owned */
  char *dialects; /* "both dialects", "windows alone", "wine-8.0" (when no other was explored) */
  char *dialect;  /* in which it was run for this report */
  char *rules;    /* "no-blocking-get, stop-latency": those that failed on it; "" */
  char *message;  /* why it ended; "" */
  char *id;       /* replay id; "" when it is too long for one */
  char *replay;   /* the command that prints it; NULL without an id */
  char *live;     /* the command that shows it live, or why Wine 8.0 cannot; NULL without an id */
  char **steps;   /* "main: GetMessageW, and waits" */
  size_t step_count;
  bool cut; /* there were more */
};

struct rig_simulated {
  char *explore;  /* "states", "schedules", "random" */
  char *dialects; /* "wine-8.0, windows" */
  char *bounds;   /* "states 5000000, depth 100000, ..." */
  char *bound;    /* which was hit first, NULL: none */
  bool complete;  /* every state (schedule) within the bounds was visited */
  uint64_t states;
  uint64_t transitions;
  uint64_t schedules;
  uint64_t depth;
  uint64_t bytes;
  double omission;                  /* the chance that a state was taken for another */
  double seconds;                   /* of exploring alone */
  size_t judged;                    /* paths on which rules were judged */
  struct rig_simulated_path *paths; /* those that show something */
  size_t path_count;
  size_t shards;   /* how many explored each dialect: what two of them visited counts twice */
  size_t left_out; /* kinds of ends that are not told */
};

struct rig_simulated *rig_simulated_free(struct rig_simulated *simulated); /* returns NULL */

/* The section of a report: what was explored, each schedule. */
void rig_simulated_print(const struct rig_paint *paint, const struct rig_simulated *simulated);

/* One schedule, a line for each step. */
void rig_simulated_print_path(const struct rig_paint *paint, const struct rig_simulated_path *path);

/* "412 states, 3 ms, complete": for the scenario's own line. Returns `buffer`. */
char *rig_simulated_text(const struct rig_simulated *simulated, char *buffer, size_t size);

#endif
