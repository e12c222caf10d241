/*
 * The corpus as a benchmark: every client of stubs/pumps, good and broken, by a short list of
 * scenarios, run and judged. A broken client's run is mostly waiting: a thread is called blocked
 * after D. The first pass, in one prefix, is bounded in time; the second does the same runs in two.
 */
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "judge/judge.h"

#define BUDGET_S 40.0
#define CLIENTS_MAX 256
#define NAME_BYTES 128
#define DEADLINE_MS 300u
#define TIMEOUT_MS 3000u /* for the clients that would run for ever */

static const char *const texts[] = {
    "name: start, logon, stop\nsteps: [stop: {}]\n",
    "name: notifications\nsteps: [{notify: {count: 3}, when: settled}, {stop: {}, when: "
    "settled}]\n",
    "name: a sent message\nsteps: [{send: {window: idle}, when: settled}, {stop: {}}]\n",
};
#define SCENARIOS (sizeof texts / sizeof texts[0])

/* One pass over the runs; `next` and `done` are shared by its workers. */
struct pass {
  const struct context *context;
  struct rig_scenario *scenarios[SCENARIOS];
  char (*clients)[NAME_BYTES];
  unsigned client_count;
  unsigned limit;     /* how many runs */
  double deadline_ms; /* no run begins after it; 0 = none */
  unsigned next;      /* atomic */
  unsigned done;      /* atomic */
};

struct worker {
  struct pass *pass;
  struct rig_live *live;
  pthread_t thread;
};

static int by_name(const void *a, const void *b) {
  return strcmp(a, b);
}

static unsigned list_clients(const char *folder, char (*out)[NAME_BYTES]) {
  unsigned count = 0;
  DIR *listing = opendir(folder);
  if (listing == NULL)
    fail(folder, "no clients were built");
  for (const struct dirent *item; (item = readdir(listing)) != NULL && count < CLIENTS_MAX;) {
    const char *suffix = strstr(item->d_name, ".exe");
    if (suffix != NULL && suffix[4] == '\0' && strlen(item->d_name) < NAME_BYTES)
      (void)snprintf(out[count++], NAME_BYTES, "%s", item->d_name);
  }
  (void)closedir(listing);
  qsort(out, count, NAME_BYTES, by_name);
  return count;
}

static void judge(const struct rig_run_output *output) {
  char error[512];
  struct rig_trace *trace = NULL;
  struct rig_judgement judgement;
  if (rig_trace_open(output->session.path, &trace, error, sizeof error) != RIG_OK)
    fail("a session", error);
  if (rig_judge(trace, &judgement) != RIG_OK)
    fail("a session", "cannot be judged");
  rig_judgement_free(&judgement);
  trace = rig_trace_close(trace);
}

/* Scenario by scenario over all clients, so that a pass cut short has seen all of them. */
static void run_one(const struct pass *pass, struct rig_live *live, unsigned index) {
  char client[700];
  struct rig_run_output output;
  (void)snprintf(client, sizeof client, "%s/x86_64/clients/%s", pass->context->binaries,
                 pass->clients[index % pass->client_count]);
  const struct rig_run_request request = {.client = client,
                                          .scenario = pass->scenarios[index / pass->client_count],
                                          .role = RIG_ROLE_SERVICE,
                                          .deadline_ms = DEADLINE_MS,
                                          .timeout_ms = TIMEOUT_MS,
                                          .ready_timeout_ms = TIMEOUT_MS};
  (void)run_client(live, &request, &output);
  judge(&output);
  rig_session_remove(&output.session);
}

static void *work(void *argument) {
  const struct worker *worker = argument;
  struct pass *pass = worker->pass;
  while (pass->deadline_ms <= 0 || now_ms() < pass->deadline_ms) {
    const unsigned index = __atomic_fetch_add(&pass->next, 1, __ATOMIC_RELAXED);
    if (index >= pass->limit)
      break;
    run_one(pass, worker->live, index);
    (void)__atomic_fetch_add(&pass->done, 1, __ATOMIC_RELAXED);
  }
  return NULL;
}

/* Seconds of the pass, its prefixes' start not counted. */
static double perform(struct pass *pass, unsigned parallel, double budget_s) {
  struct worker workers[PARALLEL_MAX];
  for (unsigned i = 0; i < parallel; i++)
    workers[i] = (struct worker){.pass = pass, .live = open_live(pass->context, parallel)};
  pass->next = pass->done = 0;
  const double from = now_ms();
  pass->deadline_ms = budget_s > 0 ? from + budget_s * 1e3 : 0;
  for (unsigned i = 0; i < parallel; i++)
    if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
      fail("pthread_create", "failed");
  for (unsigned i = 0; i < parallel; i++)
    (void)pthread_join(workers[i].thread, NULL);
  const double seconds = (now_ms() - from) / 1e3;
  for (unsigned i = 0; i < parallel; i++)
    workers[i].live = rig_live_close(workers[i].live);
  return seconds;
}

void bench_corpus(const struct context *context) {
  static char clients[CLIENTS_MAX][NAME_BYTES];
  char folder[600];
  struct pass pass = {.context = context, .clients = clients};
  (void)snprintf(folder, sizeof folder, "%s/x86_64/clients", context->binaries);
  pass.client_count = list_clients(folder, clients);
  if (pass.client_count == 0)
    fail(folder, "no clients were built");
  for (size_t i = 0; i < SCENARIOS; i++)
    pass.scenarios[i] = parse(texts[i]);
  const unsigned all = pass.client_count * (unsigned)SCENARIOS;
  pass.limit = all;
  const double one = perform(&pass, 1, BUDGET_S);
  pass.limit = pass.done;
  const double two = perform(&pass, PARALLEL_MAX, 0);
  (void)printf("\nthe corpus, %u clients by %zu scenarios, run and judged, D = %u ms: the first %u "
               "of %u runs (all that -j1 began within %.0f s)\n"
               "  -j1 %.1f runs a second, -j2 %.1f: %.2f x\n",
               pass.client_count, SCENARIOS, DEADLINE_MS, pass.limit, all, BUDGET_S,
               pass.limit / one, pass.limit / two, one / two);
  for (size_t i = 0; i < SCENARIOS; i++)
    rig_scenario_free(pass.scenarios[i]);
}
