/*
 * Which CPU a prefix runs on. A run is three times faster when client and wineserver share one CPU
 * (wine-facts: 47 against 15 runs a second), so each prefix has one, and prefixes that run at the
 * same time, of one mapirig or of several, must not have the same while another is free.
 */
#ifndef RIG_LIVE_CPU_H
#define RIG_LIVE_CPU_H

/* The one that fewest prefixes of this cache folder have now, among those this process may run on.
 * *lock keeps it taken until it is closed, or the process ends however it ends; -1 when nothing
 * could be locked: the CPU is then one by chance. RIG_ANY_CPU when this process's own are unknown.
 */
int rig_take_cpu(const char *cache, int *lock);

#endif
