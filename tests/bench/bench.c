/*
 * The benchmarks behind the README's numbers. Each prints a ratio to its rival, taken in the same
 * run and interleaved with it: these ratios travel between machines, the times beside them do not.
 *
 *   calls   one call of a client: bare, recorded by the stub, under WINEDEBUG=+relay
 *   runs    a scenario start - logon - stop beside a bare client, warm, in one and in two prefixes,
 *           and the cold start of a prefix
 *   corpus  the clients of stubs/pumps by a few scenarios, run and judged, in one and in two
 *           prefixes (corpus.c)
 *   sim     states and schedules of the simulator beside SPIN's, its snapshots and switches (sim.c)
 *
 * `bench BIN-FOLDER [PART]...` runs the parts named, all of them by default.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"
#include "core/status.h"

#define ROUNDS 7
#define CALLS_MAX 8
#define RUNS 40
#define SERVICE "bench/reference-service.exe"
#define PARALLEL_TURNS 2

double now_ms(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

void fail(const char *what, const char *why) {
  (void)fprintf(stderr, "bench: %s: %s\n", what, why);
  exit(3);
}

struct rig_live *open_live(const struct context *context, unsigned parallel) {
  char error[512] = "";
  struct rig_live *live = NULL;
  const struct rig_live_options options = {
      .binaries = context->binaries, .parallel = parallel, .scale_permille = 1000};
  if (rig_live_open(&options, &live, error, sizeof error) != RIG_OK)
    fail("no prefix", error);
  return live;
}

struct rig_scenario *parse(const char *text) {
  struct rig_scenario *scenario = NULL;
  struct rig_problems problems = {0};
  if (rig_scenario_parse("bench.yaml", text, strlen(text), &scenario, &problems) != RIG_OK)
    fail("scenario", problems.count > 0 ? problems.items[0].text : "does not load");
  rig_problems_free(&problems);
  return scenario;
}

/* ---- calls ---- */

struct sample {
  char name[40];
  double ns;
};

static size_t read_samples(const char *path, struct sample samples[CALLS_MAX]) {
  size_t count = 0;
  FILE *file = fopen(path, "r");
  if (file == NULL)
    return 0;
  while (count < CALLS_MAX &&
         fscanf(file, "%39s %lf", samples[count].name, &samples[count].ns) == 2)
    count++;
  (void)fclose(file);
  return count;
}

static size_t run_calls(struct rig_live *live, const struct context *context,
                        const struct rig_scenario *scenario, bool bare,
                        struct sample samples[CALLS_MAX]) {
  char error[512] = "";
  char client[600];
  struct rig_run_output output;
  (void)snprintf(client, sizeof client, "%s/x86_64/bench/bench-calls.exe", context->binaries);
  const struct rig_run_request request = {
      .client = client, .scenario = scenario, .role = RIG_ROLE_CONSOLE, .bare = bare};
  if (rig_live_run(live, &request, &output, error, sizeof error) != RIG_OK)
    fail("bench-calls.exe", error);
  const size_t count = read_samples(output.stdout_path, samples);
  rig_session_remove(&output.session);
  if (count == 0)
    fail("bench-calls.exe", output.message[0] != '\0' ? output.message : "printed nothing");
  return count;
}

static int by_ns(const void *a, const void *b) {
  const double x = *(const double *)a;
  const double y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *values, size_t count) {
  qsort(values, count, sizeof values[0], by_ns);
  return values[count / 2];
}

/* Other load only ever adds: the least of several is nearest to the cost itself. */
static double best(const double *values, size_t count) {
  double least = values[0];
  for (size_t i = 1; i < count; i++)
    least = values[i] < least ? values[i] : least;
  return least;
}

