/*
 * Fibres: switching keeps registers, a stack saved is the stack put back, what a deeper call left
 * below the stack pointer is gone, and code that faults, overruns its stack or never yields comes
 * back as a status.
 */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/engine/fibre.h"
#include "unit/suite.h"

#define NO_SANITIZER __attribute__((no_sanitize("address", "undefined")))
#define PATIENCE_MS 40u

static int counter;
static volatile int sink;

static void yields_for_ever(void *argument) {
  int *number = argument;
  for (;;) {
    ++*number;
    rig_fibre_yield();
  }
}

static double now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

START_TEST(test_switch) {
  struct rig_fibre *fibre = rig_fibre_new();
  ck_assert_ptr_nonnull(fibre);
  counter = 0;
  rig_fibre_start(fibre, yields_for_ever, &counter);
  const int rounds = 200000;
  const double from = now_ns();
  for (int i = 0; i < rounds; i++) {
    rig_fibre_run(fibre);
  }
  printf("switch there and back, scrubbed: %.1f ns\n", (now_ns() - from) / rounds);
  ck_assert_int_eq(counter, rounds);
  rig_fibre_free(fibre);
}
END_TEST

/* The callee-saved registers and both control words, filled before a yield and compared after it
 * with what the runner's code made of them meanwhile. */
NO_SANITIZER static void fills_registers(void *argument) {
  uint64_t *wrong = argument;
  const uint32_t control = 0x9fc0;
  const uint16_t x87 = 0x37f;
  uint32_t control_after = 0;
  uint16_t x87_after = 0;
  __asm__ volatile("ldmxcsr %0\n fldcw %1" : : "m"(control), "m"(x87));
  uint64_t got[5];
  __asm__ volatile("movq $11, %%rbx\n movq $12, %%r12\n movq $13, %%r13\n movq $14, %%r14\n"
                   "movq $15, %%r15\n"
                   "pushq %%rdi\n"
                   "movq %%rsp, %%rax\n andq $-16, %%rsp\n pushq %%rax\n pushq %%rax\n"
                   "callq rig_fibre_yield@PLT\n"
                   "popq %%rsp\n"
                   "popq %%rdi\n"
                   "movq %%rbx, (%%rdi)\n movq %%r12, 8(%%rdi)\n movq %%r13, 16(%%rdi)\n"
                   "movq %%r14, 24(%%rdi)\n movq %%r15, 32(%%rdi)\n"
                   :
                   : "D"(got)
                   : "rax", "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "r12", "r13",
                     "r14", "r15", "memory", "cc");
  __asm__ volatile("stmxcsr %0\n fnstcw %1" : "=m"(control_after), "=m"(x87_after));
  for (uint64_t i = 0; i < 5; i++) {
    *wrong += got[i] != 11 + i;
  }
  *wrong += control_after != control;
  *wrong += x87_after != x87;
  rig_fibre_yield();
}

START_TEST(test_registers) {
  struct rig_fibre *fibre = rig_fibre_new();
  uint64_t wrong = 0;
  rig_fibre_start(fibre, fills_registers, &wrong);
  rig_fibre_run(fibre);
  uint32_t control = 0;
  __asm__ volatile("stmxcsr %0" : "=m"(control));
  ck_assert_uint_eq(control & 0xffc0, 0x1f80); /* the runner's own is as it was */
  rig_fibre_run(fibre);
  ck_assert_uint_eq(wrong, 0);
  rig_fibre_free(fibre);
}
END_TEST

static void counts_on_its_stack(void *argument) {
  int local = 0;
  int *volatile where = &local;
  int **out = argument;
  for (;;) {
    ++*where;
    *out = where;
    rig_fibre_yield();
  }
}

START_TEST(test_save_and_load) {
  struct rig_fibre *fibre = rig_fibre_new();
  int *where = NULL;
  rig_fibre_start(fibre, counts_on_its_stack, &where);
  rig_fibre_run(fibre);
  const size_t bytes = rig_fibre_bytes(fibre);
  ck_assert_uint_lt(bytes, 1024);
  char *first = malloc(bytes);
  char *again = malloc(bytes);
  ck_assert_uint_eq(rig_fibre_save(fibre, first), bytes);
  rig_fibre_run(fibre);
  rig_fibre_run(fibre);
  ck_assert_int_eq(*where, 3);
  rig_fibre_load(fibre, first, bytes);
  ck_assert_int_eq(*where, 1);
  ck_assert_uint_eq(rig_fibre_save(fibre, again), bytes);
  ck_assert_mem_eq(first, again, bytes);
  rig_fibre_run(fibre);
  ck_assert_int_eq(*where, 2);
  rig_fibre_free(fibre);
  free(first);
  free(again);
}
END_TEST

/* Leaves `depth` frames full of the number in memory that nobody uses afterwards. */
__attribute__((noinline)) NO_SANITIZER static void leaves_rubbish(int depth, int number) {
  volatile char rubbish[200];
  for (size_t i = 0; i < sizeof rubbish; i++) {
    rubbish[i] = (char)number;
  }
  if (depth > 0) {
    leaves_rubbish(depth - 1, number);
  }
  sink += rubbish[7];
}

