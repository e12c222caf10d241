/*
 * The named causes of the rules: the distinct ways in which a client comes to break one. Each that
 * the stand-in can bring about has a client in stubs/pumps that shows it (`shows` in
 * tests/clients/expected); the others are named here all the same, so that nobody takes a rule that
 * passes for one that looked everywhere.
 *
 * X(rule, id, needs, text)
 *   rule   the symbol of the rule in its RIG_RULES_* list
 *   id     stable, distinct within the rule: "rule/id" names the cause everywhere
 *   needs  RIG_EXERCISED, or what the stand-in lacks to bring it about ("message stores"): such a
 *          cause is told as "not yet exercised" and fails no test
 *   text   what the client does, in words that follow "the client"
 *
 * A rule with one cause only needs no entry: `violation` tells it.
 */
#ifndef RIG_JUDGE_CATALOGUE_CAUSES_H
#define RIG_JUDGE_CATALOGUE_CAUSES_H

#define RIG_EXERCISED NULL

#define RIG_CAUSES_FLAGS(X)                                                                        \
  X(init_nt_service, "flag-missing", RIG_EXERCISED, "passes a MAPIINIT_0 without the flag")        \
  X(init_nt_service, "null-init", RIG_EXERCISED, "calls MAPIInitialize(NULL)")                     \
  X(init_nt_service, "second-thread", RIG_EXERCISED, "sets the flag on its first thread alone")    \
  X(nt_service_only_in_service, "init-and-logon", RIG_EXERCISED, "sets the flag in both calls")    \
  X(nt_service_only_in_service, "logon", RIG_EXERCISED, "sets the flag in MAPILogonEx alone")      \
  X(logon_no_ui, "logon-ui", RIG_EXERCISED, "sets MAPI_LOGON_UI")                                  \
  X(logon_no_ui, "password-ui", RIG_EXERCISED, "sets MAPI_PASSWORD_UI")                            \
  X(logon_no_ui, "service-ui-always", RIG_EXERCISED, "sets MAPI_SERVICE_UI_ALWAYS")                \
  X(logon_no_ui, "parent-window", RIG_EXERCISED, "passes a parent window without a dialog")        \
  X(logon_ui_exclusive, "logon-and-password", RIG_EXERCISED,                                       \
    "sets MAPI_LOGON_UI and MAPI_PASSWORD_UI")                                                     \
  X(logon_ui_exclusive, "logon-and-services", RIG_EXERCISED,                                       \
    "sets MAPI_LOGON_UI and MAPI_SERVICE_UI_ALWAYS")                                               \
  X(logon_profile, "no-profile", RIG_EXERCISED, "names no profile, nor asks for the default one")  \
  X(logon_profile, "allow-others", RIG_EXERCISED,                                                  \
    "means to join a shared session, and sets MAPI_ALLOW_OTHERS")                                  \
  X(logon_profile, "long-name", RIG_EXERCISED, "passes a name of more than 64 characters")         \
  X(logon_profile, "password", RIG_EXERCISED, "passes a password")                                 \
  X(logon_profile, "empty-password", RIG_EXERCISED, "passes \"\" for the password")                \
  X(init_version, "version", RIG_EXERCISED, "passes another ulVersion")                            \
  X(init_version, "unknown-flag", RIG_EXERCISED, "passes a flag of MAPILogonEx in ulFlags")        \
  X(init_multithread_notifications, "no-flag", RIG_EXERCISED,                                      \
    "does not set the flag, and its first thread does not pump")                                   \
  X(init_multithread_notifications, "second-thread", RIG_EXERCISED,                                \
    "sets the flag on its first thread, which does not pump, and not on the second")               \
  X(init_coinit, "no-com", RIG_EXERCISED, "sets MAPI_NO_COINIT without COM")                       \
  X(init_coinit, "com-undone", RIG_EXERCISED, "sets MAPI_NO_COINIT after CoUninitialize")          \
  X(init_coinit, "other-thread", RIG_EXERCISED,                                                    \
    "sets MAPI_NO_COINIT where only another thread is in the multithreaded apartment")             \
  X(ui_flags_elsewhere, "logoff", RIG_EXERCISED, "sets MAPI_LOGOFF_UI in IMAPISession::Logoff")    \
  X(ui_flags_elsewhere, "simple-dialog", RIG_EXERCISED,                                            \
    "sets MAPI_DIALOG in a call of Simple MAPI (MAPISendMail, MAPIResolveName)")                   \
  X(ui_flags_elsewhere, "simple-logon", RIG_EXERCISED,                                             \
    "sets MAPI_LOGON_UI in a call of Simple MAPI (MAPILogon, MAPISendMail, MAPISaveMail)")         \
  X(ui_flags_elsewhere, "simple-function", RIG_EXERCISED,                                          \
    "calls a function of Simple MAPI that is a dialog (MAPIAddress, MAPIDetails, "                 \
    "MAPISendDocuments)")                                                                          \
  X(ui_flags_elsewhere, "session-method", RIG_EXERCISED,                                           \
    "calls a method of IMAPISession that is a dialog (ShowForm, MessageOptions)")                  \
  X(ui_flags_elsewhere, "profile-wizard", RIG_EXERCISED, "calls LaunchWizard")                     \
  X(ui_flags_elsewhere, "store-dialog", "message stores",                                          \
    "opens a message store without MDB_NO_DIALOG")                                                 \
  X(ui_flags_elsewhere, "address-book", "an address book",                                         \
    "opens the address book without AB_NO_DIALOG, calls IAddrBook::Address or Details, or "        \
    "ResolveName with MAPI_DIALOG")                                                                \
  X(ui_flags_elsewhere, "copy-dialog", "messages and folders",                                     \
    "sets MAPI_DIALOG, MESSAGE_DIALOG or FOLDER_DIALOG in a method that copies or deletes")        \
  X(ui_flags_elsewhere, "profile-admin", "profiles",                                               \
    "sets SERVICE_UI_ALWAYS or UI_SERVICE in a method of IProfAdmin or IMsgServiceAdmin")          \
  X(ui_flags_elsewhere, "status", "status objects",                                                \
    "calls IMAPIStatus::SettingsDialog, or ValidateState without SUPPRESS_UI")

