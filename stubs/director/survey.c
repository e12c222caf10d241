/*
 * The survey. It keeps a watch for each thread between two of them.
 */
#include "survey.h"

#include "blocked.h"
#include "handles.h"
#include "state.h"

/* More threads at once than this count as alive: nothing is concluded. */
#define WATCHES_MAX 128u

static struct dir_watch watches[WATCHES_MAX];
static uint32_t watch_count;

static struct dir_watch *watch_of(uint32_t thread) {
  for (uint32_t i = 0; i < watch_count; i++) {
    if (watches[i].thread == thread) {
      return &watches[i];
    }
  }
  for (uint32_t i = 0; i < watch_count; i++) {
    if (watches[i].place == DIR_PLACE_GONE) {
      return &watches[i];
    }
  }
  return watch_count < WATCHES_MAX ? &watches[watch_count++] : NULL;
}

static bool outside_wakes(const struct rec_thread *thread, const struct dir_watch *watch) {
  if (watch->record != thread->wait_record) {
    return false; /* it sits in a call without handles */
  }
  for (uint32_t i = 0; i < thread->wait_count && i < REC_WAIT_HANDLES; i++) {
    if (dir_handle_outside(thread->wait_handles[i])) {
      return true;
    }
  }
  return false;
}

/* A thread that has never made a recorded call and is never found running is one of the system's
 * own (a pool's, RPC's): it may wake for its housekeeping, and nobody waits for it. */
static bool dozes(const struct dir_watch *watch) {
  return watch->sleep == DIR_SLEEP_UNKNOWN ||
         watch->looked_ms - watch->awake_ms >= dir_settings.deadline_ms;
}

/* A wait in a recorded call can be judged: its handles, its time-out and its messages are known.
 * What a thread sleeps for anywhere else is not (a database, a pipe, a lock, Wine's desktop
 * starting inside MAPIInitialize): such a thread is alive until the ready time-out or its wait hint
 * passes. */
static bool stuck(const struct rec_thread *thread, const struct dir_watch *watch, double patience) {
  const double deadline = dir_settings.deadline_ms;
  if (watch->detained != DIR_FREE) {
    return watch->detained == DIR_STUCK;
  }
  switch (watch->place) {
  case DIR_PLACE_UNTIMED:
    return dir_watch_same_for(watch, deadline) && !outside_wakes(thread, watch);
  case DIR_PLACE_TIMED:
    return dir_watch_same_for(watch, deadline) && watch->left_ms > patience;
  case DIR_PLACE_CALL:
    return false;
  case DIR_PLACE_OUTSIDE:
    return thread->calls == 0 && dozes(watch);
  default:
    return true;
  }
}

static bool visit(void *context, const struct rec_thread *thread) {
  struct dir_survey *survey = context;
  /* MAPI's own thread counts while it runs code of the client, an OnNotify. */
  if (thread->ended || thread->owner == REC_OWNER_STUB ||
      (thread->owner == REC_OWNER_MAPI && thread->depth == 0)) {
    return true;
  }
  struct dir_watch *watch = watch_of(thread->id);
  if (watch == NULL) {
    survey->alive = true;
    return true;
  }
  dir_watch_look(watch, thread->id);
  if (watch->place == DIR_PLACE_SCM || watch->place == DIR_PLACE_GONE) {
    return true;
  }
  if (!stuck(thread, watch, survey->patience_ms)) {
    survey->alive = true;
  } else if (survey->blocked == NULL || survey->blocked->detained != DIR_FREE ||
             (survey->blocked->place == DIR_PLACE_OUTSIDE && watch->place != DIR_PLACE_OUTSIDE)) {
    survey->blocked = watch;
  }
  return true;
}

void dir_survey(struct dir_survey *out, double patience_ms) {
  *out = (struct dir_survey){.patience_ms = patience_ms};
  rec_thread_each(visit, out);
}

bool dir_survey_stuck(double patience_ms) {
  struct dir_survey survey;
  dir_survey(&survey, patience_ms);
  return !survey.alive && survey.blocked != NULL;
}
