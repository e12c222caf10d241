/*
 * The loader lock, by which the recorder knows a DllMain (stubs/recorder/teb.h): the thread that
 * runs one holds it, nobody who runs the program's own code does.
 */
#include "claim.h"

#include "recorder/teb.h"

static HANDLE started, loading, go;
static bool on_load, on_free, on_thread, on_thread_end; /* held in DllMain, by its reason */
static bool other_held;                                 /* another thread's view meanwhile */

/* The DLL calls this from its DllMain. */
__declspec(dllexport) void loader_told(DWORD reason);

void loader_told(DWORD reason) {
  const bool held = teb_holds_loader_lock();
  switch (reason) {
  case DLL_PROCESS_ATTACH:
    on_load = held;
    SetEvent(loading);
    came(go); /* the other thread looks while this one is inside */
    break;
  case DLL_PROCESS_DETACH:
    on_free = held;
    break;
  case DLL_THREAD_ATTACH:
    on_thread = held;
    break;
  default:
    on_thread_end = held;
    break;
  }
}

static DWORD WINAPI look(void *unused) {
  (void)unused;
  SetEvent(started); /* a thread needs the lock to begin */
  came(loading);
  other_held = teb_holds_loader_lock();
  SetEvent(go);
  return 0;
}

static DWORD WINAPI thread_main(void *held) {
  *(bool *)held = teb_holds_loader_lock();
  return 0;
}

static bool run_thread(void) {
  bool held = true;
  const HANDLE thread = needed(CreateThread(NULL, 0, thread_main, &held, 0, NULL), "a thread");
  came(thread);
  CloseHandle(thread);
  return held;
}

static bool at_exit_held;
static void at_exit(void) {
  at_exit_held = teb_holds_loader_lock();
  claim(!at_exit_held, "a function of atexit runs without the lock");
  fflush(stdout);
  _exit(claims_failed);
}

int main(void) {
  started = event_new(true);
  loading = event_new(true);
  go = event_new(true);
  const HANDLE thread = needed(CreateThread(NULL, 0, look, NULL, 0, NULL), "a thread");
  came(started);
  claim(!teb_holds_loader_lock(), "main runs without the loader lock");
  const HMODULE dll = needed(LoadLibraryA("win32-loader-dll.dll"), "the DLL");
  came(thread);
  claim(on_load, "DllMain holds the lock when the DLL is loaded");
  claim(!other_held, "another thread does not hold it meanwhile");
  claim(!teb_holds_loader_lock(), "nobody holds it after LoadLibrary");
  claim(!run_thread(), "a thread's own function runs without it");
  claim(on_thread, "DllMain holds it when a thread begins");
  claim(on_thread_end, "DllMain holds it when a thread ends");
  FreeLibrary(dll);
  claim(on_free, "DllMain holds it when the DLL is freed");
  atexit(at_exit);
  return claims_failed;
}
