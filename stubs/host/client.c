/*
 * Starting a client as a service manager, a console or a desktop would, and ending it with all its
 * descendants.
 *
 * The stub must be there before the client's first instruction: optimised code keeps a pointer that
 * GetProcAddress gave it across LoadLibrary("mapi32.dll"). So the process starts suspended and its
 * main thread gets an APC of LoadLibraryA, which it runs when the loader is done with the imports.
 */
#include "host/host.h"

#include <stdlib.h>
#include <string.h>

#include "recorder/recorder.h"

static const char *text_of(const struct host_session *session, enum rig_text text) {
  return rig_log_text(&session->log, session->log.header->texts[text]);
}

/* The quoted first word of a command line: CreateProcess adds ".exe" to a name without a suffix
 * unless it gets the path by itself. NULL when the line does not start with a quote. */
static wchar_t *program_of(const wchar_t *command_line) {
  const wchar_t *end = command_line[0] == L'"' ? wcschr(command_line + 1, L'"') : NULL;
  if (end == NULL) {
    return NULL;
  }
  const size_t units = (size_t)(end - command_line) - 1;
  wchar_t *program = HeapAlloc(GetProcessHeap(), 0, (units + 1) * sizeof *program);
  if (program != NULL) {
    memcpy(program, command_line + 1, units * sizeof *program);
    program[units] = L'\0';
  }
  return program;
}

static SECURITY_ATTRIBUTES inherit = {.nLength = sizeof inherit, .bInheritHandle = TRUE};

static HANDLE open_input(void) {
  return CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherit,
                     OPEN_EXISTING, 0, NULL);
}

/* An inheritable handle of the file that takes the client's output; NUL without one. */
static HANDLE open_output(const char *path) {
  wchar_t *wide = host_wide(path);
  const HANDLE file = CreateFileW(wide != NULL ? wide : L"NUL", FILE_APPEND_DATA | SYNCHRONIZE,
                                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, &inherit,
                                  OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
  host_free(wide);
  return file;
}

/* Sets the session's variables in this process, which the client inherits. Clients start one after
 * the other, so each `set` of a run is undone before the next: a variable of one scenario must not
 * reach another. */
struct saved_variable {
  wchar_t *name;
  wchar_t *before; /* NULL = was not set */
};

#define VARIABLES_MAX 256

struct environment {
  struct saved_variable saved[VARIABLES_MAX];
  size_t count;
};

static wchar_t *variable_now(const wchar_t *name) {
  const DWORD units = GetEnvironmentVariableW(name, NULL, 0);
  wchar_t *value = units == 0 ? NULL : HeapAlloc(GetProcessHeap(), 0, units * sizeof *value);
  if (value != NULL) {
    (void)GetEnvironmentVariableW(name, value, units);
  }
  return value;
}

static void environment_set(struct environment *environment, wchar_t *name, const wchar_t *value) {
  if (name == NULL || environment->count == VARIABLES_MAX) {
    host_free(name);
    return;
  }
  environment->saved[environment->count++] =
      (struct saved_variable){.name = name, .before = variable_now(name)};
  (void)SetEnvironmentVariableW(name, value);
}

/* NAME=value lines. */
static void environment_add(struct environment *environment, const char *lines) {
  while (*lines != '\0') {
    const size_t length = strcspn(lines, "\n");
    char *line = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, length + 1);
    char *equals = line == NULL ? NULL : strchr((char *)memcpy(line, lines, length), '=');
    if (equals != NULL) {
      *equals = '\0';
      wchar_t *value = host_wide(equals + 1);
      environment_set(environment, host_wide(line), value != NULL ? value : L"");
      host_free(value);
    }
    host_free(line);
    lines += length + (lines[length] == '\n');
  }
}

static void environment_restore(struct environment *environment) {
  while (environment->count > 0) {
    struct saved_variable *variable = &environment->saved[--environment->count];
    (void)SetEnvironmentVariableW(variable->name, variable->before);
    host_free(variable->name);
    host_free(variable->before);
  }
}

