/*
 * What the shims share. Types are Microsoft's in fixed width: HANDLE and HWND are 64 bits wide and
 * their upper half repeats the sign; BOOL, UINT and DWORD are 32 bits.
 */
#ifndef RIG_SIM_SHIMS_PRIVATE_H
#define RIG_SIM_SHIMS_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/engine/engine_private.h"
#include "win32/names.h"

#define RIG_MS __attribute__((ms_abi))

/* Defines the shim of `name`, and the entry by which a program gets there (fibre.h: with a clean
 * stack). A program's address of it is that of the entry. */
#define RIG_SHIM(type, name, ...)                                                                  \
  RIG_MS __attribute__((used, visibility("hidden"))) type rig_shim_##name(__VA_ARGS__);            \
  __asm__(".pushsection .text\n"                                                                   \
          ".p2align 4\n"                                                                           \
          ".globl rig_entry_" #name "\n"                                                           \
          ".hidden rig_entry_" #name "\n"                                                          \
          ".globl rig_api_" #name "\n" /* by which a natively compiled pump is bound */            \
          ".type rig_entry_" #name ", @function\n"                                                 \
          ".type rig_api_" #name ", @function\n"                                                   \
          "rig_api_" #name ":\n"                                                                   \
          "rig_entry_" #name ":\n"                                                                 \
          "  leaq rig_shim_" #name "(%rip), %r11\n"                                                \
          "  jmp rig_fibre_clean\n"                                                                \
          ".popsection\n");                                                                        \
  RIG_MS type rig_shim_##name(__VA_ARGS__)

/* Errors (winerror.h). */
#define RIG_ERROR_INVALID_FUNCTION 1u
#define RIG_ERROR_ACCESS_DENIED 5u
#define RIG_ERROR_INVALID_HANDLE 6u
#define RIG_ERROR_NOT_ENOUGH_MEMORY 8u
#define RIG_ERROR_INVALID_PARAMETER 87u
#define RIG_ERROR_INSUFFICIENT_BUFFER 122u
#define RIG_ERROR_MOD_NOT_FOUND 126u
#define RIG_ERROR_PROC_NOT_FOUND 127u
#define RIG_ERROR_ALREADY_EXISTS 183u
#define RIG_ERROR_NOT_OWNER 288u
#define RIG_ERROR_MESSAGE_SYNC_ONLY 1159u
#define RIG_ERROR_INVALID_WINDOW 1400u
#define RIG_ERROR_CLASS_NOT_FOUND 1407u
#define RIG_ERROR_CLASS_EXISTS 1410u
#define RIG_ERROR_TIMEOUT 1460u

#define RIG_WAIT_TIMEOUT 258u
#define RIG_WAIT_FAILED UINT32_MAX

/* MSG of 64 bits. The padding behind the point carries the message's origin (win32.h) from its
 * retrieval to its dispatch; copying a MSG copies it. */
struct rig_msg {
  uint64_t hwnd;
  uint32_t message;
  uint32_t unused;
  uint64_t wparam;
  uint64_t lparam;
  uint32_t time;
  int32_t x;
  int32_t y;
  uint32_t origin;
};
_Static_assert(sizeof(struct rig_msg) == 48, "MSG");

/* ---- numbers of the world and of the program ---- */

/* The window of an HWND; 0 for NULL, RIG_NO_WINDOW for one that cannot be a window. */
#define RIG_NO_WINDOW 0x7fffffffu
static inline uint32_t rig_shim_window(uint64_t hwnd) {
  const uint32_t low = (uint32_t)hwnd;
  if (low == 0) {
    return 0;
  }
  return low > 0x10000u && low % 4 == 0 ? (low - 0x10000u) / 4 : RIG_NO_WINDOW;
}

/* The thread of a thread id, RIG_WIN_NONE for another number. */
static inline uint32_t rig_shim_thread(uint32_t id) {
  return id >= 0x100u && id % 4 == 0 && (id - 0x100u) / 4 < RIG_ENGINE_THREADS ? (id - 0x100u) / 4
                                                                               : RIG_WIN_NONE;
}

