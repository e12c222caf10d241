/*
 * The resident host: starts clients inside the prefix and sees their end.
 *
 * It stays alive between runs, so that Wine neither shuts the prefix down (1.0 to 1.5 s after the
 * last process) nor has to boot it again, and it holds the process handle that gives the full
 * 32-bit exit code (a Unix exit status keeps eight bits). The protocol is in main.c.
 */
#ifndef STUBS_HOST_HOST_H
#define STUBS_HOST_HOST_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#include "core/session.h"
#include "core/writer.h"

/* Exit code of a client that the host ended. */
#define HOST_KILLED 1u

/* A session file mapped by the host. */
struct host_session {
  HANDLE file;
  HANDLE mapping;
  void *base;
  struct rig_log log;
};

/* A client and the job that holds it with all its descendants. */
struct host_client {
  HANDLE process;
  HANDLE thread;
  HANDLE job;
};

/* UTF-8 to UTF-16; the caller frees it with host_free. NULL for an empty text or without memory. */
wchar_t *host_wide(const char *text);
void host_free(void *block);

/* Maps the session at `path`. On failure returns the Win32 error (ERROR_BAD_FORMAT for a file that
 * is no session), else 0; the caller ends it with host_session_close. */
DWORD host_session_open(const wchar_t *path, struct host_session *out);
void host_session_close(struct host_session *session);

/* Stores the word and then the phase, in release order: a reader of the phase finds the word. */
void host_session_not_started(const struct host_session *session, DWORD error);
void host_session_started(const struct host_session *session);
/* Writes the EXIT record, the exit code and the phase ENDED. */
void host_session_ended(const struct host_session *session, DWORD exit_code, bool killed);

/* Starts the client that the session's header describes, with the stub loaded before its first
 * instruction. Returns 0 or the Win32 error; the caller ends it with host_client_end. */
DWORD host_client_start(const struct host_session *session, const wchar_t *session_path,
                        struct host_client *out);
/* Ends what is left of the job, waits until the processes are gone, closes the handles and returns
 * the exit code of the client. */
DWORD host_client_end(struct host_client *client);

/* "Service-0x0-3e7$\Default", made on first use and kept: the desktop of a service under
 * LocalSystem. NULL when it cannot be made, with the reason in GetLastError. */
wchar_t *host_service_desktop(void);

#endif
