/*
 * HrAllocAdviseSink: an advise sink around a callback and its context (D:hrallocadvisesink).
 * HrThisThreadAdviseSink: not supported by this version; it would have to carry notifications of
 * other threads over in copies of MAPI's own.
 */
#include <mapix.h>

#include "mapi32/internal.h"

struct sink {
  IMAPIAdviseSink object; /* first: the address the client holds */
  uint32_t refs;
  LPNOTIFCALLBACK callback;
  void *context;
};

static struct sink *from(IMAPIAdviseSink *object) {
  return (struct sink *)(void *)object;
}

static ULONG WINAPI add_ref(IMAPIAdviseSink *object) {
  return __atomic_add_fetch(&from(object)->refs, 1, __ATOMIC_ACQ_REL);
}

static ULONG WINAPI release(IMAPIAdviseSink *object) {
  uint32_t refs = __atomic_sub_fetch(&from(object)->refs, 1, __ATOMIC_ACQ_REL);
  if (refs == 0)
    HeapFree(GetProcessHeap(), 0, from(object));
  return refs;
}

static HRESULT WINAPI query_interface(IMAPIAdviseSink *object, REFIID riid, void **out) {
  if (!out)
    return MAPI_E_INVALID_PARAMETER;
  *out = NULL;
  if (!IsEqualIID(riid, &IID_IUnknown) && !IsEqualIID(riid, &IID_IMAPIAdviseSink))
    return MAPI_E_INTERFACE_NOT_SUPPORTED;
  add_ref(object);
  *out = object;
  return S_OK;
}

static ULONG WINAPI on_notify(IMAPIAdviseSink *object, ULONG count, LPNOTIFICATION notifications) {
  struct sink *sink = from(object);
  return (ULONG)sink->callback(sink->context, count, notifications);
}

static IMAPIAdviseSinkVtbl methods = {.QueryInterface = query_interface,
                                      .AddRef = add_ref,
                                      .Release = release,
                                      .OnNotify = on_notify};

HRESULT WINAPI HrAllocAdviseSink(LPNOTIFCALLBACK callback, LPVOID context, LPMAPIADVISESINK *out);
HRESULT WINAPI HrAllocAdviseSink(LPNOTIFCALLBACK callback, LPVOID context, LPMAPIADVISESINK *out) {
  HRESULT result = S_OK;
  struct sink *sink = NULL;
  if (!mapi_util_initialized())
    result = MAPI_E_NOT_INITIALIZED;
  else if (!callback || !out)
    result = MAPI_E_INVALID_PARAMETER;
  else if (!(sink = HeapAlloc(GetProcessHeap(), 0, sizeof *sink)))
    result = MAPI_E_NOT_ENOUGH_MEMORY;
  else
    *sink = (struct sink){{&methods}, 1, callback, context};
  if (out)
    *out = sink ? &sink->object : NULL;
  mapi_record(RIG_CALL_HrAllocAdviseSink, REC_CALLER, sink, 0, 0, (uint32_t)result);
  return result;
}

HRESULT WINAPI HrThisThreadAdviseSink(LPMAPIADVISESINK sink, LPMAPIADVISESINK *out);
HRESULT WINAPI HrThisThreadAdviseSink(LPMAPIADVISESINK sink, LPMAPIADVISESINK *out) {
  if (out)
    *out = NULL;
  return (HRESULT)mapi_unsupported(sink, "HrThisThreadAdviseSink", REC_CALLER, 0,
                                   (uint32_t)MAPI_E_NO_SUPPORT);
}
