/*
 * Names for addresses, from the export tables in memory: what addr2line cannot tell afterwards,
 * because Wine's own DLLs have no debug information and a client's need not.
 */
#ifndef STUBS_DIRECTOR_SYMBOLS_H
#define STUBS_DIRECTOR_SYMBOLS_H

#include <stdbool.h>
#include <stdint.h>

#define DIR_SYMBOL_BYTES 160u

/* "ntdll.dll!RtlEnterCriticalSection+0x5C" for a return address: the export that its function
 * begins with, on x86_64 exactly that one; on i686, where nothing tells where a function begins,
 * the export next below it. Without an export "ntdll.dll+0x1234". False when no module holds it. */
bool dir_symbol(uint64_t address, char text[DIR_SYMBOL_BYTES], bool *exported);

#endif
