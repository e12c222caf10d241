/*
 * The text report: one line for each scenario, then what failed and why, then a summary.
 */
#include "report/text.h"

#include <stdio.h>
#include <string.h>

#include "report/finding.h"
#include "report/hang.h"

#define OUTPUT_LINES 20u

char *rig_text_duration(double seconds, char *buffer, size_t size) {
  if (seconds < 1) {
    snprintf(buffer, size, "%.0f ms", seconds * 1000);
  } else if (seconds < 60) {
    snprintf(buffer, size, "%.1f s", seconds);
  } else {
    unsigned whole = (unsigned)seconds;
    snprintf(buffer, size, "%u min %02u s", whole / 60, whole % 60);
  }
  return buffer;
}

static void print_outcome(const struct rig_paint *paint, enum rig_outcome outcome) {
  static const enum rig_ink inks[] = {[RIG_OUTCOME_PASS] = RIG_INK_GREEN,
                                      [RIG_OUTCOME_FAIL] = RIG_INK_RED,
                                      [RIG_OUTCOME_NOT_EXERCISED] = RIG_INK_YELLOW,
                                      [RIG_OUTCOME_INVALID] = RIG_INK_RED};
  const char *text = outcome == RIG_OUTCOME_FAIL      ? "FAIL"
                     : outcome == RIG_OUTCOME_INVALID ? "INVALID"
                                                      : rig_outcome_text(outcome);
  rig_paint(paint, inks[outcome], "%-14s", text);
}

void rig_text_line(const struct rig_text_report *text, const struct rig_result *result) {
  const struct rig_judgement *judgement = &result->judgement;
  char duration[32];
  if (text->quiet && judgement->outcome == RIG_OUTCOME_PASS) {
    return;
  }
  print_outcome(&text->paint, judgement->outcome);
  fprintf(text->paint.out, "%-*s %8s   ", text->width, result->name,
          rig_text_duration(result->seconds, duration, sizeof duration));
  size_t failed = rig_result_verdicts(result, RIG_FAIL);
  rig_paint(&text->paint, RIG_INK_DIM, "%zu pass", rig_result_verdicts(result, RIG_PASS));
  if (failed > 0) {
    rig_paint(&text->paint, RIG_INK_RED, ", %zu fail", failed);
  }
  rig_paint(&text->paint, RIG_INK_DIM, ", %zu not exercised",
            rig_result_verdicts(result, RIG_NOT_EXERCISED));
  if (judgement->outcome != RIG_OUTCOME_PASS) {
    fprintf(text->paint.out, "   %s", judgement->cause ? judgement->cause : "");
  }
  if (result->sim) {
    char explored[80];
    rig_paint(&text->paint, RIG_INK_DIM, "   %s",
              rig_simulated_text(result->sim, explored, sizeof explored));
  }
  bool retried = result->retried[RIG_RETRY_NO_FIRST_RECORD] || result->retried[RIG_RETRY_LOG_FULL];
  fprintf(text->paint.out, "%s\n", retried ? "   (retried)" : "");
  fflush(text->paint.out);
}

/* The last lines of what the client printed. */
static void print_output(const struct rig_paint *paint, const char *label, const char *printed) {
  if (!printed || !printed[0]) {
    return;
  }
  size_t length = strlen(printed);
  while (length > 0 && printed[length - 1] == '\n') {
    length--;
  }
  size_t start = length, lines = 0;
  while (start > 0 && !(printed[start - 1] == '\n' && ++lines == OUTPUT_LINES)) {
    start--;
  }
  rig_paint(paint, RIG_INK_DIM, "  the client's %s%s:\n", label, start > 0 ? ", its end" : "");
  for (const char *at = printed + start; at < printed + length;) {
    size_t line = strcspn(at, "\n");
    fprintf(paint->out, "  | %.*s\n", (int)line, at);
    at += line + (at[line] == '\n');
  }
}

static void print_expectations(const struct rig_paint *paint, const struct rig_result *result) {
  char line[512];
  for (size_t i = 0; i < result->expectations.count; i++) {
    const struct rig_expectation_result *item = &result->expectations.items[i];
    /* Without an `expect:` no rule may fail; which did is told below, and better. */
    if (!item->met && strcmp(item->text, "no rule fails") != 0) {
      snprintf(line, sizeof line, "%s; %s", item->text, item->message);
      rig_paint_wrapped(paint, 2, "expected  ", line);
    }
  }
}

static void print_verdicts(const struct rig_text_report *text, const struct rig_result *result) {
  for (size_t i = 0; i < result->judgement.finding_count; i++) {
    const struct rig_finding *finding = &result->judgement.findings[i];
    char label[80];
    if (finding->verdict != RIG_FAIL) {
      snprintf(label, sizeof label, "%-14s %-28s ", rig_verdict_text(finding->verdict),
               finding->rule->id);
      rig_paint_wrapped(&text->paint, 2, label, finding->message);
    }
  }
}

