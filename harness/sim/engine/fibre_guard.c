/*
 * Running a fibre whose code nobody trusts.
 *
 * A fault's handler runs on a stack of its own and sends the interrupted thread back to the one who
 * ran the fibre, by changing the registers it will return to: the kernel then restores the mask of
 * signals itself. A timer that counts the thread's processor time looks four times within the
 * patience whether one and the same run of a fibre still goes on.
 */
#include "sim/engine/fibre_private.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "core/assert.h"

#define ALTERNATE_BYTES (64u * 1024u)
#define LOOKS 4u /* of the timer within the patience */
#define TIMER_SIGNAL SIGVTALRM
#define DIRECTION_FLAG 0x400
#define TRAP_FLAG 0x100
#define WRITE_ERROR 0x2 /* of a page fault's error code (Intel SDM 3A, 4.7) */

static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
#define FAULTS (sizeof faults / sizeof *faults)

/* Handlers belong to the process: the first that guards installs them, the last removes them. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned users;
static struct sigaction before[FAULTS];
static struct sigaction before_timer;

static _Thread_local struct {
  bool on;
  unsigned uses;
  void *alternate;
  stack_t before;
  timer_t timer;
  uint64_t seen; /* the run that the last look saw */
  unsigned looks;
  uint32_t patience_ms;
} mine;

/* ---- in a handler: nothing but stores ---- */

/* By their numbers in unwind data. */
static const int registers[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
                                  REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                  REG_R12, REG_R13, REG_R14, REG_R15};

static void throw_out(ucontext_t *context, enum rig_fibre_end end, const struct rig_crash *crash) {
  struct rig_fibre_here *here = &rig_fibre_here;
  here->end = end;
  here->crash = *crash;
  for (size_t i = 0; i < 16; i++) {
    here->crash.general[i] = (uint64_t)context->uc_mcontext.gregs[registers[i]];
  }
  context->uc_mcontext.gregs[REG_RSP] = (greg_t)(uintptr_t)here->runner;
  context->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)rig_fibre_resume;
  context->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)(DIRECTION_FLAG | TRAP_FLAG);
}

static bool in_guard(const struct rig_fibre *fibre, uintptr_t address) {
  return address >= (uintptr_t)fibre->map && address < (uintptr_t)fibre->low;
}

static void on_fault(int number, siginfo_t *info, void *opaque) {
  ucontext_t *context = opaque;
  struct rig_fibre_here *here = &rig_fibre_here;
  const bool sent = info->si_code <= 0; /* by kill, not by an instruction */
  if (here->current == NULL || !here->guarded) {
    /* Ours, not the program's: the fault comes again, to whom it went before. */
    for (size_t i = 0; i < FAULTS; i++) {
      if (faults[i] == number) {
        sigaction(number, &before[i], NULL);
      }
    }
    if (sent) {
      raise(number);
    }
    return;
  }
  const struct rig_crash crash = {.signal = number,
                                  .address = sent ? 0 : (uintptr_t)info->si_addr,
                                  .code = (uintptr_t)context->uc_mcontext.gregs[REG_RIP],
                                  .write =
                                      (context->uc_mcontext.gregs[REG_ERR] & WRITE_ERROR) != 0};
  const bool overran = (number == SIGSEGV || number == SIGBUS) &&
                       (in_guard(here->current, crash.address) ||
                        in_guard(here->current, (uintptr_t)context->uc_mcontext.gregs[REG_RSP]));
  throw_out(context, overran ? RIG_FIBRE_OVERRAN : RIG_FIBRE_FAULTED, &crash);
}

