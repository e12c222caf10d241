/*
 * RtlWaitOnAddress, which kernelbase's WaitOnAddress is made of: ntdll is in every process.
 */
#include "address.h"

#include <winternl.h>

NTSTATUS NTAPI RtlWaitOnAddress(const void *address, const void *compare, SIZE_T bytes,
                                const LARGE_INTEGER *timeout);
void NTAPI RtlWakeAddressAll(const void *address);

void dir_address_wait(const uint32_t *address, uint32_t value, DWORD ms) {
  const LARGE_INTEGER timeout = {.QuadPart = -10000LL * (LONGLONG)ms};
  (void)RtlWaitOnAddress(address, &value, sizeof value, ms == INFINITE ? NULL : &timeout);
}

void dir_address_wake(const uint32_t *address) {
  RtlWakeAddressAll(address);
}
