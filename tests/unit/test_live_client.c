/*
 * What is told of a client's file before it runs: images made here, byte by byte, and every cut
 * and many flips of one.
 */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live/files.h"
#include "live/live.h"
#include "live/missing.h"
#include "live/pe.h"
#include "unit/suite.h"

#define IMAGE_BYTES 1024u
#define HEADER 0x80u
#define OPTIONAL (HEADER + 24u)
#define SECTION (OPTIONAL + 240u)
#define RAW 512u    /* the one section's data in the file */
#define RVA 0x1000u /* and in memory */

static char folder[RIG_PATH_BYTES];
static char path[RIG_PATH_BYTES];
static char error[700];

static void setup(void) {
  char template[] = "/tmp/mapirig-test-XXXXXX";
  ck_assert_ptr_nonnull(mkdtemp(template));
  ck_assert(rig_path(folder, "%s", template));
  ck_assert(rig_path(path, "%s/client.exe", folder));
}

static void teardown(void) {
  rig_remove_tree(folder);
}

static void put(unsigned char *image, size_t at, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) {
    image[at + i] = (unsigned char)(value >> (8 * i));
  }
}

/* A 64-bit console program that imports `dlls`. */
static void make_image(unsigned char *image, const char *const *dlls) {
  memset(image, 0, IMAGE_BYTES);
  memcpy(image, "MZ", 2);
  put(image, 0x3c, HEADER, 4);
  memcpy(image + HEADER, "PE\0\0", 4);
  put(image, HEADER + 4, RIG_PE_X86_64, 2);
  put(image, HEADER + 6, 1, 2);
  put(image, HEADER + 20, 240, 2);
  put(image, HEADER + 22, 0x0022, 2); /* executable, large addresses */
  put(image, OPTIONAL, 0x20b, 2);
  put(image, OPTIONAL + 68, 3, 2);   /* console */
  put(image, OPTIONAL + 108, 16, 4); /* data directories */
  put(image, OPTIONAL + 120, RVA, 4);
  put(image, OPTIONAL + 124, 400, 4);
  put(image, SECTION + 8, RAW, 4);
  put(image, SECTION + 12, RVA, 4);
  put(image, SECTION + 16, RAW, 4);
  put(image, SECTION + 20, RAW, 4);
  size_t text = RAW + 200;
  for (size_t i = 0; dlls[i] != NULL; i++) {
    put(image, RAW + i * 20 + 12, RVA + text - RAW, 4);
    memcpy(image + text, dlls[i], strlen(dlls[i]) + 1);
    text += strlen(dlls[i]) + 1;
  }
}

static void write_file(const char *name, const void *data, size_t bytes) {
  FILE *file = fopen(name, "wb");
  ck_assert_ptr_nonnull(file);
  ck_assert_uint_eq(fwrite(data, 1, bytes, file), bytes);
  ck_assert_int_eq(fclose(file), 0);
}

static const char *const no_dlls[] = {NULL};

/* Writes an image with one word changed and checks what is told of it. */
static void expect(size_t at, uint64_t value, size_t bytes, const char *word) {
  unsigned char image[IMAGE_BYTES];
  enum rig_machine machine = RIG_MACHINE_OTHER;
  make_image(image, no_dlls);
  put(image, at, value, bytes);
  write_file(path, image, sizeof image);
  ck_assert_int_eq(rig_client_check(path, &machine, error, sizeof error), RIG_INVALID);
  ck_assert_msg(strstr(error, word) != NULL && strstr(error, path) != NULL, "%s: %s", word, error);
  ck_assert_ptr_null(strchr(error, '\n'));
  ck_assert_int_eq(machine, RIG_MACHINE_OTHER);
}

START_TEST(a_sound_program_is_accepted) {
  unsigned char image[IMAGE_BYTES];
  enum rig_machine machine = RIG_MACHINE_OTHER;
  make_image(image, no_dlls);
  write_file(path, image, sizeof image);
  ck_assert_msg(rig_client_check(path, &machine, error, sizeof error) == RIG_OK, "%s", error);
  ck_assert_int_eq(machine, RIG_MACHINE_X86_64);
}
END_TEST

