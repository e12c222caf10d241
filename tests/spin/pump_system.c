/*
 * The actors: one thread that pumps, threads that notify, one who sets the stop event.
 */
#include "pump_system.h"

#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "core/hash.h"

/* winuser.h; Win32's, so that nothing is taken from the model or from harness/win32's own names. */
#define QS_POSTED 0x0108u /* QS_POSTMESSAGE, QS_ALLPOSTMESSAGE */
#define QS_SENT 0x0040u   /* QS_SENDMESSAGE */
#define QS_REST 0x0437u   /* the rest of QS_ALLINPUT */
#define MWMO_AVAILABLE 0x0004u
#define PM_REMOVED 0x0001u
#define WM_OURS 0x8001u /* WM_APP + 1 */
#define WAIT_TIMED_OUT 258u

enum actor { ACTOR_PUMP, ACTOR_FIRST_NOTIFIER, ACTOR_STOPPER = 1 + PUMP_NOTIFIERS_MAX };

/* Where the thread stands, as in the model; IN_WAIT and IN_GET: in a call that waits. */
enum where { BEFORE_WAIT, IN_WAIT, BEFORE_PEEK, BEFORE_GET, IN_GET, BEFORE_TEST, ENDED };

/* What there is beside the world. A call that waits is told by its phase and cookie: its arguments
 * are the same each time. */
struct own_state {
  uint8_t where;
  uint8_t batch;
  uint8_t stop;
  uint8_t done[PUMP_NOTIFIERS_MAX];
  uint8_t sending[PUMP_NOTIFIERS_MAX];
  uint8_t reserved;
  uint16_t phases[1 + PUMP_NOTIFIERS_MAX]; /* by thread */
  uint16_t cookies[1 + PUMP_NOTIFIERS_MAX];
};

struct pump_system {
  struct pump_problem problem;
  struct rig_system system;
  struct rig_world *world;
  struct own_state own;
  uint32_t pump;      /* threads */
  uint32_t notifiers; /* the first of them */
  uint32_t window;
  uint32_t stop;
  bool progress;
  uint64_t unseen;
  /* The state as bytes, while `packed_bytes` is not 0. */
  size_t packed_bytes;
  size_t packed_max;
  unsigned char *packed;
};

/* ---- calls ---- */

/* One step of a call of `thread`; procedures that it runs do nothing. */
static bool step_call(struct pump_system *system, uint32_t thread, struct rig_win_call *call) {
  call->thread = thread;
  call->phase = system->own.phases[thread];
  call->cookie = system->own.cookies[thread];
  enum rig_win_state state = rig_win_step(system->world, call);
  while (state == RIG_WIN_RUNS) {
    system->progress = true;
    call->run.result = 0;
    state = rig_win_step(system->world, call);
  }
  const bool waits = state == RIG_WIN_WAITS;
  RIG_ASSERT(call->cookie <= UINT16_MAX);
  system->own.phases[thread] = waits ? call->phase : 0;
  system->own.cookies[thread] = waits ? (uint16_t)call->cookie : 0;
  return !waits;
}

static struct rig_win_call wait_call(const struct pump_system *system, uint32_t timeout_ms) {
  const struct pump_problem *problem = &system->problem;
  if (problem->wait == PUMP_SINGLE || timeout_ms == 0) {
    return (struct rig_win_call){
        .api = RIG_WIN_WAIT, .count = 1, .handles = &system->stop, .timeout_ms = timeout_ms};
  }
  return (struct rig_win_call){.api = RIG_WIN_MSG_WAIT,
                               .count = 1,
                               .handles = &system->stop,
                               .timeout_ms = timeout_ms,
                               .mask = QS_REST | (problem->mask_post ? QS_POSTED : 0) |
                                       (problem->mask_send ? QS_SENT : 0),
                               .flags = problem->available ? MWMO_AVAILABLE : 0};
}

/* ---- the thread that pumps ---- */

static void leave(struct pump_system *system) {
  rig_world_thread_exit(system->world, system->pump, 0);
  system->own.where = ENDED;
  system->own.batch = 0;
  system->progress = true;
}

static void back_to_wait(struct pump_system *system) {
  system->own.batch = 0;
  system->own.where = system->problem.wait == PUMP_NOTHING ? BEFORE_GET : BEFORE_WAIT;
}

static void next_retrieval(struct pump_system *system) {
  const struct pump_problem *problem = &system->problem;
  system->own.where = BEFORE_PEEK;
  if (problem->retrieve == PUMP_ONE_PEEK || problem->retrieve == PUMP_GET ||
      (problem->batch > 0 && ++system->own.batch == problem->batch)) {
    back_to_wait(system);
  }
}

