/*
 * Unix processes.
 */
#include "live/process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live/clock.h"

#define EXEC_FAILED 127

static void redirect(int target, const char *path, int flags) {
  const int file = open(path != NULL ? path : "/dev/null", flags, 0600);
  if (file < 0 || dup2(file, target) < 0) {
    _exit(EXEC_FAILED);
  }
}

/* In the child; only what is async-signal-safe, for the harness may have threads. */
static void become(const struct rig_spawn *spawn) {
  const int flags = O_WRONLY | O_CREAT | O_TRUNC;
  (void)setsid();
  if (spawn->input < 0) {
    redirect(STDIN_FILENO, NULL, O_RDONLY);
  } else if (dup2(spawn->input, STDIN_FILENO) < 0) {
    _exit(EXEC_FAILED);
  }
  redirect(STDOUT_FILENO, spawn->output, flags);
  redirect(STDERR_FILENO, spawn->errors, flags);
  (void)close_range(3, ~0u, 0);
  if (spawn->cpu != RIG_ANY_CPU) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)spawn->cpu, &set);
    (void)sched_setaffinity(0, sizeof set, &set); /* slower without, never wrong */
  }
  sigset_t none;
  (void)sigemptyset(&none);
  (void)sigprocmask(SIG_SETMASK, &none, NULL);
  (void)signal(SIGINT, SIG_DFL);
  (void)signal(SIGTERM, SIG_DFL);
  (void)signal(SIGPIPE, SIG_DFL);
  (void)execve(spawn->arguments[0], (char *const *)spawn->arguments, spawn->environment);
  _exit(EXEC_FAILED);
}

pid_t rig_spawn(const struct rig_spawn *spawn) {
  const pid_t process = fork();
  if (process == 0) {
    become(spawn);
  }
  return process;
}

/* In the keeper, a fork of a program that may have threads: only what is async-signal-safe. */
__attribute__((noreturn)) static void keep(const struct rig_spawn *spawn, int answer) {
  (void)setsid();
  (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
  (void)prctl(PR_SET_NAME, "mapirig-keeper");
  const pid_t process = rig_spawn(spawn);
  (void)!write(answer, &process, sizeof process);
  /* Neither the harness's output nor its locks may live on here when it is gone. */
  const int null = open("/dev/null", O_RDWR);
  for (int i = 0; i < 3; i++) {
    (void)dup2(null, i);
  }
  (void)close_range(3, ~0u, 0);
  while (wait(NULL) > 0 || errno == EINTR) {
  }
  _exit(0);
}

pid_t rig_spawn_kept(const struct rig_spawn *spawn, pid_t *keeper) {
  int answer[2];
  if (pipe2(answer, O_CLOEXEC) != 0) {
    return -1;
  }
  const pid_t made = fork();
  if (made == 0) {
    keep(spawn, answer[1]);
  }
  (void)close(answer[1]);
  pid_t process = -1;
  ssize_t got = -1;
  do {
    got = made < 0 ? -1 : read(answer[0], &process, sizeof process);
  } while (got < 0 && made > 0 && errno == EINTR);
  (void)close(answer[0]);
  if (got != (ssize_t)sizeof process || process < 0) {
    if (made > 0) {
      (void)waitpid(made, NULL, 0);
    }
    errno = EAGAIN;
    return -1;
  }
  *keeper = made;
  return process;
}

bool rig_ended(pid_t process, int *status) {
  pid_t got;
  do {
    got = waitpid(process, status, WNOHANG);
  } while (got < 0 && errno == EINTR);
  return got != 0;
}

bool rig_await(pid_t process, double timeout_ms, int *status) {
  const double until = rig_now_ms() + timeout_ms;
  while (!rig_ended(process, status)) {
    if (rig_now_ms() >= until || rig_interrupted()) {
      return false;
    }
    rig_sleep_us(1000);
  }
  return true;
}
