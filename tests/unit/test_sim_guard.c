/*
 * The guarded heap under a program: what goes wrong is told with the calls that allocated and
 * freed, and what is right stays right, in as many states as without a guard.
 */
#include <stdio.h>

#include "sim/engine/access.h"
#include "unit/sim_objects.h"
#include "unit/sim_pumps.h"
#include "unit/suite.h"

static const char *const objects[] = {OBJECT("g-memory.o"), OBJECT("c-memory.o")};

struct program {
  struct rig_engine *engine;
  struct actor actors[2];
};

/* With a poster of two messages to the pump's window, and one who sets the stop. */
static void load(struct program *program, int object, const char *entry, enum rig_guard guarded) {
  memset(program, 0, sizeof *program);
  program->engine = new_engine((struct rig_engine_options){.paths = &objects[object],
                                                           .path_count = 1,
                                                           .entry = entry,
                                                           .guarded = guarded,
                                                           .retrievals_max = 50,
                                                           .patience_ms = 200});
  const uint32_t stop = rig_win_event_new(rig_engine_world(program->engine), true, false, 0, NULL);
  const uint64_t code = rig_image_symbol(rig_engine_image(program->engine), entry);
  const uint64_t arguments[4] = {stop};
  ck_assert_uint_eq(rig_engine_thread(program->engine, code, arguments), 0);
  const uint32_t window = rig_engine_mapi_window(program->engine, 0, RIG_WINDOW_NOTIFICATION);
  program->actors[0] = (struct actor){.left = 2, .what = ACT_POST, .target = window};
  program->actors[1] = (struct actor){.left = 1, .what = ACT_SET, .target = stop};
  add_actor(program->engine, &program->actors[0]);
  add_actor(program->engine, &program->actors[1]);
}

/* ---- good programs ---- */

static const char *const good[] = {"allocates_for_each", "allocates_each_second", "keeps_a_list",
                                   "resizes"};
#define GOOD (int)(sizeof good / sizeof *good)

START_TEST(test_good) {
  struct rig_exploration results[3];
  for (int guarded = RIG_GUARD_NONE; guarded <= RIG_GUARD_BEGIN; guarded++) {
    struct program program;
    struct findings findings;
    load(&program, _i / GOOD, good[_i % GOOD], (enum rig_guard)guarded);
    results[guarded] = explore(program.engine, &findings);
    ck_assert_uint_eq(findings.count[RIG_SIM_CRASH], 0);
    ck_assert_msg(results[guarded].complete, "%s", findings.message);
    rig_engine_free(program.engine);
  }
  printf("%s: %llu states, %llu guarded\n", good[_i % GOOD], (unsigned long long)results[0].states,
         (unsigned long long)results[1].states);
  for (int end = 0; end < RIG_SIM_END_COUNT; end++) {
    ck_assert_int_eq(results[0].ends[end] > 0, results[1].ends[end] > 0);
    ck_assert_uint_eq(results[1].ends[end], results[2].ends[end]);
  }
  ck_assert_uint_eq(results[1].states, results[2].states);
  /* What is still pointed at, from a slot of a frame that is not used any more, is told apart; a
   * sanitizer's own frames tell more states apart, with a guard or without. */
  ck_assert_uint_le(results[1].states, 2 * results[0].states);
}
END_TEST

/* ---- bad ones ---- */

static const struct {
  const char *entry;
  enum rig_guard guarded;
  const char *words[3];
} bad[] = {
    {"reads_past_the_end", RIG_GUARD_NONE, {NULL}},
    {"reads_past_the_end",
     RIG_GUARD_END,
     {"main reads 4 bytes at 4 bytes past the end of a block of 32 bytes",
      "it was allocated by reads_past_the_end+0x"}},
    {"writes_past_the_end",
     RIG_GUARD_END,
     {"main writes 8 bytes at 8 bytes past the end of a block of 32 bytes"}},
    {"writes_past_the_end",
     RIG_GUARD_BEGIN,
     {"main wrote at 8 bytes past the end of a block of 32 bytes", "the code before"}},
    {"writes_into_the_padding",
     RIG_GUARD_END,
     {"main wrote at just past the end of a block of 20 bytes", "the code before"}},
    {"writes_before", RIG_GUARD_END, {"main wrote at 1 byte before a block of 20 bytes"}},
    {"writes_before", RIG_GUARD_BEGIN, {"main writes 1 byte at 1 byte before a block of 20 bytes"}},
    {"reads_before", RIG_GUARD_END, {NULL}}, /* within its page: only the other side sees it */
    {"reads_before", RIG_GUARD_BEGIN, {"main reads 2 bytes at 2 bytes before a block of 20"}},
    {"reads_freed",
     RIG_GUARD_END,
     {"main reads 1 byte at byte 3 of a freed block of 10 bytes", "allocated by reads_freed+0x",
      "freed by "}},
    {"copies_freed", RIG_GUARD_BEGIN, {"main reads ", "of a freed block of 10 bytes"}},
    {"frees_twice",
     RIG_GUARD_END,
     {"main frees a block of 10 bytes a second time", "allocated by frees_twice+0x", "freed by "}},
    {"frees_the_middle",
     RIG_GUARD_END,
     {"main frees what is no block but lies at byte 8 of a block of 40 bytes"}},
    {"uses_empty", RIG_GUARD_END, {"main reads 1 byte at just past the end of a block of 0 bytes"}},
    {"uses_empty", RIG_GUARD_BEGIN, {"just past the end of a block of 0 bytes"}},
    {"frees_what_the_loop_uses",
     RIG_GUARD_END,
     {"main writes 1 byte at byte 0 of a freed block of 16 bytes",
      "allocated by frees_what_the_loop_uses+0x", "freed by free_shared+0x"}},
};
#define BAD (int)(sizeof bad / sizeof *bad)