static void retrieved(struct pump_system *system, const struct rig_win_message *message) {
  struct rig_win_call dispatch = {.api = RIG_WIN_DISPATCH, .message = *message};
  const bool over = step_call(system, system->pump, &dispatch);
  RIG_ASSERT(over);
  system->progress = true;
  if (system->problem.test_stop) {
    system->own.where = BEFORE_TEST;
  } else {
    next_retrieval(system);
  }
}

static void wait_step(struct pump_system *system) {
  struct rig_win_call call = wait_call(system, RIG_WIN_FOREVER);
  if (!step_call(system, system->pump, &call)) {
    system->own.where = IN_WAIT;
  } else if (call.result == 0) {
    leave(system);
  } else {
    RIG_ASSERT(call.result == 1);
    static const uint8_t next[] = {[PUMP_PEEK] = BEFORE_PEEK,
                                   [PUMP_ONE_PEEK] = BEFORE_PEEK,
                                   [PUMP_GET] = BEFORE_GET,
                                   [PUMP_GET_PEEK] = BEFORE_GET};
    system->own.where = next[system->problem.retrieve];
  }
}

static void retrieve_step(struct pump_system *system, bool get) {
  struct rig_win_call call = {.api = get ? RIG_WIN_GET_MESSAGE : RIG_WIN_PEEK_MESSAGE,
                              .flags = get ? 0 : PM_REMOVED};
  if (!step_call(system, system->pump, &call)) {
    system->own.where = IN_GET;
  } else if (call.result != 0) {
    retrieved(system, &call.message);
  } else {
    back_to_wait(system);
  }
}

static void test_step(struct pump_system *system) {
  struct rig_win_call call = wait_call(system, 0);
  const bool over = step_call(system, system->pump, &call);
  RIG_ASSERT(over);
  if (call.result == 0) {
    leave(system);
  } else {
    RIG_ASSERT(call.result == WAIT_TIMED_OUT);
    next_retrieval(system);
  }
}

static void pump_step(struct pump_system *system) {
  switch (system->own.where) {
  case BEFORE_WAIT:
  case IN_WAIT:
    wait_step(system);
    break;
  case BEFORE_PEEK:
    retrieve_step(system, false);
    break;
  case BEFORE_GET:
  case IN_GET:
    retrieve_step(system, true);
    break;
  default:
    test_step(system);
    break;
  }
}

/* ---- the notifiers ---- */

static void notifier_step(struct pump_system *system, uint32_t index, bool give_up) {
  struct own_state *own = &system->own;
  const uint32_t thread = system->notifiers + index;
  const uint8_t kind = system->problem.kinds[index][own->done[index] % PUMP_ACTIONS_MAX];
  uint32_t error;
  if (kind == PUMP_POST) {
    const struct rig_win_message message = {.window = system->window, .message = WM_OURS};
    (void)rig_win_post(system->world, system->window, &message, &error);
    own->done[index]++;
    return;
  }
  struct rig_win_call call = {.api = RIG_WIN_SEND,
                              .window = system->window,
                              .first = WM_OURS,
                              .flags = RIG_WIN_SEND_TIMEOUT,
                              .timeout_ms = RIG_WIN_FOREVER};
  if (give_up) {
    rig_world_expire_send(system->world, thread);
  }
  own->sending[index] = !step_call(system, thread, &call);
  if (!own->sending[index]) {
    own->done[index]++;
  }
}

/* ---- the system ---- */

static bool notifiers_done(const struct pump_system *system) {
  for (uint32_t i = 0; i < system->problem.notifiers; i++) {
    if (system->own.done[i] < system->problem.actions) {
      return false;
    }
  }
  return true;
}

bool pump_system_done(const struct pump_system *system) {
  return system->own.where == ENDED && system->own.stop && notifiers_done(system);
}

bool pump_system_unseen(const struct pump_system *system) {
  struct rig_win_queue queue;
  if (system->own.where != IN_WAIT || rig_world_ready(system->world, system->pump)) {
    return false;
  }
  rig_world_queue(system->world, system->pump, &queue);
  return queue.posted > 0 || queue.sent > 0;
}

uint64_t pump_system_unseen_count(const struct pump_system *system) {
  return system->unseen;
}

static size_t enabled(void *self, struct rig_transition *out, enum rig_sim_end *end) {
  struct pump_system *system = self;
  const struct own_state *own = &system->own;
  size_t count = 0;
  system->unseen += pump_system_unseen(system);
  if (own->where != ENDED && ((own->where != IN_WAIT && own->where != IN_GET) ||
                              rig_world_ready(system->world, system->pump))) {
    out[count++] = (struct rig_transition){ACTOR_PUMP, 0};
  }
  for (uint32_t i = 0; i < system->problem.notifiers; i++) {
    const uint16_t actor = (uint16_t)(ACTOR_FIRST_NOTIFIER + i);
    if (own->done[i] == system->problem.actions) {
      continue;
    }
    if (!own->sending[i] || rig_world_ready(system->world, system->notifiers + i)) {
      out[count++] = (struct rig_transition){actor, 0};
    } else if (system->problem.kinds[i][own->done[i]] == PUMP_TRY) {
      out[count++] = (struct rig_transition){actor, 1};
    }
  }
  if (!own->stop && (!system->problem.stop_last || notifiers_done(system))) {
    out[count++] = (struct rig_transition){ACTOR_STOPPER, 0};
  }
  *end = pump_system_done(system) ? RIG_SIM_COMPLETE : RIG_SIM_DEADLOCK;
  return count;
}

