/*
 * The pumps as compiled code on fibres (ms_abi functions that call the shims as a loaded object
 * does), with scripted notifiers.
 */
#include "pump_engine.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/assert.h"

#define MS __attribute__((ms_abi))
/* What the pumps import, bound once, as a loaded object's imports are. */
#define IMPORTS(X)                                                                                 \
  X(MsgWaitForMultipleObjectsEx, uint32_t, uint32_t, const uint64_t *, uint32_t, uint32_t,         \
    uint32_t)                                                                                      \
  X(GetMessageW, uint32_t, struct message *, uint64_t, uint32_t, uint32_t)                         \
  X(PeekMessageW, uint32_t, struct message *, uint64_t, uint32_t, uint32_t, uint32_t)              \
  X(TranslateMessage, uint32_t, const struct message *)                                            \
  X(DispatchMessageW, uint64_t, const struct message *)
struct message;
static struct {
#define RIG_X(name, type, ...) type(MS *name)(__VA_ARGS__);
  IMPORTS(RIG_X)
#undef RIG_X
} imports;
#define ALL_INPUT 0x4ffu
#define OURS 0x8001u

struct message {
  uint64_t window;
  uint32_t message;
  uint64_t wparam;
  uint64_t lparam;
  uint32_t time;
  int32_t x, y;
};

static void bind_imports(void) {
#define RIG_X(name, type, ...)                                                                     \
  imports.name = (type(MS *)(__VA_ARGS__))(uintptr_t)rig_engine_shim(#name);
  IMPORTS(RIG_X)
#undef RIG_X
}

static uint32_t msg_wait(uint64_t stop) {
  return imports.MsgWaitForMultipleObjectsEx(1, &stop, RIG_WIN_FOREVER, ALL_INPUT, 0);
}

static void dispatch(const struct message *message) {
  (void)imports.TranslateMessage(message);
  (void)imports.DispatchMessageW(message);
}

MS static uint32_t literal_pump(uint64_t stop) {
  struct message message;
  while (msg_wait(stop) != 0) {
    (void)imports.GetMessageW(&message, 0, 0, 0);
    dispatch(&message);
  }
  return 0;
}

MS static uint32_t drain_pump(uint64_t stop) {
  struct message message;
  while (msg_wait(stop) != 0) {
    while (imports.PeekMessageW(&message, 0, 0, 0, 1) != 0) {
      dispatch(&message);
    }
  }
  return 0;
}

struct pump_actor pump_actor_of(uint32_t count, enum pump_action what) {
  struct pump_actor actor = {.count = count};
  RIG_ASSERT(count <= PUMP_ACTIONS_MAX);
  for (uint32_t i = 0; i < count; i++) {
    actor.what[i] = what;
  }
  return actor;
}

static bool enabled(void *self, const struct rig_engine *engine) {
  const struct pump_actor *actor = self;
  /* The world is looked at alone. */
  const struct rig_world *world = rig_engine_world((struct rig_engine *)(uintptr_t)engine);
  return actor->state.done < actor->count &&
         (!actor->state.sending || rig_world_ready(world, actor->thread));
}

static bool ended(void *self) {
  const struct pump_actor *actor = self;
  return actor->state.done == actor->count;
}

/* One step of a SendMessage. */
static void send(struct pump_actor *actor, struct rig_world *world) {
  struct rig_win_call call = {.api = RIG_WIN_SEND,
                              .thread = actor->thread,
                              .phase = actor->state.phase,
                              .cookie = actor->state.cookie,
                              .window = actor->target,
                              .first = OURS,
                              .flags = RIG_WIN_SEND_TIMEOUT,
                              .timeout_ms = RIG_WIN_FOREVER};
  const bool waits = rig_win_step(world, &call) == RIG_WIN_WAITS;
  RIG_ASSERT(call.cookie <= UINT16_MAX);
  actor->state.sending = waits;
  actor->state.phase = waits ? (uint16_t)call.phase : 0;
  actor->state.cookie = waits ? (uint16_t)call.cookie : 0;
  actor->state.done = (uint16_t)(actor->state.done + !waits);
}

static enum rig_sim_end step(void *self, struct rig_engine *engine) {
  struct pump_actor *actor = self;
  struct rig_world *world = rig_engine_world(engine);
  const struct rig_win_message message = {.window = actor->target, .message = OURS};
  uint32_t error;
  switch (actor->what[actor->state.done]) {
  case PUMP_SENDS:
    send(actor, world);
    return RIG_SIM_GOES_ON;
  case PUMP_POSTS:
    (void)rig_win_post(world, actor->target, &message, &error);
    break;
  case PUMP_NOTIFIES:
    (void)rig_world_send(world, actor->target, &message);
    break;
  case PUMP_STOPS:
    (void)rig_win_event_set(world, actor->target, &error);
    break;
  }
  actor->state.done++;
  return RIG_SIM_GOES_ON;
}

static uint64_t receipt(void *self, struct rig_engine *engine, uint32_t thread, uint32_t window,
                        const struct rig_win_message *message, bool sent) {
  (void)self;
  (void)engine;
  (void)thread;
  (void)window;
  (void)message;
  (void)sent;
  return 0;
}

/* A thread of the world's that the engine does not run. It has its queue from the beginning, so
 * that a send that fails leaves nothing else behind than one that does not. */
static uint32_t sender(struct rig_world *world) {
  const uint32_t thread = rig_world_thread_new(world);
  struct rig_win_call peek = {.api = RIG_WIN_PEEK_MESSAGE, .thread = thread};
  RIG_ASSERT(thread != RIG_WIN_NONE);
  const enum rig_win_state state = rig_win_step(world, &peek);
  RIG_ASSERT(state == RIG_WIN_DONE);
  return thread;
}

struct rig_engine *pump_engine_new(enum pump_retrieve retrieve, struct pump_actor *actors,
                                   unsigned count) {
  char error[256] = "";
  struct rig_engine *engine = NULL;
  const struct rig_engine_options options = {.dialect = &rig_dialect_wine_8_0, .patience_ms = 500};
  const struct rig_engine_listener listener = {.receipt = receipt};
  if (rig_engine_new(&options, &engine, error, sizeof error) != RIG_OK) {
    (void)fprintf(stderr, "the engine: %s\n", error);
    exit(3);
  }
  rig_engine_listen(engine, &listener);
  bind_imports();
  MS uint32_t (*const pump)(uint64_t) = retrieve == PUMP_GET ? literal_pump : drain_pump;
  const uint32_t stop = rig_win_event_new(rig_engine_world(engine), true, false, 0, NULL);
  const uint64_t arguments[4] = {stop};
  (void)rig_engine_thread(engine, (uint64_t)(uintptr_t)pump, arguments);
  const uint32_t window = rig_engine_mapi_window(engine, 0, RIG_WINDOW_NOTIFICATION);
  for (unsigned i = 0; i < count; i++) {
    actors[i].target = actors[i].what[0] == PUMP_STOPS ? stop : window;
    actors[i].thread = sender(rig_engine_world(engine));
    const struct rig_script script = {.self = &actors[i],
                                      .state = &actors[i].state,
                                      .state_bytes = sizeof actors[i].state,
                                      .enabled = enabled,
                                      .step = step,
                                      .ended = ended};
    RIG_ASSERT(rig_engine_script(engine, &script) != RIG_WIN_NONE);
  }
  return engine;
}
