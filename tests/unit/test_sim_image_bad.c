/*
 * Files that cannot be loaded: each is refused with one line that says what it is, where, and how
 * to mend it. And COMDAT choice, on objects made here.
 */
#include <stdlib.h>

#include "sim/loader/image_private.h"
#include "sim_objects.h"
#include "unit/object_builder.h"
#include "unit/suite.h"

#define CODE 0x60000020u
#define COMDAT 0x1000u
#define DATA 0xC0000040u

/* Loads bytes as files a.o, b.o ...; the error, or "" when it was loaded. */
struct attempt {
  struct rig_image_input inputs[3];
  size_t count;
  const char *entry;
  struct rig_image *image;
  char error[ERROR_BYTES];
};

static void add(struct attempt *attempt, const void *data, size_t bytes) {
  static const char *const names[] = {"a.o", "b.o", "c.o"};
  attempt->inputs[attempt->count] =
      (struct rig_image_input){.path = names[attempt->count], .data = data, .bytes = bytes};
  attempt->count++;
}

static enum rig_status try(struct attempt *attempt) {
  const char *paths[3] = {"a.o", "b.o", "c.o"};
  const struct rig_image_options options = {
      .paths = paths, .path_count = attempt->count, .entry = attempt->entry};
  attempt->error[0] = '\0';
  const enum rig_status status =
      rig_image_load_inputs(&options, attempt->inputs, attempt->count, &attempt->image,
                            attempt->error, sizeof attempt->error);
  ck_assert((status == RIG_OK) == (attempt->error[0] == '\0'));
  ck_assert((status == RIG_OK) == (attempt->image != NULL));
  ck_assert_ptr_null(strchr(attempt->error, '\n'));
  return status;
}

static void refused(struct attempt *attempt, enum rig_status status, const char *words) {
  const enum rig_status got = try(attempt);
  ck_assert_msg(got == status && strstr(attempt->error, words) != NULL, "%s (%s), not: %s",
                rig_status_text(got), attempt->error, words);
}

static void refused_file(const char *path, const char *entry, enum rig_status status,
                         const char *words) {
  const char *const paths[] = {path};
  char error[ERROR_BYTES] = "";
  struct rig_image *image = NULL;
  const struct rig_image_options options = {.paths = paths, .path_count = 1, .entry = entry};
  ck_assert_int_eq(rig_image_load(&options, &image, error, sizeof error), status);
  ck_assert_ptr_null(image);
  ck_assert_msg(strstr(error, words) != NULL, "%s", error);
  ck_assert_msg(strstr(error, path) != NULL, "%s", error);
}

START_TEST(foreign_files_are_named) {
  static const struct {
    const char *path, *words;
    enum rig_status status;
  } cases[] = {
      {OBJECT("i386.o"), "is an i386 object: compile for x86_64", RIG_INVALID},
      {OBJECT("arm64.o"), "is an ARM64 object: compile for x86_64", RIG_INVALID},
      {OBJECT("lto-gcc.o"), "compile without -flto", RIG_INVALID},
      {OBJECT("lto-clang.o"), "is LLVM bitcode, not machine code: compile without -flto",
       RIG_INVALID},
      {OBJECT("thread-local.o"), "has thread-local variables", RIG_UNSUPPORTED},
      {OBJECT("nonesuch.o"), "does not exist", RIG_NOT_FOUND},
      {RIG_BINARY_DIR "/sim-objects", "is a folder", RIG_INVALID},
      {"/dev/null", "is not a regular file", RIG_INVALID},
      {"/proc/self/exe", "is an ELF file", RIG_INVALID},
      {RIG_SOURCE_DIR "/README.md", "is not a COFF object", RIG_INVALID},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    refused_file(cases[i].path, NULL, cases[i].status, cases[i].words);
  }
}
END_TEST

