/* Makes as many calls that are recorded as its argument says, and nothing else. */
#include <stdlib.h>
#include <windows.h>

int main(int argc, char **argv) {
  MSG message = {.message = WM_APP};
  for (long left = argc > 1 ? atol(argv[1]) : 0; left > 0; left--) {
    TranslateMessage(&message);
  }
  return 0;
}
