/*
 * Asserts every entry of the lists of names against Windows' own headers. There is nothing to run:
 * it compiles, or it names the entry that is wrong. Built twice, for _WIN32_WINNT below 0x0602 and
 * from it on, since the unions of QS_* differ.
 */
#define WIN32_NO_STATUS /* ntstatus.h has them all, winnt.h a few */
#include <windows.h>
/**/
#include <ole2.h>
#include <winsvc.h>
#include <winternl.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>
/**/
#include <mapidefs.h>
/**/
#include <mapicode.h>
#include <mapix.h>

#include "core/names_flags.h"
#include "core/names_messages.h"
#include "core/names_values.h"

#define SAME(name, value) _Static_assert((unsigned)(name) == (value), #name);
#define NOTHING(name, value)
#if _WIN32_WINNT < 0x0602
#define OLD SAME
#define NEW NOTHING
#else
#define OLD NOTHING
#define NEW SAME
#endif

/* Microsoft's alone: mingw's headers must not have them, else they belong among the others. */
#define ABSENT(name, value) enum { name = (int)(value) };

RIG_NAMES_MAPIINIT(SAME, ABSENT, OLD, NEW)
RIG_NAMES_LOGON(SAME, ABSENT, OLD, NEW)
RIG_NAMES_QS(SAME, ABSENT, OLD, NEW)
RIG_NAMES_MWMO(SAME, ABSENT, OLD, NEW)
RIG_NAMES_PM(SAME, ABSENT, OLD, NEW)
RIG_NAMES_COINIT(SAME, ABSENT, OLD, NEW)
RIG_NAMES_CLSCTX(SAME, ABSENT, OLD, NEW)
RIG_NAMES_ACCEPTED(SAME, ABSENT, OLD, NEW)
RIG_NAMES_EVENTS(SAME, ABSENT, OLD, NEW)
RIG_NAMES_SIMPLE(SAME, ABSENT, OLD, NEW)
RIG_NAMES_LOGOFF(SAME, ABSENT, OLD, NEW)

RIG_NAMES_WAIT(SAME, ABSENT)
RIG_NAMES_HRESULT(SAME, ABSENT)
RIG_NAMES_WIN32(SAME, ABSENT)
RIG_NAMES_MESSAGE(SAME, ABSENT)
RIG_NAMES_SERVICE_STATE(SAME, ABSENT)
RIG_NAMES_SERVICE_CONTROL(SAME, ABSENT)
RIG_NAMES_CONSOLE_CONTROL(SAME, ABSENT)
RIG_NAMES_EXCEPTION(SAME, ABSENT)
