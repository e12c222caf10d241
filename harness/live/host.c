/*
 * The resident host, seen from the harness. Its input is a pipe; its output goes to files, for a
 * pipe there would be inherited by Wine's services and never end (measured).
 */
#include "live/host.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "live/clock.h"
#include "live/process.h"

#define KEEPER_LOOKS 10

static enum rig_status wait_ready(struct rig_host *host, double patience_ms, char *error,
                                  size_t size) {
  const double until = rig_now_ms() + patience_ms;
  char said[64];
  for (;;) {
    rig_read_tail(host->output, said, sizeof said);
    if (strstr(said, "ready") != NULL) {
      return RIG_OK;
    }
    if (rig_interrupted()) {
      (void)snprintf(error, size, "interrupted while Wine started");
      return RIG_INTERRUPTED;
    }
    if (!rig_host_alive(host) || rig_now_ms() > until) {
      char complaint[300];
      rig_host_complaint(host, complaint, sizeof complaint);
      (void)snprintf(error, size, "Wine did not start the resident host (%s%s%s)%s",
                     host->process == 0 ? "it ended" : "no answer",
                     complaint[0] != '\0' ? ": " : "", complaint,
                     host->process == 0 ? "; ./rig doctor looks at the installation"
                                        : "; a slow machine needs a larger --scale");
      return RIG_TIMEOUT;
    }
    rig_sleep_us(1000);
  }
}

enum rig_status rig_host_start(struct rig_host *host, const struct rig_wine *wine,
                               char *const *environment, const char *prefix, const char *arch,
                               int cpu, double patience_ms, char *error, size_t size) {
  int ends[2];
  char program[64];
  *host = (struct rig_host){.input = -1};
  (void)snprintf(program, sizeof program, "C:\\mapirig\\host-%s.exe", arch);
  if (!rig_path(host->output, "%s/host-%s.out", prefix, arch) ||
      !rig_path(host->errors, "%s/host-%s.err", prefix, arch) || pipe2(ends, O_CLOEXEC) != 0) {
    (void)snprintf(error, size, "cannot make a pipe to the resident host: %s", strerror(errno));
    return RIG_IO;
  }
  (void)unlink(host->output);
  const char *const arguments[] = {wine->loader, program, NULL};
  const struct rig_spawn spawn = {.arguments = arguments,
                                  .environment = environment,
                                  .input = ends[0],
                                  .output = host->output,
                                  .errors = host->errors,
                                  .cpu = cpu};
  host->process = rig_spawn_kept(&spawn, &host->keeper);
  const int reason = errno;
  (void)close(ends[0]);
  host->input = ends[1];
  if (host->process < 0) {
    rig_host_dismiss(host);
    host->process = 0;
    (void)snprintf(error, size, "cannot start a process: %s", strerror(reason));
    return RIG_IO;
  }
  return wait_ready(host, patience_ms, error, size);
}

bool rig_host_send(struct rig_host *host, const char *command, const char *argument) {
  char line[4096];
  const int length =
      snprintf(line, sizeof line, "%s%s%s\n", command, argument[0] ? " " : "", argument);
  if (length <= 0 || (size_t)length >= sizeof line || host->input < 0) {
    return false;
  }
  /* A host that ended must not end the harness by SIGPIPE. */
  sigset_t pipe_signal;
  sigset_t before;
  (void)sigemptyset(&pipe_signal);
  (void)sigaddset(&pipe_signal, SIGPIPE);
  (void)pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
  const bool sent = write(host->input, line, (size_t)length) == length;
  if (!sent && errno == EPIPE) {
    const struct timespec now = {0};
    (void)sigtimedwait(&pipe_signal, NULL, &now);
  }
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  return sent;
}

bool rig_host_alive(struct rig_host *host) {
  if (host->process > 0 && kill(host->process, 0) != 0) {
    host->process = 0;
  }
  return host->process > 0;
}

void rig_host_complaint(const struct rig_host *host, char *out, size_t size) {
  char tail[400];
  rig_read_tail(host->errors, tail, sizeof tail);
  size_t length = strlen(tail);
  while (length > 0 && (tail[length - 1] == '\n' || tail[length - 1] == '\r')) {
    tail[--length] = '\0';
  }
  const char *line = strrchr(tail, '\n');
  (void)snprintf(out, size, "%s", line != NULL ? line + 1 : tail);
}

void rig_host_dismiss(struct rig_host *host) {
  if (host->input >= 0) {
    (void)close(host->input);
    host->input = -1;
  }
}

bool rig_host_forget(struct rig_host *host) {
  int status = 0;
  for (int i = 0; i < KEEPER_LOOKS && host->keeper > 0; i++) {
    if (rig_ended(host->keeper, &status)) {
      host->keeper = host->process = 0;
    } else {
      rig_sleep_us(1000);
    }
  }
  return host->keeper == 0;
}
