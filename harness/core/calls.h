/*
 * Every call that a record can name. The list exists once: enum, names, decoding and the hook
 * tables of stubs/hooks are made from it.
 *
 * X(name, family, payload)
 *   name     the function as Windows exports it (A and W forms apart), or Interface_Method
 *   family   what the judge and a scenario's `at:` trigger reason about (A, W and Ex forms
 * together) payload  the member of union rig_payload that its records fill (session.h)
 *
 * MAPI exports and methods that this version does not support share one call, MapiUnsupported;
 * their names travel as text.
 */
#ifndef RIG_CORE_CALLS_H
#define RIG_CORE_CALLS_H

#include <stdbool.h>

#define RIG_CALLS(X)                                                                               \
  /* message-aware waits */                                                                        \
  X(MsgWaitForMultipleObjects, MSG_WAIT, wait)                                                     \
  X(MsgWaitForMultipleObjectsEx, MSG_WAIT, wait)                                                   \
  X(WaitMessage, WAIT_MESSAGE, wait)                                                               \
  X(CoWaitForMultipleHandles, CO_WAIT, wait)                                                       \
  /* waits that serve no messages */                                                               \
  X(WaitForSingleObject, HANDLE_WAIT, wait)                                                        \
  X(WaitForSingleObjectEx, HANDLE_WAIT, wait)                                                      \
  X(WaitForMultipleObjects, HANDLE_WAIT, wait)                                                     \
  X(WaitForMultipleObjectsEx, HANDLE_WAIT, wait)                                                   \
  X(Sleep, SLEEP, wait)                                                                            \
  X(SleepEx, SLEEP, wait)                                                                          \
  /* retrieval */                                                                                  \
  X(GetMessageA, GET_MESSAGE, retrieve)                                                            \
  X(GetMessageW, GET_MESSAGE, retrieve)                                                            \
  X(PeekMessageA, PEEK_MESSAGE, retrieve)                                                          \
  X(PeekMessageW, PEEK_MESSAGE, retrieve)                                                          \
  X(GetQueueStatus, QUEUE_STATUS, queue)                                                           \
  /* dispatch */                                                                                   \
  X(TranslateMessage, TRANSLATE, message)                                                          \
  X(DispatchMessageA, DISPATCH, message)                                                           \
  X(DispatchMessageW, DISPATCH, message)                                                           \
  X(IsDialogMessageA, IS_DIALOG, message)                                                          \
  X(IsDialogMessageW, IS_DIALOG, message)                                                          \
  X(TranslateAcceleratorA, ACCELERATOR, message)                                                   \
  X(TranslateAcceleratorW, ACCELERATOR, message)                                                   \
  /* production */                                                                                 \
  X(PostMessageA, POST, message)                                                                   \
  X(PostMessageW, POST, message)                                                                   \
  X(PostThreadMessageA, POST_THREAD, message)                                                      \
  X(PostThreadMessageW, POST_THREAD, message)                                                      \
  X(PostQuitMessage, POST_QUIT, message)                                                           \
  X(SendMessageA, SEND, message)                                                                   \
  X(SendMessageW, SEND, message)                                                                   \
  X(SendMessageTimeoutA, SEND, message)                                                            \
  X(SendMessageTimeoutW, SEND, message)                                                            \
  X(SendNotifyMessageA, SEND, message)                                                             \
  X(SendNotifyMessageW, SEND, message)                                                             \
  X(SendMessageCallbackA, SEND, message)                                                           \
  X(SendMessageCallbackW, SEND, message)                                                           \
  X(SetEvent, SET_EVENT, object)                                                                   \
  X(ResetEvent, RESET_EVENT, object)                                                               \
  /* COM */                                                                                        \
  X(CoInitialize, CO_INIT, com)                                                                    \
  X(CoInitializeEx, CO_INIT, com)                                                                  \
  X(CoUninitialize, CO_UNINIT, com)                                                                \
  X(OleInitialize, CO_INIT, com)                                                                   \
  X(OleUninitialize, CO_UNINIT, com)                                                               \
  X(CoCreateInstance, CO_CREATE, com)                                                              \
  X(CoCreateInstanceEx, CO_CREATE, com)                                                            \
  /* service control manager and console */                                                        \
  X(StartServiceCtrlDispatcherA, SCM_DISPATCHER, scm)                                              \
  X(StartServiceCtrlDispatcherW, SCM_DISPATCHER, scm)                                              \
  X(RegisterServiceCtrlHandlerA, SCM_REGISTER, scm)                                                \
  X(RegisterServiceCtrlHandlerW, SCM_REGISTER, scm)                                                \
  X(RegisterServiceCtrlHandlerExA, SCM_REGISTER, scm)                                              \
  X(RegisterServiceCtrlHandlerExW, SCM_REGISTER, scm)                                              \
  X(SetServiceStatus, SCM_STATUS, scm)                                                             \
  X(HandlerEx, SCM_HANDLER, scm)                                                                   \
  X(SetConsoleCtrlHandler, CONSOLE_REGISTER, scm)                                                  \
  X(HandlerRoutine, CONSOLE_HANDLER, scm)                                                          \
  X(ServiceMain, SCM_MAIN, scm)                                                                    \
  /* MAPI */                                                                                       \
  X(MAPIInitialize, MAPI_INITIALIZE, init)                                                         \
  X(MAPIUninitialize, MAPI_UNINITIALIZE, init)                                                     \
  X(MAPILogonEx, MAPI_LOGON, logon)                                                                \
  X(MAPIAllocateBuffer, MAPI_ALLOCATE, buffer)                                                     \
  X(MAPIAllocateMore, MAPI_ALLOCATE_MORE, buffer)                                                  \
  X(MAPIFreeBuffer, MAPI_FREE, buffer)                                                             \
  X(HrDispatchNotifications, MAPI_DISPATCH_NOTIFICATIONS, mapi)                                    \
  X(ScInitMapiUtil, MAPI_UTIL, mapi)                                                               \
  X(DeinitMapiUtil, MAPI_UTIL, mapi)                                                               \
  X(HrAllocAdviseSink, MAPI_UTIL, mapi)                                                            \
  X(HrThisThreadAdviseSink, MAPI_UTIL, mapi)                                                       \
  X(IMAPISession_QueryInterface, MAPI_SESSION, mapi)                                               \
  X(IMAPISession_AddRef, MAPI_SESSION, mapi)                                                       \
  X(IMAPISession_Release, MAPI_SESSION, mapi)                                                      \
  X(IMAPISession_GetLastError, MAPI_SESSION, mapi)                                                 \
  X(IMAPISession_Logoff, MAPI_LOGOFF, mapi)                                                        \
  X(IMAPISession_Advise, MAPI_ADVISE, mapi)                                                        \
  X(IMAPISession_Unadvise, MAPI_UNADVISE, mapi)                                                    \
  X(IMAPIAdviseSink_OnNotify, MAPI_ON_NOTIFY, mapi)                                                \
  X(MapiUnsupported, MAPI_UNSUPPORTED, mapi)

