/*
 * What the files of hook-probe share.
 */
#ifndef TESTS_LIVE_PROBES_HOOK_PROBE_H
#define TESTS_LIVE_PROBES_HOOK_PROBE_H

#include <stdbool.h>

#include "probe.h"

extern HANDLE events[2]; /* manual-reset, not signalled between the parts */

void waits(void);      /* hook-waits.c: waits and sleeps */
void components(void); /* hook-waits.c: COM */
void objects(HANDLE handle);
void queue(void);   /* hook-queue.c: retrieval, dispatch, posts, sends */
void ways(void);    /* hook-ways.c: unusual imports */
void plugins(void); /* hook-ways.c: DLLs that come later */

/* A line for a wait, for SetEvent or ResetEvent. `error` is the last error right after it. */
void waited(const char *call, union rig_payload wait, DWORD result, DWORD error);
void changed(const char *call, HANDLE handle, BOOL result, DWORD error);
/* MsgWaitForMultipleObjects for any of `handles`, the first one of which is `first`. */
void msg_wait(DWORD count, const HANDLE *handles, uint32_t first, BOOL all, DWORD timeout,
              DWORD mask);

#endif
