/*
 * Values of the JSON that mapirig writes. Without memory one is null or its key is left out, and
 * the file then fails its reader's checks.
 */
#ifndef RIG_REPORT_JSON_VALUES_H
#define RIG_REPORT_JSON_VALUES_H

#include <jansson.h>
#include <stdint.h>

/* New references. A text is made clean first (clean.h): what came from a client can be anything. */
json_t *rig_json_string(const char *value);
json_t *rig_json_string_or_null(const char *value); /* null for NULL and for "" */
json_t *rig_json_number(uint64_t value);

#endif
