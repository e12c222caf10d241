/*
 * The lists of values: names and numbers, once; see names_flags.h for X and M. Where two names have
 * one value, the first is the one that decoding says, the second is understood when parsed.
 */
#ifndef RIG_CORE_NAMES_VALUES_H
#define RIG_CORE_NAMES_VALUES_H

/* Results of waits; the ones with an index are decoded by rig_format_wait. */
#define RIG_NAMES_WAIT(X, M)                                                                       \
  X(WAIT_OBJECT_0, 0x00000000u)                                                                    \
  X(WAIT_ABANDONED, 0x00000080u)                                                                   \
  X(WAIT_ABANDONED_0, 0x00000080u)                                                                 \
  X(WAIT_IO_COMPLETION, 0x000000C0u)                                                               \
  X(WAIT_TIMEOUT, 0x00000102u)                                                                     \
  X(WAIT_FAILED, 0xFFFFFFFFu)

/* HRESULTs: MAPI's of mapicode.h, then those of OLE and COM. Microsoft alone: the codes that later
 * MAPI headers added (microsoft/mfcmapi lists them). */
#define RIG_NAMES_HRESULT(X, M)                                                                    \
  X(S_OK, 0x00000000u)                                                                             \
  X(S_FALSE, 0x00000001u)                                                                          \
  X(MAPI_E_CALL_FAILED, 0x80004005u)                                                               \
  X(MAPI_E_NOT_ENOUGH_MEMORY, 0x8007000Eu)                                                         \
  X(MAPI_E_INVALID_PARAMETER, 0x80070057u)                                                         \
  X(MAPI_E_INTERFACE_NOT_SUPPORTED, 0x80004002u)                                                   \
  X(MAPI_E_NO_ACCESS, 0x80070005u)                                                                 \
  X(MAPI_E_NO_SUPPORT, 0x80040102u)                                                                \
  X(MAPI_E_BAD_CHARWIDTH, 0x80040103u)                                                             \
  X(MAPI_E_STRING_TOO_LONG, 0x80040105u)                                                           \
  X(MAPI_E_UNKNOWN_FLAGS, 0x80040106u)                                                             \
  X(MAPI_E_INVALID_ENTRYID, 0x80040107u)                                                           \
  X(MAPI_E_INVALID_OBJECT, 0x80040108u)                                                            \
  X(MAPI_E_OBJECT_CHANGED, 0x80040109u)                                                            \
  X(MAPI_E_OBJECT_DELETED, 0x8004010Au)                                                            \
  X(MAPI_E_BUSY, 0x8004010Bu)                                                                      \
  X(MAPI_E_NOT_ENOUGH_DISK, 0x8004010Du)                                                           \
  X(MAPI_E_NOT_ENOUGH_RESOURCES, 0x8004010Eu)                                                      \
  X(MAPI_E_NOT_FOUND, 0x8004010Fu)                                                                 \
  X(MAPI_E_VERSION, 0x80040110u)                                                                   \
  X(MAPI_E_LOGON_FAILED, 0x80040111u)                                                              \
  X(MAPI_E_SESSION_LIMIT, 0x80040112u)                                                             \
  X(MAPI_E_USER_CANCEL, 0x80040113u)                                                               \
  X(MAPI_E_UNABLE_TO_ABORT, 0x80040114u)                                                           \
  X(MAPI_E_NETWORK_ERROR, 0x80040115u)                                                             \
  X(MAPI_E_DISK_ERROR, 0x80040116u)                                                                \
  X(MAPI_E_TOO_COMPLEX, 0x80040117u)                                                               \
  X(MAPI_E_BAD_COLUMN, 0x80040118u)                                                                \
  X(MAPI_E_EXTENDED_ERROR, 0x80040119u)                                                            \
  X(MAPI_E_COMPUTED, 0x8004011Au)                                                                  \
  X(MAPI_E_CORRUPT_DATA, 0x8004011Bu)                                                              \
  X(MAPI_E_UNCONFIGURED, 0x8004011Cu)                                                              \
  X(MAPI_E_FAILONEPROVIDER, 0x8004011Du)                                                           \
  X(MAPI_E_UNKNOWN_CPID, 0x8004011Eu)                                                              \
  X(MAPI_E_UNKNOWN_LCID, 0x8004011Fu)                                                              \
  X(MAPI_E_PASSWORD_CHANGE_REQUIRED, 0x80040120u)                                                  \
  X(MAPI_E_PASSWORD_EXPIRED, 0x80040121u)                                                          \
  X(MAPI_E_INVALID_WORKSTATION_ACCOUNT, 0x80040122u)                                               \
  X(MAPI_E_INVALID_ACCESS_TIME, 0x80040123u)                                                       \
  X(MAPI_E_ACCOUNT_DISABLED, 0x80040124u)                                                          \
  X(MAPI_E_END_OF_SESSION, 0x80040200u)                                                            \
  X(MAPI_E_UNKNOWN_ENTRYID, 0x80040201u)                                                           \
  X(MAPI_E_MISSING_REQUIRED_COLUMN, 0x80040202u)                                                   \
  X(MAPI_W_NO_SERVICE, 0x00040203u)                                                                \
  X(MAPI_E_BAD_VALUE, 0x80040301u)                                                                 \
  X(MAPI_E_INVALID_TYPE, 0x80040302u)                                                              \
  X(MAPI_E_TYPE_NO_SUPPORT, 0x80040303u)                                                           \
  X(MAPI_E_UNEXPECTED_TYPE, 0x80040304u)                                                           \
  X(MAPI_E_TOO_BIG, 0x80040305u)                                                                   \
  X(MAPI_E_DECLINE_COPY, 0x80040306u)                                                              \
  X(MAPI_E_UNEXPECTED_ID, 0x80040307u)                                                             \
  X(MAPI_W_ERRORS_RETURNED, 0x00040380u)                                                           \
  X(MAPI_E_UNABLE_TO_COMPLETE, 0x80040400u)                                                        \
  X(MAPI_E_TIMEOUT, 0x80040401u)                                                                   \
  X(MAPI_E_TABLE_EMPTY, 0x80040402u)                                                               \
  X(MAPI_E_TABLE_TOO_BIG, 0x80040403u)                                                             \
  X(MAPI_E_INVALID_BOOKMARK, 0x80040405u)                                                          \
  X(MAPI_W_POSITION_CHANGED, 0x00040481u)                                                          \
  X(MAPI_W_APPROX_COUNT, 0x00040482u)                                                              \
  X(MAPI_E_WAIT, 0x80040500u)                                                                      \
  X(MAPI_E_CANCEL, 0x80040501u)                                                                    \
  X(MAPI_E_NOT_ME, 0x80040502u)                                                                    \
  X(MAPI_W_CANCEL_MESSAGE, 0x00040580u)                                                            \
  X(MAPI_E_CORRUPT_STORE, 0x80040600u)                                                             \
  X(MAPI_E_NOT_IN_QUEUE, 0x80040601u)                                                              \
  X(MAPI_E_NO_SUPPRESS, 0x80040602u)                                                               \
  X(MAPI_E_COLLISION, 0x80040604u)                                                                 \
  X(MAPI_E_NOT_INITIALIZED, 0x80040605u)                                                           \
  X(MAPI_E_NON_STANDARD, 0x80040606u)                                                              \
  X(MAPI_E_NO_RECIPIENTS, 0x80040607u)                                                             \
  X(MAPI_E_SUBMITTED, 0x80040608u)                                                                 \
  X(MAPI_E_HAS_FOLDERS, 0x80040609u)                                                               \
  X(MAPI_E_HAS_MESSAGES, 0x8004060Au)                                                              \
  X(MAPI_E_FOLDER_CYCLE, 0x8004060Bu)                                                              \
  X(MAPI_W_PARTIAL_COMPLETION, 0x00040680u)                                                        \
  X(MAPI_E_AMBIGUOUS_RECIP, 0x80040700u)                                                           \
  X(E_FAIL, 0x80004005u)                                                                           \
  X(E_OUTOFMEMORY, 0x8007000Eu)                                                                    \
  X(E_INVALIDARG, 0x80070057u)                                                                     \
  X(E_NOINTERFACE, 0x80004002u)                                                                    \
  X(E_ACCESSDENIED, 0x80070005u)                                                                   \
  X(E_NOTIMPL, 0x80004001u)                                                                        \
  X(E_POINTER, 0x80004003u)                                                                        \
  X(E_HANDLE, 0x80070006u)                                                                         \
  X(E_ABORT, 0x80004004u)                                                                          \
  X(E_UNEXPECTED, 0x8000FFFFu)                                                                     \
  X(E_PENDING, 0x8000000Au)                                                                        \
  X(CLASS_E_NOAGGREGATION, 0x80040110u)                                                            \
  X(CLASS_E_CLASSNOTAVAILABLE, 0x80040111u)                                                        \
  X(REGDB_E_CLASSNOTREG, 0x80040154u)                                                              \
  X(REGDB_E_IIDNOTREG, 0x80040155u)                                                                \
  X(CO_E_NOTINITIALIZED, 0x800401F0u)                                                              \
  X(CO_E_CLASSSTRING, 0x800401F3u)                                                                 \
  X(CO_E_SERVER_EXEC_FAILURE, 0x80080005u)                                                         \
  X(CO_E_SERVER_STOPPING, 0x80080008u)                                                             \
  X(CO_E_WRONG_SERVER_IDENTITY, 0x80004015u)                                                       \
  X(CO_E_LAUNCH_PERMSSION_DENIED, 0x8000401Bu)                                                     \
  X(CO_E_APPNOTFOUND, 0x800401F5u)                                                                 \
  X(CO_E_DLLNOTFOUND, 0x800401F8u)                                                                 \
  X(CO_E_ERRORINDLL, 0x800401F9u)                                                                  \
  X(CO_E_OBJNOTCONNECTED, 0x800401FDu)                                                             \
  X(MK_E_UNAVAILABLE, 0x800401E3u)                                                                 \
  X(RPC_S_CALLPENDING, 0x80010115u)                                                                \
  X(RPC_E_CHANGED_MODE, 0x80010106u)                                                               \
  X(RPC_E_CALL_REJECTED, 0x80010001u)                                                              \
  X(RPC_E_CALL_CANCELED, 0x80010002u)                                                              \
  X(RPC_E_CANTCALLOUT_ININPUTSYNCCALL, 0x8001010Du)                                                \
  X(RPC_E_CANTCALLOUT_INASYNCCALL, 0x80010004u)                                                    \
  X(RPC_E_WRONG_THREAD, 0x8001010Eu)                                                               \
  X(RPC_E_THREAD_NOT_INIT, 0x8001010Fu)                                                            \
  X(RPC_E_DISCONNECTED, 0x80010108u)                                                               \
  X(RPC_E_NO_SYNC, 0x80010120u)                                                                    \
  X(RPC_E_SERVERFAULT, 0x80010105u)                                                                \
  X(RPC_E_SERVERCALL_RETRYLATER, 0x8001010Au)                                                      \
  X(RPC_E_TIMEOUT, 0x8001011Fu)                                                                    \
  X(RPC_E_FAULT, 0x80010104u)                                                                      \
  X(DISP_E_EXCEPTION, 0x80020009u)                                                                 \
  X(DISP_E_MEMBERNOTFOUND, 0x80020003u)                                                            \
  X(OLE_E_WRONGCOMPOBJ, 0x8004000Eu)                                                               \
  X(STG_E_FILENOTFOUND, 0x80030002u)                                                               \
  X(STG_E_ACCESSDENIED, 0x80030005u)                                                               \
  X(STG_E_INVALIDPOINTER, 0x80030009u)                                                             \
  M(MAPI_E_RECONNECTED, 0x80040125u)                                                               \
  M(MAPI_E_OFFLINE, 0x80040126u)                                                                   \
  M(MAPI_E_PROFILE_DELETED, 0x80040204u)                                                           \
  M(MAPI_E_STORE_FULL, 0x8004060Cu)                                                                \
  M(MAPI_E_LOCKID_LIMIT, 0x8004060Du)                                                              \
  M(MAPI_E_NAMED_PROP_QUOTA_EXCEEDED, 0x80040900u)

