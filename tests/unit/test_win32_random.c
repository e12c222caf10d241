/*
 * Random programs on the simulated Win32: two steps that touch nothing in common commute, packing
 * loses nothing, and no program makes an assertion fail. What the calls return is the business of
 * the differential test against Wine.
 */
#include <string.h>

#include "win32_calls.h"

enum { THREADS = 3, DEPTH = 3, HANDLES = 5, STEPS = 60, PROGRAMS = 3000 };

struct actor {
  struct rig_win_call calls[DEPTH];
  enum rig_win_state states[DEPTH];
  uint32_t depth;
  uint32_t last; /* what its last call returned */
};

struct machine {
  struct actor actors[THREADS];
};

struct move {
  uint32_t thread;
  uint32_t kind;
  uint32_t a;
  uint32_t b;
};

static uint64_t seed;

static uint32_t chance(uint32_t below) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(seed >> 33) % below;
}

static struct machine machine;
static const uint32_t all_handles[HANDLES] = {4, 8, 12, 16, 20};

static void machine_begin(void) {
  bool existed = false;
  world_switch(chance(2) ? rig_dialect_wine_8_0 : rig_dialect_windows);
  (void)rig_world_thread_new(world);
  (void)rig_win_window_new(world, 2, 0xC0);
  (void)event(false, false);
  (void)event(true, false);
  (void)rig_win_mutex_new(world, RIG_WIN_NONE, 0, &existed);
  (void)rig_win_semaphore_new(world, 1, 3, 0, &existed);
  (void)rig_win_thread_handle(world, 2);
  memset(&machine, 0, sizeof machine);
}

static bool enabled(uint32_t thread) {
  const struct actor *actor = &machine.actors[thread];
  return rig_world_thread_alive(world, thread) &&
         (actor->depth == 0 || actor->states[actor->depth - 1] != RIG_WIN_WAITS ||
          rig_world_ready(world, thread));
}

static void advance_call(struct actor *actor) {
  const uint32_t top = actor->depth - 1;
  actor->states[top] = step(&actor->calls[top]);
  if (actor->states[top] == RIG_WIN_DONE) {
    actor->last = (uint32_t)actor->calls[top].result + actor->calls[top].message.message +
                  actor->calls[top].error;
    memset(&actor->calls[top], 0, sizeof actor->calls[top]);
    actor->states[top] = RIG_WIN_DONE;
    actor->depth--;
  }
}

/* A call that may wait or run, with arguments of `move`. */
static void begin_call(struct actor *actor, const struct move *move) {
  static const uint32_t apis[] = {RIG_WIN_PEEK_MESSAGE, RIG_WIN_GET_MESSAGE, RIG_WIN_MSG_WAIT,
                                  RIG_WIN_WAIT,         RIG_WIN_SEND,        RIG_WIN_SEND,
                                  RIG_WIN_SLEEP};
  static const uint32_t sends[] = {0, BLOCK, RIG_WIN_SEND_NOTIFY, RIG_WIN_SEND_TIMEOUT};
  struct rig_win_call *call = &actor->calls[actor->depth++];
  call->api = (uint16_t)apis[move->a % 7];
  call->thread = move->thread;
  switch (call->api) {
  case RIG_WIN_SEND:
    call->window = 1 + move->b % 3;
    call->first = APP + move->b % 5;
    call->flags = sends[move->b / 8 % 4];
    call->timeout_ms = 50;
    break;
  case RIG_WIN_PEEK_MESSAGE:
    call->flags = move->b % 2;
    call->window = move->b / 2 % 4 == 0 ? move->thread + 1 : 0;
    break;
  case RIG_WIN_MSG_WAIT:
  case RIG_WIN_WAIT:
    call->handles = all_handles + move->b % 3;
    call->count = 1 + move->b / 4 % 3;
    call->flags = move->b / 16 % 8;
    call->mask = move->b % 2 ? QS_ALL : QS_SEND;
    call->timeout_ms = move->b / 128 % 2 ? FOREVER : 0;
    break;
  case RIG_WIN_SLEEP:
    call->flags = ALERTABLE;
    break;
  default:
    break;
  }
  advance_call(actor);
}

static uint32_t quick(const struct move *move) {
  uint32_t error = 0;
  uint32_t previous = 0;
  const uint32_t thread = move->thread;
  switch (move->a % 15) {
  case 0:
  case 1:
    return post(1 + move->b % 3, APP + move->b % 7);
  case 2:
    return post_thread(move->b % 3, APP + 9);
  case 3:
    rig_win_post_quit(world, thread, move->b % 3);
    return 0;
  case 4:
    return status(thread, move->b % 2 ? QS_ALL : QS_POST);
  case 5:
  case 6:
    return rig_win_event_set(world, all_handles[move->b % 2], &error);
  case 7:
    return rig_win_event_reset(world, 8, &error);
  case 8:
    return rig_win_event_pulse(world, all_handles[move->b % 2], &error);
  case 9:
    return rig_win_mutex_release(world, thread, 12, &error);
  case 10:
    return rig_win_semaphore_release(world, 16, 1, &previous, &error) + previous;
  case 11:
    return rig_win_apc_queue(world, move->b % 3, 1 + move->b % 2, 0);
  case 12:
    return (uint32_t)rig_win_timer_set(world, thread, move->b % 4, 1, 20, 0, &error);
  case 13:
    return rig_win_reply(world, thread, move->b);
  default:
    if (move->b % 8 == 0) {
      return rig_win_window_destroy(world, thread, thread + 1, &error);
    }
    rig_win_window_paint(world, 1 + move->b % 3, move->b / 8 % 2);
    return 0;
  }
}

