/* The main function of every suite. */
#ifndef UNIT_SUITE_H
#define UNIT_SUITE_H

#include <check.h>

/* Runs the suite, which it takes, as loudly as CK_VERBOSITY says. Returns the program's exit
 * status: that of success when every test passed. */
int run_suite(Suite *suite);

#endif