START_TEST(each_fault_is_told) {
  expect(0, 'X', 1, "not a Windows program");
  expect(0x3c, 0x7fffffff, 4, "truncated");
  expect(HEADER, 'N', 1, "16-bit");
  expect(HEADER + 4, 0xaa64, 2, "ARM64");
  expect(HEADER + 4, 0x1234, 2, "0x1234");
  expect(HEADER + 22, 0x2022, 2, "is a DLL");
  expect(HEADER + 22, 0, 2, "not a linked program");
  expect(OPTIONAL, 0x107, 2, "damaged PE header");
  expect(HEADER + 20, 20, 2, "damaged PE header");
  expect(OPTIONAL + 68, 1, 2, "driver");
  expect(SECTION + 16, 4096, 4, "truncated");
  expect(SECTION + 20, 0xfffffff0, 4, "truncated");
}
END_TEST

START_TEST(what_is_no_regular_file) {
  enum rig_machine machine;
  char other[RIG_PATH_BYTES];
  ck_assert_int_eq(rig_client_check(folder, &machine, error, sizeof error), RIG_INVALID);
  ck_assert_ptr_nonnull(strstr(error, "is a folder"));
  ck_assert_int_eq(rig_client_check("/dev/null", &machine, error, sizeof error), RIG_INVALID);
  ck_assert_ptr_nonnull(strstr(error, "not a regular file"));
  ck_assert(rig_path(other, "%s/none.exe", folder));
  ck_assert_int_eq(rig_client_check(other, &machine, error, sizeof error), RIG_NOT_FOUND);
  ck_assert_ptr_nonnull(strstr(error, "does not exist"));
  ck_assert_int_eq(mkfifo(other, 0600), 0); /* must not block */
  ck_assert_int_eq(rig_client_check(other, &machine, error, sizeof error), RIG_INVALID);
  write_file(path, "", 0);
  ck_assert_int_eq(rig_client_check(path, &machine, error, sizeof error), RIG_INVALID);
  ck_assert_ptr_nonnull(strstr(error, "is empty"));
  if (geteuid() != 0) { /* root reads everything */
    ck_assert_int_eq(chmod(path, 0), 0);
    ck_assert_int_eq(rig_client_check(path, &machine, error, sizeof error), RIG_IO);
  }
}
END_TEST

START_TEST(a_path_that_windows_lacks) {
  unsigned char image[IMAGE_BYTES];
  enum rig_machine machine;
  char other[RIG_PATH_BYTES];
  make_image(image, no_dlls);
  ck_assert(rig_path(other, "%s/a:b.exe", folder));
  write_file(other, image, sizeof image);
  ck_assert_int_eq(rig_client_check(other, &machine, error, sizeof error), RIG_UNSUPPORTED);
  ck_assert_msg(strstr(error, "'a:b.exe' contains ':'") != NULL, "%s", error);
  ck_assert(rig_path(path, "%s/good.exe", folder)); /* a link by a good name leads to the bad one */
  ck_assert_int_eq(symlink(other, path), 0);
  ck_assert_int_eq(rig_client_check(path, &machine, error, sizeof error), RIG_UNSUPPORTED);
}
END_TEST

START_TEST(no_cut_is_taken_for_a_program) {
  unsigned char image[IMAGE_BYTES];
  enum rig_machine machine;
  make_image(image, no_dlls);
  for (size_t bytes = 1; bytes < IMAGE_BYTES; bytes++) {
    write_file(path, image, bytes);
    ck_assert_msg(rig_client_check(path, &machine, error, sizeof error) == RIG_INVALID,
                  "cut to %zu bytes", bytes);
  }
}
END_TEST

