/*
 * Ends in the way its first argument names, after a thread of its own came and went.
 */
#include <stdio.h>
#include <string.h>

#include <windows.h>

static DWORD WINAPI passer_by(void *data) {
  (void)data;
  return 0;
}

static LONG WINAPI filter(EXCEPTION_POINTERS *info) {
  printf("filter %lx\n", (unsigned long)info->ExceptionRecord->ExceptionCode);
  fflush(stdout);
  return EXCEPTION_CONTINUE_SEARCH;
}

static LONG CALLBACK skip(EXCEPTION_POINTERS *info) {
  return info->ExceptionRecord->ExceptionCode == 0xE0000001 ? EXCEPTION_CONTINUE_EXECUTION
                                                            : EXCEPTION_CONTINUE_SEARCH;
}

int main(int argc, char **argv) {
  const char *way = argc > 1 ? argv[1] : "";
  HANDLE thread = CreateThread(NULL, 0, passer_by, NULL, 0, NULL);
  WaitForSingleObject(thread, INFINITE);
  /* One exception that a handler takes: it must leave no record. */
  AddVectoredExceptionHandler(0, skip);
  RaiseException(0xE0000001, 0, 0, NULL);
  if (strcmp(way, "exit-process") == 0) {
    ExitProcess(0x12340000);
  } else if (strcmp(way, "terminate") == 0) {
    TerminateProcess(GetCurrentProcess(), 0x56780000);
  } else if (strcmp(way, "crash") == 0) {
    SetUnhandledExceptionFilter(filter);
    const LPTOP_LEVEL_EXCEPTION_FILTER before = SetUnhandledExceptionFilter(filter);
    printf("before %d\n", before == filter);
    RaiseException(EXCEPTION_ACCESS_VIOLATION, 0, 0, NULL);
  }
  return 0x9ABC;
}
