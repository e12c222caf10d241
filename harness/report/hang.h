/*
 * The text of where a client hangs.
 */
#ifndef RIG_REPORT_HANG_H
#define RIG_REPORT_HANG_H

#include "report/paint.h"
#include "report/result.h"

/* Prints a section for each thread that was found hanging; nothing when none was. */
void rig_hangs_print(const struct rig_paint *paint, const struct rig_result *result);

#endif
