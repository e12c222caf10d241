/*
 * The template: one prefix that Wine has set up in full (8 to 12 s), made once per installation of
 * Wine, with the settings every run needs. Programs and libraries in it that equal the
 * installation's own files become links to them: 7 MB instead of 700.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live/clock.h"
#include "live/prefix.h"
#include "live/process.h"

#define BOOT_MS 300000

/* Graphics=null: windows work without a display, hidden and visible; without it CreateWindow fails
 * and MessageBox returns -1 at once, which hides the bug.
 * ThemeActive=0: with Wine's theme the first window of every process opens its file and reads some
 * eighty values of the registry; nothing is ever drawn. */
static const char user_settings[] = "\n[Software\\\\Wine\\\\Drivers] 1\n"
                                    "\"Graphics\"=\"null\"\n"
                                    "\"Audio\"=\"\"\n"
                                    "\n[Software\\\\Wine\\\\DllOverrides] 1\n"
                                    "\"mapi32\"=\"native\"\n"
                                    "\n[Software\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\"
                                    "ThemeManager] 1\n"
                                    "\"ThemeActive\"=\"0\"\n";
/* A crash otherwise waits over 60 s on a dialog that nobody sees. */
static const char system_settings[] =
    "\n[Software\\\\Microsoft\\\\Windows NT\\\\CurrentVersion\\\\AeDebug] 1\n"
    "\"Auto\"=\"1\"\n"
    "\"Debugger\"=\"false\"\n";

static void tell(const struct rig_live_options *options, const char *text) {
  if (options->progress != NULL) {
    options->progress(options->context, text);
  }
}

static enum rig_status fail(enum rig_status status, const char *what, const char *path, char *error,
                            size_t size) {
  (void)snprintf(error, size, "%s %.400s: %s", what, path, strerror(errno));
  return status;
}

static bool settle(const char *prefix) {
  char user[RIG_PATH_BYTES];
  char machine[RIG_PATH_BYTES];
  return rig_path(user, "%s/user.reg", prefix) && rig_path(machine, "%s/system.reg", prefix) &&
         rig_is_file(user) && rig_is_file(machine) && rig_append_text(user, user_settings) &&
         rig_append_text(machine, system_settings);
}

static enum rig_status boot(const struct rig_wine *wine, char *const *environment,
                            const char *prefix, char *error, size_t size) {
  char errors[RIG_PATH_BYTES];
  if (!rig_path(errors, "%s.log", prefix)) {
    return RIG_IO;
  }
  const char *const arguments[] = {wine->loader, "wineboot.exe", "-i", NULL};
  const struct rig_spawn spawn = {.arguments = arguments,
                                  .environment = environment,
                                  .input = -1,
                                  .errors = errors,
                                  .cpu = RIG_ANY_CPU};
  int status = 0;
  const pid_t process = rig_spawn(&spawn);
  const bool ended = process > 0 && rig_await(process, BOOT_MS, &status);
  /* Straight after the first boot services fail until the server was ended once; and only its end
   * writes the registry. */
  (void)rig_end_prefix(prefix);
  if (process > 0 && !ended) {
    (void)waitpid(process, &status, 0);
  }
  char said[200];
  rig_read_tail(errors, said, sizeof said);
  (void)unlink(errors);
  if (rig_interrupted()) {
    (void)snprintf(error, size, "interrupted while Wine made its prefix");
    return RIG_INTERRUPTED;
  }
  if (!ended || !WIFEXITED(status) || WEXITSTATUS(status) != 0 || !settle(prefix)) {
    (void)snprintf(error, size,
                   "Wine could not make a prefix in %.300s (%s): %.150s; try "
                   "WINEPREFIX=/tmp/try wineboot -i",
                   prefix, ended ? "wineboot failed" : "wineboot did not end", said);
    return RIG_IO;
  }
  return RIG_OK;
}

/* Replaces `path` by the link `target` when it equals the installation's file `installed`. */
static void share_file(const char *path, const char *installed, const char *target) {
  struct stat mine;
  struct stat theirs;
  char new_path[RIG_PATH_BYTES];
  if (lstat(path, &mine) == 0 && S_ISREG(mine.st_mode) && stat(installed, &theirs) == 0 &&
      S_ISREG(theirs.st_mode) && mine.st_size == theirs.st_size &&
      rig_same_content(path, installed) && rig_path(new_path, "%s.link", path) &&
      symlink(target, new_path) == 0 && rename(new_path, path) != 0) {
    (void)unlink(new_path);
  }
}

