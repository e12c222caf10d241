/*
 * MAPIInitialize and MAPIUninitialize: the documented steps in the documented order, each with its
 * own error (D:mapiinitialize), counts per thread and for the process.
 *
 * A MAPIUninitialize of a thread that never initialised is tolerated as on Windows: the reference
 * count of the process goes down (D:mapiuninitialize knows no other), COM stays alone. What the
 * call means for the client is the judge's business.
 */
#include <mapix.h>
#include <objbase.h>

#include "director/director.h"
#include "director/faults.h"
#include "mapi32/internal.h"
#include "recorder/teb.h"

#define INIT_FLAGS (MAPI_MULTITHREAD_NOTIFICATIONS | MAPI_NT_SERVICE | MAPI_FLAG_NO_COINIT)

/* Per thread: successful initialisations, and how many of them hold a reference on COM. Packed
 * into a TLS slot, which the system zeroes for a new thread that reuses an old one's id. */
struct thread_counts {
  uint16_t initialized;
  uint16_t com;
};

static SRWLOCK lock = SRWLOCK_INIT; /* initialisation and its undoing, never a notification */
static INIT_ONCE slot_once = INIT_ONCE_STATIC_INIT;
static DWORD slot = TLS_OUT_OF_INDEXES;
static uint32_t process_count;
static uint32_t util_count;
static uint32_t first_thread;

static BOOL CALLBACK allocate_slot(INIT_ONCE *once, void *parameter, void **context) {
  (void)once, (void)parameter, (void)context;
  slot = TlsAlloc();
  return slot != TLS_OUT_OF_INDEXES;
}

static struct thread_counts thread_get(void) {
  uintptr_t packed = slot == TLS_OUT_OF_INDEXES ? 0 : (uintptr_t)TlsGetValue(slot);
  return (struct thread_counts){(uint16_t)(packed & 0xFFFF), (uint16_t)(packed >> 16 & 0xFFFF)};
}

static void thread_set(struct thread_counts counts) {
  TlsSetValue(slot, (void *)((uintptr_t)counts.com << 16 | counts.initialized));
}

bool mapi_initialized(void) {
  return __atomic_load_n(&process_count, __ATOMIC_ACQUIRE) != 0;
}

bool mapi_initialized_here(void) {
  return mapi_initialized() && thread_get().initialized != 0;
}

bool mapi_util_initialized(void) {
  return mapi_initialized() || __atomic_load_n(&util_count, __ATOMIC_ACQUIRE) != 0;
}

uint32_t mapi_first_thread(void) {
  return __atomic_load_n(&first_thread, __ATOMIC_ACQUIRE);
}

/* Step 1: parameters, then flags. */
static HRESULT check(const MAPIINIT_0 *init) {
  if (!init)
    return S_OK;
  if (IsBadReadPtr(init, sizeof *init) || init->ulVersion != MAPI_INIT_VERSION)
    return MAPI_E_INVALID_PARAMETER;
  return (init->ulFlags & ~(ULONG)INIT_FLAGS) ? MAPI_E_UNKNOWN_FLAGS : S_OK;
}

/* Steps 4 to 7, with the lock held: globals, the notification engine, the profile provider. The
 * first call of the process alone makes the windows (D:initializing-mapi), by its own flags. */
static HRESULT count_up(ULONG flags) {
  if (!InitOnceExecuteOnce(&slot_once, allocate_slot, NULL, NULL))
    return MAPI_E_NOT_ENOUGH_RESOURCES;
  if (process_count == 0) {
    if (!mapi_windows_create(flags & MAPI_MULTITHREAD_NOTIFICATIONS))
      return MAPI_E_INVALID_OBJECT;
    __atomic_store_n(&first_thread, GetCurrentThreadId(), __ATOMIC_RELEASE);
  }
  __atomic_store_n(&process_count, process_count + 1, __ATOMIC_RELEASE);
  return S_OK;
}

static HRESULT initialize(const MAPIINIT_0 *init) {
  HRESULT result = check(init);
  if (FAILED(result))
    return result;
  ULONG flags = init ? init->ulFlags : 0;
  bool com = !(flags & MAPI_FLAG_NO_COINIT);
  if (com) {
    /* Step 3: an error that is not on the page's list comes from CoInitialize; in a thread of the
     * multithreaded apartment that is RPC_E_CHANGED_MODE (KB 239853). */
    result = CoInitialize(NULL);
    if (FAILED(result))
      return result;
  }
  AcquireSRWLockExclusive(&lock);
  result = count_up(flags);
  ReleaseSRWLockExclusive(&lock);
  if (FAILED(result)) {
    if (com)
      CoUninitialize();
    return result;
  }
  struct thread_counts counts = thread_get();
  counts.initialized++;
  counts.com = (uint16_t)(counts.com + com);
  thread_set(counts);
  return S_OK;
}

/* Asked of COM itself: the thread may have initialised it before the stub could see that. All it
 * does to a thread that never touched COM is to give it its block of thread data. */