#define RIG_PSEUDO_PROCESS UINT32_MAX       /* GetCurrentProcess() */
#define RIG_PSEUDO_THREAD (UINT32_MAX - 1u) /* GetCurrentThread() */

/* A BOOL's false with its error. */
static inline uint32_t rig_shim_fail(struct rig_engine *engine, uint32_t error) {
  rig_engine_set_error(engine, error);
  return 0;
}

/* The end of a Create or Open (shims_objects.c): its handle, and the last error that says whether
 * it was there. Without a handle the path ends: a limit. */
uint64_t rig_shim_made(struct rig_engine *engine, uint32_t handle, bool existed);

/* The end of a call that may let another thread go on: what that one does may come before the code
 * behind the call, which is a step of its own. Else nobody could see a variable as it is before the
 * thread sets it there (a flag behind the SetEvent that announces it). */
static inline void rig_shim_lets_go_on(struct rig_engine *engine) {
  rig_engine_yield(engine);
}

/* ---- texts of the program's ---- */

#define RIG_SHIM_TEXT 512u
/* As UTF-8, at most `size` bytes with their end; "" for NULL. */
void rig_shim_utf8(const uint16_t *wide, char *to, size_t size);
/* The number of a name (rig_engine_name), of a wide or a narrow text; 0 for NULL and "". */
uint32_t rig_shim_name_w(struct rig_engine *engine, const uint16_t *name);
uint32_t rig_shim_name_a(struct rig_engine *engine, const char *name);

/* UTF-8 as UTF-16, at most `size` units with their end (0: only counted); returns how many units
 * all of it has, without the end. */
int32_t rig_shim_widen(const char *utf8, uint16_t *to, uint64_t size);
/* The time of day, which a program asks for: in 100 ns since 1601 (shims_clock.c). */
uint64_t rig_shim_file_time(void);
/* Units before the end, at most `most` (shims_text.c). */
uint64_t rig_shim_wide_length(const uint16_t *text, uint64_t most);
/* A block of the program's heap (shims_memory.c). */
uint64_t rig_shim_allocate(uint64_t bytes);

/* The procedure of a window class, by its name or its atom (shims_classes.c); 0: no such class. */
uint64_t rig_shim_class_code(struct rig_engine *engine, const void *name, bool wide);
/* True unless its style has CS_IME: then its windows bring one of the input method with them. */
bool rig_shim_class_has_ime(struct rig_engine *engine, const void *name, bool wide);
#define RIG_ATOM 0xc000u /* the first atom of a class, and of a registered message */

/* ---- windows that are shown, and their activation: shims_show.c, shims_activation.c ---- */

/* Each of these runs procedures of the program's, which may do anything: whether the window is
 * still there is for the caller to ask. They are windows of the calling thread, unless said
 * otherwise; 0 is none, and those that are not there any more are told nothing. */

/* Sends it to the window; returns what its procedure does. */
uint64_t rig_window_tell(struct rig_engine *engine, uint32_t window, uint32_t message,
                         uint64_t wparam, uint64_t lparam);
/* ShowWindow: whether it was shown before. `how`: SW_*. */
bool rig_window_show(struct rig_engine *engine, uint32_t window, uint32_t how);
/* DestroyWindow. */
void rig_window_destroy(struct rig_engine *engine, uint32_t window);
/* SetFocus, which activates too: who had it before. */
uint32_t rig_window_focus(struct rig_engine *engine, uint32_t window);
/* SetForegroundWindow of any thread's window. False: it is none, or could not be activated. */
bool rig_window_foreground(struct rig_engine *engine, uint32_t window);
/* The active window is hidden or goes: another one is activated, if one is shown. */
void rig_window_activate_other(struct rig_engine *engine, uint32_t window);

/* shims_com.c: a window of the thread gets or loses the focus, and the input method enters a
 * single-threaded apartment if the dialect says so; it leaves as its window goes. */
void rig_input_method_enters(struct rig_engine *engine);
void rig_input_method_leaves(struct rig_engine *engine);

/* Text that the program wrote, to be reported (RIG_STATE_OUTPUT). */
void rig_shim_output(struct rig_engine *engine, const char *text, size_t bytes);

#endif
