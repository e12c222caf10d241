/*
 * Paths in processes of their own: orders by one pipe, answers in memory that both have, and a byte
 * by another pipe when an answer is there. A process that ends without one has ended its path.
 */
#include "sim/forked.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/assert.h"

#define STEPS_MAX 65536u /* of a path */

enum order { ORDER_ENABLED = 'e', ORDER_STEP = 's' };

struct message {
  char order; /* enum order */
  struct rig_transition transition;
};

/* What both processes see. */
struct answer {
  struct rig_transition list[RIG_ENABLED_MAX];
  size_t count;
  enum rig_sim_end end;
  struct rig_footprint footprint;
  bool progress;
  uint64_t kind; /* of an end */
  bool runs_on;
};

struct rig_forked {
  struct rig_simulation *simulation;
  const struct rig_system *inner;
  struct rig_system system;
  struct answer *answer;
  struct rig_transition *steps; /* how the present state was reached */
  uint32_t count;
  uint64_t states; /* none is known to be the same as another */
  pid_t process;   /* that is in the present state; 0: none is */
  int orders, answers;
};

/* ---- in the process of a path ---- */

static bool begin_child(pid_t parent) {
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  char error[80];
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent || nothing < 0) {
    return false;
  }
  if (getenv("DBG") == NULL) {
    dup2(nothing, STDOUT_FILENO);
  } /* the pump's own, and the sanitizer's report, which is caught */
  if (getenv("DBG") == NULL) {
    dup2(nothing, STDERR_FILENO);
  }
  return rig_fibre_guard_forked(error, sizeof error) == RIG_OK;
}

static void note_end(struct rig_forked *forked, enum rig_sim_end end) {
  forked->answer->end = end;
  if (end != RIG_SIM_GOES_ON) {
    forked->answer->kind = rig_simulation_kind(forked->simulation, end);
    forked->answer->runs_on = rig_path_runs_on(forked->simulation, end);
  }
}

static void obey(struct rig_forked *forked, char order, struct rig_transition transition) {
  const struct rig_system *inner = forked->inner;
  struct answer *answer = forked->answer;
  enum rig_sim_end end = RIG_SIM_GOES_ON;
  if (order == ORDER_ENABLED) {
    answer->count = inner->enabled(inner->self, answer->list, &end);
    note_end(forked, answer->count == 0 ? end : RIG_SIM_GOES_ON);
  } else {
    answer->footprint = (struct rig_footprint){0, 0};
    end = inner->step(inner->self, transition, &answer->footprint);
    answer->progress = inner->progress == NULL || inner->progress(inner->self);
    note_end(forked, end);
  }
}

/* Simulations know what kind of process they are in by this alone. */
static void settle(const struct rig_forked *forked) {
  forked->simulation->forked = NULL;
  forked->simulation->system = forked->inner;
}

_Noreturn static void serve(struct rig_forked *forked, int orders, int answers, pid_t parent) {
  struct message message;
  if (!begin_child(parent)) {
    _exit(1);
  }
  settle(forked);
  for (uint32_t i = 0; i < forked->count; i++) {
    struct rig_footprint footprint;
    (void)forked->inner->step(forked->inner->self, forked->steps[i], &footprint);
  }
  while (read(orders, &message, sizeof message) == (ssize_t)sizeof message) {
    obey(forked, message.order, message.transition);
    if (write(answers, "", 1) != 1) {
      break;
    }
  }
  _exit(0);
}

/* ---- in the explorer's ---- */

static void end_process(struct rig_forked *forked) {
  if (forked->process > 0) {
    close(forked->orders);
    close(forked->answers);
    kill(forked->process, SIGKILL);
    while (waitpid(forked->process, NULL, 0) < 0 && errno == EINTR) {
    }
    forked->process = 0;
  }
}

static bool start_process(struct rig_forked *forked) {
  int orders[2];
  int answers[2];
  if (pipe2(orders, O_CLOEXEC) != 0) {
    return false;
  }
  if (pipe2(answers, O_CLOEXEC) != 0) {
    close(orders[0]);
    close(orders[1]);
    return false;
  }
  const pid_t parent = getpid();
  forked->process = fork();
  if (forked->process == 0) {
    close(orders[1]);
    close(answers[0]);
    serve(forked, orders[0], answers[1], parent);
  }
  close(orders[0]);
  close(answers[1]);
  forked->orders = orders[1];
  forked->answers = answers[0];
  if (forked->process < 0) {
    close(orders[1]);
    close(answers[0]);
    forked->process = 0;
  }
  return forked->process > 0;
}

