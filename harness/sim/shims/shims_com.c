/*
 * COM's apartments as far as a pump needs them: each thread's, counted; CoWaitForMultipleHandles
 * waits for messages in a single-threaded one. There are no objects: CoCreateInstance is not
 * simulated. Recorded as stubs/hooks/hook_com.c does it.
 */
#include "sim/shims/shims_private.h"

#define S_OK_RESULT 0u
#define S_FALSE_RESULT 1u
#define CHANGED_MODE 0x80010106u    /* RPC_E_CHANGED_MODE */
#define CALL_PENDING 0x80010115u    /* RPC_S_CALLPENDING */
#define NOT_INITIALIZED 0x800401f0u /* CO_E_NOTINITIALIZED */
#define NO_SYNCHRONISE_HANDLES 0x80010119u
#define APARTMENT_THREADED 2u /* COINIT_APARTMENTTHREADED */

/* rig_engine_thread.input_method (wine: dlls/imm32/imm.c, struct coinit_spy) */
#define METHOD_ENTERED 1u /* it has tried to, */
#define METHOD_CREATED 2u /* and holds a reference on the apartment */
#define METHOD_GAVE_UP 4u /* the program wanted another apartment: it never tries again */

static struct rig_engine_thread *self_of(struct rig_engine *engine) {
  return &engine->threads[engine->self];
}

static void leave_apartment(struct rig_engine *engine) {
  struct rig_engine_thread *thread = self_of(engine);
  if (thread->com_depth > 0 && --thread->com_depth == 0) {
    if (thread->apartment == RIG_APARTMENT_MTA) {
      engine->core.mta--;
    }
    thread->apartment = RIG_APARTMENT_UNKNOWN;
  }
}

/* In which apartment, and whether it was in one already (W:CoInitializeEx). The input method's is
 * no hindrance: it leaves it for whoever wants another, and is not told of. */
static uint32_t enter_apartment(struct rig_engine *engine, uint32_t flags) {
  struct rig_engine_thread *thread = self_of(engine);
  const uint8_t wanted = (flags & APARTMENT_THREADED) != 0 ? RIG_APARTMENT_STA : RIG_APARTMENT_MTA;
  const bool created = (thread->input_method & METHOD_CREATED) != 0;
  if (created && thread->com_depth == 1 && wanted == RIG_APARTMENT_MTA) {
    leave_apartment(engine);
    thread->input_method = METHOD_GAVE_UP;
  }
  if (thread->com_depth > 0 && thread->apartment != wanted) {
    return CHANGED_MODE;
  }
  if (thread->com_depth++ > 0) {
    return created && thread->com_depth == 2 ? S_OK_RESULT : S_FALSE_RESULT;
  }
  thread->apartment = wanted;
  if (wanted == RIG_APARTMENT_MTA) {
    engine->core.mta++;
  }
  return S_OK_RESULT;
}

void rig_input_method_enters(struct rig_engine *engine) {
  struct rig_engine_thread *thread = self_of(engine);
  if (engine->options.dialect->activation_joins_sta &&
      (thread->input_method & (METHOD_ENTERED | METHOD_GAVE_UP)) == 0) {
    thread->input_method |= METHOD_ENTERED;
    if ((int32_t)enter_apartment(engine, APARTMENT_THREADED) >= 0) {
      thread->input_method |= METHOD_CREATED;
    }
  }
}

void rig_input_method_leaves(struct rig_engine *engine) {
  struct rig_engine_thread *thread = self_of(engine);
  if ((thread->input_method & METHOD_CREATED) != 0) {
    leave_apartment(engine);
  }
  thread->input_method &= METHOD_GAVE_UP;
}

static uint32_t initialize(enum rig_call call, uint64_t caller, uint32_t flags, bool ole) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_about(engine, call, caller);
  const uint32_t result = enter_apartment(engine, flags);
  if (ole && (int32_t)result >= 0) {
    self_of(engine)->ole_depth++;
  }
  const union rig_payload payload = {.com = {.flags = flags, .result = result}};
  rig_engine_completed(engine, call, caller, &payload, NULL, 0);
  return result;
}

