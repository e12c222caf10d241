/*
 * The simulator's numbers, beside SPIN's on the same problem in the same run.
 *
 * The problem: a pump that drains its queue, six notifiers with three actions each and one who sets
 * the stop event, 3,225,054 states (tests/spin). Times are those of the processor, each measured in
 * a process of its own, so that other load on the machine counts less.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "pump_system.h"
#include "sim/fibre_private.h"

#define STATES 3225054u
#define SCHEDULES 756756u
#define MODEL_FLAGS "-m10000", "-w22", "-n"

/* The #defines that make tests/spin/pump.pml the same problem as the_problem. */
static const char model_defines[] =
    "#define NOTIFIERS 6\n#define ACTIONS 3\n#define KIND(i, j) (i > 3 -> SEND : (i < 3 -> POST : "
    "(j == 1 -> POST : SEND)))\n";

static struct pump_problem the_problem(void) {
  struct pump_problem problem = {
      .notifiers = 6, .actions = 3, .mask_send = true, .mask_post = true, .retrieve = PUMP_PEEK};
  for (unsigned i = 3; i < 6; i++) {
    memset(problem.kinds[i], PUMP_SEND, sizeof problem.kinds[i]);
  }
  problem.kinds[3][1] = PUMP_POST;
  return problem;
}