static HANDLE make_job(void) {
  const HANDLE job = CreateJobObjectW(NULL, NULL);
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {.BasicLimitInformation.LimitFlags =
                                                     JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE};
  if (job != NULL &&
      !SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits)) {
    (void)CloseHandle(job);
    return NULL;
  }
  return job;
}

/* DETACHED_PROCESS: a console of its own would start a conhost, 20 ms and its windows. */
static DWORD create(const struct host_session *session, STARTUPINFOW *startup,
                    PROCESS_INFORMATION *made) {
  wchar_t *command_line = host_wide(text_of(session, RIG_TEXT_COMMAND_LINE));
  wchar_t *folder = host_wide(text_of(session, RIG_TEXT_FOLDER));
  wchar_t *program = command_line == NULL ? NULL : program_of(command_line);
  DWORD error = ERROR_INVALID_PARAMETER;
  if (command_line != NULL) {
    error = CreateProcessW(program, command_line, NULL, NULL, TRUE,
                           CREATE_SUSPENDED | DETACHED_PROCESS, NULL, folder, startup, made)
                ? 0
                : GetLastError();
  }
  host_free(program);
  host_free(folder);
  host_free(command_line);
  return error;
}

static DWORD create_with_output(const struct host_session *session, const wchar_t *session_path,
                                PROCESS_INFORMATION *made) {
  STARTUPINFOW startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
  if (session->log.header->role == RIG_ROLE_SERVICE) {
    startup.lpDesktop = host_service_desktop();
    if (startup.lpDesktop == NULL) {
      return GetLastError();
    }
  }
  static struct environment environment;
  startup.hStdInput = open_input();
  startup.hStdOutput = open_output(text_of(session, RIG_TEXT_STDOUT));
  startup.hStdError = open_output(text_of(session, RIG_TEXT_STDERR));
  environment_add(&environment, text_of(session, RIG_TEXT_ENVIRONMENT));
  environment_set(&environment, host_wide(REC_SESSION_VARIABLE), session_path);
  const DWORD error = create(session, &startup, made);
  environment_restore(&environment);
  (void)CloseHandle(startup.hStdInput);
  (void)CloseHandle(startup.hStdOutput);
  (void)CloseHandle(startup.hStdError);
  return error;
}

typedef LONG(NTAPI *map_view_function)(HANDLE section, HANDLE process, void **base,
                                       ULONG_PTR zero_bits, SIZE_T commit, LARGE_INTEGER *offset,
                                       SIZE_T *bytes, ULONG inherit, ULONG type, ULONG protect);
#define LOAD_MS 30000u /* times the run's scale */
#define VIEW_UNMAP 2   /* SECTION_INHERIT: children do not get the view */

/* A section that holds `text`; NULL with GetLastError. */
static HANDLE section_of(const char *text) {
  const DWORD bytes = (DWORD)strlen(text) + 1;
  const HANDLE section =
      CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, bytes, NULL);
  char *view = section == NULL ? NULL : MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
  if (view != NULL) {
    memcpy(view, text, bytes);
    (void)UnmapViewOfFile(view);
  } else if (section != NULL) {
    (void)CloseHandle(section);
    return NULL;
  }
  return section;
}

/* Shows `text` to the client. By a section and not by WriteProcessMemory: that is ptrace in the
 * wineserver, which a container may forbid and a debugger's client refuses. */
static DWORD show_text(HANDLE process, const char *text, void **out) {
  const map_view_function map = (map_view_function)(void (*)(void))GetProcAddress(
      GetModuleHandleW(L"ntdll.dll"), "NtMapViewOfSection");
  const HANDLE section = map == NULL ? NULL : section_of(text);
  if (section == NULL) {
    return GetLastError();
  }
  SIZE_T bytes = 0;
  const LONG status = map(section, process, out, 0, 0, NULL, &bytes, VIEW_UNMAP, 0, PAGE_READONLY);
  (void)CloseHandle(section);
  return status < 0 ? ERROR_NOT_ENOUGH_MEMORY : 0;
}

