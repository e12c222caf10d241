/*
 * The functions of Windows and of the C run-time library that are simulated: an ms_abi function for
 * each name that a program may import. The list exists once; a name that is not in it is bound to a
 * trap ("not simulated: CreateFileW"). Names of one function in two forms (A and W) stand apart.
 *
 * A function is defined by RIG_SHIM (shims_private.h) in the file of its topic.
 */
#ifndef RIG_SIM_SHIMS_H
#define RIG_SIM_SHIMS_H

/* shims_retrieve.c, shims_classes.c, shims_windows.c, shims_show.c, shims_activation.c,
 * shims_post.c */
#define RIG_SHIMS_USER(X)                                                                          \
  X(GetMessageA)                                                                                   \
  X(GetMessageW)                                                                                   \
  X(PeekMessageA)                                                                                  \
  X(PeekMessageW)                                                                                  \
  X(GetQueueStatus)                                                                                \
  X(GetInputState)                                                                                 \
  X(TranslateMessage)                                                                              \
  X(DispatchMessageA)                                                                              \
  X(DispatchMessageW)                                                                              \
  X(IsDialogMessageA)                                                                              \
  X(IsDialogMessageW)                                                                              \
  X(TranslateAcceleratorA)                                                                         \
  X(TranslateAcceleratorW)                                                                         \
  X(CreateAcceleratorTableA)                                                                       \
  X(CreateAcceleratorTableW)                                                                       \
  X(DestroyAcceleratorTable)                                                                       \
  X(PostMessageA)                                                                                  \
  X(PostMessageW)                                                                                  \
  X(PostThreadMessageA)                                                                            \
  X(PostThreadMessageW)                                                                            \
  X(PostQuitMessage)                                                                               \
  X(SendMessageA)                                                                                  \
  X(SendMessageW)                                                                                  \
  X(SendMessageTimeoutA)                                                                           \
  X(SendMessageTimeoutW)                                                                           \
  X(SendNotifyMessageA)                                                                            \
  X(SendNotifyMessageW)                                                                            \
  X(ReplyMessage)                                                                                  \
  X(InSendMessage)                                                                                 \
  X(InSendMessageEx)                                                                               \
  X(RegisterClassA)                                                                                \
  X(RegisterClassW)                                                                                \
  X(RegisterClassExA)                                                                              \
  X(RegisterClassExW)                                                                              \
  X(UnregisterClassA)                                                                              \
  X(UnregisterClassW)                                                                              \
  X(CreateWindowExA)                                                                               \
  X(CreateWindowExW)                                                                               \
  X(DestroyWindow)                                                                                 \
  X(DefWindowProcA)                                                                                \
  X(DefWindowProcW)                                                                                \
  X(GetWindowLongPtrA)                                                                             \
  X(GetWindowLongPtrW)                                                                             \
  X(SetWindowLongPtrA)                                                                             \
  X(SetWindowLongPtrW)                                                                             \
  X(IsWindow)                                                                                      \
  X(ShowWindow)                                                                                    \
  X(UpdateWindow)                                                                                  \
  X(IsWindowVisible)                                                                               \
  X(GetActiveWindow)                                                                               \
  X(GetForegroundWindow)                                                                           \
  X(SetForegroundWindow)                                                                           \
  X(GetFocus)                                                                                      \
  X(SetFocus)                                                                                      \
  X(GetDesktopWindow)                                                                              \
  X(GetWindowThreadProcessId)                                                                      \
  X(RegisterWindowMessageA)                                                                        \
  X(RegisterWindowMessageW)                                                                        \
  X(SetTimer)                                                                                      \
  X(KillTimer)                                                                                     \
  X(InvalidateRect)                                                                                \
  X(ValidateRect)                                                                                  \
  X(IsGUIThread)                                                                                   \
  X(MessageBoxA)                                                                                   \
  X(MessageBoxW)

