/*
 * RtlWaitOnAddress, which kernelbase's WaitOnAddress is made of: ntdll is in every process.
 */
#include "address.h"

#include <winternl.h>

NTSTATUS NTAPI RtlWaitOnAddress(const void *address, const void *compare, SIZE_T bytes,
                                const LARGE_INTEGER *timeout);
void NTAPI RtlWakeAddressAll(const void *address);

void dir_address_wait(const uint32_t *address, uint32_t value, uint32_t us) {
  const LARGE_INTEGER timeout = {.QuadPart = -10LL * (LONGLONG)us};
  (void)RtlWaitOnAddress(address, &value, sizeof value, us == DIR_FOR_EVER ? NULL : &timeout);
}

void dir_address_wake(const uint32_t *address) {
  RtlWakeAddressAll(address);
}
