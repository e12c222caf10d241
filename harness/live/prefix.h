/*
 * Wine prefixes: the cache folder, the template made once, and a run's copy of it by links.
 */
#ifndef RIG_LIVE_PREFIX_H
#define RIG_LIVE_PREFIX_H

#include <stdbool.h>
#include <stddef.h>

#include "core/status.h"
#include "live/live.h"
#include "live/wine.h"

/* Links at a prefix's top to the PE files of the installation; links of programs go through them.
 */
#define RIG_SHARED_X86_64 "x86_64"
#define RIG_SHARED_I386 "i386"

/* The folder of templates and prefixes: `wanted`, else $XDG_CACHE_HOME/mapirig, else
 * ~/.cache/mapirig; made when absent. When the home is missing or read-only it is
 * /tmp/mapirig-<uid>. RIG_IO with one line in `error`. */
enum rig_status rig_cache_folder(const char *wanted, char *out, char *error,
                                 size_t size) RIG_CHECKED;

/* Where the template for this Wine is or will be; false when the path is too long. */
bool rig_template_path(const struct rig_wine *wine, const char *cache, char *out);

/* The template for this Wine, made on first use: under a lock, so that two at once make one, and
 * renamed when complete, so that a half-made one is never used. Writes its path. */
enum rig_status rig_template(const struct rig_wine *wine, const char *cache,
                             const struct rig_live_options *options, char *out, char *error,
                             size_t size) RIG_CHECKED;

/* Copies the template to `to`: every folder is real, a program or library is a link, the rest is
 * copied, so that nothing a client does is written to the template. Then puts the stub of
 * `binaries` where clients look for it. */
enum rig_status rig_prefix_copy(const char *template, const char *binaries, const char *to,
                                char *error, size_t size) RIG_CHECKED;

/* A new folder runs/<random> in the cache with a lock that this process holds: *lock is its
 * descriptor. Folders whose owner is gone are ended and deleted first. */
enum rig_status rig_run_folder(const char *cache, char *out, int *lock, char *error,
                               size_t size) RIG_CHECKED;

/* Deletes session files in `folder` (named by core/session_file.c after the process that made them)
 * whose harness was killed over ten minutes ago: nobody else would, and /dev/shm is small. */
void rig_remove_stale_sessions(const char *folder);

#endif
