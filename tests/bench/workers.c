/*
 * One exploration by one process and by two workers that share its states, in turn.
 *
 * Beside the time that passed stands the processor's: that of the busiest worker is what would pass
 * on a machine that is otherwise idle.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "pump_system.h"
#include "sim/explore/explore_shared.h"

#define WORKERS 2u

struct one {
  struct rig_exploration out;
  double cpu_s;
};

struct measured {
  double wall_s;
  double cpu_s; /* of the busiest */
  uint64_t states;
  uint64_t transitions;
};

/* As `mapirig sim` does it: with sleep sets. */
static struct measured explore(const struct pump_problem *problem, uint32_t workers) {
  struct rig_explore_options options = {.mode = RIG_EXPLORE_STATES,
                                        .reduce = true,
                                        .states_max = 5000000,
                                        .memory_max = UINT64_C(1) << 30};
  struct measured sum = {0, 0, 0, 0};
  struct one *all =
      mmap(NULL, WORKERS * sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  options.shared = workers > 1 ? rig_explore_shared_new(&options, workers) : NULL;
  if (all == MAP_FAILED || (workers > 1 && options.shared == NULL)) {
    fail("workers", "no memory");
  }
  const double from = now_ms();
  for (options.worker = 0; options.worker < workers; options.worker++) {
    if (fork() == 0) {
      struct pump_system *system = pump_system_new(problem);
      struct one *mine = &all[options.worker];
      const double began = cpu_ns();
      const bool good = system != NULL &&
                        rig_explore(pump_system_explorable(system), &options, &mine->out) == RIG_OK;
      mine->cpu_s = (cpu_ns() - began) / 1e9;
      _exit(good ? 0 : 1);
    }
  }
  while (wait(NULL) > 0) {
  }
  sum.wall_s = (now_ms() - from) / 1e3;
  for (uint32_t i = 0; i < workers; i++) {
    if (!all[i].out.complete) {
      fail("workers", "an exploration is not complete");
    }
    sum.states += all[i].out.states;
    sum.transitions += all[i].out.transitions;
    sum.cpu_s = all[i].cpu_s > sum.cpu_s ? all[i].cpu_s : sum.cpu_s;
  }
  (void)rig_explore_shared_free(options.shared);
  (void)munmap(all, WORKERS * sizeof *all);
  return sum;
}

void bench_workers(const struct pump_problem *problem) {
  const struct measured one = explore(problem, 1);
  const struct measured two = explore(problem, WORKERS);
  printf("workers: the drain pump, -j1: %llu states, %llu transitions, %.2f s (%.2f s of the "
         "processor); -j2: %llu states, %llu transitions, %.2f s (%.2f s of the processor by the "
         "busier one): %.2f x as fast, %.2f x by the processor\n",
         (unsigned long long)one.states, (unsigned long long)one.transitions, one.wall_s, one.cpu_s,
         (unsigned long long)two.states, (unsigned long long)two.transitions, two.wall_s, two.cpu_s,
         one.wall_s / two.wall_s, one.cpu_s / two.cpu_s);
  if (one.states != two.states) {
    fail("workers", "two found another number of states than one");
  }
}
