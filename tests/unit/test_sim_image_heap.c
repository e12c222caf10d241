/*
 * The heap of an image, in both modes, and what saving and loading cost.
 */
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "sim_objects.h"
#include "unit/suite.h"

static const char *const files[] = {OBJECT("g-other.o"), NULL};

static struct rig_image *guarded_image(void) {
  struct rig_image *image = NULL;
  char error[ERROR_BYTES] = "";
  const struct rig_image_options options = {.paths = files, .path_count = 1, .guarded = true};
  ck_assert_msg(rig_image_load(&options, &image, error, sizeof error) == RIG_OK, "%s", error);
  return image;
}

static size_t saved(const struct rig_image *image, void **out) {
  *out = realloc(*out, rig_image_state_bytes(image));
  return rig_image_save(image, *out);
}

START_TEST(the_heap_forgets) {
  struct rig_image *image = load_image(NULL, NULL, files);
  void *before = NULL;
  void *after = NULL;
  const uint64_t one = rig_image_allocate(image, 24);
  const uint64_t two = rig_image_allocate(image, 100);
  const size_t bytes = saved(image, &before);
  ck_assert_uint_ne(one, 0);
  ck_assert_uint_eq(one % 16, 0);
  ck_assert_uint_eq(rig_image_block_bytes(image, one), 24);
  const uint64_t three = rig_image_allocate(image, 1000);
  const uint64_t four = rig_image_allocate(image, 7);
  memset((void *)(uintptr_t)three, 1, 1000);
  memset((void *)(uintptr_t)four, 1, 7);
  ck_assert(rig_image_release(image, three));
  ck_assert(rig_image_release(image, four));
  ck_assert_uint_eq(saved(image, &after), bytes);
  ck_assert_mem_eq(before, after, bytes); /* another history, the same state */
  ck_assert(rig_image_release(image, one));
  ck_assert(rig_image_release(image, two));
  ck_assert_uint_eq(saved(image, &after), 8);
  ck_assert_uint_eq(rig_image_allocate(image, 24), one);
  free(before);
  free(after);
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

START_TEST(what_is_no_block_is_not_freed) {
  struct rig_image *image = _i == 0 ? load_image(NULL, NULL, files) : guarded_image();
  const uint64_t one = rig_image_allocate(image, 40);
  const uint64_t two = rig_image_allocate(image, 0);
  ck_assert_uint_ne(two, 0);
  ck_assert(!rig_image_release(image, one + 16));
  ck_assert(!rig_image_release(image, one + 1));
  ck_assert(!rig_image_release(image, 0));
  ck_assert(!rig_image_release(image, UINT64_MAX));
  ck_assert(rig_image_release(image, one));
  ck_assert(!rig_image_release(image, one)); /* twice */
  ck_assert_uint_eq(rig_image_block_bytes(image, one), 0);
  ck_assert(rig_image_release(image, two));
  ck_assert_ptr_null(rig_image_heap_damage(image));
  ck_assert_uint_eq(rig_image_allocate(image, UINT64_MAX), 0);
  ck_assert_uint_eq(rig_image_allocate(image, 1u << 30), 0);
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

/* Random use, against a list of what is allocated: no two blocks meet, contents stay. */
START_TEST(blocks_do_not_meet) {
  struct rig_image *image = _i == 0 ? load_image(NULL, NULL, files) : guarded_image();
  struct {
    uint8_t *at;
    size_t bytes;
  } blocks[64] = {{NULL, 0}};
  uint32_t random = 1;
  for (int step = 0; step < 4000; step++) {
    random = random * 1664525u + 1013904223u;
    const size_t i = random >> 8 & 63u;
    for (size_t j = 0; blocks[i].at != NULL && j < blocks[i].bytes; j++) {
      ck_assert_uint_eq(blocks[i].at[j], i);
    }
    if (blocks[i].at != NULL) {
      ck_assert(rig_image_release(image, (uint64_t)(uintptr_t)blocks[i].at));
      blocks[i].at = NULL;
    } else {
      blocks[i].bytes = random >> 16 & 255u;
      blocks[i].at = (uint8_t *)(uintptr_t)rig_image_allocate(image, blocks[i].bytes);
      ck_assert_ptr_nonnull(blocks[i].at);
      ck_assert(rig_image_holds(image, (uint64_t)(uintptr_t)blocks[i].at, blocks[i].bytes, true));
      memset(blocks[i].at, (int)i, blocks[i].bytes);
    }
  }
  for (size_t i = 0; i < 64; i++) {
    ck_assert(blocks[i].at == NULL || rig_image_release(image, (uint64_t)(uintptr_t)blocks[i].at));
  }
  ck_assert_ptr_null(rig_image_heap_damage(image));
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

START_TEST(a_full_heap_says_so) {
  struct rig_image *image = _i == 0 ? load_image(NULL, NULL, files) : guarded_image();
  uint64_t last = 1;
  size_t count = 0;
  while (last != 0) {
    last = rig_image_allocate(image, 1u << 20);
    count++;
  }
  ck_assert_uint_gt(count, 10);
  ck_assert_uint_lt(count, 100);
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

START_TEST(overruns_are_told) {
  struct rig_image *image = load_image(NULL, NULL, files);
  const uint64_t one = rig_image_allocate(image, 16);
  const uint64_t two = rig_image_allocate(image, 16);
  memset((void *)(uintptr_t)one, 1, 24);
  ck_assert(!rig_image_release(image, two));
  ck_assert(!rig_image_release(image, one));
  ck_assert_uint_eq(rig_image_allocate(image, 16), 0);
  ck_assert_ptr_nonnull(rig_image_heap_damage(image));
  ck_assert_ptr_null(rig_image_free(image));
  image = load_image(NULL, NULL, files);
  const uint64_t last = rig_image_allocate(image, 16);
  memset((void *)(uintptr_t)last, 1, 40); /* behind the last block */
  ck_assert_uint_eq(rig_image_allocate(image, 64), 0);
  ck_assert_ptr_nonnull(rig_image_heap_damage(image));
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

static volatile uint8_t *guarded_block(struct rig_image *image, bool freed) {
  ck_assert_ptr_ne((void *)signal(SIGSEGV, SIG_DFL), (void *)SIG_ERR); /* not the sanitizer's */
  const uint64_t block = rig_image_allocate(image, 32);
  ck_assert_uint_ne(block, 0);
  *(volatile uint8_t *)(uintptr_t)(block + 31) = 1;
  ck_assert(!freed || rig_image_release(image, block));
  return (volatile uint8_t *)(uintptr_t)block;
}

START_TEST(guarded_overruns_fault) {
  guarded_block(guarded_image(), false)[32] = 1;
}
END_TEST

START_TEST(guarded_use_after_free_faults) {
  (void)guarded_block(guarded_image(), true)[0];
}
END_TEST

START_TEST(guarded_states_come_back) {
  struct rig_image *image = guarded_image();
  void *state = NULL;
  const uint64_t one = rig_image_allocate(image, 40);
  memset((void *)(uintptr_t)one, 7, 40);
  const size_t bytes = saved(image, &state);
  ck_assert(rig_image_release(image, one));
  const uint64_t two = rig_image_allocate(image, 40);
  ck_assert_uint_ne(two, one);
  rig_image_load_state(image, state, bytes);
  ck_assert_uint_eq(rig_image_block_bytes(image, two), 0);
  ck_assert_uint_eq(rig_image_block_bytes(image, one), 40);
  ck_assert_uint_eq(*(const uint8_t *)(uintptr_t)(one + 39), 7);
  ck_assert_uint_eq(rig_image_allocate(image, 40), two);
  free(state);
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

static double nanoseconds(void) {
  struct timespec now;
  ck_assert_int_eq(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now), 0);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Little data and no heap: a save and a load under 30 ns each on an idle machine; the test allows
 * for a slow and sanitised one. */
START_TEST(little_state_is_cheap) {
  struct rig_image *image = load_image(NULL, NULL, files);
  void *state = NULL;
  size_t bytes = saved(image, &state);
  *(volatile int *)(uintptr_t)rig_image_symbol(image, "helper_counter") = 5;
  double best[2] = {1e9, 1e9};
  for (int round = 0; round < 20; round++) {
    const double begin = nanoseconds();
    for (int i = 0; i < 10000; i++) {
      bytes = rig_image_save(image, state);
      __asm__ volatile("" ::: "memory");
    }
    const double middle = nanoseconds();
    for (int i = 0; i < 10000; i++) {
      rig_image_load_state(image, state, bytes);
      __asm__ volatile("" ::: "memory");
    }
    const double save = (middle - begin) / 10000;
    const double load = (nanoseconds() - middle) / 10000;
    best[0] = save < best[0] ? save : best[0];
    best[1] = load < best[1] ? load : best[1];
  }
  (void)printf("save %.1f ns, load %.1f ns\n", best[0], best[1]);
  ck_assert_double_lt(best[0], 1000);
  ck_assert_double_lt(best[1], 1000);
  free(state);
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

static Suite *make_suite(void) {
  Suite *suite = suite_create("sim image, heap");
  TCase *cases = tcase_create("heap");
  tcase_set_timeout(cases, 60); /* for a sanitised build on a busy machine */
  tcase_add_test(cases, the_heap_forgets);
  tcase_add_loop_test(cases, what_is_no_block_is_not_freed, 0, 2);
  tcase_add_loop_test(cases, blocks_do_not_meet, 0, 2);
  tcase_add_loop_test(cases, a_full_heap_says_so, 0, 2);
  tcase_add_test(cases, overruns_are_told);
  tcase_add_test_raise_signal(cases, guarded_overruns_fault, SIGSEGV);
  tcase_add_test_raise_signal(cases, guarded_use_after_free_faults, SIGSEGV);
  tcase_add_test(cases, guarded_states_come_back);
  tcase_add_test(cases, little_state_is_cheap);
  suite_add_tcase(suite, cases);
  return suite;
}

int main(void) {
  return run_suite(make_suite());
}
