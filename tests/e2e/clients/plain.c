/* A program without MAPI that ends by itself. The low byte of its exit code is 0: Unix would not
 * see the rest. */
#include <stdio.h>

int main(void) {
  puts("hello from a program without MAPI");
  fputs("and an error line\n", stderr);
  return 0x12345600;
}
