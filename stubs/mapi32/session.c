/*
 * The session that MAPILogonEx returns: IMAPISession with its reference count, Advise, Unadvise and
 * Logoff. The other methods are recorded as not supported and fail with MAPI_E_NO_SUPPORT; their
 * out-parameters are set to NULL or 0. Free-threaded, as MAPI's objects are (D:threading-in-mapi).
 *
 * After Logoff no method but Release may be called (D:imapisession-logoff): the others fail with
 * MAPI_E_INVALID_OBJECT. Logoff ends the session's own connections; the fnevExtended notification
 * of a log-off is for providers and for the other clients of a shared session
 * (D:imapisession-advise), of which a process of ours has none.
 */
#include <mapix.h>

#include "director/faults.h"
#include "mapi32/internal.h"

struct session {
  IMAPISession object; /* first: the address the client holds */
  uint32_t refs;
  uint32_t logged_off;
  bool shared;
};

static uint32_t shared_sessions;

static struct session *from(IMAPISession *object) {
  return (struct session *)(void *)object;
}

static bool usable(IMAPISession *object) {
  return !__atomic_load_n(&from(object)->logged_off, __ATOMIC_ACQUIRE);
}

bool mapi_session_shared(void) {
  return __atomic_load_n(&shared_sessions, __ATOMIC_ACQUIRE) != 0;
}

static void log_off(struct session *session) {
  if (__atomic_exchange_n(&session->logged_off, 1, __ATOMIC_ACQ_REL))
    return;
  mapi_unadvise_all(session);
  if (session->shared)
    __atomic_sub_fetch(&shared_sessions, 1, __ATOMIC_ACQ_REL);
}

static HRESULT WINAPI query_interface(IMAPISession *object, REFIID riid, void **out) {
  rec_about(RIG_CALL_IMAPISession_QueryInterface);
  HRESULT result = MAPI_E_INTERFACE_NOT_SUPPORTED;
  if (!out) {
    result = MAPI_E_INVALID_PARAMETER;
  } else if (IsEqualIID(riid, &IID_IUnknown) || IsEqualIID(riid, &IID_IMAPISession)) {
    __atomic_add_fetch(&from(object)->refs, 1, __ATOMIC_ACQ_REL);
    *out = object;
    result = S_OK;
  } else {
    *out = NULL;
  }
  mapi_record(RIG_CALL_IMAPISession_QueryInterface, REC_CALLER, object, 0, 0, (uint32_t)result);
  return result;
}

static ULONG WINAPI add_ref(IMAPISession *object) {
  rec_about(RIG_CALL_IMAPISession_AddRef);
  uint32_t refs = __atomic_add_fetch(&from(object)->refs, 1, __ATOMIC_ACQ_REL);
  mapi_record(RIG_CALL_IMAPISession_AddRef, REC_CALLER, object, 0, refs, 0);
  return refs;
}

static ULONG WINAPI release(IMAPISession *object) {
  rec_about(RIG_CALL_IMAPISession_Release);
  struct session *session = from(object);
  uint32_t refs = __atomic_sub_fetch(&session->refs, 1, __ATOMIC_ACQ_REL);
  mapi_record(RIG_CALL_IMAPISession_Release, REC_CALLER, object, 0, refs, 0);
  if (refs == 0) {
    log_off(session);
    HeapFree(GetProcessHeap(), 0, session);
  }
  return refs;
}

/* "Sometimes MAPI cannot determine what the last error was": S_OK and NULL
 * (D:imapisession-getlasterror). */
static HRESULT WINAPI get_last_error(IMAPISession *object, HRESULT error, ULONG flags,
                                     LPMAPIERROR *out) {
  rec_about(RIG_CALL_IMAPISession_GetLastError);
  HRESULT result = out ? S_OK : MAPI_E_INVALID_PARAMETER;
  if (out)
    *out = NULL;
  mapi_record(RIG_CALL_IMAPISession_GetLastError, REC_CALLER, object, flags, (uint32_t)error,
              (uint32_t)result);
  return result;
}

/* The connection is written as 32 bits: mingw-w64's header declares a ULONG, Outlook's a ULONG_PTR,
 * and Unadvise takes the low half of either. */
