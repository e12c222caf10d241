/*
 * Synthetic sessions, continued: MAPI's objects, buffers and what else has a life.
 */
#ifndef TESTS_UNIT_TRACE_OBJECTS_H
#define TESTS_UNIT_TRACE_OBJECTS_H

#include "unit/trace_builder.h"

enum {
  TB_SESSION = 0x360020, /* addresses */
  TB_OTHER_SESSION = 0x360080,
  TB_BLOCK = 0x370010,
  TB_OTHER_BLOCK = 0x370050,
  TB_NOT_INITIALIZED = (int)0x80040605, /* HRESULTs */
  TB_INVALID_PARAMETER = (int)0x80070057,
  TB_INVALID_OBJECT = (int)0x80040108
};

/* MAPILogonEx that returns a session at this address; 0: it fails with TB_NOT_INITIALIZED. */
uint32_t tb_logon_session(struct tb *tb, uint32_t thread, uint64_t session);
/* A method; a and b as session.h tells. */
uint32_t tb_method(struct tb *tb, uint32_t thread, enum rig_call call, uint64_t session, uint32_t a,
                   uint32_t b, int result);
uint32_t tb_logoff(struct tb *tb, uint32_t thread, uint64_t session, int result);
void tb_release(struct tb *tb, uint32_t thread, uint64_t session); /* the last reference */
void tb_advise(struct tb *tb, uint32_t thread, uint64_t session, uint32_t connection);
uint32_t tb_unadvise(struct tb *tb, uint32_t thread, uint64_t session, uint32_t connection,
                     int result);
/* Logoff and Release. */
void tb_log_off(struct tb *tb, uint32_t thread, uint64_t session);

uint32_t tb_allocate(struct tb *tb, uint32_t thread, uint64_t block, int result);
uint32_t tb_free(struct tb *tb, uint32_t thread, uint64_t block, enum rig_buffer_problem problem);
/* OleInitialize, OleUninitialize, ScInitMapiUtil, DeinitMapiUtil. */
void tb_ole(struct tb *tb, uint32_t thread, bool initialize);
void tb_util(struct tb *tb, uint32_t thread, bool initialize);
/* MAPIInitialize or MAPIUninitialize with the loader lock held. */
void tb_in_dllmain(struct tb *tb, uint32_t thread, bool initialize);
/* MAPIInitialize that fails. */
void tb_initialize_fails(struct tb *tb, uint32_t thread, int result);

/* A console program: hello, MAPIInitialize and a logon that returns TB_SESSION, all on TB_MAIN. */
void tb_begin(struct tb *tb, uint32_t init_flags);
/* Its proper end: the session's, MAPIUninitialize, the process's. */
void tb_end_well(struct tb *tb);
void tb_thread_begins(struct tb *tb, uint32_t thread);
void tb_thread_ends(struct tb *tb, uint32_t thread);

#endif
