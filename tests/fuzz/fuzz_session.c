/*
 * Any bytes as a session file: opening it, then every accessor of the reader.
 *
 * Mutation alone seldom gets past the header's checks, so each input is read twice: as a file, and
 * as the log of a session whose header is sound.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/names.h"
#include "core/session_layout.h"
#include "core/trace.h"
#include "core/writer.h"

#define RECORDS_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold of whatever the reader hands out. */
static void require(bool condition) {
  if (!condition) {
    abort();
  }
}

/* A string that ends: ASan sees a read beyond it. */
static void require_text(const char *text) {
  require(strlen(text) < RIG_TEXT_BYTES_MAX + 1);
}

static void read_record(const struct rig_trace *trace, uint32_t index) {
  unsigned char bytes[RIG_MORE_MAX * RIG_MORE_BYTES + 1];
  char text[128];
  struct rig_record record;
  const size_t used = rig_trace_more(trace, index, bytes, sizeof bytes);
  require(used <= RIG_MORE_MAX * RIG_MORE_BYTES);
  rig_trace_more_text(trace, index, text, sizeof text);
  require(memchr(text, '\0', sizeof text) != NULL);
  rig_trace_more_text(trace, index, text, index % sizeof text);
  if (!rig_trace_record(trace, index, &record)) {
    require(used == 0);
    return;
  }
  require(record.kind > RIG_KIND_NONE && record.kind < RIG_KIND_MORE);
  require(record.link == RIG_NO_RECORD || record.link < index);
  require(record.more <= RIG_MORE_MAX && index + record.more < rig_trace_count(trace));
  require(rig_trace_ms(trace, record.stamp) >= 0);
  require_text(rig_trace_thread(trace, record.thread));
  require_text(rig_call_name(record.call));
  require_text(rig_family_word((unsigned)rig_call_family(record.call)));
  rig_format_wait(record.u.wait.result, record.u.wait.count, true, text, sizeof text);
  rig_format_flags((enum rig_flags)(record.call % RIG_FLAGS_COUNT), record.u.wait.wake_mask, text,
                   sizeof text);
  rig_format_value((enum rig_values)(record.call % RIG_VALUES_COUNT), record.u.wait.error, text,
                   sizeof text);
}

static void read_plan(const struct rig_trace *trace) {
  const struct rig_header *header = rig_trace_header(trace);
  for (uint32_t i = 0; i <= header->plan_steps; i++) {
    const struct rig_step *step = rig_trace_step(trace, i);
    require((step != NULL) == (i < header->plan_steps));
    if (step != NULL) {
      require_text(rig_trace_text_at(trace, step->text));
      require(step->action < RIG_ACTION_COUNT && step->trigger < RIG_TRIGGER_COUNT);
    }
  }
  for (unsigned i = 0; i <= RIG_TEXT_COUNT; i++) {
    require_text(rig_trace_text(trace, (enum rig_text)i));
  }
}

static void read_all(const void *data, size_t size) {
  char error[200] = "";
  struct rig_trace *trace = NULL;
  struct rig_trace_health health;
  if (rig_trace_open_memory(data, size, &trace, error, sizeof error) != RIG_OK) {
    require(trace == NULL && error[0] != '\0' && strchr(error, '\n') == NULL);
    return;
  }
  read_plan(trace);
  const uint32_t count = rig_trace_count(trace);
  rig_trace_health(trace, &health);
  require(health.written + health.torn + health.bad == count);
  require((health.first_bad == RIG_NO_RECORD) == (health.torn + health.bad == 0));
  for (uint32_t i = 0; i < count && i < RECORDS_MAX; i++) {
    read_record(trace, i);
  }
  read_record(trace, count);
  read_record(trace, RIG_NO_RECORD);
  require_text(rig_trace_thread(trace, 0));
  require(rig_trace_close(trace) == NULL);
}

/* `data` as the records of a sound session. The first byte of a slot says if it is committed. */
static void read_as_log(const uint8_t *data, size_t size) {
  static const struct rig_session_plan plan = {.deadline_ms = 1000, .scale_permille = 1000};
  struct rig_layout layout;
  char error[200];
  const uint32_t slots = (uint32_t)(size / RIG_RECORD_BYTES);
  if (slots == 0 || slots > RECORDS_MAX ||
      rig_layout_measure(&plan, slots, &layout, error, sizeof error) != RIG_OK) {
    return;
  }
  unsigned char *base = aligned_alloc(64, (size_t)layout.file_bytes);
  require(base != NULL);
  memset(base, 0, (size_t)layout.file_bytes);
  rig_layout_write(&plan, &layout, base);
  memcpy(base + layout.log_offset, data, (size_t)slots * RIG_RECORD_BYTES);
  struct rig_log log;
  require(rig_log_open(&log, base, layout.file_bytes));
  for (uint32_t i = 0; i < slots; i++) {
    log.records[i].commit = data[(size_t)i * RIG_RECORD_BYTES] == 0xFF ? 0 : i + 1;
  }
  log.header->next = slots + data[0] % 3;
  read_all(base, (size_t)layout.file_bytes);
  free(base);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  read_all(data, size);
  read_as_log(data, size);
  return 0;
}
