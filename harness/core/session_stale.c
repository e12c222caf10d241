/*
 * Session files that a killed run left behind. On a container's /dev/shm of 64 MiB a few of them
 * leave no room for the next run.
 *
 * The creator of a session holds an advisory lock on its file for as long as it lives; the kernel
 * drops the lock however the process ends. A process id in the name would not do: ids are reused,
 * and another container on the same /dev/shm counts its own.
 */
#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/session_file.h"

/* Not time(): it may lag behind the stamp of a file made a moment ago, across a second. */
static time_t now_s(void) {
  struct timespec now = {0};
  (void)clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec;
}

/* True when nobody holds the lock of the regular file `file`, and it is not a new one. */
static bool is_stale(int file, unsigned young_s) {
  struct stat about;
  return fstat(file, &about) == 0 && S_ISREG(about.st_mode) &&
         now_s() - about.st_ctime >= (time_t)young_s && flock(file, LOCK_EX | LOCK_NB) == 0;
}

unsigned rig_session_sweep(const char *folder, unsigned young_s) {
  unsigned removed = 0;
  DIR *entries = opendir(folder);
  if (entries == NULL) {
    return 0;
  }
  for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) {
    if (fnmatch("mapirig-*.session", entry->d_name, 0) != 0) {
      continue;
    }
    const int file =
        openat(dirfd(entries), entry->d_name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) {
      continue; /* another user's, or gone */
    }
    if (is_stale(file, young_s) && unlinkat(dirfd(entries), entry->d_name, 0) == 0) {
      removed++;
    }
    close(file);
  }
  closedir(entries);
  return removed;
}