/* shims_waits.c */
#define RIG_SHIMS_WAITS(X)                                                                         \
  X(MsgWaitForMultipleObjects)                                                                     \
  X(MsgWaitForMultipleObjectsEx)                                                                   \
  X(WaitMessage)                                                                                   \
  X(WaitForSingleObject)                                                                           \
  X(WaitForSingleObjectEx)                                                                         \
  X(WaitForMultipleObjects)                                                                        \
  X(WaitForMultipleObjectsEx)                                                                      \
  X(Sleep)                                                                                         \
  X(SleepEx)                                                                                       \
  X(SwitchToThread)                                                                                \
  X(SignalObjectAndWait)

/* shims_native.c: of ntdll itself */
#define RIG_SHIMS_NATIVE(X)                                                                        \
  X(NtDelayExecution)                                                                              \
  X(NtYieldExecution)                                                                              \
  X(NtWaitForSingleObject)                                                                         \
  X(NtWaitForMultipleObjects)                                                                      \
  X(NtSetEvent)                                                                                    \
  X(NtResetEvent)                                                                                  \
  X(NtClose)

/* shims_objects.c */
#define RIG_SHIMS_OBJECTS(X)                                                                       \
  X(CreateEventA)                                                                                  \
  X(CreateEventW)                                                                                  \
  X(CreateEventExA)                                                                                \
  X(CreateEventExW)                                                                                \
  X(OpenEventA)                                                                                    \
  X(OpenEventW)                                                                                    \
  X(SetEvent)                                                                                      \
  X(ResetEvent)                                                                                    \
  X(PulseEvent)                                                                                    \
  X(CreateMutexA)                                                                                  \
  X(CreateMutexW)                                                                                  \
  X(ReleaseMutex)                                                                                  \
  X(CreateSemaphoreA)                                                                              \
  X(CreateSemaphoreW)                                                                              \
  X(ReleaseSemaphore)                                                                              \
  X(CreateWaitableTimerA)                                                                          \
  X(CreateWaitableTimerW)                                                                          \
  X(SetWaitableTimer)                                                                              \
  X(CancelWaitableTimer)                                                                           \
  X(CloseHandle)                                                                                   \
  X(DuplicateHandle)                                                                               \
  X(CreatePipe)                                                                                    \
  X(ReadFile)                                                                                      \
  X(GetHandleInformation)                                                                          \
  X(SetHandleInformation)

/* shims_threads.c, shims_locks.c */
#define RIG_SHIMS_THREADS(X)                                                                       \
  X(CreateThread)                                                                                  \
  X(_beginthreadex)                                                                                \
  X(_beginthread)                                                                                  \
  X(_endthreadex)                                                                                  \
  X(_endthread)                                                                                    \
  X(ExitThread)                                                                                    \
  X(GetExitCodeThread)                                                                             \
  X(GetCurrentThread)                                                                              \
  X(GetCurrentThreadId)                                                                            \
  X(GetThreadId)                                                                                   \
  X(GetCurrentProcess)                                                                             \
  X(GetCurrentProcessId)                                                                           \
  X(GetProcessId)                                                                                  \
  X(QueueUserAPC)                                                                                  \
  X(SetThreadPriority)                                                                             \
  X(GetThreadPriority)                                                                             \
  X(SetThreadDescription)                                                                          \
  X(TlsAlloc)                                                                                      \
  X(TlsFree)                                                                                       \
  X(TlsGetValue)                                                                                   \
  X(TlsSetValue)                                                                                   \
  X(FlsAlloc)                                                                                      \
  X(FlsFree)                                                                                       \
  X(FlsGetValue)                                                                                   \
  X(FlsSetValue)                                                                                   \
  X(ExitProcess)                                                                                   \
  X(TerminateProcess)                                                                              \
  X(InitializeCriticalSection)                                                                     \
  X(InitializeCriticalSectionAndSpinCount)                                                         \
  X(InitializeCriticalSectionEx)                                                                   \
  X(EnterCriticalSection)                                                                          \
  X(TryEnterCriticalSection)                                                                       \
  X(LeaveCriticalSection)                                                                          \
  X(DeleteCriticalSection)                                                                         \
  X(InitializeSRWLock)                                                                             \
  X(AcquireSRWLockExclusive)                                                                       \
  X(AcquireSRWLockShared)                                                                          \
  X(TryAcquireSRWLockExclusive)                                                                    \
  X(TryAcquireSRWLockShared)                                                                       \
  X(ReleaseSRWLockExclusive)                                                                       \
  X(ReleaseSRWLockShared)                                                                          \
  X(InitializeConditionVariable)                                                                   \
  X(SleepConditionVariableCS)                                                                      \
  X(SleepConditionVariableSRW)                                                                     \
  X(WakeConditionVariable)                                                                         \
  X(WakeAllConditionVariable)                                                                      \
  X(InitOnceExecuteOnce)                                                                           \
  X(WaitOnAddress)                                                                                 \
  X(WakeByAddressSingle)                                                                           \
  X(WakeByAddressAll)

