/*
 * Keeps every rule: after the stop it closes what it had open, which takes two seconds in a call
 * that nobody records, as a database or a pipe would. Slow but alive is not blocked.
 */
#include "pumps/common/service.h"

typedef LONG(WINAPI *delay_function)(BOOLEAN alertable, const LARGE_INTEGER *interval);

void pump(const HANDLE *handles, DWORD count) {
  const LARGE_INTEGER two_seconds = {.QuadPart = -20000000}; /* relative, in units of 100 ns */
  const HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
  const delay_function delay =
      (delay_function)(void (*)(void))GetProcAddress(ntdll, "NtDelayExecution");
  pump_reference(handles, count);
  (void)delay(FALSE, &two_seconds);
}

void client_setup(struct client *client) {
  client->pump = pump;
}
