/*
 * rig-host.exe: reads commands from standard input, one a line, UTF-8:
 *
 *   run <Windows path of a session file>   start the client that its header describes
 *   kill                                   end the client that runs, with its descendants
 *
 * The end of input means that the harness is gone, however it went: the client is ended and so is
 * the host, and the prefix then shuts itself down. Answers travel in the session's header (phase),
 * never through a pipe: services.exe inherits a pipe and keeps its reader waiting (measured).
 * Standard output gets "ready", standard error what could not be told in a session.
 */
#include "host/host.h"

#include <stdio.h>
#include <string.h>

#define LINE_BYTES 4096

/* The mailbox between the thread that reads and the one that works; one command at a time. */
static struct {
  char line[LINE_BYTES];
  bool end; /* of input */
  HANDLE filled;
  HANDLE taken;
} mailbox;

static void put_line(void) {
  (void)SetEvent(mailbox.filled);
  (void)WaitForSingleObject(mailbox.taken, INFINITE);
}

static DWORD WINAPI read_commands(void *unused) {
  (void)unused;
  static char buffer[LINE_BYTES];
  const HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
  DWORD used = 0;
  DWORD got = 0;
  while (ReadFile(input, buffer + used, (DWORD)sizeof buffer - 1 - used, &got, NULL) && got > 0) {
    used += got;
    buffer[used] = '\0';
    for (char *end = strchr(buffer, '\n'); end != NULL; end = strchr(buffer, '\n')) {
      *end = '\0';
      memcpy(mailbox.line, buffer, (size_t)(end - buffer) + 1);
      put_line();
      used -= (DWORD)(end + 1 - buffer);
      memmove(buffer, end + 1, used + 1);
    }
    if (used == sizeof buffer - 1) {
      used = 0; /* no command is so long: drop it, it would never end */
    }
  }
  mailbox.end = true;
  put_line();
  return 0;
}

/* One client at a time, from `run` to its end. */
static struct {
  bool live;
  struct host_session session;
  struct host_client client;
} run;

static void finish(bool killed) {
  const DWORD exit_code = host_client_end(&run.client);
  host_session_ended(&run.session, exit_code, killed);
  host_session_close(&run.session);
  run.live = false;
}

static void start(const char *path) {
  wchar_t *wide = host_wide(path);
  DWORD error = wide == NULL ? ERROR_INVALID_PARAMETER : host_session_open(wide, &run.session);
  if (error != 0) {
    (void)fprintf(stderr, "rig-host: cannot map the session %s: Win32 error %lu\n", path, error);
    (void)fflush(stderr);
  } else {
    error = host_client_start(&run.session, wide, &run.client);
    run.live = error == 0;
    if (!run.live) {
      host_session_not_started(&run.session, error);
      host_session_close(&run.session);
    }
  }
  host_free(wide);
}

/* A kill that comes when the client has just ended by itself is not one. */
static void kill_client(void) {
  if (run.live) {
    finish(WaitForSingleObject(run.client.process, 0) == WAIT_TIMEOUT);
  }
}

static void obey(const char *line) {
  if (strcmp(line, "kill") == 0) {
    kill_client();
  } else if (strncmp(line, "run ", 4) == 0 && !run.live) {
    start(line + 4);
  } else {
    (void)fprintf(stderr, "rig-host: cannot do this now: %s\n", line);
    (void)fflush(stderr);
  }
}

static void serve(void) {
  for (;;) {
    const HANDLE handles[2] = {mailbox.filled, run.client.process};
    const DWORD woken = WaitForMultipleObjects(run.live ? 2 : 1, handles, FALSE, INFINITE);
    if (woken == WAIT_OBJECT_0 + 1) {
      finish(false);
    } else if (woken != WAIT_OBJECT_0 || mailbox.end) {
      kill_client();
      return;
    } else {
      char line[LINE_BYTES];
      memcpy(line, mailbox.line, sizeof line);
      (void)SetEvent(mailbox.taken);
      obey(line);
    }
  }
}

/* The client inherits handles (its output): the host's own must not be among them. */
static void keep_handles(void) {
  static const DWORD standard[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
  for (size_t i = 0; i < sizeof standard / sizeof standard[0]; i++) {
    (void)SetHandleInformation(GetStdHandle(standard[i]), HANDLE_FLAG_INHERIT, 0);
  }
}

/* Now and then (seen once in some 130 starts with programs of the desk, on a busy machine) nobody
 * can make a window in a new prefix, and MAPIInitialize fails in every run there: most likely
 * Wine's explorer has not set up the desktop, whose properties name the graphics driver. The
 * harness makes another prefix instead. */
static bool can_make_windows(void) {
  const HWND window =
      CreateWindowExW(0, L"Static", L"", 0, 0, 0, 0, 0, NULL, NULL, GetModuleHandleW(NULL), NULL);
  return window != NULL && DestroyWindow(window);
}

int main(void) {
  keep_handles();
  /* A client that faults ends with its code; no box waits for somebody to press a button. */
  (void)SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
  mailbox.filled = CreateEventW(NULL, FALSE, FALSE, NULL);
  mailbox.taken = CreateEventW(NULL, FALSE, FALSE, NULL);
  const HANDLE reader = CreateThread(NULL, 0, read_commands, NULL, 0, NULL);
  if (mailbox.filled == NULL || mailbox.taken == NULL || reader == NULL) {
    (void)fprintf(stderr, "rig-host: cannot start: Win32 error %lu\n", GetLastError());
    return 1;
  }
  if (!can_make_windows()) {
    (void)fprintf(stderr, "rig-host: no window can be made in this prefix: most likely Wine's "
                          "explorer has not set up its desktop\n");
    return 1;
  }
  (void)puts("ready");
  (void)fflush(stdout);
  serve();
  (void)fflush(stdout);
  TerminateProcess(GetCurrentProcess(), 0); /* the reader may sit in ReadFile: nothing to unwind */
  return 0;
}
