/*
 * The `sim` object of a scenario's JSON. Internal to report/.
 */
#ifndef RIG_REPORT_SIMULATED_JSON_H
#define RIG_REPORT_SIMULATED_JSON_H

#include <jansson.h>

#include "report/simulated.h"

/* A new reference. */
json_t *rig_simulated_json(const struct rig_simulated *simulated);

#endif