/* Yields from a frame whose array was never written: it lies where the rubbish was. */
__attribute__((noinline)) NO_SANITIZER static void yields_deep(void) {
  volatile char hole[300];
  __asm__ volatile("" : : "r"(&hole) : "memory");
  rig_fibre_yield();
  sink += (int)(uintptr_t)&hole[0];
}

NO_SANITIZER static void makes_rubbish(void *argument) {
  const int *number = argument;
  for (;;) {
    leaves_rubbish(5, *number);
    rig_fibre_yield();
    yields_deep();
  }
}

START_TEST(test_rubbish_is_no_state) {
  struct rig_fibre *fibre = rig_fibre_new();
  char states[2][8192];
  size_t bytes[2];
  for (int i = 0; i < 2; i++) {
    int number = 17 + i * 40;
    rig_fibre_start(fibre, makes_rubbish, &counter);
    counter = number;
    rig_fibre_run(fibre);
    counter = 0;
    rig_fibre_run(fibre);
    bytes[i] = rig_fibre_bytes(fibre);
    ck_assert_uint_le(bytes[i], sizeof states[i]);
    rig_fibre_save(fibre, states[i]);
  }
  ck_assert_uint_eq(bytes[0], bytes[1]);
  ck_assert_mem_eq(states[0], states[1], bytes[0]);
  rig_fibre_free(fibre);
}
END_TEST

/* A frame of 40 KiB of which only the far end is touched, announced as a compiler does. */
NO_SANITIZER __attribute__((noinline)) static void leaves_far_rubbish(void) {
  __asm__ volatile("movl $40000, %%eax\n"
                   "callq rig_fibre_probe@PLT\n"
                   "subq %%rax, %%rsp\n"
                   "movq $-1, (%%rsp)\n"
                   "addq %%rax, %%rsp\n"
                   :
                   :
                   : "rax", "memory", "cc");
}

NO_SANITIZER static void makes_far_rubbish(void *argument) {
  (void)argument;
  leaves_far_rubbish();
  rig_fibre_yield();
}

START_TEST(test_far_rubbish) {
  struct rig_fibre *fibre = rig_fibre_new();
  rig_fibre_start(fibre, makes_far_rubbish, NULL);
  rig_fibre_run(fibre);
  uintptr_t low;
  uintptr_t high;
  rig_fibre_range(fibre, &low, &high);
  const uintptr_t sp = rig_fibre_pointer(fibre);
  ck_assert_uint_gt(sp - low, 100000);
  for (uintptr_t at = low; at < sp; at++) {
    if (*(const char *)at != 0) {
      ck_abort_msg("%lu bytes below the stack pointer", (unsigned long)(sp - at));
    }
  }
  rig_fibre_free(fibre);
}
END_TEST

/* ---- the guard ---- */

NO_SANITIZER static void writes_to_null(void *argument) {
  (void)argument;
  volatile int *volatile nowhere = (volatile int *)(uintptr_t)8;
  *nowhere = 1;
}
NO_SANITIZER static void divides(void *argument) {
  (void)argument;
  __asm__ volatile("xorl %%ecx, %%ecx\n movl $1, %%eax\n cltd\n idivl %%ecx"
                   :
                   :
                   : "eax", "ecx", "edx");
}
static void is_illegal(void *argument) {
  (void)argument;
  __asm__ volatile("ud2");
}
static void breaks(void *argument) {
  (void)argument;
  __asm__ volatile("int3");
}
static void jumps_to_null(void *argument) {
  (void)argument;
  void (*volatile nowhere)(void) = (void (*)(void))(uintptr_t)16;
  nowhere();
}
NO_SANITIZER __attribute__((noinline)) static int recurses(volatile int *number) {
  volatile char some[500];
  some[0] = (char)*number;
  return ++*number == 0 ? 0 : recurses(number) + some[0];
}
NO_SANITIZER static void never_ends_recursion(void *argument) {
  recurses(argument);
}
NO_SANITIZER static void loops(void *argument) {
  (void)argument;
  for (;;) {
    __asm__ volatile("");
  }
}
NO_SANITIZER static void probes_far(void *argument) {
  (void)argument;
  __asm__ volatile("movl $10000000, %%eax\n callq rig_fibre_probe@PLT" : : : "rax", "memory");
}

static const struct {
  const char *name;
  void (*entry)(void *argument);
  enum rig_fibre_end end;
  int signal;
} bad[] = {
    {"null", writes_to_null, RIG_FIBRE_FAULTED, SIGSEGV},
    {"division", divides, RIG_FIBRE_FAULTED, SIGFPE},
    {"illegal", is_illegal, RIG_FIBRE_FAULTED, SIGILL},
    {"int3", breaks, RIG_FIBRE_FAULTED, SIGTRAP},
    {"jump", jumps_to_null, RIG_FIBRE_FAULTED, SIGSEGV},
    {"recursion", never_ends_recursion, RIG_FIBRE_OVERRAN, SIGSEGV},
    {"large frame", probes_far, RIG_FIBRE_OVERRAN, SIGSEGV},
    {"loop", loops, RIG_FIBRE_RUNS_ON, SIGVTALRM},
};

