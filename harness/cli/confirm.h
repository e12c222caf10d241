/*
 * A finding of the simulator, shown live: its path is run again in the simulator, what the director
 * does on it is placed at call boundaries of the client, and a live run of the placed scenario is
 * held against what was found.
 */
#ifndef RIG_CLI_CONFIRM_H
#define RIG_CLI_CONFIRM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/load.h"
#include "cli/run_options.h"
#include "core/trace.h"
#include "report/result.h"

/* What the simulated path shows, and a live run is to show too. */
struct rig_confirm {
  char refused[320]; /* why Wine 8.0 cannot show it, "" when it may */
  char what[480];    /* "deadlock: no-blocking-get" */
  const struct rig_rule **rules;
  enum rig_severity severity; /* of `rules` */
  size_t rule_count;
  bool hangs;   /* somebody never comes to an end */
  bool goes_on; /* a spin or a starvation: a live flood ends, and a spin may be stopped, so that the
                 * rules alone say what is shown where there are some */
  char cause[40];
  /* Families of the calls that the first initialising thread made, from the first stimulus on. */
  uint16_t *calls;
  size_t call_count;
  char *text;    /* the placed scenario */
  char *ordered; /* the same with the client's threads held in the order of the path; NULL: none is
                  * to be held */
};

/* True when `id` is a schedule's, not the name or file of a scenario. */
bool rig_confirm_is_id(const char *id);

/* Simulates options->replay of the one scenario and puts the placed scenario in its place. False
 * after telling what is wrong, with the exit status in *status. The caller frees with
 * rig_confirm_free, whatever was answered. */
bool rig_confirm_prepare(const struct rig_run_options *options, struct rig_loaded *loaded,
                         struct rig_confirm *out, int *status);
void rig_confirm_free(struct rig_confirm *confirm);

/* True when the run did not show the finding, and another order of threads may. */
bool rig_confirm_again(const struct rig_confirm *confirm, const struct rig_result *result);
/* Puts the scenario with the threads in order in its place. False when there is none. */
bool rig_confirm_order(const struct rig_confirm *confirm, struct rig_loaded *loaded);

/* Writes the one that was run last to options->write_scenario, if that is given. False after
 * telling what is wrong. */
bool rig_confirm_write(const struct rig_run_options *options, const struct rig_loaded *loaded);

/* True for the causes of a client that never comes to its end. */
bool rig_confirm_is_hang(const char *cause);

/* Holds a judged live run against the path: what it says stands in result->confirmed. A run that
 * does not show the same becomes not-reproduced. */
void rig_confirm_conclude(const struct rig_confirm *confirm, const struct rig_trace *trace,
                          struct rig_result *result);

/* The result of a path that cannot be shown live: not-replayable, without a run. */
void rig_confirm_refuse(const struct rig_confirm *confirm, const struct rig_run_options *options,
                        const struct rig_scenario *scenario, struct rig_result *result);

/* ---- where the director's steps stand on a path (confirm_place.c) ---- */

/* What is added to the scenario: a trigger below a step, or a step of its own before it. */
enum rig_placed_kind { RIG_PLACED_TRIGGER, RIG_PLACED_HOLD, RIG_PLACED_RELEASE };
struct rig_placed {
  enum rig_placed_kind kind;
  uint32_t step; /* index in the scenario; of HOLD and RELEASE, their number: behind all */
  struct rig_step trigger; /* trigger, edge, family, trigger_count */
  char thread[32];         /* of the trigger, "" where none is named */
  uint32_t hold;           /* HOLD, RELEASE: which one, from 1 */
};

/* Places every step that the scenario leaves to chance. With `order` the client's threads are held,
 * too, wherever the path goes on with another one than could have gone on. The caller frees *out.
 * RIG_UNSUPPORTED: an order that steps cannot express, or without end. */
enum rig_status rig_confirm_place(const struct rig_trace *trace, const struct rig_sim_path *path,
                                  const struct rig_scenario *scenario, bool order,
                                  struct rig_placed **out, size_t *count) RIG_CHECKED;

/* Families of the first initialising thread's calls from the first stimulus on; the caller frees
 * *out. */
enum rig_status rig_confirm_calls(const struct rig_trace *trace, uint16_t **out,
                                  size_t *count) RIG_CHECKED;

/* ---- the placed scenario as text (confirm_text.c) ---- */

/* The scenario's own text with the triggers added, and `header` (lines that begin with '#') before
 * it. NULL with one line when the text is written so that nothing can be added, or without memory.
 * The caller frees it. */
char *rig_confirm_text(const struct rig_scenario *scenario, const char *header,
                       const struct rig_placed *placed, size_t count, char *error, size_t size);

#endif
