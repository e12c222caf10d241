/*
 * The rules about the pump of the thread that initialised MAPI first. See catalogue.h for the
 * columns and the sources.
 */
#ifndef RIG_JUDGE_CATALOGUE_PUMP_H
#define RIG_JUDGE_CATALOGUE_PUMP_H

#define RIG_RULES_PUMP(X)                                                                          \
  X(pump_runs, "pump-runs", "pump",                                                                \
    "the first initialising thread serves its queue: it never sits in a call that serves no "      \
    "messages while input waits for it",                                                           \
    "G5, S, D:initializing-mapi",                                                                  \
    "that thread blocked for D in such a call with a message waiting; a warning with "             \
    "MAPI_MULTITHREAD_NOTIFICATIONS as long as no sender is blocked, and for 10,000 messages in "  \
    "its queue, where Windows refuses more",                                                       \
    "a message must be sent or posted to the thread that initialised MAPI first",                  \
    "MAPIInitialize(&init); ... WaitForSingleObject(stop_event, INFINITE);",                       \
    "wait with MsgWaitForMultipleObjectsEx(n, handles, INFINITE, QS_ALLINPUT, "                    \
    "MWMO_INPUTAVAILABLE) on "                                                                     \
    "the thread that initialised MAPI first, and retrieve and dispatch messages with "             \
    "PeekMessage when it returns WAIT_OBJECT_0 + n.")                                              \
  X(dispatch_path, "dispatch-path", "pump",                                                        \
    "when a message-aware wait returns for input, messages are retrieved and dispatched",          \
    "S step 2, D:hrdispatchnotifications",                                                         \
    "three such returns in a row each followed by another wait, or one together with a message "   \
    "that "                                                                                        \
    "stays undelivered for D",                                                                     \
    "a message-aware wait must return WAIT_OBJECT_0 + nCount",                                     \
    "r = MsgWaitForMultipleObjects(1, &stop, FALSE, INFINITE, QS_ALLINPUT); if (r != "             \
    "WAIT_OBJECT_0) continue;",                                                                    \
    "on WAIT_OBJECT_0 + nCount call PeekMessage(PM_REMOVE), TranslateMessage and DispatchMessage " \
    "before "                                                                                      \
    "waiting again (or HrDispatchNotifications).")                                                 \
  X(wait_result_compare, "wait-result-compare", "pump",                                            \
    "WAIT_OBJECT_0 + nCount is not taken for a handle, nor a handle's index for a message",        \
    "S step 2, W:MsgWaitForMultipleObjects",                                                       \
    "GetMessage straight after a handle's return (a warning until it blocks), or a handle's "      \
    "action (leaving, ResetEvent) on input",                                                       \
    "a message-aware wait must return once for a handle and once for input",                       \
    "if (r == WAIT_OBJECT_0 + n - 1) GetMessage(&msg, NULL, 0, 0);",                               \
    "compare with the nCount that was passed: r < WAIT_OBJECT_0 + n is handle r, r == "            \
    "WAIT_OBJECT_0 + n "                                                                           \
    "is input; WAIT_TIMEOUT, WAIT_ABANDONED_0 + i, WAIT_IO_COMPLETION and WAIT_FAILED are "        \
    "neither.")                                                                                    \
  X(drain_before_wait, "drain-before-wait", "pump",                                                \
    "the queue holds no old input when the thread waits again, or the wait has "                   \
    "MWMO_INPUTAVAILABLE",                                                                         \
    "R, W:MsgWaitForMultipleObjectsEx",                                                            \
    "by shape (a warning): a wait after a retrieval that did not see the queue empty; by proof "   \
    "(an "                                                                                         \
    "error): a message lies there for D",                                                          \
    "two messages must wait at one wake",                                                          \
    "MsgWaitForMultipleObjects(...); GetMessage(&msg, NULL, 0, 0); DispatchMessage(&msg); /* "     \
    "wait again */",                                                                               \
    "call PeekMessage(PM_REMOVE) until it returns FALSE before waiting, or wait with "             \
    "MsgWaitForMultipleObjectsEx(..., MWMO_INPUTAVAILABLE), which also wakes for messages seen "   \
    "before.")                                                                                     \
  X(no_blocking_get, "no-blocking-get", "pump",                                                    \
    "after a wake, GetMessage is not entered with nothing to get",                                 \
    "W:GetMessage, W:MsgWaitForMultipleObjects",                                                   \
    "by shape (a warning): GetMessage after a wake without having seen a message; by proof (an "   \
    "error): a handle of the wait is signalled while the thread sits there",                       \
    "a wait must return for a sent message alone, or GetMessage be called after a wake",           \
    "if (r == WAIT_OBJECT_0 + n) { GetMessage(&msg, NULL, 0, 0); DispatchMessage(&msg); }",        \
    "retrieve with PeekMessage(&msg, NULL, 0, 0, PM_REMOVE) after a wake: it dispatches a sent "   \
    "message and "                                                                                 \
    "returns FALSE where GetMessage would block. A loop of your own inside a handler waits with "  \
    "MsgWaitForMultipleObjectsEx and the same handles as the pump around it.")                     \
  X(wake_mask, "wake-mask", "pump",                                                                \
    "the wake mask holds QS_SENDMESSAGE and one of QS_POSTMESSAGE, QS_ALLPOSTMESSAGE",             \
    "W:MsgWaitForMultipleObjects",                                                                 \
    "by shape (a warning): another mask; by proof (an error): a message of the missing kind "      \
    "waits for D, or its sender times out",                                                        \
    "the thread that initialised MAPI first must call a MsgWait function",                         \
    "MsgWaitForMultipleObjects(1, &stop, FALSE, INFINITE, QS_POSTMESSAGE);",                       \
    "pass QS_ALLINPUT as the wake mask.")                                                          \
  X(dispatched, "dispatched", "pump",                                                              \
    "every message removed for one of MAPI's own windows reaches DispatchMessage unchanged",       \
    "S step 2",                                                                                    \
    "such a message is removed and the thread waits or retrieves again without having dispatched " \
    "it, or it is dispatched twice because PM_NOREMOVE leaves it in the queue; for "               \
    "other windows a warning",                                                                     \
    "a message for a window must be removed from the queue",                                       \
    "while (PeekMessage(&msg, NULL, 0, 0, PM_REMOVE)) if (msg.hwnd == my_window) "                 \
    "DispatchMessage(&msg);",                                                                      \
    "retrieve with PM_REMOVE, and pass every message with a window to TranslateMessage and "       \
    "DispatchMessage once, unchanged, whoever owns "                                               \
    "the window.")                                                                                 \
  X(no_filter, "no-filter", "pump",                                                                \
    "after a wake the thread looks at its whole queue, not through a filter alone",                \
    "W:PeekMessage",                                                                               \
    "by shape (a warning): the thread waits again after a window or range filter "                 \
    "found nothing and nothing else looked; by proof (an error): a message that the "              \
    "filter leaves out lies there for D. PM_NOREMOVE with a range, which creates a "               \
    "queue, is exempt",                                                                            \
    "a message-aware wait must return for input, and the thread look at its queue "                \
    "and wait again",                                                                              \
    "while (PeekMessage(&msg, my_window, 0, 0, PM_REMOVE)) DispatchMessage(&msg);",                \
    "call PeekMessage(&msg, NULL, 0, 0, PM_REMOVE): no window and no range. A "                    \
    "filter hides MAPI's notifications, and messages of the thread, which have no "                \
    "window; look at what matters first if you must, then at the rest.")                           \
  X(quit_honoured, "quit-honoured", "pump",                                                        \
    "a removed WM_QUIT ends the pump, or is posted again for the outer loop", "W:GetMessage",      \
    "the thread waits for D again after it removed WM_QUIT; an error if the stop depended on it",  \
    "WM_QUIT must be removed from the queue, and the run must not stop the client by another way " \
    "within D",                                                                                    \
    "while (PeekMessage(&msg, NULL, 0, 0, PM_REMOVE)) DispatchMessage(&msg); /* WM_QUIT too */",   \
    "leave the loop when the message is WM_QUIT (GetMessage returns 0; with PeekMessage test "     \
    "msg.message); in a nested loop post it again with PostQuitMessage(msg.wParam).")              \
  X(stop_latency, "stop-latency", "pump", "after a stop request the client ends",                  \
    "W:SetServiceStatus",                                                                          \
    "it is blocked and nothing can wake it, or it retrieves more than 1,000 messages in a row "    \
    "without a look at its handles after its stop event is set (a warning until that lasts for "   \
    "D), "                                                                                         \
    "or its wait hint (30 s without one) passes without a sign",                                   \
    "the run must ask the client to stop, and the client must have a way to hear it",              \
    "for (;;) { GetMessage(&msg, NULL, 0, 0); DispatchMessage(&msg); } /* the stop event is set "  \
    "*/",                                                                                          \
    "let each wait of the thread include the stop event, test the event between messages too, "    \
    "and leave "                                                                                   \
    "every loop and wait when it is set.")                                                         \
  X(notify_latency, "notify-latency", "pump",                                                      \
    "each notification posted to the notification window reaches its window procedure",            \
    "D:forcing-a-notification",                                                                    \
    "a notification lies undelivered while its thread is blocked for D",                           \
    "a notification must be posted",                                                               \
    "WaitForSingleObject(stop_event, INFINITE); /* OnNotify is never called */",                   \
    "run a message pump on the thread that initialised MAPI first, and keep what OnNotify does "   \
    "short.")                                                                                      \
  X(sent_latency, "sent-latency", "pump", "each message sent from another thread is answered",     \
    "W:SendMessage",                                                                               \
    "a sender waits for D while the receiving thread sits in a call that serves no sent message",  \
    "a message must be sent to a window of MAPI's",                                                \
    "MsgWaitForMultipleObjects(1, &stop, FALSE, INFINITE, QS_POSTMESSAGE);",                       \
    "wait with QS_ALLINPUT and call PeekMessage when the wait returns for input: sent messages "   \
    "are "                                                                                         \
    "dispatched inside it.")                                                                       \
  X(no_busy_wait, "no-busy-wait", "pump",                                                          \
    "the thread does not spin over waits and looks at its queue that bring nothing",               \
    "common sense",                                                                                \
    "more than 1,000 waits or looks within a second that return at once and bring "                \
    "neither a message nor a handle",                                                              \
    "the thread that initialised MAPI first must wait or look at its queue",                       \
    "while (WaitForSingleObject(stop, 0) == WAIT_TIMEOUT) while (PeekMessage(&msg, "               \
    "NULL, 0, 0, PM_REMOVE)) DispatchMessage(&msg);",                                              \
    "wait with MsgWaitForMultipleObjectsEx(n, handles, INFINITE, QS_ALLINPUT, "                    \
    "MWMO_INPUTAVAILABLE) instead of asking again and again: it returns when there "               \
    "is something to do, and costs nothing until then.")                                           \
  X(wait_failed, "wait-failed", "pump",                                                            \
    "WAIT_FAILED, GetMessage's -1, WAIT_ABANDONED_0 + i and WAIT_IO_COMPLETION are "               \
    "neither taken for a message nor retried for ever",                                            \
    "W:MsgWaitForMultipleObjectsEx, W:GetMessage",                                                 \
    "the same call fails 10 times in a row; GetMessage straight after such a result "              \
    "(a warning until it blocks); a message is dispatched after -1; the thread "                   \
    "leaves its pump for an APC (an error) or for an abandoned mutex (a warning) "                 \
    "though nobody asked it to stop",                                                              \
    "a wait must end in a failure, an APC or an abandoned mutex, or GetMessage in "                \
    "-1",                                                                                          \
    "switch (r) { case WAIT_OBJECT_0: return; default: GetMessage(&msg, NULL, 0, "                 \
    "0); DispatchMessage(&msg); }",                                                                \
    "tell every result apart: on WAIT_FAILED (and on GetMessage's -1) report "                     \
    "GetLastError and leave the pump; after WAIT_IO_COMPLETION and WAIT_TIMEOUT "                  \
    "wait again; WAIT_ABANDONED_0 + i means that mutex i is yours now, and its "                   \
    "owner died.")                                                                                 \
  X(wait_limit, "wait-limit", "pump",                                                              \
    "a message-aware wait has at most MAXIMUM_WAIT_OBJECTS - 1 handles",                           \
    "W:MsgWaitForMultipleObjects",                                                                 \
    "a MsgWait function with more than 63 handles, or WaitForMultipleObjects with "                \
    "more than 64",                                                                                \
    "a MsgWait function must be called",                                                           \
    "MsgWaitForMultipleObjects(64, handles, FALSE, INFINITE, QS_ALLINPUT);",                       \
    "pass at most 63 handles to a MsgWait function: let other threads wait for the "               \
    "rest (RegisterWaitForSingleObject), or wait for one event that they all set.")                \
  X(pump_thread, "pump-thread", "pump",                                                            \
    "the thread that pumps is the one that initialised MAPI first (unless with "                   \
    "MAPI_MULTITHREAD_NOTIFICATIONS)",                                                             \
    "S, D:initializing-mapi",                                                                      \
    "by shape (a warning): another thread waits for messages while the thread that "               \
    "initialised MAPI first sits in a wait that serves none; by proof (an error): a "              \
    "message to it lies there for D",                                                              \
    "the thread that initialised MAPI first must serve its queue, or another thread "              \
    "wait for messages",                                                                           \
    "MAPIInitialize(&init); CreateThread(NULL, 0, pump, ...); "                                    \
    "WaitForSingleObject(stop, INFINITE);",                                                        \
    "call MAPIInitialize first on the thread that runs the message pump: MAPI's "                  \
    "windows belong to the thread that initialises it first, and only that thread's "              \
    "pump serves them. Or set MAPI_MULTITHREAD_NOTIFICATIONS.")

#endif
