/*
 * What the rest of the stub is to mapi32/ and scm/ in a live run, as far as they need it here.
 */
#include "simulated/simulated.h"

#include <windows.h>

#include "hooks/table.h"
#include "scm/scm.h"

/* The one GUID of the system's that mapi32/ compares with: no library is linked. */
const IID IID_IUnknown = {0, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};

/* The simulated process has no console but scm/console.c's list. */
static BOOL WINAPI keep_handler(PHANDLER_ROUTINE handler, BOOL add) {
  (void)handler, (void)add;
  return TRUE;
}

struct hook_reals hook_real = {.SetConsoleCtrlHandler = keep_handler};

uint32_t simulated_control(uint32_t control) {
  return scm_control(control) ? 0 : GetLastError();
}

uint32_t simulated_console_event(uint32_t event) {
  scm_console_event(event);
  return 0;
}