START_TEST(test_guard) {
  char error[200] = "";
  ck_assert_int_eq(rig_fibre_guard(PATIENCE_MS, error, sizeof error), RIG_OK);
  struct rig_fibre *fibre = rig_fibre_new();
  int argument = 0;
  for (int round = 0; round < 3; round++) {
    struct rig_crash crash = {.signal = 0};
    rig_fibre_start(fibre, bad[_i].entry, &argument);
    ck_assert_int_eq(rig_fibre_run_guarded(fibre, &crash), bad[_i].end);
    ck_assert_int_eq(crash.signal, bad[_i].signal);
    if (bad[_i].entry == writes_to_null) {
      ck_assert_uint_eq(crash.address, 8);
      ck_assert_uint_lt(crash.code - (uintptr_t)writes_to_null, 64);
    } else if (bad[_i].entry == jumps_to_null) {
      ck_assert_uint_eq(crash.code, 16);
    }
    /* The stack is fit for the next start, and the signals are as they were. */
    rig_fibre_start(fibre, yields_for_ever, &argument);
    argument = 0;
    ck_assert_int_eq(rig_fibre_run_guarded(fibre, &crash), RIG_FIBRE_YIELDED);
    ck_assert_int_eq(rig_fibre_run_guarded(fibre, &crash), RIG_FIBRE_YIELDED);
    ck_assert_int_eq(argument, 2);
  }
  rig_fibre_free(fibre);
  rig_fibre_unguard();
}
END_TEST

/* Yielding in time is enough, however long it takes in all. */
START_TEST(test_patience_is_for_one_run) {
  char error[200] = "";
  ck_assert_int_eq(rig_fibre_guard(8, error, sizeof error), RIG_OK);
  struct rig_fibre *fibre = rig_fibre_new();
  rig_fibre_start(fibre, yields_for_ever, &counter);
  const double until = now_ns() + 60e6;
  while (now_ns() < until) {
    struct rig_crash crash;
    ck_assert_int_eq(rig_fibre_run_guarded(fibre, &crash), RIG_FIBRE_YIELDED);
  }
  rig_fibre_free(fibre);
  rig_fibre_unguard();
}
END_TEST

/* A fault of mapirig itself is not swallowed. */
START_TEST(test_own_fault) {
  char error[200] = "";
  signal(SIGSEGV, SIG_DFL); /* a sanitizer's report would end it in another way */
  ck_assert_int_eq(rig_fibre_guard(PATIENCE_MS, error, sizeof error), RIG_OK);
  writes_to_null(NULL);
}
END_TEST

/* gs: shows a thread environment block, whose last error is the fibre's own. */
static void changes_last_error(void *argument) {
  uint64_t *seen = argument;
  for (;;) {
    uint32_t error;
    __asm__ volatile("movl %%gs:0x68, %0\n movq %%gs:0x48, %1\n movq %%gs:8, %2\n"
                     "movq %%gs:0x30, %3\n movq %%gs:0x10, %4"
                     : "=r"(error), "=r"(seen[1]), "=r"(seen[2]), "=r"(seen[3]), "=r"(seen[4]));
    seen[0] = error;
    error += 5;
    __asm__ volatile("movl %0, %%gs:0x68" : : "r"(error));
    rig_fibre_yield();
  }
}

START_TEST(test_environment_block) {
  struct rig_fibre *fibres[2] = {rig_fibre_new(), rig_fibre_new()};
  uint64_t seen[2][5];
  for (uint32_t i = 0; i < 2; i++) {
    rig_fibre_name(fibres[i], 0x100 + 4 * i);
    rig_fibre_start(fibres[i], changes_last_error, seen[i]);
  }
  rig_fibre_run(fibres[0]);
  rig_fibre_run(fibres[0]);
  rig_fibre_run(fibres[1]);
  ck_assert_uint_eq(seen[0][0], 5);
  ck_assert_uint_eq(seen[1][0], 0);
  for (uint32_t i = 0; i < 2; i++) {
    uintptr_t low;
    uintptr_t high;
    rig_fibre_range(fibres[i], &low, &high);
    ck_assert_uint_eq(seen[i][1], 0x100 + 4 * i);
    ck_assert_uint_eq(seen[i][2], high);
    ck_assert_uint_eq(seen[i][3], (uintptr_t)rig_fibre_teb());
    ck_assert_uint_eq(seen[i][4], low);
    rig_fibre_free(fibres[i]);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("fibre");
  TCase *cases = tcase_create("fibre");
  tcase_add_test(cases, test_switch);
  tcase_add_test(cases, test_registers);
  tcase_add_test(cases, test_save_and_load);
  tcase_add_test(cases, test_rubbish_is_no_state);
  tcase_add_test(cases, test_far_rubbish);
  tcase_add_loop_test(cases, test_guard, 0, sizeof bad / sizeof *bad);
  tcase_add_test(cases, test_patience_is_for_one_run);
  tcase_add_test_raise_signal(cases, test_own_fault, SIGSEGV);
  tcase_add_test(cases, test_environment_block);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
