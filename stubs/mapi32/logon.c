/*
 * MAPILogonEx. Flags that break a rule of services are recorded and the call goes on, as on
 * Windows; only documented errors fail (D:mapilogonex, D:logging-on-to-mapi).
 *
 * Every named profile exists, and so does the default profile. The stand-in shows no dialog: where
 * a UI flag would have asked the user for a profile, it goes on as if the default one had been
 * chosen, so that a client with a wrong flag still reaches its pump.
 */
#include <mapix.h>

#include "director/director.h"
#include "director/faults.h"
#include "mapi32/internal.h"

#define LOGON_FLAGS                                                                                \
  (MAPI_ALLOW_OTHERS | MAPI_FLAG_BG_SESSION | MAPI_EXPLICIT_PROFILE | MAPI_EXTENDED |              \
   MAPI_FORCE_DOWNLOAD | MAPI_LOGON_UI | MAPI_NEW_SESSION | MAPI_NO_MAIL | MAPI_NT_SERVICE |       \
   MAPI_PASSWORD_UI | MAPI_SERVICE_UI_ALWAYS | MAPI_TIMEOUT_SHORT | MAPI_UNICODE |                 \
   MAPI_USE_DEFAULT)
#define UI_FLAGS (MAPI_LOGON_UI | MAPI_PASSWORD_UI | MAPI_SERVICE_UI_ALWAYS)

#define NAME_MAX cchProfileNameMax /* 64 characters (D:mapilogonex) */
#define TEXT_BYTES (4 * (NAME_MAX + 2))

/* A string argument, as the flags say it is meant. */
struct name {
  bool given;            /* neither NULL nor empty */
  bool valid;            /* readable, and at most NAME_MAX characters */
  char text[TEXT_BYTES]; /* UTF-8 */
  uint32_t bytes;
};

static struct name name_of(const void *string, ULONG flags) {
  struct name name = {.valid = true};
  if (!string)
    return name;
  bool unicode = (flags & MAPI_UNICODE) != 0;
  WCHAR wide[NAME_MAX + 2];
  int length;
  name.given = true;
  if (unicode ? IsBadStringPtrW(string, NAME_MAX + 1) : IsBadStringPtrA(string, NAME_MAX + 1)) {
    name.valid = false;
    return name;
  }
  if (unicode) {
    length = (int)wcsnlen(string, NAME_MAX + 1);
    memcpy(wide, string, (size_t)length * sizeof *wide);
  } else {
    length = (int)strnlen(string, NAME_MAX + 1);
    length = length ? MultiByteToWideChar(CP_ACP, 0, string, length, wide, NAME_MAX + 2) : 0;
  }
  name.given = length > 0;
  name.valid = length <= NAME_MAX;
  if (length)
    name.bytes =
        (uint32_t)WideCharToMultiByte(CP_UTF8, 0, wide, length, name.text, TEXT_BYTES, NULL, NULL);
  return name;
}

/* In the order: is MAPI there for this thread, flags, parameters, profile. */
static HRESULT check(const struct name *profile, const struct name *password, ULONG flags,
                     LPMAPISESSION *out) {
  if (!mapi_initialized_here())
    return MAPI_E_NOT_INITIALIZED;
  if (flags & ~(ULONG)LOGON_FLAGS)
    return MAPI_E_UNKNOWN_FLAGS;
  /* "one or more of the parameters to MAPILogonEx were invalid": the page has no error but this. */
  if (!out || IsBadWritePtr(out, sizeof *out) || !profile->valid || password->given)
    return MAPI_E_LOGON_FAILED;
  if (!(flags & MAPI_NEW_SESSION) && mapi_session_shared())
    return S_OK; /* the existing shared session, whatever profile was named */
  if (!profile->given && !(flags & (MAPI_USE_DEFAULT | UI_FLAGS)))
    return MAPI_E_LOGON_FAILED; /* "it cannot retrieve a profile name" */
  return S_OK;
}

HRESULT WINAPI MAPILogonEx(ULONG_PTR ulUIParam, LPTSTR lpszProfileName, LPTSTR lpszPassword,
                           ULONG ulFlags, LPMAPISESSION *lppSession) {
  struct name profile = name_of(lpszProfileName, ulFlags);
  struct name password = name_of(lpszPassword, ulFlags);
  union rig_payload payload = {.logon = {.ui_param = ulUIParam,
                                         .flags = ulFlags,
                                         .profile_given = profile.given,
                                         .password_given = !lpszPassword    ? 0
                                                           : password.given ? 1
                                                                            : 2}};
  uint32_t enter =
      rec_enter(RIG_CALL_MAPILogonEx, REC_CALLER, &payload, profile.text, profile.bytes);
  uint32_t failure;
  HRESULT result = dir_fault(RIG_CALL_MAPILogonEx, enter, &failure)
                       ? (HRESULT)failure
                       : check(&profile, &password, ulFlags, lppSession);
  if (SUCCEEDED(result)) {
    *lppSession = mapi_session_new((ulFlags & MAPI_ALLOW_OTHERS) != 0);
    if (!*lppSession)
      result = MAPI_E_NOT_ENOUGH_MEMORY;
    payload.logon.session = (uint64_t)(uintptr_t)*lppSession;
  } else if (lppSession && !IsBadWritePtr(lppSession, sizeof *lppSession)) {
    *lppSession = NULL;
  }
  payload.logon.result = (uint32_t)result;
  dir_mapi_logon_returned(result);
  rec_leave(enter, RIG_CALL_MAPILogonEx, REC_CALLER, &payload);
  return result;
}
