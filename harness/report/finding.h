/*
 * A failed rule in words: what, where, when, why, and how to mend it.
 */
#ifndef RIG_REPORT_FINDING_H
#define RIG_REPORT_FINDING_H

#include "report/paint.h"
#include "report/result.h"

/* Prints every failed rule of `result`, consequences indented under their root. */
void rig_findings_print(const struct rig_paint *paint, const struct rig_result *result);

#endif
