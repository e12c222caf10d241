/*
 * A prefix as a copy of the template by links: 0.08 s and 2 MB instead of 10 s and 700 MB.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live/prefix.h"

/* A client may write to a small file (win.ini), and would write through a link to the template. */
#define COPIED_BYTES 32768

static bool mirror(const char *from, const char *to);

static bool is_program(const char *name) {
  const char *dot = strrchr(name, '.');
  return dot != NULL && (strcasecmp(dot, ".dll") == 0 || strcasecmp(dot, ".exe") == 0);
}

/* A second name of the same file: no inode is made and none is removed. With symbolic links instead
 * their inodes were a quarter of the processor's time where prefixes come and go: ext4 takes none
 * that was deleted within the last five seconds, and looks for another from the first one on (perf:
 * recently_deleted below ext4_symlink). Without flags linkat does not follow a link. */
static bool share(const char *from, const char *to) {
  return linkat(AT_FDCWD, from, AT_FDCWD, to, 0) == 0;
}

static bool copy_link(const char *from, const char *to) {
  char target[RIG_PATH_BYTES];
  const ssize_t length = readlink(from, target, sizeof target - 1);
  if (length < 0) {
    return false;
  }
  target[length] = '\0';
  return symlink(target, to) == 0;
}

/* The user's folders are links to the home in a prefix Wine made: a run's are its own. */
static bool mirror_link(const char *from, const char *to) {
  if (!rig_is_file(from)) {
    return mkdir(to, 0755) == 0;
  }
  return share(from, to) || copy_link(from, to); /* not every file system can share a link */
}

static bool mirror_entry(const char *from, const char *to, const char *name) {
  struct stat info;
  if (lstat(from, &info) != 0) {
    return false;
  }
  if (S_ISDIR(info.st_mode)) {
    return mirror(from, to);
  }
  if (S_ISLNK(info.st_mode)) {
    return mirror_link(from, to);
  }
  if (!S_ISREG(info.st_mode)) {
    return true;
  }
  const bool copied = info.st_size < COPIED_BYTES && !is_program(name);
  return copied ? rig_copy_file(from, to) : share(from, to) || symlink(from, to) == 0;
}

static bool mirror(const char *from, const char *to) {
  if (mkdir(to, 0755) != 0) {
    return false;
  }
  DIR *folder = opendir(from);
  bool done = folder != NULL;
  const struct dirent *item = NULL;
  while (done && (item = readdir(folder)) != NULL) {
    char source[RIG_PATH_BYTES];
    char target[RIG_PATH_BYTES];
    if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0) {
      continue;
    }
    if (!rig_path(source, "%s/%s", from, item->d_name) ||
        !rig_path(target, "%s/%s", to, item->d_name)) {
      errno = ENAMETOOLONG;
      done = false;
    } else {
      done = mirror_entry(source, target, item->d_name);
    }
  }
  if (folder != NULL) {
    (void)closedir(folder);
  }
  return done;
}

static bool make_drives(const char *to) {
  char path[RIG_PATH_BYTES];
  return rig_path(path, "%s/dosdevices", to) && mkdir(path, 0755) == 0 &&
         rig_path(path, "%s/dosdevices/c:", to) && symlink("../drive_c", path) == 0 &&
         rig_path(path, "%s/dosdevices/z:", to) && symlink("/", path) == 0;
}

/* Where the template has them. */
static bool copy_shared(const char *from, const char *to) {
  static const char *const names[] = {RIG_SHARED_X86_64, RIG_SHARED_I386};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    char source[RIG_PATH_BYTES];
    char target[RIG_PATH_BYTES];
    if (!rig_path(source, "%s/%s", from, names[i]) || !rig_path(target, "%s/%s", to, names[i]) ||
        (!copy_link(source, target) && errno != ENOENT)) {
      return false;
    }
  }
  return true;
}

/* The registry is Wine's to rewrite when the prefix ends: always copies. */
static bool copy_settings(const char *from, const char *to) {
  static const char *const names[] = {"system.reg", "user.reg", "userdef.reg", ".update-timestamp"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    char source[RIG_PATH_BYTES];
    char target[RIG_PATH_BYTES];
    if (!rig_path(source, "%s/%s", from, names[i]) || !rig_path(target, "%s/%s", to, names[i]) ||
        !rig_copy_file(source, target)) {
      return false;
    }
  }
  return true;
}

static bool put_binary(const char *binaries, const char *arch, const char *name, const char *to,
                       const char *as) {
  char source[RIG_PATH_BYTES];
  char target[RIG_PATH_BYTES];
  if (!rig_path(source, "%s/%s/%s", binaries, arch, name) || !rig_path(target, "%s/%s", to, as)) {
    errno = ENAMETOOLONG;
    return false;
  }
  (void)unlink(target); /* a link to Wine's own */
  return rig_copy_file(source, target);
}

static bool put_binaries(const char *template, const char *binaries, const char *to) {
  char path[RIG_PATH_BYTES];
  if (!rig_path(path, "%s/drive_c/mapirig", to) || mkdir(path, 0755) != 0 ||
      !put_binary(binaries, "x86_64", "rig-host.exe", to, "drive_c/mapirig/host-x86_64.exe") ||
      !put_binary(binaries, "x86_64", "mapi32.dll", to, "drive_c/windows/system32/mapi32.dll")) {
    return false;
  }
  if (!rig_path(path, "%s/drive_c/windows/syswow64/ntdll.dll", template) || !rig_is_file(path)) {
    return true; /* a prefix without 32-bit programs */
  }
  return put_binary(binaries, "i686", "rig-host.exe", to, "drive_c/mapirig/host-i686.exe") &&
         put_binary(binaries, "i686", "mapi32.dll", to, "drive_c/windows/syswow64/mapi32.dll");
}

enum rig_status rig_prefix_copy(const char *template, const char *binaries, const char *to,
                                char *error, size_t size) {
  char from[RIG_PATH_BYTES];
  char drive[RIG_PATH_BYTES];
  if (!rig_path(from, "%s/drive_c", template) || !rig_path(drive, "%s/drive_c", to) ||
      (mkdir(to, 0700) != 0 && errno != EEXIST) || !copy_shared(template, to) ||
      !mirror(from, drive) || !make_drives(to) || !copy_settings(template, to)) {
    (void)snprintf(error, size, "cannot make the Wine prefix %.400s: %s", to, strerror(errno));
    return RIG_IO;
  }
  if (!put_binaries(template, binaries, to)) {
    (void)snprintf(error, size,
                   "cannot put mapi32.dll and rig-host.exe of %.300s into the prefix: %s; "
                   "build them first: ./rig run",
                   binaries, strerror(errno));
    return RIG_IO;
  }
  return RIG_OK;
}