#define RIG_CAUSES_LIFECYCLE(X)                                                                    \
  X(init_before_use, "logon-before", RIG_EXERCISED,                                                \
    "calls MAPILogonEx on a thread before its MAPIInitialize")                                     \
  X(init_before_use, "logon-on-worker", RIG_EXERCISED,                                             \
    "calls MAPILogonEx on a worker; another thread has initialised MAPI")                          \
  X(init_before_use, "allocate-before", RIG_EXERCISED,                                             \
    "allocates a buffer before any MAPIInitialize")                                                \
  X(init_before_use, "object-on-worker", RIG_EXERCISED,                                            \
    "hands a session to a worker that has not initialised MAPI")                                   \
  X(init_before_use, "after-own-uninitialize", RIG_EXERCISED,                                      \
    "uses MAPI on a thread after its own MAPIUninitialize")                                        \
  X(init_before_use, "buffer-on-worker", RIG_EXERCISED,                                            \
    "frees a buffer on a worker that has not initialised MAPI")                                    \
  X(init_before_use, "store-on-worker", "message stores",                                          \
    "hands a store, folder or message to such a worker")                                           \
  X(uninit_owned, "of-another-thread", RIG_EXERCISED,                                              \
    "calls MAPIUninitialize on a thread that never initialised MAPI")                              \
  X(uninit_owned, "once-too-often", RIG_EXERCISED,                                                 \
    "calls MAPIUninitialize once more than MAPIInitialize")                                        \
  X(uninit_owned, "in-place-of-the-owner", RIG_EXERCISED,                                          \
    "leaves MAPIUninitialize to another thread than the one that owes it")                         \
  X(first_thread_outlives, "ends-first", RIG_EXERCISED,                                            \
    "lets the first thread end while another has MAPI")                                            \
  X(first_thread_outlives, "uninitializes-first", RIG_EXERCISED,                                   \
    "undoes MAPI on the first thread while another has it, and lives on")                          \
  X(not_in_dllmain, "initialize", RIG_EXERCISED, "calls MAPIInitialize in a DllMain")              \
  X(not_in_dllmain, "uninitialize", RIG_EXERCISED, "calls MAPIUninitialize in a DllMain")          \
  X(shutdown_order, "uninitialize-before-logoff", RIG_EXERCISED,                                   \
    "logs off after MAPIUninitialize")                                                             \
  X(shutdown_order, "never-logged-off", RIG_EXERCISED,                                             \
    "calls MAPIUninitialize and leaves the session as it is")                                      \
  X(shutdown_order, "logoff-before-unadvise", RIG_EXERCISED, "calls Unadvise after Logoff")        \
  X(shutdown_order, "release-after-uninitialize", RIG_EXERCISED,                                   \
    "releases the session after MAPIUninitialize")                                                 \
  X(shutdown_order, "free-after-uninitialize", RIG_EXERCISED,                                      \
    "frees a buffer after MAPIUninitialize")                                                       \
  X(shutdown_order, "ole-after-uninitialize", RIG_EXERCISED,                                       \
    "calls OleUninitialize after MAPIUninitialize")                                                \
  X(shutdown_order, "deinit-unpaired", RIG_EXERCISED,                                              \
    "calls DeinitMapiUtil without ScInitMapiUtil")                                                 \
  X(shutdown_order, "deinit-early", RIG_EXERCISED, "calls DeinitMapiUtil before MAPIUninitialize") \
  X(shutdown_order, "objects-after-logoff", "message stores",                                      \
    "releases a store, table or message after Logoff")                                             \
  X(shutdown_order, "address-book-after-logoff", "an address book",                                \
    "releases the address book after Logoff")                                                      \
  X(no_use_after_logoff, "open-after-logoff", RIG_EXERCISED,                                       \
    "opens something on a session that was logged off")                                            \
  X(no_use_after_logoff, "advise-after-logoff", RIG_EXERCISED,                                     \
    "calls Advise on a session that was logged off")                                               \
  X(no_use_after_logoff, "logoff-twice", RIG_EXERCISED, "calls Logoff twice")                      \
  X(no_use_after_logoff, "after-last-uninitialize", RIG_EXERCISED,                                 \
    "calls MAPI after the last MAPIUninitialize")                                                  \
  X(no_use_after_logoff, "store-after-logoff", "message stores",                                   \
    "uses a store, folder or table after Logoff")                                                  \
  X(no_use_after_logoff, "after-submit", "messages",                                               \
    "uses a message after a SubmitMessage that succeeded")                                         \
  X(buffers_freed, "never", RIG_EXERCISED, "never frees a block")                                  \
  X(buffers_freed, "twice", RIG_EXERCISED, "frees a block twice")                                  \
  X(buffers_freed, "linked", RIG_EXERCISED, "frees a block of MAPIAllocateMore by itself")         \
  X(buffers_freed, "foreign", RIG_EXERCISED, "frees memory that is no block of MAPI's")            \
  X(buffers_freed, "rows", "tables",                                                               \
    "frees rows or an address list with MAPIFreeBuffer instead of FreeProws")                      \
  X(advise_balanced, "never", RIG_EXERCISED, "never calls Unadvise")                               \
  X(advise_balanced, "unknown", RIG_EXERCISED,                                                     \
    "calls Unadvise for a connection that does not exist")                                         \
  X(advise_balanced, "twice", RIG_EXERCISED, "calls Unadvise twice for one connection")            \
  X(advise_balanced, "store", "message stores",                                                    \
    "never Unadvises a store's or a table's connection")                                           \
  X(advise_balanced, "address-book", "an address book",                                            \
    "never Unadvises an address book's connection")

