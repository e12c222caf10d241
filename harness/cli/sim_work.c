/*
 * Processes for simulations.
 */
#include "cli/sim_work.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/output.h"

static volatile sig_atomic_t interrupted;

static void on_signal(int number) {
  (void)number;
  interrupted = 1;
}

void rig_sim_work_catch(void) {
  const struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
  struct sigaction before;
  sigset_t child;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGHUP, NULL, &before);
  if (before.sa_handler != SIG_IGN) {
    sigaction(SIGHUP, &action, NULL);
  }
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, NULL); /* rig_sim_work_wait takes it */
}

bool rig_sim_work_interrupted(void) {
  return interrupted != 0;
}

/* Of the child. */
_Noreturn static void run(const struct rig_sim_work *work, pid_t parent) {
  const struct rlimit none = {0, 0};
  sigset_t empty;
  sigemptyset(&empty);
  sigprocmask(SIG_SETMASK, &empty, NULL);
  signal(SIGINT, SIG_IGN); /* the parent ends it */
  signal(SIGTERM, SIG_DFL);
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) {
    _exit(1);
  }
  switch (work->job) {
  case RIG_SIM_JOB_LOAD:
    rig_simulate_load(&work->options, work->report);
    break;
  case RIG_SIM_JOB_EXPLORE:
    rig_simulate(&work->options, work->scenario, rig_output_now, work->report);
    break;
  case RIG_SIM_JOB_REPLAY:
    rig_simulate_replay(&work->options, work->scenario, work->id, work->report);
    break;
  case RIG_SIM_JOB_FOLLOW:
    rig_simulate_follow(&work->options, work->scenario, work->live, work->report);
    break;
  }
  _exit(0);
}

struct rig_sim_report *rig_sim_report_new(void) {
  void *memory = mmap(NULL, rig_sim_report_bytes(), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

struct rig_sim_report *rig_sim_report_free(struct rig_sim_report *report) {
  if (report != NULL) {
    (void)munmap(report, rig_sim_report_bytes());
  }
  return NULL;
}

bool rig_sim_work_start(struct rig_sim_work *work) {
  work->report = rig_sim_report_new();
  if (work->report == NULL) {
    return false;
  }
  fflush(stdout);
  fflush(stderr);
  const pid_t parent = getpid();
  work->process = fork();
  if (work->process == 0) {
    run(work, parent);
  }
  if (work->process < 0) {
    work->process = 0;
    work->report = rig_sim_report_free(work->report);
    return false;
  }
  return true;
}

static void note_end(struct rig_sim_work *work, int status) {
  struct rig_sim_report *report = work->report;
  work->process = 0;
  work->ended = true;
  if (report->done == 1 && WIFEXITED(status)) {
    return;
  }
  report->done = 0;
  report->status = RIG_INTERRUPTED;
  if (WIFSIGNALED(status)) {
    snprintf(report->error, sizeof report->error,
             "the process that ran the program was ended by signal %d (%s): the program has "
             "overwritten what is not its own, or the system was short of memory",
             WTERMSIG(status), strsignal(WTERMSIG(status)));
  } else {
    snprintf(report->error, sizeof report->error,
             "the process that ran the program ended with %d before it was done",
             WIFEXITED(status) ? WEXITSTATUS(status) : -1);
  }
}

void rig_sim_work_wait(struct rig_sim_work *works, size_t count, unsigned ms) {
  const struct timespec patience = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  for (int round = 0; round < 2; round++) {
    bool any = false;
    for (size_t i = 0; i < count; i++) {
      int status = 0;
      if (works[i].process > 0 && waitpid(works[i].process, &status, WNOHANG) > 0) {
        note_end(&works[i], status);
        any = true;
      }
    }
    if (any || round == 1) {
      return;
    }
    (void)sigtimedwait(&child, NULL, &patience);
  }
}

void rig_sim_work_free(struct rig_sim_work *work) {
  if (work->process > 0) {
    kill(work->process, SIGKILL);
    (void)waitpid(work->process, NULL, 0);
    work->process = 0;
  }
  work->report = rig_sim_report_free(work->report);
}
