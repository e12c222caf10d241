/*
 * Monotonic time and short sleeps, and the one flag that ends everything that waits.
 */
#ifndef RIG_LIVE_CLOCK_H
#define RIG_LIVE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC. */
double rig_now_ms(void);
void rig_sleep_us(unsigned us);

/* True from the first rig_live_interrupt on: every loop of this folder that waits looks at it. */
bool rig_interrupted(void);
/* For tests. */
void rig_interrupt_reset(void);

#endif
