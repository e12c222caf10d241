/* Constructors of statics, and functions that several objects bring (COMDAT). */
extern "C" void note(int value);
extern "C" int initialised_value(void);

template <class T> T once(T value) {
  static T kept;
  kept += value;
  return kept;
}

struct first {
  explicit first(int value) {
    note(value);
  }
};

static first one(1);
static first two(2);

int overloaded(int value) {
  return value;
}

int overloaded(char value) {
  return value;
}

int plain_cpp(int value) {
  return overloaded(value) + once(value);
}

extern "C" int initialised_value(void) {
  return once(5);
}
