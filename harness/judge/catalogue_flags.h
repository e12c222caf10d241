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
  X(init_version, "init-version", "flags",                                                         \
    "MAPIINIT_0.ulVersion is MAPI_INIT_VERSION, and ulFlags has no unknown bit",                   \
    "D:mapiinit_0, D:mapiinitialize", "another version, or a flag that MAPIINIT_0 does not have",  \
    "the client must call MAPIInitialize with a MAPIINIT_0",                                       \
    "MAPIINIT_0 init; init.ulFlags = MAPI_NT_SERVICE; MAPIInitialize(&init); /* version: garbage " \
    "*/",                                                                                          \
    "write MAPIINIT_0 init = {MAPI_INIT_VERSION, flags}, with flags of MAPIINIT_0 only (those of " \
    "MAPILogonEx are others).")

#endif
