/*
 * A DLL that a client loads while it runs: its imports must be hooked before its DllMain. One of
 * them is delay-loaded.
 */
#include <stdlib.h>

#include <windows.h>

BOOL PluginReset(HANDLE event);
DWORD PluginDelayed(UINT flags);
const void *PluginDelayTable(void);
const void *PluginDelaySlot(void);
BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved);

/* Made by dlltool from hook-delayed.def: GetQueueStatus, and the table that describes it. */
DWORD WINAPI ProbeDelayedGetQueueStatus(UINT flags);
#ifdef _WIN64
extern const void *slot __asm__("__imp_ProbeDelayedGetQueueStatus");
#else
extern const void *slot __asm__("__imp__ProbeDelayedGetQueueStatus@4");
extern const char table[] __asm__("__DELAY_IMPORT_DESCRIPTOR_libdelayed_a");
#endif
extern const char table[] __asm__("__DELAY_IMPORT_DESCRIPTOR_libdelayed_a");

BOOL PluginReset(HANDLE event) {
  return ResetEvent(event);
}

DWORD PluginDelayed(UINT flags) {
  return ProbeDelayedGetQueueStatus(flags);
}

const void *PluginDelayTable(void) {
  return table;
}

const void *PluginDelaySlot(void) {
  return slot;
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
  (void)instance;
  (void)reserved;
  char text[32] = "";
  if (reason == DLL_PROCESS_ATTACH && GetEnvironmentVariableA("PROBE_EVENT", text, sizeof text)) {
    ResetEvent((HANDLE)(ULONG_PTR)strtoul(text, NULL, 10));
  }
  return TRUE;
}
