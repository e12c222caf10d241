/*
 * The few words of the thread's environment block that the hot path reads without a call: the last
 * error, the thread id, the recorder's TLS slot. TlsGetValue sets the last error, gcc's __thread is
 * emulated on mingw with a lock and an allocation; both are out of question inside a hook.
 * Offsets: the TEB of Windows NT, which winternl.h documents in part and Wine keeps to.
 */
#ifndef STUBS_RECORDER_TEB_H
#define STUBS_RECORDER_TEB_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#define TEB_TLS_SLOTS 64 /* further indices live in an array of their own, which we do not use */

#ifdef _WIN64
#define TEB_THREAD_ID 0x48
#define TEB_LAST_ERROR 0x68
#define TEB_TLS 0x1480
#define TEB_PEB 0x60
#define PEB_LOADER_LOCK 0x110
#define TEB_SEGMENT "gs"
#else
#define TEB_THREAD_ID 0x24
#define TEB_LAST_ERROR 0x34
#define TEB_TLS 0xE10
#define TEB_PEB 0x30
#define PEB_LOADER_LOCK 0xA0
#define TEB_SEGMENT "fs"
#endif

/* Not the __readgsdword of winnt.h: it makes gcc's -Warray-bounds see an array of no elements. */
static inline uint32_t teb_read32(uintptr_t offset) {
  uint32_t value;
  __asm__ volatile("movl %%" TEB_SEGMENT ":(%1), %0" : "=r"(value) : "r"(offset));
  return value;
}

static inline void teb_write32(uintptr_t offset, uint32_t value) {
  __asm__ volatile("movl %0, %%" TEB_SEGMENT ":(%1)" : : "r"(value), "r"(offset) : "memory");
}

static inline uint32_t teb_thread_id(void) {
  return teb_read32(TEB_THREAD_ID);
}

static inline uint32_t teb_last_error(void) {
  return teb_read32(TEB_LAST_ERROR);
}

static inline void teb_set_last_error(uint32_t error) {
  teb_write32(TEB_LAST_ERROR, error);
}

static inline void *teb_read(uintptr_t offset) {
  void *value;
  __asm__ volatile("mov %%" TEB_SEGMENT ":(%1), %0" : "=r"(value) : "r"(offset));
  return value;
}

static inline void *teb_tls_get(uint32_t index) {
  return teb_read(TEB_TLS + index * sizeof(void *));
}

static inline void teb_tls_set(uint32_t index, void *value) {
  const uintptr_t offset = TEB_TLS + index * sizeof(void *);
  __asm__ volatile("mov %0, %%" TEB_SEGMENT ":(%1)" : : "r"(value), "r"(offset) : "memory");
}

/* True on the thread that holds the loader lock: inside a DllMain, or what stands for one. The
 * lock is the critical section that the process environment block names; Wine keeps it there too
 * (tests/win32/loader.c). Its owner changes to or from the calling thread by that thread alone, so
 * the look needs no lock. */
#ifdef STUBS_SIMULATED
bool rec_in_loader(void); /* the simulator's own: there is no block to read */
#endif
static inline bool teb_holds_loader_lock(void) {
#ifdef STUBS_SIMULATED
  return rec_in_loader();
#else
  const char *peb = teb_read(TEB_PEB);
  const RTL_CRITICAL_SECTION *lock =
      *(const RTL_CRITICAL_SECTION *const *)(const void *)(peb + PEB_LOADER_LOCK);
  return lock != NULL && (uint32_t)(uintptr_t)lock->OwningThread == teb_thread_id();
#endif
}

#endif
