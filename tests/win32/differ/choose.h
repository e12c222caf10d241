/*
 * The random choices that a program is made of.
 */
#ifndef TESTS_WIN32_DIFFER_CHOOSE_H
#define TESTS_WIN32_DIFFER_CHOOSE_H

#include <stddef.h>

#include "differ.h"
#include "machine.h"

#define DIFFER_QS_ALL 0x5FFu /* QS_ALLINPUT of Windows 7 and QS_ALLPOSTMESSAGE */

struct choice {
  uint64_t state;
  struct program *program;
  struct machine machine;
  uint32_t weights[DIFFER_KINDS];
  uint32_t handle_slots; /* how many slots this program uses: the fewer, the more they meet */
  uint32_t window_slots;
  uint32_t times;  /* how many short times it has given, each a little longer than the one before */
  uint32_t target; /* operations */
};

#define ONE_OF(choice, ...)                                                                        \
  choice_one_of((choice), (const uint32_t[]){__VA_ARGS__},                                         \
                sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

uint32_t choice_one_of(struct choice *choice, const uint32_t *values, size_t count);
uint32_t choice_roll(struct choice *choice, uint32_t below);
bool choice_chance(struct choice *choice, uint32_t percent);
/* A thread of `rest` (enum differ_rest) if one is found soon, else any. */
uint32_t choice_thread(struct choice *choice, uint32_t rest);
/* Fills the arguments of operation->kind for operation->thread; `may_block`: else waits are short.
 */
void choose_arguments(struct choice *choice, struct differ_operation *operation, bool may_block);

#endif
