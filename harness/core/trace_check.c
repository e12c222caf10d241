/*
 * What must hold of a session's header and plan before a record is read. The checks come in the
 * order of the file, so that the first error names the first byte that is wrong.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/trace_private.h"

#define OFFSET(field) __builtin_offsetof(struct rig_header, field)

enum rig_status rig_trace_damaged(char *error, size_t size, uint64_t offset, const char *format,
                                  ...) {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  snprintf(error, size, "byte %llu: %s", (unsigned long long)offset, text);
  return RIG_DAMAGED;
}

static enum rig_status check_identity(const struct rig_header *header, char *error, size_t size) {
  if (memcmp(header->magic, RIG_SESSION_MAGIC, sizeof header->magic) != 0) {
    return rig_trace_damaged(error, size, 0,
                             "not a session file of mapirig: name one that `run --keep` wrote");
  }
  if (header->version != RIG_SESSION_VERSION) {
    snprintf(error, size,
             "byte %zu: version %u, but this mapirig reads version %u: "
             "use the mapirig that recorded it",
             OFFSET(version), header->version, RIG_SESSION_VERSION);
    return RIG_VERSION;
  }
  if (header->header_bytes != RIG_HEADER_BYTES) {
    return rig_trace_damaged(error, size, OFFSET(header_bytes), "header_bytes is %u, not %u: %s",
                             header->header_bytes, RIG_HEADER_BYTES, OVERWRITTEN);
  }
  if (header->record_bytes != RIG_RECORD_BYTES) {
    return rig_trace_damaged(error, size, OFFSET(record_bytes), "record_bytes is %u, not %u: %s",
                             header->record_bytes, RIG_RECORD_BYTES, OVERWRITTEN);
  }
  if (header->step_bytes != RIG_STEP_BYTES) {
    return rig_trace_damaged(error, size, OFFSET(step_bytes), "step_bytes is %u, not %u: %s",
                             header->step_bytes, RIG_STEP_BYTES, OVERWRITTEN);
  }
  return RIG_OK;
}

/* One area of the file: where it starts, how many items of `each` bytes it may hold. */
struct area {
  const char *name;
  uint64_t offset;
  uint64_t count;
  uint64_t max;
  uint64_t each;
  uint64_t alignment;
  size_t offset_at; /* of the header's field */
  size_t count_at;
};

static enum rig_status check_area(const struct area *area, uint64_t bytes, char *error,
                                  size_t size) {
  if (area->offset < RIG_HEADER_BYTES || area->offset % area->alignment != 0) {
    return rig_trace_damaged(error, size, area->offset_at, "%s_offset %llu is impossible: %s",
                             area->name, (unsigned long long)area->offset, OVERWRITTEN);
  }
  if (area->count > area->max) {
    return rig_trace_damaged(error, size, area->count_at, "the %s has %llu items, at most %llu: %s",
                             area->name, (unsigned long long)area->count,
                             (unsigned long long)area->max, OVERWRITTEN);
  }
  const uint64_t length = area->count * area->each; /* both are small: count is at most max */
  if (area->offset > bytes || length > bytes - area->offset) {
    return rig_trace_damaged(
        error, size, area->offset_at,
        "the %s (at byte %llu, %llu bytes) ends beyond the file's %llu bytes: %s", area->name,
        (unsigned long long)area->offset, (unsigned long long)length, (unsigned long long)bytes,
        CUT_SHORT);
  }
  return RIG_OK;
}

static enum rig_status check_value(const char *name, size_t offset, uint32_t value, uint32_t count,
                                   char *error, size_t size) {
  if (value < count) {
    return RIG_OK;
  }
  return rig_trace_damaged(error, size, offset, "%s is %u, at most %u: %s", name, value, count - 1,
                           OVERWRITTEN);
}