#define RIG_CAUSES_PUMP(X)                                                                         \
  X(pump_runs, "no-pump", RIG_EXERCISED, "waits for handles alone, or sleeps")                     \
  X(pump_runs, "long-work", RIG_EXERCISED, "works on the pump's thread for longer than D")         \
  X(pump_runs, "wait-all", RIG_EXERCISED, "waits for all handles and input")                       \
  X(pump_runs, "sleeps", RIG_EXERCISED, "looks at its queue between long sleeps")                  \
  X(pump_runs, "sends", RIG_EXERCISED, "sends a message to a thread that serves none")             \
  X(pump_runs, "multithread", RIG_EXERCISED,                                                       \
    "sets MAPI_MULTITHREAD_NOTIFICATIONS and has no pump for the idle window")                     \
  X(wait_result_compare, "swapped", RIG_EXERCISED,                                                 \
    "takes the result 0 for a message and the results above for handles")                          \
  X(wait_result_compare, "less-one", RIG_EXERCISED, "compares with nCount - 1")                    \
  X(wait_result_compare, "other-count", RIG_EXERCISED,                                             \
    "compares with another number than it passed")                                                 \
  X(drain_before_wait, "one-for-each-wake", RIG_EXERCISED, "retrieves one message for each wake")  \
  X(drain_before_wait, "short-batch", RIG_EXERCISED, "retrieves a bounded batch")                  \
  X(drain_before_wait, "peeks", RIG_EXERCISED, "looks with PM_NOREMOVE before it waits")           \
  X(drain_before_wait, "queue-status", RIG_EXERCISED, "calls GetQueueStatus before it waits")      \
  X(no_blocking_get, "after-a-wake", RIG_EXERCISED, "answers each wake with GetMessage")           \
  X(no_blocking_get, "after-a-time-out", RIG_EXERCISED, "takes WAIT_TIMEOUT for input")            \
  X(no_blocking_get, "inner-loop", RIG_EXERCISED,                                                  \
    "waits with GetMessage in a loop inside a message's handler")                                  \
  X(wake_mask, "posted-only", RIG_EXERCISED, "passes QS_POSTMESSAGE alone")                        \
  X(wake_mask, "sent-only", RIG_EXERCISED, "passes QS_SENDMESSAGE alone")                          \
  X(wake_mask, "all-events", RIG_EXERCISED, "passes QS_ALLEVENTS, which lacks QS_SENDMESSAGE")     \
  X(wake_mask, "timer", RIG_EXERCISED, "passes QS_TIMER and no bit for posted messages")           \
  X(dispatched, "drops", RIG_EXERCISED, "drops messages that it does not know")                    \
  X(dispatched, "changes", RIG_EXERCISED, "changes a message before it dispatches it")             \
  X(dispatched, "translates-only", RIG_EXERCISED,                                                  \
    "calls TranslateMessage and not DispatchMessage")                                              \
  X(dispatched, "never-removes", RIG_EXERCISED,                                                    \
    "dispatches what PM_NOREMOVE shows, again and again")                                          \
  X(no_filter, "window", RIG_EXERCISED, "retrieves the messages of one window")                    \
  X(no_filter, "range", RIG_EXERCISED, "retrieves a range of messages")                            \
  X(no_filter, "thread", RIG_EXERCISED, "retrieves the messages of the thread alone")              \
  X(quit_honoured, "dispatched", RIG_EXERCISED, "dispatches WM_QUIT like any other message")       \
  X(quit_honoured, "inner-loop", RIG_EXERCISED,                                                    \
    "swallows WM_QUIT in a loop inside a message's handler")                                       \
  X(stop_latency, "not-in-the-wait", RIG_EXERCISED, "leaves the stop event out of its wait")       \
  X(stop_latency, "handler", RIG_EXERCISED, "takes the control and does nothing about it")         \
  X(stop_latency, "get-message", RIG_EXERCISED, "waits with GetMessage alone")                     \
  X(stop_latency, "wait-message", RIG_EXERCISED,                                                   \
    "waits with WaitMessage, and tests the stop event after a message")                            \
  X(stop_latency, "flood", RIG_EXERCISED,                                                          \
    "drains without a bound and without a look at its handles")                                    \
  X(stop_latency, "computes", RIG_EXERCISED, "computes without end")                               \
  X(no_busy_wait, "peeks", RIG_EXERCISED, "asks PeekMessage again and again")                      \
  X(no_busy_wait, "queue-status", RIG_EXERCISED, "asks GetQueueStatus again and again")            \
  X(no_busy_wait, "zero-time-out", RIG_EXERCISED, "waits with a time-out of 0")                    \
  X(wait_failed, "retries", RIG_EXERCISED, "calls a wait that failed again, for ever")             \
  X(wait_failed, "failed-is-message", RIG_EXERCISED, "takes WAIT_FAILED for a message")            \
  X(wait_failed, "apc-is-message", RIG_EXERCISED, "takes WAIT_IO_COMPLETION for a message")        \
  X(wait_failed, "apc-is-stop", RIG_EXERCISED, "takes WAIT_IO_COMPLETION for a stop")              \
  X(wait_failed, "abandoned-is-message", RIG_EXERCISED,                                            \
    "takes WAIT_ABANDONED_0 + i for a message")                                                    \
  X(wait_failed, "abandoned-is-stop", RIG_EXERCISED, "takes WAIT_ABANDONED_0 + i for a stop")      \
  X(wait_failed, "minus-one", RIG_EXERCISED, "takes GetMessage's -1 for a message")

#define RIG_RULE_CAUSES(X)                                                                         \
  RIG_CAUSES_FLAGS(X)                                                                              \
  RIG_CAUSES_LIFECYCLE(X)                                                                          \
  RIG_CAUSES_PUMP(X)

#endif
