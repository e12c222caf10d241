/*
 * The pool of workers. Threads, not processes: a run is mostly waiting for Wine, and results need
 * no way back.
 */
#include "cli/pool.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/paths.h"
#include "cli/progress.h"
#include "core/assert.h"

enum slot { SLOT_WAITING, SLOT_RUNNING, SLOT_DONE };

struct pool {
  const struct rig_attempt *attempt;
  const struct rig_loaded *loaded;
  struct rig_result *results;
  char binaries[PATH_MAX];
  unsigned workers;
  pthread_mutex_t lock; /* guards what follows */
  pthread_cond_t changed;
  enum slot *slots;
  char (*names)[128]; /* of kept sessions */
  size_t next;
  unsigned alive;
  bool stop;
  char *error;
  size_t error_size;
};

struct worker {
  struct pool *pool;
  pthread_t thread;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number) {
  (void)number;
  interrupted = 1;
  rig_live_interrupt();
}

static void on_pipe(int number) {
  (void)number; /* a report nobody reads any more must not keep the run from cleaning up */
}

void rig_pool_catch_signals(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
  struct sigaction before;
  struct sigaction ignore = {.sa_handler = on_pipe, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGHUP, NULL, &before);
  if (before.sa_handler != SIG_IGN) { /* nohup mapirig run ... */
    sigaction(SIGHUP, &action, NULL);
  }
  sigaction(SIGPIPE, &ignore, NULL); /* a handler, not SIG_IGN: Wine must not inherit it */
}

bool rig_pool_interrupted(void) {
  return interrupted != 0;
}

static void tell(void *context, const char *text) {
  (void)context;
  rig_progress("%s", text);
}

static struct rig_live *open_live(struct pool *pool) {
  char error[512] = "";
  struct rig_live *live = NULL;
  const struct rig_live_options options = {.binaries = pool->binaries,
                                           .parallel = pool->workers,
                                           .scale_permille = pool->attempt->options->scale_permille,
                                           .verbose = pool->attempt->options->verbose,
                                           .progress = tell};
  enum rig_status status = rig_live_open(&options, &live, error, sizeof error);
  if (status == RIG_OK) {
    return live;
  }
  pthread_mutex_lock(&pool->lock);
  pool->stop = true;
  if (!interrupted && pool->error[0] == '\0') {
    snprintf(pool->error, pool->error_size, "%s", error[0] ? error : rig_status_text(status));
  }
  pthread_mutex_unlock(&pool->lock);
  return NULL;
}

/* The next scenario to run, or the count of scenarios when there is none. */
static size_t claim(struct pool *pool) {
  pthread_mutex_lock(&pool->lock);
  size_t index = pool->loaded->count;
  if (!pool->stop && !interrupted && pool->next < pool->loaded->count) {
    index = pool->next++;
    pool->slots[index] = SLOT_RUNNING;
  }
  pthread_mutex_unlock(&pool->lock);
  return index;
}

static void finish(struct pool *pool, size_t index) {
  pthread_mutex_lock(&pool->lock);
  pool->slots[index] = SLOT_DONE;
  bool passed = pool->results[index].judgement.outcome == RIG_OUTCOME_PASS;
  pool->stop |= pool->attempt->options->stop_at_first && !passed;
  pthread_cond_broadcast(&pool->changed);
  pthread_mutex_unlock(&pool->lock);
}

static void *work(void *context) {
  struct worker *worker = context;
  struct pool *pool = worker->pool;
  struct rig_live *live = open_live(pool);
  while (live) {
    size_t index = claim(pool);
    if (index == pool->loaded->count) {
      break;
    }
    rig_progress("[%zu/%zu] %s", index + 1, pool->loaded->count, pool->loaded->items[index]->name);
    rig_attempt(pool->attempt, live, pool->loaded->items[index], pool->names[index],
                &pool->results[index]);
    pool->results[index].index = index;
    finish(pool, index);
  }
  (void)rig_live_close(live);
  pthread_mutex_lock(&pool->lock);
  pool->alive--;
  pthread_cond_broadcast(&pool->changed);
  pthread_mutex_unlock(&pool->lock);
  return NULL;
}

