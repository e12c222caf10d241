/*
 * Files and folders for prefixes.
 */
#include "live/files.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool rig_path(char *out, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(out, RIG_PATH_BYTES, format, arguments);
  va_end(arguments);
  return length >= 0 && length < RIG_PATH_BYTES;
}

bool rig_is_folder(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

bool rig_is_file(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

bool rig_make_folders(const char *path) {
  char part[RIG_PATH_BYTES];
  if (!rig_path(part, "%s", path)) {
    errno = ENAMETOOLONG;
    return false;
  }
  for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    if (mkdir(part, 0700) != 0 && errno != EEXIST && !rig_is_folder(part)) {
      return false;
    }
    *slash = '/';
  }
  return mkdir(part, 0700) == 0 || (errno == EEXIST && rig_is_folder(part));
}

static bool copy_bytes(int from, int to) {
  char buffer[65536];
  ssize_t got;
  while ((got = read(from, buffer, sizeof buffer)) > 0) {
    for (ssize_t done = 0; done < got;) {
      const ssize_t put = write(to, buffer + done, (size_t)(got - done));
      if (put < 0) {
        return false;
      }
      done += put;
    }
  }
  return got == 0;
}

bool rig_copy_file(const char *from, const char *to) {
  const int in = open(from, O_RDONLY | O_CLOEXEC);
  if (in < 0) {
    return false;
  }
  struct stat info;
  const mode_t mode = fstat(in, &info) == 0 ? (info.st_mode & 0777) | S_IWUSR : 0600;
  const int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  bool copied = out >= 0 && copy_bytes(in, out);
  const int error = errno;
  if (out >= 0 && close(out) != 0) {
    copied = false;
  }
  (void)close(in);
  errno = error;
  return copied;
}

bool rig_same_content(const char *one, const char *other) {
  FILE *files[2] = {fopen(one, "re"), fopen(other, "re")};
  bool same = files[0] != NULL && files[1] != NULL;
  size_t got = 1;
  while (same && got > 0) {
    char bytes[2][32768];
    got = fread(bytes[0], 1, sizeof bytes[0], files[0]);
    same = fread(bytes[1], 1, sizeof bytes[1], files[1]) == got &&
           memcmp(bytes[0], bytes[1], got) == 0;
  }
  for (int i = 0; i < 2; i++) {
    same = same && ferror(files[i]) == 0;
    if (files[i] != NULL) {
      (void)fclose(files[i]);
    }
  }
  return same;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *walk) {
  (void)info;
  (void)walk;
  /* What cannot be deleted stays, and its folder with it. */
  (void)(type == FTW_DP || type == FTW_DNR ? rmdir(path) : unlink(path));
  return 0;
}

void rig_remove_tree(const char *path) {
  (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

bool rig_append_text(const char *path, const char *text) {
  const int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return false;
  }
  const size_t bytes = strlen(text);
  const bool written = write(file, text, bytes) == (ssize_t)bytes;
  return close(file) == 0 && written;
}

void rig_read_tail(const char *path, char *buffer, size_t size) {
  buffer[0] = '\0';
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return;
  }
  const off_t end = lseek(file, 0, SEEK_END);
  const off_t from = end > (off_t)size - 1 ? end - ((off_t)size - 1) : 0;
  const ssize_t got = pread(file, buffer, size - 1, from);
  buffer[got > 0 ? got : 0] = '\0';
  (void)close(file);
}
