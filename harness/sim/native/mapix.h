/* What a bare pump's source may name of MAPI (windows.h of this folder): types, and buffers of its
 * own. The session is mapirig's: a pump that calls its methods is no bare one. */
#ifndef RIG_NATIVE_MAPIX_H
#define RIG_NATIVE_MAPIX_H

#include <windows.h>

typedef struct IMAPISession IMAPISession, *LPMAPISESSION;
typedef struct IMAPIAdviseSink IMAPIAdviseSink, *LPMAPIADVISESINK;
typedef struct NOTIFICATION NOTIFICATION, *LPNOTIFICATION;
typedef void(WINAPI *LPSERVICE_MAIN_FUNCTIONA)(DWORD, LPSTR *);
typedef void(WINAPI *LPSERVICE_MAIN_FUNCTIONW)(DWORD, LPWSTR *);

#define MAPI_E_NOT_ENOUGH_MEMORY E_OUTOFMEMORY

#define MAPIAllocateBuffer(bytes, out)                                                             \
  ((*(out) = malloc(bytes)) != NULL ? S_OK : MAPI_E_NOT_ENOUGH_MEMORY)
#define MAPIFreeBuffer(block) ((ULONG)RIG_NATIVE_FREE(block, S_OK))

#endif
