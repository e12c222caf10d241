/*
 * Opening a session: what must hold before a record is read. The checks come in the order of the
 * file, so that the first error names the first byte that is wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/trace_private.h"

#define OFFSET(field) __builtin_offsetof(struct rig_header, field)
#define CUT_SHORT "the file was cut short: record the run again"
#define NOT_A_SESSION "not a session file of mapirig: name one that `run --keep` wrote"
#define OVERWRITTEN "the file is damaged: record the run again"

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
  if (area->offset > bytes || area->count * area->each > bytes - area->offset) {
    return rig_trace_damaged(
        error, size, area->offset_at,
        "the %s (at byte %llu, %llu bytes) ends beyond the file's %llu bytes: %s", area->name,
        (unsigned long long)area->offset, (unsigned long long)(area->count * area->each),
        (unsigned long long)bytes, CUT_SHORT);
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

/* Copies plan and texts: the client may change the mapping while it is read. */
static enum rig_status copy_plan(struct rig_trace *trace, const unsigned char *data, char *error,
                                 size_t size) {
  const struct rig_header *header = &trace->header;
  trace->steps = calloc((size_t)header->plan_steps + 1, sizeof *trace->steps);
  trace->texts = malloc((size_t)header->text_bytes + 1);
  if (trace->steps == NULL || trace->texts == NULL) {
    snprintf(error, size, "out of memory for the plan");
    return RIG_NO_MEMORY;
  }
  memcpy(trace->texts, data + header->text_offset, header->text_bytes);
  trace->texts[header->text_bytes] = '\0';
  if (trace->texts[0] != '\0' || trace->texts[header->text_bytes - 1] != '\0') {
    return rig_trace_damaged(error, size, header->text_offset,
                             "the text area does not start and end with a NUL: %s", OVERWRITTEN);
  }
  for (uint32_t i = 0; i < header->plan_steps; i++) {
    const uint64_t offset = header->plan_offset + (uint64_t)i * RIG_STEP_BYTES;
    memcpy(&trace->steps[i], data + offset, sizeof trace->steps[i]);
    const enum rig_status status =
        rig_trace_check_step(header, &trace->steps[i], i, offset, error, size);
    if (status != RIG_OK) {
      return status;
    }
  }
  return RIG_OK;
}

/* `owned` (NULL or `data`) passes to the trace on success, and is freed on failure. */
static enum rig_status open_bytes(const unsigned char *data, uint64_t bytes, void *owned,
                                  struct rig_trace **out, char *error, size_t size) {
  struct rig_trace *trace = calloc(1, sizeof *trace);
  if (trace == NULL) {
    free(owned);
    snprintf(error, size, "out of memory");
    return RIG_NO_MEMORY;
  }
  trace->owned = owned;
  trace->cache = calloc(1, sizeof *trace->cache);
  enum rig_status status = RIG_OK;
  if (trace->cache == NULL) {
    snprintf(error, size, "out of memory");
    status = RIG_NO_MEMORY;
  } else if (bytes < 8 || memcmp(data, RIG_SESSION_MAGIC, 8) != 0) {
    status = rig_trace_damaged(error, size, 0, NOT_A_SESSION);
  } else if (bytes < RIG_HEADER_BYTES) {
    status = rig_trace_damaged(error, size, bytes, "the header ends here, it has %u bytes: %s",
                               RIG_HEADER_BYTES, CUT_SHORT);
  } else {
    memcpy(&trace->header, data, sizeof trace->header);
    status = rig_trace_check_header(&trace->header, bytes, error, size);
  }
  if (status == RIG_OK) {
    status = copy_plan(trace, data, error, size);
  }
  if (status != RIG_OK) {
    rig_trace_close(trace);
    return status;
  }
  trace->data = data;
  trace->log = data + trace->header.log_offset;
  trace->capacity = trace->header.log_capacity;
  *out = trace;
  return RIG_OK;
}