/* Win32 errors that the hooked calls and services meet. */
#define RIG_NAMES_WIN32(X, M)                                                                      \
  X(ERROR_SUCCESS, 0x0000u)                                                                        \
  X(ERROR_INVALID_FUNCTION, 0x0001u)                                                               \
  X(ERROR_FILE_NOT_FOUND, 0x0002u)                                                                 \
  X(ERROR_PATH_NOT_FOUND, 0x0003u)                                                                 \
  X(ERROR_TOO_MANY_OPEN_FILES, 0x0004u)                                                            \
  X(ERROR_ACCESS_DENIED, 0x0005u)                                                                  \
  X(ERROR_INVALID_HANDLE, 0x0006u)                                                                 \
  X(ERROR_NOT_ENOUGH_MEMORY, 0x0008u)                                                              \
  X(ERROR_INVALID_BLOCK, 0x0009u)                                                                  \
  X(ERROR_BAD_ENVIRONMENT, 0x000Au)                                                                \
  X(ERROR_BAD_FORMAT, 0x000Bu)                                                                     \
  X(ERROR_INVALID_ACCESS, 0x000Cu)                                                                 \
  X(ERROR_INVALID_DATA, 0x000Du)                                                                   \
  X(ERROR_OUTOFMEMORY, 0x000Eu)                                                                    \
  X(ERROR_INVALID_DRIVE, 0x000Fu)                                                                  \
  X(ERROR_NO_MORE_FILES, 0x0012u)                                                                  \
  X(ERROR_NOT_READY, 0x0015u)                                                                      \
  X(ERROR_BAD_LENGTH, 0x0018u)                                                                     \
  X(ERROR_GEN_FAILURE, 0x001Fu)                                                                    \
  X(ERROR_SHARING_VIOLATION, 0x0020u)                                                              \
  X(ERROR_LOCK_VIOLATION, 0x0021u)                                                                 \
  X(ERROR_HANDLE_EOF, 0x0026u)                                                                     \
  X(ERROR_HANDLE_DISK_FULL, 0x0027u)                                                               \
  X(ERROR_NOT_SUPPORTED, 0x0032u)                                                                  \
  X(ERROR_FILE_EXISTS, 0x0050u)                                                                    \
  X(ERROR_INVALID_PARAMETER, 0x0057u)                                                              \
  X(ERROR_BROKEN_PIPE, 0x006Du)                                                                    \
  X(ERROR_OPEN_FAILED, 0x006Eu)                                                                    \
  X(ERROR_BUFFER_OVERFLOW, 0x006Fu)                                                                \
  X(ERROR_DISK_FULL, 0x0070u)                                                                      \
  X(ERROR_CALL_NOT_IMPLEMENTED, 0x0078u)                                                           \
  X(ERROR_SEM_TIMEOUT, 0x0079u)                                                                    \
  X(ERROR_INSUFFICIENT_BUFFER, 0x007Au)                                                            \
  X(ERROR_INVALID_NAME, 0x007Bu)                                                                   \
  X(ERROR_MOD_NOT_FOUND, 0x007Eu)                                                                  \
  X(ERROR_PROC_NOT_FOUND, 0x007Fu)                                                                 \
  X(ERROR_BAD_PATHNAME, 0x00A1u)                                                                   \
  X(ERROR_BUSY, 0x00AAu)                                                                           \
  X(ERROR_INVALID_ORDINAL, 0x00B6u)                                                                \
  X(ERROR_ALREADY_EXISTS, 0x00B7u)                                                                 \
  X(ERROR_BAD_EXE_FORMAT, 0x00C1u)                                                                 \
  X(ERROR_EXE_MACHINE_TYPE_MISMATCH, 0x00D8u)                                                      \
  X(ERROR_PIPE_BUSY, 0x00E7u)                                                                      \
  X(ERROR_NO_DATA, 0x00E8u)                                                                        \
  X(ERROR_PIPE_NOT_CONNECTED, 0x00E9u)                                                             \
  X(ERROR_MORE_DATA, 0x00EAu)                                                                      \
  X(WAIT_TIMEOUT, 0x0102u)                                                                         \
  X(ERROR_NO_MORE_ITEMS, 0x0103u)                                                                  \
  X(ERROR_DIRECTORY, 0x010Bu)                                                                      \
  X(ERROR_NOT_OWNER, 0x0120u)                                                                      \
  X(ERROR_TOO_MANY_POSTS, 0x012Au)                                                                 \
  X(ERROR_PARTIAL_COPY, 0x012Bu)                                                                   \
  X(ERROR_INVALID_ADDRESS, 0x01E7u)                                                                \
  X(ERROR_ARITHMETIC_OVERFLOW, 0x0216u)                                                            \
  X(ERROR_ABANDONED_WAIT_0, 0x02DFu)                                                               \
  X(ERROR_OPERATION_ABORTED, 0x03E3u)                                                              \
  X(ERROR_IO_INCOMPLETE, 0x03E4u)                                                                  \
  X(ERROR_IO_PENDING, 0x03E5u)                                                                     \
  X(ERROR_NOACCESS, 0x03E6u)                                                                       \
  X(ERROR_STACK_OVERFLOW, 0x03E9u)                                                                 \
  X(ERROR_INVALID_MESSAGE, 0x03EAu)                                                                \
  X(ERROR_INVALID_FLAGS, 0x03ECu)                                                                  \
  X(ERROR_BADDB, 0x03F1u)                                                                          \
  X(ERROR_BADKEY, 0x03F2u)                                                                         \
  X(ERROR_CANTOPEN, 0x03F3u)                                                                       \
  X(ERROR_CANTREAD, 0x03F4u)                                                                       \
  X(ERROR_CANTWRITE, 0x03F5u)                                                                      \
  X(ERROR_KEY_DELETED, 0x03FAu)                                                                    \
  X(ERROR_DEPENDENT_SERVICES_RUNNING, 0x041Bu)                                                     \
  X(ERROR_INVALID_SERVICE_CONTROL, 0x041Cu)                                                        \
  X(ERROR_SERVICE_REQUEST_TIMEOUT, 0x041Du)                                                        \
  X(ERROR_SERVICE_NO_THREAD, 0x041Eu)                                                              \
  X(ERROR_SERVICE_DATABASE_LOCKED, 0x041Fu)                                                        \
  X(ERROR_SERVICE_ALREADY_RUNNING, 0x0420u)                                                        \
  X(ERROR_INVALID_SERVICE_ACCOUNT, 0x0421u)                                                        \
  X(ERROR_SERVICE_DISABLED, 0x0422u)                                                               \
  X(ERROR_SERVICE_DOES_NOT_EXIST, 0x0424u)                                                         \
  X(ERROR_SERVICE_CANNOT_ACCEPT_CTRL, 0x0425u)                                                     \
  X(ERROR_SERVICE_NOT_ACTIVE, 0x0426u)                                                             \
  X(ERROR_FAILED_SERVICE_CONTROLLER_CONNECT, 0x0427u)                                              \
  X(ERROR_EXCEPTION_IN_SERVICE, 0x0428u)                                                           \
  X(ERROR_SERVICE_SPECIFIC_ERROR, 0x042Au)                                                         \
  X(ERROR_PROCESS_ABORTED, 0x042Bu)                                                                \
  X(ERROR_SERVICE_DEPENDENCY_FAIL, 0x042Cu)                                                        \
  X(ERROR_SERVICE_LOGON_FAILED, 0x042Du)                                                           \
  X(ERROR_SERVICE_MARKED_FOR_DELETE, 0x0430u)                                                      \
  X(ERROR_SERVICE_EXISTS, 0x0431u)                                                                 \
  X(ERROR_DLL_INIT_FAILED, 0x045Au)                                                                \
  X(ERROR_SHUTDOWN_IN_PROGRESS, 0x045Bu)                                                           \
  X(ERROR_POSSIBLE_DEADLOCK, 0x046Bu)                                                              \
  X(ERROR_DLL_NOT_FOUND, 0x0485u)                                                                  \
  X(ERROR_MESSAGE_SYNC_ONLY, 0x0487u)                                                              \
  X(ERROR_NOT_FOUND, 0x0490u)                                                                      \
  X(ERROR_NO_MATCH, 0x0491u)                                                                       \
  X(ERROR_CANCELLED, 0x04C7u)                                                                      \
  X(ERROR_CONNECTION_REFUSED, 0x04C9u)                                                             \
  X(ERROR_LOGON_FAILURE, 0x052Eu)                                                                  \
  X(ERROR_INVALID_WINDOW_HANDLE, 0x0578u)                                                          \
  X(ERROR_INVALID_MENU_HANDLE, 0x0579u)                                                            \
  X(ERROR_CANNOT_FIND_WND_CLASS, 0x057Fu)                                                          \
  X(ERROR_WINDOW_OF_OTHER_THREAD, 0x0580u)                                                         \
  X(ERROR_CLASS_ALREADY_EXISTS, 0x0582u)                                                           \
  X(ERROR_CLASS_DOES_NOT_EXIST, 0x0583u)                                                           \
  X(ERROR_INVALID_THREAD_ID, 0x05A4u)                                                              \
  X(ERROR_INTERNAL_ERROR, 0x054Fu)                                                                 \
  X(ERROR_NO_SYSTEM_RESOURCES, 0x05AAu)                                                            \
  X(ERROR_COMMITMENT_LIMIT, 0x05AFu)                                                               \
  X(ERROR_REQUIRES_INTERACTIVE_WINDOWSTATION, 0x05B3u)                                             \
  X(ERROR_TIMEOUT, 0x05B4u)                                                                        \
  X(RPC_S_SERVER_UNAVAILABLE, 0x06BAu)                                                             \
  X(RPC_S_CALL_FAILED, 0x06BEu)                                                                    \
  X(ERROR_NOT_ENOUGH_QUOTA, 0x0718u)                                                               \
  X(ERROR_INVALID_STATE, 0x139Fu)

