/*
 * Filling a finding.
 */
#include "judge/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void set_message(struct rig_check *check, const char *format, va_list arguments) {
  vsnprintf(check->finding->message, sizeof check->finding->message, format, arguments);
}

static void count(struct rig_check *check, enum rig_severity severity) {
  if (severity == RIG_SEVERITY_ERROR)
    check->errors++;
  else
    check->warnings++;
}

static bool worse_is_told(const struct rig_finding *finding, enum rig_severity severity) {
  return finding->verdict == RIG_FAIL && finding->severity >= severity;
}

bool rig_check_tells(struct rig_check *check, enum rig_severity severity) {
  if (!worse_is_told(check->finding, severity))
    return true;
  count(check, severity);
  return false;
}

bool rig_check_fail(struct rig_check *check, enum rig_severity severity, enum rig_rule_id root,
                    const char *format, ...) {
  struct rig_finding *finding = check->finding;
  count(check, severity);
  if (worse_is_told(finding, severity))
    return false;
  finding->verdict = RIG_FAIL;
  finding->severity = severity;
  finding->evidence_count = 0;
  check->root = root;
  va_list arguments;
  va_start(arguments, format);
  set_message(check, format, arguments);
  va_end(arguments);
  return true;
}

void rig_check_evidence(struct rig_check *check, uint32_t record, const char *format, ...) {
  struct rig_finding *finding = check->finding;
  if (record == RIG_NONE || finding->evidence_count >= RIG_EVIDENCE_MAX)
    return;
  struct rig_evidence *evidence = &finding->evidence[finding->evidence_count++];
  evidence->record = record;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(evidence->note, sizeof evidence->note, format, arguments);
  va_end(arguments);
}

void rig_check_pass(struct rig_check *check, const char *format, ...) {
  if (rig_check_failed(check))
    return;
  check->finding->verdict = RIG_PASS;
  va_list arguments;
  va_start(arguments, format);
  set_message(check, format, arguments);
  va_end(arguments);
}

void rig_check_unexercised(struct rig_check *check, const char *format, ...) {
  if (rig_check_failed(check))
    return;
  check->finding->verdict = RIG_NOT_EXERCISED;
  if (!format) {
    snprintf(check->finding->message, sizeof check->finding->message, "%s",
             check->finding->rule->unexercised);
    return;
  }
  va_list arguments;
  va_start(arguments, format);
  set_message(check, format, arguments);
  va_end(arguments);
}

void rig_check_na(struct rig_check *check, const char *text) {
  check->finding->verdict = RIG_NA;
  snprintf(check->finding->message, sizeof check->finding->message, "%s", text);
}

bool rig_check_failed(const struct rig_check *check) {
  return check->errors + check->warnings > 0;
}

void rig_check_append(struct rig_check *check, const char *format, ...) {
  char *message = check->finding->message;
  size_t used = strlen(message);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message + used, sizeof check->finding->message - used, format, arguments);
  va_end(arguments);
}
