/*
 * A program for the tests of the loader: what both compilers make of it holds every kind of
 * section, symbol and relocation that they emit. No <windows.h>: the same source for mingw and
 * MSVC.
 */
#define IMPORT __declspec(dllimport)

IMPORT int imported(int value);   /* through __imp_imported */
IMPORT extern int imported_datum; /* a datum, through __imp_ too */
int called(int value);            /* by a direct call */
int helper_twice(int value);      /* other.c */
extern int helper_counter;        /* other.c, a datum of another object */
int missing(int value);           /* nobody has it */
int library_answer(int value);    /* a member of a library */

int program_common;                    /* common with -fcommon, else .bss */
static int counter = 7;                /* .data */
static char zeroed[100];               /* .bss */
int *const program_pointer = &counter; /* ADDR64 in .rdata */
static const char *const words[] = {"zero", "one", "two", "three", "four", "five", "six"};

__declspec(selectany) int program_chosen = 42; /* COMDAT any */

int program_entry(int value);
int program_counts(void);
const char *program_word(int value);
int program_deep(int bytes, int value);
int program_guarded(const char *text, int bytes);
double program_floats(double value);
int program_store(int value);
int program_missing(int value);
int program_calls_back(int (*call)(int), int value);
int program_middle(int value);
int *program_zeroed(void);
int program_chosen_value(void);

int program_entry(int value) {
  switch (value) { /* a jump table */
  case 0:
    return imported(1);
  case 1:
    return called(2);
  case 2:
    return helper_twice(value);
  case 3:
    return helper_counter;
  case 4:
    return imported_datum;
  case 5:
    return library_answer(value);
  case 6:
    return *program_pointer;
  default:
    return -1;
  }
}

int program_counts(void) {
  return ++counter;
}

const char *program_word(int value) {
  return words[value];
}

/* A frame of 20,000 bytes: the compilers call their stack probe. */
int program_deep(int bytes, int value) {
  volatile char frame[20000];
  frame[bytes] = (char)value;
  frame[0] = (char)called(value);
  return frame[bytes] + bytes;
}

/* A buffer with a cookie behind it. */
int program_guarded(const char *text, int bytes) {
  char buffer[16];
  for (int i = 0; i < bytes; i++) {
    ((volatile char *)buffer)[i] = text[i];
  }
  return called(buffer[0]);
}

double program_floats(double value) {
  return value * 1.5 + 0.25;
}

int program_store(int value) {
  program_common = value;
  zeroed[50] = (char)value;
  counter = value;
  return program_common + zeroed[50] + counter;
}

int program_missing(int value) {
  return missing(value) + 1;
}

int program_calls_back(int (*call)(int), int value) {
  volatile int kept = value;
  return call(value) + kept;
}

int program_middle(int value) {
  volatile int kept = called(value); /* no tail call */
  return kept + 1;
}

int *program_zeroed(void) {
  return (int *)(void *)&zeroed[48];
}

int program_chosen_value(void) {
  return program_chosen;
}
