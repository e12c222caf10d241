/*
 * Which processes belong to a prefix, and ending them all. The environment that a process was
 * started with is the one mark that every process of a prefix carries, however it was started.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "live/clock.h"
#include "live/process.h"

#define ENVIRONMENT_BYTES (256u << 10)
#define SERVER_END_MS 4000
#define SWEEP_ROUNDS 40

static bool has_entry(const char *block, size_t bytes, const char *entry, size_t length) {
  for (const char *at = block; at < block + bytes;) {
    const size_t left = (size_t)(block + bytes - at);
    const size_t used = strnlen(at, left);
    if (used == length && memcmp(at, entry, length) == 0) {
      return true;
    }
    at += used + 1;
  }
  return false;
}

/* A zombie's environment reads as empty: it does not count. */
static size_t read_environment(const char *pid, char *block) {
  char path[64];
  (void)snprintf(path, sizeof path, "/proc/%.20s/environ", pid);
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  size_t used = 0;
  ssize_t got = 0;
  while (file >= 0 && used < ENVIRONMENT_BYTES &&
         (got = read(file, block + used, ENVIRONMENT_BYTES - used)) > 0) {
    used += (size_t)got;
  }
  if (file >= 0) {
    (void)close(file);
  }
  return used;
}

size_t rig_find_in_prefix(const char *prefix, pid_t *out, size_t max) {
  DIR *folder = opendir("/proc");
  char *block = malloc(ENVIRONMENT_BYTES);
  char entry[2048];
  const size_t length = (size_t)snprintf(entry, sizeof entry, "WINEPREFIX=%s", prefix);
  size_t count = 0;
  const struct dirent *item = NULL;
  while (folder != NULL && block != NULL && length < sizeof entry &&
         (item = readdir(folder)) != NULL) {
    if (!isdigit((unsigned char)item->d_name[0]) ||
        !has_entry(block, read_environment(item->d_name, block), entry, length)) {
      continue;
    }
    const pid_t process = (pid_t)strtol(item->d_name, NULL, 10);
    if (process == getpid()) {
      continue; /* a harness that was started with this WINEPREFIX itself */
    }
    if (count < max) {
      out[count] = process;
    }
    count++;
  }
  free(block);
  if (folder != NULL) {
    (void)closedir(folder);
  }
  return count;
}

static void ask_server_to_end(const char *wineserver, char *const *environment) {
  const char *const arguments[] = {wineserver, "-k", NULL};
  const struct rig_spawn spawn = {
      .arguments = arguments, .environment = environment, .input = -1, .cpu = RIG_ANY_CPU};
  const pid_t process = rig_spawn(&spawn);
  const double until = rig_now_ms() + SERVER_END_MS;
  int status = 0;
  /* Not rig_await: this runs after a Ctrl-C too. */
  while (process > 0 && !rig_ended(process, &status)) {
    if (rig_now_ms() > until) {
      (void)kill(process, SIGKILL);
    }
    rig_sleep_us(1000);
  }
}

size_t rig_end_prefix(const char *wineserver, char *const *environment, const char *prefix) {
  pid_t found[64];
  if (rig_find_in_prefix(prefix, found, 64) == 0) {
    return 0;
  }
  ask_server_to_end(wineserver, environment);
  size_t killed = 0;
  for (int round = 0; round < SWEEP_ROUNDS; round++) {
    const size_t count = rig_find_in_prefix(prefix, found, 64);
    if (count == 0) {
      break;
    }
    /* The first rounds only wait: processes that the server ended are still on their way out. */
    for (size_t i = 0; round >= SWEEP_ROUNDS / 4 && i < count && i < 64; i++) {
      killed += kill(found[i], SIGKILL) == 0 && round == SWEEP_ROUNDS / 4;
    }
    rig_sleep_us(10000);
  }
  return killed;
}