/* Only disk space depends on it: where nothing is found, nothing happens. Links go through one link
 * at the top: file systems keep a short one in the inode, a long one takes a block (21 and 42 ms to
 * make and delete 780 long ones, 15 and 6 ms short ones). */
static void share_folder(const char *prefix, const char *name, const char *arch,
                         const char *installed) {
  char folder[RIG_PATH_BYTES];
  char top[RIG_PATH_BYTES];
  if (installed[0] == '\0' || !rig_path(top, "%s/%s", prefix, arch) ||
      symlink(installed, top) != 0) {
    return;
  }
  DIR *listing = rig_path(folder, "%s/drive_c/windows/%s", prefix, name) ? opendir(folder) : NULL;
  const struct dirent *item = NULL;
  while (listing != NULL && (item = readdir(listing)) != NULL) {
    char mine[RIG_PATH_BYTES];
    char theirs[RIG_PATH_BYTES];
    char target[RIG_PATH_BYTES];
    if (rig_path(mine, "%s/%s", folder, item->d_name) &&
        rig_path(theirs, "%s/%s", installed, item->d_name) &&
        rig_path(target, "../../../%s/%s", arch, item->d_name)) {
      share_file(mine, theirs, target);
    }
  }
  if (listing != NULL) {
    (void)closedir(listing);
  }
}

static enum rig_status make(const struct rig_wine *wine, const char *path, char *error,
                            size_t size) {
  char half[RIG_PATH_BYTES];
  if (!rig_path(half, "%s.half", path)) {
    return RIG_IO;
  }
  char **environment = rig_environment(half, half); /* no links into the user's home */
  if (environment == NULL) {
    (void)snprintf(error, size, "out of memory");
    return RIG_NO_MEMORY;
  }
  (void)rig_end_prefix(half); /* of one that was killed while at it */
  rig_remove_tree(half);
  enum rig_status status = mkdir(half, 0700) == 0
                               ? boot(wine, environment, half, error, size)
                               : fail(RIG_IO, "cannot make the folder", half, error, size);
  rig_environment_free(environment);
  if (status == RIG_OK) {
    share_folder(half, "system32", RIG_SHARED_X86_64, wine->windows[0]);
    share_folder(half, "syswow64", RIG_SHARED_I386, wine->windows[1]);
    if (rename(half, path) != 0) {
      status = fail(RIG_IO, "cannot rename the template to", path, error, size);
    }
  }
  if (status != RIG_OK) {
    rig_remove_tree(half);
  }
  return status;
}

/* Waits for the lock; two first runs at once make one template. */
static enum rig_status lock_template(const char *path, const struct rig_live_options *options,
                                     int *out, char *error, size_t size) {
  char name[RIG_PATH_BYTES];
  const int lock =
      rig_path(name, "%s.lock", path) ? open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
  if (lock < 0) {
    return fail(RIG_IO, "cannot open the lock file of", path, error, size);
  }
  for (bool told = false; flock(lock, LOCK_EX | LOCK_NB) != 0; told = true) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      (void)close(lock);
      return fail(RIG_IO, "cannot lock", name, error, size);
    }
    if (!told) {
      tell(options, "waiting for another mapirig that makes the Wine prefix");
    }
    if (rig_interrupted()) {
      (void)close(lock);
      (void)snprintf(error, size, "interrupted while another mapirig makes the Wine prefix");
      return RIG_INTERRUPTED;
    }
    rig_sleep_us(20000);
  }
  *out = lock;
  return RIG_OK;
}

bool rig_template_path(const struct rig_wine *wine, const char *cache, char *out) {
  return rig_path(out, "%s/template-%016llx", cache, (unsigned long long)wine->stamp);
}

enum rig_status rig_template(const struct rig_wine *wine, const char *cache,
                             const struct rig_live_options *options, char *out, char *error,
                             size_t size) {
  char path[RIG_PATH_BYTES];
  if (!rig_template_path(wine, cache, path)) {
    (void)snprintf(error, size, "the cache folder's path is too long: %.300s", cache);
    return RIG_IO;
  }
  enum rig_status status = RIG_OK;
  if (!rig_is_folder(path)) {
    int lock = -1;
    status = lock_template(path, options, &lock, error, size);
    if (status == RIG_OK && !rig_is_folder(path)) {
      tell(options, "making the Wine prefix that every run copies (once, 8 to 12 s)");
      status = make(wine, path, error, size);
    }
    if (lock >= 0) {
      (void)close(lock);
    }
  }
  if (status == RIG_OK) {
    (void)rig_path(out, "%s", path);
  }
  return status;
}
