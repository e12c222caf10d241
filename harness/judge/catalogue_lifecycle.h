/*
 * The rules about the order of calls. See catalogue.h for the columns and the sources.
 */
#ifndef RIG_JUDGE_CATALOGUE_LIFECYCLE_H
#define RIG_JUDGE_CATALOGUE_LIFECYCLE_H

#define RIG_RULES_LIFECYCLE(X)                                                                     \
  X(init_before_use, "init-before-use", "lifecycle",                                               \
    "MAPIInitialize succeeded on a thread before any other MAPI call on it",                       \
    "G1, D:mapiinitialize, D:using-thread-safe-objects",                                           \
    "a MAPI call on a thread that has not initialised MAPI, or no longer has it; a warning for "   \
    "AddRef, QueryInterface and, once another thread has MAPI, for buffers. Exempt: the "          \
    "utilities after ScInitMapiUtil, Simple MAPI, callbacks on a thread of MAPI's own",            \
    "the client must call MAPI on a thread that initialised it",                                   \
    "DWORD WINAPI worker(void *session) { Advise(session, ...); } /* no MAPIInitialize here */",   \
    "MAPI is initialised for each thread, not for the process: begin every thread that touches a " \
    "MAPI function, object or buffer with MAPIInitialize, check its result, and end it with "      \
    "MAPIUninitialize.")                                                                           \
  X(init_balanced, "init-balanced", "lifecycle",                                                   \
    "as many MAPIUninitialize as successful MAPIInitialize, per thread, before the thread ends",   \
    "G2, D:mapiuninitialize",                                                                      \
    "a thread, or the process, ends by itself while a thread's MAPIInitialize is not undone",      \
    "a thread that initialised MAPI must end by itself: not by a crash, not killed",               \
    "DWORD WINAPI worker(void *p) { MAPIInitialize(&init); work(p); return 0; }",                  \
    "call MAPIUninitialize on the same thread, once for each MAPIInitialize that succeeded, on "   \
    "every "                                                                                       \
    "path out of the thread; report SERVICE_STOPPED only after that.")                             \
  X(uninit_owned, "uninit-owned", "lifecycle",                                                     \
    "no thread calls MAPIUninitialize without a MAPIInitialize of its own",                        \
    "G3, D:mapiuninitialize",                                                                      \
    "a MAPIUninitialize on a thread that never initialised MAPI, or has undone it already",        \
    "a thread that initialised MAPI must call MAPIUninitialize",                                   \
    "DWORD WINAPI on_stop(void *p) { MAPIUninitialize(); } /* main had initialised it */",         \
    "call MAPIUninitialize only on the thread whose MAPIInitialize succeeded, and once for each: " \
    "keep a flag or a count per thread, and let the stop path ask that thread to do it.")          \
  X(first_thread_outlives, "first-thread-outlives", "lifecycle",                                   \
    "without MAPI_MULTITHREAD_NOTIFICATIONS the first initialising thread is the last to "         \
    "uninitialise",                                                                                \
    "G4, D:initializing-mapi",                                                                     \
    "by shape (a warning): its last MAPIUninitialize while another thread still has MAPI; by "     \
    "proof (an error): it ends then, and its notification window with it",                         \
    "two threads must have initialised MAPI at the same time, and undone it",                      \
    "WaitForSingleObject(stop, INFINITE); MAPIUninitialize(); /* workers still have theirs */",    \
    "let the thread that initialised MAPI first wait, still pumping, for every other MAPI thread " \
    "to end before it calls MAPIUninitialize; or set MAPI_MULTITHREAD_NOTIFICATIONS on every "     \
    "MAPIInitialize.")                                                                             \
  X(not_in_dllmain, "not-in-dllmain", "lifecycle",                                                 \
    "neither MAPIInitialize nor MAPIUninitialize is called from DllMain",                          \
    "D:mapiinitialize, D:mapiuninitialize",                                                        \
    "either call on a thread that holds the loader lock: in DllMain, or in a constructor or "      \
    "destructor of a DLL's global object",                                                         \
    "the client must call MAPIInitialize",                                                         \
    "BOOL WINAPI DllMain(...) { if (reason == DLL_PROCESS_ATTACH) MAPIInitialize(NULL); }",        \
    "give the DLL functions of its own, begin and end say, that call MAPIInitialize and "          \
    "MAPIUninitialize, and have its user call them after LoadLibrary and before FreeLibrary; a "   \
    "global object must not do it in its constructor.")                                            \
  X(shutdown_order, "shutdown-order", "lifecycle",                                                 \
    "a session ends in order: Unadvise, release objects, free buffers, Logoff, release the "       \
    "session, OleUninitialize, MAPIUninitialize, DeinitMapiUtil",                                  \
    "D:ending-a-mapi-session, D:deinitmapiutil",                                                   \
    "MAPIUninitialize with a session open; Unadvise after Logoff; Release, Logoff, Unadvise, "     \
    "MAPIFreeBuffer or OleUninitialize after MAPIUninitialize; DeinitMapiUtil without "            \
    "ScInitMapiUtil or (a warning) before MAPIUninitialize",                                       \
    "a thread must undo its last MAPIInitialize",                                                  \
    "MAPIUninitialize(); session->Logoff(0, 0, 0); session->Release();",                           \
    "end in this order, on the thread that began: Unadvise each connection, release what is "      \
    "open, MAPIFreeBuffer, Logoff, Release of the session, OleUninitialize if OleInitialize was "  \
    "called, MAPIUninitialize, DeinitMapiUtil if ScInitMapiUtil was called.")                      \
  X(no_use_after_logoff, "no-use-after-logoff", "lifecycle",                                       \
    "after Logoff nothing but Release is called on a session; after the last MAPIUninitialize no " \
    "MAPI call but DeinitMapiUtil",                                                                \
    "D:imapisession-logoff, D:ending-a-mapi-session, D:mapiuninitialize",                          \
    "another method of a session that was logged off (AddRef and QueryInterface: a warning); a "   \
    "MAPI call that begins something after the last MAPIUninitialize",                             \
    "a session must be logged off, or MAPI uninitialised",                                         \
    "session->Logoff(0, 0, 0); session->OpenMsgStore(...);",                                       \
    "do what the session is needed for before Logoff, set the pointer to NULL after its Release, " \
    "and log on anew (MAPIInitialize, MAPILogonEx) to go on.")                                     \
  X(buffers_freed, "buffers-freed", "lifecycle",                                                   \
    "every MAPIAllocateBuffer block is freed exactly once; a MAPIAllocateMore block is not freed " \
    "by itself",                                                                                   \
    "D:mapifreebuffer, D:mapiallocatemore",                                                        \
    "never freed (a warning); freed twice, a linked block freed, or something freed that is no "   \
    "block of MAPI's (errors, although MAPIFreeBuffer answers S_OK)",                              \
    "the client must allocate a block and free it, or end by itself",                              \
    "MAPIFreeBuffer(props); ... MAPIFreeBuffer(props); /* the second may free another's block */", \
    "pass each pointer that MAPIAllocateBuffer returned to MAPIFreeBuffer once, then set it to "   \
    "NULL (freeing NULL does nothing); free no block of MAPIAllocateMore, it goes with the one "   \
    "it "                                                                                          \
    "is linked to; free other memory with its own allocator.")                                     \
  X(advise_balanced, "advise-balanced", "lifecycle", "each Advise connection is Unadvised",        \
    "D:canceling-a-notification, D:imapisession-unadvise",                                         \
    "a connection that was never Unadvised; an Unadvise of a connection that does not exist (of "  \
    "connection 0: a warning)",                                                                    \
    "the client must call Advise and end by itself",                                               \
    "session->Advise(0, NULL, mask, sink, &connection); sink->Release(); ... "                     \
    "session->Logoff(...)",                                                                        \
    "keep the number that Advise returned and pass it to Unadvise of the same object once, "       \
    "before "                                                                                      \
    "Logoff; releasing the sink or the session does not stand for it.")

#endif