static void bench_calls(const struct context *context) {
  static const char *const texts[3] = {"name: bare\n", "name: recorded\n",
                                       "name: relay\nclient: {environment: {WINEDEBUG: +relay}}\n"};
  static double ns[3][CALLS_MAX][ROUNDS];
  struct sample samples[CALLS_MAX];
  size_t count = 0;
  struct rig_live *live = open_live(context, 1);
  for (size_t round = 0; round < ROUNDS; round++) {
    for (size_t way = 0; way < 3; way++) {
      struct rig_scenario *scenario = parse(texts[way]);
      count = run_calls(live, context, scenario, way != 1, samples);
      for (size_t i = 0; i < count; i++)
        ns[way][i][round] = samples[i].ns;
      rig_scenario_free(scenario);
    }
  }
  live = rig_live_close(live);
  (void)printf("one call of a client, best of %d interleaved processes (the rest is other load)\n"
               "  %-28s %9s %9s %9s %9s %15s %13s\n",
               ROUNDS, "call", "bare ns", "recorded", "+relay", "added ns", "recorded / bare",
               "+relay / bare");
  for (size_t i = 0; i < count; i++) {
    const double bare = best(ns[0][i], ROUNDS);
    const double recorded = best(ns[1][i], ROUNDS);
    const double relay = best(ns[2][i], ROUNDS);
    (void)printf("  %-28s %9.0f %9.0f %9.0f %9.0f %13.2f x %11.2f x\n", samples[i].name, bare,
                 recorded, relay, recorded - bare, recorded / bare, relay / bare);
  }
}

/* ---- runs ---- */

struct worker {
  const struct context *context;
  struct rig_live *live;
  const char *client;
  bool bare;
  unsigned runs;
  double *ms; /* of each run */
};

double run_client(struct rig_live *live, const struct rig_run_request *request,
                  struct rig_run_output *output) {
  char error[512] = "";
  for (int tries = 1;; tries++) {
    const double from = now_ms();
    if (rig_live_run(live, request, output, error, sizeof error) != RIG_OK)
      fail(request->client, error);
    if (tries > 1 || strcmp(output->cause, "no-first-record") != 0)
      return now_ms() - from;
    (void)fprintf(stderr, "bench: %s: a start that failed in silence, repeated\n", request->client);
    rig_session_remove(&output->session);
  }
}

static void *work(void *argument) {
  struct worker *worker = argument;
  struct rig_scenario *scenario = parse("name: start, logon, stop\nsteps: [stop: {}]\n");
  char client[600];
  (void)snprintf(client, sizeof client, "%s/x86_64/%s", worker->context->binaries, worker->client);
  for (unsigned i = 0; i < worker->runs; i++) {
    struct rig_run_output output;
    const struct rig_run_request request = {
        .client = client, .scenario = scenario, .role = RIG_ROLE_SERVICE, .bare = worker->bare};
    worker->ms[i] = run_client(worker->live, &request, &output);
    if (output.cause[0] != '\0')
      fail(client, output.message);
    rig_session_remove(&output.session);
  }
  rig_scenario_free(scenario);
  return NULL;
}

static void run_once(const struct context *context, struct rig_live *live, const char *client,
                     bool bare, double *ms) {
  struct worker worker = {context, live, client, bare, 1, ms};
  (void)work(&worker);
}

/* A client that is run, and its least and median. */
struct series {
  const char *name;
  const char *client;
  bool bare;
  double ms[RUNS];
  double least;
  double median;
};

static void print_series(const struct series *series, size_t count) {
  const struct series *scenario = &series[count - 1];
  (void)printf("\na scenario start - logon - stop of the reference service, %d runs, interleaved\n"
               "  %-42s %12s %12s %20s\n",
               RUNS, "", "least", "median", "scenario beside it");
  for (size_t i = 0; i + 1 < count; i++)
    (void)printf("  %-42s %9.1f ms %9.1f ms %8.2f x, %6.2f x\n", series[i].name, series[i].least,
                 series[i].median, scenario->least / series[i].least,
                 scenario->median / series[i].median);
  (void)printf("  %-42s %9.1f ms %9.1f ms %10.0f a second\n", scenario->name, scenario->least,
               scenario->median, 1000 / scenario->median);
}

