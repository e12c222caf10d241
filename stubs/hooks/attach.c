/*
 * The stub's DllMain. The host loads the stub before the client's first instruction, so everything
 * is in place when that runs. Nothing depends on PROCESS_DETACH: a killed client never comes there.
 */
#include <windows.h>

#include "director/director.h"
#include "hooks/hooks.h"
#include "recorder/recorder.h"

/* The hooks point into this image: it must outlive every FreeLibrary of the client's. */
static void stay_loaded(HINSTANCE instance) {
  HMODULE self;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                     (const WCHAR *)instance, &self);
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
  switch (reason) {
  case DLL_PROCESS_ATTACH:
    if (rec_open()) {
      stay_loaded(instance);
      hook_install();
      dir_start();
    }
    break;
  case DLL_THREAD_ATTACH:
    rec_thread_start();
    break;
  case DLL_THREAD_DETACH:
    rec_thread_end();
    break;
  case DLL_PROCESS_DETACH:
    if (reserved != NULL) { /* the process ends; NULL: the stub was freed (it had no session) */
      /* With which code, Wine does not say yet: when the client returned from main, the C runtime
       * (a Wine DLL, not hooked) ends the process. The host's EXIT record has it. */
      hook_process_end(0, false);
    }
    break;
  default:
    break;
  }
  return TRUE;
}
