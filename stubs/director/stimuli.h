/*
 * The director's own stimuli: each has a token that travels with it, so that a receipt names the
 * stimulus that caused it, and the director knows what has not arrived yet.
 */
#ifndef STUBS_DIRECTOR_STIMULI_H
#define STUBS_DIRECTOR_STIMULI_H

#include <stdbool.h>
#include <stdint.h>

#include "core/session.h"

/* Tokens are RIG_TOKEN_BASE + running number; the STIMULUS record's `caller` holds the token. */
#define DIR_TOKEN_BASE 0x52490000u
/* Beyond so many a stimulus is refused with ERROR_NOT_ENOUGH_QUOTA: six times the 10,000 messages
 * that Windows lets a queue hold. */
#define DIR_TOKENS_MAX 65536u

/* What is particular about a stimulus, besides its thread. */
enum dir_kind {
  DIR_KIND_PLAIN,
  DIR_KIND_APC,       /* waits for an alertable wait, and is pending in one alone */
  DIR_KIND_QUIT_FLAG, /* becomes a WM_QUIT without a token */
  DIR_KIND_TIMER,     /* many receipts */
  DIR_KIND_FLOOD      /* many receipts, of which the first is recorded */
};
struct dir_nature {
  uint8_t kind;    /* enum dir_kind */
  uint8_t window;  /* enum rig_window: it ends with that window */
  uint8_t handler; /* enum dir_handler: what the window procedure does with it */
  bool lasts;      /* pending until it is answered, not only until its first receipt */
};

/* Reserves the record of a stimulus and gives out its token, before it is performed: its effects
 * may be recorded at any moment from then on. `thread` must serve it (0 = none); `expected` says
 * whether a receipt is to be awaited. 0 when the tokens are used up. */
uint32_t dir_stimulus_begin(uint32_t thread, bool expected);
/* The same for one that is more than a message without a window. From any thread. */
uint32_t dir_stimulus_begin_as(uint32_t thread, bool expected, struct dir_nature nature);
/* The step it belongs to, and its nature; false when the token is none of ours. */
bool dir_stimulus_nature(uint64_t token, struct dir_nature *nature, uint32_t *step);
/* Its record's index; RIG_NO_RECORD when the token is none of ours. */
uint32_t dir_stimulus_record(uint64_t token);
/* `thread` has removed the WM_QUIT that its quit flag had become. */
void dir_stimuli_quit_received(uint32_t thread);
/* `window` was destroyed, and the messages for it with it. */
void dir_stimuli_drop(enum rig_window window);

/* Writes the reserved record, before the act, which may end the process. When the act has failed it
 * is written again, with `performed` false, and nothing is awaited any more. */
void dir_stimulus_tell(uint32_t token, enum rig_action action, const union rig_payload *payload,
                       bool performed);

/* Its reply came, or it timed out (phase RIG_STIMULUS_REPLIED, _TIMED_OUT): a second record that
 * links to the first. Nothing is awaited any more. */
void dir_stimulus_answered(uint32_t token, enum rig_action action,
                           const union rig_payload *payload);

/* The stimulus with this token reached its thread. Returns its record's index, RIG_NO_RECORD when
 * the token is none of ours. */
uint32_t dir_stimulus_received(uint64_t token);

/* Stimuli performed and not yet received by `thread` (or answered, if they last), and since when
 * the oldest waits (dir_ms). */
uint32_t dir_stimuli_pending(uint32_t thread, double *since_ms);
/* The same for every thread together. */
uint32_t dir_stimuli_pending_all(void);
/* Some progress that no receipt shows: one more message of a flood that has an end. */
void dir_stimuli_progress(void);
/* Rises with each receipt and answer: progress that the thread's calls may not show. */
uint32_t dir_stimuli_arrived(void);
/* Rises with each stimulus given. */
uint32_t dir_stimuli_given(void);

#endif
