/*
 * Who is told when a window is shown, activated, hidden and destroyed, and in which order; and what
 * the input method does to the thread's apartment meanwhile. The simulator does the same
 * (harness/sim/shims/shims_activation.c, shims_show.c): it runs this program too
 * (tests/unit/test_sim_activation.c).
 *
 * What has to do with places and texts is not looked at.
 */
#include "claim.h"

#include <objbase.h>
#include <string.h>

/* Each message that a window is told, as "b active 1 a; ": the window, a star if it was sent by
 * another thread, what, a number, another window ("-" for none). */
static char told[2048];

static HWND a, b, c, other;
static HANDLE shown, go_on;
static char told_other[1024];

enum values { NO_VALUES, NUMBER, WINDOW, NUMBER_AND_WINDOW };

static const struct {
  UINT message;
  enum values values;
  const char *name;
} names[] = {
    {WM_DESTROY, NO_VALUES, "destroy"},
    {WM_ACTIVATE, NUMBER_AND_WINDOW, "active"},
    {WM_SETFOCUS, WINDOW, "focus"},
    {WM_KILLFOCUS, WINDOW, "no-focus"},
    {WM_PAINT, NO_VALUES, "paint"},
    {WM_ERASEBKGND, NO_VALUES, "erase"},
    {WM_SHOWWINDOW, NUMBER, "show"},
    {WM_ACTIVATEAPP, NUMBER, "app"},
    {WM_WINDOWPOSCHANGING, NO_VALUES, "changing"},
    {WM_WINDOWPOSCHANGED, NO_VALUES, "changed"},
    {WM_NCDESTROY, NO_VALUES, "gone"},
    {WM_NCPAINT, NO_VALUES, "frame"},
    {WM_NCACTIVATE, NUMBER_AND_WINDOW, "caption"},
    {0x281, NUMBER, "ime"}, /* WM_IME_SETCONTEXT */
    {WM_QUERYNEWPALETTE, NO_VALUES, "palette"},
};

static char letter(HWND window) {
  return window == NULL ? '-' : (char)GetWindowLongPtrW(window, GWLP_USERDATA);
}

static void note(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const enum values values = names[i].values;
    char text[64];
    if (names[i].message != message) {
      continue;
    }
    int used = snprintf(text, sizeof text, "%c%s %s", letter(window), InSendMessage() ? "*" : "",
                        names[i].name);
    if (values == NUMBER || values == NUMBER_AND_WINDOW) {
      used += snprintf(text + used, sizeof text - (size_t)used, " %u", (unsigned)LOWORD(wparam));
    }
    if (values == WINDOW || values == NUMBER_AND_WINDOW) {
      const HWND second = (HWND)(values == WINDOW ? (LPARAM)wparam : lparam);
      used += snprintf(text + used, sizeof text - (size_t)used, " %c", letter(second));
    }
    snprintf(text + used, sizeof text - (size_t)used, "; ");
    if (strlen(told) + strlen(text) < sizeof told) {
      strcat(told, text);
    }
  }
}

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  if (message == WM_NCCREATE) {
    const CREATESTRUCTW *how = (const CREATESTRUCTW *)lparam;
    SetWindowLongPtrW(window, GWLP_USERDATA, (LONG_PTR)how->lpCreateParams);
  }
  note(window, message, wparam, lparam);
  return DefWindowProcW(window, message, wparam, lparam);
}

static HWND make(char name, DWORD style, int size, HWND parent) {
  return needed(CreateWindowExW(0, L"activation", L"", style, 0, 0, size, size, parent, NULL,
                                GetModuleHandleW(NULL), (void *)(LONG_PTR)name),
                "a window");
}

/* The messages since the last look are exactly these. */
static void were_told(const char *expected, const char *text) {
  const bool same = strcmp(told, expected) == 0;
  claim(same, text);
  if (!same) {
    printf("  expected %s\n  was told %s\n", expected, told);
  }
  told[0] = '\0';
}

static unsigned pump(void) {
  unsigned count = 0;
  MSG message;
  while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
    DispatchMessageW(&message);
    count++;
  }
  return count;
}