double cpu_ns(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* ---- processes ---- */

struct cost {
  double seconds; /* of the processor */
  double mb;      /* the largest resident size */
};

static struct cost wait_for(pid_t pid, const char *what) {
  struct rusage usage;
  int status;
  if (wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    fail(what, "did not end well");
  }
  return (struct cost){(double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
                       (double)usage.ru_maxrss / 1024};
}

/* Runs a command in `folder`; its output goes to `out` there. */
static struct cost run(const char *folder, const char *out, char *const *command) {
  const pid_t pid = fork();
  if (pid == 0) {
    const int file = chdir(folder) == 0 ? open(out, O_CREAT | O_WRONLY | O_TRUNC, 0600) : -1;
    if (file >= 0 && dup2(file, 1) >= 0 && dup2(file, 2) >= 0) {
      (void)execvp(command[0], command);
    }
    _exit(127);
  }
  return wait_for(pid, command[0]);
}

/* What a child found out: its only word to its parent. */
static struct rig_exploration explore_in_child(struct rig_exploration (*what)(void),
                                               struct cost *cost) {
  struct rig_exploration out;
  int ends[2];
  if (pipe(ends) != 0) {
    fail("sim", "no pipe");
  }
  const pid_t pid = fork();
  if (pid == 0) {
    out = what();
    _exit(write(ends[1], &out, sizeof out) == (ssize_t)sizeof out ? 0 : 1);
  }
  *cost = wait_for(pid, "an exploration");
  (void)close(ends[1]);
  if (read(ends[0], &out, sizeof out) != (ssize_t)sizeof out) {
    fail("an exploration", "said nothing");
  }
  (void)close(ends[0]);
  return out;
}

/* ---- states ---- */

static struct rig_exploration explore_pump(bool reduce) {
  const struct pump_problem problem = the_problem();
  struct pump_system *system = pump_system_new(&problem);
  const struct rig_explore_options options = {.mode = RIG_EXPLORE_STATES, .reduce = reduce};
  struct rig_exploration out;
  if (system == NULL || rig_explore(pump_system_explorable(system), &options, &out) != RIG_OK ||
      !out.complete) {
    fail("states", "the exploration failed");
  }
  (void)pump_system_free(system);
  return out;
}

static struct rig_exploration with_sleep_sets(void) {
  return explore_pump(true);
}

static struct rig_exploration without_sleep_sets(void) {
  return explore_pump(false);
}

static void say_states(const char *what, uint64_t states, uint64_t transitions,
                       const struct cost *cost) {
  printf("  %-34s %8llu states  %9llu transitions  %5.2f s  %7.0f states/s  %4.0f MB\n", what,
         (unsigned long long)states, (unsigned long long)transitions, cost->seconds,
         (double)states / cost->seconds, cost->mb);
}

/* SPIN on the model, compiled with one option more. */
static struct cost run_spin(const char *folder, const char *option, const char *what,
                            uint64_t *states) {
  char path[300];
  char text[4096] = "";
  char *compile[] = {"gcc", "-O2", "-w", (char *)option, "-DSAFETY", "-o", "pan", "pan.c", NULL};
  char *pan[] = {"./pan", MODEL_FLAGS, NULL};
  (void)run(folder, "gcc.out", compile);
  const struct cost cost = run(folder, "pan.out", pan);
  (void)snprintf(path, sizeof path, "%s/pan.out", folder);
  FILE *file = fopen(path, "r");
  if (file != NULL) {
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
  }
  const char *stored = strstr(text, " states, stored");
  const char *taken = strstr(text, " transitions (=");
  if (stored == NULL || taken == NULL || strstr(text, "errors: 0") == NULL) {
    fail("pan", text);
  }
  while (stored > text && stored[-1] >= '0' && stored[-1] <= '9') {
    stored--;
  }
  while (taken > text && taken[-1] >= '0' && taken[-1] <= '9') {
    taken--;
  }
  *states = strtoull(stored, NULL, 10);
  say_states(what, *states, strtoull(taken, NULL, 10), &cost);
  return cost;
}

static void write_model(const char *folder) {
  char path[300];
  char line[512];
  (void)snprintf(path, sizeof path, "%s/pump.pml", folder);
  FILE *to = fopen(path, "w");
  FILE *from = fopen(RIG_SOURCE_DIR "/tests/spin/pump.pml", "r");
  if (to == NULL || from == NULL) {
    fail("pump.pml", "cannot be copied");
  }
  (void)fputs(model_defines, to);
  while (fgets(line, sizeof line, from) != NULL) {
    (void)fputs(line, to);
  }
  (void)fclose(from);
  if (fclose(to) != 0) {
    fail("pump.pml", "cannot be written");
  }
}

static void bench_states(void) {
  char folder[] = "/tmp/mapirig-bench-XXXXXX";
  struct cost sleeping;
  struct cost plain;
  uint64_t exact_states;
  uint64_t compact_states;
  if (mkdtemp(folder) == NULL) {
    fail("sim", "no temporary folder");
  }
  write_model(folder);
  char *spin[] = {"spin", "-a", "pump.pml", NULL};
  (void)run(folder, "spin.out", spin);
  puts("states: a drain pump, 6 notifiers x 3 actions, on the simulated Win32 and in Promela");
  const struct rig_exploration reduced = explore_in_child(with_sleep_sets, &sleeping);
  say_states("mapirig, sleep sets", reduced.states, reduced.transitions, &sleeping);
  const struct cost exact = run_spin(folder, "-DSAFETY", "SPIN, exact", &exact_states);
  const struct rig_exploration all = explore_in_child(without_sleep_sets, &plain);
  say_states("mapirig, every transition", all.states, all.transitions, &plain);
  const struct cost compact = run_spin(folder, "-DHC4", "SPIN -DHC4", &compact_states);
  printf("  of SPIN exact: %.2f of its time, %.2f of its memory (every transition: %.2f, %.2f)\n"
         "  of SPIN -DHC4: %.2f of its time a state, %.2f of its memory; it lost %llu states, "
         "mapirig %lld (chance of one: %.1e)\n",
         sleeping.seconds / exact.seconds, sleeping.mb / exact.mb, plain.seconds / exact.seconds,
         plain.mb / exact.mb,
         sleeping.seconds / (double)reduced.states / (compact.seconds / (double)compact_states),
         sleeping.mb / compact.mb, (unsigned long long)(exact_states - compact_states),
         (long long)(exact_states - reduced.states), reduced.omission);
  if (exact_states != STATES || reduced.states != STATES || all.states != STATES) {
    fail("states", "not as many as the problem has");
  }
  char *clean[] = {"rm", "-rf", folder, NULL};
  (void)run("/", "/dev/null", clean);
}

/* ---- schedules ---- */

/* Three actors of five steps that touch nothing in common. */
struct counters {
  uint8_t at[8];
};

static size_t counters_enabled(void *self, struct rig_transition *out, enum rig_sim_end *end) {
  const struct counters *counters = self;
  size_t count = 0;
  for (uint16_t i = 0; i < 3; i++) {
    if (counters->at[i] < 5) {
      out[count++] = (struct rig_transition){i, 0};
    }
  }
  *end = RIG_SIM_COMPLETE;
  return count;
}

static enum rig_sim_end counters_step(void *self, struct rig_transition transition,
                                      struct rig_footprint *footprint) {
  ((struct counters *)self)->at[transition.actor]++;
  *footprint = (struct rig_footprint){0, UINT64_C(1) << transition.actor};
  return RIG_SIM_GOES_ON;
}

static size_t counters_save(void *self, void *to) {
  memcpy(to, self, sizeof(struct counters));
  return sizeof(struct counters);
}

static void counters_load(void *self, const void *from, size_t bytes) {
  memcpy(self, from, bytes);
}

static uint64_t counters_hash(void *self) {
  uint64_t word;
  memcpy(&word, self, sizeof word);
  return word;
}

static void bench_schedules(void) {
  struct counters counters = {{0}};
  const struct rig_system system = {.self = &counters,
                                    .enabled = counters_enabled,
                                    .step = counters_step,
                                    .state_bytes_max = sizeof counters,
                                    .save = counters_save,
                                    .load = counters_load,
                                    .hash = counters_hash};
  for (unsigned reduce = 0; reduce < 2; reduce++) {
    const struct rig_explore_options options = {.mode = RIG_EXPLORE_SCHEDULES,
                                                .reduce = reduce != 0};
    struct rig_exploration out;
    const double from = cpu_ns();
    if (rig_explore(&system, &options, &out) != RIG_OK ||
        out.schedules != (reduce ? 1 : SCHEDULES)) {
      fail("schedules", "not as many as there are");
    }
    printf("schedules: 3 actors x 5 independent steps, %s: %llu in %.3f s (%.0f/s)\n",
           reduce ? "source-DPOR" : "every interleaving", (unsigned long long)out.schedules,
           (cpu_ns() - from) / 1e9, (double)out.schedules / (cpu_ns() - from) * 1e9);
  }
}

/* ---- the hang ---- */

static bool stop_at_deadlock(void *context, enum rig_sim_end end,
                             const struct rig_schedule *schedule) {
  if (end == RIG_SIM_DEADLOCK) {
    *(size_t *)context = schedule->count;
  }
  return end != RIG_SIM_DEADLOCK;
}

void bench_hang(const char *what, const struct rig_system *system) {
  size_t steps = 0;
  struct rig_exploration out;
  const struct rig_explore_options options = {
      .mode = RIG_EXPLORE_STATES, .reduce = true, .found = stop_at_deadlock, .context = &steps};
  const double from = cpu_ns();
  if (rig_explore(system, &options, &out) != RIG_OK || steps == 0) {
    fail(what, "no hang was found");
  }
  printf("hang: %s: found in %.2f ms, after %llu states, by a schedule of %zu steps\n", what,
         (cpu_ns() - from) / 1e6, (unsigned long long)out.states, steps);
}

/* ---- snapshots and switches ---- */

void bench_snapshot(const char *what, const struct rig_system *system) {
  enum { ROUNDS = 20000 };
  void *state = malloc(system->state_bytes_max);
  struct rig_transition list[RIG_ENABLED_MAX];
  struct rig_footprint footprint;
  enum rig_sim_end end;
  double ns[4] = {0}; /* step, hash, save, load */
  uint64_t sum = 0;
  if (state == NULL || system->enabled(system->self, list, &end) == 0) {
    fail(what, "no state to measure with");
  }
  size_t bytes = system->save(system->self, state);
  for (unsigned i = 0; i < ROUNDS; i++) {
    const double at = cpu_ns();
    (void)system->step(system->self, list[0], &footprint);
    const double stepped = cpu_ns();
    sum += system->hash(system->self);
    const double hashed = cpu_ns();
    system->load(system->self, state, bytes);
    const double loaded = cpu_ns();
    bytes = system->save(system->self, state);
    ns[0] += stepped - at;
    ns[1] += hashed - stepped;
    ns[2] += cpu_ns() - loaded;
    ns[3] += loaded - hashed;
  }
  const double from = cpu_ns();
  for (unsigned i = 0; i < ROUNDS; i++) {
    (void)cpu_ns();
  }
  const double clock = (cpu_ns() - from) / ROUNDS;
  printf("snapshot: %s, %zu bytes: step %.0f ns, hash %.0f ns, save %.0f ns, load %.0f ns\n", what,
         bytes, ns[0] / ROUNDS - clock, ns[1] / ROUNDS - clock, ns[2] / ROUNDS - clock,
         ns[3] / ROUNDS - clock);
  free(sum == 1 ? NULL : state);
}

static void yield_for_ever(void *argument) {
  (void)argument;
  for (;;) {
    rig_fibre_yield();
  }
}

/* Of the switch alone, and of what the engine uses: with the dead part of the stack cleaned. */
static void bench_switch(void) {
  enum { ROUNDS = 2000000, SLICE = 1000 };
  struct rig_fibre *fibre = rig_fibre_new();
  if (fibre == NULL) {
    fail("fibre", "no memory");
  }
  rig_fibre_start(fibre, yield_for_ever, NULL);
  rig_fibre_run(fibre);
  double bare = 0;
  double cleaned = 0;
  for (unsigned i = 0; i < ROUNDS; i += SLICE) { /* by turns, so that both suffer the same load */
    const double from = cpu_ns();
    rig_fibre_here.current = fibre;
    for (unsigned k = 0; k < SLICE; k++) {
      rig_fibre_switch(&rig_fibre_here.runner, &fibre->sp);
    }
    rig_fibre_here.current = NULL;
    const double between = cpu_ns();
    for (unsigned k = 0; k < SLICE; k++) {
      rig_fibre_run(fibre);
    }
    bare += between - from;
    cleaned += cpu_ns() - between;
  }
  printf("switch: to a fibre and back: %.1f ns, as the engine does it, the stack cleaned: %.1f ns "
         "(%.2f x)\n",
         bare / ROUNDS, cleaned / ROUNDS, cleaned / bare);
  (void)rig_fibre_free(fibre);
}

void bench_sim(const struct context *context) {
  struct pump_problem literal = {
      .notifiers = 1, .actions = 1, .kinds = {{PUMP_SEND}}, .mask_send = true, .mask_post = true};
  const struct pump_problem problem = the_problem();
  literal.retrieve = PUMP_GET;
  bench_states();
  bench_schedules();
  struct pump_system *pump = pump_system_new(&problem);
  struct pump_system *hangs = pump_system_new(&literal);
  if (pump == NULL || hangs == NULL) {
    fail("sim", "no memory");
  }
  bench_hang("the literal pump, one sent message, the stop", pump_system_explorable(hangs));
  bench_snapshot("the drain pump's world", pump_system_explorable(pump));
  bench_switch();
  (void)pump_system_free(pump);
  (void)pump_system_free(hangs);
  bench_engine(context);
}
