/*
 * Reports of AddressSanitizer, as gcc's run-time library writes them: in one line, without an
 * address, and with the pump's own places.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "sim/native.h"

#define LOW 0x7f0000001000u
#define HIGH 0x7f0000005000u

static const char freed[] =
    "=================================================================\n"
    "==17==ERROR: AddressSanitizer: heap-use-after-free on address 0x603000000044 at pc "
    "0x7f0000001470 bp 0x3d00 sp 0x3cf8\n"
    "READ of size 1 at 0x603000000044 thread T0\n"
    "    #0 0x7f000000146e  (/a/pump.so+0x146e) (BuildId: 12)\n"
    "    #1 0x55ad9468e220  (/b/mapirig+0x53220)\n"
    "\n"
    "0x603000000044 is located 4 bytes inside of 20-byte region [0x603000000040,0x603000000054)\n"
    "freed by thread T0 here:\n"
    "    #0 0x7f1111111111  (/lib/libasan.so.8+0xb8)\n"
    "    #1 0x7f000000149a  (/a/pump.so+0x149a)\n"
    "\n"
    "previously allocated by thread T0 here:\n"
    "    #0 0x7f1111111122  (/lib/libasan.so.8+0xb9)\n"
    "    #1 0x7f0000001400  (/a/pump.so+0x1400)\n"
    "    #2 0x7f00000014ff  (/a/pump.so+0x14ff)\n"
    "\n"
    "SUMMARY: AddressSanitizer: heap-use-after-free (/a/pump.so+0x146e) \n";

static const char twice[] =
    "==17==ERROR: AddressSanitizer: attempting double-free on 0x602000000010 in thread T0:\n"
    "    #0 0x7f1111111111  (/lib/libasan.so.8+0xb8)\n"
    "    #1 0x7f00000017d2  (/a/pump.so+0x17d2)\n"
    "\n"
    "0x602000000010 is located 0 bytes inside of 12-byte region [0x602000000010,0x60200000001c)\n"
    "freed by thread T0 here:\n"
    "    #0 0x7f1111111111  (/lib/libasan.so.8+0xb8)\n"
    "\n"
    "previously allocated by thread T0 here:\n"
    "    #1 0x7f0000001700  (/a/pump.so+0x1700)\n";

static const char on_a_stack[] =
    "==17==ERROR: AddressSanitizer: stack-buffer-overflow on address 0x3d0000012345 at pc 0x1\n"
    "WRITE of size 16 at 0x3d0000012345 thread T0\n"
    "    #0 0x7f00000013c7  (/a/pump.so+0x13c7)\n"
    "\n"
    "Address 0x3d0000012345 is located in stack of thread T0 at offset 56 in frame\n"
    "    #0 0x7f0000001300  (/a/pump.so+0x1300)\n";

static const struct {
  const char *report;
  const char *words;
  struct rig_native_places places; /* one behind what is printed: as return addresses are */
} reports[] = {
    {freed,
     "heap-use-after-free: reads 1 byte, 4 bytes inside of 20-byte region",
     {0x7f000000146f, 0x7f0000001401, 0x7f000000149b}},
    {twice, "double-free, 0 bytes inside of 12-byte region", {0x7f00000017d3, 0x7f0000001701, 0}},
    {on_a_stack,
     "stack-buffer-overflow: writes 16 bytes, beside a variable of a frame",
     {0x7f00000013c8, 0, 0}},
    {"", "AddressSanitizer reports an error", {0, 0, 0}},
    {"nothing that is known\n\n", "AddressSanitizer reports an error", {0, 0, 0}},
    {"ERROR: AddressSanitizer: ", "", {0, 0, 0}},
    {"ERROR: AddressSanitizer: SEGV", "SEGV", {0, 0, 0}},
};

START_TEST(test_reports) {
  char out[300];
  struct rig_native_places places;
  rig_native_read_report(reports[_i].report, LOW, HIGH, out, sizeof out, &places);
  ck_assert_str_eq(out, reports[_i].words);
  ck_assert_uint_eq(places.at, reports[_i].places.at);
  ck_assert_uint_eq(places.made, reports[_i].places.made);
  ck_assert_uint_eq(places.freed, reports[_i].places.freed);
}
END_TEST

/* Cut anywhere, and into room of any size: no more is written than there is room for. */
START_TEST(test_cut_reports) {
  const size_t length = strlen(freed);
  for (size_t cut = 0; cut <= length; cut += 7) {
    char *report = malloc(cut + 1);
    memcpy(report, freed, cut);
    report[cut] = '\0';
    for (size_t size = 1; size < 100; size += 9) {
      char *out = malloc(size);
      struct rig_native_places places;
      rig_native_read_report(report, LOW, HIGH, out, size, &places);
      ck_assert_uint_lt(strlen(out), size);
      free(out);
    }
    free(report);
  }
}
END_TEST

START_TEST(test_files) {
  char name[64];
  char error[600] = "";
  uint64_t entry = 0;
  ck_assert(rig_native_is("/proc/self/exe"));
  ck_assert(!rig_native_is(RIG_SOURCE_DIR "/README.md"));
  ck_assert(!rig_native_is(RIG_SOURCE_DIR "/no-such-file"));
  ck_assert(!rig_native_is(RIG_SOURCE_DIR));
#ifndef __SANITIZE_ADDRESS__ /* there it is in the process */
  ck_assert(!rig_native_needs(RIG_SOURCE_DIR "/README.md", name, sizeof name, error, sizeof error));
  ck_assert_ptr_nonnull(strstr(error, "-fsanitize=address"));
  ck_assert_int_ne(rig_native_load("/proc/self/exe", "pump", &entry, error, sizeof error), RIG_OK);
  ck_assert_ptr_nonnull(strstr(error, "could not be loaded"));
#else
  ck_assert(rig_native_needs("/proc/self/exe", name, sizeof name, error, sizeof error));
  ck_assert_str_eq(name, "");
  ck_assert_int_ne(
      rig_native_load(RIG_SOURCE_DIR "/README.md", "pump", &entry, error, sizeof error), RIG_OK);
  ck_assert_ptr_nonnull(strstr(error, "cannot be loaded"));
#endif
}
END_TEST

int main(void) {
  Suite *suite = suite_create("sim native");
  TCase *cases = tcase_create("native");
  tcase_add_loop_test(cases, test_reports, 0, (int)(sizeof reports / sizeof *reports));
  tcase_add_test(cases, test_cut_reports);
  tcase_add_test(cases, test_files);
  suite_add_tcase(suite, cases);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
