#include "report/json_values.h"

#include <stdlib.h>

#include "report/clean.h"

json_t *rig_json_string(const char *value) {
  char *clean = rig_clean_new(value);
  json_t *string = clean ? json_string(clean) : json_null();
  free(clean);
  return string;
}

json_t *rig_json_string_or_null(const char *value) {
  return value && value[0] ? rig_json_string(value) : json_null();
}

json_t *rig_json_number(uint64_t value) {
  return json_integer((json_int_t)value);
}
