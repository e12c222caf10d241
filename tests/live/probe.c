#include "probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_MS 30000

void probe_open(struct probe *probe) {
  const struct rig_live_options options = {
      .binaries = RIG_BINARY_DIR "/bin", .parallel = 1, .scale_permille = 1000};
  char error[512];
  memset(probe, 0, sizeof *probe);
  ck_assert_msg(rig_live_open(&options, &probe->live, error, sizeof error) == RIG_OK, "%s", error);
}

static void forget(struct probe *probe) {
  probe->trace = rig_trace_close(probe->trace);
  free(probe->output);
  probe->output = NULL;
}

void probe_close(struct probe *probe) {
  forget(probe);
  probe->live = rig_live_close(probe->live);
}

static char *read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  ck_assert_msg(file != NULL, "no output at %s", path);
  char *text = calloc(1, 1 << 20);
  ck_assert_ptr_nonnull(text);
  text[fread(text, 1, (1 << 20) - 1, file)] = '\0';
  (void)fclose(file);
  return text;
}

/* A copy that outlives the session file. */
static struct rig_trace *keep_trace(struct rig_session_file *session) {
  char path[] = "/tmp/rig-probe-XXXXXX";
  char error[512];
  struct rig_trace *trace;
  const int file = mkstemp(path);
  ck_assert_int_ge(file, 0);
  (void)fclose(fdopen(file, "w"));
  ck_assert_msg(rig_session_keep(session, path, error, sizeof error) == RIG_OK, "%s", error);
  ck_assert_msg(rig_trace_open(path, &trace, error, sizeof error) == RIG_OK, "%s", error);
  (void)remove(path);
  return trace;
}

void probe_run(struct probe *probe, const struct probe_run *run) {
  char path[512];
  char error[512];
  const char *arguments[] = {run->argument, NULL};
  size_t count = 0;
  while (run->service_arguments[count] != NULL) {
    count++;
  }
  const struct rig_scenario scenario = {
      .file = "probe",
      .source = "",
      .name = "probe",
      .role = run->role,
      .steps = run->steps,
      .step_count = run->step_count,
      .client = {.service_name = (char *)(uintptr_t)run->service_name,
                 .service_arguments = (char **)(uintptr_t)run->service_arguments,
                 .service_argument_count = count}};
  (void)snprintf(path, sizeof path, "%s/bin/x86_64/tests/%s.exe", RIG_BINARY_DIR, run->name);
  const struct rig_run_request request = {.client = path,
                                          .arguments = arguments,
                                          .scenario = &scenario,
                                          .role = run->role,
                                          .deadline_ms = run->deadline_ms,
                                          .timeout_ms = TIMEOUT_MS,
                                          .bare = run->bare};
  struct rig_run_output output;
  forget(probe);
  ck_assert_msg(rig_live_run(probe->live, &request, &output, error, sizeof error) == RIG_OK, "%s",
                error);
  ck_assert_msg(output.cause[0] == '\0', "%s: %s", output.cause, output.message);
  probe->exit_code = output.session.log.header->exit_code;
  probe->output = read_file(output.stdout_path);
  if (run->bare) {
    rig_session_remove(&output.session);
  } else {
    probe->trace = keep_trace(&output.session);
  }
}

bool probe_next(const struct probe *probe, uint32_t *index, enum rig_kind kind, unsigned call,
                struct rig_record *out) {
  for (; *index < rig_trace_count(probe->trace); (*index)++) {
    if (rig_trace_record(probe->trace, *index, out) && out->kind == kind && out->call == call) {
      (*index)++;
      return true;
    }
  }
  return false;
}

uint32_t probe_count(const struct probe *probe, enum rig_kind kind, unsigned call) {
  struct rig_record record;
  uint32_t index = 0;
  uint32_t count = 0;
  while (probe_next(probe, &index, kind, call, &record)) {
    count++;
  }
  return count;
}
