/*
 * The interface identifiers of MAPI that this folder compares with, defined once: mingw-w64 has no
 * library of them.
 */
#include <windows.h>

#include <objbase.h>

#include <initguid.h>

#define USES_IID_IMAPISession
#define USES_IID_IMAPIAdviseSink
#include <mapiguid.h>
