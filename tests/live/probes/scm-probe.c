/*
 * A service that asks the service control manager for everything it may refuse, and prints the
 * answers; at a desk (1063) it takes console control events instead.
 */
#include <stdio.h>
#include <string.h>

#include <windows.h>

#include <mapix.h>

static SERVICE_STATUS_HANDLE handle;
static HANDLE stop;
static int events;
static DWORD dispatcher;
static char context[] = "given";

static void said(const char *what, BOOL result) {
  const DWORD error = GetLastError();
  printf("%s: %d %lu\n", what, result != 0, result ? 0ul : (unsigned long)error);
  fflush(stdout);
  SetLastError(0);
}

static void report(DWORD type, DWORD state, DWORD accepted, const char *what) {
  SERVICE_STATUS status = {.dwServiceType = type,
                           .dwCurrentState = state,
                           .dwControlsAccepted = accepted,
                           .dwWin32ExitCode = state == SERVICE_STOPPED ? 1066 : 0,
                           .dwServiceSpecificExitCode = 77};
  const BOOL result = SetServiceStatus(handle, &status);
  if (what != NULL) {
    said(what, result);
  }
}

static DWORD WINAPI on_control(DWORD control, DWORD type, void *data, void *given) {
  (void)type;
  (void)data;
  printf("control %lu context %s thread %s\n", (unsigned long)control, (const char *)given,
         GetCurrentThreadId() == dispatcher ? "dispatcher" : "other");
  fflush(stdout);
  SetEvent(stop);
  return NO_ERROR;
}

static void WINAPI service_main(DWORD argc, WCHAR **argv) {
  for (DWORD i = 0; i < argc; i++) {
    printf("argument %lu:", (unsigned long)i);
    for (const WCHAR *c = argv[i]; *c != 0; c++) {
      printf(" %x", *c);
    }
    printf("\n");
  }
  SERVICE_TABLE_ENTRYW table[] = {{(WCHAR *)L"again", service_main}, {NULL, NULL}};
  said("second dispatcher", StartServiceCtrlDispatcherW(table));
  said("register A", RegisterServiceCtrlHandlerA("probe", NULL) != NULL);
  said("register W", RegisterServiceCtrlHandlerW(L"probe", NULL) != NULL);
  said("register ExA", RegisterServiceCtrlHandlerExA("probe", on_control, NULL) != NULL);
  handle = RegisterServiceCtrlHandlerExW(L"any name does for one service", on_control, context);
  said("register", handle != NULL);
  const SERVICE_STATUS_HANDLE mine = handle;
  handle = (SERVICE_STATUS_HANDLE)(void *)context;
  report(SERVICE_WIN32_OWN_PROCESS, SERVICE_RUNNING, 0, "bad handle");
  handle = mine;
  report(SERVICE_WIN32_OWN_PROCESS, 99, 0, "bad state");
  report(0, SERVICE_RUNNING, 0, "bad type");
  said("bad pointer", SetServiceStatus(handle, (SERVICE_STATUS *)16));
  report(SERVICE_WIN32_OWN_PROCESS, SERVICE_START_PENDING, 0, "start pending");
  report(SERVICE_WIN32_OWN_PROCESS, SERVICE_RUNNING, SERVICE_ACCEPT_STOP, "running");
  MAPIInitialize(NULL); /* the director drives only who uses MAPI */
  WaitForSingleObject(stop, INFINITE);
  MAPIUninitialize();
  report(SERVICE_WIN32_OWN_PROCESS, SERVICE_STOP_PENDING, 0, "stop pending");
  /* From here on the dispatcher may return, and the process end. */
  report(SERVICE_WIN32_OWN_PROCESS, SERVICE_STOPPED, 0, NULL);
}

static BOOL WINAPI first_handler(DWORD event) {
  printf("first handler %lu\n", (unsigned long)event);
  fflush(stdout);
  SetEvent(stop);
  return TRUE;
}

static BOOL WINAPI second_handler(DWORD event) {
  printf("second handler %lu\n", (unsigned long)event);
  events++;
  return FALSE;
}