/* shims_memory.c, shims_clock.c, shims_modules.c, shims_system.c */
#define RIG_SHIMS_SYSTEM(X)                                                                        \
  X(GetProcessHeap)                                                                                \
  X(HeapCreate)                                                                                    \
  X(HeapDestroy)                                                                                   \
  X(HeapAlloc)                                                                                     \
  X(HeapReAlloc)                                                                                   \
  X(HeapFree)                                                                                      \
  X(HeapSize)                                                                                      \
  X(LocalAlloc)                                                                                    \
  X(LocalReAlloc)                                                                                  \
  X(LocalFree)                                                                                     \
  X(GlobalAlloc)                                                                                   \
  X(GlobalFree)                                                                                    \
  X(CoTaskMemAlloc)                                                                                \
  X(CoTaskMemFree)                                                                                 \
  X(malloc)                                                                                        \
  X(calloc)                                                                                        \
  X(realloc)                                                                                       \
  X(free)                                                                                          \
  X(_Znwy)                                                                                         \
  X(_Znay)                                                                                         \
  X(_ZdlPv)                                                                                        \
  X(_ZdlPvy)                                                                                       \
  X(_ZdaPv)                                                                                        \
  X(_ZdaPvy)                                                                                       \
  X(GetLastError)                                                                                  \
  X(SetLastError)                                                                                  \
  X(GetTickCount)                                                                                  \
  X(GetTickCount64)                                                                                \
  X(QueryPerformanceCounter)                                                                       \
  X(QueryPerformanceFrequency)                                                                     \
  X(GetSystemTimeAsFileTime)                                                                       \
  X(timeGetTime)                                                                                   \
  X(OutputDebugStringA)                                                                            \
  X(OutputDebugStringW)                                                                            \
  X(GetModuleHandleA)                                                                              \
  X(GetModuleHandleW)                                                                              \
  X(LoadLibraryA)                                                                                  \
  X(LoadLibraryW)                                                                                  \
  X(FreeLibrary)                                                                                   \
  X(DisableThreadLibraryCalls)                                                                     \
  X(GetProcAddress)                                                                                \
  X(GetSystemDirectoryA)                                                                           \
  X(GetSystemDirectoryW)                                                                           \
  X(GetCommandLineA)                                                                               \
  X(GetCommandLineW)                                                                               \
  X(IsDebuggerPresent)                                                                             \
  X(SetUnhandledExceptionFilter)                                                                   \
  X(SetErrorMode)                                                                                  \
  X(DebugBreak)                                                                                    \
  X(abort)                                                                                         \
  X(exit)                                                                                          \
  X(_exit)                                                                                         \
  X(atexit)                                                                                        \
  X(_onexit)

