// A keeper in C++: each step of the session is an object whose destructor undoes it, so that the
// documented order of the end (D:ending-a-mapi-session) is the language's own, and an exception
// between two steps undoes those that were done. The advise sink is a class of IMAPIAdviseSink.
#include <atomic>
#include <stdexcept>

extern "C" {
#include "pumps/common/service.h"
}

namespace {

char profile[] = "mapirig";

void check(HRESULT result, const char *what) {
  if (FAILED(result))
    throw std::runtime_error(what);
}

class Sink final : public IMAPIAdviseSink {
public:
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void **out) override {
    static const IID unknown = {0, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};
    static const IID advise_sink = {0x00020302, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};
    const bool known = IsEqualIID(iid, unknown) || IsEqualIID(iid, advise_sink);
    *out = known ? this : nullptr;
    if (!known)
      return E_NOINTERFACE;
    AddRef();
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() override {
    return ++refs;
  }
  ULONG STDMETHODCALLTYPE Release() override {
    const ULONG left = --refs;
    if (left == 0)
      delete this;
    return left;
  }
  ULONG STDMETHODCALLTYPE OnNotify(ULONG, LPNOTIFICATION) override {
    client_work();
    return 0;
  }

private:
  std::atomic<ULONG> refs{1};
};

struct Mapi {
  explicit Mapi(ULONG flags) {
    MAPIINIT_0 init = {MAPI_INIT_VERSION, flags};
    check(MAPIInitialize(&init), "MAPIInitialize");
  }
  ~Mapi() {
    MAPIUninitialize();
  }
};

struct Session {
  explicit Session(ULONG flags) {
    check(MAPILogonEx(0, profile, nullptr, flags, &mapi), "MAPILogonEx");
  }
  ~Session() {
    mapi->Logoff(0, 0, 0);
    mapi->Release();
  }
  IMAPISession *mapi = nullptr;
};

struct Connection {
  explicit Connection(IMAPISession *session) : mapi(session) {
    const HRESULT result = mapi->Advise(0, nullptr, fnevExtended, sink, &number);
    sink->Release(); // MAPI holds its own reference
    check(result, "Advise");
  }
  ~Connection() {
    mapi->Unadvise(number);
  }
  IMAPISession *mapi;
  Sink *sink = new Sink;
  ULONG number = 0;
};

int run_session(const struct client *client, const HANDLE *handles, bool service) try {
  const ULONG not_at_a_desk = service ? ~0UL : ~static_cast<ULONG>(MAPI_NT_SERVICE);
  const Mapi mapi(client->init_flags & not_at_a_desk);
  const Session logged_on(client->logon_flags & not_at_a_desk);
  const Connection connection(logged_on.mapi);
  client_running();
  client->pump(handles, HANDLE_COUNT);
  return 0;
} catch (const std::exception &) {
  return 1;
}

} // namespace

extern "C" void client_setup(struct client *client) {
  client->session = run_session;
}