/* SERVICE_STATUS.dwCurrentState */
#define RIG_NAMES_SERVICE_STATE(X, M)                                                              \
  X(SERVICE_STOPPED, 0x0001u)                                                                      \
  X(SERVICE_START_PENDING, 0x0002u)                                                                \
  X(SERVICE_STOP_PENDING, 0x0003u)                                                                 \
  X(SERVICE_RUNNING, 0x0004u)                                                                      \
  X(SERVICE_CONTINUE_PENDING, 0x0005u)                                                             \
  X(SERVICE_PAUSE_PENDING, 0x0006u)                                                                \
  X(SERVICE_PAUSED, 0x0007u)

/* Controls of HandlerEx */
#define RIG_NAMES_SERVICE_CONTROL(X, M)                                                            \
  X(SERVICE_CONTROL_STOP, 0x0001u)                                                                 \
  X(SERVICE_CONTROL_PAUSE, 0x0002u)                                                                \
  X(SERVICE_CONTROL_CONTINUE, 0x0003u)                                                             \
  X(SERVICE_CONTROL_INTERROGATE, 0x0004u)                                                          \
  X(SERVICE_CONTROL_SHUTDOWN, 0x0005u)                                                             \
  X(SERVICE_CONTROL_PARAMCHANGE, 0x0006u)                                                          \
  X(SERVICE_CONTROL_NETBINDADD, 0x0007u)                                                           \
  X(SERVICE_CONTROL_NETBINDREMOVE, 0x0008u)                                                        \
  X(SERVICE_CONTROL_NETBINDENABLE, 0x0009u)                                                        \
  X(SERVICE_CONTROL_NETBINDDISABLE, 0x000Au)                                                       \
  X(SERVICE_CONTROL_DEVICEEVENT, 0x000Bu)                                                          \
  X(SERVICE_CONTROL_HARDWAREPROFILECHANGE, 0x000Cu)                                                \
  X(SERVICE_CONTROL_POWEREVENT, 0x000Du)                                                           \
  X(SERVICE_CONTROL_SESSIONCHANGE, 0x000Eu)                                                        \
  X(SERVICE_CONTROL_PRESHUTDOWN, 0x000Fu)                                                          \
  X(SERVICE_CONTROL_TIMECHANGE, 0x0010u)                                                           \
  X(SERVICE_CONTROL_USER_LOGOFF, 0x0011u)                                                          \
  X(SERVICE_CONTROL_TRIGGEREVENT, 0x0020u)                                                         \
  X(SERVICE_CONTROL_LOWRESOURCES, 0x0060u)                                                         \
  X(SERVICE_CONTROL_SYSTEMLOWRESOURCES, 0x0061u)