START_TEST(test_bad) {
  struct program program;
  struct findings findings;
  load(&program, _i / BAD, bad[_i % BAD].entry, bad[_i % BAD].guarded);
  const char *const *words = bad[_i % BAD].words;
  const struct rig_exploration result = explore(program.engine, &findings);
  if (words[0] == NULL) {
    ck_assert_msg(findings.count[RIG_SIM_CRASH] == 0, "%s", findings.message);
  } else {
    ck_assert_msg(findings.count[RIG_SIM_CRASH] > 0, "%s", bad[_i % BAD].entry);
    ck_assert_msg(result.ends[RIG_SIM_COMPLETE] > 0, "%s: on every schedule", bad[_i % BAD].entry);
  }
  for (int i = 0; i < 3 && words[i] != NULL; i++) {
    ck_assert_msg(strstr(findings.message, words[i]) != NULL, "%s: %s", bad[_i % BAD].entry,
                  findings.message);
  }
  /* What was written beside a block is mended: the next exploration finds the same. */
  const struct rig_exploration again = explore(program.engine, &findings);
  ck_assert_uint_eq(again.states, result.states);
  ck_assert_uint_eq(again.ends[RIG_SIM_CRASH], result.ends[RIG_SIM_CRASH]);
  rig_engine_free(program.engine);
}
END_TEST

/* ---- the heap by itself ---- */

static struct rig_image *guarded_image(enum rig_guard guarded) {
  struct rig_image *image = NULL;
  char error[ERROR_BYTES] = "";
  const struct rig_image_options options = {.paths = objects, .path_count = 1, .guarded = guarded};
  ck_assert_msg(rig_image_load(&options, &image, error, sizeof error) == RIG_OK, "%s", error);
  return image;
}