static bool in_sta(void) {
  APTTYPE type;
  APTTYPEQUALIFIER qualifier;
  return SUCCEEDED(CoGetApartmentType(&type, &qualifier)) &&
         (type == APTTYPE_STA || type == APTTYPE_MAINSTA);
}

static bool in_none(void) {
  APTTYPE type;
  APTTYPEQUALIFIER qualifier;
  return CoGetApartmentType(&type, &qualifier) == CO_E_NOTINITIALIZED;
}

static bool all_are(HWND window) {
  return GetActiveWindow() == window && GetFocus() == window && GetForegroundWindow() == window;
}

static void hidden(void) {
  a = make('a', WS_POPUP, 0, NULL);
  make('m', WS_OVERLAPPED, 10, HWND_MESSAGE);
  were_told("", "a hidden window is told nothing of activation");
  claim(pump() == 0 && GetActiveWindow() == NULL && GetFocus() == NULL, "and is not active");
  claim(in_none(), "nor is its thread in an apartment");
}

static void visible(void) {
  b = make('b', WS_OVERLAPPEDWINDOW | WS_VISIBLE, 300, NULL);
  were_told("b show 1; b changing; b palette; b app 1; a app 1; b caption 1 -; b active 1 -; "
            "b ime 1; b focus -; b frame; b erase; b changed; ",
            "a window that is created visible is activated, and hidden ones hear of it");
  claim(all_are(b), "it is active, has the focus and the foreground");
  claim(in_sta(), "the input method has put its thread into a single-threaded apartment");
  claim(IsWindowVisible(b) && !IsWindowVisible(a), "it is visible, the other one is not");
  claim(pump() == 1, "and then its WM_PAINT alone is there");
  were_told("b paint; ", "as it is dispatched");
}

static void second(void) {
  c = make('c', WS_OVERLAPPEDWINDOW, 300, NULL);
  were_told("", "a second one, hidden, is no news");
  claim(!ShowWindow(c, SW_SHOW), "ShowWindow says that it was hidden");
  were_told("c show 1; c changing; b caption 0 c; b active 0 c; c palette; c caption 1 b; "
            "c active 1 b; b no-focus c; b ime 0; c ime 1; c focus b; c frame; c erase; "
            "c changed; ",
            "the one takes over from the other; of the application nobody is told");
  claim(UpdateWindow(c), "UpdateWindow");
  were_told("c paint; ", "paints at once");
  claim(pump() == 0, "what is then not due any more");
  claim(ShowWindow(c, SW_SHOW), "shown again");
  were_told("", "there is nothing to tell");
  ShowWindow(b, SW_SHOWNA);
  were_told("b show 1; b changing; b changed; ", "SW_SHOWNA shows what is shown");
  claim(all_are(c), "and activates nothing");
}

static DWORD WINAPI other_main(void *context) {
  (void)context;
  other = make('o', WS_OVERLAPPEDWINDOW, 300, NULL);
  ShowWindow(other, SW_SHOW);
  claim(all_are(other) && in_sta(), "another thread's window takes the foreground");
  claim(pump() == 1, "and is to be painted");
  strcpy(told_other, told);
  told[0] = '\0';
  SetEvent(shown);
  while (MsgWaitForMultipleObjects(1, &go_on, FALSE, INFINITE, QS_ALLINPUT) != WAIT_OBJECT_0) {
    pump();
  }
  DestroyWindow(other);
  claim(in_none(), "with a thread's last window the input method leaves the apartment");
  return 0;
}

