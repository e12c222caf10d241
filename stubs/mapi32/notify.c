/*
 * Advise connections and the delivery of notifications.
 *
 * What a session's Advise can be told of (D:imapisession-advise, with lpEntryID NULL): critical
 * errors, for which MAPI registers every client by itself, and extended events. A notification of
 * the director reaches each connection as fnevExtended where the client asked for that, else as
 * fnevCriticalError: an extended event commits the client to nothing, a critical error is the one
 * thing that remains.
 *
 * The table is lock-free, since a delivery runs on the thread under test: `refs` counts who holds
 * an entry, the registration itself included; whoever drops the last one releases the sink. So
 * Unadvise releases the sink at once, or when the OnNotify that another thread is in returns
 * (D:imapisession-unadvise).
 */
#include <mapix.h>

#include "core/assert.h"
#include "director/faults.h"
#include "mapi32/internal.h"

#define LIVE 0x80000000u    /* advised and not yet unadvised */
#define CLAIMED 0x40000000u /* being filled */
#define SLOT_BITS 8

_Static_assert(MAPI_CONNECTIONS == 1 << SLOT_BITS, "a connection number holds its slot");

struct connection {
  uint32_t refs; /* 0: free; else LIVE, CLAIMED and the count of holders */
  uint32_t number;
  uint32_t mask; /* fnev* */
  const void *owner;
  IMAPIAdviseSink *sink;
};

static struct connection connections[MAPI_CONNECTIONS];
static uint32_t generation;

static bool swap(uint32_t *refs, uint32_t *old, uint32_t value) {
  return __atomic_compare_exchange_n(refs, old, value, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/* Takes a reference on a live connection. */
static bool hold(struct connection *connection) {
  uint32_t old = __atomic_load_n(&connection->refs, __ATOMIC_ACQUIRE);
  while (old & LIVE)
    if (swap(&connection->refs, &old, old + 1))
      return true;
  return false;
}

static void drop(struct connection *connection) {
  IMAPIAdviseSink *sink = connection->sink; /* free to be reused once the count is 0 */
  if (__atomic_sub_fetch(&connection->refs, 1, __ATOMIC_ACQ_REL) == 0)
    sink->lpVtbl->Release(sink);
}

/* Ends a connection that the caller holds; the registration's reference goes with LIVE. False when
 * another thread was first. */
static bool end(struct connection *connection) {
  uint32_t old = __atomic_load_n(&connection->refs, __ATOMIC_ACQUIRE);
  while (old & LIVE)
    if (swap(&connection->refs, &old, (old & ~LIVE) - 1)) {
      RIG_ASSERT(((old & ~LIVE) - 1) > 0); /* the caller's own */
      return true;
    }
  return false;
}

uint32_t mapi_advise(const void *owner, IMAPIAdviseSink *sink, uint32_t mask) {
  for (uint32_t i = 0; i < MAPI_CONNECTIONS; i++) {
    struct connection *connection = &connections[i];
    uint32_t old = 0;
    if (!swap(&connection->refs, &old, CLAIMED))
      continue;
    /* Numbers are not used again while 2^24 connections are made: a stale one finds nothing. */
    uint32_t number = __atomic_add_fetch(&generation, 1, __ATOMIC_ACQ_REL) << SLOT_BITS | i;
    sink->lpVtbl->AddRef(sink);
    connection->sink = sink;
    connection->mask = mask | fnevCriticalError;
    connection->owner = owner;
    connection->number = number;
    __atomic_store_n(&connection->refs, LIVE | 1, __ATOMIC_RELEASE);
    return number;
  }
  return 0;
}

bool mapi_unadvise(const void *owner, uint32_t number) {
  struct connection *connection = &connections[number % MAPI_CONNECTIONS];
  if (!hold(connection))
    return false;
  bool ended = connection->number == number && connection->owner == owner && end(connection);
  drop(connection);
  return ended;
}

void mapi_unadvise_all(const void *owner) {
  for (uint32_t i = 0; i < MAPI_CONNECTIONS; i++) {
    if (!hold(&connections[i]))
      continue;
    if (connections[i].owner == owner)
      end(&connections[i]);
    drop(&connections[i]);
  }
}

void mapi_delivery_collect(struct mapi_delivery *delivery) {
  delivery->count = 0;
  for (uint32_t i = 0; i < MAPI_CONNECTIONS; i++)
    if (hold(&connections[i]))
      delivery->slots[delivery->count++] = (uint16_t)i;
}

/* Unused members are zero (D:event-notification-in-mapi); `token` and `error` live until OnNotify
 * returns, which is how long a client may look at them. */
static NOTIFICATION notification_for(uint32_t mask, uint64_t *token, MAPIERROR *error) {
  NOTIFICATION notification = {0};
  if (mask & fnevExtended) {
    notification.ulEventType = fnevExtended;
    notification.info.ext.cb = sizeof *token;
    notification.info.ext.pbEventParameters = (BYTE *)token;
  } else {
    notification.ulEventType = fnevCriticalError;
    notification.info.err.scode = MAPI_E_CALL_FAILED;
    notification.info.err.lpMAPIError = error;
  }
  return notification;
}

static void notify(struct connection *connection, uint64_t token) {
  static char text[] = "a critical error that the scenario asked for";
  static char component[] = "mapirig";
  MAPIERROR error = {
      .ulVersion = MAPI_ERROR_VERSION, .lpszError = text, .lpszComponent = component};
  NOTIFICATION notification = notification_for(connection->mask, &token, &error);
  union rig_payload payload = {
      .mapi = {.object = (uint64_t)(uintptr_t)connection->sink, .a = 1, .b = connection->number}};
  uint32_t enter = rec_enter(RIG_CALL_IMAPIAdviseSink_OnNotify, 0, &payload, NULL, 0);
  payload.mapi.result = connection->sink->lpVtbl->OnNotify(connection->sink, 1, &notification);
  rec_leave(enter, RIG_CALL_IMAPIAdviseSink_OnNotify, 0, &payload);
}

void mapi_delivery_send(const struct mapi_delivery *delivery, uint64_t token) {
  for (uint32_t i = 0; i < delivery->count; i++) {
    struct connection *connection = &connections[delivery->slots[i]];
    /* An earlier sink of this delivery may have unadvised it meanwhile. */
    if (__atomic_load_n(&connection->refs, __ATOMIC_ACQUIRE) & LIVE)
      notify(connection, token);
    drop(connection);
  }
}

HRESULT WINAPI HrDispatchNotifications(ULONG ulFlags);
HRESULT WINAPI HrDispatchNotifications(ULONG ulFlags) {
  union rig_payload payload = {.mapi = {.a = ulFlags}};
  uint32_t enter = rec_enter(RIG_CALL_HrDispatchNotifications, REC_CALLER, &payload, NULL, 0);
  HRESULT result = S_OK;
  uint32_t failure;
  if (dir_fault(RIG_CALL_HrDispatchNotifications, enter, &failure))
    result = (HRESULT)failure;
  else if (!mapi_initialized())
    result = MAPI_E_NOT_INITIALIZED;
  else if (!mapi_windows_dispatch()) /* ulFlags is reserved; the page knows no error for it */
    result = MAPI_E_USER_CANCEL;
  payload.mapi.result = (uint32_t)result;
  rec_leave(enter, RIG_CALL_HrDispatchNotifications, REC_CALLER, &payload);
  return result;
}