void rig_text_details(const struct rig_text_report *text, const struct rig_result *result) {
  const struct rig_judgement *judgement = &result->judgement;
  bool wrong = judgement->outcome != RIG_OUTCOME_PASS;
  if (!wrong && result->unexpected_warnings == 0 && !text->verbose) {
    return;
  }
  fputc('\n', text->paint.out);
  print_outcome(&text->paint, judgement->outcome);
  rig_paint(&text->paint, RIG_INK_BOLD, "%s", result->name);
  rig_paint(&text->paint, RIG_INK_DIM, "  %s%s%s\n", result->file, wrong ? "  cause: " : "",
            wrong && judgement->cause ? judgement->cause : "");
  if (wrong || text->verbose) {
    rig_paint_wrapped(&text->paint, 2, "", judgement->message);
  }
  print_expectations(&text->paint, result);
  rig_findings_print(&text->paint, result, text->told);
  if (wrong) {
    rig_hangs_print(&text->paint, result);
  }
  if (text->verbose) {
    print_verdicts(text, result);
  }
  if (result->sim) {
    rig_simulated_print(&text->paint, result->sim);
  }
  if (result->confirmed) {
    rig_paint_wrapped(&text->paint, 2, "live      ", result->confirmed);
  }
  if (wrong) {
    print_output(&text->paint, "stdout", result->stdout_text);
    print_output(&text->paint, "stderr", result->stderr_text);
  }
  if (result->kept) {
    rig_paint_wrapped(&text->paint, 2, "session   ", result->kept);
  }
  if (wrong && result->replay) { /* not wrapped: it is there to be copied */
    rig_paint(&text->paint, RIG_INK_DIM, "  repeat    ");
    fprintf(text->paint.out, "%s\n", result->replay);
  }
}

/* Rules that no scenario exercised: what the whole run says nothing about. */
static size_t never_exercised(const struct rig_results *results) {
  size_t count = 0;
  for (size_t rule = 0; rule < rig_rule_count(); rule++) {
    bool seen = false;
    for (size_t i = 0; i < results->count && !seen; i++) {
      const struct rig_judgement *judgement = &results->items[i].judgement;
      for (size_t j = 0; j < judgement->finding_count && !seen; j++) {
        seen = judgement->findings[j].rule == rig_rule_at(rule) &&
               judgement->findings[j].verdict != RIG_NOT_EXERCISED;
      }
    }
    count += !seen;
  }
  return count;
}

/* One line for each rule that failed: how often as a root, and how gravely at worst. */
static void print_failed_rules(const struct rig_text_report *text,
                               const struct rig_results *results) {
  for (size_t rule = 0; rule < rig_rule_count(); rule++) {
    size_t scenarios = 0, roots = 0;
    bool error = false;
    for (size_t i = 0; i < results->count; i++) {
      const struct rig_judgement *judgement = &results->items[i].judgement;
      for (size_t j = 0; j < judgement->finding_count; j++) {
        const struct rig_finding *finding = &judgement->findings[j];
        if (finding->rule == rig_rule_at(rule) && finding->verdict == RIG_FAIL) {
          scenarios++;
          roots += finding->root == NULL;
          error |= finding->severity == RIG_SEVERITY_ERROR;
        }
      }
    }
    if (scenarios > 0) {
      rig_paint(&text->paint, error ? RIG_INK_RED : RIG_INK_YELLOW, "  %-32s %-8s",
                rig_rule_at(rule)->id, error ? "error" : "warning");
      fprintf(text->paint.out, " in %zu scenario%s%s\n", scenarios, scenarios == 1 ? "" : "s",
              roots == 0 ? ", only as a consequence" : "");
    }
  }
}

/* How many runs were repeated, and why. */
static void print_retries(const struct rig_text_report *text, const struct rig_results *results) {
  static const char *const reasons[RIG_RETRY_COUNT] = {
      [RIG_RETRY_NO_FIRST_RECORD] = "the client's start gave no first record",
      [RIG_RETRY_LOG_FULL] = "with a log eight times as large",
  };
  _Static_assert(RIG_RETRY_LOG_FACTOR == 8, "the words above");
  for (unsigned why = 0; why < RIG_RETRY_COUNT; why++) {
    unsigned count = rig_results_retries(results, (enum rig_retry)why);
    if (count > 0) {
      fprintf(text->paint.out, ", %u retried (%s)", count, reasons[why]);
    }
  }
}

void rig_text_summary(const struct rig_text_report *text, const struct rig_results *results) {
  char duration[32];
  size_t passed = rig_results_outcomes(results, RIG_OUTCOME_PASS);
  size_t failed = rig_results_outcomes(results, RIG_OUTCOME_FAIL);
  size_t unexercised = rig_results_outcomes(results, RIG_OUTCOME_NOT_EXERCISED);
  size_t invalid = rig_results_outcomes(results, RIG_OUTCOME_INVALID);
  bool clean = failed + invalid == 0 && !results->interrupted;
  fputc('\n', text->paint.out);
  if (results->interrupted) {
    rig_paint(&text->paint, RIG_INK_RED, "interrupted: ");
  }
  rig_paint(&text->paint, clean ? RIG_INK_GREEN : RIG_INK_RED,
            "%zu of %zu scenario%s in %s: ", results->count, results->planned,
            results->planned == 1 ? "" : "s",
            rig_text_duration(results->seconds, duration, sizeof duration));
  fprintf(text->paint.out, "%zu pass, %zu fail, %zu not exercised, %zu invalid", passed, failed,
          unexercised, invalid);
  print_retries(text, results);
  fputc('\n', text->paint.out);
  print_failed_rules(text, results);
  size_t never = never_exercised(results);
  if (never > 0 && results->count > 0) {
    fprintf(text->paint.out, "%zu of %zu rules were not exercised by any scenario%s\n", never,
            rig_rule_count(), text->verbose ? "" : ": --verbose lists them with the reason");
  }
  fflush(text->paint.out);
}
