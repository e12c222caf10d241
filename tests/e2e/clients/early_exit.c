/* Ends in a TLS callback, before its first instruction and before anything can be loaded into it:
 * as silent as a start that fails under load. It does so while a file "<exe>.fail" lies beside it,
 * and takes a file "<exe>.once" away as the start fails for it. */
#include <windows.h>

static void NTAPI callback(PVOID module, DWORD reason, PVOID reserved) {
  char path[MAX_PATH + 8];
  (void)module, (void)reserved;
  if (reason == DLL_PROCESS_ATTACH) {
    DWORD length = GetModuleFileNameA(NULL, path, MAX_PATH);
    lstrcpyA(path + length, ".once");
    BOOL fail = DeleteFileA(path);
    lstrcpyA(path + length, ".fail");
    if (fail || GetFileAttributesA(path) != INVALID_FILE_ATTRIBUTES) {
      TerminateProcess(GetCurrentProcess(), 9);
    }
  }
}

__attribute__((section(".CRT$XLB"), used)) static PIMAGE_TLS_CALLBACK entry = callback;

int main(void) {
  return 0;
}
