/*
 * Starting, awaiting and ending Unix processes.
 */
#ifndef RIG_LIVE_PROCESS_H
#define RIG_LIVE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define RIG_ANY_CPU (-1)

struct rig_spawn {
  const char *const *arguments; /* NULL-ended; the first is the path of the program */
  char *const *environment;
  int input;          /* descriptor that becomes standard input, -1 = /dev/null */
  const char *output; /* files that take the output, made anew; NULL = /dev/null */
  const char *errors;
  int cpu; /* the one it and its descendants run on; RIG_ANY_CPU = as this process */
};

/* Starts it in a session of its own: a Ctrl-C of the terminal reaches the harness, which ends its
 * processes in order. Nothing but the three standard descriptors is inherited: a process of a
 * prefix that held the pipe to a host would keep that host alive. -1 with errno. */
pid_t rig_spawn(const struct rig_spawn *spawn);

/* The same below a keeper: a process that adopts every orphan among the descendants, reaps it, and
 * ends when none is left. Wine's processes are orphans all, and where process 1 reaps nobody (most
 * containers) the wineserver waits for dead ones at its end: 0.8 s instead of 0.1 (measured).
 * *keeper is the caller's to reap; the process itself is reaped by the keeper. */
pid_t rig_spawn_kept(const struct rig_spawn *spawn, pid_t *keeper);

/* Calls `visit` with the command line ("" for one that is ending) of each process that the keeper
 * has adopted, until it answers false. */
void rig_kept_each(pid_t keeper, bool (*visit)(void *context, const char *command), void *context);

/* Waits for its end. False at the time-out, and when interrupted. `status` is waitpid's. */
bool rig_await(pid_t process, double timeout_ms, int *status);

/* True when it has ended (and has now been reaped). */
bool rig_ended(pid_t process, int *status);

/* Processes whose environment has exactly WINEPREFIX=<prefix>: fills at most `max` ids, returns how
 * many there are. */
size_t rig_find_in_prefix(const char *prefix, pid_t *out, size_t max);

/* Ends everything in the prefix, the orderly way first: the signal of `wineserver -k` (a wineserver
 * that is killed leaves every other process for ever), SIGKILL to the other processes, and to all
 * where the server does not end. Returns how many are left: 0. */
size_t rig_end_prefix(const char *prefix);

#endif
