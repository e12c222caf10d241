/*
 * Writing the records of MAPI's objects.
 */
#include "unit/trace_objects.h"

static uint32_t completed(struct tb *tb, enum rig_call call, uint32_t thread,
                          const union rig_payload *payload) {
  return tb_call(tb, RIG_KIND_CALL, call, thread, RIG_NO_RECORD, payload);
}

static uint32_t both(struct tb *tb, enum rig_call call, uint32_t thread,
                     const union rig_payload *payload) {
  uint32_t enter = tb_call(tb, RIG_KIND_ENTER, call, thread, RIG_NO_RECORD, payload);
  tb_call(tb, RIG_KIND_LEAVE, call, thread, enter, payload);
  return enter;
}

uint32_t tb_logon_session(struct tb *tb, uint32_t thread, uint64_t session) {
  union rig_payload payload = {.logon = {.flags = 0x22, .profile_given = 1, .session = session}};
  if (session == 0)
    payload.logon.result = (uint32_t)TB_NOT_INITIALIZED;
  return both(tb, RIG_CALL_MAPILogonEx, thread, &payload);
}

uint32_t tb_method(struct tb *tb, uint32_t thread, enum rig_call call, uint64_t session, uint32_t a,
                   uint32_t b, int result) {
  union rig_payload payload = {
      .mapi = {.object = session, .a = a, .b = b, .result = (uint32_t)result}};
  return completed(tb, call, thread, &payload);
}

uint32_t tb_logoff(struct tb *tb, uint32_t thread, uint64_t session, int result) {
  union rig_payload payload = {.mapi = {.object = session, .result = (uint32_t)result}};
  return both(tb, RIG_CALL_IMAPISession_Logoff, thread, &payload);
}

void tb_release(struct tb *tb, uint32_t thread, uint64_t session) {
  tb_method(tb, thread, RIG_CALL_IMAPISession_Release, session, 0, 0, 0);
}

void tb_advise(struct tb *tb, uint32_t thread, uint64_t session, uint32_t connection) {
  tb_method(tb, thread, RIG_CALL_IMAPISession_Advise, session, 0x80000000u, connection, 0);
}

uint32_t tb_unadvise(struct tb *tb, uint32_t thread, uint64_t session, uint32_t connection,
                     int result) {
  return tb_method(tb, thread, RIG_CALL_IMAPISession_Unadvise, session, 0, connection, result);
}

void tb_log_off(struct tb *tb, uint32_t thread, uint64_t session) {
  tb_logoff(tb, thread, session, 0);
  tb_release(tb, thread, session);
}

uint32_t tb_allocate(struct tb *tb, uint32_t thread, uint64_t block, int result) {
  union rig_payload payload = {
      .buffer = {.block = result ? 0 : block, .bytes = 64, .result = (uint32_t)result}};
  return completed(tb, RIG_CALL_MAPIAllocateBuffer, thread, &payload);
}

uint32_t tb_free(struct tb *tb, uint32_t thread, uint64_t block, enum rig_buffer_problem problem) {
  union rig_payload payload = {.buffer = {.block = block, .problem = problem}};
  return completed(tb, RIG_CALL_MAPIFreeBuffer, thread, &payload);
}

void tb_ole(struct tb *tb, uint32_t thread, bool initialize) {
  if (initialize)
    completed(tb, RIG_CALL_OleInitialize, thread, NULL);
  else
    both(tb, RIG_CALL_OleUninitialize, thread, &(union rig_payload){.bytes = {0}});
}

void tb_util(struct tb *tb, uint32_t thread, bool initialize) {
  completed(tb, initialize ? RIG_CALL_ScInitMapiUtil : RIG_CALL_DeinitMapiUtil, thread, NULL);
}

void tb_in_dllmain(struct tb *tb, uint32_t thread, bool initialize) {
  union rig_payload payload = {.init = {.given = initialize, .loader_lock = 1}};
  both(tb, initialize ? RIG_CALL_MAPIInitialize : RIG_CALL_MAPIUninitialize, thread, &payload);
}

void tb_initialize_fails(struct tb *tb, uint32_t thread, int result) {
  union rig_payload payload = {.init = {.given = 1, .version = 7, .result = (uint32_t)result}};
  both(tb, RIG_CALL_MAPIInitialize, thread, &payload);
}

void tb_begin(struct tb *tb, uint32_t init_flags) {
  tb_open(tb, RIG_ROLE_CONSOLE, NULL, 0);
  tb_state(tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_initialize(tb, TB_MAIN, init_flags);
  tb_logon_session(tb, TB_MAIN, TB_SESSION);
}

void tb_end_well(struct tb *tb) {
  tb_log_off(tb, TB_MAIN, TB_SESSION);
  tb_finish(tb, TB_MAIN);
}

void tb_thread_begins(struct tb *tb, uint32_t thread) {
  tb_state(tb, RIG_STATE_THREAD_START, thread, 7, 0, 0, 0);
}

void tb_thread_ends(struct tb *tb, uint32_t thread) {
  tb_state(tb, RIG_STATE_THREAD_END, thread, 0, 0, 0, 0);
}