enum rig_call {
  RIG_CALL_NONE,
#define RIG_X(name, family, payload) RIG_CALL_##name,
  RIG_CALLS(RIG_X)
#undef RIG_X
      RIG_CALL_COUNT
};

/* Families, with the word that a scenario's `at:` trigger uses for them ("" = not a trigger). */
#define RIG_FAMILIES(X)                                                                            \
  X(MSG_WAIT, "MsgWaitForMultipleObjects")                                                         \
  X(WAIT_MESSAGE, "WaitMessage")                                                                   \
  X(CO_WAIT, "CoWaitForMultipleHandles")                                                           \
  X(HANDLE_WAIT, "WaitForObjects")                                                                 \
  X(SLEEP, "Sleep")                                                                                \
  X(GET_MESSAGE, "GetMessage")                                                                     \
  X(PEEK_MESSAGE, "PeekMessage")                                                                   \
  X(QUEUE_STATUS, "GetQueueStatus")                                                                \
  X(TRANSLATE, "TranslateMessage")                                                                 \
  X(DISPATCH, "DispatchMessage")                                                                   \
  X(IS_DIALOG, "IsDialogMessage")                                                                  \
  X(ACCELERATOR, "TranslateAccelerator")                                                           \
  X(POST, "PostMessage")                                                                           \
  X(POST_THREAD, "PostThreadMessage")                                                              \
  X(POST_QUIT, "PostQuitMessage")                                                                  \
  X(SEND, "SendMessage")                                                                           \
  X(SET_EVENT, "SetEvent")                                                                         \
  X(RESET_EVENT, "ResetEvent")                                                                     \
  X(CO_INIT, "CoInitialize")                                                                       \
  X(CO_UNINIT, "CoUninitialize")                                                                   \
  X(CO_CREATE, "CoCreateInstance")                                                                 \
  X(SCM_DISPATCHER, "StartServiceCtrlDispatcher")                                                  \
  X(SCM_REGISTER, "RegisterServiceCtrlHandler")                                                    \
  X(SCM_STATUS, "SetServiceStatus")                                                                \
  X(SCM_HANDLER, "")                                                                               \
  X(SCM_MAIN, "")                                                                                  \
  X(CONSOLE_REGISTER, "SetConsoleCtrlHandler")                                                     \
  X(CONSOLE_HANDLER, "")                                                                           \
  X(MAPI_INITIALIZE, "MAPIInitialize")                                                             \
  X(MAPI_UNINITIALIZE, "MAPIUninitialize")                                                         \
  X(MAPI_LOGON, "MAPILogonEx")                                                                     \
  X(MAPI_ALLOCATE, "MAPIAllocateBuffer")                                                           \
  X(MAPI_ALLOCATE_MORE, "MAPIAllocateMore")                                                        \
  X(MAPI_FREE, "MAPIFreeBuffer")                                                                   \
  X(MAPI_DISPATCH_NOTIFICATIONS, "HrDispatchNotifications")                                        \
  X(MAPI_UTIL, "")                                                                                 \
  X(MAPI_SESSION, "")                                                                              \
  X(MAPI_LOGOFF, "Logoff")                                                                         \
  X(MAPI_ADVISE, "Advise")                                                                         \
  X(MAPI_UNADVISE, "Unadvise")                                                                     \
  X(MAPI_ON_NOTIFY, "OnNotify")                                                                    \
  X(MAPI_UNSUPPORTED, "")