START_TEST(test_what_is_pointed_at_stays_closed) {
  struct rig_image *image = guarded_image((enum rig_guard)_i);
  const uint64_t one = rig_image_allocate(image, 40);
  uint64_t *two = (uint64_t *)(uintptr_t)rig_image_allocate(image, 24);
  uint64_t stack[3] = {0, one + 12, 0};
  *two = 0;
  ck_assert(rig_image_release(image, one));
  ck_assert(rig_image_freed(image));
  rig_image_scan(image, stack, sizeof stack, sizeof(uint32_t));
  rig_image_forget(image);
  ck_assert(rig_image_freed(image)); /* a stack points at it */
  *two = one + 40;
  rig_image_forget(image);
  ck_assert(rig_image_freed(image)); /* the other block points behind its end */
  ck_assert_uint_ne(rig_image_allocate(image, 40), one);
  *two = one << 8;
  rig_image_forget(image);
  ck_assert(!rig_image_freed(image));
  ck_assert_uint_eq(rig_image_allocate(image, 40), one); /* the same place again */
  stack[0] = one;
  rig_image_scan(image, (const char *)stack + 1, sizeof stack - 1, 1);
  ck_assert(!rig_image_freed(image)); /* what lives is not touched by being seen */
  ck_assert_uint_eq(rig_image_block_bytes(image, one), 40);
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

START_TEST(test_states_are_what_is_allocated) {
  struct rig_image *image = guarded_image((enum rig_guard)_i);
  char *before = malloc(rig_image_state_bytes(image));
  char *after = malloc(rig_image_state_bytes(image));
  const uint64_t one = rig_image_allocate(image, 24);
  memset((void *)(uintptr_t)one, 1, 24);
  const size_t bytes = rig_image_save(image, before);
  const uint64_t two = rig_image_allocate(image, 5000);
  const uint64_t three = rig_image_allocate(image, 1);
  *(char *)(uintptr_t)two = 2;
  ck_assert(rig_image_release(image, two));
  ck_assert_uint_gt(rig_image_save(image, after), bytes);
  ck_assert(rig_image_release(image, three));
  rig_image_forget(image);
  ck_assert_uint_eq(rig_image_save(image, after), bytes);
  ck_assert_mem_eq(before, after, bytes);
  ck_assert(rig_image_release(image, one));
  *(char *)(uintptr_t)rig_image_allocate(image, 9000) = 3;
  rig_image_load_state(image, before, bytes);
  ck_assert_uint_eq(rig_image_save(image, after), bytes);
  ck_assert_mem_eq(before, after, bytes);
  ck_assert_uint_eq(*(const uint8_t *)(uintptr_t)(one + 23), 1);
  free(before);
  free(after);
  ck_assert_ptr_null(rig_image_free(image));
}
END_TEST

/* ---- instructions ---- */

static const struct {
  unsigned bytes;
  uint8_t code[8];
} instructions[] = {
    {4, {0x8b, 0x01}},                      /* mov (%rcx), %eax */
    {8, {0x48, 0x8b, 0x01}},                /* mov (%rcx), %rax */
    {2, {0x66, 0x89, 0x01}},                /* mov %ax, (%rcx) */
    {1, {0x88, 0x41, 0x18}},                /* mov %al, 24(%rcx) */
    {1, {0xc6, 0x01, 0x07}},                /* movb $7, (%rcx) */
    {8, {0x48, 0xc7, 0x01, 0x07, 0, 0, 0}}, /* movq $7, (%rcx) */
    {1, {0x41, 0x0f, 0xb6, 0x00}},          /* movzbl (%r8), %eax */
    {2, {0x0f, 0xbf, 0x01}},                /* movswl (%rcx), %eax */
    {4, {0x48, 0x63, 0x01}},                /* movslq (%rcx), %rax */
    {4, {0xf0, 0x0f, 0xc1, 0x01}},          /* lock xadd %eax, (%rcx) */
    {4, {0x83, 0x01, 0x01}},                /* addl $1, (%rcx) */
    {8, {0xff, 0x11}},                      /* call *(%rcx) */
    {4, {0xff, 0x01}},                      /* incl (%rcx) */
    {16, {0x0f, 0x11, 0x01}},               /* movups %xmm0, (%rcx) */
    {8, {0xf2, 0x0f, 0x10, 0x01}},          /* movsd (%rcx), %xmm0 */
    {4, {0xf3, 0x0f, 0x11, 0x01}},          /* movss %xmm0, (%rcx) */
    {16, {0x66, 0x0f, 0x6f, 0x01}},         /* movdqa (%rcx), %xmm0 */
    {8, {0x66, 0x48, 0x0f, 0x6e, 0x01}},    /* movq (%rcx), %xmm0 */
    {0, {0xf3, 0xa4}},                      /* rep movsb */
    {0, {0xc5, 0xf8, 0x11, 0x01}},          /* vmovups %xmm0, (%rcx) */
    {0, {0x66}},                            /* cut off */
};
#define INSTRUCTIONS (int)(sizeof instructions / sizeof *instructions)

START_TEST(test_widths) {
  const size_t room = _i + 1 == INSTRUCTIONS ? 1 : sizeof instructions[_i].code;
  ck_assert_uint_eq(rig_access_bytes(instructions[_i].code, room), instructions[_i].bytes);
  for (size_t cut = 0; cut < room; cut++) { /* never beyond what can be read */
    uint8_t *part = malloc(cut + 1);
    memcpy(part, instructions[_i].code, cut);
    (void)rig_access_bytes(part, cut);
    free(part);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("sim guard");
  TCase *cases = tcase_create("guard");
  tcase_set_timeout(cases, 60);
  tcase_add_loop_test(cases, test_good, 0, 2 * GOOD);
  tcase_add_loop_test(cases, test_bad, 0, 2 * BAD);
  tcase_add_loop_test(cases, test_what_is_pointed_at_stays_closed, RIG_GUARD_END,
                      RIG_GUARD_BEGIN + 1);
  tcase_add_loop_test(cases, test_states_are_what_is_allocated, RIG_GUARD_END, RIG_GUARD_BEGIN + 1);
  tcase_add_loop_test(cases, test_widths, 0, INSTRUCTIONS);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
