/*
 * States explored, beside SPIN's on the same problem in the same run.
 *
 * The problem: a pump that drains its queue, six notifiers with three actions each and one who sets
 * the stop event, 3,225,054 states (tests/spin). The same pump as compiled code on the engine is a
 * program, which begins with a step before its first call and ends with its main thread, whatever
 * others had still to do: SPIN's rival has the same (PROGRAM), and so many states. Times are those
 * of the processor, each measured in a process of its own, so that other load on the machine counts
 * less.
 *
 * SPIN's -DHC4 keeps 12 bytes a state, but below a table of 2^33 slots (-w33, 64 GiB) pan 6.5.2
 * fills them from a hash of 32 bits (pan.c: hasher is d_sfh while ssize <= 32, and d_sfh leaves K2
 * alone), one that is weak besides: 62,685 of these states share theirs with another and are lost,
 * whatever -w and -h say. With d_hash, of 64 bits, in its place none is.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "core/assert.h"
#include "pump_engine.h"

#define STATES 3225054u
#define MODEL_FLAGS "-m10000", "-w22", "-n"

/* The #defines that make tests/spin/pump.pml the same problem as bench_problem. */
static const char model_defines[] =
    "#define NOTIFIERS 6\n#define ACTIONS 3\n#define KIND(i, j) (i > 3 -> SEND : (i < 3 -> POST : "
    "(j == 1 -> POST : SEND)))\n";

struct pump_problem bench_problem(void) {
  struct pump_problem problem = {
      .notifiers = 6, .actions = 3, .mask_send = true, .mask_post = true, .retrieve = PUMP_PEEK};
  for (unsigned i = 3; i < 6; i++) {
    memset(problem.kinds[i], PUMP_SEND, sizeof problem.kinds[i]);
  }
  problem.kinds[3][1] = PUMP_POST;
  return problem;
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

static struct rig_exploration explore(const struct rig_system *system, bool reduce) {
  const struct rig_explore_options options = {.mode = RIG_EXPLORE_STATES, .reduce = reduce};
  struct rig_exploration out;
  if (rig_explore(system, &options, &out) != RIG_OK || !out.complete) {
    fail("states", "the exploration failed");
  }
  return out;
}

static struct rig_exploration explore_model(bool reduce) {
  const struct pump_problem problem = bench_problem();
  struct pump_system *system = pump_system_new(&problem);
  RIG_ASSERT(system != NULL);
  const struct rig_exploration out = explore(pump_system_explorable(system), reduce);
  (void)pump_system_free(system);
  return out;
}

static struct rig_exploration with_sleep_sets(void) {
  return explore_model(true);
}

static struct rig_exploration without_sleep_sets(void) {
  return explore_model(false);
}

static struct rig_exploration compiled(void) {
  const struct pump_problem problem = bench_problem();
  struct pump_actor actors[PUMP_NOTIFIERS_MAX + 1];
  for (unsigned i = 0; i < problem.notifiers; i++) {
    actors[i] = (struct pump_actor){.count = problem.actions};
    for (unsigned k = 0; k < problem.actions; k++) {
      actors[i].what[k] = problem.kinds[i][k] == PUMP_SEND ? PUMP_SENDS : PUMP_POSTS;
    }
  }
  actors[problem.notifiers] = pump_actor_of(1, PUMP_STOPS);
  struct rig_engine *engine = pump_engine_new(PUMP_PEEK, actors, problem.notifiers + 1);
  const struct rig_exploration out = explore(rig_engine_system(engine), true);
  (void)rig_engine_free(engine);
  return out;
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

/* SPIN's program for the model with these #defines too: pan.c in `folder`. */
static void make_model(const char *folder, const char *more) {
  char path[300];
  char line[512];
  char *spin[] = {"spin", "-a", "pump.pml", NULL};
  (void)snprintf(path, sizeof path, "%s/pump.pml", folder);
  FILE *to = fopen(path, "w");
  FILE *from = fopen(RIG_SOURCE_DIR "/tests/spin/pump.pml", "r");
  if (to == NULL || from == NULL) {
    fail("pump.pml", "cannot be copied");
  }
  (void)fprintf(to, "%s%s", model_defines, more);
  while (fgets(line, sizeof line, from) != NULL) {
    (void)fputs(line, to);
  }
  (void)fclose(from);
  if (fclose(to) != 0) {
    fail("pump.pml", "cannot be written");
  }
  (void)run(folder, "spin.out", spin);
}

static void bench_model(const char *folder) {
  struct cost sleeping;
  struct cost plain;
  uint64_t exact_states;
  uint64_t compact_states;
  puts("states: a drain pump, 6 notifiers x 3 actions, on the simulated Win32 and in Promela");
  make_model(folder, "");
  const struct rig_exploration reduced = explore_in_child(with_sleep_sets, &sleeping);
  say_states("mapirig, sleep sets", reduced.states, reduced.transitions, &sleeping);
  const struct cost exact = run_spin(folder, "-DSAFETY", "SPIN, exact", &exact_states);
  const struct rig_exploration all = explore_in_child(without_sleep_sets, &plain);
  say_states("mapirig, every transition", all.states, all.transitions, &plain);
  const struct cost compact = run_spin(folder, "-DHC4", "SPIN -DHC4", &compact_states);
  printf("  of SPIN exact: %.2f of its time, %.2f of its memory (every transition: %.2f, %.2f)\n"
         "  of SPIN -DHC4: %.2f of its time a state, %.2f of its memory; it lost %llu states, "
         "mapirig %lld (chance of one: %.1e)\n"
         "  (-DHC4 below -w33 hashes to 32 bits alone, whatever it stores)\n",
         sleeping.seconds / exact.seconds, sleeping.mb / exact.mb, plain.seconds / exact.seconds,
         plain.mb / exact.mb,
         sleeping.seconds / (double)reduced.states / (compact.seconds / (double)compact_states),
         sleeping.mb / compact.mb, (unsigned long long)(exact_states - compact_states),
         (long long)(exact_states - reduced.states), reduced.omission);
  if (exact_states != STATES || reduced.states != STATES || all.states != STATES) {
    fail("states", "not as many as the problem has");
  }
}

/* The engine's paths end with a step: what SPIN counts as the one state in which the program has
 * ended is none. */
static void bench_compiled(const char *folder) {
  struct cost cost;
  uint64_t exact_states;
  puts("states: the same pump as compiled code on a fibre, and as a program in Promela");
  make_model(folder, "#define PROGRAM 1\n");
  const struct rig_exploration found = explore_in_child(compiled, &cost);
  say_states("mapirig, sleep sets", found.states, found.transitions, &cost);
  const struct cost exact = run_spin(folder, "-DSAFETY", "SPIN, exact", &exact_states);
  printf("  of SPIN exact: %.2f of its time, %.2f of its memory; %.0f ns a transition\n",
         cost.seconds / exact.seconds, cost.mb / exact.mb,
         cost.seconds * 1e9 / (double)found.transitions);
  if (exact_states != found.states + 1) {
    fail("states", "the compiled pump has not as many as the model");
  }
}

void bench_states(void) {
  char folder[] = "/tmp/mapirig-bench-XXXXXX";
  if (mkdtemp(folder) == NULL) {
    fail("sim", "no temporary folder");
  }
  bench_model(folder);
  bench_compiled(folder);
  char *clean[] = {"rm", "-rf", folder, NULL};
  (void)run("/", "/dev/null", clean);
}