RIG_SHIM(uint32_t, CoInitialize, void *reserved) {
  (void)reserved;
  return initialize(RIG_CALL_CoInitialize, RIG_RETURN_ADDRESS, APARTMENT_THREADED, false);
}
RIG_SHIM(uint32_t, CoInitializeEx, void *reserved, uint32_t flags) {
  (void)reserved;
  return initialize(RIG_CALL_CoInitializeEx, RIG_RETURN_ADDRESS, flags, false);
}
RIG_SHIM(uint32_t, OleInitialize, void *reserved) {
  (void)reserved;
  return initialize(RIG_CALL_OleInitialize, RIG_RETURN_ADDRESS, APARTMENT_THREADED, true);
}

static void uninitialize(enum rig_call call, uint64_t caller) {
  struct rig_engine *engine = rig_engine_current();
  const union rig_payload payload = {.bytes = {0}};
  const uint32_t enter = rig_engine_enter(engine, call, caller, &payload, NULL, 0);
  leave_apartment(engine);
  rig_engine_leave(engine, enter, call, caller, &payload);
}

RIG_SHIM(void, CoUninitialize, void) {
  uninitialize(RIG_CALL_CoUninitialize, RIG_RETURN_ADDRESS);
}
RIG_SHIM(void, OleUninitialize, void) {
  struct rig_engine_thread *thread = self_of(rig_engine_current());
  if (thread->ole_depth > 0) {
    thread->ole_depth--;
  }
  uninitialize(RIG_CALL_OleUninitialize, RIG_RETURN_ADDRESS);
}

/* APTTYPE: STA 0, MTA 1, MAINSTA 3; APTTYPEQUALIFIER_IMPLICIT_MTA 1 (wine: dlls/combase). */
RIG_SHIM(uint32_t, CoGetApartmentType, int32_t *type, int32_t *qualifier) {
  struct rig_engine *engine = rig_engine_current();
  const struct rig_engine_thread *thread = self_of(engine);
  *qualifier = 0;
  *type = -1; /* APTTYPE_CURRENT */
  if (thread->com_depth > 0) {
    bool first = true; /* the first single-threaded apartment is the main one */
    for (uint32_t i = 0; i < engine->self; i++) {
      first = first && engine->threads[i].apartment != RIG_APARTMENT_STA;
    }
    *type = thread->apartment == RIG_APARTMENT_MTA ? 1 : first ? 3 : 0;
    return S_OK_RESULT;
  }
  if (engine->core.mta > 0) {
    *type = 1;
    *qualifier = 1;
    return S_OK_RESULT;
  }
  return NOT_INITIALIZED;
}

/* ---- waiting ---- */

#define COWAIT_WAITALL_FLAG 1u
#define COWAIT_ALERTABLE_FLAG 2u
#define QS_SENDMESSAGE_BIT 0x40u
#define QS_ALLPOSTMESSAGE_BIT 0x100u
#define QS_PAINT_BIT 0x20u
#define PM_REMOVE_FLAG 1u
#define PM_NOYIELD_FLAG 2u

static uint32_t remaining(const struct rig_engine *engine, uint32_t from, uint32_t timeout_ms) {
  const uint32_t passed = rig_world_now(engine->world) - from;
  if (timeout_ms == RIG_WIN_FOREVER) {
    return timeout_ms;
  }
  return passed >= timeout_ms ? 0 : timeout_ms - passed;
}

#define QS_POSTMESSAGE_BITS 0x98u /* PM_QS_POSTMESSAGE: posts, hot keys, timers */
#define WM_DDE_FIRST_NUMBER 0x3e0u
#define WM_DDE_LAST_NUMBER 0x3e8u
#define SERVED_MAX 100u /* messages, then the handles are looked at again */

static bool served(struct rig_engine *engine, struct rig_win_call *peek) {
  peek->api = RIG_WIN_PEEK_MESSAGE;
  rig_engine_act(engine, peek);
  return !peek->failed && peek->result != 0;
}

/* What a single-threaded apartment does when it wakes for a message (wine: dlls/combase/combase.c,
 * CoWaitForMultipleHandles, com_peek_message): it makes the posted ones old, dispatches DDE's and
 * paints, and serves sent messages, which is what looking for them does. */
