/*
 * What the files of this folder share: the state of MAPI in this process, its windows, the advise
 * connections, and the way a call is recorded.
 */
#ifndef STUBS_MAPI32_INTERNAL_H
#define STUBS_MAPI32_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <windows.h>

#include "core/session.h"
#include "mapi32/mapi.h"
#include "recorder/recorder.h"

/* Flags that mingw-w64's mapix.h lacks, with the values of Outlook's MAPIX.h. */
#define MAPI_FLAG_NO_COINIT 0x00000008u
#define MAPI_FLAG_BG_SESSION 0x00200000u

/* ---- recording ---- */

/* Records MapiUnsupported with `name` ("IMAPISession::OpenMsgStore") and the flags that the client
 * passed (0 where there are none), and returns `result`. */
uint32_t mapi_unsupported(const void *object, const char *name, uint64_t caller, uint32_t flags,
                          uint32_t result);

/* Records a completed call of shape mapi and returns `result`. */
uint32_t mapi_record(enum rig_call call, uint64_t caller, const void *object, uint32_t a,
                     uint32_t b, uint32_t result);

/* A call of MAPI that is recorded when it is complete begins: true when the scenario makes it fail,
 * with *result as its answer (director/faults.h). */
bool mapi_about(enum rig_call call, uint32_t *result);

/* ---- init.c ---- */

/* True after a MAPIInitialize of any thread that no MAPIUninitialize has undone. */
bool mapi_initialized(void);
/* The same, and the calling thread has one of its own (D:using-thread-safe-objects). */
bool mapi_initialized_here(void);
/* Of any thread, or ScInitMapiUtil: what the utility functions ask for. */
bool mapi_util_initialized(void);

/* ---- windows.c ---- */

/* Makes the idle window on the calling thread, and the notification window there too or, when
 * `own_thread` is set, on a thread of MAPI's. False when the system refused. */
bool mapi_windows_create(bool own_thread);
/* Undoes it, from any thread; a window is destroyed on the thread that made it. Returns the thread
 * of MAPI's that is ending, NULL without one, for mapi_windows_join once no lock is held. */
HANDLE mapi_windows_destroy(void);
void mapi_windows_join(HANDLE thread);
/* Dispatches what is queued for the notification window, if it is the calling thread's. False when
 * a WM_QUIT, WM_QUERYENDSESSION or WM_ENDSESSION came in between. */
bool mapi_windows_dispatch(void);

/* ---- notify.c ---- */

struct IMAPIAdviseSink;

/* Registers `sink` (a reference is taken) for the events in `mask`, on behalf of `owner`. Returns
 * the connection, 0 when the table is full. */
uint32_t mapi_advise(const void *owner, struct IMAPIAdviseSink *sink, uint32_t mask);
/* Ends a connection of `owner`; the sink is released at once, or when the OnNotify that another
 * thread is in returns (D:imapisession-unadvise). False when there is no such connection. */
bool mapi_unadvise(const void *owner, uint32_t connection);
/* Ends every connection of `owner`. */
void mapi_unadvise_all(const void *owner);

#define MAPI_CONNECTIONS 256

/* One notification on its way: the connections it reaches, each held until it was told. */
struct mapi_delivery {
  uint32_t count;
  uint16_t slots[MAPI_CONNECTIONS];
};
/* Collects the connections a notification reaches; takes no lock. */
void mapi_delivery_collect(struct mapi_delivery *delivery);
/* Calls OnNotify of each and lets go of it. `token` is the wParam of the message. */
void mapi_delivery_send(const struct mapi_delivery *delivery, uint64_t token);

/* ---- session.c ---- */

struct IMAPISession;

/* A new session with one reference, NULL without memory. */
struct IMAPISession *mapi_session_new(bool shared);
/* True while a session exists that was established with MAPI_ALLOW_OTHERS and not logged off. */
bool mapi_session_shared(void);

#endif