/* Runs LoadLibraryA(stub) on a thread of its own, while the main one is still suspended. */
static DWORD load_on_a_thread(const struct host_client *client, FARPROC load, void *text,
                              uint32_t scale_permille) {
  const HANDLE thread = CreateRemoteThread(
      client->process, NULL, 0, (LPTHREAD_START_ROUTINE)(void (*)(void))load, text, 0, NULL);
  if (thread == NULL) {
    return GetLastError();
  }
  const DWORD load_ms = (DWORD)((uint64_t)LOAD_MS * scale_permille / 1000);
  const DWORD waited = WaitForSingleObject(thread, load_ms);
  (void)CloseHandle(thread);
  return waited == WAIT_OBJECT_0 ? 0 : ERROR_TIMEOUT;
}

/* Has the main thread load the stub first: LoadLibraryA(stub) is queued to it. kernel32 lies at one
 * address in every process of a prefix, so the host's own pointer holds. Where Wine runs 32-bit
 * programs in 64-bit processes (wow64, experimental in Wine 8), an APC that is queued before the
 * first instruction returns to address 0: there another thread does it. */
static DWORD load_stub_first(const struct host_client *client, const char *stub,
                             uint32_t scale_permille) {
  const FARPROC load = GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "LoadLibraryA");
  void *text = NULL;
  BOOL wow64 = FALSE;
  const DWORD error = load == NULL ? GetLastError() : show_text(client->process, stub, &text);
  if (error != 0) {
    return error;
  }
  if (IsWow64Process(client->process, &wow64) && wow64) {
    return load_on_a_thread(client, load, text, scale_permille);
  }
  return QueueUserAPC((PAPCFUNC)(void (*)(void))load, client->thread, (ULONG_PTR)text)
             ? 0
             : GetLastError();
}

static DWORD prepare(const struct host_session *session, const struct host_client *client) {
  if (client->job == NULL || !AssignProcessToJobObject(client->job, client->process)) {
    return GetLastError();
  }
  const char *stub = text_of(session, RIG_TEXT_STUB);
  return stub[0] == '\0' ? 0 : load_stub_first(client, stub, session->log.header->scale_permille);
}

DWORD host_client_start(const struct host_session *session, const wchar_t *session_path,
                        struct host_client *out) {
  PROCESS_INFORMATION made;
  DWORD error = create_with_output(session, session_path, &made);
  if (error != 0) {
    return error;
  }
  struct host_client client = {.process = made.hProcess, .thread = made.hThread, .job = make_job()};
  error = prepare(session, &client);
  if (error != 0) {
    (void)TerminateProcess(client.process, HOST_KILLED); /* it may not be in the job yet */
    (void)host_client_end(&client);
    return error;
  }
  host_session_started(session);
  (void)ResumeThread(client.thread);
  *out = client;
  return 0;
}

static DWORD active_processes(HANDLE job) {
  JOBOBJECT_BASIC_ACCOUNTING_INFORMATION accounting = {0};
  return QueryInformationJobObject(job, JobObjectBasicAccountingInformation, &accounting,
                                   sizeof accounting, NULL)
             ? accounting.ActiveProcesses
             : 0;
}

DWORD host_client_end(struct host_client *client) {
  DWORD exit_code = HOST_KILLED;
  if (client->job != NULL) {
    /* What survives here is the harness's to sweep: the host never waits for ever. */
    for (int i = 0; i < 500 && active_processes(client->job) > 0; i++) {
      (void)TerminateJobObject(client->job, HOST_KILLED);
      Sleep(i == 0 ? 0 : 2);
    }
    (void)CloseHandle(client->job);
  }
  (void)WaitForSingleObject(client->process, 1000);
  (void)GetExitCodeProcess(client->process, &exit_code);
  (void)CloseHandle(client->thread);
  (void)CloseHandle(client->process);
  *client = (struct host_client){0};
  return exit_code;
}
