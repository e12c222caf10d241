/*
 * The exports that this version does not support: present under every name that Windows has,
 * recorded with their name, and failing in the way their type allows. Made from exports.h, with as
 * many words of arguments as x86 pops, so that a 32-bit caller's stack stays right.
 *
 * No MAPI header is included: these prototypes are deliberately not the declared ones.
 */
#include <stdint.h>
#include <windows.h>

#include "mapi32/exports.h"
#include "mapi32/internal.h"

/* Values of mapicode.h, smapi.h, winerror.h and xcmc.h. */
#define FAILURE_HR 0x80040102u
#define FAILURE_VARIADIC 0x80040102u
#define FAILURE_SMAPI 26u
#define FAILURE_BOOL 0u
#define FAILURE_POINTER 0u
#define FAILURE_COUNT 0u
#define FAILURE_NONE 0u
#define FAILURE_FILETIME 0u
#define FAILURE_FAILED 0xFFFFFFFFu
#define FAILURE_WINERROR 120u
#define FAILURE_CLASS 0x80040111u
#define FAILURE_UNLOAD 1u
#define FAILURE_CMC 21u

#define WORD(i) uintptr_t a##i __attribute__((unused))
#define WORDS_0 void
#define WORDS_4 WORD(1)
#define WORDS_8 WORDS_4, WORD(2)
#define WORDS_12 WORDS_8, WORD(3)
#define WORDS_16 WORDS_12, WORD(4)
#define WORDS_20 WORDS_16, WORD(5)
#define WORDS_24 WORDS_20, WORD(6)
#define WORDS_28 WORDS_24, WORD(7)
#define WORDS_32 WORDS_28, WORD(8)
#define WORDS_36 WORDS_32, WORD(9)
#define WORDS_40 WORDS_36, WORD(10)
#define WORDS_44 WORDS_40, WORD(11)

#define OUT_0 ((void)0)
#define OUT_1 clear((void **)a1)
#define OUT_2 clear((void **)a2)
#define OUT_3 clear((void **)a3)
#define OUT_4 clear((void **)a4)
#define OUT_5 clear((void **)a5)
#define OUT_6 clear((void **)a6)
#define OUT_7 clear((void **)a7)
#define OUT_8 clear((void **)a8)
#define OUT_9 clear((void **)a9)
#define OUT_11 clear((void **)a11)

/* The wide type fills every return register a kind can use: rax, or edx:eax for a FILETIME. */
#define FUNCTION(name, convention, words, failure, out, flags)                                     \
  uint64_t convention name(words);                                                                 \
  uint64_t convention name(words) {                                                                \
    out;                                                                                           \
    return mapi_unsupported(NULL, #name, REC_CALLER, (uint32_t)(flags), failure);                  \
  }

#define STUB_REAL(name, bytes, kind, out)
#define STUB_STDCALL(name, bytes, kind, out)                                                       \
  FUNCTION(name, WINAPI, WORDS_##bytes, FAILURE_##kind, OUT_##out, 0)
#define STUB_CDECL(name, bytes, kind, out)                                                         \
  FUNCTION(name, __cdecl, WORDS_##bytes, FAILURE_##kind, OUT_##out, 0)
/* Kinds that name the argument of their flags. */
#define STUB_FLAGS(name, bytes, failure, out, flags)                                               \
  FUNCTION(name, WINAPI, WORDS_##bytes, failure, OUT_##out, flags)
#define STUB_HR2(name, bytes, kind, out) STUB_FLAGS(name, bytes, FAILURE_HR, out, a2)
#define STUB_SMAPI3(name, bytes, kind, out) STUB_FLAGS(name, bytes, FAILURE_SMAPI, out, a3)
#define STUB_SMAPI4(name, bytes, kind, out) STUB_FLAGS(name, bytes, FAILURE_SMAPI, out, a4)
#define STUB_SMAPI5(name, bytes, kind, out) STUB_FLAGS(name, bytes, FAILURE_SMAPI, out, a5)
#define STUB_SMAPI6(name, bytes, kind, out) STUB_FLAGS(name, bytes, FAILURE_SMAPI, out, a6)
#define STUB_SMAPI8(name, bytes, kind, out) STUB_FLAGS(name, bytes, FAILURE_SMAPI, out, a8)
#define STUB_SMAPI9(name, bytes, kind, out) STUB_FLAGS(name, bytes, FAILURE_SMAPI, out, a9)
#define STUB_VARIADIC STUB_CDECL
#define STUB_CMC STUB_CDECL
#define STUB_HR STUB_STDCALL
#define STUB_SMAPI STUB_STDCALL
#define STUB_BOOL STUB_STDCALL
#define STUB_POINTER STUB_STDCALL
#define STUB_COUNT STUB_STDCALL
#define STUB_NONE STUB_STDCALL
#define STUB_FILETIME STUB_STDCALL
#define STUB_FAILED STUB_STDCALL
#define STUB_WINERROR STUB_STDCALL
#define STUB_CLASS STUB_STDCALL
#define STUB_UNLOAD STUB_STDCALL

static void clear(void **out) {
  if (out)
    *out = NULL;
}

#define STUB(name, bytes, kind, out) STUB_##kind(name, bytes, kind, out)
MAPI_EXPORTS(STUB)

uint32_t mapi_unsupported(const void *object, const char *name, uint64_t caller, uint32_t flags,
                          uint32_t result) {
  union rig_payload payload = {
      .mapi = {.object = (uint64_t)(uintptr_t)object, .a = flags, .result = result}};
  rec_call(RIG_CALL_MapiUnsupported, caller, &payload, name, (uint32_t)strlen(name));
  return result;
}
