/*
 * Opening a session, from a file or from memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/assert.h"
#include "core/trace_private.h"

/* Copies plan and texts: the client may change the mapping while it is read. */
static enum rig_status copy_plan(struct rig_trace *trace, const unsigned char *data, char *error,
                                 size_t size) {
  const struct rig_header *header = &trace->header;
  RIG_ASSERT(header->text_bytes > 0); /* checked: the area holds a NUL at least */
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

static enum rig_status read_bytes(int file, uint64_t bytes, unsigned char *data, char *error,
                                  size_t size) {
  uint64_t used = 0;
  while (used < bytes) {
    const ssize_t got = pread(file, data + used, (size_t)(bytes - used), (off_t)used);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      snprintf(error, size, "byte %llu: cannot read on: %s", (unsigned long long)used,
               got < 0 ? strerror(errno) : "the file was cut short meanwhile");
      return RIG_IO;
    }
    used += (uint64_t)got;
  }
  return RIG_OK;
}

/* The longest session that the format allows, and a page between its parts. */
#define BYTES_MAX                                                                                  \
  (RIG_HEADER_BYTES * 4 + (uint64_t)RIG_STEPS_MAX * RIG_STEP_BYTES + RIG_TEXT_BYTES_MAX +          \
   (uint64_t)RIG_LOG_RECORDS_MAX * RIG_RECORD_BYTES)

static uint64_t larger(uint64_t a, uint64_t b) {
  return a > b ? a : b;
}

/* Where the used part of a checked session ends: a live log is mostly empty pages. */
static uint64_t used_bytes(const struct rig_header *header) {
  const uint64_t used = header->next < header->log_capacity ? header->next : header->log_capacity;
  const uint64_t plan = header->plan_offset + (uint64_t)header->plan_steps * RIG_STEP_BYTES;
  const uint64_t text = header->text_offset + header->text_bytes;
  const uint64_t log = header->log_offset + used * RIG_RECORD_BYTES;
  return larger(larger(plan, text), larger(log, RIG_HEADER_BYTES));
}

/* Reads a file into memory of ours: a mapping would kill the reader with SIGBUS when somebody cuts
 * the file short meanwhile. */
static enum rig_status open_file(int file, struct rig_trace **out, char *error, size_t size) {
  struct stat about;
  if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
    snprintf(error, size, "not a regular file: name a session file that `run --keep` wrote");
    return RIG_IO;
  }
  const uint64_t bytes = (uint64_t)about.st_size;
  struct rig_header header;
  memset(&header, 0, sizeof header);
  const uint64_t look = bytes < sizeof header ? bytes : sizeof header;
  enum rig_status status = read_bytes(file, look, (unsigned char *)&header, error, size);
  uint64_t wanted = look;
  if (status == RIG_OK && bytes >= RIG_HEADER_BYTES) {
    status = rig_trace_check_header(&header, bytes, error, size);
    wanted = status == RIG_OK ? used_bytes(&header) : 0;
  }
  if (status == RIG_OK && wanted > BYTES_MAX) {
    status = rig_trace_damaged(error, size, BYTES_MAX, "no session goes on beyond this: %s",
                               OVERWRITTEN);
  }
  if (status != RIG_OK) {
    return status;
  }
  unsigned char *data = aligned_alloc(64, (size_t)((wanted + 63) / 64 * 64 + 64));
  if (data == NULL) {
    snprintf(error, size, "out of memory for %llu bytes", (unsigned long long)wanted);
    return RIG_NO_MEMORY;
  }
  status = read_bytes(file, wanted, data, error, size);
  if (status != RIG_OK) {
    free(data);
    return status;
  }
  memcpy(data, &header, (size_t)look); /* a live log's count may have moved on since it was read */
  return open_bytes(data, bytes, data, out, error, size);
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
