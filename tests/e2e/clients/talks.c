/* Prints what is hard to print again: control characters, bytes that are no UTF-8, markup. */
#include <stdio.h>
#include <windows.h>

#include <mapix.h>

int main(void) {
  static const char bytes[] = "<a & \"b\">]]> \x01\x02\x1b[31mred \xff\xfe \xc3\xa9\n";
  MAPIINIT_0 init = {MAPI_INIT_VERSION, MAPI_NT_SERVICE};
  fwrite(bytes, 1, sizeof bytes - 1, stdout);
  fwrite(bytes, 1, sizeof bytes - 1, stderr);
  fflush(stdout);
  MAPIInitialize(&init);
  *(volatile int *)0 = 1;
  return 0;
}
