/*
 * The compilers' own helpers. Sources: Microsoft Learn, "/Gs (Control stack checking calls)" and
 * "x64 prolog and epilog" (__chkstk: size in rax, keeps every register but r10 and r11), "/GS";
 * LLVM's X86FrameLowering (___chkstk_ms keeps all of them); gcc's -fstack-protector.
 */
#include "sim/loader/builtins.h"

#include <stddef.h>
#include <string.h>

#include "sim/engine/fibre.h"

#define COOKIE 0x00002B992DDFA232ull /* the value of Microsoft's before it is randomised */
#define COOKIE_AT 0u
#define GUARD_AT 8u
#define FLOATS_AT 16u

void rig_builtin_main(void);
void rig_builtin_check_cookie(void);
void rig_builtin_chk_fail(void);
extern const char rig_builtin_overrun[];

__asm__(".text\n"
        ".p2align 4\n"
        ".globl rig_builtin_main\n"
        "rig_builtin_main:\n"
        "  ret\n"
        ".p2align 4\n"
        ".globl rig_builtin_check_cookie\n"
        "rig_builtin_check_cookie:\n"
        "  cmpq cookie(%rip), %rcx\n"
        "  jne rig_builtin_overrun\n"
        "  ret\n"
        ".p2align 4\n"
        ".globl rig_builtin_chk_fail\n"
        "rig_builtin_chk_fail:\n"
        ".globl rig_builtin_overrun\n"
        "rig_builtin_overrun:\n"
        "  ud2\n"
        ".section .rodata\n"
        ".p2align 3\n"
        "cookie: .quad 0x00002B992DDFA232\n"
        ".text\n");

static const struct {
  const char *name;
  void (*code)(void);
  unsigned constant; /* without code: where in the block */
} builtins[] = {
    {"__chkstk", rig_fibre_probe, 0},
    {"___chkstk_ms", rig_fibre_probe, 0},
    {"__main", rig_builtin_main, 0},
    {"__security_check_cookie", rig_builtin_check_cookie, 0},
    {"__stack_chk_fail", rig_builtin_chk_fail, 0},
    {"__security_cookie", NULL, COOKIE_AT},
    {"__stack_chk_guard", NULL, GUARD_AT},
    {"_fltused", NULL, FLOATS_AT},
};

uint64_t rig_builtin(const char *name, uint64_t constants, uint64_t base) {
  (void)rig_fibre_teb(); /* a stack probe notes there how deep it went, on a fibre or not */
  for (size_t i = 0; i < sizeof builtins / sizeof builtins[0]; i++) {
    if (strcmp(name, builtins[i].name) == 0) {
      return builtins[i].code != NULL ? (uint64_t)(uintptr_t)builtins[i].code
                                      : constants + builtins[i].constant;
    }
  }
  return strcmp(name, "__ImageBase") == 0 ? base : 0;
}

void rig_builtin_constants(void *to) {
  const uint64_t values[RIG_BUILTIN_BYTES / 8] = {
      [COOKIE_AT / 8] = COOKIE, [GUARD_AT / 8] = COOKIE, [FLOATS_AT / 8] = 0x9875};
  memcpy(to, values, sizeof values);
}

const char *rig_builtin_trap(uint64_t address) {
  return address == (uint64_t)(uintptr_t)rig_builtin_overrun
             ? "a stack buffer overrun (the cookie behind it was overwritten)"
             : NULL;
}
