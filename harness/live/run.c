/*
 * One run: session, command to the host, watching, what it left.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/assert.h"
#include "live/clock.h"
#include "live/live_private.h"
#include "live/quote.h"

#define DEADLINE_MS 1000
#define SETTLE_MS 10
#define TIMEOUT_MS 60000
#define READY_TIMEOUT_MS 10000

#define STUB "C:\\windows\\system32\\mapi32.dll"
#define STDOUT "C:\\mapirig\\stdout.txt"
#define STDERR "C:\\mapirig\\stderr.txt"

static uint32_t first_of(uint32_t one, uint32_t other, uint32_t otherwise) {
  return one != 0 ? one : other != 0 ? other : otherwise;
}

static enum rig_status make_session(const struct rig_live *live,
                                    const struct rig_run_request *request,
                                    const struct rig_run_setup *setup, uint32_t timeout_ms,
                                    struct rig_run_output *out, char *error, size_t size) {
  const struct rig_scenario *scenario = request->scenario;
  struct rig_plan plan;
  enum rig_status status = rig_plan_build(scenario, &plan);
  if (status != RIG_OK) {
    (void)snprintf(error, size, "%.300s: no plan: %s", scenario->file, rig_status_text(status));
    return status;
  }
  const struct rig_session_plan session = {
      .steps = plan.steps,
      .step_count = plan.step_count,
      .step_texts = plan.texts,
      .step_text_bytes = plan.text_bytes,
      .texts = {[RIG_TEXT_SCENARIO_FILE] = scenario->file,
                [RIG_TEXT_SCENARIO_SOURCE] = scenario->source,
                [RIG_TEXT_CLIENT] = request->client,
                [RIG_TEXT_COMMAND_LINE] = setup->command_line,
                [RIG_TEXT_FOLDER] = setup->folder,
                [RIG_TEXT_ENVIRONMENT] = setup->environment,
                [RIG_TEXT_STUB] = request->bare ? NULL : STUB,
                [RIG_TEXT_STDOUT] = STDOUT,
                [RIG_TEXT_STDERR] = STDERR,
                [RIG_TEXT_SERVICE_NAME] = scenario->client.service_name,
                [RIG_TEXT_SERVICE_ARGS] = setup->service_arguments},
      .role = request->role,
      .stop_way = scenario->stop_way,
      .deadline_ms = first_of(request->deadline_ms, scenario->deadline_ms, DEADLINE_MS),
      .settle_ms = SETTLE_MS,
      .timeout_ms = timeout_ms,
      .ready_timeout_ms = first_of(request->ready_timeout_ms, 0, READY_TIMEOUT_MS),
      .scale_permille = live->scale_permille};
  int fell_back = 0;
  status = rig_session_create(NULL, &session, request->log_records, live->parallel, &out->session,
                              &fell_back, error, size);
  out->fell_back = fell_back != 0;
  rig_plan_free(&plan);
  return status;
}

/* The client's output of the run before is gone from here on. */
static void empty_output(const struct rig_live *live, struct rig_run_output *out) {
  (void)snprintf(out->stdout_path, sizeof out->stdout_path, "%.480s/drive_c/mapirig/stdout.txt",
                 live->prefix);
  (void)snprintf(out->stderr_path, sizeof out->stderr_path, "%.480s/drive_c/mapirig/stderr.txt",
                 live->prefix);
  (void)unlink(out->stdout_path);
  (void)unlink(out->stderr_path);
}

static enum rig_status perform(struct rig_live *live, struct rig_host *host,
                               const struct rig_run_request *request,
                               const struct rig_run_setup *setup, struct rig_run_output *out,
                               char *error, size_t size) {
  char path[RIG_PATH_BYTES];
  const uint32_t timeout_ms =
      first_of(request->timeout_ms, request->scenario->timeout_ms, TIMEOUT_MS);
  enum rig_status status = make_session(live, request, setup, timeout_ms, out, error, size);
  if (status != RIG_OK) {
    return status;
  }
  status = rig_windows_path(out->session.path, path, sizeof path, error, size);
  if (status != RIG_OK) {
    rig_session_remove(&out->session);
    return status;
  }
  empty_output(live, out);
  (void)rig_host_send(host, "run", path); /* a host that is gone is found out by the watch */
  rig_run_watch(live, host, rig_live_scaled(live, timeout_ms), out);
  if (!request->bare) {
    rig_run_explain(live, setup, out);
  }
  return RIG_OK;
}

enum rig_status rig_live_run(struct rig_live *live, const struct rig_run_request *request,
                             struct rig_run_output *out, char *error, size_t size) {
  static _Thread_local struct rig_run_setup setup; /* 100 kB */
  enum rig_machine machine = RIG_MACHINE_OTHER;
  struct rig_run_output made = {0};
  RIG_ASSERT(request->scenario != NULL);
  if (rig_interrupted()) {
    (void)snprintf(error, size, "interrupted");
    return RIG_INTERRUPTED;
  }
  enum rig_status status = rig_client_check(request->client, &machine, error, size);
  if (status == RIG_OK && (live->spoilt || request->scenario->client.registry_count > 0 ||
                           rig_live_has_leftover(live))) {
    status = rig_live_renew(live, error, size);
  }
  if (status == RIG_OK) {
    status = rig_run_setup(live, request, machine, &setup, error, size);
  }
  if (status != RIG_OK) {
    return status;
  }
  status = rig_run_registry(live, request->scenario, error, size);
  struct rig_host *host = status == RIG_OK ? rig_live_host(live, machine, error, size) : NULL;
  if (host != NULL) {
    status = perform(live, host, request, &setup, &made, error, size);
  } else if (status == RIG_OK) {
    status = RIG_TIMEOUT;
  }
  rig_run_setup_free(&setup);
  if (status == RIG_OK) {
    *out = made;
  }
  return status;
}