static void on_timer(int number, siginfo_t *info, void *opaque) {
  (void)info;
  ucontext_t *context = opaque;
  struct rig_fibre_here *here = &rig_fibre_here;
  if (here->current == NULL || !here->guarded) {
    return;
  }
  if (here->runs != mine.seen) {
    mine.seen = here->runs;
    mine.looks = 0;
    return;
  }
  /* Not between the switch's stores: the interrupted stack must be the fibre's. */
  const uintptr_t sp = (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
  const bool on_stack = sp >= (uintptr_t)here->current->low && sp < (uintptr_t)here->current->high;
  if (++mine.looks >= LOOKS && on_stack && here->held == 0) {
    const struct rig_crash crash = {.signal = number,
                                    .code = (uintptr_t)context->uc_mcontext.gregs[REG_RIP]};
    throw_out(context, RIG_FIBRE_RUNS_ON, &crash);
  }
}

/* ---- installing ---- */

static void install(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  sigaddset(&action.sa_mask, TIMER_SIGNAL);
  action.sa_sigaction = on_fault;
  for (size_t i = 0; i < FAULTS; i++) {
    sigaction(faults[i], &action, &before[i]);
  }
  action.sa_flags |= SA_RESTART;
  action.sa_sigaction = on_timer;
  sigaction(TIMER_SIGNAL, &action, &before_timer);
}

static void uninstall(void) {
  for (size_t i = 0; i < FAULTS; i++) {
    sigaction(faults[i], &before[i], NULL);
  }
  sigaction(TIMER_SIGNAL, &before_timer, NULL);
}

static bool start_timer(uint32_t patience_ms) {
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = TIMER_SIGNAL};
  event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
  if (timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &mine.timer) != 0) {
    return false;
  }
  const uint64_t ns = (uint64_t)(patience_ms == 0 ? 1 : patience_ms) * 1000000u / LOOKS;
  const struct timespec every = {.tv_sec = (time_t)(ns / 1000000000u),
                                 .tv_nsec = (long)(ns % 1000000000u)};
  const struct itimerspec times = {.it_interval = every, .it_value = every};
  if (timer_settime(mine.timer, 0, &times, NULL) != 0) {
    timer_delete(mine.timer);
    return false;
  }
  return true;
}

enum rig_status rig_fibre_guard(uint32_t patience_ms, char *error, size_t size) {
  if (mine.on) {
    mine.uses++;
    return RIG_OK;
  }
  void *alternate = malloc(ALTERNATE_BYTES);
  if (alternate == NULL) {
    return RIG_NO_MEMORY;
  }
  const stack_t stack = {.ss_sp = alternate, .ss_size = ALTERNATE_BYTES};
  if (sigaltstack(&stack, &mine.before) != 0) {
    snprintf(error, size, "no stack for signals: %s", strerror(errno));
    free(alternate);
    return RIG_IO;
  }
  pthread_mutex_lock(&lock);
  if (users++ == 0) {
    install();
  }
  pthread_mutex_unlock(&lock);
  mine.alternate = alternate;
  mine.patience_ms = patience_ms;
  mine.on = true;
  mine.uses = 1;
  if (!start_timer(patience_ms)) {
    snprintf(error, size, "no timer of processor time: %s", strerror(errno));
    mine.on = false;
    rig_fibre_unguard();
    return RIG_IO;
  }
  return RIG_OK;
}

enum rig_status rig_fibre_guard_forked(char *error, size_t size) {
  RIG_ASSERT(mine.on); /* handlers and their stack are there; timers are not inherited (fork(2)) */
  if (!start_timer(mine.patience_ms)) {
    snprintf(error, size, "no timer of processor time: %s", strerror(errno));
    return RIG_IO;
  }
  return RIG_OK;
}

void rig_fibre_unguard(void) {
  if (mine.alternate == NULL || (mine.on && --mine.uses > 0)) {
    return;
  }
  if (mine.on) {
    timer_delete(mine.timer);
  }
  mine.on = false;
  pthread_mutex_lock(&lock);
  if (--users == 0) {
    uninstall();
  }
  pthread_mutex_unlock(&lock);
  stack_t back = mine.before;
  if (back.ss_flags & SS_DISABLE) {
    back = (stack_t){.ss_flags = SS_DISABLE};
  }
  sigaltstack(&back, NULL);
  free(mine.alternate);
  mine.alternate = NULL;
}

/* ---- running ---- */

enum rig_fibre_end rig_fibre_run_guarded(struct rig_fibre *fibre, struct rig_crash *crash) {
  struct rig_fibre_here *here = &rig_fibre_here;
  RIG_ASSERT(mine.on);
  here->runs++;
  here->end = RIG_FIBRE_YIELDED;
  here->held = 0;
  here->guarded = true;
  rig_fibre_run(fibre);
  here->guarded = false;
  const enum rig_fibre_end end = here->end;
  here->end = RIG_FIBRE_YIELDED;
  if (end != RIG_FIBRE_YIELDED) {
    *crash = here->crash;
  }
  return end;
}

void rig_fibre_hold(void) {
  rig_fibre_here.held++;
}

void rig_fibre_unhold(void) {
  rig_fibre_here.held--;
}
