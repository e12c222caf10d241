/*
 * Files of reports.
 */
#include "report/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum rig_status failed(const char *what, const char *path, char *error, size_t size) {
  snprintf(error, size, "cannot %s %s: %s", what, path, strerror(errno));
  return RIG_IO;
}

static bool is_special(const char *path) {
  struct stat info, link;
  /* /dev/stdout is a link, to a regular file where the output is one: a file that took its name
   * would take its place for everybody. */
  const bool device =
      strncmp(path, "/dev/", 5) == 0 && lstat(path, &link) == 0 && S_ISLNK(link.st_mode);
  return stat(path, &info) == 0 && !S_ISDIR(info.st_mode) && (!S_ISREG(info.st_mode) || device);
}

static void folder_of(const char *path, char *folder, size_t size) {
  const char *slash = strrchr(path, '/');
  int length = slash ? (int)(slash - path) : 0;
  snprintf(folder, size, "%.*s", length, path);
  if (length == 0) {
    snprintf(folder, size, "%s", slash ? "/" : ".");
  }
}

enum rig_status rig_file_check(const char *path, char *error, size_t size) {
  char folder[PATH_MAX];
  struct stat info;
  if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
    errno = EISDIR;
    return failed("write", path, error, size);
  }
  folder_of(path, folder, sizeof folder);
  if (!is_special(path) && access(folder, W_OK | X_OK) != 0) {
    return failed("write", path, error, size);
  }
  return RIG_OK;
}

static bool write_all(int file, const void *data, size_t bytes) {
  const char *at = data;
  while (bytes > 0) {
    ssize_t written = write(file, at, bytes);
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return false;
    }
    at += written;
    bytes -= (size_t)written;
  }
  return true;
}

enum rig_status rig_file_write(const char *path, const void *data, size_t bytes, char *error,
                               size_t size) {
  char beside[PATH_MAX];
  bool special = is_special(path);
  int length = special ? snprintf(beside, sizeof beside, "%s", path)
                       : snprintf(beside, sizeof beside, "%s.%d.part", path, (int)getpid());
  if (length < 0 || (size_t)length >= sizeof beside) {
    errno = ENAMETOOLONG;
    return failed("write", path, error, size);
  }
  int file = open(beside, O_WRONLY | O_CLOEXEC | (special ? O_APPEND : O_CREAT | O_TRUNC), 0666);
  if (file < 0) {
    return failed("write", path, error, size);
  }
  bool written = write_all(file, data, bytes);
  int kept = errno;
  if (close(file) != 0 && written) {
    written = false;
    kept = errno;
  }
  if (written && !special && rename(beside, path) != 0) {
    written = false;
    kept = errno;
  }
  if (!written) {
    if (!special) {
      unlink(beside);
    }
    errno = kept;
    return failed("write", path, error, size);
  }
  return RIG_OK;
}

char *rig_file_read(const char *path, size_t limit, int *cut) {
  FILE *file = fopen(path, "rbe");
  char *text = file ? malloc(limit + 1) : NULL;
  *cut = 0;
  if (text) {
    size_t bytes = fread(text, 1, limit, file);
    *cut = bytes == limit && fgetc(file) != EOF;
    for (size_t i = 0; i < bytes; i++) {
      if (text[i] == '\0') {
        text[i] = '?'; /* it would end the text early */
      }
    }
    text[bytes] = '\0';
    char *fitted = realloc(text, bytes + 1);
    text = fitted ? fitted : text;
  }
  if (file) {
    fclose(file);
  }
  return text;
}

const char *rig_file_short(const char *path) {
  char folder[PATH_MAX];
  if (!getcwd(folder, sizeof folder)) {
    return path;
  }
  size_t length = strlen(folder);
  bool below = strncmp(path, folder, length) == 0 && path[length] == '/';
  return below ? path + length + 1 : path;
}