static HRESULT WINAPI advise(IMAPISession *object, ULONG size, LPENTRYID entry, ULONG mask,
                             LPMAPIADVISESINK sink, ULONG *connection) {
  if (usable(object) && size && entry)
    return (HRESULT)mapi_unsupported(object, "IMAPISession::Advise on an entry identifier",
                                     REC_CALLER, 0, (uint32_t)MAPI_E_NO_SUPPORT);
  uint32_t result = S_OK;
  uint32_t number = 0;
  if (mapi_about(RIG_CALL_IMAPISession_Advise, &result))
    number = 0;
  else if (!usable(object))
    result = (uint32_t)MAPI_E_INVALID_OBJECT;
  else if (!sink || !connection)
    result = (uint32_t)MAPI_E_INVALID_PARAMETER;
  else if (!(number = mapi_advise(object, sink, mask)))
    result = (uint32_t)MAPI_E_NOT_ENOUGH_RESOURCES;
  else
    *connection = number;
  mapi_record(RIG_CALL_IMAPISession_Advise, REC_CALLER, object, mask, number, result);
  return (HRESULT)result;
}

static HRESULT WINAPI unadvise(IMAPISession *object, ULONG connection) {
  uint32_t result = S_OK;
  if (mapi_about(RIG_CALL_IMAPISession_Unadvise, &result)) {
    /* the connection stays */
  } else if (!usable(object)) {
    result = (uint32_t)MAPI_E_INVALID_OBJECT;
  } else if (!mapi_unadvise(object, connection)) {
    result = (uint32_t)MAPI_E_INVALID_PARAMETER;
  }
  mapi_record(RIG_CALL_IMAPISession_Unadvise, REC_CALLER, object, 0, connection, result);
  return (HRESULT)result;
}

/* The flags are recorded and change nothing: MAPI_LOGOFF_SHARED is ignored in a session that is not
 * shared, MAPI_LOGOFF_UI only allows a dialog. */
static HRESULT WINAPI logoff(IMAPISession *object, ULONG_PTR ui, ULONG flags, ULONG reserved) {
  (void)reserved;
  union rig_payload payload = {
      .mapi = {.object = (uint64_t)(uintptr_t)object, .a = flags, .b = (uint32_t)ui}};
  uint32_t enter = rec_enter(RIG_CALL_IMAPISession_Logoff, REC_CALLER, &payload, NULL, 0);
  uint32_t failure;
  HRESULT result = usable(object) ? S_OK : MAPI_E_INVALID_OBJECT;
  if (dir_fault(RIG_CALL_IMAPISession_Logoff, enter, &failure))
    result = (HRESULT)failure;
  else
    log_off(from(object));
  payload.mapi.result = (uint32_t)result;
  rec_leave(enter, RIG_CALL_IMAPISession_Logoff, REC_CALLER, &payload);
  return result;
}

/* ---- methods that this version does not support ---- */

#define NO_SUPPORT(method, flags)                                                                  \
  (HRESULT) mapi_unsupported(object, "IMAPISession::" method, REC_CALLER, flags,                   \
                             (uint32_t)MAPI_E_NO_SUPPORT)
#define CLEAR(out, value)                                                                          \
  do {                                                                                             \
    if (out)                                                                                       \
      *(out) = value;                                                                              \
  } while (0)

static HRESULT WINAPI get_msg_stores_table(IMAPISession *object, ULONG flags, LPMAPITABLE *out) {
  CLEAR(out, NULL);
  return NO_SUPPORT("GetMsgStoresTable", flags);
}

static HRESULT WINAPI open_msg_store(IMAPISession *object, ULONG_PTR ui, ULONG size,
                                     LPENTRYID entry, LPCIID iid, ULONG flags, LPMDB *out) {
  (void)ui, (void)size, (void)entry, (void)iid;
  CLEAR(out, NULL);
  return NO_SUPPORT("OpenMsgStore", flags);
}

static HRESULT WINAPI open_address_book(IMAPISession *object, ULONG_PTR ui, LPCIID iid, ULONG flags,
                                        LPADRBOOK *out) {
  (void)ui, (void)iid;
  CLEAR(out, NULL);
  return NO_SUPPORT("OpenAddressBook", flags);
}

static HRESULT WINAPI open_profile_section(IMAPISession *object, LPMAPIUID uid, LPCIID iid,
                                           ULONG flags, LPPROFSECT *out) {
  (void)uid, (void)iid;
  CLEAR(out, NULL);
  return NO_SUPPORT("OpenProfileSection", flags);
}

static HRESULT WINAPI get_status_table(IMAPISession *object, ULONG flags, LPMAPITABLE *out) {
  CLEAR(out, NULL);
  return NO_SUPPORT("GetStatusTable", flags);
}

static HRESULT WINAPI open_entry(IMAPISession *object, ULONG size, LPENTRYID entry, LPCIID iid,
                                 ULONG flags, ULONG *type, LPUNKNOWN *out) {
  (void)size, (void)entry, (void)iid;
  CLEAR(type, 0);
  CLEAR(out, NULL);
  return NO_SUPPORT("OpenEntry", flags);
}

