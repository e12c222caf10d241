/*
 * Running a client under Wine: a prefix made from a template, a resident host inside it, one run at
 * a time, watched and ended. Nothing of a run is left behind: no process with its WINEPREFIX.
 */
#ifndef RIG_LIVE_LIVE_H
#define RIG_LIVE_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/session_file.h"
#include "core/status.h"
#include "scenario/scenario.h"

struct rig_live; /* one prefix with its wineserver and resident host */

struct rig_live_options {
  const char *cache;    /* folder of the template prefix; NULL = $XDG_CACHE_HOME/mapirig */
  const char *binaries; /* folder with x86_64/ and i686/: mapi32.dll, rig-host.exe, clients */
  unsigned parallel;    /* how many rig_live work at once */
  uint32_t scale_permille;
  bool verbose;
  void (*progress)(void *context, const char *text); /* may be NULL: long steps, told once each */
  void *context;
};

/* Opens a prefix: makes the template on first use (8-12 s, told through `progress`; two processes
 * at once wait for each other), copies it (0.08 s), starts wineserver and host on one CPU (cpu.h).
 * On failure `error` holds one line: what, and the remedy. The caller closes *out. */
enum rig_status rig_live_open(const struct rig_live_options *options, struct rig_live **out,
                              char *error, size_t size) RIG_CHECKED;

/* Ends host and wineserver, sweeps processes that still have this WINEPREFIX, deletes the prefix.
 * Returns NULL; NULL allowed. */
struct rig_live *rig_live_close(struct rig_live *live);

/* What is known of a client's file before it is run. */
enum rig_machine { RIG_MACHINE_X86_64, RIG_MACHINE_I386, RIG_MACHINE_OTHER };
/* Reads the PE headers. RIG_NOT_FOUND, RIG_IO, RIG_INVALID (not a PE, a DLL, truncated, another
 * machine) or RIG_UNSUPPORTED (a path that Windows cannot express), with one line in `error`. */
enum rig_status rig_client_check(const char *path, enum rig_machine *out, char *error,
                                 size_t size) RIG_CHECKED;

struct rig_run_request {
  const char *client;           /* path of the exe; checked by rig_client_check */
  const char *const *arguments; /* NULL-ended; added before the scenario's, may be NULL */
  const struct rig_scenario *scenario;
  enum rig_role role;
  uint32_t deadline_ms;      /* 0 = the scenario's, else 1000 */
  uint32_t timeout_ms;       /* 0 = the scenario's, else 60000 */
  uint32_t ready_timeout_ms; /* 0 = 10000 */
  uint32_t log_records;      /* 0 = the usual log, or less where there is no room for it; RIG_FULL
                              * when there is no room for as many as are asked for */
  bool bare;                 /* no stub is loaded: the bench's other side */
};

/* What a run left. `session` is the caller's: rig_session_remove or rig_session_keep. */
struct rig_run_output {
  struct rig_session_file session;
  char stdout_path[512]; /* files in the prefix, until the next run of this rig_live */
  char stderr_path[512];
  double seconds;
  bool fell_back; /* the session lies in the cache folder: /dev/shm was too small */
  char cause[32]; /* "" or what the harness itself saw: "host-failed", "not-started",
                   * "missing-dll", "no-first-record" (a start that failed in silence, or a client
                   * that ended before the stub came: worth one retry), "interrupted", "timeout" */
  char message[512];
};

/* Runs the client once and returns when its processes have ended (by themselves, by the director's
 * word, or at the time-out). RIG_OK whatever the client did; an error status means there is no
 * session. A run that leaves processes behind costs the prefix, which is made anew. */
enum rig_status rig_live_run(struct rig_live *live, const struct rig_run_request *request,
                             struct rig_run_output *out, char *error, size_t size) RIG_CHECKED;

/* Async-signal-safe: every run under way ends within 2 s with cause "interrupted". */
void rig_live_interrupt(void);

#endif
