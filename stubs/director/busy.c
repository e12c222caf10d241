/*
 * Samples of /proc/<tid>/schedstat, opened through Wine's \\?\unix namespace (asleep.c):
 * nanoseconds on a CPU, nanoseconds ready for one (Documentation/scheduler/sched-stats.rst). Their
 * sum is what a thread wants of a CPU, however many others want it too: GetThreadTimes tells the
 * first alone, in ticks of 10 ms.
 */
#include "busy.h"

#include <stdio.h>
#include <stdlib.h>

#include "state.h"

#define THREADS_MAX 128u

struct sample {
  double ms;     /* dir_ms() */
  uint64_t busy; /* ns */
  uint32_t calls;
  bool known; /* busy is */
};

static struct entry {
  uint32_t thread; /* 0 = free */
  uint32_t round;  /* of the last sample */
  struct sample before, last;
} entries[THREADS_MAX];

static uint32_t rounds;
static double sampled_ms;

static bool read_busy(uint32_t unix_id, uint64_t *busy) {
  wchar_t path[64];
  char text[128];
  DWORD bytes = 0;
  if (unix_id == 0) {
    return false;
  }
  (void)swprintf(path, 64, L"\\\\?\\unix\\proc\\%lu\\schedstat", (unsigned long)unix_id);
  HANDLE file =
      CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                  OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) {
    return false;
  }
  const bool read = ReadFile(file, text, sizeof text - 1, &bytes, NULL) && bytes > 0;
  CloseHandle(file);
  if (!read) {
    return false;
  }
  text[bytes] = '\0';
  char *end;
  const uint64_t ran = strtoull(text, &end, 10);
  *busy = ran + strtoull(end, NULL, 10);
  return true;
}

static struct sample sample_of(const struct rec_thread *thread) {
  struct sample sample = {.ms = dir_ms(), .calls = thread->calls};
  sample.known = read_busy(thread->unix_id, &sample.busy);
  return sample;
}

static struct entry *find(uint32_t thread) {
  for (uint32_t i = 0; i < THREADS_MAX; i++) {
    if (entries[i].thread == thread) {
      return &entries[i];
    }
  }
  return NULL;
}

/* A thread that was not among those of the last round has ended: its entry is used again. */
static struct entry *find_free(void) {
  for (uint32_t i = 0; i < THREADS_MAX; i++) {
    if (entries[i].thread == 0 || entries[i].round + 1 < rounds) {
      entries[i] = (struct entry){.thread = 0};
      return &entries[i];
    }
  }
  return NULL;
}

static bool visit(void *context, const struct rec_thread *thread) {
  (void)context;
  if (thread->owner == REC_OWNER_STUB) {
    return true;
  }
  struct entry *entry = find(thread->id);
  const struct sample now = sample_of(thread);
  if (entry == NULL) {
    entry = find_free();
    if (entry == NULL) {
      return true; /* what it does stays unknown */
    }
    *entry = (struct entry){.thread = thread->id, .last = now};
  }
  entry->before = entry->last;
  entry->last = now;
  entry->round = rounds;
  return true;
}

void dir_busy_poll(void) {
  const double now = dir_ms();
  if (now - sampled_ms >= dir_settings.deadline_ms / 4) {
    sampled_ms = now;
    rounds++;
    rec_thread_each(visit, NULL);
  }
}

struct dir_busy dir_busy_since(const struct rec_thread *thread) {
  struct dir_busy out = {.permille = RIG_BUSY_UNKNOWN};
  const struct entry *entry = find(thread->id);
  const struct sample now = sample_of(thread);
  if (entry == NULL || now.ms <= entry->before.ms) {
    return out;
  }
  out.ms = now.ms - entry->before.ms;
  out.calls = now.calls - entry->before.calls;
  if (now.known && entry->before.known) {
    const double share = (double)(now.busy - entry->before.busy) / (out.ms * 1e6);
    out.permille = share < 1 ? (uint32_t)(share * 1000) : 1000;
  }
  return out;
}
