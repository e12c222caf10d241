/* Members of the loader's test library: this one is wanted ... */
int library_deeper(int value);
int library_answer(int value);

int library_answer(int value) {
  return library_deeper(value) + 1;
}
