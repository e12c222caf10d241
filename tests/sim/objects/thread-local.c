/* Thread-local variables are not simulated. */
static __declspec(thread) int mine;
int next_of_mine(void);

int next_of_mine(void) {
  return ++mine;
}