static void other_thread(void) {
  HANDLE thread = needed(CreateThread(NULL, 0, other_main, NULL, 0, NULL), "a thread");
  claim(came(shown), "it shows its window");
  claim(strcmp(told_other, "o show 1; o changing; o palette; o app 1; o caption 1 -; "
                           "o active 1 -; o ime 1; o focus -; o frame; o erase; o changed; "
                           "o paint; ") == 0,
        "which is told as if it were the first");
  claim(GetActiveWindow() == c && GetForegroundWindow() == other,
        "whoever loses the foreground stays active until it looks for messages");
  claim(pump() == 0, "it has none to retrieve");
  were_told("c* caption 0 -; c* active 0 -; b* app 0; c* app 0; a* app 0; c* no-focus -; "
            "c* ime 0; ",
            "but is told by what was sent, and all windows of the thread from the top");
  claim(GetActiveWindow() == NULL && GetFocus() == NULL, "nothing of it is active now");
  claim(ShowWindow(other, SW_SHOWNA), "another thread's window is shown");
  were_told("o* show 1; o* changing; ", "by that thread, while the caller waits");
  SetEvent(go_on);
  claim(came(thread), "the other thread destroys its window");
  were_told("o changing; o changed; o caption 0 -; o active 0 -; o app 0; o no-focus -; o ime 0; "
            "o destroy; o gone; ",
            "which is deactivated before it is told WM_DESTROY");
  claim(pump() == 0, "the next one in the order is activated by its own thread");
  were_told("b* palette; b* app 1; c* app 1; a* app 1; b* caption 1 -; b* active 1 -; b* ime 1; "
            "b* focus -; ",
            "that is the one raised last");
  claim(all_are(b), "it has the foreground again");
}

static void hide(void) {
  claim(ShowWindow(c, SW_HIDE), "a window that is not active is hidden");
  were_told("c show 0; c changing; c changed; ", "which concerns nobody else");
  ShowWindow(a, SW_SHOW);
  were_told("a show 1; a changing; b caption 0 a; b active 0 a; a palette; a caption 1 b; "
            "a active 1 b; b no-focus a; b ime 0; a ime 1; a focus b; a changed; ",
            "a window without a size is activated, and not painted");
  claim(pump() == 0, "later neither");
  ShowWindow(a, SW_HIDE);
  were_told("a show 0; a changing; a changed; a caption 0 b; a active 0 b; b palette; "
            "b caption 1 a; b active 1 a; a no-focus b; a ime 0; b ime 1; b focus a; ",
            "an active one that is hidden hands over to the next that is shown");
  claim(!InvalidateRect(a, NULL, TRUE) || pump() == 0, "a hidden one has nothing to paint");
}

static void destroy(void) {
  DestroyWindow(b);
  were_told("b changing; b changed; b caption 0 -; b active 0 -; a app 0; c app 0; b app 0; "
            "b no-focus -; b ime 0; b destroy; b gone; ",
            "with the last one that is shown the application is no longer active");
  claim(all_are(NULL), "nothing is active");
  DestroyWindow(a);
  DestroyWindow(c);
  were_told("a destroy; a gone; c destroy; c gone; ", "hidden ones go without more");
  claim(in_none(), "and with the last one the apartment");
}

/* The input method's reference on the apartment is not to be seen by the program. */
static void apartment(void) {
  HWND window = make('d', WS_POPUP | WS_VISIBLE, 0, NULL);
  claim(in_sta(), "a pop-up window without a size is activated, too");
  claim(CoInitializeEx(NULL, COINIT_APARTMENTTHREADED) == S_OK, "CoInitializeEx is the first one");
  claim(CoInitializeEx(NULL, COINIT_APARTMENTTHREADED) == S_FALSE, "the next one is not");
  CoUninitialize();
  CoUninitialize();
  claim(in_sta(), "the input method stays in the apartment");
  claim(CoInitializeEx(NULL, COINIT_MULTITHREADED) == S_OK, "and gives way to another one");
  claim(!in_sta() && !in_none(), "which is multithreaded");
  CoUninitialize();
  DestroyWindow(window);
  window = make('e', WS_POPUP | WS_VISIBLE, 0, NULL);
  claim(GetFocus() == window && in_none(), "from then on it leaves the thread alone");
  DestroyWindow(window);
}

int main(void) {
  const WNDCLASSW class = {.lpfnWndProc = procedure,
                           .hInstance = GetModuleHandleW(NULL),
                           .lpszClassName = L"activation"};
  RegisterClassW(&class);
  shown = event_new(false);
  go_on = event_new(false);
  hidden();
  visible();
  second();
  other_thread();
  hide();
  destroy();
  told[0] = '\0';
  apartment();
  return claims_failed;
}
