/* Nobody wants this one: what it lacks is not missed. */
int library_unused(int value);
int nowhere(int value);

int library_unused(int value) {
  return nowhere(value);
}
