/*
 * Bare pumps whose threads have little to do with each other: two queues, so that most steps of the
 * one are none of the other's business, and now and then one is.
 */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

void two_queues(const HANDLE *handles, DWORD count);
void two_objects(const HANDLE *handles, DWORD count);

static void serve(void) {
  MSG message;
  while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
}

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  if (message == WM_APP + 1) {
    return (LRESULT)wparam + lparam;
  }
  return DefWindowProcW(window, message, wparam, lparam);
}

static HWND window_of_its_own(void) {
  WNDCLASSW class = {
      .lpfnWndProc = procedure, .hInstance = GetModuleHandleW(NULL), .lpszClassName = L"Apart"};
  RegisterClassW(&class);
  return CreateWindowExW(0, L"Apart", NULL, 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
}

/* Serves its own queue, and its own timer, until the stop. */
static DWORD WINAPI other_queue(void *context) {
  const HANDLE *handles = context;
  const HWND window = window_of_its_own();
  DWORD result;
  SetTimer(window, 1, 40, NULL);
  do {
    result = MsgWaitForMultipleObjectsEx(1, handles, 60, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    serve();
  } while (result == WAIT_OBJECT_0 + 1);
  SendNotifyMessageW(window, WM_APP + 1, 1, 2);
  serve();
  DestroyWindow(window);
  return 0;
}

void two_queues(const HANDLE *handles, DWORD count) {
  DWORD id = 0;
  const HANDLE other = CreateThread(NULL, 0, other_queue, (void *)handles, 0, &id);
  DWORD result;
  do {
    result = MsgWaitForMultipleObjectsEx(count, handles, INFINITE, QS_ALLINPUT, 0);
    PostThreadMessageW(id, WM_APP, 0, 0);
    serve();
  } while (result != WAIT_OBJECT_0 && result != WAIT_FAILED);
  WaitForSingleObject(other, INFINITE);
  CloseHandle(other);
}

struct objects {
  HANDLE mutex;
  HANDLE semaphore;
  HANDLE done;
};

static DWORD WINAPI takes(void *context) {
  const struct objects *objects = context;
  const HANDLE both[] = {objects->mutex, objects->semaphore};
  WaitForSingleObject(objects->mutex, INFINITE);
  ReleaseMutex(objects->mutex);
  WaitForMultipleObjects(2, both, TRUE, 30);
  ReleaseMutex(objects->mutex);
  SetEvent(objects->done);
  return 0;
}

static DWORD WINAPI gives(void *context) {
  const struct objects *objects = context;
  ReleaseSemaphore(objects->semaphore, 1, NULL);
  WaitForSingleObject(objects->mutex, 10);
  ReleaseMutex(objects->mutex);
  return 0;
}

void two_objects(const HANDLE *handles, DWORD count) {
  struct objects objects = {.mutex = CreateMutexW(NULL, FALSE, NULL),
                            .semaphore = CreateSemaphoreW(NULL, 0, 2, NULL),
                            .done = CreateEventW(NULL, TRUE, FALSE, NULL)};
  HANDLE threads[] = {CreateThread(NULL, 0, takes, &objects, 0, NULL),
                      CreateThread(NULL, 0, gives, &objects, 0, NULL)};
  while (MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT) ==
         WAIT_OBJECT_0 + count) {
    serve();
  }
  WaitForSingleObject(objects.done, INFINITE);
  WaitForMultipleObjects(2, threads, TRUE, INFINITE);
  CloseHandle(threads[0]);
  CloseHandle(threads[1]);
}
