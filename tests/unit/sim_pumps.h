/* Little programs for the tests of the engine, compiled natively: ms_abi functions that call the
 * shims by their entries, as a loaded object does. */
#ifndef TESTS_UNIT_SIM_PUMPS_H
#define TESTS_UNIT_SIM_PUMPS_H

#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engine/engine.h"

#define MS __attribute__((ms_abi))
struct msg {
  uint64_t hwnd;
  uint32_t message;
  uint64_t wparam;
  uint64_t lparam;
  uint32_t time;
  int32_t x, y;
};

/* The shims, found beforehand: looking for one would leave something behind on a fibre's stack. */
#define SHIMS(X)                                                                                   \
  X(get_message, GetMessageW, uint32_t, struct msg *, uint64_t, uint32_t, uint32_t)                \
  X(peek_message, PeekMessageW, uint32_t, struct msg *, uint64_t, uint32_t, uint32_t, uint32_t)    \
  X(translate_message, TranslateMessage, uint32_t, const struct msg *)                             \
  X(dispatch_message, DispatchMessageW, uint64_t, const struct msg *)                              \
  X(msg_wait_ex, MsgWaitForMultipleObjectsEx, uint32_t, uint32_t, const uint64_t *, uint32_t,      \
    uint32_t, uint32_t)                                                                            \
  X(wait_one, WaitForSingleObject, uint32_t, uint64_t, uint32_t)

#define X(name, shim, type, ...) static type(MS *name)(__VA_ARGS__);
SHIMS(X)
#undef X

static inline void find_shims(void) {
#define X(name, shim, type, ...)                                                                   \
  name = (type(MS *)(__VA_ARGS__))(uintptr_t)rig_engine_shim(#shim);                               \
  ck_assert(name != NULL);
  SHIMS(X)
#undef X
}

#define QS_ALLINPUT_MASK 0x4ffu
#define INPUTAVAILABLE 4u
#define FOREVER UINT32_MAX

/* A scripted actor that performs `count` times the same thing. */
struct actor {
  uint32_t left; /* its state */
  uint32_t what; /* enum act */
  uint32_t target;
  uint32_t number;
};
enum act { ACT_POST, ACT_SEND, ACT_SET };

static bool actor_enabled(void *self, const struct rig_engine *engine) {
  (void)engine;
  return ((const struct actor *)self)->left > 0;
}

static enum rig_sim_end actor_step(void *self, struct rig_engine *engine) {
  struct actor *actor = self;
  struct rig_world *world = rig_engine_world(engine);
  const struct rig_win_message message = {.window = actor->target, .message = 0x401};
  uint32_t error = 0;
  switch (actor->what) {
  case ACT_POST:
    ck_assert(rig_win_post(world, actor->target, &message, &error));
    break;
  case ACT_SEND:
    ck_assert_uint_ne(rig_world_send(world, actor->target, &message), RIG_WIN_NONE);
    break;
  default:
    ck_assert(rig_win_event_set(world, actor->target, &error));
    break;
  }
  actor->left--;
  return RIG_SIM_GOES_ON;
}

static bool actor_ended(void *self) {
  return ((const struct actor *)self)->left == 0;
}

static inline void add_actor(struct rig_engine *engine, struct actor *actor) {
  const struct rig_script script = {.self = actor,
                                    .state = &actor->left,
                                    .state_bytes = sizeof actor->left,
                                    .enabled = actor_enabled,
                                    .step = actor_step,
                                    .ended = actor_ended};
  ck_assert_uint_ne(rig_engine_script(engine, &script), RIG_WIN_NONE);
}

static inline struct rig_engine *new_engine(struct rig_engine_options options) {
  char error[200] = "";
  struct rig_engine *engine = NULL;
  find_shims();
  if (options.dialect == NULL) {
    options.dialect = &rig_dialect_wine_8_0;
  }
  if (options.patience_ms == 0) {
    options.patience_ms = 200;
  }
  const enum rig_status status = rig_engine_new(&options, &engine, error, sizeof error);
  ck_assert_msg(status == RIG_OK, "%s: %s", rig_status_text(status), error);
  return engine;
}

/* Keeps the first schedule of each end. */
struct findings {
  uint64_t count[RIG_SIM_END_COUNT];
  char message[512];
  struct rig_engine *engine;
};

static inline bool keep_finding(void *context, enum rig_sim_end end,
                                const struct rig_schedule *schedule) {
  struct findings *findings = context;
  (void)schedule;
  if (findings->count[end]++ == 0 && end != RIG_SIM_COMPLETE) {
    strncpy(findings->message, rig_engine_message(findings->engine), sizeof findings->message - 1);
  }
  return true;
}

static inline struct rig_exploration explore(struct rig_engine *engine, struct findings *findings) {
  *findings = (struct findings){.engine = engine};
  const struct rig_explore_options options = {.mode = RIG_EXPLORE_STATES,
                                              .reduce = true,
                                              .states_max = 2000000,
                                              .depth_max = 10000,
                                              .found = keep_finding,
                                              .context = findings};
  struct rig_exploration result;
  ck_assert_int_eq(rig_explore(rig_engine_system(engine), &options, &result), RIG_OK);
  return result;
}

#endif
