/*
 * Session files: where they go, how large they are, and their end. What is inside is laid down by
 * session_layout.c.
 */
#include "core/session_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/assert.h"
#include "core/session_layout.h"

#define SHM "/dev/shm"
#define YOUNG_S 60     /* a left-over is swept when it is as old as this */
#define NAMES_MAX 1000 /* session files of one process id that may lie in a folder */

uint32_t rig_session_capacity(uint64_t free_bytes, unsigned parallel) {
  const uint64_t share = free_bytes / 4 / (parallel > 0 ? parallel : 1) / RIG_RECORD_BYTES;
  if (share < RIG_SESSION_RECORDS_MIN) {
    return 0;
  }
  return share > RIG_SESSION_RECORDS_MAX ? RIG_SESSION_RECORDS_MAX : (uint32_t)share;
}

/* How many records to reserve in `folder`; 0 with a reason when there is no room. */
static uint32_t choose_capacity(const char *folder, uint32_t asked, unsigned parallel, char *error,
                                size_t size) {
  struct statvfs about;
  if (statvfs(folder, &about) != 0) {
    snprintf(error, size, "%s: %s", folder, strerror(errno));
    return 0;
  }
  const uint64_t free_bytes = (uint64_t)about.f_bavail * about.f_frsize;
  const uint32_t most = rig_session_capacity(free_bytes, parallel);
  const uint32_t usual = most < RIG_SESSION_RECORDS_USUAL ? most : RIG_SESSION_RECORDS_USUAL;
  if (most == 0 || asked > most) {
    const uint64_t wanted = asked > RIG_SESSION_RECORDS_MIN ? asked : RIG_SESSION_RECORDS_MIN;
    snprintf(error, size,
             "%s has %llu KiB free, a log of %llu records for each of %u runs at once needs %llu",
             folder, (unsigned long long)(free_bytes >> 10), (unsigned long long)wanted, parallel,
             (unsigned long long)((wanted * RIG_RECORD_BYTES * 4 * parallel) >> 10));
    return 0;
  }
  return asked > 0 ? asked : usual;
}

/* Locks a new file (session_stale.c). False when a sweep was quicker and deleted it. */
static bool lock_file(int file) {
  struct stat about;
  while (flock(file, LOCK_EX) != 0) {
    if (errno != EINTR) {
      return true; /* a file system without locks: nobody sweeps there either */
    }
  }
  return fstat(file, &about) != 0 || about.st_nlink > 0;
}

/* Creates the file exclusively: two runs never share one, and a left-over is never reused. */
static int create_file(const char *folder, char *path, size_t size) {
  static unsigned counter;
  for (int attempt = 0; attempt < NAMES_MAX; attempt++) {
    const unsigned number = __atomic_fetch_add(&counter, 1, __ATOMIC_RELAXED);
    const int length =
        snprintf(path, size, "%s/mapirig-%ld-%u.session", folder, (long)getpid(), number);
    if (length < 0 || (size_t)length >= size) {
      errno = ENAMETOOLONG;
      return -1;
    }
    const int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0 && lock_file(file)) {
      return file;
    }
    if (file >= 0) {
      close(file);
    } else if (errno != EEXIST) {
      return -1;
    }
  }
  return -1;
}

static void *map_file(int file, uint64_t bytes, const char *path, char *error, size_t size) {
  int code = EINTR;
  while (code == EINTR) { /* posix_fallocate returns the error, errno stays */
    code = posix_fallocate(file, 0, (off_t)bytes);
  }
  if (code != 0) {
    snprintf(error, size, "%s: cannot reserve %llu KiB: %s", path,
             (unsigned long long)(bytes >> 10), strerror(code));
    return NULL;
  }
  void *base = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (base == MAP_FAILED) {
    snprintf(error, size, "%s: cannot map it: %s", path, strerror(errno));
    return NULL;
  }
  return base;
}

static enum rig_status create_in(const char *folder, const struct rig_session_plan *plan,
                                 uint32_t capacity, unsigned parallel, struct rig_session_file *out,
                                 char *error, size_t size) {
  struct rig_layout layout;
  struct rig_session_file made = {.base = NULL};
  (void)rig_session_sweep(folder, YOUNG_S);
  capacity = choose_capacity(folder, capacity, parallel, error, size);
  if (capacity == 0) {
    return RIG_FULL;
  }
  const enum rig_status status = rig_layout_measure(plan, capacity, &layout, error, size);
  if (status != RIG_OK) {
    return status;
  }
  made.file = create_file(folder, made.path, sizeof made.path);
  if (made.file < 0) {
    snprintf(error, size, "cannot create a session file in %s: %s", folder, strerror(errno));
    return RIG_IO;
  }
  made.bytes = layout.file_bytes;
  made.base = map_file(made.file, made.bytes, made.path, error, size);
  if (made.base == NULL) {
    unlink(made.path);
    close(made.file);
    return RIG_IO;
  }
  rig_layout_write(plan, &layout, made.base);
  const int opened = rig_log_open(&made.log, made.base, made.bytes);
  RIG_ASSERT(opened);
  *out = made;
  return RIG_OK;
}

