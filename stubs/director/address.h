/*
 * Waiting at an address: under Wine a futex, so neither side makes a wineserver request for it, no
 * message is served, no APC is run and no object is consumed.
 */
#ifndef STUBS_DIRECTOR_ADDRESS_H
#define STUBS_DIRECTOR_ADDRESS_H

#include <stdint.h>
#include <windows.h>

#define DIR_FOR_EVER UINT32_MAX

/* Waits while *address is `value`, at most `us` microseconds. May return early. */
void dir_address_wait(const uint32_t *address, uint32_t value, uint32_t us);
/* Wakes every thread that waits at `address`; its value was changed before. */
void dir_address_wake(const uint32_t *address);

#endif
