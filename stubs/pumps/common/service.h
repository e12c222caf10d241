/*
 * What the client programs share. Each program is the reference service with one thing changed: its
 * client_setup() changes that one thing in the settings of the reference.
 *
 * A client runs as a service through StartServiceCtrlDispatcher, or as a console program when the
 * dispatcher answers ERROR_FAILED_SERVICE_CONTROLLER_CONNECT. Arguments:
 *   --stop-event NAME   the stop event has this name, so that it can be asked to stop from outside
 */
#ifndef STUBS_PUMPS_COMMON_SERVICE_H
#define STUBS_PUMPS_COMMON_SERVICE_H

#include <stdbool.h>
#include <windows.h>

#include <mapix.h>

#define CLIENT_SECOND "mapirig-second"

/* The array of every pump's wait. */
enum { HANDLE_STOP, HANDLE_WORK, HANDLE_COUNT };

/* Serves the first initialising thread's queue until it is asked to stop. */
typedef void pump_function(const HANDLE *handles, DWORD count);

/* What a session has open. */
struct session {
  bool initialized;
  void *buffer; /* of MAPIAllocateBuffer: a cached entry identifier, say */
  IMAPISession *mapi;
  IMAPIAdviseSink *sink;
  ULONG connection;
  ULONG logoff_flags;
};

struct client {
  bool nt_service_always; /* MAPI_NT_SERVICE when run as a console program too */
  bool null_init;         /* MAPIInitialize(NULL) */
  ULONG init_version;
  ULONG init_flags;  /* MAPI_NT_SERVICE is taken out of it in a console program, */
  ULONG logon_flags; /* and out of this */
  char *profile;     /* NULL: none is named */
  char *password;
  ULONG_PTR logon_window; /* ulUIParam */
  ULONG logoff_flags;
  bool keep_initialized; /* no MAPIUninitialize */
  void (*before_logon)(void);
  bool (*after_logon)(IMAPISession *session); /* false: the program ends */
  pump_function *pump;
  void (*end)(const struct client *client, struct session *session); /* undoes all of it */
  void (*on_work)(void);                                             /* the work event is set */
  void (*on_notify)(ULONG count, const NOTIFICATION *notifications);
  bool (*on_control)(void); /* a stop or shutdown: false = nothing is done about it */
  bool pausable;            /* accepts pause and continue */
  LPSERVICE_MAIN_FUNCTIONA
  second; /* ServiceMain of a second service, CLIENT_SECOND, in the table */
  int (*session)(const struct client *client, const HANDLE *handles, bool service);
};

/* Each program's own: changes the settings of the reference service. */
void client_setup(struct client *client);

/* The session of the reference service: initialise, log on, advise, pump, and all of it undone in
 * the documented order. Returns 0, or the exit code of a failure. */
int client_session(const struct client *client, const HANDLE *handles, bool service);
/* The end of it, and its parts for programs that end otherwise. */
void session_end(const struct client *client, struct session *session);
void session_unadvise(struct session *session); /* and the release of the sink */
void session_free(struct session *session);
void session_log_off(struct session *session); /* and the release of the session */

/* The flags of a MAPIInitialize beside the session's own. */
HRESULT client_initialize(const struct client *client, bool service);
/* Runs `work` on a thread of its own, until it ends; its handle when `wait` is not set. */
HANDLE client_thread(LPTHREAD_START_ROUTINE work, void *context, bool wait);

/* Reports SERVICE_RUNNING, once the client is ready for controls; nothing in a console program. */
void client_running(void);

/* Reports SERVICE_STOP_PENDING with the next checkpoint: the stop takes its time, and goes on. */
void client_stopping(void);

/* Keeps the thread busy without a call that anybody could see. */
void client_compute(unsigned ms);
void client_compute_us(unsigned us);

/* A handle that is closed and stays so: no later one is given its value. */
HANDLE client_closed_handle(void);

/* What the pumps do with the work event and with messages of the thread. */
void client_work(void);
void client_thread_message(const MSG *message);

/* The safe pump (pump.c), and a program's own: external, so that it is found in the object too. */
pump_function pump_reference;
pump_function pump;

/* An advise sink with one reference that calls client->on_notify (sink.c). NULL without memory. */
IMAPIAdviseSink *sink_new(const struct client *client);

#endif
