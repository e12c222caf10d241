/*
 * The loader: objects of both compilers run here, on the test's own stack, against a handful of
 * imports.
 */
#include <stdlib.h>

#include "sim_objects.h"
#include "unit/suite.h"

#define MS __attribute__((ms_abi))

typedef int MS int_function(int);

static int called_with;
static int datum = 77;

static int MS imported(int value) {
  return value + 1000;
}

static int MS called(int value) {
  called_with = value;
  return value + 5;
}

static uint64_t resolve(void *context, unsigned object, const char *name) {
  ck_assert_ptr_null(context);
  ck_assert_uint_lt(object, 4);
  if (strcmp(name, "imported") == 0) {
    return (uint64_t)(uintptr_t)imported;
  }
  if (strcmp(name, "called") == 0) {
    return (uint64_t)(uintptr_t)called;
  }
  return strcmp(name, "imported_datum") == 0 ? (uint64_t)(uintptr_t)&datum : 0;
}

/* The compilers' versions of the program. */
static const char *const programs[][4] = {
    {OBJECT("g-program.o"), OBJECT("g-other.o"), OBJECT("g-library.a"), NULL},
    {OBJECT("c-program.o"), OBJECT("c-other.o"), OBJECT("c-library.a"), NULL},
    {OBJECT("g-program-O0.o"), OBJECT("c-other.o"), OBJECT("c-library.a"), NULL},
    {OBJECT("c-program-O0.o"), OBJECT("g-other.o"), OBJECT("g-library.a"), NULL},
    /* A library with Microsoft's two symbol tables, as lib.exe writes it. */
    {OBJECT("big.o"), OBJECT("c-other.o"), RIG_SOURCE_DIR "/tests/fuzz/corpus/object/ms-library",
     NULL},
};
#define PROGRAMS (int)(sizeof programs / sizeof programs[0])

static uint64_t address(const struct rig_image *image, const char *name) {
  const uint64_t found = rig_image_symbol(image, name);
  ck_assert_msg(found != 0 && found < 0x80000000u, "%s", name);
  return found;
}

static int run(const struct rig_image *image, const char *name, int value) {
  int_function *const code = (int_function *)(uintptr_t)address(image, name);
  return code(value);
}