/* shims_text.c, shims_print.c */
#define RIG_SHIMS_TEXT(X)                                                                          \
  X(memcpy)                                                                                        \
  X(memmove)                                                                                       \
  X(memset)                                                                                        \
  X(memcmp)                                                                                        \
  X(memchr)                                                                                        \
  X(strlen)                                                                                        \
  X(strnlen)                                                                                       \
  X(strcpy)                                                                                        \
  X(strncpy)                                                                                       \
  X(strcat)                                                                                        \
  X(strncat)                                                                                       \
  X(strcmp)                                                                                        \
  X(strncmp)                                                                                       \
  X(_stricmp)                                                                                      \
  X(_strnicmp)                                                                                     \
  X(strchr)                                                                                        \
  X(strrchr)                                                                                       \
  X(strstr)                                                                                        \
  X(strcspn)                                                                                       \
  X(strspn)                                                                                        \
  X(_strdup)                                                                                       \
  X(wcslen)                                                                                        \
  X(wcsnlen)                                                                                       \
  X(wcscpy)                                                                                        \
  X(wcsncpy)                                                                                       \
  X(wcscat)                                                                                        \
  X(wcscmp)                                                                                        \
  X(wcsncmp)                                                                                       \
  X(_wcsicmp)                                                                                      \
  X(wcschr)                                                                                        \
  X(wcsrchr)                                                                                       \
  X(wcsstr)                                                                                        \
  X(lstrlenA)                                                                                      \
  X(lstrlenW)                                                                                      \
  X(lstrcpyA)                                                                                      \
  X(lstrcpyW)                                                                                      \
  X(lstrcmpA)                                                                                      \
  X(lstrcmpW)                                                                                      \
  X(atoi)                                                                                          \
  X(strtol)                                                                                        \
  X(strtoul)                                                                                       \
  X(strtoull)                                                                                      \
  X(rand)                                                                                          \
  X(srand)                                                                                         \
  X(MultiByteToWideChar)                                                                           \
  X(WideCharToMultiByte)                                                                           \
  X(printf)                                                                                        \
  X(__mingw_printf)                                                                                \
  X(fprintf)                                                                                       \
  X(__mingw_fprintf)                                                                               \
  X(vprintf)                                                                                       \
  X(__mingw_vprintf)                                                                               \
  X(vfprintf)                                                                                      \
  X(__mingw_vfprintf)                                                                              \
  X(sprintf)                                                                                       \
  X(__mingw_sprintf)                                                                               \
  X(snprintf)                                                                                      \
  X(_snprintf)                                                                                     \
  X(__mingw_snprintf)                                                                              \
  X(vsnprintf)                                                                                     \
  X(_vsnprintf)                                                                                    \
  X(__mingw_vsnprintf)                                                                             \
  X(_snwprintf)                                                                                    \
  X(__mingw_snwprintf)                                                                             \
  X(__mingw_vsnwprintf)                                                                            \
  X(wsprintfA)                                                                                     \
  X(wsprintfW)                                                                                     \
  X(puts)                                                                                          \
  X(putchar)                                                                                       \
  X(fputs)                                                                                         \
  X(fputc)                                                                                         \
  X(fwrite)                                                                                        \
  X(fflush)                                                                                        \
  X(__acrt_iob_func)                                                                               \
  X(__iob_func)                                                                                    \
  X(__stdio_common_vfprintf)                                                                       \
  X(__stdio_common_vsprintf)

/* shims_com.c */
#define RIG_SHIMS_COM(X)                                                                           \
  X(CoInitialize)                                                                                  \
  X(CoInitializeEx)                                                                                \
  X(CoUninitialize)                                                                                \
  X(OleInitialize)                                                                                 \
  X(OleUninitialize)                                                                               \
  X(CoWaitForMultipleHandles)                                                                      \
  X(CoGetApartmentType)

#define RIG_SHIMS(X)                                                                               \
  RIG_SHIMS_USER(X)                                                                                \
  RIG_SHIMS_WAITS(X)                                                                               \
  RIG_SHIMS_NATIVE(X)                                                                              \
  RIG_SHIMS_OBJECTS(X)                                                                             \
  RIG_SHIMS_THREADS(X)                                                                             \
  RIG_SHIMS_SYSTEM(X)                                                                              \
  RIG_SHIMS_TEXT(X)                                                                                \
  RIG_SHIMS_COM(X)

#endif