static uint16_t apartment(void) {
  APTTYPE type;
  APTTYPEQUALIFIER qualifier;
  HRESULT result = CoGetApartmentType(&type, &qualifier);
  if (result == CO_E_NOTINITIALIZED)
    return RIG_APARTMENT_NONE;
  if (FAILED(result))
    return RIG_APARTMENT_UNKNOWN;
  if (qualifier == APTTYPEQUALIFIER_IMPLICIT_MTA)
    return RIG_APARTMENT_IMPLICIT;
  switch (type) {
  case APTTYPE_STA:
  case APTTYPE_MAINSTA:
    return RIG_APARTMENT_STA;
  case APTTYPE_MTA:
    return RIG_APARTMENT_MTA;
  case APTTYPE_NA:
    return RIG_APARTMENT_NEUTRAL;
  default:
    return RIG_APARTMENT_UNKNOWN;
  }
}

static union rig_payload payload_of(const MAPIINIT_0 *init) {
  union rig_payload payload = {
      .init = {.given = init != NULL, .loader_lock = teb_holds_loader_lock()}};
  if (init && !IsBadReadPtr(init, sizeof *init)) {
    payload.init.version = init->ulVersion;
    payload.init.flags = init->ulFlags;
  }
  return payload;
}

static void fill_counts(union rig_payload *payload) {
  payload->init.thread_count = thread_get().initialized;
  payload->init.process_count = __atomic_load_n(&process_count, __ATOMIC_ACQUIRE);
  payload->init.first_thread = mapi_first_thread();
}

HRESULT WINAPI MAPIInitialize(LPVOID lpMapiInit) {
  const MAPIINIT_0 *init = lpMapiInit;
  union rig_payload payload = payload_of(init);
  payload.init.apartment = apartment();
  uint32_t enter = rec_enter(RIG_CALL_MAPIInitialize, REC_CALLER, &payload, NULL, 0);
  uint32_t failure;
  HRESULT result =
      dir_fault(RIG_CALL_MAPIInitialize, enter, &failure) ? (HRESULT)failure : initialize(init);
  payload.init.result = (uint32_t)result;
  fill_counts(&payload);
  if (SUCCEEDED(result))
    dir_mapi_initialized(payload.init.first_thread);
  rec_leave(enter, RIG_CALL_MAPIInitialize, REC_CALLER, &payload);
  return result;
}

static void uninitialize(void) {
  struct thread_counts counts = thread_get();
  bool com = false;
  if (counts.initialized) {
    counts.initialized--;
    /* COM is held as long as calls remain that asked for it. */
    com = counts.com > counts.initialized;
    counts.com = (uint16_t)(counts.com - com);
    thread_set(counts);
  }
  AcquireSRWLockExclusive(&lock);
  bool last = process_count == 1;
  HANDLE ending = NULL;
  if (process_count)
    __atomic_store_n(&process_count, process_count - 1, __ATOMIC_RELEASE);
  if (last) {
    ending = mapi_windows_destroy();
    __atomic_store_n(&first_thread, 0, __ATOMIC_RELEASE);
  }
  ReleaseSRWLockExclusive(&lock);
  mapi_windows_join(ending);
  if (com)
    CoUninitialize();
}

void WINAPI MAPIUninitialize(void) {
  union rig_payload payload = payload_of(NULL);
  fill_counts(&payload);
  uint32_t enter = rec_enter(RIG_CALL_MAPIUninitialize, REC_CALLER, &payload, NULL, 0);
  uint32_t failure; /* it has no result: one that fails does nothing */
  if (!dir_fault(RIG_CALL_MAPIUninitialize, enter, &failure))
    uninitialize();
  fill_counts(&payload);
  rec_leave(enter, RIG_CALL_MAPIUninitialize, REC_CALLER, &payload);
}

SCODE WINAPI ScInitMapiUtil(ULONG ulFlags);
SCODE WINAPI ScInitMapiUtil(ULONG ulFlags) {
  rec_about(RIG_CALL_ScInitMapiUtil);
  SCODE result = ulFlags ? MAPI_E_UNKNOWN_FLAGS : S_OK; /* reserved, must be zero */
  if (!ulFlags)
    __atomic_add_fetch(&util_count, 1, __ATOMIC_ACQ_REL);
  mapi_record(RIG_CALL_ScInitMapiUtil, REC_CALLER, NULL, ulFlags, util_count, (uint32_t)result);
  return result;
}

void WINAPI DeinitMapiUtil(void);
void WINAPI DeinitMapiUtil(void) {
  rec_about(RIG_CALL_DeinitMapiUtil);
  uint32_t count = __atomic_load_n(&util_count, __ATOMIC_ACQUIRE);
  while (count && !__atomic_compare_exchange_n(&util_count, &count, count - 1, false,
                                               __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    ;
  mapi_record(RIG_CALL_DeinitMapiUtil, REC_CALLER, NULL, 0, count ? count - 1 : 0, 0);
}
