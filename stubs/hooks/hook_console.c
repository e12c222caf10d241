/*
 * Hook on SetConsoleCtrlHandler. The real function keeps its list, for events the client raises
 * itself; scm/console.c keeps a second one, for those the director raises.
 */
#include "hooks/table.h"
#include "recorder/recorder.h"
#include "scm/scm.h"

BOOL WINAPI hook_SetConsoleCtrlHandler(PHANDLER_ROUTINE handler, BOOL add) {
  rec_about(RIG_CALL_SetConsoleCtrlHandler);
  const BOOL result = hook_real.SetConsoleCtrlHandler(handler, add);
  union rig_payload payload = {
      .scm = {.state = add != 0, .result = (uint32_t)result, .value = (uintptr_t)handler}};
  if (result) {
    scm_console_handler(handler, add != 0);
  } else {
    payload.scm.control = GetLastError();
  }
  rec_call(RIG_CALL_SetConsoleCtrlHandler, REC_CALLER, &payload, NULL, 0);
  return result;
}
