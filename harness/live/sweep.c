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
#include "live/files.h"
#include "live/process.h"

#define ENVIRONMENT_BYTES (256u << 10)
#define FOUND_MAX 64
#define SERVER_END_MS 1200 /* Ctrl-C must end everything within 2 s */
#define SWEEP_MS 3000
#define SWEEP_US 4000
#define ASK_AGAIN_MS 250
#define PROCESS_END_US 20000

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

static bool is_server(pid_t process) {
  char path[64];
  char name[32] = "";
  (void)snprintf(path, sizeof path, "/proc/%ld/comm", (long)process);
  rig_read_tail(path, name, sizeof name);
  return strncmp(name, "wineserver", 10) == 0;
}

/* What `wineserver -k` does, without its sleeps (it looks 50, 150, 300, 500, 750 ms later). */
static void ask_to_end(pid_t server) {
  (void)kill(server, SIGINT);
  (void)kill(server, SIGCONT);
}

/* Whoever is left of `processes` but the server, which has let go of them: it would itself kill
 * them 0.5 s later. Their ids come from the first look: of a process whose first thread has ended
 * and another has not (winedevice.exe), the environment can no longer be read. */
static void kill_clients(const pid_t *processes, size_t count, pid_t server) {
  for (size_t i = 0; i < count; i++) {
    if (processes[i] != server) {
      (void)kill(processes[i], SIGKILL);
    }
  }
}

static pid_t find_server(const pid_t *processes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (is_server(processes[i])) {
      return processes[i];
    }
  }
  return 0;
}

static size_t find(const char *prefix, pid_t *out) {
  const size_t count = rig_find_in_prefix(prefix, out, FOUND_MAX);
  return count < FOUND_MAX ? count : FOUND_MAX;
}

size_t rig_end_prefix(const char *prefix) {
  pid_t found[FOUND_MAX];
  const double began = rig_now_ms();
  size_t left = 0;
  for (double next_ask = 0;; next_ask += ASK_AGAIN_MS) { /* one may have started since */
    const size_t count = find(prefix, found);
    const pid_t server = find_server(found, count);
    if (count == 0 || rig_now_ms() - began > SERVER_END_MS + SWEEP_MS) {
      return left;
    }
    if (rig_now_ms() - began > SERVER_END_MS) {
      left += count;
      kill_clients(found, count, 0);
      rig_sleep_us(SWEEP_US);
      continue;
    }
    if (server > 0) {
      ask_to_end(server);
      rig_sleep_us(PROCESS_END_US);
    }
    kill_clients(found, count, server);
    while (rig_find_in_prefix(prefix, NULL, 0) > 0 &&
           rig_now_ms() - began < next_ask + ASK_AGAIN_MS) {
      rig_sleep_us(SWEEP_US);
    }
  }
}