enum rig_status rig_trace_open_memory(const void *data, size_t bytes, struct rig_trace **out,
                                      char *error, size_t size) {
  if ((uintptr_t)data % _Alignof(struct rig_header) == 0) {
    return open_bytes(data, bytes, NULL, out, error, size);
  }
  /* Only a caller that is not a mapping has it unaligned: a copy keeps the atomic loads legal. */
  void *copy = aligned_alloc(64, (bytes + 63) / 64 * 64 + 64);
  if (copy == NULL) {
    snprintf(error, size, "out of memory for %zu bytes", bytes);
    return RIG_NO_MEMORY;
  }
  if (bytes > 0) {
    memcpy(copy, data, bytes);
  }
  return open_bytes(copy, bytes, copy, out, error, size);
}

/* Reads the whole of a file into memory of ours: a mapping would kill the reader with SIGBUS when
 * somebody cuts the file short meanwhile. */
static enum rig_status read_file(int file, uint64_t bytes, unsigned char **out, char *error,
                                 size_t size) {
  unsigned char *data = aligned_alloc(64, (size_t)((bytes + 63) / 64 * 64 + 64));
  if (data == NULL) {
    snprintf(error, size, "out of memory for %llu bytes", (unsigned long long)bytes);
    return RIG_NO_MEMORY;
  }
  uint64_t used = 0;
  while (used < bytes) {
    const ssize_t got = read(file, data + used, (size_t)(bytes - used));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      snprintf(error, size, "byte %llu: cannot read on: %s", (unsigned long long)used,
               got < 0 ? strerror(errno) : "the file was cut short meanwhile");
      free(data);
      return RIG_IO;
    }
    used += (uint64_t)got;
  }
  *out = data;
  return RIG_OK;
}

static enum rig_status open_file(int file, struct rig_trace **out, char *error, size_t size) {
  const uint64_t bytes_max = RIG_HEADER_BYTES + (uint64_t)RIG_STEPS_MAX * RIG_STEP_BYTES +
                             RIG_TEXT_BYTES_MAX + (uint64_t)RIG_LOG_RECORDS_MAX * RIG_RECORD_BYTES +
                             (1u << 20);
  struct stat about;
  if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
    snprintf(error, size, "not a regular file: name a session file that `run --keep` wrote");
    return RIG_IO;
  }
  const uint64_t bytes = (uint64_t)about.st_size;
  struct rig_header header;
  const ssize_t got = pread(file, &header, sizeof header, 0);
  if (got == (ssize_t)sizeof header && bytes >= RIG_HEADER_BYTES) {
    /* A look before gigabytes are read for nothing. */
    const enum rig_status status = rig_trace_check_header(&header, bytes, error, size);
    if (status != RIG_OK) {
      return status;
    }
  }
  if (bytes > bytes_max) {
    return rig_trace_damaged(error, size, bytes_max, "no session file is longer than this: %s",
                             OVERWRITTEN);
  }
  unsigned char *data = NULL;
  const enum rig_status status = read_file(file, bytes, &data, error, size);
  return status == RIG_OK ? open_bytes(data, bytes, data, out, error, size) : status;
}

enum rig_status rig_trace_open(const char *path, struct rig_trace **out, char *error, size_t size) {
  char reason[384] = "";
  enum rig_status status = RIG_OK;
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not hold us */
  if (file < 0) {
    const int code = errno;
    snprintf(reason, sizeof reason, "cannot open it: %s", strerror(code));
    status = code == ENOENT || code == ENOTDIR ? RIG_NOT_FOUND : RIG_IO;
  } else {
    status = open_file(file, out, reason, sizeof reason);
    close(file);
  }
  if (status != RIG_OK) {
    snprintf(error, size, "%s: %s", path, reason);
  }
  return status;
}

struct rig_trace *rig_trace_close(struct rig_trace *trace) {
  if (trace != NULL) {
    if (trace->cache != NULL) {
      free(trace->cache->threads);
      free(trace->cache->index);
    }
    free(trace->cache);
    free(trace->steps);
    free(trace->texts);
    free(trace->owned);
    free(trace);
  }
  return NULL;
}
