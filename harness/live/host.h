/*
 * The native end of rig-host.exe: starting it in a prefix and giving it commands.
 */
#ifndef RIG_LIVE_HOST_H
#define RIG_LIVE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/status.h"
#include "live/files.h"
#include "live/wine.h"

/* One resident host; `process` is 0 while there is none. */
struct rig_host {
  pid_t process;
  pid_t keeper; /* reaps it and its descendants; ends after the last of them */
  int input;    /* its standard input: a command a line; closing it ends the host */
  char output[RIG_PATH_BYTES];
  char errors[RIG_PATH_BYTES];
};

/* Starts the host of `arch` ("x86_64", "i686") in the prefix, pinned to `cpu`, and waits until it
 * is ready. The first one of a prefix starts the wineserver (0.4 to 1 s). */
enum rig_status rig_host_start(struct rig_host *host, const struct rig_wine *wine,
                               char *const *environment, const char *prefix, const char *arch,
                               int cpu, double patience_ms, char *error, size_t size) RIG_CHECKED;

/* Sends one line. False when the host is gone. */
bool rig_host_send(struct rig_host *host, const char *command, const char *argument);

/* False when it has ended. */
bool rig_host_alive(struct rig_host *host);

/* The last thing it said on standard error, one line. */
void rig_host_complaint(const struct rig_host *host, char *out, size_t size);

/* Closes its input, which ends it and its client. Does not wait. */
void rig_host_dismiss(struct rig_host *host);

/* After the prefix was ended: true when its keeper has ended too, and with it every process that
 * the host brought about. Waits a moment for it. */
bool rig_host_forget(struct rig_host *host);

#endif
