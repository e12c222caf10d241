/*
 * The rules about the order of calls. See catalogue.h for the columns and the sources.
 */
#ifndef RIG_JUDGE_CATALOGUE_LIFECYCLE_H
#define RIG_JUDGE_CATALOGUE_LIFECYCLE_H

#define RIG_RULES_LIFECYCLE(X)                                                                     \
  X(init_balanced, "init-balanced", "lifecycle",                                                   \
    "as many MAPIUninitialize as successful MAPIInitialize, per thread, before the thread ends",   \
    "G2, D:mapiuninitialize",                                                                      \
    "a thread, or the process, ends by itself while a thread's MAPIInitialize is not undone",      \
    "a thread that initialised MAPI must end by itself: not by a crash, not killed",               \
    "DWORD WINAPI worker(void *p) { MAPIInitialize(&init); work(p); return 0; }",                  \
    "call MAPIUninitialize on the same thread, once for each MAPIInitialize that succeeded, on "   \
    "every "                                                                                       \
    "path out of the thread; report SERVICE_STOPPED only after that.")

#endif