/* Controls of HandlerRoutine */
#define RIG_NAMES_CONSOLE_CONTROL(X, M)                                                            \
  X(CTRL_C_EVENT, 0x0000u)                                                                         \
  X(CTRL_BREAK_EVENT, 0x0001u)                                                                     \
  X(CTRL_CLOSE_EVENT, 0x0002u)                                                                     \
  X(CTRL_LOGOFF_EVENT, 0x0005u)                                                                    \
  X(CTRL_SHUTDOWN_EVENT, 0x0006u)

/* Exceptions, and the statuses that end a process. EXCEPTION_WINE_*: wine/exception.h, raised by a
 * call of an export that Wine does not implement, and by an assertion of Wine; the C++ one is what
 * Microsoft's and Wine's runtimes raise for throw. */
#define RIG_NAMES_EXCEPTION(X, M)                                                                  \
  X(EXCEPTION_ACCESS_VIOLATION, 0xC0000005u)                                                       \
  X(EXCEPTION_DATATYPE_MISALIGNMENT, 0x80000002u)                                                  \
  X(EXCEPTION_BREAKPOINT, 0x80000003u)                                                             \
  X(EXCEPTION_SINGLE_STEP, 0x80000004u)                                                            \
  X(EXCEPTION_ARRAY_BOUNDS_EXCEEDED, 0xC000008Cu)                                                  \
  X(EXCEPTION_FLT_DENORMAL_OPERAND, 0xC000008Du)                                                   \
  X(EXCEPTION_FLT_DIVIDE_BY_ZERO, 0xC000008Eu)                                                     \
  X(EXCEPTION_FLT_INEXACT_RESULT, 0xC000008Fu)                                                     \
  X(EXCEPTION_FLT_INVALID_OPERATION, 0xC0000090u)                                                  \
  X(EXCEPTION_FLT_OVERFLOW, 0xC0000091u)                                                           \
  X(EXCEPTION_FLT_STACK_CHECK, 0xC0000092u)                                                        \
  X(EXCEPTION_FLT_UNDERFLOW, 0xC0000093u)                                                          \
  X(EXCEPTION_INT_DIVIDE_BY_ZERO, 0xC0000094u)                                                     \
  X(EXCEPTION_INT_OVERFLOW, 0xC0000095u)                                                           \
  X(EXCEPTION_PRIV_INSTRUCTION, 0xC0000096u)                                                       \
  X(EXCEPTION_IN_PAGE_ERROR, 0xC0000006u)                                                          \
  X(EXCEPTION_ILLEGAL_INSTRUCTION, 0xC000001Du)                                                    \
  X(EXCEPTION_NONCONTINUABLE_EXCEPTION, 0xC0000025u)                                               \
  X(EXCEPTION_STACK_OVERFLOW, 0xC00000FDu)                                                         \
  X(EXCEPTION_INVALID_DISPOSITION, 0xC0000026u)                                                    \
  X(EXCEPTION_GUARD_PAGE, 0x80000001u)                                                             \
  X(EXCEPTION_INVALID_HANDLE, 0xC0000008u)                                                         \
  X(CONTROL_C_EXIT, 0xC000013Au)                                                                   \
  X(DBG_CONTROL_C, 0x40010005u)                                                                    \
  X(DBG_CONTROL_BREAK, 0x40010008u)                                                                \
  X(STATUS_NO_MEMORY, 0xC0000017u)                                                                 \
  X(STATUS_DLL_NOT_FOUND, 0xC0000135u)                                                             \
  X(STATUS_ORDINAL_NOT_FOUND, 0xC0000138u)                                                         \
  X(STATUS_ENTRYPOINT_NOT_FOUND, 0xC0000139u)                                                      \
  X(STATUS_DLL_INIT_FAILED, 0xC0000142u)                                                           \
  X(STATUS_HEAP_CORRUPTION, 0xC0000374u)                                                           \
  X(STATUS_STACK_BUFFER_OVERRUN, 0xC0000409u)                                                      \
  X(STATUS_INVALID_CRUNTIME_PARAMETER, 0xC0000417u)                                                \
  X(STATUS_ASSERTION_FAILURE, 0xC0000420u)                                                         \
  X(STATUS_FATAL_APP_EXIT, 0x40000015u)                                                            \
  X(STATUS_INVALID_IMAGE_FORMAT, 0xC000007Bu)                                                      \
  X(STATUS_POSSIBLE_DEADLOCK, 0xC0000194u)                                                         \
  M(EXCEPTION_WINE_STUB, 0x80000100u)                                                              \
  M(EXCEPTION_WINE_ASSERTION, 0x80000101u)                                                         \
  M(EXCEPTION_WINE_CXX_EXCEPTION, 0xE06D7363u)

#endif
