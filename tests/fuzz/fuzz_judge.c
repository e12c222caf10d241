/*
 * Any session that the reader accepts, judged: verdicts, outcome and expectations.
 *
 * As in fuzz_session.c each input is read twice: as a file, and as the log of a sound session,
 * which is where mutation reaches the rules.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/session_layout.h"
#include "core/trace.h"
#include "core/writer.h"
#include "judge/expect.h"
#include "judge/judge.h"

#define RECORDS_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold of every judgement. */
static void require(bool condition) {
  if (!condition) {
    abort();
  }
}

static void require_finding(const struct rig_judgement *judgement, size_t index,
                            const struct rig_trace *trace) {
  const struct rig_finding *finding = &judgement->findings[index];
  require(finding->rule == rig_rule_at(index) && finding->message[0] != '\0');
  require(memchr(finding->message, '\0', sizeof finding->message) != NULL);
  require((finding->verdict == RIG_FAIL) == (finding->severity != RIG_SEVERITY_NONE));
  require(finding->evidence_count <= RIG_EVIDENCE_MAX);
  require(finding->verdict == RIG_FAIL ? finding->evidence_count > 0 : finding->root == NULL);
  for (size_t i = 0; i < finding->evidence_count; i++) {
    require(finding->evidence[i].record < rig_trace_count(trace));
    require(memchr(finding->evidence[i].note, '\0', sizeof finding->evidence[i].note) != NULL);
  }
  if (finding->root) { /* the end of a chain: a failure that follows from nothing */
    bool found = false;
    for (size_t i = 0; i < judgement->finding_count; i++) {
      const struct rig_finding *root = &judgement->findings[i];
      found = found || (root->rule == finding->root && root->verdict == RIG_FAIL && i != index);
    }
    require(found);
  }
}

static void require_judgement(const struct rig_judgement *judgement,
                              const struct rig_trace *trace) {
  bool error = false;
  require(judgement->finding_count == rig_rule_count());
  require(judgement->cause != NULL && judgement->message[0] != '\0');
  require(memchr(judgement->message, '\0', sizeof judgement->message) != NULL);
  for (size_t i = 0; i < judgement->finding_count; i++) {
    require_finding(judgement, i, trace);
    error = error || judgement->findings[i].severity == RIG_SEVERITY_ERROR;
  }
  require(!error || judgement->outcome != RIG_OUTCOME_PASS);
}

#define EXPECTATIONS 14u

static void hold_expectations(const struct rig_trace *trace, struct rig_judgement *judgement) {
  static char running[] = "running", cause[] = "crash", outcome[] = "pass";
  static char fails[] = "pump-runs", unknown[] = "pump-run";
  struct rig_receipt_entry receipts[] = {{.most = {1}},
                                         {.least = {0, 1}, .most = {0, 1}},
                                         {.least = {0, 1}, .most = {2, 3, 1}, .any_order = true}};
  char *states[] = {running};
  char *causes[] = {cause};
  char *outcomes[] = {outcome};
  struct rig_expectation expectations[] = {
      {.kind = RIG_EXPECT_RECEIPTS, .receipts = receipts, .receipt_count = 3},
      {.kind = RIG_EXPECT_SERVICE_STATES, .texts = states, .text_count = 1},
      {.kind = RIG_EXPECT_BLOCKED_IN, .family = RIG_FAMILY_GET_MESSAGE},
      {.kind = RIG_EXPECT_BLOCKED_IN, .family = RIG_FAMILY_SLEEP, .thread = RIG_WHO_MAPI},
      {.kind = RIG_EXPECT_BLOCKED_IN, .family = RIG_FAMILY_SLEEP, .thread = RIG_WHO_COUNT - 1},
      {.kind = RIG_EXPECT_CAUSE, .texts = causes, .text_count = 1},
      {.kind = RIG_EXPECT_OUTCOME, .texts = outcomes, .text_count = 1},
      {.kind = RIG_EXPECT_WITHDRAWN, .number = 1},
      {.kind = RIG_EXPECT_READY_MS, .number = 10},
      {.kind = RIG_EXPECT_RUN_MS, .number = 10},
      {.kind = RIG_EXPECT_REPLY_MS, .number = 1},
      {.kind = RIG_EXPECT_REPLIES, .number = 1},
      {.kind = RIG_EXPECT_EXIT_CODE},
      {.kind = RIG_EXPECT_STOP_MS, .number = 10}};
  struct rig_expected_rule rules[] = {{.id = fails, .verdict = RIG_EXPECT_FAIL},
                                      {.id = unknown, .verdict = RIG_EXPECT_PASS}};
  const struct rig_scenario scenario = {.expectations = expectations,
                                        .expectation_count = EXPECTATIONS,
                                        .expected_rules = rules,
                                        .expected_rule_count = 2};
  struct rig_expectation_results results;
  require(rig_expect(&scenario, trace, judgement, &results) == RIG_OK);
  require(results.count == EXPECTATIONS + 3);
  for (size_t i = 0; i < results.count; i++) {
    require(results.items[i].text[0] != '\0');
    require(results.items[i].met == (results.items[i].message[0] == '\0'));
  }
  rig_expectation_results_free(&results);
}

static void judge(const void *data, size_t size) {
  char error[200];
  struct rig_trace *trace = NULL;
  struct rig_judgement judgement;
  if (rig_trace_open_memory(data, size, &trace, error, sizeof error) != RIG_OK) {
    return;
  }
  require(rig_judge(trace, &judgement) == RIG_OK);
  require_judgement(&judgement, trace);
  hold_expectations(trace, &judgement);
  rig_judgement_free(&judgement);
  trace = rig_trace_close(trace);
}

/* `data` as the records of a sound session. The first byte of a slot says if it is committed. */
static void judge_as_log(const uint8_t *data, size_t size) {
  static const struct rig_step steps[] = {{.action = RIG_ACTION_NOTIFY},
                                          {.action = RIG_ACTION_STOP, .control = 1}};
  const uint32_t slots = (uint32_t)(size / RIG_RECORD_BYTES);
  if (slots == 0 || slots > RECORDS_MAX) {
    return;
  }
  struct rig_session_plan plan = {.deadline_ms = 1000,
                                  .scale_permille = 1000,
                                  .settle_ms = 10,
                                  .role = data[1] % RIG_ROLE_COUNT,
                                  .stop_way = data[2] % RIG_STOP_COUNT,
                                  .steps = steps,
                                  .step_count = 2};
  struct rig_layout layout;
  char error[200];
  if (rig_layout_measure(&plan, slots, &layout, error, sizeof error) != RIG_OK) {
    return;
  }
  unsigned char *base = aligned_alloc(64, (size_t)(layout.file_bytes + 63) / 64 * 64);
  require(base != NULL);
  memset(base, 0, (size_t)layout.file_bytes);
  rig_layout_write(&plan, &layout, base);
  memcpy(base + layout.log_offset, data, (size_t)slots * RIG_RECORD_BYTES);
  struct rig_log log;
  require(rig_log_open(&log, base, layout.file_bytes));
  for (uint32_t i = 0; i < slots; i++) {
    log.records[i].commit = data[(size_t)i * RIG_RECORD_BYTES] == 0xFF ? 0 : i + 1;
  }
  log.header->clock = RIG_CLOCK_MONOTONIC_RAW;
  log.header->phase = data[3] % 4;
  log.header->next = slots;
  judge(base, (size_t)layout.file_bytes);
  free(base);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  judge(data, size);
  judge_as_log(data, size);
  return 0;
}
