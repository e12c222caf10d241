/*
 * What the parts of a rig_live share.
 */
#ifndef RIG_LIVE_PRIVATE_H
#define RIG_LIVE_PRIVATE_H

#include "live/files.h"
#include "live/host.h"
#include "live/live.h"
#include "live/wine.h"

#define RIG_LIVE_ARCHS 2 /* enum rig_machine: x86_64, i386 */

struct rig_live {
  struct rig_wine wine;
  char binaries[RIG_PATH_BYTES];
  char template[RIG_PATH_BYTES];
  char folder[RIG_PATH_BYTES]; /* runs/<random>: its lock and the prefix */
  char prefix[RIG_PATH_BYTES];
  char **environment;
  struct rig_host hosts[RIG_LIVE_ARCHS];
  int lock;
  int cpu;
  int cpu_lock; /* which keeps it taken */
  unsigned parallel;
  uint32_t scale_permille;
  bool running; /* a wineserver lives in the prefix */
  bool spoilt;  /* something of the last run is left: make the prefix anew before the next */
};

/* Milliseconds, scaled for slow machines. */
double rig_live_scaled(const struct rig_live *live, double ms);

/* Makes the prefix and starts its 64-bit host; ends and deletes what was there. */
enum rig_status rig_live_renew(struct rig_live *live, char *error, size_t size) RIG_CHECKED;
/* Ends every process of the prefix. */
void rig_live_end(struct rig_live *live);
/* Whether a process of an earlier run lives on in the prefix. */
bool rig_live_has_leftover(const struct rig_live *live);
/* The host for `machine`, started when it is not. NULL with `error`. */
struct rig_host *rig_live_host(struct rig_live *live, enum rig_machine machine, char *error,
                               size_t size);

/* ---- setup.c: what a run's session says ---- */

/* Texts of the session; each lives in this struct. */
struct rig_run_setup {
  enum rig_machine machine;
  char program[RIG_PATH_BYTES]; /* native path of the exe that runs */
  char command_line[3 * 32767];
  char folder[RIG_PATH_BYTES];
  char *environment;
  char *service_arguments;
};
enum rig_status rig_run_setup(struct rig_live *live, const struct rig_run_request *request,
                              enum rig_machine machine, struct rig_run_setup *out, char *error,
                              size_t size) RIG_CHECKED;
void rig_run_setup_free(struct rig_run_setup *setup);

/* Imports the scenario's .reg files into the prefix, which is then spoilt for others. */
enum rig_status rig_run_registry(struct rig_live *live, const struct rig_scenario *scenario,
                                 char *error, size_t size) RIG_CHECKED;

/* ---- watch.c ---- */

/* Watches the run until it ended or was ended; fills cause and message. */
void rig_run_watch(struct rig_live *live, struct rig_host *host, double timeout_ms,
                   struct rig_run_output *out);
/* Says, from the finished session, what the harness itself can see: a DLL that is missing, a stub
 * that was never loaded. */
void rig_run_explain(const struct rig_live *live, const struct rig_run_setup *setup,
                     struct rig_run_output *out);

#endif
