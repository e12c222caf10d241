/*
 * The hooks, made from the one list of calls: for each call that a client reaches through an import
 * table, the prototype of its hook, the real function's pointer, and the DLLs it comes from. A new
 * family of calls.h does not compile before its line stands here.
 *
 * Use: define HOOK_X(name, home), write HOOKS, undefine it.
 */
#ifndef STUBS_HOOKS_TABLE_H
#define STUBS_HOOKS_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include <windows.h>

#include <ole2.h>

#include "core/calls.h"

/* Where a function lives. The first DLL of a pair holds the function itself and is the one to call;
 * the second re-exports it, mostly through an import table of its own (measured with Wine 8), and
 * holds what the first has not (OleInitialize). */
#define HOOK_HOMES(X)                                                                              \
  X(USER, "user32.dll", "user32.dll")                                                              \
  X(KERNEL, "kernelbase.dll", "kernel32.dll")                                                      \
  X(COM, "combase.dll", "ole32.dll")                                                               \
  X(SERVICE, "sechost.dll", "advapi32.dll")

enum hook_home {
#define RIG_X(name, first, second) HOOK_HOME_##name,
  HOOK_HOMES(RIG_X)
#undef RIG_X
      HOOK_HOME_COUNT
};

/* Per family: where its functions live, or nothing when no import table leads to them. */
#define HOOK_FAMILY_MSG_WAIT(name) HOOK_X(name, USER)
#define HOOK_FAMILY_WAIT_MESSAGE(name) HOOK_X(name, USER)
#define HOOK_FAMILY_CO_WAIT(name) HOOK_X(name, COM)
#define HOOK_FAMILY_HANDLE_WAIT(name) HOOK_X(name, KERNEL)
#define HOOK_FAMILY_SLEEP(name) HOOK_X(name, KERNEL)
#define HOOK_FAMILY_GET_MESSAGE(name) HOOK_X(name, USER)
#define HOOK_FAMILY_PEEK_MESSAGE(name) HOOK_X(name, USER)
#define HOOK_FAMILY_QUEUE_STATUS(name) HOOK_X(name, USER)
#define HOOK_FAMILY_TRANSLATE(name) HOOK_X(name, USER)
#define HOOK_FAMILY_DISPATCH(name) HOOK_X(name, USER)
#define HOOK_FAMILY_IS_DIALOG(name) HOOK_X(name, USER)
#define HOOK_FAMILY_ACCELERATOR(name) HOOK_X(name, USER)
#define HOOK_FAMILY_POST(name) HOOK_X(name, USER)
#define HOOK_FAMILY_POST_THREAD(name) HOOK_X(name, USER)
#define HOOK_FAMILY_POST_QUIT(name) HOOK_X(name, USER)
#define HOOK_FAMILY_SEND(name) HOOK_X(name, USER)
#define HOOK_FAMILY_SET_EVENT(name) HOOK_X(name, KERNEL)
#define HOOK_FAMILY_RESET_EVENT(name) HOOK_X(name, KERNEL)
#define HOOK_FAMILY_CO_INIT(name) HOOK_X(name, COM)
#define HOOK_FAMILY_CO_UNINIT(name) HOOK_X(name, COM)
#define HOOK_FAMILY_CO_CREATE(name) HOOK_X(name, COM)
#define HOOK_FAMILY_SCM_DISPATCHER(name) HOOK_X(name, SERVICE)
#define HOOK_FAMILY_SCM_REGISTER(name) HOOK_X(name, SERVICE)
#define HOOK_FAMILY_SCM_STATUS(name) HOOK_X(name, SERVICE)
#define HOOK_FAMILY_SCM_HANDLER(name)
#define HOOK_FAMILY_SCM_MAIN(name)
#define HOOK_FAMILY_CONSOLE_REGISTER(name) HOOK_X(name, KERNEL)
#define HOOK_FAMILY_CONSOLE_HANDLER(name)
#define HOOK_FAMILY_MAPI_INITIALIZE(name)
#define HOOK_FAMILY_MAPI_UNINITIALIZE(name)
#define HOOK_FAMILY_MAPI_LOGON(name)
#define HOOK_FAMILY_MAPI_ALLOCATE(name)
#define HOOK_FAMILY_MAPI_ALLOCATE_MORE(name)
#define HOOK_FAMILY_MAPI_FREE(name)
#define HOOK_FAMILY_MAPI_DISPATCH_NOTIFICATIONS(name)
#define HOOK_FAMILY_MAPI_UTIL(name)
#define HOOK_FAMILY_MAPI_SESSION(name)
#define HOOK_FAMILY_MAPI_LOGOFF(name)
#define HOOK_FAMILY_MAPI_ADVISE(name)
#define HOOK_FAMILY_MAPI_UNADVISE(name)
#define HOOK_FAMILY_MAPI_ON_NOTIFY(name)
#define HOOK_FAMILY_MAPI_UNSUPPORTED(name)

#define HOOK_OF_CALL(name, family, payload) HOOK_FAMILY_##family(name)

/* Hooks without a record of their own: how the client reaches other functions, what it says, and
 * how it ends. */
#define HOOKS_UNRECORDED                                                                           \
  HOOK_X(GetProcAddress, KERNEL)                                                                   \
  HOOK_X(OutputDebugStringA, KERNEL)                                                               \
  HOOK_X(OutputDebugStringW, KERNEL)                                                               \
  HOOK_X(SetUnhandledExceptionFilter, KERNEL)                                                      \
  HOOK_X(ExitProcess, KERNEL)                                                                      \
  HOOK_X(TerminateProcess, KERNEL)

#define HOOKS RIG_CALLS(HOOK_OF_CALL) HOOKS_UNRECORDED

/* hook_X has the type of X; its body is in hook_*.c by topic. */
#define HOOK_X(name, home) __typeof__(name) hook_##name;
HOOKS
#undef HOOK_X

/* The real functions, filled by hook_resolve. */
struct hook_reals {
#define HOOK_X(name, home) __typeof__(name) *name;
  HOOKS
#undef HOOK_X
};
extern struct hook_reals hook_real;

struct hook_entry {
  const char *name;
  enum hook_home home;
  void *hook;         /* the stub's function */
  void **real;        /* its member of hook_real */
  void *addresses[2]; /* of the function in its two homes; NULL while that DLL is not loaded */
};

/* Looks the real functions up in those home DLLs that are loaded by now; loads none. */
void hook_resolve(void);

/* The entry for an import `name` from `dll`: a home of the function, or an API set that stands for
 * one. NULL if there is none. */
struct hook_entry *hook_find_name(const char *dll, const char *name);
/* The entry whose real function is at `address` (imports by ordinal, of re-exporters). */
struct hook_entry *hook_find_address(const void *address);
/* True when `address` is a hook of the table. */
bool hook_is_hook(const void *address);
/* Makes sure the real function is known, loading its home if need be. */
bool hook_ready(struct hook_entry *entry);

#endif
