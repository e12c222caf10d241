/*
 * The report that a person reads on a terminal or in a log.
 */
#ifndef RIG_REPORT_TEXT_H
#define RIG_REPORT_TEXT_H

#include "report/paint.h"
#include "report/result.h"

struct rig_text_report {
  struct rig_paint paint;
  bool quiet;   /* only what failed, and the summary */
  bool verbose; /* every rule of every scenario, with why it was not exercised */
  int width;    /* columns of the scenarios' names */
  bool *told;   /* for each rule: explained before; NULL explains every time */
};

/* One line, as soon as the scenario is done: outcome, name, time, counts. */
void rig_text_line(const struct rig_text_report *text, const struct rig_result *result);

/* What failed in it: each rule with what, where, when, why and how to mend, its consequences under
 * it; expectations that were not met; what the client printed. Prints nothing for a pass. */
void rig_text_details(const struct rig_text_report *text, const struct rig_result *result);

/* The end: counts, what was never exercised, what was retried. */
void rig_text_summary(const struct rig_text_report *text, const struct rig_results *results);

/* "24 ms", "1.2 s", "3 min 12 s". Returns `buffer`. */
char *rig_text_duration(double seconds, char *buffer, size_t size);

#endif