/* Any bytes: no crash, no read beyond the file (the sanitizer preset sees one). */
START_TEST(any_bytes_are_survived) {
  static const char *const dlls[] = {"kernel32.dll", "user32.dll", NULL};
  unsigned char image[IMAGE_BYTES];
  unsigned seed = 1;
  for (unsigned round = 0; round < 4000; round++) {
    make_image(image, dlls);
    for (unsigned i = 0; i < 1 + round % 4; i++) {
      seed = seed * 1664525 + 1013904223;
      image[seed / 7 % (SECTION + 40)] = (unsigned char)(seed >> 24);
    }
    write_file(path, image, sizeof image);
    struct rig_pe pe;
    char name[64];
    if (rig_pe_open(path, &pe, error, sizeof error) == RIG_OK) {
      for (unsigned n = 0; n < 100 && rig_pe_import(&pe, n, name, sizeof name); n++) {
        ck_assert_uint_lt(strlen(name), sizeof name);
      }
      rig_pe_close(&pe);
    }
  }
}
END_TEST

START_TEST(imports_are_listed_in_order) {
  static const char *const dlls[] = {"kernel32.dll", "user32.dll", NULL};
  unsigned char image[IMAGE_BYTES];
  struct rig_pe pe;
  char name[16] = "";
  char small[12] = "untouched";
  make_image(image, dlls);
  write_file(path, image, sizeof image);
  ck_assert_int_eq(rig_pe_open(path, &pe, error, sizeof error), RIG_OK);
  ck_assert(rig_pe_import(&pe, 0, name, sizeof name));
  ck_assert_str_eq(name, "kernel32.dll");
  ck_assert(rig_pe_import(&pe, 1, name, sizeof name));
  ck_assert_str_eq(name, "user32.dll");
  ck_assert(!rig_pe_import(&pe, 2, name, sizeof name));
  ck_assert(!rig_pe_import(&pe, 0, small, sizeof small)); /* one byte short */
  ck_assert_str_eq(small, "untouched");
  rig_pe_close(&pe);
}
END_TEST

START_TEST(the_missing_dll_is_named) {
  static const char *const dlls[] = {"KERNEL32.dll", "api-ms-win-core-x-l1-1-0.dll", "Helper.dll",
                                     NULL};
  static const char *const helper_dlls[] = {"kernel32.dll", "vcruntime140.dll", NULL};
  unsigned char image[IMAGE_BYTES];
  char system[RIG_PATH_BYTES];
  char file[RIG_PATH_BYTES];
  char name[64];
  char importer[64];
  const char *const folders[] = {system, NULL};
  ck_assert(rig_path(system, "%s/system32", folder));
  ck_assert_int_eq(mkdir(system, 0700), 0);
  ck_assert(rig_path(file, "%s/kernel32.dll", system));
  write_file(file, "x", 1);
  make_image(image, dlls);
  write_file(path, image, sizeof image);
  ck_assert(rig_missing_dll(path, folders, name, sizeof name, importer, sizeof importer));
  ck_assert_str_eq(name, "Helper.dll");
  ck_assert_str_eq(importer, "client.exe");

  ck_assert(rig_path(file, "%s/HELPER.DLL", folder)); /* beside it, in other letters */
  make_image(image, helper_dlls);
  write_file(file, image, sizeof image);
  ck_assert(rig_missing_dll(path, folders, name, sizeof name, importer, sizeof importer));
  ck_assert_str_eq(name, "vcruntime140.dll");
  ck_assert_str_eq(importer, "HELPER.DLL");

  ck_assert(rig_path(file, "%s/VCRUNTIME140.dll", system));
  write_file(file, "x", 1);
  ck_assert(!rig_missing_dll(path, folders, name, sizeof name, importer, sizeof importer));
}
END_TEST

static Suite *make_suite(void) {
  Suite *suite = suite_create("live client");
  TCase *cases = tcase_create("client");
  tcase_set_timeout(cases, 60);
  tcase_add_checked_fixture(cases, setup, teardown);
  tcase_add_test(cases, a_sound_program_is_accepted);
  tcase_add_test(cases, each_fault_is_told);
  tcase_add_test(cases, what_is_no_regular_file);
  tcase_add_test(cases, a_path_that_windows_lacks);
  tcase_add_test(cases, no_cut_is_taken_for_a_program);
  tcase_add_test(cases, any_bytes_are_survived);
  tcase_add_test(cases, imports_are_listed_in_order);
  tcase_add_test(cases, the_missing_dll_is_named);
  suite_add_tcase(suite, cases);
  return suite;
}

int main(void) {
  return run_suite(make_suite());
}