START_TEST(the_program_runs) {
  struct rig_image *image = load_image(resolve, "program_entry", programs[_i]);
  const int answers[] = {1001, 7, 4, 11, 77, 501, 7, -1};
  for (int i = 0; i < 8; i++) {
    ck_assert_int_eq(run(image, "program_entry", i), answers[i]);
  }
  ck_assert_int_eq(run(image, "program_counts", 0), 8);
  ck_assert_int_eq(run(image, "program_entry", 6), 8);
  ck_assert_int_eq(run(image, "program_chosen_value", 0), 42);
  const char *MS (*word)(int) = (const char *MS (*)(int))(uintptr_t)address(image, "program_word");
  ck_assert_str_eq(word(3), "three");
  double MS (*floats)(double) = (double MS (*)(double))(uintptr_t)address(image, "program_floats");
  ck_assert_double_eq(floats(3.0), 4.75);
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

START_TEST(large_frames_and_cookies_work) {
  struct rig_image *image = load_image(resolve, NULL, programs[_i]);
  int MS (*deep)(int, int) = (int MS (*)(int, int))(uintptr_t)address(image, "program_deep");
  ck_assert_int_eq(deep(19999, 3), 20002);
  ck_assert_int_eq(deep(1, 9), 10);
  int MS (*guarded)(const char *, int) =
      (int MS (*)(const char *, int))(uintptr_t)address(image, "program_guarded");
  ck_assert_int_eq(guarded("A234567", 8), 'A' + 5);
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

START_TEST(what_nobody_has_is_listed) {
  struct rig_image *image = load_image(resolve, NULL, programs[_i]);
  ck_assert_str_eq(rig_image_unresolved(image, 0), "missing");
  ck_assert_ptr_null(rig_image_unresolved(image, 1)); /* the library's last member was not taken */
  ck_assert_uint_eq(rig_image_symbol(image, "library_unused"), 0);
  ck_assert_uint_ne(rig_image_symbol(image, "library_deeper"), 0);
  ck_assert_uint_eq(rig_image_symbol(image, "nonsense"), 0);
  ck_assert_ptr_null(rig_image_trap(image, rig_image_symbol(image, "program_entry")));
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

START_TEST(addresses_have_names) {
  struct rig_image *image = load_image(resolve, NULL, programs[_i]);
  const uint64_t entry = address(image, "program_entry");
  char text[200];
  char wanted[300];
  const char *path = NULL;
  const char *section = NULL;
  uint64_t offset = 0;
  ck_assert(rig_image_name(image, entry + 3, text, sizeof text));
  (void)snprintf(wanted, sizeof wanted, "program_entry+0x3 (%s)", programs[_i][0]);
  ck_assert_str_eq(text, wanted);
  ck_assert(rig_image_name(image, address(image, "library_answer"), text, sizeof text));
  ck_assert_ptr_nonnull(strstr(text, "library.o)"));
  ck_assert(rig_image_place(image, entry + 3, &path, &section, &offset));
  ck_assert_str_eq(path, programs[_i][0]);
  ck_assert_int_eq(strncmp(section, ".text", 5), 0);
  ck_assert(!rig_image_name(image, 0, text, sizeof text));
  ck_assert(!rig_image_name(image, address(image, "program_common"), text, sizeof text));
  ck_assert(!rig_image_place(image, UINT64_MAX, &path, &section, &offset));
  ck_assert(rig_image_holds(image, entry, 16, false));
  ck_assert(!rig_image_holds(image, entry, 16, true));
  ck_assert(rig_image_holds(image, address(image, "program_common"), 4, true));
  ck_assert(!rig_image_holds(image, address(image, "program_common"), 1u << 30, true));
  ck_assert(!rig_image_holds(image, UINT64_MAX - 3, 8, false));
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

START_TEST(files_have_their_own_ranges_of_code) {
  struct rig_image *image = load_image(resolve, NULL, programs[_i]);
  uint64_t low[3];
  uint64_t high[3];
  for (unsigned i = 0; i < 3; i++) {
    ck_assert(rig_image_code(image, i, &low[i], &high[i]));
    ck_assert_uint_lt(low[i], high[i]);
    ck_assert(i == 0 || high[i - 1] <= low[i]);
  }
  ck_assert(!rig_image_code(image, 3, &low[0], &high[0]));
  const uint64_t twice = address(image, "helper_twice");
  ck_assert(twice >= low[1] && twice < high[1]);
  const uint64_t deeper = address(image, "library_deeper");
  ck_assert(deeper >= low[2] && deeper < high[2]);
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

START_TEST(state_comes_back) {
  struct rig_image *image = load_image(resolve, NULL, programs[_i]);
  int *MS (*zeroed)(void) = (int *MS (*)(void))(uintptr_t)address(image, "program_zeroed");
  uint64_t *buffer = malloc(rig_image_state_bytes(image));
  uint64_t *after = malloc(rig_image_state_bytes(image));
  const size_t first = rig_image_save(image, buffer);
  ck_assert_uint_eq(first, 8); /* nothing differs yet */
  ck_assert_int_eq(run(image, "program_store", 9), 27);
  const size_t second = rig_image_save(image, after);
  ck_assert_uint_gt(second, first);
  rig_image_load_state(image, buffer, first);
  ck_assert_int_eq(run(image, "program_entry", 6), 7);
  ck_assert_int_eq(*(const int *)(uintptr_t)address(image, "program_common"), 0);
  ck_assert_int_eq(*zeroed(), 0);
  rig_image_load_state(image, after, second);
  ck_assert_int_eq(run(image, "program_entry", 6), 9);
  ck_assert_int_eq(*(const int *)(uintptr_t)address(image, "program_common"), 9);
  ck_assert_int_ne(*zeroed(), 0);
  ck_assert_int_eq(run(image, "program_counts", 0), 10);
  rig_image_load_state(image, buffer, first);
  ck_assert_uint_eq(rig_image_save(image, after), first);
  free(buffer);
  free(after);
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

/* Who called: unwound from within an import, through the program's frames, to the test. */
static struct rig_image *unwound;
static uint64_t walked[8];
static uint32_t walked_count;
static struct rig_image_registers walked_end;

__attribute__((noinline, optimize("no-omit-frame-pointer"))) static int MS walk(int value) {
  const uint64_t *frame = __builtin_frame_address(0);
  walked_end = (struct rig_image_registers){.rip = frame[1]};
  walked_end.general[4] = (uint64_t)(uintptr_t)(frame + 2);
  walked_end.general[5] = frame[0];
  walked_count = rig_image_unwind(unwound, &walked_end, (uint64_t)(uintptr_t)frame,
                                  (uint64_t)(uintptr_t)frame + 65536, walked, 8);
  return value;
}

static uint64_t resolve_walk(void *context, unsigned object, const char *name) {
  return strcmp(name, "called") == 0 ? (uint64_t)(uintptr_t)walk : resolve(context, object, name);
}

START_TEST(stacks_can_be_walked) {
  unwound = load_image(resolve_walk, NULL, programs[_i]);
  char text[200];
  int MS (*calls_back)(int_function *, int) =
      (int MS (*)(int_function *, int))(uintptr_t)address(unwound, "program_calls_back");
  int MS (*deep)(int, int) = (int MS (*)(int, int))(uintptr_t)address(unwound, "program_deep");
  ck_assert_int_eq(calls_back((int_function *)(uintptr_t)address(unwound, "program_middle"), 1), 3);
  ck_assert_uint_eq(walked_count, 2);
  ck_assert(rig_image_name(unwound, walked[0], text, sizeof text));
  ck_assert_int_eq(strncmp(text, "program_middle+", 15), 0);
  ck_assert(rig_image_name(unwound, walked[1], text, sizeof text));
  ck_assert_int_eq(strncmp(text, "program_calls_back+", 19), 0);
  ck_assert(!rig_image_name(unwound, walked_end.rip, text, sizeof text)); /* this function */
  ck_assert_int_eq(deep(100, 1), 101);
  ck_assert_uint_eq(walked_count, 1);
  ck_assert(rig_image_name(unwound, walked[0], text, sizeof text));
  ck_assert_int_eq(strncmp(text, "program_deep+", 13), 0);
  ck_assert(!rig_image_name(unwound, walked_end.rip, text, sizeof text));
  ck_assert_ptr_null(rig_image_free(unwound));
}
END_TEST

static int notes[4];
static int note_count;

static void MS note(int value) {
  ck_assert_int_lt(note_count, 4);
  notes[note_count++] = value;
}

static uint64_t resolve_note(void *context, unsigned object, const char *name) {
  (void)context;
  (void)object;
  return strcmp(name, "note") == 0 ? (uint64_t)(uintptr_t)note : 0;
}

START_TEST(cpp_runs_with_its_constructors) {
  static const char *const paths[][3] = {{OBJECT("g-initialised.o"), OBJECT("g-instance.o"), NULL},
                                         {OBJECT("c-initialised.o"), OBJECT("c-instance.o"), NULL}};
  struct rig_image *image = load_image(resolve_note, "plain_cpp", paths[_i]);
  note_count = 0;
  size_t count = 0;
  for (uint64_t code; (code = rig_image_initialiser(image, count)) != 0; count++) {
    ((void MS (*)(void))(uintptr_t)code)();
  }
  ck_assert_uint_ge(count, 1);
  ck_assert_int_eq(note_count, 2);
  ck_assert_int_eq(notes[0], 1);
  ck_assert_int_eq(notes[1], 2);
  ck_assert_int_eq(run(image, "plain_cpp", 4), 8);
  ck_assert_int_eq(run(image, "initialised_value", 0), 9); /* one variable for both objects */
  ck_assert_int_eq(run(image, "instance_value", 0), 12);
  ck_assert_uint_eq(rig_image_symbol(image, "overloaded"), 0);
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

START_TEST(weak_functions_give_way) {
  static const char *const paths[][3] = {{OBJECT("g-weak.o"), OBJECT("g-strong.o"), NULL},
                                         {OBJECT("c-weak.o"), OBJECT("c-strong.o"), NULL},
                                         {OBJECT("g-strong.o"), OBJECT("c-weak.o"), NULL}};
  struct rig_image *image = load_image(resolve, "weak_all", paths[_i]);
  ck_assert_int_eq(run(image, "weak_all", 1), 2 * 10000 + 21 * 100);
  ck_assert_ptr_null(rig_image_unresolved(image, 0));
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

static uint64_t resolve_weak(void *context, unsigned object, const char *name) {
  (void)context;
  (void)object;
  return strcmp(name, "weak_missing") == 0 ? (uint64_t)(uintptr_t)called : 0;
}

START_TEST(weak_functions_may_be_simulated) {
  static const char *const paths[][2] = {{OBJECT("g-weak.o"), NULL}, {OBJECT("c-weak.o"), NULL}};
  struct rig_image *image = load_image(resolve_weak, "weak_all", paths[_i]);
  ck_assert_int_eq(run(image, "weak_all", 1), 2 * 10000 + 3 * 100 + 6);
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

START_TEST(two_images_do_not_meet) {
  struct rig_image *one = load_image(resolve, NULL, programs[0]);
  struct rig_image *two = load_image(resolve, NULL, programs[1]);
  ck_assert_int_eq(run(one, "program_counts", 0), 8);
  ck_assert_int_eq(run(two, "program_counts", 0), 8);
  const uint64_t where = address(one, "program_entry");
  ck_assert_uint_ne(where, address(two, "program_entry"));
  ck_assert_ptr_null(rig_image_free(one));
  ck_assert_ptr_null(rig_image_free(two));
  one = load_image(resolve, NULL, programs[0]);
  ck_assert_uint_eq(address(one, "program_entry"), where); /* always the same place */
  ck_assert_ptr_null(rig_image_free(one));
}
END_TEST

/* Two DLLs and the program have functions of the same name; each calls its own. */
START_TEST(dlls_have_names_of_their_own) {
  static const char *const paths[] = {OBJECT("g-modules.o"), OBJECT("g-plugin.dll.o"),
                                      OBJECT("c-plugin.dll.o")};
  char error[ERROR_BYTES] = "";
  struct rig_image *image = NULL;
  struct rig_image_options options = {
      .paths = paths, .path_count = 3, .entry = "shared_name", .libraries = 1u << 1 | 1u << 2};
  ck_assert_int_eq(rig_image_load(&options, &image, error, sizeof error), RIG_OK);
  ck_assert_int_eq(run(image, "shared_name", 0), 1);
  ck_assert_uint_eq(rig_image_symbol(image, "plugin_count"), 0); /* none of the program's */
  uint64_t codes[3];
  for (unsigned i = 0; i < 3; i++) {
    codes[i] = rig_image_symbol_of(image, i, i == 0 ? "shared_name" : "plugin_count");
    ck_assert_uint_ne(codes[i], 0);
    ck_assert_uint_eq(rig_image_symbol_of(image, i, "DllMain") != 0, i > 0);
  }
  ck_assert(codes[1] != codes[2]);
  for (unsigned i = 1; i < 3; i++) {
    int MS (*const count)(unsigned) = (int MS (*)(unsigned))(uintptr_t)codes[i];
    ck_assert_int_eq(count(1), 20);
  }
  image = rig_image_free(image);
  options.libraries = 0;
  ck_assert_int_eq(rig_image_load(&options, &image, error, sizeof error), RIG_INVALID);
  ck_assert_ptr_nonnull(strstr(error, "is defined twice"));
}
END_TEST

START_TEST(windows_pumps_load) {
  static const char *const paths[][2] = {{OBJECT("g-windows.o"), NULL},
                                         {OBJECT("c-windows.o"), NULL}};
  static const char *const names[] = {"DispatchMessageW", "MsgWaitForMultipleObjectsEx",
                                      "PeekMessageW", "TranslateMessage"};
  struct rig_image *image = load_image(NULL, "RunPump", paths[_i]);
  for (size_t i = 0; i < 4; i++) {
    bool found = false;
    for (size_t j = 0; rig_image_unresolved(image, j) != NULL; j++) {
      found = found || strcmp(rig_image_unresolved(image, j), names[i]) == 0;
    }
    ck_assert_msg(found, "%s", names[i]);
  }
  ck_assert_ptr_null(rig_image_unresolved(image, 4));
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

static Suite *make_suite(void) {
  Suite *suite = suite_create("sim image");
  TCase *cases = tcase_create("load");
  tcase_add_loop_test(cases, the_program_runs, 0, PROGRAMS);
  tcase_add_loop_test(cases, large_frames_and_cookies_work, 0, PROGRAMS);
  tcase_add_loop_test(cases, what_nobody_has_is_listed, 0, PROGRAMS);
  tcase_add_loop_test(cases, addresses_have_names, 0, PROGRAMS);
  tcase_add_loop_test(cases, files_have_their_own_ranges_of_code, 0, PROGRAMS);
  tcase_add_loop_test(cases, state_comes_back, 0, PROGRAMS);
  tcase_add_loop_test(cases, stacks_can_be_walked, 0, PROGRAMS);
  tcase_add_loop_test(cases, cpp_runs_with_its_constructors, 0, 2);
  tcase_add_loop_test(cases, weak_functions_give_way, 0, 3);
  tcase_add_loop_test(cases, weak_functions_may_be_simulated, 0, 2);
  tcase_add_test(cases, two_images_do_not_meet);
  tcase_add_test(cases, dlls_have_names_of_their_own);
  tcase_add_loop_test(cases, windows_pumps_load, 0, 2);
  suite_add_tcase(suite, cases);
  return suite;
}

int main(void) {
  return run_suite(make_suite());
}