static enum rig_sim_end step(void *self, struct rig_transition transition,
                             struct rig_footprint *footprint) {
  struct pump_system *system = self;
  uint32_t error;
  system->packed_bytes = 0;
  system->progress = false;
  rig_world_touch_reset(system->world);
  if (transition.actor == ACTOR_PUMP) {
    pump_step(system);
  } else if (transition.actor == ACTOR_STOPPER) {
    (void)rig_win_event_set(system->world, system->stop, &error);
    system->own.stop = 1;
  } else {
    notifier_step(system, transition.actor - ACTOR_FIRST_NOTIFIER, transition.choice != 0);
  }
  RIG_ASSERT(rig_world_limit(system->world) == NULL);
  const struct rig_win_touch touch = rig_world_touch(system->world);
  *footprint = (struct rig_footprint){touch.reads, touch.writes};
  if (system->problem.stop_last) {
    footprint->writes |= UINT64_C(1) << 63; /* who is done decides when the stop comes */
  }
  return RIG_SIM_GOES_ON;
}

static void pack(struct pump_system *system) {
  if (system->packed_bytes == 0) {
    memcpy(system->packed, &system->own, sizeof system->own);
    system->packed_bytes =
        sizeof system->own + rig_world_pack(system->world, system->packed + sizeof system->own);
  }
}

static size_t save(void *self, void *to) {
  struct pump_system *system = self;
  pack(system);
  memcpy(to, system->packed, system->packed_bytes);
  return system->packed_bytes;
}

static void load(void *self, const void *from, size_t bytes) {
  struct pump_system *system = self;
  system->packed_bytes = 0;
  memcpy(&system->own, from, sizeof system->own);
  rig_world_unpack(system->world, (const unsigned char *)from + sizeof system->own,
                   bytes - sizeof system->own);
}

static uint64_t hash(void *self) {
  struct pump_system *system = self;
  pack(system);
  return rig_hash_bytes(system->packed, system->packed_bytes);
}

static bool progress(void *self) {
  const struct pump_system *system = self;
  return system->progress;
}

struct pump_system *pump_system_free(struct pump_system *system) {
  if (system != NULL) {
    system->world = system->world != NULL ? rig_world_free(system->world) : NULL;
    free(system->packed);
    free(system);
  }
  return NULL;
}

/* Every thread has its queue from the beginning, so that a send that fails leaves nothing else
 * behind than one that does not. */
static void make_threads(struct pump_system *system) {
  for (uint32_t i = 0; i <= system->problem.notifiers; i++) {
    const uint32_t thread = rig_world_thread_new(system->world);
    struct rig_win_call peek = {.api = RIG_WIN_PEEK_MESSAGE};
    RIG_ASSERT(thread == i);
    const bool over = step_call(system, thread, &peek);
    RIG_ASSERT(over);
  }
  system->pump = 0;
  system->notifiers = 1;
}

struct pump_system *pump_system_new(const struct pump_problem *problem) {
  RIG_ASSERT(problem->notifiers <= PUMP_NOTIFIERS_MAX && problem->actions <= PUMP_ACTIONS_MAX);
  struct pump_system *system = calloc(1, sizeof *system);
  if (system == NULL) {
    return NULL;
  }
  system->problem = *problem;
  system->world = rig_world_new(&rig_dialect_wine_8_0);
  if (system->world == NULL) {
    return pump_system_free(system);
  }
  bool existed;
  make_threads(system);
  system->window = rig_win_window_new(system->world, system->pump, 1);
  system->stop = rig_win_event_new(system->world, true, false, 0, &existed);
  back_to_wait(system);
  /* All messages there can ever be, and the replies to them. */
  system->packed_max = sizeof system->own + 2 * rig_world_packed_bytes(system->world) +
                       (size_t)problem->notifiers * problem->actions * 128 + 4096;
  system->packed = malloc(system->packed_max);
  if (system->packed == NULL) {
    return pump_system_free(system);
  }
  system->system = (struct rig_system){.self = system,
                                       .enabled = enabled,
                                       .step = step,
                                       .state_bytes_max = system->packed_max,
                                       .save = save,
                                       .load = load,
                                       .hash = hash,
                                       .progress = progress};
  return system;
}

const struct rig_system *pump_system_explorable(struct pump_system *system) {
  return &system->system;
}
