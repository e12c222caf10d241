/*
 * Reading memory that the client named, and that may not be there.
 *
 * A hook copies wait arrays and messages before the real function has judged them; a bad pointer
 * must stay the client's affair. IsBadReadPtr costs a frame set-up per call, so the copy is a leaf
 * routine of our own, and a vectored handler sends a fault inside it to its failing exit: free when
 * nothing is wrong.
 */
#include "recorder/private.h"

/* Copies `bytes`; 1, or 0 when the memory cannot be read. Leaf code: no frame, no saved register,
 * so that the handler may jump to the exit from any instruction between the labels. */
int guard_copy(void *to, const void *from, size_t bytes) __asm__("rig_guard_copy");
extern const char guard_end[] __asm__("rig_guard_end");
extern const char guard_failed[] __asm__("rig_guard_failed");

#ifdef _WIN64
__asm__(".text\n"
        ".globl rig_guard_copy\n"
        "rig_guard_copy:\n" /* rcx = to, rdx = from, r8 = bytes */
        "  mov %r8, %r9\n"
        "  shr $3, %r9\n"
        "  jz 2f\n"
        "1: mov (%rdx), %rax\n"
        "  mov %rax, (%rcx)\n"
        "  add $8, %rdx\n"
        "  add $8, %rcx\n"
        "  dec %r9\n"
        "  jnz 1b\n"
        "2: and $7, %r8\n"
        "  jz 4f\n"
        "3: movb (%rdx), %al\n"
        "  movb %al, (%rcx)\n"
        "  inc %rdx\n"
        "  inc %rcx\n"
        "  dec %r8\n"
        "  jnz 3b\n"
        "4: mov $1, %eax\n"
        "  ret\n"
        "rig_guard_end:\n"
        "rig_guard_failed:\n"
        "  xor %eax, %eax\n"
        "  ret\n");
#define INSTRUCTION Rip
#else
__asm__(".text\n"
        ".globl rig_guard_copy\n"
        "rig_guard_copy:\n" /* cdecl: to, from, bytes */
        "  mov 4(%esp), %ecx\n"
        "  mov 8(%esp), %edx\n"
        "1: subl $4, 12(%esp)\n"
        "  jb 2f\n"
        "  mov (%edx), %eax\n"
        "  mov %eax, (%ecx)\n"
        "  add $4, %edx\n"
        "  add $4, %ecx\n"
        "  jmp 1b\n"
        "2: addl $4, 12(%esp)\n"
        "  jz 4f\n"
        "3: movb (%edx), %al\n"
        "  movb %al, (%ecx)\n"
        "  inc %edx\n"
        "  inc %ecx\n"
        "  decl 12(%esp)\n"
        "  jnz 3b\n"
        "4: mov $1, %eax\n"
        "  ret\n"
        "rig_guard_end:\n"
        "rig_guard_failed:\n"
        "  xor %eax, %eax\n"
        "  ret\n");
#define INSTRUCTION Eip
#endif

static LONG CALLBACK on_exception(EXCEPTION_POINTERS *info) {
  const uintptr_t at = (uintptr_t)info->ExceptionRecord->ExceptionAddress;
  if (at < (uintptr_t)guard_copy || at >= (uintptr_t)guard_end) {
    return EXCEPTION_CONTINUE_SEARCH;
  }
  switch (info->ExceptionRecord->ExceptionCode) {
  case EXCEPTION_ACCESS_VIOLATION:
  case EXCEPTION_GUARD_PAGE:
  case EXCEPTION_IN_PAGE_ERROR:
  case EXCEPTION_DATATYPE_MISALIGNMENT:
    info->ContextRecord->INSTRUCTION = (uintptr_t)guard_failed;
    return EXCEPTION_CONTINUE_EXECUTION;
  default:
    return EXCEPTION_CONTINUE_SEARCH;
  }
}

bool rec_guard_open(void) {
  return AddVectoredExceptionHandler(1, on_exception) != NULL;
}

bool rec_copy(void *to, const void *from, size_t bytes) {
  return from != NULL && guard_copy(to, from, bytes) != 0;
}

uint32_t rec_copy_text(char *to, const char *from, uint32_t size) {
  uint32_t length = 0;
  while (length + 1 < size && rec_copy(to + length, from + length, 1) && to[length] != '\0') {
    length++;
  }
  to[length] = '\0';
  return length;
}

uint32_t rec_copy_wide(char *to, const WCHAR *from, uint32_t size) {
  WCHAR wide[REC_TEXT_BYTES];
  uint32_t length = 0;
  while (length + 1 < REC_TEXT_BYTES && rec_copy(wide + length, from + length, sizeof *wide) &&
         wide[length] != L'\0') {
    length++;
  }
  const uint32_t error = teb_last_error();
  int bytes = 0;
  /* UTF-8 may need more than `size`: cut by characters until it fits. */
  while (length > 0 && (bytes = WideCharToMultiByte(CP_UTF8, 0, wide, (int)length, to,
                                                    (int)size - 1, NULL, NULL)) == 0) {
    length--;
  }
  to[bytes] = '\0';
  teb_set_last_error(error);
  return (uint32_t)bytes;
}