/* False: the process has ended in the middle. */
static bool ask(struct rig_forked *forked, char order, struct rig_transition transition) {
  const struct message message = {.order = order, .transition = transition};
  char byte;
  if (forked->process == 0 && !start_process(forked)) {
    return false;
  }
  ssize_t got = write(forked->orders, &message, sizeof message);
  while (got > 0 && (got = read(forked->answers, &byte, 1)) < 0 && errno == EINTR) {
    got = 1;
  }
  if (got != 1) {
    end_process(forked);
    forked->answer->kind = forked->count + 1u; /* where it was told apart by */
    forked->answer->runs_on = false;
  }
  return got == 1;
}

static size_t enabled(void *self, struct rig_transition *out, enum rig_sim_end *end) {
  struct rig_forked *forked = self;
  if (!ask(forked, ORDER_ENABLED, (struct rig_transition){0, 0})) {
    *end = RIG_SIM_BOUND;
    return 0;
  }
  memcpy(out, forked->answer->list, forked->answer->count * sizeof *out);
  if (forked->answer->count == 0) {
    *end = forked->answer->end;
  }
  return forked->answer->count;
}

static enum rig_sim_end step(void *self, struct rig_transition transition,
                             struct rig_footprint *footprint) {
  struct rig_forked *forked = self;
  if (forked->count == STEPS_MAX || !ask(forked, ORDER_STEP, transition)) {
    *footprint = (struct rig_footprint){UINT64_MAX, UINT64_MAX};
    return RIG_SIM_BOUND;
  }
  forked->steps[forked->count++] = transition;
  *footprint = forked->answer->footprint;
  return forked->answer->end;
}

static size_t save(void *self, void *to) {
  const struct rig_forked *forked = self;
  memcpy(to, &forked->count, sizeof forked->count);
  memcpy((char *)to + sizeof forked->count, forked->steps, forked->count * sizeof *forked->steps);
  return sizeof forked->count + forked->count * sizeof *forked->steps;
}

static void load(void *self, const void *from, size_t bytes) {
  struct rig_forked *forked = self;
  uint32_t count = 0;
  memcpy(&count, from, sizeof count);
  RIG_ASSERT(bytes == sizeof count + count * sizeof *forked->steps && count <= STEPS_MAX);
  memcpy(forked->steps, (const char *)from + sizeof count, count * sizeof *forked->steps);
  forked->count = count;
  end_process(forked);
}

static uint64_t hash(void *self) {
  struct rig_forked *forked = self;
  return ++forked->states * UINT64_C(0x9E3779B97F4A7C15);
}

static bool progress(void *self) {
  const struct rig_forked *forked = self;
  return forked->answer->progress;
}

struct rig_forked *rig_forked_new(struct rig_simulation *simulation) {
  struct rig_forked *forked = calloc(1, sizeof *forked);
  void *memory =
      mmap(NULL, sizeof(struct answer), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  struct rig_transition *steps = malloc(STEPS_MAX * sizeof *steps);
  if (forked == NULL || memory == MAP_FAILED || steps == NULL) {
    free(steps);
    free(forked);
    return NULL;
  }
  signal(SIGPIPE, SIG_IGN); /* a process that has ended is seen by what is read of it */
  *forked = (struct rig_forked){
      .simulation = simulation, .inner = simulation->system, .answer = memory, .steps = steps};
  forked->system =
      (struct rig_system){.self = forked,
                          .enabled = enabled,
                          .step = step,
                          .state_bytes_max = sizeof(uint32_t) + STEPS_MAX * sizeof *steps,
                          .save = save,
                          .load = load,
                          .hash = hash,
                          .progress = progress};
  return forked;
}

struct rig_forked *rig_forked_free(struct rig_forked *forked) {
  if (forked != NULL) {
    end_process(forked);
    munmap(forked->answer, sizeof *forked->answer);
    free(forked->steps);
    free(forked);
  }
  return NULL;
}

const struct rig_system *rig_forked_system(struct rig_forked *forked) {
  return &forked->system;
}

uint64_t rig_forked_kind(const struct rig_forked *forked) {
  return forked->answer->kind;
}

bool rig_forked_runs_on(const struct rig_forked *forked) {
  return forked->answer->runs_on;
}

bool rig_forked_run(const struct rig_forked *forked, void (*work)(void *context), void *context) {
  const pid_t parent = getpid();
  const pid_t process = fork();
  int status = 0;
  if (process == 0) {
    if (!begin_child(parent)) {
      _exit(1);
    }
    settle(forked);
    work(context);
    _exit(0);
  }
  while (process > 0 && waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) {
      return false;
    }
  }
  return process > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
