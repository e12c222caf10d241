/* The other object of the loader's test program. */
int helper_counter = 11;
int helper_twice(int value);
__declspec(selectany) int program_chosen = 43;

int helper_twice(int value) {
  return 2 * value;
}
