/*
 * What the director's parts share: the run's settings, its clock, its wake-up, and the facts that
 * the other parts of the stub have told it. Internal to this folder.
 */
#ifndef STUBS_DIRECTOR_STATE_H
#define STUBS_DIRECTOR_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#include "core/session.h"

/* The header's times in milliseconds, scaled; set once, before the director's threads run. */
struct dir_settings {
  const struct rig_step *steps;
  uint32_t step_count;
  uint32_t stop_way; /* the scenario's default */
  double scale;
  double deadline_ms; /* D */
  double settle_ms;
  double ready_ms;
  double timeout_ms;
};
extern struct dir_settings dir_settings;

/* Reads the settings from the session; false when there is none. */
bool dir_settings_read(void);
/* An unscaled time of the plan, scaled. */
double dir_scaled(uint32_t ms);

/* ---- clock and wake-up ---- */

/* Milliseconds since dir_start, by QueryPerformanceCounter. */
double dir_ms(void);
/* Ends the director's wait early; from any thread, without a wineserver request. */
void dir_wake(void);
/* Waits for dir_wake, at most `us` microseconds; returns at once when it was called since the last
 * wait. */
void dir_wait(uint32_t us);

/* ---- facts, each written by the part of the stub that knows it ---- */

struct dir_facts {
  uint32_t first_thread; /* 0 = MAPIInitialize has not succeeded yet */
  bool logon_returned;
  bool connected; /* to the service control manager */
  bool running;   /* SERVICE_RUNNING was reported at least once */
  uint32_t service_state;
  double service_sign_ms; /* of the last change of state or checkpoint: a sign of life */
  double service_hint_ms; /* scaled wait hint of that sign, 0 = none given */
  double milestone_ms;    /* of the last fact that counts for ready */
};
void dir_facts_get(struct dir_facts *out);
uint32_t dir_first_thread(void);

#endif
