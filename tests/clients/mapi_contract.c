/*
 * Calls the stand-in's MAPI and checks every answer against the reference: a console program whose
 * exit status is the number of answers that were wrong, each told on standard error.
 *
 * Run by test_mapi32.py; it links the toolchain's own libmapi32, as a user's program does.
 */
#include <windows.h>

#include <mapiutil.h>
#include <mapix.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MAPI_NO_COINIT 0x00000008 /* not in mingw-w64's mapix.h */

static int wrong;
static int notified[2];
static ULONG event_type[2];

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "line %d: %s\n", __LINE__, #condition);                                      \
      wrong++;                                                                                     \
    }                                                                                              \
  } while (0)
#define ANSWERS(call, expected)                                                                    \
  do {                                                                                             \
    HRESULT answer = (HRESULT)(call);                                                              \
    if (answer != (HRESULT)(expected)) {                                                           \
      fprintf(stderr, "line %d: %s answered 0x%08lX\n", __LINE__, #call, (unsigned long)answer);   \
      wrong++;                                                                                     \
    }                                                                                              \
  } while (0)

static HRESULT initialize(ULONG version, ULONG flags) {
  MAPIINIT_0 init = {version, flags};
  return MAPIInitialize(&init);
}

static HRESULT logon(const char *profile, const char *password, ULONG flags, IMAPISession **out) {
  return MAPILogonEx(0, (LPTSTR)profile, (LPTSTR)password, flags, out);
}

static HWND window(const char *class) {
  HWND found = FindWindowA(class, NULL);
  DWORD process = 0;
  while (found && (GetWindowThreadProcessId(found, &process), process != GetCurrentProcessId()))
    found = FindWindowExA(NULL, found, class, NULL);
  return found;
}

static DWORD owner(const char *class) {
  return GetWindowThreadProcessId(window(class), NULL);
}

/* Before MAPIInitialize, and what it refuses: each step's own error (D:mapiinitialize). */
static void before(void) {
  IMAPISession *session = (IMAPISession *)1;
  LPMAPIADVISESINK sink = (LPMAPIADVISESINK)1;
  void *block = (void *)1;
  ANSWERS(MAPIAllocateBuffer(8, &block), MAPI_E_NOT_INITIALIZED);
  CHECK(block == NULL);
  ANSWERS(logon("p", NULL, MAPI_EXTENDED, &session), MAPI_E_NOT_INITIALIZED);
  CHECK(session == NULL);
  ANSWERS(HrDispatchNotifications(0), MAPI_E_NOT_INITIALIZED);
  ANSWERS(HrAllocAdviseSink(NULL, NULL, &sink), MAPI_E_NOT_INITIALIZED);
  ANSWERS(initialize(1, 0), MAPI_E_INVALID_PARAMETER);
  ANSWERS(initialize(1, 4), MAPI_E_INVALID_PARAMETER); /* parameters are checked before flags */
  ANSWERS(initialize(0, 4), MAPI_E_UNKNOWN_FLAGS);
  ANSWERS(MAPIInitialize((void *)16), MAPI_E_INVALID_PARAMETER);
  MAPIUninitialize(); /* balances nothing, and is tolerated */
  CHECK(!window("WMS Idle"));
  ANSWERS(ScInitMapiUtil(1), MAPI_E_UNKNOWN_FLAGS);
  ANSWERS(ScInitMapiUtil(0), S_OK);
  ANSWERS(MAPIAllocateBuffer(8, &block), S_OK);
  ANSWERS(MAPIFreeBuffer(block), S_OK);
  ANSWERS(logon("p", NULL, MAPI_EXTENDED, &session), MAPI_E_NOT_INITIALIZED);
  DeinitMapiUtil();
  ANSWERS(MAPIAllocateBuffer(8, &block), MAPI_E_NOT_INITIALIZED);
}

static void memory(void) {
  unsigned char *parent = NULL, *child = NULL, *grandchild = (void *)1;
  ANSWERS(MAPIAllocateBuffer(100, (void **)&parent), S_OK);
  ANSWERS(MAPIAllocateMore(200, parent, (void **)&child), S_OK);
  memset(parent, 1, 100);
  memset(child, 2, 200);
  CHECK(((UINT_PTR)parent | (UINT_PTR)child) % 8 == 0);
  ANSWERS(MAPIAllocateMore(8, child, (void **)&grandchild), MAPI_E_INVALID_PARAMETER);
  CHECK(grandchild == NULL);
  ANSWERS(MAPIAllocateMore(8, (void *)"no block", (void **)&grandchild), MAPI_E_INVALID_PARAMETER);
  ANSWERS(MAPIAllocateBuffer(8, NULL), MAPI_E_INVALID_PARAMETER);
  ANSWERS(MAPIFreeBuffer(child), S_OK); /* linked: it stays until its parent goes */
  CHECK(parent[99] == 1 && child[199] == 2);
  ANSWERS(MAPIFreeBuffer(parent), S_OK);
  ANSWERS(MAPIFreeBuffer(parent), S_OK); /* S_OK on freed and foreign memory (D:mapifreebuffer) */
  ANSWERS(MAPIFreeBuffer((void *)"no block"), S_OK);
  ANSWERS(MAPIFreeBuffer(NULL), S_OK);
  ANSWERS(MAPIAllocateBuffer(0, (void **)&parent), S_OK);
  ANSWERS(MAPIFreeBuffer(parent), S_OK);
}

static void logons(void) {
  char long_name[80];
  IMAPISession *session = NULL, *shared = NULL;
  memset(long_name, 'x', 65);
  long_name[65] = '\0';
  ANSWERS(logon(NULL, NULL, MAPI_EXTENDED, &session), MAPI_E_LOGON_FAILED);
  ANSWERS(logon("", NULL, MAPI_EXTENDED, &session), MAPI_E_LOGON_FAILED);
  ANSWERS(logon(long_name, NULL, MAPI_EXTENDED, &session), MAPI_E_LOGON_FAILED);
  ANSWERS(logon("p", "secret", MAPI_EXTENDED, &session), MAPI_E_LOGON_FAILED);
  ANSWERS(logon("p", NULL, MAPI_EXTENDED | 4, &session), MAPI_E_UNKNOWN_FLAGS);
  ANSWERS(logon("p", NULL, MAPI_EXTENDED, NULL), MAPI_E_LOGON_FAILED);
  long_name[64] = '\0';
  ANSWERS(logon(long_name, "", MAPI_EXTENDED, &session), S_OK);
  session->lpVtbl->Release(session);
  ANSWERS(logon((const char *)L"unicode", NULL, MAPI_EXTENDED | MAPI_UNICODE, &session), S_OK);
  session->lpVtbl->Release(session);
  ANSWERS(logon(NULL, NULL, MAPI_EXTENDED | MAPI_USE_DEFAULT, &session), S_OK);
  session->lpVtbl->Release(session);
  ANSWERS(logon("p", NULL, MAPI_EXTENDED | MAPI_ALLOW_OTHERS, &session), S_OK);
  ANSWERS(logon(NULL, NULL, MAPI_EXTENDED, &shared), S_OK); /* joins the shared session */
  shared->lpVtbl->Release(shared);
  ANSWERS(session->lpVtbl->Logoff(session, 0, 0, 0), S_OK);
  session->lpVtbl->Release(session);
  ANSWERS(logon(NULL, NULL, MAPI_EXTENDED, &shared), MAPI_E_LOGON_FAILED);
}

static LONG WINAPI on_notify(void *context, ULONG count, LPNOTIFICATION notifications) {
  int which = context != NULL;
  notified[which] += (int)count;
  event_type[which] = notifications[0].ulEventType;
  return 0;
}

static void post_notification(void) {
  PostMessageA(window("WMS Notif Engine"), RegisterWindowMessageA(szMAPINotificationMsg), 0, 0);
}

static DWORD WINAPI send_to_idle(void *unused) {
  DWORD_PTR result = 1;
  (void)unused;
  return SendMessageTimeoutA(window("WMS Idle"), WM_APP, 0, 0, SMTO_NORMAL, 5000, &result) != 0;
}

static void pump(HANDLE until) {
  MSG message;
  while (MsgWaitForMultipleObjectsEx(1, &until, 5000, QS_ALLINPUT, MWMO_INPUTAVAILABLE) ==
         WAIT_OBJECT_0 + 1)
    while (PeekMessageA(&message, NULL, 0, 0, PM_REMOVE))
      DispatchMessageA(&message);
}

static void notifications(IMAPISession *session, bool own_thread) {
  LPMAPIADVISESINK extended = NULL, critical = NULL;
  ULONG connections[2] = {0, 0};
  ENTRYID entry = {{0}, {0}};
  ANSWERS(HrAllocAdviseSink(on_notify, NULL, &extended), S_OK);
  ANSWERS(HrAllocAdviseSink(on_notify, (void *)1, &critical), S_OK);
  ANSWERS(session->lpVtbl->Advise(session, 0, NULL, fnevExtended, extended, &connections[0]), S_OK);
  ANSWERS(session->lpVtbl->Advise(session, 0, NULL, 0, critical, &connections[1]), S_OK);
  ANSWERS(session->lpVtbl->Advise(session, 0, NULL, 0, NULL, &connections[1]),
          MAPI_E_INVALID_PARAMETER);
  ANSWERS(session->lpVtbl->Advise(session, 5, &entry, fnevNewMail, critical, &connections[1]),
          MAPI_E_NO_SUPPORT);
  CHECK(connections[0] && connections[1] && connections[0] != connections[1]);
  CHECK(extended->lpVtbl->Release(extended) == 1); /* the session holds the other reference */
  critical->lpVtbl->Release(critical);
  memset(notified, 0, sizeof notified);
  post_notification();
  post_notification();
  ANSWERS(HrDispatchNotifications(0), S_OK);
  for (int i = 0; own_thread && notified[1] < 2 && i < 500; i++)
    Sleep(10);
  CHECK(notified[0] == 2 && event_type[0] == fnevExtended);
  CHECK(notified[1] == 2 && event_type[1] == fnevCriticalError);
  ANSWERS(session->lpVtbl->Unadvise(session, connections[0]), S_OK);
  ANSWERS(session->lpVtbl->Unadvise(session, connections[0]), MAPI_E_INVALID_PARAMETER);
  ANSWERS(session->lpVtbl->Unadvise(session, 12345), MAPI_E_INVALID_PARAMETER);
  if (!own_thread) {
    post_notification();
    PostQuitMessage(7);
    ANSWERS(HrDispatchNotifications(0), MAPI_E_USER_CANCEL);
    CHECK(notified[0] == 2 && notified[1] == 3);
    MSG message; /* the quit is there for the caller's own loop */
    CHECK(PeekMessageA(&message, NULL, 0, 0, PM_REMOVE) && message.message == WM_QUIT &&
          message.wParam == 7);
  }
}

static void unsupported(IMAPISession *session) {
  IMAPITable *table = (IMAPITable *)1;
  LPPROFADMIN admin = (LPPROFADMIN)1;
  MAPIERROR *error = (MAPIERROR *)1;
  FILETIME time = {1, 2};
  void *unknown = NULL;
  ANSWERS(session->lpVtbl->GetMsgStoresTable(session, 0, &table), MAPI_E_NO_SUPPORT);
  CHECK(table == NULL);
  ANSWERS(MAPIAdminProfiles(0, &admin), MAPI_E_NO_SUPPORT);
  CHECK(admin == NULL);
  ANSWERS(session->lpVtbl->GetLastError(session, E_FAIL, 0, &error), S_OK);
  CHECK(error == NULL);
  time = FtAddFt(time, time);
  CHECK(time.dwLowDateTime == 0 && time.dwHighDateTime == 0);
  CHECK(PpropFindProp(NULL, 0, 0) == NULL);
  CHECK(!FPropExists(NULL, 0));
  ANSWERS(session->lpVtbl->QueryInterface(session, (REFIID) "0123456789abcdef", &unknown),
          E_NOINTERFACE);
}

/* A thread beside the first one. With `go` it tells when it is initialised, and waits for that. */
static HANDLE beside_initialized;
static DWORD WINAPI beside(void *go) {
  ANSWERS(initialize(0, 0), S_OK);
  if (go && SetEvent(beside_initialized))
    WaitForSingleObject(go, 5000);
  MAPIUninitialize();
  return 0;
}

/* Another thread uninitialises last: the windows go when their own thread next dispatches. */
static void another_thread_is_last(void) {
  HANDLE go = CreateEventA(NULL, TRUE, FALSE, NULL), thread;
  ANSWERS(initialize(0, 0), S_OK);
  beside_initialized = CreateEventA(NULL, TRUE, FALSE, NULL);
  thread = CreateThread(NULL, 0, beside, go, 0, NULL);
  WaitForSingleObject(beside_initialized, 5000);
  MAPIUninitialize();
  CHECK(owner("WMS Idle") == GetCurrentThreadId());
  ANSWERS(HrDispatchNotifications(0), S_OK);
  SetEvent(go);
  pump(thread);
  for (MSG message; PeekMessageA(&message, NULL, 0, 0, PM_REMOVE);)
    DispatchMessageA(&message);
  CHECK(!window("WMS Idle") && !window("WMS Notif Engine"));
  ANSWERS(HrDispatchNotifications(0), MAPI_E_NOT_INITIALIZED);
}

/* A thread without a MAPIInitialize of its own: it has the process's allocator and no session. */
static DWORD WINAPI stranger(void *unused) {
  IMAPISession *session = (IMAPISession *)1;
  void *block = NULL;
  (void)unused;
  ANSWERS(logon("p", NULL, MAPI_EXTENDED, &session), MAPI_E_NOT_INITIALIZED);
  CHECK(session == NULL);
  ANSWERS(MAPIAllocateBuffer(8, &block), S_OK);
  ANSWERS(MAPIFreeBuffer(block), S_OK);
  ANSWERS(initialize(0, 0), S_OK);
  ANSWERS(logon("p", NULL, MAPI_EXTENDED, &session), S_OK);
  session->lpVtbl->Release(session);
  MAPIUninitialize();
  ANSWERS(logon("p", NULL, MAPI_EXTENDED, &session), MAPI_E_NOT_INITIALIZED);
  return 0;
}

static void one_life(ULONG flags) {
  bool own_thread = (flags & MAPI_MULTITHREAD_NOTIFICATIONS) != 0;
  IMAPISession *session = NULL;
  HANDLE thread;
  DWORD answered = 0;
  ANSWERS(initialize(0, flags), S_OK);
  ANSWERS(initialize(0, flags ^ MAPI_MULTITHREAD_NOTIFICATIONS), S_OK); /* only counts */
  CHECK(owner("WMS Idle") == GetCurrentThreadId());
  CHECK((owner("WMS Notif Engine") == GetCurrentThreadId()) == !own_thread);
  CHECK(window("WMS Notif Engine") && !IsWindowVisible(window("WMS Idle")));
  MAPIUninitialize();
  CHECK(window("WMS Idle"));
  ANSWERS(CoInitialize(NULL), S_FALSE); /* MAPI holds a reference on the thread's COM */
  CoUninitialize();
  WaitForSingleObject(CreateThread(NULL, 0, beside, NULL, 0, NULL), INFINITE);
  CHECK(window("WMS Idle"));
  WaitForSingleObject(CreateThread(NULL, 0, stranger, NULL, 0, NULL), INFINITE);
  memory();
  logons();
  ANSWERS(logon("p", NULL, MAPI_EXTENDED | MAPI_NO_MAIL, &session), S_OK);
  notifications(session, own_thread);
  unsupported(session);
  thread = CreateThread(NULL, 0, send_to_idle, NULL, 0, NULL);
  pump(thread);
  CHECK(GetExitCodeThread(thread, &answered) && answered == 1);
  CHECK(session->lpVtbl->AddRef(session) == 2 && session->lpVtbl->Release(session) == 1);
  ANSWERS(session->lpVtbl->Logoff(session, 0, 0, 0), S_OK);
  ANSWERS(session->lpVtbl->Unadvise(session, 1), MAPI_E_INVALID_OBJECT);
  CHECK(session->lpVtbl->Release(session) == 0);
  MAPIUninitialize();
  CHECK(!window("WMS Idle") && !window("WMS Notif Engine"));
  ANSWERS(CoInitialize(NULL), S_OK);
  CoUninitialize();
}

/* A thread of the multithreaded apartment (KB 239853). */
static DWORD WINAPI in_mta(void *unused) {
  (void)unused;
  CoInitializeEx(NULL, COINIT_MULTITHREADED);
  ANSWERS(MAPIInitialize(NULL), RPC_E_CHANGED_MODE);
  CHECK(!window("WMS Idle"));
  ANSWERS(initialize(0, MAPI_NO_COINIT), S_OK);
  MAPIUninitialize();
  CoUninitialize();
  return 0;
}

/* The windows go with the thread that made them, whoever is still initialised (G, rule 4). */
static DWORD WINAPI first(void *unused) {
  (void)unused;
  ANSWERS(initialize(0, 0), S_OK);
  return 0;
}

static void first_thread_ends(void) {
  HANDLE thread = CreateThread(NULL, 0, first, NULL, 0, NULL);
  WaitForSingleObject(thread, INFINITE);
  ANSWERS(initialize(0, 0), S_OK);
  CHECK(!window("WMS Idle") && !window("WMS Notif Engine"));
  ANSWERS(HrDispatchNotifications(0), S_OK);
  MAPIUninitialize();
  MAPIUninitialize(); /* the first thread's: this one has none of its own, and it counts */
  ANSWERS(HrDispatchNotifications(0), MAPI_E_NOT_INITIALIZED);
}

/* The run asks for a stop once the first thread waits; this program ends by itself. */
static BOOL WINAPI take_no_notice(DWORD event) {
  (void)event;
  return TRUE;
}

int main(void) {
  SetConsoleCtrlHandler(take_no_notice, TRUE);
  before();
  one_life(0);
  one_life(MAPI_MULTITHREAD_NOTIFICATIONS);
  WaitForSingleObject(CreateThread(NULL, 0, in_mta, NULL, 0, NULL), INFINITE);
  first_thread_ends();
  another_thread_is_last();
  one_life(MAPI_NT_SERVICE);
  return wrong;
}