static BOOL WINAPI removed_handler(DWORD event) {
  printf("removed handler %lu\n", (unsigned long)event);
  return TRUE;
}

static int at_a_desk(void) {
  said("add", SetConsoleCtrlHandler(first_handler, TRUE));
  said("add", SetConsoleCtrlHandler(second_handler, TRUE));
  said("add", SetConsoleCtrlHandler(removed_handler, TRUE));
  said("remove", SetConsoleCtrlHandler(removed_handler, FALSE));
  said("remove again", SetConsoleCtrlHandler(removed_handler, FALSE));
  MAPIInitialize(NULL);
  WaitForSingleObject(stop, INFINITE);
  MAPIUninitialize();
  printf("events %d\n", events);
  return 0;
}

/* ---- two services in one process ---- */

static struct {
  const char *name;
  HANDLE stop;
  SERVICE_STATUS_HANDLE handle;
  int runs;
  int controls;
  char started_as[64];
} pair[2] = {{.name = "alpha"}, {.name = "beta"}};

static void serve(unsigned which, DWORD argc, char **argv, LPHANDLER_FUNCTION handler) {
  SERVICE_STATUS status = {.dwServiceType = SERVICE_WIN32_SHARE_PROCESS,
                           .dwCurrentState = SERVICE_RUNNING,
                           .dwControlsAccepted = SERVICE_ACCEPT_STOP};
  pair[which].runs++;
  strncpy(pair[which].started_as, argv[0], sizeof pair[which].started_as - 1);
  pair[which].handle = RegisterServiceCtrlHandlerA(argv[0], handler);
  SetServiceStatus(pair[which].handle, &status);
  if (argc > 1) { /* the one that uses MAPI */
    MAPIInitialize(NULL);
  }
  WaitForSingleObject(pair[which].stop, INFINITE);
  if (argc > 1) {
    MAPIUninitialize();
  }
  status.dwCurrentState = SERVICE_STOPPED;
  SetServiceStatus(pair[which].handle, &status);
}

static void WINAPI on_alpha(DWORD control) {
  pair[0].controls += (int)control;
  SetEvent(pair[0].stop);
}

static void WINAPI on_beta(DWORD control) {
  pair[1].controls += (int)control;
  SetEvent(pair[1].stop);
}

static void WINAPI alpha_main(DWORD argc, char **argv) {
  serve(0, argc, argv, on_alpha);
}

static void WINAPI beta_main(DWORD argc, char **argv) {
  serve(1, argc, argv, on_beta);
}

static int two_services(void) {
  SERVICE_TABLE_ENTRYA table[] = {
      {(char *)"alpha", alpha_main}, {(char *)"beta", beta_main}, {NULL, NULL}};
  pair[0].stop = CreateEventW(NULL, TRUE, FALSE, NULL);
  pair[1].stop = CreateEventW(NULL, TRUE, FALSE, NULL);
  said("dispatcher", StartServiceCtrlDispatcherA(table));
  for (unsigned i = 0; i < 2; i++) {
    printf("%s: runs %d as '%s', controls %d\n", pair[i].name, pair[i].runs, pair[i].started_as,
           pair[i].controls);
  }
  return 0;
}

int main(int count, char **arguments) {
  if (count > 1 && strcmp(arguments[1], "two") == 0) {
    return two_services();
  }
  SERVICE_TABLE_ENTRYW table[] = {{(WCHAR *)L"probe", service_main}, {NULL, NULL}};
  stop = CreateEventW(NULL, TRUE, FALSE, NULL);
  dispatcher = GetCurrentThreadId();
  said("register too early", RegisterServiceCtrlHandlerW(L"probe", NULL) != NULL);
  said("no table", StartServiceCtrlDispatcherA(NULL));
  said("empty table", StartServiceCtrlDispatcherW(table + 1));
  const BOOL ran = StartServiceCtrlDispatcherW(table);
  const DWORD error = GetLastError();
  SetLastError(error);
  said("dispatcher", ran);
  return !ran && error == ERROR_FAILED_SERVICE_CONTROLLER_CONNECT ? at_a_desk() : 0;
}
