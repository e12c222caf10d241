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
#define FOUND_MAX 64
#define SERVER_END_MS 1200 /* Ctrl-C must end everything within 2 s */
#define SWEEP_MS 3000
#define SWEEP_US 4000
#define PROCESS_END_MS 20

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

/* Files of /proc have no size to seek by. */
static void read_start(const char *path, char *buffer, size_t size) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = 0;
  if (file >= 0) {
    got = read(file, buffer, size - 1);
    (void)close(file);
  }
  buffer[got > 0 ? got : 0] = '\0';
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

void rig_kept_each(pid_t keeper, bool (*visit)(void *context, const char *command), void *context) {
  char path[64];
  char children[4096];
  (void)snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)keeper, (long)keeper);
  read_start(path, children, sizeof children);
  bool more = true;
  for (char *at = children, *end = at; more && *at != '\0'; at = end) {
    char command[512];
    const long process = strtol(at, &end, 10);
    if (end == at) {
      break;
    }
    (void)snprintf(path, sizeof path, "/proc/%ld/cmdline", process);
    read_start(path, command, sizeof command);
    more = visit(context, command);
    end += *end == ' ';
  }
}

static bool is_server(pid_t process) {
  char path[64];
  char name[32] = "";
  (void)snprintf(path, sizeof path, "/proc/%ld/comm", (long)process);
  read_start(path, name, sizeof name);
  return strncmp(name, "wineserver", 10) == 0;
}

/* Every process of the prefix seen so far: of one whose first thread has ended and another has not
 * (winedevice.exe), the environment can no longer be read. */
struct seen {
  struct {
    pid_t id;
    bool server;
  } processes[FOUND_MAX];
  size_t count;
};

/* What `wineserver -k` does, without its sleeps (it looks 50, 150, 300, 500, 750 ms later). */
static void ask_to_end(pid_t server) {
  (void)kill(server, SIGINT);
  (void)kill(server, SIGCONT);
}

/* Adds what is new; a server is asked to end when it is seen first. There can be two for a moment:
 * one that has just put itself into the background, and its parent. */
static void meet(struct seen *seen, const pid_t *found, size_t count) {
  for (size_t i = 0; i < count && i < FOUND_MAX; i++) {
    size_t at = 0;
    while (at < seen->count && seen->processes[at].id != found[i]) {
      at++;
    }
    if (at < FOUND_MAX && (at == seen->count || !seen->processes[at].server) &&
        is_server(found[i])) {
      ask_to_end(found[i]);
      seen->processes[at].server = true;
    }
    if (at < FOUND_MAX && at == seen->count) {
      seen->processes[seen->count++].id = found[i];
    }
  }
}

static void kill_seen(const struct seen *seen, bool servers) {
  for (size_t i = 0; i < seen->count; i++) {
    if (servers || !seen->processes[i].server) {
      (void)kill(seen->processes[i].id, SIGKILL);
    }
  }
}

size_t rig_end_prefix(const char *prefix) {
  struct seen seen = {.count = 0};
  const double began = rig_now_ms();
  for (;; rig_sleep_us(SWEEP_US)) {
    pid_t found[FOUND_MAX];
    const size_t count = rig_find_in_prefix(prefix, found, FOUND_MAX);
    const double ms = rig_now_ms() - began;
    if (count == 0 || ms > SERVER_END_MS + SWEEP_MS) {
      return count;
    }
    meet(&seen, found, count);
    /* The server has let go of the others by then, and would itself kill them 0.5 s later. */
    if (ms > PROCESS_END_MS) {
      kill_seen(&seen, ms > SERVER_END_MS);
    }
  }
}
