/* Weak functions: one that stands in, one that another object has, one that may be missing. */
int weak_default(int value);
int weak_overridden(int value);
int weak_missing(int value) __attribute__((weak));
int weak_all(int value);

__attribute__((weak)) int weak_default(int value) {
  return value + 1;
}

__attribute__((weak)) int weak_overridden(int value) {
  return value + 2;
}

int weak_all(int value) {
  return weak_default(value) * 10000 + weak_overridden(value) * 100 +
         (weak_missing != 0 ? weak_missing(value) : 0);
}
