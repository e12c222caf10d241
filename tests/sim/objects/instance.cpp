/* Another object with the same template: its static is the same variable. */
extern "C" int instance_value(void);

template <class T> T once(T value) {
  static T kept;
  kept += value;
  return kept;
}

extern "C" int instance_value(void) {
  return once(3);
}
