/*
 * JUnit XML by libxml2's writer, which escapes; text is cleaned first, because XML has no way to
 * write most control characters.
 */
#include "report/junit.h"

#include <libxml/xmlwriter.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/clean.h"
#include "report/file.h"
#include "report/text.h"

static void attribute(xmlTextWriterPtr writer, const char *name, const char *value) {
  char *clean = rig_clean_new(value);
  xmlTextWriterWriteAttribute(writer, BAD_CAST name, BAD_CAST(clean ? clean : ""));
  free(clean);
}

static void number(xmlTextWriterPtr writer, const char *name, size_t value) {
  xmlTextWriterWriteFormatAttribute(writer, BAD_CAST name, "%zu", value);
}

static void seconds(xmlTextWriterPtr writer, double value) {
  /* The schema's pattern has no exponent and at most three decimals. */
  xmlTextWriterWriteFormatAttribute(writer, BAD_CAST "time", "%.3f", value);
}

static void element(xmlTextWriterPtr writer, const char *name, const char *value) {
  char *clean = rig_clean_new(value);
  if (clean && clean[0]) {
    xmlTextWriterWriteElement(writer, BAD_CAST name, BAD_CAST clean);
  }
  free(clean);
}

/* The same words as the terminal's, without colour. */
static char *details(const struct rig_result *result) {
  char *buffer = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&buffer, &size);
  if (!out) {
    return NULL;
  }
  struct rig_text_report report = {.paint = {.out = out, .colour = false}};
  rig_text_details(&report, result);
  fclose(out);
  return buffer;
}

static void write_problem(xmlTextWriterPtr writer, const char *kind,
                          const struct rig_result *result) {
  char *words = details(result);
  char *clean = rig_clean_new(words);
  xmlTextWriterStartElement(writer, BAD_CAST kind);
  attribute(writer, "type", result->judgement.cause);
  attribute(writer, "message", result->judgement.message);
  if (clean) {
    xmlTextWriterWriteString(writer, BAD_CAST clean);
  }
  xmlTextWriterEndElement(writer);
  free(clean);
  free(words);
}

static void write_case(xmlTextWriterPtr writer, const struct rig_result *result) {
  static const char *const kinds[] = {[RIG_OUTCOME_PASS] = NULL,
                                      [RIG_OUTCOME_FAIL] = "failure",
                                      [RIG_OUTCOME_NOT_EXERCISED] = "skipped",
                                      [RIG_OUTCOME_INVALID] = "error"};
  xmlTextWriterStartElement(writer, BAD_CAST "testcase");
  attribute(writer, "name", result->name);
  attribute(writer, "classname", result->file);
  seconds(writer, result->seconds);
  if (kinds[result->judgement.outcome]) {
    write_problem(writer, kinds[result->judgement.outcome], result);
  }
  element(writer, "system-out", result->stdout_text);
  element(writer, "system-err", result->stderr_text);
  xmlTextWriterEndElement(writer);
}

static void write_counts(xmlTextWriterPtr writer, const struct rig_results *results) {
  attribute(writer, "name", "mapirig");
  number(writer, "tests", results->count);
  number(writer, "failures", rig_results_outcomes(results, RIG_OUTCOME_FAIL));
  number(writer, "errors", rig_results_outcomes(results, RIG_OUTCOME_INVALID));
}

static void write_document(xmlTextWriterPtr writer, const struct rig_results *results) {
  xmlTextWriterSetIndent(writer, 1);
  xmlTextWriterStartDocument(writer, NULL, "UTF-8", NULL);
  xmlTextWriterStartElement(writer, BAD_CAST "testsuites");
  write_counts(writer, results);
  seconds(writer, results->seconds);
  xmlTextWriterStartElement(writer, BAD_CAST "testsuite");
  write_counts(writer, results);
  number(writer, "skipped", rig_results_outcomes(results, RIG_OUTCOME_NOT_EXERCISED));
  seconds(writer, results->seconds);
  xmlTextWriterStartElement(writer, BAD_CAST "properties");
  const char *const pairs[][2] = {{"client", results->client}, {"role", results->role}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    xmlTextWriterStartElement(writer, BAD_CAST "property");
    attribute(writer, "name", pairs[i][0]);
    attribute(writer, "value", pairs[i][1]);
    xmlTextWriterEndElement(writer);
  }
  xmlTextWriterEndElement(writer);
  for (size_t i = 0; i < results->count; i++) {
    write_case(writer, &results->items[i]);
  }
}

enum rig_status rig_junit_write(const struct rig_results *results, const char *path, char *error,
                                size_t size) {
  enum rig_status status = RIG_NO_MEMORY;
  snprintf(error, size, "cannot write %s: out of memory", path);
  xmlBufferPtr buffer = xmlBufferCreate();
  xmlTextWriterPtr writer = buffer ? xmlNewTextWriterMemory(buffer, 0) : NULL;
  if (writer) {
    write_document(writer, results);
    bool whole = xmlTextWriterEndDocument(writer) >= 0 && xmlTextWriterFlush(writer) >= 0;
    xmlFreeTextWriter(writer);
    if (whole) {
      status = rig_file_write(path, xmlBufferContent(buffer), (size_t)xmlBufferLength(buffer),
                              error, size);
    }
  }
  if (buffer) {
    xmlBufferFree(buffer);
  }
  return status;
}
