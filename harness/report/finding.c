/*
 * Findings, root causes first.
 */
#include "report/finding.h"

#include <stdio.h>
#include <stdlib.h>

static bool has_failed(const struct rig_judgement *judgement, const struct rig_rule *rule) {
  for (size_t i = 0; i < judgement->finding_count; i++) {
    if (judgement->findings[i].rule == rule && judgement->findings[i].verdict == RIG_FAIL) {
      return true;
    }
  }
  return false;
}

static void print_evidence(const struct rig_paint *paint, unsigned indent,
                           const struct rig_evidence *evidence, const struct rig_place *place) {
  char caller[200], line[900];
  rig_source_text(&place->caller, caller, sizeof caller);
  int used = snprintf(line, sizeof line, "+%.1f ms, thread %s, record %u: %s", place->ms,
                      place->thread[0] ? place->thread : "?", place->record,
                      evidence->note[0] ? evidence->note : place->call);
  if (caller[0] && used > 0 && (size_t)used < sizeof line) {
    bool known = place->caller.line[0] != '\0';
    snprintf(line + used, sizeof line - (size_t)used, "\nat %s%s%s%s", caller, known ? " (" : "",
             place->caller.line, known ? ")" : "");
  }
  rig_paint_wrapped(paint, indent, "when      ", line);
}

/* Where: the first evidence that a caller is known of. */
static void print_where(const struct rig_paint *paint, unsigned indent,
                        const struct rig_place *places, size_t count) {
  char caller[200], line[600];
  for (size_t i = 0; i < count; i++) {
    if (places[i].caller.address != 0) {
      bool known = places[i].caller.line[0] != '\0';
      snprintf(line, sizeof line, "%s%s%s",
               rig_source_text(&places[i].caller, caller, sizeof caller), known ? ", " : "",
               places[i].caller.line);
      rig_paint_wrapped(paint, indent, "where     ", line);
      return;
    }
  }
}

static void print_finding(const struct rig_paint *paint, const struct rig_result *result,
                          size_t index, unsigned indent) {
  const struct rig_finding *finding = &result->judgement.findings[index];
  const struct rig_place *places = rig_result_places(result, index);
  char why[1024];
  fprintf(paint->out, "\n%*s", (int)indent, "");
  rig_paint(paint, finding->severity == RIG_SEVERITY_ERROR ? RIG_INK_RED : RIG_INK_YELLOW,
            "%s (%s)", finding->rule->id, rig_severity_text(finding->severity));
  fprintf(paint->out, "\n");
  rig_paint_wrapped(paint, indent + 2, "rule      ", finding->rule->statement);
  rig_paint_wrapped(paint, indent + 2, "what      ", finding->message);
  print_where(paint, indent + 2, places, finding->evidence_count);
  for (size_t i = 0; i < finding->evidence_count; i++) {
    print_evidence(paint, indent + 2, &finding->evidence[i], &places[i]);
  }
  snprintf(why, sizeof why, "%s [%s]", finding->rule->violation, finding->rule->source);
  rig_paint_wrapped(paint, indent + 2, "why       ", why);
  if (!finding->root) { /* a consequence goes away with its root */
    rig_paint_wrapped(paint, indent + 2, "mend      ", finding->rule->mend);
  }
}

/* A finding, then what names it as its root, each once: a consequence can have its own. */
static void print_tree(const struct rig_paint *paint, const struct rig_result *result, size_t index,
                       unsigned indent, bool *printed) {
  const struct rig_judgement *judgement = &result->judgement;
  printed[index] = true;
  print_finding(paint, result, index, indent);
  bool first = true;
  for (size_t i = 0; i < judgement->finding_count; i++) {
    const struct rig_finding *finding = &judgement->findings[i];
    if (printed[i] || finding->verdict != RIG_FAIL ||
        finding->root != judgement->findings[index].rule) {
      continue;
    }
    if (first) {
      fprintf(paint->out, "\n%*s", (int)indent + 2, "");
      rig_paint(paint, RIG_INK_DIM, "what follows from it:\n");
    }
    first = false;
    print_tree(paint, result, i, indent + 4, printed);
  }
}

void rig_findings_print(const struct rig_paint *paint, const struct rig_result *result) {
  const struct rig_judgement *judgement = &result->judgement;
  bool *printed = calloc(judgement->finding_count + 1, sizeof *printed);
  for (int orphans = 0; printed && orphans <= 1; orphans++) {
    for (size_t i = 0; i < judgement->finding_count; i++) {
      const struct rig_finding *finding = &judgement->findings[i];
      bool root = !finding->root || !has_failed(judgement, finding->root);
      if (finding->verdict == RIG_FAIL && !printed[i] && (root || orphans)) {
        print_tree(paint, result, i, 2, printed);
      }
    }
  }
  free(printed);
}