/* Makes `path` with its parents, mode 0700. */
static bool make_folders(char *path) {
  for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    const bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
    *slash = '/';
    if (!made) {
      return false;
    }
  }
  return mkdir(path, 0700) == 0 || errno == EEXIST;
}

/* The cache folder (XDG base directory specification: a relative XDG_CACHE_HOME is ignored). */
static bool cache_folder(char *path, size_t size, char *error, size_t error_size) {
  const char *cache = getenv("XDG_CACHE_HOME");
  const char *home = getenv("HOME");
  int length = -1;
  if (cache != NULL && cache[0] == '/') {
    length = snprintf(path, size, "%s/mapirig", cache);
  } else if (home != NULL && home[0] == '/') {
    length = snprintf(path, size, "%s/.cache/mapirig", home);
  }
  if (length < 0 || (size_t)length >= size) {
    snprintf(error, error_size, "there is no cache folder: set HOME or XDG_CACHE_HOME");
    return false;
  }
  if (!make_folders(path)) {
    snprintf(error, error_size, "cannot make the folder %s: %s", path, strerror(errno));
    return false;
  }
  return true;
}

enum rig_status rig_session_create(const char *folder, const struct rig_session_plan *plan,
                                   uint32_t capacity, unsigned parallel,
                                   struct rig_session_file *out, int *fell_back, char *error,
                                   size_t size) {
  char first[1024] = "";
  char second[1024] = "";
  parallel = parallel > 0 ? parallel : 1;
  enum rig_status status =
      create_in(folder != NULL ? folder : SHM, plan, capacity, parallel, out, first, sizeof first);
  if (status == RIG_OK) {
    *fell_back = 0;
    return RIG_OK;
  }
  if (folder != NULL || status == RIG_INVALID) {
    snprintf(error, size, "%s", first);
    return status;
  }
  char cache[384];
  if (cache_folder(cache, sizeof cache, second, sizeof second)) {
    status = create_in(cache, plan, capacity, parallel, out, second, sizeof second);
    if (status == RIG_OK) {
      *fell_back = 1;
      return RIG_OK;
    }
  }
  snprintf(error, size,
           "no room for a session file: %s; %s: free some space, run fewer at once (-j), "
           "or point XDG_CACHE_HOME at a folder with room",
           first, second);
  return status;
}

void rig_session_calibrate(struct rig_session_file *file) {
  rig_layout_calibrate(file->log.header);
}

void rig_session_remove(struct rig_session_file *file) {
  if (file->base != NULL) {
    munmap(file->base, (size_t)file->bytes);
    unlink(file->path);
    close(file->file);
  }
  memset(file, 0, sizeof *file);
}

static bool write_all(int file, const void *data, size_t bytes) {
  const char *from = data;
  while (bytes > 0) {
    const ssize_t written = write(file, from, bytes);
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return false;
    }
    from += written;
    bytes -= (size_t)written;
  }
  return true;
}

/* Writes the used part. Offsets come from our own struct, never from the header: the client may
 * have written there. */
static bool write_used(int file, const struct rig_session_file *from) {
  _Alignas(struct rig_header) unsigned char header[RIG_HEADER_BYTES];
  memcpy(header, from->base, sizeof header);
  struct rig_header *copy = (struct rig_header *)header;
  const uint32_t next = __atomic_load_n(&from->log.header->next, __ATOMIC_ACQUIRE);
  const uint32_t used = next < from->log.capacity ? next : from->log.capacity;
  const size_t log_offset = (size_t)((const char *)from->log.records - (const char *)from->base);
  copy->next = next;
  copy->log_capacity = used;
  copy->file_bytes = log_offset + (uint64_t)used * RIG_RECORD_BYTES;
  return write_all(file, header, sizeof header) &&
         write_all(file, (const char *)from->base + sizeof header,
                   (size_t)copy->file_bytes - sizeof header);
}

enum rig_status rig_session_keep(struct rig_session_file *file, const char *path, char *error,
                                 size_t size) {
  char part[4096];
  const int length = snprintf(part, sizeof part, "%s.%ld.part", path, (long)getpid());
  if (length < 0 || (size_t)length >= sizeof part) {
    snprintf(error, size, "the path is too long to keep a session at: %.60s...", path);
    return RIG_INVALID;
  }
  unlink(part); /* left by a process of our id that was killed */
  const int to = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (to < 0) {
    snprintf(error, size, "%s: cannot keep the session there: %s", path, strerror(errno));
    return RIG_IO;
  }
  bool good = write_used(to, file);
  int code = errno;
  if (close(to) != 0 && good) {
    good = false;
    code = errno;
  }
  if (good && rename(part, path) != 0) {
    good = false;
    code = errno;
  }
  if (!good) {
    unlink(part);
    snprintf(error, size, "%s: cannot keep the session there: %s", path, strerror(code));
    return RIG_IO;
  }
  rig_session_remove(file);
  return RIG_OK;
}
