/*
 * The cache folder, and the folders of runs in it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "live/prefix.h"
#include "live/process.h"

#define SESSION_KEPT_S 600

/* Made if absent, ours, and writable: /tmp/mapirig-<uid> could be somebody else's. */
static bool usable(const char *path) {
  struct stat info;
  if (!rig_make_folders(path) || stat(path, &info) != 0) {
    return false;
  }
  if (info.st_uid != geteuid()) { /* Wine refuses a prefix of another user's as well */
    errno = EPERM;
    return false;
  }
  char probe[RIG_PATH_BYTES];
  if (!rig_path(probe, "%s/.probe-XXXXXX", path)) {
    errno = ENAMETOOLONG;
    return false;
  }
  const int file = mkostemp(probe, O_CLOEXEC);
  if (file < 0) {
    return false;
  }
  (void)close(file);
  return unlink(probe) == 0;
}

enum rig_status rig_cache_folder(const char *wanted, char *out, char *error, size_t size) {
  const char *home = getenv("HOME");
  const char *xdg = getenv("XDG_CACHE_HOME");
  char path[RIG_PATH_BYTES] = "";
  if (wanted != NULL) {
    (void)rig_path(path, "%s", wanted);
  } else if (xdg != NULL && xdg[0] == '/') {
    (void)rig_path(path, "%s/mapirig", xdg);
  } else if (home != NULL && home[0] == '/' &&
             rig_is_folder(home)) { /* a home is not ours to make */
    (void)rig_path(path, "%s/.cache/mapirig", home);
  }
  if ((path[0] == '\0' || !usable(path)) &&
      (wanted != NULL || !rig_path(path, "/tmp/mapirig-%u", (unsigned)geteuid()) ||
       !usable(path))) {
    (void)snprintf(error, size,
                   "cannot write to the cache folder %.400s: %s; name another with XDG_CACHE_HOME",
                   path, strerror(errno));
    return RIG_IO;
  }
  char real[PATH_MAX];
  (void)rig_path(out, "%s", realpath(path, real) != NULL ? real : path);
  return RIG_OK;
}

/* A run's folder is locked by its harness for as long as that lives, however it ends. */
static void remove_stale(const char *path) {
  char name[RIG_PATH_BYTES];
  const int lock = rig_path(name, "%s/lock", path) ? open(name, O_RDWR | O_CLOEXEC) : -1;
  if (lock < 0) {
    return; /* somebody makes it just now */
  }
  if (flock(lock, LOCK_EX | LOCK_NB) == 0 && rig_path(name, "%s/prefix", path)) {
    (void)rig_end_prefix(name);
    rig_remove_tree(path);
  }
  (void)close(lock);
}

static void remove_all_stale(const char *runs) {
  DIR *listing = opendir(runs);
  const struct dirent *item = NULL;
  while (listing != NULL && (item = readdir(listing)) != NULL) {
    char path[RIG_PATH_BYTES];
    if (item->d_name[0] != '.' && rig_path(path, "%s/%s", runs, item->d_name)) {
      remove_stale(path);
    }
  }
  if (listing != NULL) {
    (void)closedir(listing);
  }
}

static bool is_stale_session(const char *path, const char *name) {
  char *end = NULL;
  const long owner = strncmp(name, "mapirig-", 8) == 0 ? strtol(name + 8, &end, 10) : 0;
  struct stat info;
  return owner > 0 && *end == '-' && strstr(end, ".session") != NULL && lstat(path, &info) == 0 &&
         S_ISREG(info.st_mode) && info.st_uid == geteuid() &&
         time(NULL) - info.st_mtime > SESSION_KEPT_S && kill((pid_t)owner, 0) != 0 &&
         errno == ESRCH;
}

void rig_remove_stale_sessions(const char *folder) {
  DIR *listing = opendir(folder);
  const struct dirent *item = NULL;
  while (listing != NULL && (item = readdir(listing)) != NULL) {
    char path[RIG_PATH_BYTES];
    if (rig_path(path, "%s/%s", folder, item->d_name) && is_stale_session(path, item->d_name)) {
      (void)unlink(path);
    }
  }
  if (listing != NULL) {
    (void)closedir(listing);
  }
}

/* Locked before it gets a name that the sweep above looks at. */
static bool make_run_folder(const char *runs, char *out, int *lock) {
  char hidden[RIG_PATH_BYTES];
  char name[RIG_PATH_BYTES];
  if (!rig_path(hidden, "%s/.XXXXXX", runs) || mkdtemp(hidden) == NULL ||
      !rig_path(name, "%s/lock", hidden)) {
    return false;
  }
  const int made = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made >= 0 && flock(made, LOCK_EX | LOCK_NB) == 0 &&
      rig_path(out, "%s/%s", runs, hidden + strlen(runs) + 2) && rename(hidden, out) == 0) {
    *lock = made;
    return true;
  }
  if (made >= 0) {
    (void)close(made);
  }
  return false;
}

enum rig_status rig_run_folder(const char *cache, char *out, int *lock, char *error, size_t size) {
  char runs[RIG_PATH_BYTES];
  char path[RIG_PATH_BYTES];
  if (rig_path(runs, "%s/runs", cache) && rig_make_folders(runs)) {
    remove_all_stale(runs);
    rig_remove_stale_sessions(cache);
    rig_remove_stale_sessions("/dev/shm");
    if (make_run_folder(runs, path, lock)) {
      (void)rig_path(out, "%s", path);
      return RIG_OK;
    }
  }
  (void)snprintf(error, size, "cannot make a folder for runs in %.400s: %s", cache,
                 strerror(errno));
  return RIG_IO;
}