/* The rivals and the scenario run in turn, in one warm prefix. */
static void bench_serial(const struct context *context) {
  static struct series series[] = {
      {.name = "a bare client with user32", .client = "bench/bare-client.exe", .bare = true},
      {.name = "a service's work without mapirig",
       .client = "bench/bare-service.exe",
       .bare = true},
      {.name = "scenario run, warm", .client = SERVICE}};
  const size_t count = sizeof series / sizeof series[0];
  const double cold_from = now_ms();
  struct rig_live *live = open_live(context, 1);
  double first = 0;
  run_once(context, live, series[count - 1].client, false, &first);
  const double cold = now_ms() - cold_from;
  for (size_t i = 0; i < RUNS * count; i++)
    run_once(context, live, series[i % count].client, series[i % count].bare,
             &series[i % count].ms[i / count]);
  live = rig_live_close(live);
  for (size_t i = 0; i < count; i++) {
    series[i].least = best(series[i].ms, RUNS);
    series[i].median = median(series[i].ms, RUNS);
  }
  print_series(series, count);
  (void)printf("  cold (new prefix, wineserver, host, first run) %.0f ms\n", cold);
}

static double runs_per_second(const struct context *context, unsigned parallel) {
  static double ms[PARALLEL_MAX][RUNS];
  struct worker workers[PARALLEL_MAX];
  pthread_t threads[PARALLEL_MAX];
  for (unsigned i = 0; i < parallel; i++)
    workers[i] =
        (struct worker){context, open_live(context, parallel), SERVICE, false, RUNS, ms[i]};
  const double from = now_ms();
  for (unsigned i = 0; i < parallel; i++)
    if (pthread_create(&threads[i], NULL, work, &workers[i]) != 0)
      fail("pthread_create", "failed");
  for (unsigned i = 0; i < parallel; i++)
    (void)pthread_join(threads[i], NULL);
  const double seconds = (now_ms() - from) / 1e3;
  for (unsigned i = 0; i < parallel; i++)
    workers[i].live = rig_live_close(workers[i].live);
  return (double)(RUNS * parallel) / seconds;
}

static void bench_parallel(const struct context *context) {
  double one = 0;
  double two = 0;
  for (int i = 0; i < PARALLEL_TURNS; i++) { /* in turn: the best of each is the least disturbed */
    const double first = runs_per_second(context, 1);
    const double second = runs_per_second(context, PARALLEL_MAX);
    one = first > one ? first : one;
    two = second > two ? second : two;
  }
  (void)printf("  -j1 %.1f runs a second, -j2 %.1f: %.2f x\n", one, two, two / one);
}

static void bench_runs(const struct context *context) {
  bench_serial(context);
  bench_parallel(context);
}

static const struct {
  const char *name;
  void (*run)(const struct context *context);
} parts[] = {
    {"calls", bench_calls}, {"runs", bench_runs}, {"corpus", bench_corpus}, {"sim", bench_sim}};
#define PARTS (sizeof parts / sizeof parts[0])

static bool asked(int argc, char **argv, const char *name) {
  for (int i = 2; i < argc; i++)
    if (strcmp(argv[i], name) == 0)
      return true;
  return argc == 2;
}

static bool known(const char *name) {
  for (size_t i = 0; i < PARTS; i++)
    if (strcmp(parts[i].name, name) == 0)
      return true;
  return false;
}

int main(int argc, char **argv) {
  for (int i = 2; i < argc; i++)
    argc = known(argv[i]) ? argc : 0;
  if (argc < 2) {
    (void)fprintf(stderr, "usage: bench BIN-FOLDER [calls|runs|corpus|sim]... (./rig bench)\n");
    return 2;
  }
  const struct context context = {.binaries = argv[1]};
  for (size_t i = 0; i < PARTS; i++)
    if (asked(argc, argv, parts[i].name))
      parts[i].run(&context);
  return 0;
}
