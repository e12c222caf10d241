/*
 * The client's advise sink (D:implementing-an-advise-sink-object).
 */
#include "pumps/common/service.h"

struct sink {
  IMAPIAdviseSink object; /* first: the address MAPI holds */
  LONG refs;
  const struct client *client;
};

static const IID iid_unknown = {0, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};
static const IID iid_advise_sink = {0x00020302, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};

static struct sink *from(IMAPIAdviseSink *object) {
  return (struct sink *)(void *)object;
}

static ULONG WINAPI add_ref(IMAPIAdviseSink *object) {
  return (ULONG)InterlockedIncrement(&from(object)->refs);
}

static ULONG WINAPI release(IMAPIAdviseSink *object) {
  LONG refs = InterlockedDecrement(&from(object)->refs);
  if (refs == 0)
    HeapFree(GetProcessHeap(), 0, from(object));
  return (ULONG)refs;
}

static HRESULT WINAPI query_interface(IMAPIAdviseSink *object, REFIID iid, void **out) {
  *out = NULL;
  if (memcmp(iid, &iid_unknown, sizeof *iid) != 0 &&
      memcmp(iid, &iid_advise_sink, sizeof *iid) != 0)
    return E_NOINTERFACE;
  add_ref(object);
  *out = object;
  return S_OK;
}

static ULONG WINAPI on_notify(IMAPIAdviseSink *object, ULONG count, LPNOTIFICATION notifications) {
  const struct client *client = from(object)->client;
  if (client->on_notify)
    client->on_notify(count, notifications);
  return 0;
}

static IMAPIAdviseSinkVtbl methods = {.QueryInterface = query_interface,
                                      .AddRef = add_ref,
                                      .Release = release,
                                      .OnNotify = on_notify};

IMAPIAdviseSink *sink_new(const struct client *client) {
  struct sink *sink = HeapAlloc(GetProcessHeap(), 0, sizeof *sink);
  if (!sink)
    return NULL;
  *sink = (struct sink){{&methods}, 1, client};
  return &sink->object;
}
