/*
 * What a start of a client costs without mapirig: a program with user32 that creates its message
 * queue and ends. The rival of a scenario run in bench.c.
 */
#include <windows.h>

int main(void) {
  MSG message;
  PeekMessageW(&message, NULL, WM_USER, WM_USER, PM_NOREMOVE);
  return 0;
}