static void serve(struct rig_engine *engine) {
  rig_engine_yield(engine);
  struct rig_win_call look = {.flags = PM_NOYIELD_FLAG | QS_POSTMESSAGE_BITS << 16};
  (void)served(engine, &look);
  for (uint32_t i = 0; i < SERVED_MAX; i++) {
    struct rig_win_call dde = {.first = WM_DDE_FIRST_NUMBER,
                               .last = WM_DDE_LAST_NUMBER,
                               .flags = PM_REMOVE_FLAG | PM_NOYIELD_FLAG};
    struct rig_win_call other = {.flags = PM_REMOVE_FLAG | PM_NOYIELD_FLAG |
                                          (QS_PAINT_BIT | QS_SENDMESSAGE_BIT) << 16};
    struct rig_win_call dispatch = {.api = RIG_WIN_DISPATCH};
    if (served(engine, &dde)) {
      dispatch.message = dde.message;
    } else if (served(engine, &other)) {
      dispatch.message = other.message;
    } else {
      return;
    }
    rig_engine_act(engine, &dispatch);
  }
}

static uint32_t co_wait(struct rig_engine *engine, const union rig_payload *asked,
                        const uint32_t *handles, uint32_t *index) {
  const uint32_t from = rig_world_now(engine->world);
  const uint32_t flags = asked->wait.flags;
  const bool messages = self_of(engine)->apartment == RIG_APARTMENT_STA;
  for (;;) {
    struct rig_win_call call = {.api = messages ? RIG_WIN_MSG_WAIT : RIG_WIN_WAIT,
                                .count = asked->wait.count,
                                .handles = handles,
                                .timeout_ms = remaining(engine, from, asked->wait.timeout_ms),
                                .flags = (flags & COWAIT_WAITALL_FLAG) |
                                         (flags & COWAIT_ALERTABLE_FLAG)};
    if (messages) {
      call.mask = QS_SENDMESSAGE_BIT | QS_ALLPOSTMESSAGE_BIT | QS_PAINT_BIT;
    }
    rig_engine_act(engine, &call);
    if (call.failed) {
      return 0x80070000u | (call.error & 0xffff);
    }
    if (messages && call.result == asked->wait.count) {
      serve(engine);
      continue;
    }
    if (call.result == RIG_WAIT_TIMEOUT) {
      return CALL_PENDING;
    }
    *index = (uint32_t)call.result;
    return S_OK_RESULT;
  }
}

RIG_SHIM(uint32_t, CoWaitForMultipleHandles, uint32_t flags, uint32_t timeout_ms, uint32_t count,
         const uint64_t *handles, uint32_t *index) {
  const uint64_t caller = RIG_RETURN_ADDRESS;
  struct rig_engine *engine = rig_engine_current();
  uint32_t words[RIG_WIN_WAIT_MAX] = {0};
  const uint32_t copied = count < RIG_WIN_WAIT_MAX ? count : RIG_WIN_WAIT_MAX;
  for (uint32_t i = 0; handles != NULL && i < copied; i++) {
    words[i] = (uint32_t)handles[i];
  }
  union rig_payload payload = {.wait = {.count = count,
                                        .timeout_ms = timeout_ms,
                                        .flags = flags,
                                        .handle = words[0],
                                        .alertable = (flags & COWAIT_ALERTABLE_FLAG) != 0}};
  rig_engine_yield(engine);
  const uint32_t enter =
      rig_engine_enter(engine, RIG_CALL_CoWaitForMultipleHandles, caller, &payload,
                       handles != NULL ? words : NULL, copied * (uint32_t)sizeof *words);
  uint32_t result = 0x80070057u; /* E_INVALIDARG */
  uint32_t signalled = 0;
  if (index != NULL && handles != NULL) {
    *index = 0;
    result = count == 0 ? NO_SYNCHRONISE_HANDLES : co_wait(engine, &payload, words, &signalled);
    if (result == S_OK_RESULT) {
      *index = signalled;
    }
  }
  payload.wait.result = result;
  payload.wait.error = result == S_OK_RESULT ? signalled : 0;
  rig_engine_leave(engine, enter, RIG_CALL_CoWaitForMultipleHandles, caller, &payload);
  return result;
}
