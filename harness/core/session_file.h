/*
 * Creating a session file: sizing it, reserving its pages, laying down header, plan and texts.
 * Native only.
 *
 * /dev/shm is preferred (a fresh page costs 61 ns a record there, 141 ns on disk), but it is 64 MiB
 * by default in containers, and a sparse mapping that fills it kills the client with SIGBUS. So
 * pages are reserved with posix_fallocate, the size follows the free space and the number of
 * parallel runs, and the cache folder is the fallback.
 */
#ifndef RIG_CORE_SESSION_FILE_H
#define RIG_CORE_SESSION_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "session.h"
#include "status.h"
#include "writer.h"

/* What goes into a new session. Strings are borrowed for the call. */
struct rig_session_plan {
  const struct rig_step *steps;
  uint32_t step_count;
  const char *step_texts; /* texts that the steps' `text` offsets point into; starts with a NUL */
  uint32_t step_text_bytes;
  const char *texts[RIG_TEXT_COUNT]; /* NULL = empty */
  enum rig_role role;
  enum rig_stop_way stop_way;
  uint32_t deadline_ms;
  uint32_t settle_ms;
  uint32_t timeout_ms;
  uint32_t ready_timeout_ms;
  uint32_t scale_permille;
};

/* A session file of ours, created, mapped and owned by this process. */
struct rig_session_file {
  char path[512];
  int file; /* holds the lock that says it is in use */
  void *base;
  uint64_t bytes;
  struct rig_log log;
};

/* Bounds of a log. Reserving pages on /dev/shm costs 0.25 ms a MiB and removing them half as much
 * (measured), so the usual log is 8 MiB: 3 ms of a run that takes 20. */
#define RIG_SESSION_RECORDS_MIN 4096u
#define RIG_SESSION_RECORDS_USUAL 131072u
#define RIG_SESSION_RECORDS_MAX 1048576u

/* How many records a log may have, given the free bytes of the folder and `parallel` runs at once:
 * at most a quarter of the free space shared between them, between 4,096 and 1,048,576 records.
 * 0 when even the smallest does not fit. */
uint32_t rig_session_capacity(uint64_t free_bytes, unsigned parallel);

/* Deletes the session files in `folder` whose creator was killed, and returns how many. Between its
 * creation and its lock a file is nobody's: those younger than `young_s` are left alone. Creating a
 * session sweeps first. */
unsigned rig_session_sweep(const char *folder, unsigned young_s);

/* Creates and maps a session in `folder` (NULL: /dev/shm, else $XDG_CACHE_HOME/mapirig or
 * ~/.cache/mapirig when /dev/shm is too small; *fell_back says so). `capacity` 0: the usual one, or
 * less by free space; a given one is refused when it is beyond rig_session_capacity. The file is
 * created exclusively, mode 0600. On failure `error` holds one line with the remedy. The caller
 * ends it with rig_session_remove or rig_session_keep. */
enum rig_status rig_session_create(const char *folder, const struct rig_session_plan *plan,
                                   uint32_t capacity, unsigned parallel,
                                   struct rig_session_file *out, int *fell_back, char *error,
                                   size_t size) RIG_CHECKED;

/* Reads stamp and CLOCK_MONOTONIC_RAW once more into the header's second calibration point. */
void rig_session_calibrate(struct rig_session_file *file);

/* Unmaps and deletes the file. */
void rig_session_remove(struct rig_session_file *file);

/* Copies header, plan and the used part of the log to `path` (an atomic rename: never half a
 * file), then removes the original. file_bytes and log_capacity of the copy fit what was copied,
 * but a full log stays recognisable as one (`next` keeps its value). On failure the original stays,
 * for rig_session_remove. */
enum rig_status rig_session_keep(struct rig_session_file *file, const char *path, char *error,
                                 size_t size) RIG_CHECKED;

#endif
