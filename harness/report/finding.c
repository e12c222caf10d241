/*
 * Findings, root causes first.
 */
#include "report/finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct printing {
  const struct rig_paint *paint;
  const struct rig_result *result;
  bool *told;    /* by rule; may be NULL */
  bool *printed; /* by finding */
};

static bool has_failed(const struct rig_judgement *judgement, const struct rig_rule *rule) {
  for (size_t i = 0; i < judgement->finding_count; i++) {
    if (judgement->findings[i].rule == rule && judgement->findings[i].verdict == RIG_FAIL) {
      return true;
    }
  }
  return false;
}

/* "literal-pump.exe!pump, stubs/pumps/literal-pump.c:16" */
static char *place_text(const struct rig_place *place, char *text, size_t size) {
  char caller[200];
  rig_source_text(&place->caller, caller, sizeof caller);
  snprintf(text, size, "%s%s%s", caller, place->caller.line[0] ? ", " : "", place->caller.line);
  return text;
}

/* Where: the last call of the client's among the evidence, which is the one that did it. */
static const struct rig_place *offender(const struct rig_place *places, size_t count) {
  const struct rig_place *found = NULL;
  for (size_t i = 0; i < count; i++) {
    if (places[i].caller.address != 0 && (!found || places[i].record > found->record)) {
      found = &places[i];
    }
  }
  return found;
}

static void print_evidence(const struct rig_paint *paint, unsigned indent, const char *label,
                           const struct rig_evidence *evidence, const struct rig_place *place) {
  char where[500], line[900];
  place_text(place, where, sizeof where);
  const char *source = place->caller.line[0] ? place->caller.line : where;
  snprintf(line, sizeof line, "+%.1f ms  %s: %s%s%s%s  #%u", place->ms,
           place->thread[0] ? place->thread : "?", evidence->note[0] ? evidence->note : place->call,
           source[0] ? " (" : "", source, source[0] ? ")" : "", place->record);
  rig_paint_wrapped(paint, indent, label, line);
}

/* All evidence, in the order of the records. */
static void print_when(const struct rig_paint *paint, unsigned indent,
                       const struct rig_finding *finding, const struct rig_place *places) {
  uint32_t before = 0;
  for (size_t printed = 0; printed < finding->evidence_count; printed++) {
    size_t next = finding->evidence_count;
    for (size_t i = 0; i < finding->evidence_count; i++) {
      bool later = printed == 0 || places[i].record > before;
      if (later && (next == finding->evidence_count || places[i].record < places[next].record)) {
        next = i;
      }
    }
    if (next == finding->evidence_count) {
      return; /* one record was named twice */
    }
    before = places[next].record;
    print_evidence(paint, indent, printed == 0 ? "when      " : "          ",
                   &finding->evidence[next], &places[next]);
  }
}

/* The judge's message ends in how to mend this very case; the rule's own advice is the fallback. */
static void print_message(const struct rig_paint *paint, unsigned indent,
                          const struct rig_finding *finding, const struct rig_place *places,
                          bool told) {
  static const char mark[] = " To mend: ";
  char text[1024];
  const char *mend = strstr(finding->message, mark);
  int length = mend ? (int)(mend - finding->message) : (int)strlen(finding->message);
  const struct rig_place *place = offender(places, finding->evidence_count);
  snprintf(text, sizeof text, "%.*s", length, finding->message);
  rig_paint_wrapped(paint, indent, "what      ", text);
  if (place) {
    rig_paint_wrapped(paint, indent, "where     ", place_text(place, text, sizeof text));
  }
  print_when(paint, indent, finding, places);
  if (!told) {
    snprintf(text, sizeof text, "%s [%s]", finding->rule->violation, finding->rule->source);
    rig_paint_wrapped(paint, indent, "why       ", text);
  }
  if (!told && !finding->root) { /* a consequence goes away with its root */
    rig_paint_wrapped(paint, indent, "mend      ",
                      mend ? mend + sizeof mark - 1 : finding->rule->mend);
  }
}

static size_t rule_index(const struct rig_rule *rule) {
  size_t index = 0;
  while (index < rig_rule_count() && rig_rule_at(index) != rule) {
    index++;
  }
  return index;
}

static void print_finding(const struct printing *printing, size_t index, unsigned indent) {
  const struct rig_finding *finding = &printing->result->judgement.findings[index];
  const struct rig_place *places = rig_result_places(printing->result, index);
  const struct rig_paint *paint = printing->paint;
  size_t rule = rule_index(finding->rule);
  bool told = printing->told && rule < rig_rule_count() && printing->told[rule];
  fprintf(paint->out, "\n%*s", (int)indent, "");
  rig_paint(paint, finding->severity == RIG_SEVERITY_ERROR ? RIG_INK_RED : RIG_INK_YELLOW,
            "%s (%s)", finding->rule->id, rig_severity_text(finding->severity));
  rig_paint(paint, RIG_INK_DIM, "%s\n", told ? "  rule, why and how to mend: see above" : "");
  if (!told) {
    rig_paint_wrapped(paint, indent + 2, "rule      ", finding->rule->statement);
  }
  print_message(paint, indent + 2, finding, places, told);
  if (printing->told && rule < rig_rule_count() && !finding->root) {
    printing->told[rule] = true;
  }
}

/* A finding, then what names it as its root, each once: a consequence can have its own. */
static void print_tree(const struct printing *printing, size_t index, unsigned indent) {
  const struct rig_judgement *judgement = &printing->result->judgement;
  bool *printed = printing->printed;
  printed[index] = true;
  print_finding(printing, index, indent);
  bool first = true;
  for (size_t i = 0; i < judgement->finding_count; i++) {
    const struct rig_finding *finding = &judgement->findings[i];
    if (printed[i] || finding->verdict != RIG_FAIL ||
        finding->root != judgement->findings[index].rule) {
      continue;
    }
    if (first) {
      fprintf(printing->paint->out, "\n%*s", (int)indent + 2, "");
      rig_paint(printing->paint, RIG_INK_DIM, "what follows from it:\n");
    }
    first = false;
    print_tree(printing, i, indent + 4);
  }
}

void rig_findings_print(const struct rig_paint *paint, const struct rig_result *result,
                        bool *told) {
  const struct rig_judgement *judgement = &result->judgement;
  struct printing printing = {.paint = paint,
                              .result = result,
                              .told = told,
                              .printed = calloc(judgement->finding_count + 1, sizeof(bool))};
  for (int orphans = 0; printing.printed && orphans <= 1; orphans++) {
    for (size_t i = 0; i < judgement->finding_count; i++) {
      const struct rig_finding *finding = &judgement->findings[i];
      bool root = !finding->root || !has_failed(judgement, finding->root);
      if (finding->verdict == RIG_FAIL && !printing.printed[i] && (root || orphans)) {
        print_tree(&printing, i, 2);
      }
    }
  }
  free(printing.printed);
}