/* File names of kept sessions: the scenario's name with what a shell would quote replaced, and a
 * number behind one that came before. */
static void name_sessions(struct pool *pool) {
  for (size_t i = 0; i < pool->loaded->count; i++) {
    char *name = pool->names[i];
    unsigned before = 0;
    snprintf(name, sizeof pool->names[i] - 16, "%s", pool->loaded->items[i]->name);
    for (char *at = name; *at; at++) {
      bool plain = (*at >= '0' && *at <= '9') || (*at >= 'A' && *at <= 'Z') ||
                   (*at >= 'a' && *at <= 'z') || *at == '-' || *at == '_';
      if (!plain) {
        *at = '-';
      }
    }
    for (size_t j = 0; j < i; j++) {
      before += strcmp(pool->loaded->items[i]->name, pool->loaded->items[j]->name) == 0;
    }
    if (before > 0) {
      size_t length = strlen(name);
      snprintf(name + length, sizeof pool->names[i] - length, "-%u", before + 1);
    }
  }
}

/* Waits for results in order and hands them on; returns when no worker is left. */
static void collect(struct pool *pool, void (*done)(void *, const struct rig_result *),
                    void *context) {
  size_t reported = 0;
  pthread_mutex_lock(&pool->lock);
  for (;;) {
    while (reported < pool->loaded->count && pool->slots[reported] == SLOT_DONE) {
      pthread_mutex_unlock(&pool->lock);
      rig_progress_clear();
      done(context, &pool->results[reported++]);
      pthread_mutex_lock(&pool->lock);
    }
    if (pool->alive == 0) {
      break;
    }
    pthread_cond_wait(&pool->changed, &pool->lock);
  }
  pthread_mutex_unlock(&pool->lock);
  rig_progress_clear();
  for (; reported < pool->loaded->count; reported++) { /* those behind one that was not run */
    if (pool->slots[reported] == SLOT_DONE) {
      done(context, &pool->results[reported]);
    }
  }
}

/* Moves the results that there are to the front. */
static size_t compact(struct pool *pool) {
  size_t count = 0;
  for (size_t i = 0; i < pool->loaded->count; i++) {
    if (pool->slots[i] == SLOT_DONE) {
      pool->results[count++] = pool->results[i];
    }
  }
  return count;
}

static void start_workers(struct pool *pool, struct worker *workers) {
  for (unsigned i = 0; i < pool->workers; i++) {
    workers[i] = (struct worker){.pool = pool};
    pthread_mutex_lock(&pool->lock);
    pool->alive++;
    pthread_mutex_unlock(&pool->lock);
    RIG_ASSERT(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0);
  }
}

size_t rig_pool_run(const struct rig_attempt *attempt, const struct rig_loaded *loaded,
                    struct rig_result *results,
                    void (*done)(void *context, const struct rig_result *result), void *context,
                    char *error, size_t size) {
  struct pool pool = {.attempt = attempt,
                      .loaded = loaded,
                      .results = results,
                      .lock = PTHREAD_MUTEX_INITIALIZER,
                      .changed = PTHREAD_COND_INITIALIZER,
                      .error = error,
                      .error_size = size};
  uint32_t jobs = attempt->options->jobs;
  size_t count = 0;
  pool.workers = jobs < loaded->count ? jobs : (unsigned)loaded->count;
  pool.slots = calloc(loaded->count, sizeof *pool.slots);
  pool.names = calloc(loaded->count, sizeof *pool.names);
  struct worker *workers = calloc(pool.workers, sizeof *workers);
  snprintf(error, size, "%s", "");
  if (!pool.slots || !pool.names || !workers) {
    snprintf(error, size, "out of memory");
  } else if (!rig_path_binaries(pool.binaries, sizeof pool.binaries)) {
    snprintf(error, size, "cannot tell where mapirig's own files are: /proc is missing");
  } else {
    name_sessions(&pool);
    start_workers(&pool, workers);
    collect(&pool, done, context);
    for (unsigned i = 0; i < pool.workers; i++) {
      pthread_join(workers[i].thread, NULL);
    }
    count = compact(&pool);
  }
  free(pool.slots);
  free(pool.names);
  free(workers);
  return count;
}
