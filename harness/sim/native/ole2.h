/* OLE's part of a pump (windows.h of this folder). */
#ifndef RIG_NATIVE_OLE2_H
#define RIG_NATIVE_OLE2_H

#include <objbase.h>

RIG_WIN(HRESULT, OleInitialize, LPVOID);
RIG_WIN(void, OleUninitialize, void);

#endif
