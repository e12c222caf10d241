/*
 * JUnit XML, valid against the schema of Jenkins' xUnit plugin (junit-10.xsd).
 */
#ifndef RIG_REPORT_JUNIT_H
#define RIG_REPORT_JUNIT_H

#include "report/result.h"

/* Writes `results` to `path`, whole or not at all: a test suite with a test case for each scenario.
 * A failing scenario is a <failure>, an invalid run an <error>, one that was not exercised
 * <skipped>. On failure `error` holds one line. */
enum rig_status rig_junit_write(const struct rig_results *results, const char *path, char *error,
                                size_t size) RIG_CHECKED;

#endif
