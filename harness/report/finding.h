/*
 * A failed rule in words: what, where, when, why, and how to mend it.
 */
#ifndef RIG_REPORT_FINDING_H
#define RIG_REPORT_FINDING_H

#include "report/paint.h"
#include "report/result.h"

/* Prints every failed rule of `result`, consequences indented under their root. `told` (one for
 * each rule, may be NULL) remembers which rules were explained before: the same words are not
 * repeated for each scenario. */
void rig_findings_print(const struct rig_paint *paint, const struct rig_result *result, bool *told);

#endif