static void act(const struct move *move) {
  struct actor *actor = &machine.actors[move->thread];
  const bool runs = actor->depth > 0 && actor->states[actor->depth - 1] == RIG_WIN_RUNS;
  if (actor->depth > 0 && (!runs || move->kind % 4 == 0 || actor->depth == DEPTH)) {
    actor->calls[actor->depth - 1].run.result = runs ? move->b : 0;
    advance_call(actor);
  } else if (move->kind % 3 == 0) {
    actor->last = quick(move);
  } else {
    begin_call(actor, move);
  }
}

static struct move random_move(void) {
  struct move move = {chance(THREADS), chance(12), chance(1000), chance(1000)};
  return move;
}

struct saved {
  struct machine machine;
  size_t bytes;
  uint8_t *world;
};

static struct saved save(void) {
  struct saved saved = {.machine = machine};
  saved.world = packed(&saved.bytes);
  return saved;
}

static void load(const struct saved *saved) {
  machine = saved->machine;
  rig_world_unpack(world, saved->world, saved->bytes);
}

static bool same(const struct saved *a, const struct saved *b) {
  return a->bytes == b->bytes && memcmp(a->world, b->world, a->bytes) == 0 &&
         memcmp(&a->machine, &b->machine, sizeof a->machine) == 0;
}

static struct rig_win_touch touched_by(const struct move *move) {
  rig_world_touch_reset(world);
  act(move);
  return rig_world_touch(world);
}

/* Both orders of two moves that are called independent. Returns whether they were. */
static bool check_pair(const struct move *one, const struct move *other) {
  struct saved start = save();
  const struct rig_win_touch a = touched_by(one);
  struct saved first_one = save();
  load(&start);
  const struct rig_win_touch b = touched_by(other);
  const bool independent =
      (a.writes & (b.reads | b.writes)) == 0 && (b.writes & (a.reads | a.writes)) == 0;
  if (independent) {
    ck_assert(enabled(one->thread));
    act(one);
    struct saved one_way = save();
    load(&first_one);
    ck_assert(enabled(other->thread));
    act(other);
    struct saved other_way = save();
    ck_assert_msg(same(&one_way, &other_way),
                  "thread %u kind %u a %u b %u and thread %u kind %u a %u b %u do not commute",
                  one->thread, one->kind, one->a, one->b, other->thread, other->kind, other->a,
                  other->b);
    free(one_way.world);
    free(other_way.world);
  }
  load(&start);
  free(start.world);
  free(first_one.world);
  return independent;
}

START_TEST(independent_steps_commute) {
  unsigned independent = 0;
  unsigned dependent = 0;
  unsigned moves = 0;
  for (uint64_t program = 1; program <= PROGRAMS; program++) {
    seed = program * 1000003;
    machine_begin();
    for (unsigned i = 0; i < STEPS; i++) {
      const struct move one = random_move();
      const struct move other = random_move();
      if (!enabled(one.thread)) {
        rig_world_advance(world, rig_world_now(world) + (one.a % 3 == 0 ? 10 : 0));
        continue;
      }
      if (one.thread != other.thread && enabled(other.thread)) {
        *(check_pair(&one, &other) ? &independent : &dependent) += 1;
      }
      act(&one);
      moves++;
      ck_assert_ptr_null(rig_world_limit(world));
    }
  }
  ck_assert_msg(independent > 5000 && dependent > 5000 && moves > 50000,
                "%u independent, %u dependent, %u moves: not much of a test", independent,
                dependent, moves);
}
END_TEST

/* One step further, and what it touched. */
static struct rig_win_touch walk_on(void) {
  const struct move move = random_move();
  if (enabled(move.thread)) {
    return touched_by(&move);
  }
  rig_world_touch_reset(world);
  rig_world_advance(world, rig_world_now(world) + (move.a % 3 == 0 ? 10 : 0));
  return rig_world_touch(world);
}

/* A fingerprint that looks only at the threads that steps say they touched is the one of a look at
 * everything, and another one whenever the world is another. At time 0 it is the one without the
 * time: a loop may come back there. */
START_TEST(fingerprints_follow_what_is_touched) {
  struct rig_world *scratch = rig_world_new(&rig_dialect_wine_8_0);
  unsigned changed = 0;
  unsigned early = 0;
  ck_assert_ptr_nonnull(scratch);
  for (uint64_t program = 1; program <= PROGRAMS; program++) {
    seed = program * 1000033;
    machine_begin();
    struct rig_world_prints prints;
    uint64_t before = rig_world_print(world, &prints, UINT64_MAX);
    for (unsigned i = 0; i < STEPS; i++) {
      struct saved was = save();
      const struct rig_win_touch touch = walk_on();
      struct saved is = save();
      struct rig_world_prints all;
      const uint64_t print = rig_world_print(world, &prints, touch.writes);
      const bool other = was.bytes != is.bytes || memcmp(was.world, is.world, is.bytes) != 0;
      ck_assert_msg(print == rig_world_print(world, &all, UINT64_MAX),
                    "program %llu, step %u: more changed than was touched (%llx)",
                    (unsigned long long)program, i, (unsigned long long)touch.writes);
      ck_assert(other == (print != before));
      early += rig_world_now(world) == 0;
      ck_assert(rig_world_now(world) != 0 || rig_world_timeless_print(world, scratch) == print);
      changed += other;
      before = print;
      free(was.world);
      free(is.world);
    }
  }
  (void)rig_world_free(scratch);
  ck_assert_msg(changed > 20000 && early > 5000, "%u changes, %u at time 0: not much of a test",
                changed, early);
}
END_TEST

static void add(TCase *tests) {
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, fingerprints_follow_what_is_touched);
  tcase_add_test(tests, independent_steps_commute);
}

int main(void) {
  return win32_suite("win32 random", add);
}
