/*
 * Pumps that use the heap, well and badly, for the tests of a guarded one. Each is started with the
 * stop event as its argument; until that is set, each posted message makes it do what it does.
 */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <objbase.h>
#include <stdlib.h>
#include <string.h>

DWORD WINAPI allocates_for_each(HANDLE stop);
DWORD WINAPI allocates_each_second(HANDLE stop);
DWORD WINAPI keeps_a_list(HANDLE stop);
DWORD WINAPI resizes(HANDLE stop);
DWORD WINAPI reads_past_the_end(HANDLE stop);
DWORD WINAPI writes_past_the_end(HANDLE stop);
DWORD WINAPI writes_into_the_padding(HANDLE stop);
DWORD WINAPI writes_before(HANDLE stop);
DWORD WINAPI reads_before(HANDLE stop);
DWORD WINAPI reads_freed(HANDLE stop);
DWORD WINAPI copies_freed(HANDLE stop);
DWORD WINAPI frees_twice(HANDLE stop);
DWORD WINAPI frees_the_middle(HANDLE stop);
DWORD WINAPI uses_empty(HANDLE stop);
DWORD WINAPI frees_what_the_loop_uses(HANDLE stop);

typedef int work(void *context);

/* Pumps until the stop, or until `each` returns 0. */
static DWORD pump(HANDLE stop, DWORD timeout, work *each, void *context) {
  for (;;) {
    const DWORD woke = MsgWaitForMultipleObjects(1, &stop, FALSE, timeout, QS_ALLINPUT);
    MSG message;
    if (woke == WAIT_OBJECT_0 || (woke == WAIT_TIMEOUT && !each(context))) {
      return 0;
    }
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
      if (!each(context)) {
        return 0;
      }
      DispatchMessageW(&message);
    }
  }
}

/* ---- well ---- */

static int for_each(void *context) {
  char *text = HeapAlloc(GetProcessHeap(), 0, 100);
  int *number = malloc(sizeof *number);
  (void)context;
  *number = 7;
  memset(text, 1, 100);
  Sleep(0); /* others go on while they are there */
  const int all = *number + text[99] == 8;
  free(number);
  HeapFree(GetProcessHeap(), 0, text);
  return all;
}

DWORD WINAPI allocates_for_each(HANDLE stop) {
  return pump(stop, INFINITE, for_each, NULL);
}

DWORD WINAPI allocates_each_second(HANDLE stop) {
  return pump(stop, 1000, for_each, NULL);
}

struct item {
  struct item *next;
  char text[20];
};

static int push(void *context) {
  struct item **list = context;
  struct item *item = LocalAlloc(LMEM_ZEROINIT, sizeof *item);
  item->next = *list;
  *list = item;
  return item->text[19] == 0;
}

DWORD WINAPI keeps_a_list(HANDLE stop) {
  struct item *list = NULL;
  pump(stop, INFINITE, push, &list);
  while (list) {
    struct item *next = list->next;
    LocalFree(list);
    list = next;
  }
  return 0;
}

static int lengthen(void *context) {
  char **text = context;
  const size_t length = strlen(*text);
  *text = realloc(*text, length + 2);
  (*text)[length] = 'x';
  (*text)[length + 1] = 0;
  return 1;
}

DWORD WINAPI resizes(HANDLE stop) {
  char *text = calloc(1, 1);
  pump(stop, INFINITE, lengthen, &text);
  free(text);
  return 0;
}

/* ---- badly: with the first message ---- */

static int read_past(void *block) {
  return ((volatile int *)block)[9];
}
DWORD WINAPI reads_past_the_end(HANDLE stop) {
  return pump(stop, INFINITE, read_past, HeapAlloc(GetProcessHeap(), 0, 32));
}

static int write_past(void *block) {
  ((volatile LONGLONG *)block)[5] = 1;
  return 1;
}
DWORD WINAPI writes_past_the_end(HANDLE stop) {
  return pump(stop, INFINITE, write_past, malloc(32));
}

static int write_padding(void *block) {
  ((volatile char *)block)[20] = 1;
  return 1;
}
DWORD WINAPI writes_into_the_padding(HANDLE stop) {
  return pump(stop, INFINITE, write_padding, malloc(20));
}

static int write_before(void *block) {
  ((volatile char *)block)[-1] = 1;
  return 1;
}
DWORD WINAPI writes_before(HANDLE stop) {
  return pump(stop, INFINITE, write_before, malloc(20));
}

static int read_before(void *block) {
  return ((volatile short *)block)[-1];
}
DWORD WINAPI reads_before(HANDLE stop) {
  return pump(stop, INFINITE, read_before, malloc(20));
}

static int read_freed(void *block) {
  CoTaskMemFree(block);
  return ((volatile char *)block)[3];
}
DWORD WINAPI reads_freed(HANDLE stop) {
  return pump(stop, INFINITE, read_freed, CoTaskMemAlloc(10));
}

static int copy_freed(void *block) {
  char copy[10];
  free(block);
  memcpy(copy, block, sizeof copy);
  return ((volatile char *)copy)[3];
}
DWORD WINAPI copies_freed(HANDLE stop) {
  return pump(stop, INFINITE, copy_freed, malloc(10));
}

static int free_again(void *block) {
  HeapFree(GetProcessHeap(), 0, block);
  return 1;
}
DWORD WINAPI frees_twice(HANDLE stop) {
  return pump(stop, INFINITE, free_again, HeapAlloc(GetProcessHeap(), 0, 10));
}

static int free_middle(void *block) {
  char *volatile middle = (char *)block + 8; /* or the compiler knows better */
  free(middle);
  return 1;
}
DWORD WINAPI frees_the_middle(HANDLE stop) {
  return pump(stop, INFINITE, free_middle, malloc(40));
}

static int use_empty(void *block) {
  return *(volatile char *)block;
}
DWORD WINAPI uses_empty(HANDLE stop) {
  return pump(stop, INFINITE, use_empty, malloc(0));
}

/* What the procedure of a sent message frees is used after the drain that serves it: only when the
 * message is sent between the two looks at the queue. */
static char *shared;

static LRESULT CALLBACK free_shared(HWND window, UINT message, WPARAM wide, LPARAM longer) {
  if (message == WM_APP) {
    free(shared);
    shared = NULL;
    return 0;
  }
  return DefWindowProcW(window, message, wide, longer);
}

static DWORD WINAPI sends(void *window) {
  SendMessageW(window, WM_APP, 0, 0);
  return 0;
}

DWORD WINAPI frees_what_the_loop_uses(HANDLE stop) {
  WNDCLASSW kind = {.lpfnWndProc = free_shared, .lpszClassName = L"frees"};
  MSG message;
  shared = malloc(16);
  shared[0] = 1;
  RegisterClassW(&kind);
  HWND window = CreateWindowExW(0, L"frees", NULL, 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
  HANDLE thread = CreateThread(NULL, 0, sends, window, 0, NULL);
  char *mine = shared; /* kept over a look at the queue */
  if (mine) {
    PeekMessageW(&message, NULL, 0, 0, PM_REMOVE);
    ((volatile char *)mine)[0] = 2;
  }
  while (MsgWaitForMultipleObjects(1, &thread, FALSE, INFINITE, QS_ALLINPUT) != WAIT_OBJECT_0) {
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
      DispatchMessageW(&message);
    }
  }
  return WaitForSingleObject(stop, INFINITE);
}
