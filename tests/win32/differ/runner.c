/*
 * Reads a file of programs, runs them in as many groups as it is told, writes what came to pass.
 * Paths are Unix ones. Ends with 0, or with 3 when a program could not be brought to its end: those
 * after it are missing in the results.
 *
 * usage: win32-differ PROGRAMS RESULTS GROUPS SCALE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "linux_calls.h"
#include "runner.h"

#define GROUPS_MAX 16
#define FILE_BYTES_MAX (64u << 20)
#define RUNNER_FAILED 3
#define PROGRAM_NS 25000000000u /* one program never takes longer */
#define LOOK_NS 100000000u

static DWORD tls;
static char *programs; /* the whole file */
static uint32_t program_count;
static const char **program_at;
static volatile LONG next_program;
static volatile LONG broken;
static volatile int32_t controllers; /* at work; a futex */
static volatile LONG finished;       /* programs */
static struct group *groups[GROUPS_MAX];
static int32_t results;
static SRWLOCK results_lock = SRWLOCK_INIT;

struct actor *actor_self(void) {
  return TlsGetValue(tls);
}

void runner_adopt(struct actor *actor) {
  TlsSetValue(tls, actor);
}

static bool write_all(const void *bytes, size_t count) {
  const char *at = bytes;
  while (count > 0) {
    const int64_t written = linux_call(LINUX_WRITE, results, (int64_t)at, (int64_t)count, 0);
    if (written <= 0) {
      return false;
    }
    at += written;
    count -= (size_t)written;
  }
  return true;
}

static void write_results(const struct group *group) {
  AcquireSRWLockExclusive(&results_lock);
  if (!write_all(&group->program, sizeof group->program) ||
      !write_all(group->reports, sizeof group->reports[0] * group->program.operations)) {
    InterlockedExchange(&broken, 1);
  }
  ReleaseSRWLockExclusive(&results_lock);
}

static DWORD WINAPI controller(void *context) {
  struct group *group = context;
  while (!broken) {
    const LONG index = InterlockedIncrement(&next_program) - 1;
    if (index >= (LONG)program_count) {
      break;
    }
    memcpy(&group->program, program_at[index], sizeof group->program);
    group->operations = (const void *)(program_at[index] + sizeof group->program);
    group_run(group);
    write_results(group);
    InterlockedIncrement(&finished);
    if (group->program.end == DIFFER_BROKEN) {
      InterlockedExchange(&broken, 1);
    }
  }
  __atomic_sub_fetch(&controllers, 1, __ATOMIC_RELEASE);
  linux_futex_wake(&controllers);
  return 0;
}

/* Waits for the controllers without Wine's help, since a wineserver that an operation killed takes
 * every thread that asks it along: what was run of the programs under way is written then. */
static void await_controllers(void) {
  LONG before = -1;
  uint64_t bound = 0;
  int32_t left;
  while ((left = __atomic_load_n(&controllers, __ATOMIC_ACQUIRE)) > 0) {
    if (before != finished) {
      before = finished;
      bound = linux_now_ns() + PROGRAM_NS * runner_scale;
    } else if (linux_now_ns() > bound) {
      for (int32_t i = 0; i < GROUPS_MAX && groups[i] != NULL; i++) {
        groups[i]->program.end = DIFFER_BROKEN;
        write_results(groups[i]);
      }
      linux_call(LINUX_EXIT_GROUP, RUNNER_FAILED, 0, 0, 0);
    }
    linux_futex_wait(&controllers, left, LOOK_NS);
  }
}

static bool read_programs(const char *path) {
  const int64_t file = linux_call(LINUX_OPEN, (int64_t)path, 0, 0, 0);
  size_t bytes = 0;
  int64_t got;
  programs = malloc(FILE_BYTES_MAX);
  if (file < 0 || programs == NULL) {
    return false;
  }
  while ((got = linux_call(LINUX_READ, file, (int64_t)(programs + bytes),
                           (int64_t)(FILE_BYTES_MAX - bytes), 0)) > 0) {
    bytes += (size_t)got;
  }
  linux_call(LINUX_CLOSE, file, 0, 0, 0);
  struct differ_file head;
  if (bytes < sizeof head || bytes == FILE_BYTES_MAX) {
    return false;
  }
  memcpy(&head, programs, sizeof head);
  program_at = calloc(head.programs, sizeof *program_at);
  size_t at = sizeof head;
  for (program_count = 0; program_count < head.programs; program_count++) {
    struct differ_program program;
    if (bytes - at < sizeof program) {
      return false;
    }
    memcpy(&program, programs + at, sizeof program);
    program_at[program_count] = programs + at;
    at += sizeof program + program.operations * sizeof(struct differ_operation);
    if (at > bytes || program.threads > DIFFER_THREADS ||
        program.operations > DIFFER_OPERATIONS_MAX) {
      return false;
    }
  }
  return head.magic == DIFFER_MAGIC && at == bytes;
}

/* The first window of a process takes long: its desktop is made for it. */
static bool warm_up(void) {
  const WNDCLASSW class = {.lpfnWndProc = window_procedure,
                           .hInstance = GetModuleHandleW(NULL),
                           .lpszClassName = L"differ"};
  tls = TlsAlloc();
  if (tls == TLS_OUT_OF_INDEXES || RegisterClassW(&class) == 0) {
    return false;
  }
  const HWND window = CreateWindowExW(0, L"differ", L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL,
                                      GetModuleHandleW(NULL), NULL);
  return window != NULL && DestroyWindow(window);
}

int main(int argc, char **argv) {
  const int32_t count = argc == 5 ? atoi(argv[3]) : 0;
  if (count < 1 || count > GROUPS_MAX || !read_programs(argv[1]) || !warm_up()) {
    printf("usage: win32-differ PROGRAMS RESULTS GROUPS SCALE\n");
    return RUNNER_FAILED;
  }
  runner_scale = (uint32_t)atoi(argv[4]);
  results =
      (int32_t)linux_call(LINUX_OPEN, (int64_t)argv[2], LINUX_O_CREATE_TRUNCATE_WRITE, 0600, 0);
  if (results < 0) {
    printf("%s cannot be written\n", argv[2]);
    return RUNNER_FAILED;
  }
  controllers = count;
  for (int32_t i = 0; i < count; i++) {
    groups[i] = calloc(1, sizeof *groups[i]);
    if (groups[i] == NULL || (groups[i]->touch = CreateEventW(NULL, TRUE, FALSE, NULL)) == NULL ||
        CreateThread(NULL, 0, controller, groups[i], 0, NULL) == NULL) {
      return RUNNER_FAILED;
    }
  }
  await_controllers();
  fflush(stdout);
  TerminateProcess(GetCurrentProcess(), broken ? RUNNER_FAILED : 0);
  return RUNNER_FAILED;
}
