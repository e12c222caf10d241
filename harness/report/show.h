/*
 * The decoded trace, for a person who wants to follow what the pump did.
 */
#ifndef RIG_REPORT_SHOW_H
#define RIG_REPORT_SHOW_H

#include "core/status.h"
#include "core/trace.h"
#include "report/paint.h"

/* Prints header and records. Where something in the log is damaged, says so in its place and
 * returns RIG_DAMAGED after the last record. */
enum rig_status rig_show(const struct rig_paint *paint, const struct rig_trace *trace) RIG_CHECKED;

#endif