START_TEST(foreign_bytes_are_named) {
  static const struct {
    const char *bytes;
    size_t count;
    const char *words;
  } cases[] = {
      {"", 0, "a.o is empty"},
      {"\x64", 1, "is no COFF object: 1 bytes"},
      {"MZ\x90", 3, "is a whole program (PE)"},
      {"!<thin>\n", 8, "is a thin archive"},
      {"\0\0\xFF\xFF\1\0\x64\x86................................", 40, "compile without /GL"},
      {"\0\0\xFF\xFF\0\0\x64\x86................................", 40, "of an import library"},
      {"!<arch>\nx", 9, "is damaged: no member header at offset 0x8"},
      {"!<arch>\na.o/            0           0     0     644     100       `\n", 68,
       "is truncated: the member at offset 0x8 has 0 bytes of 100"},
      {"!<arch>\n/9              0           0     0     644     0         `\n", 68,
       "is damaged: the name of the member at offset 0x8"},
      {"!<arch>\na.o/            0           0     0     644     2         `\nMZ", 70,
       "a.o(a.o) is a whole program"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct attempt attempt = {.count = 0};
    add(&attempt, cases[i].bytes, cases[i].count);
    refused(&attempt, RIG_INVALID, cases[i].words);
  }
}
END_TEST

static uint8_t *whole_file(const char *path, size_t *bytes) {
  FILE *file = fopen(path, "rb");
  ck_assert_ptr_nonnull(file);
  uint8_t *data = malloc(1u << 20);
  *bytes = fread(data, 1, 1u << 20, file);
  ck_assert_int_eq(fclose(file), 0);
  return data;
}

/* Cut anywhere, an object is refused or (what is cut off being debug information) loads. The copy
 * is exactly as long, so that a read behind its end is seen by the address sanitizer. */
START_TEST(truncated_objects_are_refused) {
  static const char *const paths[] = {OBJECT("g-other.o"), OBJECT("c-other.o"),
                                      OBJECT("g-library.a")};
  size_t bytes = 0;
  uint8_t *data = whole_file(paths[_i], &bytes);
  for (size_t length = 0; length < bytes; length += length < 700 ? 1 : 61) {
    struct attempt attempt = {.count = 0};
    uint8_t *copy = malloc(length + 1);
    memcpy(copy, data, length);
    add(&attempt, copy, length);
    const enum rig_status status = try(&attempt);
    ck_assert_msg(status == RIG_INVALID || (_i == 2 && (length == 8 || status == RIG_OK)),
                  "%zu: %s", length, attempt.error);
    attempt.image = rig_image_free(attempt.image);
    free(copy);
  }
  free(data);
}
END_TEST

START_TEST(a_missing_entry_is_told_with_its_neighbours) {
  refused_file(OBJECT("g-windows.o"), "RunPmup", RIG_NOT_FOUND,
               "has no function RunPmup: did you mean RunPump?");
  refused_file(OBJECT("g-windows.o"), "Elsewhere", RIG_NOT_FOUND,
               "has no function Elsewhere; it has RunPump");
  refused_file(OBJECT("g-other.o"), "helper_counter", RIG_INVALID, "helper_counter is no function");
}
END_TEST

START_TEST(names_defined_twice_are_told) {
  size_t bytes = 0;
  uint8_t *data = whole_file(OBJECT("g-strong.o"), &bytes);
  struct attempt attempt = {.count = 0};
  add(&attempt, data, bytes);
  add(&attempt, data, bytes);
  refused(&attempt, RIG_INVALID, "weak_overridden is defined twice: in a.o and in b.o");
  free(data);
}
END_TEST

static size_t one(uint8_t *out, struct built_section section, struct built_symbol symbol) {
  const struct built_object object = {
      .sections = &section, .section_count = 1, .symbols = &symbol, .symbol_count = 1};
  return build_object(&object, out);
}

START_TEST(dlls_construct_nothing) {
  static const char *const paths[][2] = {{OBJECT("g-program.o"), OBJECT("g-initialised.o")},
                                         {OBJECT("c-program.o"), OBJECT("c-initialised.o")}};
  for (unsigned i = 0; i < 2; i++) {
    const struct rig_image_options options = {
        .paths = paths[i], .path_count = 2, .libraries = 1u << 1};
    char error[ERROR_BYTES] = "";
    struct rig_image *image = NULL;
    ck_assert_int_eq(rig_image_load(&options, &image, error, sizeof error), RIG_UNSUPPORTED);
    ck_assert_msg(strstr(error, "initialised.o has constructors (section .") != NULL, "%s", error);
  }
}
END_TEST

START_TEST(relocations_are_checked) {
  static const struct {
    unsigned type;
    uint32_t offset, symbol;
    enum rig_status status;
    const char *words;
  } cases[] = {
      {4, 12, 2, RIG_OK, ""},
      {4, 13, 2, RIG_INVALID, "relocation REL32 of f in section .text at offset 0xd lies beyond"},
      {1, 8, 2, RIG_OK, ""},
      {1, 9, 2, RIG_INVALID, "relocation ADDR64 of f in section .text at offset 0x9 lies beyond"},
      {4, 0xFFFFFFFF, 2, RIG_INVALID, "lies beyond the section's end"},
      {0xC, 4, 2, RIG_UNSUPPORTED, "relocation of unknown type 0xc in section .text at offset 0x4"},
      {0x11, 4, 2, RIG_UNSUPPORTED, "relocation of unknown type 0x11"},
      {4, 4, 1, RIG_INVALID, "relocation of no symbol (1) in section .text at offset 0x4"},
      {4, 4, 3, RIG_INVALID, "relocation of no symbol (3)"},
      {0xA, 14, 2, RIG_OK, ""},
      {0xB, 4, 2, RIG_INVALID, "does not reach its target"},
      {0, 4, 2, RIG_OK, ""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    uint8_t data[BUILT_BYTES];
    const struct built_section section = {.name = ".text",
                                          .flags = CODE,
                                          .bytes = 16,
                                          .relocates = 1,
                                          .relocation_type = cases[i].type,
                                          .relocation_offset = cases[i].offset,
                                          .relocation_symbol = cases[i].symbol};
    struct attempt attempt = {.count = 0};
    add(&attempt, data, one(data, section, (struct built_symbol){"f", 0, 1, 2}));
    if (cases[i].status == RIG_OK) {
      ck_assert_msg(try(&attempt) == RIG_OK, "%s", attempt.error);
      attempt.image = rig_image_free(attempt.image);
    } else {
      refused(&attempt, cases[i].status, cases[i].words);
    }
  }
}
END_TEST

START_TEST(symbols_are_checked) {
  static const struct built_section section = {.name = ".text", .flags = CODE, .bytes = 16};
  static const struct {
    struct built_symbol symbol;
    const char *words;
  } cases[] = {
      {{"f", 0, 2, 2}, "is damaged: symbol f lies in section 2 of 1"},
      {{"f", 0, -3, 2}, "is damaged: symbol f lies in section -3 of 1"},
      {{"f", 17, 1, 2}, "is damaged: symbol f lies beyond section .text"},
      {{"f", 0, 0, 105}, "is damaged: weak symbol f stands for nothing"},
      {{"\0\0\0\0", 0, 1, 2}, "is damaged: the name of symbol 2"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    uint8_t data[BUILT_BYTES];
    struct attempt attempt = {.count = 0};
    add(&attempt, data, one(data, section, cases[i].symbol));
    refused(&attempt, RIG_INVALID, cases[i].words);
  }
}
END_TEST

/* Two objects with a COMDAT section named f each: which stays, or what is said. */
START_TEST(comdat_sections_are_chosen) {
  static const struct {
    unsigned selection;
    uint32_t first, second;
    const char *words; /* NULL: loads */
    uint32_t kept;
  } cases[] = {
      {1, 16, 16, "f is defined twice: in a.o and in b.o", 0},
      {2, 16, 64, NULL, 16},
      {3, 16, 16, NULL, 16},
      {3, 16, 64, "f is defined twice with different sizes", 0},
      {4, 16, 16, NULL, 16},
      {4, 16, 17, "f is defined twice with different contents", 0},
      {6, 16, 64, NULL, 64},
      {6, 64, 16, NULL, 64},
      {7, 16, 16, "has COMDAT section .text$f with unknown selection 7", 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    uint8_t data[2][BUILT_BYTES];
    struct attempt attempt = {.count = 0};
    for (size_t j = 0; j < 2; j++) {
      const struct built_section section = {.name = ".text$f",
                                            .flags = CODE | COMDAT,
                                            .bytes = j == 0 ? cases[i].first : cases[i].second,
                                            .selection = cases[i].selection};
      add(&attempt, data[j], one(data[j], section, (struct built_symbol){"f", 0, 1, 2}));
    }
    if (cases[i].words != NULL) {
      refused(&attempt, cases[i].selection == 7 ? RIG_UNSUPPORTED : RIG_INVALID, cases[i].words);
      continue;
    }
    ck_assert_msg(try(&attempt) == RIG_OK, "%s", attempt.error);
    const uint64_t f = rig_image_symbol(attempt.image, "f");
    char text[100];
    ck_assert_uint_eq(attempt.image->link.section_count, 1);
    ck_assert(rig_image_name(attempt.image, f + cases[i].kept - 1, text, sizeof text));
    ck_assert(!rig_image_name(attempt.image, f + cases[i].kept, text, sizeof text));
    attempt.image = rig_image_free(attempt.image);
  }
}
END_TEST

START_TEST(associates_go_with_their_section) {
  uint8_t data[2][BUILT_BYTES];
  struct attempt attempt = {.count = 0};
  for (size_t j = 0; j < 2; j++) {
    const struct built_section sections[] = {
        {.name = ".text$f", .flags = CODE | COMDAT, .bytes = 16, .selection = 2},
        {.name = ".data$f",
         .flags = DATA | COMDAT,
         .bytes = 16,
         .selection = 5,
         .associate = 1,
         .relocates = 1,
         .relocation_type = 1,
         .relocation_symbol = 0}};
    const struct built_symbol symbol = {"f", 0, 1, 2};
    const struct built_object object = {
        .sections = sections, .section_count = 2, .symbols = &symbol, .symbol_count = 1};
    add(&attempt, data[j], build_object(&object, data[j]));
  }
  ck_assert_msg(try(&attempt) == RIG_OK, "%s", attempt.error);
  ck_assert_uint_eq(attempt.image->link.section_count, 2);
  attempt.image = rig_image_free(attempt.image);
}
END_TEST

START_TEST(associates_of_nothing_are_refused) {
  uint8_t data[BUILT_BYTES];
  struct built_section section = {
      .name = ".text$f", .flags = CODE | COMDAT, .bytes = 16, .selection = 5, .associate = 2};
  struct attempt attempt = {.count = 0};
  add(&attempt, data, one(data, section, (struct built_symbol){"f", 0, 1, 2}));
  refused(&attempt, RIG_INVALID, "section .text$f goes with section 2 of 1");
  section.associate = 1; /* with itself: nobody drops it */
  (void)one(data, section, (struct built_symbol){"f", 0, 1, 2});
  ck_assert_int_eq(try(&attempt), RIG_OK);
  attempt.image = rig_image_free(attempt.image);
}
END_TEST

START_TEST(programs_too_large_are_refused) {
  uint8_t data[BUILT_BYTES];
  const struct built_section section = {.name = ".bss", .flags = 0xC0000080u, .bytes = 16};
  struct attempt attempt = {.count = 0};
  add(&attempt, data, one(data, section, (struct built_symbol){"f", 0, 1, 2}));
  static const uint8_t large[] = {1, 0, 0, 4}; /* 64 MiB and one byte */
  memcpy(data + built_section_at(0) + 16, large, sizeof large);
  refused(&attempt, RIG_UNSUPPORTED, "has a section .bss of 67108865 bytes");
  data[built_section_at(0) + 16] = 0;
  refused(&attempt, RIG_UNSUPPORTED, "the program needs");
}
END_TEST

static Suite *make_suite(void) {
  Suite *suite = suite_create("sim image, bad input");
  TCase *cases = tcase_create("bad");
  tcase_set_timeout(cases, 60);
  tcase_add_test(cases, foreign_files_are_named);
  tcase_add_test(cases, foreign_bytes_are_named);
  tcase_add_loop_test(cases, truncated_objects_are_refused, 0, 3);
  tcase_add_test(cases, a_missing_entry_is_told_with_its_neighbours);
  tcase_add_test(cases, names_defined_twice_are_told);
  tcase_add_test(cases, dlls_construct_nothing);
  tcase_add_test(cases, relocations_are_checked);
  tcase_add_test(cases, symbols_are_checked);
  tcase_add_test(cases, comdat_sections_are_chosen);
  tcase_add_test(cases, associates_go_with_their_section);
  tcase_add_test(cases, associates_of_nothing_are_refused);
  tcase_add_test(cases, programs_too_large_are_refused);
  suite_add_tcase(suite, cases);
  return suite;
}

int main(void) {
  return run_suite(make_suite());
}
