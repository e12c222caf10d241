/* The function that a weak one gives way to. */
int weak_overridden(int value);

int weak_overridden(int value) {
  return value + 20;
}