static HRESULT WINAPI compare_entry_ids(IMAPISession *object, ULONG size1, LPENTRYID entry1,
                                        ULONG size2, LPENTRYID entry2, ULONG flags, ULONG *out) {
  (void)size1, (void)entry1, (void)size2, (void)entry2;
  CLEAR(out, 0);
  return NO_SUPPORT("CompareEntryIDs", flags);
}

static HRESULT WINAPI message_options(IMAPISession *object, ULONG_PTR ui, ULONG flags, LPTSTR type,
                                      LPMESSAGE message) {
  (void)ui, (void)type, (void)message;
  return NO_SUPPORT("MessageOptions", flags);
}

static HRESULT WINAPI query_default_message_opt(IMAPISession *object, LPTSTR type, ULONG flags,
                                                ULONG *count, LPSPropValue *out) {
  (void)type;
  CLEAR(count, 0);
  CLEAR(out, NULL);
  return NO_SUPPORT("QueryDefaultMessageOpt", flags);
}

static HRESULT WINAPI enum_adr_types(IMAPISession *object, ULONG flags, ULONG *count,
                                     LPTSTR **out) {
  CLEAR(count, 0);
  CLEAR(out, NULL);
  return NO_SUPPORT("EnumAdrTypes", flags);
}

static HRESULT WINAPI query_identity(IMAPISession *object, ULONG *size, LPENTRYID *out) {
  CLEAR(size, 0);
  CLEAR(out, NULL);
  return NO_SUPPORT("QueryIdentity", 0);
}

static HRESULT WINAPI set_default_store(IMAPISession *object, ULONG flags, ULONG size,
                                        LPENTRYID entry) {
  (void)size, (void)entry;
  return NO_SUPPORT("SetDefaultStore", flags);
}

static HRESULT WINAPI admin_services(IMAPISession *object, ULONG flags, LPSERVICEADMIN *out) {
  CLEAR(out, NULL);
  return NO_SUPPORT("AdminServices", flags);
}

static HRESULT WINAPI show_form(IMAPISession *object, ULONG_PTR ui, LPMDB store,
                                LPMAPIFOLDER folder, LPCIID iid, ULONG token, LPMESSAGE sent,
                                ULONG flags, ULONG status, ULONG message_flags, ULONG access,
                                LPSTR class) {
  (void)ui, (void)store, (void)folder, (void)iid, (void)token, (void)sent;
  (void)status, (void)message_flags, (void)access, (void)class;
  return NO_SUPPORT("ShowForm", flags);
}

static HRESULT WINAPI prepare_form(IMAPISession *object, LPCIID iid, LPMESSAGE message,
                                   ULONG *token) {
  (void)iid, (void)message;
  CLEAR(token, 0);
  return NO_SUPPORT("PrepareForm", 0);
}

/* In the order of D:imapisessioniunknown, which mingw-w64's header keeps. */
static IMAPISessionVtbl methods = {.QueryInterface = query_interface,
                                   .AddRef = add_ref,
                                   .Release = release,
                                   .GetLastError = get_last_error,
                                   .GetMsgStoresTable = get_msg_stores_table,
                                   .OpenMsgStore = open_msg_store,
                                   .OpenAddressBook = open_address_book,
                                   .OpenProfileSection = open_profile_section,
                                   .GetStatusTable = get_status_table,
                                   .OpenEntry = open_entry,
                                   .CompareEntryIDs = compare_entry_ids,
                                   .Advise = advise,
                                   .Unadvise = unadvise,
                                   .MessageOptions = message_options,
                                   .QueryDefaultMessageOpt = query_default_message_opt,
                                   .EnumAdrTypes = enum_adr_types,
                                   .QueryIdentity = query_identity,
                                   .Logoff = logoff,
                                   .SetDefaultStore = set_default_store,
                                   .AdminServices = admin_services,
                                   .ShowForm = show_form,
                                   .PrepareForm = prepare_form};
_Static_assert(sizeof(IMAPISessionVtbl) == 22 * sizeof(void *), "IUnknown's 3 and 19 methods");

IMAPISession *mapi_session_new(bool shared) {
  struct session *session = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *session);
  if (!session)
    return NULL;
  session->object.lpVtbl = &methods;
  session->refs = 1;
  session->shared = shared;
  if (shared)
    __atomic_add_fetch(&shared_sessions, 1, __ATOMIC_ACQ_REL);
  return &session->object;
}
