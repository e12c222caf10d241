/* ... and wants this one. */
int library_deeper(int value);

int library_deeper(int value) {
  return value * 100;
}
