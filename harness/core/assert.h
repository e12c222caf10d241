/*
 * Assertions that stay on in every build, native and PE.
 *
 * Not <assert.h>: a failed assert in a windowed program under Wine waits on a dialog that nobody
 * sees (measured). A failure writes one line to standard error and ends the process at once.
 */
#ifndef RIG_CORE_ASSERT_H
#define RIG_CORE_ASSERT_H

#define RIG_ASSERT(condition)                                                                      \
  ((condition) ? (void)0 : rig_assert_failed(#condition, __FILE__, __LINE__))

/* Ends the process (abort natively, TerminateProcess with 0xC0000420 under Wine). */
__attribute__((noreturn)) void rig_assert_failed(const char *condition, const char *file, int line);

#endif
