/*
 * One attempt of a step: token, act, record. What the files that perform steps share.
 */
#ifndef STUBS_DIRECTOR_ATTEMPT_H
#define STUBS_DIRECTOR_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#include "steps.h"
#include "stimuli.h"

/* What it aims at is filled before the act. */
struct dir_attempt {
  const struct rig_step *step;
  uint32_t index; /* of the step in the plan */
  uint32_t token;
  struct dir_nature nature;
  union rig_payload payload;
};

struct dir_attempt dir_attempt_of(uint32_t index, uint32_t repeat);
/* Gives out the token and tells the act before it is done. Without a token there is no record to
 * fill, so one is appended, and the step has failed with ERROR_NOT_ENOUGH_QUOTA. `expected`: it has
 * an effect on its thread that is awaited. */
bool dir_attempt_begin(struct dir_attempt *attempt, bool expected);
/* Corrects the record when the act has failed; returns `error`. */
uint32_t dir_attempt_finish(struct dir_attempt *attempt, uint32_t error);
/* The outcome of a call that answers BOOL. */
uint32_t dir_error_of(BOOL done);
/* Aims at a window of MAPI's (NONE: the idle one); NULL when there is none. */
HWND dir_attempt_window(struct dir_attempt *attempt, enum rig_window window);
/* Aims at the step's target thread; 0 when there is none. */
uint32_t dir_attempt_thread(struct dir_attempt *attempt);

/* Posts a message to the window, whose handler does the step's work (enum dir_handler): the post is
 * the stimulus until then. */
uint32_t dir_attempt_handled(struct dir_attempt *attempt, HWND hwnd, uint8_t handler);

/* ---- the actions, by topic; each returns 0 or the Win32 error ---- */

/* steps_messages.c */
uint32_t dir_do_post(uint32_t index, uint32_t repeat);
uint32_t dir_do_send(uint32_t index, uint32_t repeat);
uint32_t dir_do_send_notify(uint32_t index, uint32_t repeat);
uint32_t dir_do_withdraw(uint32_t index, uint32_t repeat, const struct dir_group *group);
uint32_t dir_do_timer(uint32_t index);
uint32_t dir_do_flood(uint32_t index);
uint32_t dir_do_destroy_window(uint32_t index);
/* steps_threads.c */
uint32_t dir_do_post_thread(uint32_t index, uint32_t repeat);
uint32_t dir_do_quit(uint32_t index);
uint32_t dir_do_quit_flag(uint32_t index);
uint32_t dir_do_apc(uint32_t index, uint32_t repeat);
uint32_t dir_do_hold(uint32_t index, struct dir_group *group);
uint32_t dir_do_release(uint32_t index);
uint32_t dir_do_gate(uint32_t index);
/* steps_stop.c */
uint32_t dir_do_event(uint32_t index);
uint32_t dir_do_stop(uint32_t index);
uint32_t dir_do_control(uint32_t index);
/* A message to the thread that the attempt aims at; the token travels in lParam, so that WM_QUIT's
 * exit code keeps its place. */
uint32_t dir_attempt_post_thread(struct dir_attempt *attempt, UINT message, WPARAM wparam);

#endif
