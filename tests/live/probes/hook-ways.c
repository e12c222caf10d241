/*
 * hook-probe's less usual ways to a function: a forwarder, an API set, GetProcAddress, a DLL loaded
 * later, a delay-loaded import.
 */
#include "hook-probe.h"

#include <wchar.h>

/* ---- other ways to a function ---- */

__declspec(dllimport) DWORD WINAPI ProbeForwardedWait(HANDLE handle, DWORD timeout);
__declspec(dllimport) BOOL WINAPI ProbeApiSetSetEvent(HANDLE event);

static void looked_up(const WCHAR *dll) {
  union {
    FARPROC procedure;
    DWORD(WINAPI *wait)(HANDLE, DWORD);
  } found = {GetProcAddress(GetModuleHandleW(dll), "WaitForSingleObject")};
  const union rig_payload wait = {.wait = {1, 0, 0, 0, probe_word(events[0]), 0, 0, 0}};
  probe_before();
  const DWORD result = found.wait(events[0], 0);
  waited("WaitForSingleObject", wait, result, GetLastError());
}

void ways(void) {
  const union rig_payload wait = {.wait = {1, 0, 0, 0, probe_word(events[1]), 0, 0, 0}};
  probe_before();
  DWORD result = ProbeForwardedWait(events[1], 0);
  waited("WaitForSingleObject", wait, result, GetLastError());
  probe_before();
  const BOOL set = ProbeApiSetSetEvent(events[1]);
  changed("SetEvent", events[1], set, GetLastError());
  looked_up(L"kernel32.dll");
  looked_up(L"kernelbase.dll");
}

union plugin_function {
  FARPROC procedure;
  BOOL (*reset)(HANDLE);
  DWORD (*delayed)(UINT);
  const void *(*address)(void);
};

static union plugin_function function_of(HMODULE plugin, const char *name) {
  return (union plugin_function){GetProcAddress(plugin, name)};
}

/* The plugin's DllMain and its export each call ResetEvent by an import of the plugin's own. */
static HMODULE plugin(const WCHAR *path) {
  const HMODULE loaded = LoadLibraryW(path);
  changed("ResetEvent", events[1], TRUE, PROBE_ERROR);
  const union plugin_function reset = function_of(loaded, "PluginReset");
  probe_before();
  const BOOL done = reset.reset(events[1]);
  changed("ResetEvent", events[1], done, GetLastError());
  return loaded;
}

/* mingw's linker leaves the directory entry of delay-loaded imports empty, other linkers fill it:
 * makes a copy of the plugin that has it. */
static void with_directory(HMODULE plugin_module, WCHAR path[MAX_PATH]) {
  static char file[1 << 20];
  DWORD bytes = 0;
  GetModuleFileNameW(plugin_module, path, MAX_PATH);
  HANDLE in = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
  ReadFile(in, file, sizeof file, &bytes, NULL);
  CloseHandle(in);
  IMAGE_NT_HEADERS *nt = (void *)(file + ((IMAGE_DOS_HEADER *)file)->e_lfanew);
  IMAGE_DATA_DIRECTORY *directory =
      &nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT];
  const char *table = function_of(plugin_module, "PluginDelayTable").address();
  directory->VirtualAddress = (DWORD)(table - (const char *)plugin_module);
  directory->Size = 2 * sizeof(IMAGE_DELAYLOAD_DESCRIPTOR);
  GetTempPathW(MAX_PATH, path);
  wcscat(path, L"hook-delayed.dll");
  HANDLE out = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
  WriteFile(out, file, bytes, &bytes, NULL);
  CloseHandle(out);
}

static void delayed(HMODULE first) {
  WCHAR path[MAX_PATH];
  with_directory(first, path);
  const HMODULE copy = plugin(path);
  MEMORY_BASIC_INFORMATION where;
  VirtualQuery(function_of(copy, "PluginDelaySlot").address(), &where, sizeof where);
  /* Before the first call: the plugin's own thunk, or the hook. */
  printf("delayed slot %s\n", where.AllocationBase == copy ? "thunk" : "hook");
  probe_before();
  const DWORD result = function_of(copy, "PluginDelayed").delayed(QS_KEY);
  const union rig_payload queued = {.queue = {.flags = QS_KEY, .result = result}};
  probe_line("GetQueueStatus", "queue", result, PROBE_ERROR, &queued);
}

void plugins(void) {
  char text[32];
  snprintf(text, sizeof text, "%lu", (unsigned long)probe_word(events[1]));
  SetEnvironmentVariableA("PROBE_EVENT", text);
  delayed(plugin(L"hook-plugin.dll"));
}
