/*
 * Programs for the engine's tests that load a DLL of their own (plugin.c), made by the same
 * compiler.
 */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <stdlib.h>

int shared_name(void);
DWORD WINAPI loads_a_dll(HANDLE stop);
DWORD WINAPI loads_a_dll_that_is_left_alone(HANDLE stop);
DWORD WINAPI loads_a_dll_that_refuses(HANDLE stop);
DWORD WINAPI loads_a_dll_twice(HANDLE stop);
DWORD WINAPI loads_a_dll_that_waits(HANDLE stop);

typedef int count_function(unsigned reason);

int shared_name(void) { /* the DLL has one too, of its own */
  return 1;
}

static HMODULE load(void) {
  const HMODULE own = LoadLibraryA("c:\\programs\\g-plugin.dll");
  return own ? own : LoadLibraryW(L"C-Plugin");
}

static HMODULE find(void) {
  const HMODULE own = GetModuleHandleW(L"G-PLUGIN.DLL");
  return own ? own : GetModuleHandleA("c-plugin");
}

static DWORD WINAPI nothing(void *unused) {
  (void)unused;
  return 0;
}

static void run_thread(void) {
  if (WaitForSingleObject(CreateThread(NULL, 0, nothing, NULL, 0, NULL), INFINITE) !=
      WAIT_OBJECT_0) {
    abort();
  }
}

DWORD WINAPI loads_a_dll(HANDLE stop) {
  (void)stop;
  run_thread(); /* of which it knows nothing */
  if (find() || GetLastError() != ERROR_MOD_NOT_FOUND) {
    abort();
  }
  const HMODULE own = load();
  if (!own || load() != own || find() != own || !FreeLibrary(own)) {
    abort();
  }
  run_thread();
  run_thread();
  count_function *count = (count_function *)(void (*)(void))GetProcAddress(own, "plugin_count");
  if (!count || count(DLL_PROCESS_ATTACH) != 21 || count(DLL_THREAD_ATTACH) != 22 ||
      count(DLL_THREAD_DETACH) != 22 || count(DLL_PROCESS_DETACH) != 20 || shared_name() != 1) {
    abort();
  }
  if (GetProcAddress(own, "no_such_function") || GetLastError() != ERROR_PROC_NOT_FOUND ||
      !FreeLibrary(own) || count(DLL_PROCESS_DETACH) != 21 || find() || FreeLibrary(own)) {
    abort();
  }
  return 0;
}

DWORD WINAPI loads_a_dll_that_is_left_alone(HANDLE stop) {
  (void)stop;
  CreateEventA(NULL, TRUE, FALSE, "alone");
  count_function *count = (count_function *)(void (*)(void))GetProcAddress(load(), "plugin_count");
  run_thread();
  if (!count || count(DLL_PROCESS_ATTACH) != 21 || count(DLL_THREAD_ATTACH) != 20 ||
      count(DLL_THREAD_DETACH) != 20) {
    abort();
  }
  CreateThread(NULL, 0, nothing, NULL, 0, NULL); /* gone when the process ends */
  return 0;
}

DWORD WINAPI loads_a_dll_that_refuses(HANDLE stop) {
  (void)stop;
  CreateEventA(NULL, TRUE, FALSE, "refuse");
  if (load() || GetLastError() == ERROR_SUCCESS || find()) {
    abort();
  }
  return 0;
}

DWORD WINAPI loads_a_dll_twice(HANDLE stop) {
  (void)stop;
  FreeLibrary(load());
  return load() != NULL;
}

/* The thread that it waits for needs the loader lock to begin (W:DllMain). */
DWORD WINAPI loads_a_dll_that_waits(HANDLE stop) {
  (void)stop;
  CreateEventA(NULL, TRUE, FALSE, "wait");
  return load() != NULL;
}
