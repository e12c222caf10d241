/*
 * The rules about what the client passes. See catalogue.h for the columns and the sources.
 */
#ifndef RIG_JUDGE_CATALOGUE_FLAGS_H
#define RIG_JUDGE_CATALOGUE_FLAGS_H

#define RIG_RULES_FLAGS(X)                                                                         \
  X(init_nt_service, "init-nt-service", "flags",                                                   \
    "a service sets MAPI_NT_SERVICE in MAPIINIT_0.ulFlags on every MAPIInitialize",                \
    "S, D:mapiinit_0",                                                                             \
    "a MAPIInitialize of a service without MAPI_NT_SERVICE, or with a NULL lpMapiInit",            \
    "a service must call MAPIInitialize", "MAPIInitialize(NULL);",                                 \
    "pass a MAPIINIT_0 with ulFlags = MAPI_NT_SERVICE (and MAPI_MULTITHREAD_NOTIFICATIONS) on "    \
    "every thread that calls MAPIInitialize.")                                                     \
  X(logon_nt_service, "logon-nt-service", "flags",                                                 \
    "a service sets MAPI_NT_SERVICE in MAPILogonEx's flFlags", "S, D:mapilogonex",                 \
    "a MAPILogonEx of a service without MAPI_NT_SERVICE", "a service must call MAPILogonEx",       \
    "MAPILogonEx(0, profile, NULL, MAPI_EXTENDED | MAPI_NO_MAIL, &session);",                      \
    "add MAPI_NT_SERVICE to the flags of MAPILogonEx; the one in MAPIINIT_0 does not stand for "   \
    "it.")                                                                                         \
  X(logon_no_mail, "logon-no-mail", "flags",                                                       \
    "a service written to the MAPI client interface sets MAPI_NO_MAIL in MAPILogonEx",             \
    "S, D:mapilogonex", "a MAPILogonEx of a service without MAPI_NO_MAIL",                         \
    "a service must call MAPILogonEx",                                                             \
    "MAPILogonEx(0, profile, NULL, MAPI_EXTENDED | MAPI_NT_SERVICE, &session);",                   \
    "add MAPI_NO_MAIL to the flags of MAPILogonEx, so that MAPI does not start its spooler for "   \
    "the session.")                                                                                \
  X(nt_service_only_in_service, "nt-service-only-in-service", "flags",                             \
    "a process that is not a service does not set MAPI_NT_SERVICE", "D:mapilogonex, D:mapiinit_0", \
    "MAPI_NT_SERVICE in MAPIInitialize or MAPILogonEx of a console or desktop run",                \
    "a console or desktop run must call MAPIInitialize",                                           \
    "MAPIINIT_0 init = {MAPI_INIT_VERSION, MAPI_NT_SERVICE}; /* from main() at a desk */",         \
    "set MAPI_NT_SERVICE only when the process really runs as a service "                          \
    "(StartServiceCtrlDispatcher "                                                                 \
    "succeeded); if it does, run it with --as service.")                                           \
  X(logon_no_ui, "logon-no-ui", "flags",                                                           \
    "a service sets none of MAPI_LOGON_UI, MAPI_PASSWORD_UI, MAPI_SERVICE_UI_ALWAYS",              \
    "S, D:logging-on-to-mapi",                                                                     \
    "one of these flags in a MAPILogonEx of a service; a non-zero ulUIParam alone is a warning",   \
    "a service must call MAPILogonEx",                                                             \
    "MAPILogonEx(0, NULL, NULL, MAPI_EXTENDED | MAPI_LOGON_UI, &session);",                        \
    "log on without any user interface: name the profile, or pass MAPI_USE_DEFAULT, with "         \
    "ulUIParam 0; "                                                                                \
    "nobody can answer a dialog of a service.")                                                    \
  X(logon_ui_exclusive, "logon-ui-exclusive", "flags",                                             \
    "at most one of MAPI_LOGON_UI, MAPI_PASSWORD_UI, MAPI_SERVICE_UI_ALWAYS is set",               \
    "D:logging-on-to-mapi", "two or three of these flags in one MAPILogonEx",                      \
    "the client must call MAPILogonEx",                                                            \
    "MAPILogonEx(hwnd, NULL, NULL, MAPI_EXTENDED | MAPI_LOGON_UI | MAPI_PASSWORD_UI, &session);",  \
    "set one of them: MAPI_LOGON_UI to let the user choose a profile, MAPI_PASSWORD_UI to ask "    \
    "for "                                                                                         \
    "the password alone, MAPI_SERVICE_UI_ALWAYS to configure the profile's services; in a "        \
    "service "                                                                                     \
    "none of them.")                                                                               \
  X(logon_extended, "logon-extended", "flags", "MAPILogonEx is called with MAPI_EXTENDED",         \
    "D:mapilogonex", "a MAPILogonEx without MAPI_EXTENDED (a warning)",                            \
    "the client must call MAPILogonEx",                                                            \
    "MAPILogonEx(0, profile, NULL, MAPI_NEW_SESSION, &session);",                                  \
    "add MAPI_EXTENDED to the flags of MAPILogonEx; the page says to set it always.")              \
  X(logon_profile, "logon-profile", "flags",                                                       \
    "a logon without a dialog says which profile it wants, in at most 64 characters, and passes "  \
    "no password",                                                                                 \
    "D:logging-on-to-mapi, D:mapilogonex",                                                         \
    "neither a name nor MAPI_USE_DEFAULT nor a flag for a dialog, together with MAPI_NEW_SESSION " \
    "or MAPI_ALLOW_OTHERS (with the latter alone a warning, when a shared session was found); a "  \
    "name of more than 64 characters; an lpszPassword that is not NULL (an empty text: a "         \
    "warning)",                                                                                    \
    "the client must call MAPILogonEx",                                                            \
    "MAPILogonEx(0, NULL, NULL, MAPI_EXTENDED | MAPI_NEW_SESSION, &session);",                     \
    "pass the profile's name (and MAPI_NEW_SESSION), or NULL with MAPI_USE_DEFAULT for the "       \
    "default "                                                                                     \
    "profile, or NULL without MAPI_NEW_SESSION and MAPI_ALLOW_OTHERS to join a shared session; "   \
    "pass NULL for the password.")                                                                 \
  X(logon_named_profile_new_session, "logon-named-profile-new-session", "flags",                   \
    "a logon that names a profile sets MAPI_NEW_SESSION", "D:mapilogonex",                         \
    "a profile's name in a MAPILogonEx without MAPI_NEW_SESSION (a warning)",                      \
    "a MAPILogonEx must name a profile",                                                           \
    "MAPILogonEx(0, \"Reports\", NULL, MAPI_EXTENDED, &session);",                                 \
    "add MAPI_NEW_SESSION to the flags of MAPILogonEx, else MAPI may ignore the name and return "  \
    "the session that another program shares; to join that one, pass NULL for the name.")          \
  X(init_version, "init-version", "flags",                                                         \
    "MAPIINIT_0.ulVersion is MAPI_INIT_VERSION, and ulFlags has no unknown bit",                   \
    "D:mapiinit_0, D:mapiinitialize", "another version, or a flag that MAPIINIT_0 does not have",  \
    "the client must call MAPIInitialize with a MAPIINIT_0",                                       \
    "MAPIINIT_0 init; init.ulFlags = MAPI_NT_SERVICE; MAPIInitialize(&init); /* version: garbage " \
    "*/",                                                                                          \
    "write MAPIINIT_0 init = {MAPI_INIT_VERSION, flags}, with flags of MAPIINIT_0 only (those of " \
    "MAPILogonEx are others).")                                                                    \
  X(init_multithread_notifications, "init-multithread-notifications", "flags",                     \
    "a service or a multithreaded client sets MAPI_MULTITHREAD_NOTIFICATIONS on every "            \
    "MAPIInitialize, or pumps messages on the thread that initialised MAPI first",                 \
    "D:initializing-mapi, D:mapiinit_0",                                                           \
    "a MAPIInitialize without the flag, in a client whose first initialising thread never waits "  \
    "for messages nor retrieves one (a warning)",                                                  \
    "a service, or a client of several threads that initialise MAPI, must get ready",              \
    "MAPIInitialize(NULL); ... WaitForSingleObject(stop_event, INFINITE);",                        \
    "set MAPI_MULTITHREAD_NOTIFICATIONS in the MAPIINIT_0 of every MAPIInitialize, so that MAPI "  \
    "serves its notification window itself; or give the thread that calls MAPIInitialize first a " \
    "message loop that lives as long as the session.")                                             \
  X(init_coinit, "init-coinit", "flags",                                                           \
    "MAPI_NO_COINIT is set only where COM is already initialised on that thread",                  \
    "D:mapiinit_0, D:initializing-mapi",                                                           \
    "a MAPIInitialize with MAPI_NO_COINIT on a thread that did not call CoInitialize, "            \
    "CoInitializeEx or OleInitialize (a warning where another thread's multithreaded apartment "   \
    "serves it)",                                                                                  \
    "a MAPIInitialize must set MAPI_NO_COINIT",                                                    \
    "MAPIINIT_0 init = {MAPI_INIT_VERSION, MAPI_NO_COINIT}; MAPIInitialize(&init);",               \
    "take MAPI_NO_COINIT out, so that MAPI initialises COM itself; or call CoInitializeEx(NULL, "  \
    "COINIT_APARTMENTTHREADED) on the same thread before MAPIInitialize, and CoUninitialize "      \
    "after "                                                                                       \
    "MAPIUninitialize.")                                                                           \
  X(ui_flags_elsewhere, "ui-flags-elsewhere", "flags",                                             \
    "a service asks for no dialog in any other call of MAPI",                                      \
    "S, D:writing-an-automated-client, D:imapisession-logoff, W:MAPISendMail",                     \
    "MAPI_LOGOFF_UI in IMAPISession::Logoff; MAPI_DIALOG, MAPI_DIALOG_MODELESS, MAPI_LOGON_UI or " \
    "MAPI_PASSWORD_UI in a call of Simple MAPI; a function that is a dialog: MAPIAddress, "        \
    "MAPIDetails, MAPISendDocuments, LaunchWizard, ShowForm, MessageOptions",                      \
    "a service must call Logoff, or another function that can show a dialog",                      \
    "session->Logoff(0, MAPI_LOGOFF_UI, 0);",                                                      \
    "take the flag out of the call; where the function itself is a dialog, do its work without "   \
    "one (resolve names with IAddrBook::ResolveName without MAPI_DIALOG, set properties with "     \
    "SetProps); nobody can answer a dialog of a service.")

#endif
