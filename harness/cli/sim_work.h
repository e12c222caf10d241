/*
 * Simulations in processes of their own: the program's code is trusted no more than a client's
 * under Wine, and a program lies at a fixed place, so a process has one. What comes back is a
 * report in memory that both map.
 */
#ifndef RIG_CLI_SIM_WORK_H
#define RIG_CLI_SIM_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "sim/simulate.h"

enum rig_sim_job { RIG_SIM_JOB_LOAD, RIG_SIM_JOB_EXPLORE, RIG_SIM_JOB_REPLAY, RIG_SIM_JOB_FOLLOW };

struct rig_sim_work {
  enum rig_sim_job job;
  struct rig_sim_options options;
  const struct rig_scenario *scenario; /* NULL for LOAD */
  const char *id;                      /* REPLAY */
  const struct rig_trace *live;        /* FOLLOW */
  /* Its own: */
  pid_t process; /* 0: not started, or ended */
  bool ended;
  struct rig_sim_report *report; /* when it has started; rig_sim_work_free ends it */
};

/* A report of zeros; NULL without memory. */
struct rig_sim_report *rig_sim_report_new(void);
struct rig_sim_report *rig_sim_report_free(struct rig_sim_report *report); /* NULL */

/* Starts a process for it. False when there is no memory or no process for it. */
bool rig_sim_work_start(struct rig_sim_work *work);

/* Waits until one of them has ended, at most `ms`; marks it. A process that was ended by a signal
 * leaves a report that says so. */
void rig_sim_work_wait(struct rig_sim_work *works, size_t count, unsigned ms);

/* Ends it if it still runs, and gives its memory back. */
void rig_sim_work_free(struct rig_sim_work *work);

/* Ctrl-C, SIGTERM or SIGHUP came since rig_sim_work_catch. */
void rig_sim_work_catch(void);
bool rig_sim_work_interrupted(void);

#endif