static enum rig_status check_values(const struct rig_header *header, char *error, size_t size) {
  const struct {
    const char *name;
    size_t offset;
    uint32_t value;
    uint32_t count;
  } values[] = {
      {"role", OFFSET(role), header->role, RIG_ROLE_COUNT},
      {"stop_way", OFFSET(stop_way), header->stop_way, RIG_STOP_COUNT},
      {"clock", OFFSET(clock), header->clock, RIG_CLOCK_MONOTONIC_RAW + 1},
      {"phase", OFFSET(phase), header->phase, RIG_PHASE_NOT_STARTED + 1},
  };
  for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
    const enum rig_status status = check_value(values[i].name, values[i].offset, values[i].value,
                                               values[i].count, error, size);
    if (status != RIG_OK) {
      return status;
    }
  }
  return RIG_OK;
}

enum rig_status rig_trace_check_header(const struct rig_header *header, uint64_t bytes, char *error,
                                       size_t size) {
  enum rig_status status = check_identity(header, error, size);
  if (status != RIG_OK) {
    return status;
  }
  if (header->file_bytes > bytes) {
    return rig_trace_damaged(
        error, size, OFFSET(file_bytes), "file_bytes is %llu, but the file has %llu: %s",
        (unsigned long long)header->file_bytes, (unsigned long long)bytes, CUT_SHORT);
  }
  const struct area areas[] = {
      {"plan", header->plan_offset, header->plan_steps, RIG_STEPS_MAX, RIG_STEP_BYTES, 8,
       OFFSET(plan_offset), OFFSET(plan_steps)},
      {"text", header->text_offset, header->text_bytes, RIG_TEXT_BYTES_MAX, 1, 1,
       OFFSET(text_offset), OFFSET(text_bytes)},
      {"log", header->log_offset, header->log_capacity, RIG_LOG_RECORDS_MAX, RIG_RECORD_BYTES,
       RIG_RECORD_BYTES, OFFSET(log_offset), OFFSET(log_capacity)},
  };
  for (size_t i = 0; i < sizeof areas / sizeof areas[0]; i++) {
    status = check_area(&areas[i], header->file_bytes, error, size);
    if (status != RIG_OK) {
      return status;
    }
  }
  if (header->text_bytes == 0) {
    return rig_trace_damaged(error, size, OFFSET(text_bytes), "the text area is empty: %s",
                             OVERWRITTEN);
  }
  return check_values(header, error, size);
}

enum rig_status rig_trace_check_step(const struct rig_header *header, const struct rig_step *step,
                                     uint32_t index, uint64_t offset, char *error, size_t size) {
#define STEP_OFFSET(field) __builtin_offsetof(struct rig_step, field)
  const struct {
    const char *name;
    size_t offset;
    uint32_t value;
    uint32_t count;
  } values[] = {
      {"action", STEP_OFFSET(action), step->action, RIG_ACTION_COUNT},
      {"trigger", STEP_OFFSET(trigger), step->trigger, RIG_TRIGGER_COUNT},
      {"edge", STEP_OFFSET(edge), step->edge, RIG_EDGE_RETURN + 1},
      {"window", STEP_OFFSET(window), step->window, RIG_WINDOW_IDLE + 1},
      {"family", STEP_OFFSET(family), step->family, RIG_FAMILY_COUNT},
      {"stop_way", STEP_OFFSET(stop_way), step->stop_way, RIG_STOP_COUNT},
      {"event_by", STEP_OFFSET(event_by), step->event_by, RIG_EVENT_BY_WAIT_INDEX + 1},
      {"handler", STEP_OFFSET(handler), step->handler, RIG_HANDLER_COUNT},
      {"fault", STEP_OFFSET(fault), step->fault, RIG_FAULT_COUNT},
      {"trigger_thread", STEP_OFFSET(trigger_thread), step->trigger_thread, RIG_WHO_COUNT},
      {"target_thread", STEP_OFFSET(target_thread), step->target_thread, RIG_WHO_COUNT},
      {"trigger_window", STEP_OFFSET(trigger_window), step->trigger_window, RIG_WINDOW_APC + 1},
      {"text", STEP_OFFSET(text), step->text, header->text_bytes},
  };
#undef STEP_OFFSET
  for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
    if (values[i].value >= values[i].count) {
      return rig_trace_damaged(error, size, offset + values[i].offset,
                               "step %u of the plan: %s is %u, at most %u: %s", index,
                               values[i].name, values[i].value, values[i].count - 1, OVERWRITTEN);
    }
  }
  return RIG_OK;
}