enum rig_family {
  RIG_FAMILY_NONE,
#define RIG_X(name, word) RIG_FAMILY_##name,
  RIG_FAMILIES(RIG_X)
#undef RIG_X
      RIG_FAMILY_COUNT
};

/* Which member of union rig_payload a call's records fill. */
enum rig_shape {
  RIG_SHAPE_none,
  RIG_SHAPE_wait,
  RIG_SHAPE_retrieve,
  RIG_SHAPE_queue,
  RIG_SHAPE_message,
  RIG_SHAPE_object,
  RIG_SHAPE_com,
  RIG_SHAPE_scm,
  RIG_SHAPE_init,
  RIG_SHAPE_logon,
  RIG_SHAPE_buffer,
  RIG_SHAPE_mapi
};

/* Each tolerates any value (a record is untrusted) and answers "?", RIG_FAMILY_NONE or
 * RIG_SHAPE_none for one out of range. Names of methods read "IMAPISession::Logoff". */
const char *rig_call_name(unsigned call);
enum rig_family rig_call_family(unsigned call);
enum rig_shape rig_call_shape(unsigned call);
const char *rig_family_word(unsigned family);
/* The family that `word` names in a scenario's `at:`, RIG_FAMILY_NONE when there is none. */
enum rig_family rig_family_find(const char *word);
/* True for calls in which a thread can sit: what `blocked` in a scenario may name. */
bool rig_family_blocks(enum rig_family family);
/* True for the calls of MAPI that the client makes: what a fault of a scenario may meet. */
bool rig_family_faults(enum rig_family family);

#endif
