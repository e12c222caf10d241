/*
 * The engine: pumps on simulated threads, explored. The literal reading of the documentation hangs
 * when a sent message and the stop come together, the safe pump never does.
 */
#include <stdio.h>
#include <time.h>

#include "unit/sim_pumps.h"
#include "unit/suite.h"

static uint32_t received; /* messages that MAPI's window got, on the path that is taken */

static uint64_t receipt(void *self, struct rig_engine *engine, uint32_t thread, uint32_t window,
                        const struct rig_win_message *message, bool sent) {
  (void)self;
  (void)engine;
  (void)thread;
  (void)window;
  (void)sent;
  received += message->message == 0x401;
  return 0;
}

/* The documented sequence, read literally: one GetMessage for each wake. */
MS static uint32_t literal_pump(uint64_t stop) {
  for (;;) {
    const uint32_t woke = msg_wait_ex(1, &stop, FOREVER, QS_ALLINPUT_MASK, 0);
    if (woke == 0) {
      return 0;
    }
    if (woke == 1) {
      struct msg msg;
      if (get_message(&msg, 0, 0, 0) == 0) {
        return 0;
      }
      translate_message(&msg);
      dispatch_message(&msg);
    }
  }
}

/* A bounded batch of PeekMessage for each wake, and a look at the stop after it. */
MS static uint32_t safe_pump(uint64_t stop) {
  for (;;) {
    const uint32_t woke = msg_wait_ex(1, &stop, FOREVER, QS_ALLINPUT_MASK, INPUTAVAILABLE);
    if (woke == 0) {
      return 0;
    }
    struct msg msg;
    for (int i = 0; i < 8 && peek_message(&msg, 0, 0, 0, 1) != 0; i++) {
      if (msg.message == 0x12) {
        return 1;
      }
      translate_message(&msg);
      dispatch_message(&msg);
    }
    if (wait_one(stop, 0) == 0) {
      return 0;
    }
  }
}

struct scene {
  struct rig_engine *engine;
  struct actor actors[8];
  uint32_t window;
  uint32_t stop;
};

/* A pump on the main thread, with a window of MAPI's and a stop event. */
static struct scene make_scene(MS uint32_t (*pump)(uint64_t)) {
  struct scene scene = {.engine = new_engine((struct rig_engine_options){.retrievals_max = 200})};
  const struct rig_engine_listener listener = {.receipt = receipt};
  rig_engine_listen(scene.engine, &listener);
  scene.stop = rig_win_event_new(rig_engine_world(scene.engine), true, false, 0, NULL);
  const uint64_t arguments[4] = {scene.stop};
  ck_assert_uint_eq(rig_engine_thread(scene.engine, (uint64_t)(uintptr_t)pump, arguments), 0);
  scene.window = rig_engine_mapi_window(scene.engine, 0, RIG_WINDOW_NOTIFICATION);
  ck_assert_uint_ne(scene.window, 0);
  return scene;
}

static void act(struct scene *scene, unsigned number, enum act what, uint32_t times) {
  struct actor *actor = &scene->actors[number];
  *actor = (struct actor){
      .left = times, .what = what, .target = what == ACT_SET ? scene->stop : scene->window};
  add_actor(scene->engine, actor);
}

static void tell(const char *name, const struct rig_exploration *result, double ns) {
  printf("%s: %llu states, %llu transitions, depth %u, %.0f ns a transition\n", name,
         (unsigned long long)result->states, (unsigned long long)result->transitions, result->depth,
         ns / (double)(result->transitions == 0 ? 1 : result->transitions));
}

static double cpu_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

START_TEST(test_literal_pump_hangs) {
  struct scene scene = make_scene(literal_pump);
  struct findings findings;
  act(&scene, 0, ACT_SEND, 1);
  act(&scene, 1, ACT_SET, 1);
  const struct rig_exploration result = explore(scene.engine, &findings);
  tell("literal", &result, 0);
  ck_assert(result.complete);
  ck_assert_uint_gt(findings.count[RIG_SIM_DEADLOCK], 0);
  ck_assert_uint_gt(findings.count[RIG_SIM_COMPLETE], 0);
  ck_assert_uint_eq(findings.count[RIG_SIM_CRASH], 0);
  ck_assert_str_eq(findings.message, "main waits for ever in GetMessageW");
  rig_engine_free(scene.engine);
}
END_TEST

START_TEST(test_posts_alone_are_no_hang) {
  struct scene scene = make_scene(literal_pump);
  struct findings findings;
  act(&scene, 0, ACT_POST, 1);
  act(&scene, 1, ACT_SET, 1);
  const struct rig_exploration result = explore(scene.engine, &findings);
  ck_assert(result.complete);
  ck_assert_uint_eq(findings.count[RIG_SIM_DEADLOCK], 0);
  ck_assert_uint_gt(findings.count[RIG_SIM_COMPLETE], 0);
  rig_engine_free(scene.engine);
}
END_TEST

START_TEST(test_safe_pump_is_complete) {
  struct scene scene = make_scene(safe_pump);
  struct findings findings;
  act(&scene, 0, ACT_SEND, 2);
  act(&scene, 1, ACT_POST, 3);
  act(&scene, 2, ACT_SET, 1);
  const double from = cpu_ns();
  const struct rig_exploration result = explore(scene.engine, &findings);
  tell("safe", &result, cpu_ns() - from);
  ck_assert(result.complete);
  ck_assert_uint_gt(findings.count[RIG_SIM_COMPLETE], 0);
  for (int end = RIG_SIM_COMPLETE + 1; end < RIG_SIM_END_COUNT; end++) {
    ck_assert_uint_eq(findings.count[end], 0);
  }
  rig_engine_free(scene.engine);
}
END_TEST

/* What is loaded is what was saved, whatever happened in between. */
START_TEST(test_states_come_back) {
  struct scene scene = make_scene(safe_pump);
  act(&scene, 0, ACT_SEND, 2);
  act(&scene, 1, ACT_POST, 3);
  const struct rig_system *system = rig_engine_system(scene.engine);
  enum { KEPT = 40 };
  void *saved[KEPT];
  size_t bytes[KEPT];
  uint64_t hash[KEPT];
  int kept = 0;
  struct rig_transition enabled[RIG_ENABLED_MAX];
  enum rig_sim_end end;
  for (; kept < KEPT; kept++) {
    saved[kept] = malloc(system->state_bytes_max);
    bytes[kept] = system->save(system->self, saved[kept]);
    hash[kept] = system->hash(system->self);
    const size_t count = system->enabled(system->self, enabled, &end);
    if (count == 0) {
      break;
    }
    ck_assert_int_eq(system->step(system->self, enabled[(size_t)kept % count], NULL),
                     RIG_SIM_GOES_ON);
  }
  ck_assert_int_gt(kept, 10);
  void *again = malloc(system->state_bytes_max);
  for (int i = 0; i < 4 * kept; i++) {
    const int from = i * 7 % (kept - 1);
    system->load(system->self, saved[from], bytes[from]);
    ck_assert_uint_eq(system->hash(system->self), hash[from]);
    ck_assert_uint_eq(system->save(system->self, again), bytes[from]);
    ck_assert_mem_eq(again, saved[from], bytes[from]);
    const size_t count = system->enabled(system->self, enabled, &end);
    ck_assert_int_eq(system->step(system->self, enabled[(size_t)from % count], NULL),
                     RIG_SIM_GOES_ON);
    ck_assert_uint_eq(system->hash(system->self), hash[from + 1]);
  }
  for (int i = 0; i <= kept && i < KEPT; i++) {
    free(saved[i]);
  }
  free(again);
  rig_engine_free(scene.engine);
}
END_TEST

/* Sixteen deep stacks and every message that fits: a saved state is no larger than was said. */
static uint64_t never;

MS static uint32_t waits_deep(uint64_t unused) {
  volatile unsigned char deep[200 * 1024];
  (void)unused;
  for (size_t i = 0; i < sizeof deep; i += 64) {
    deep[i] = (unsigned char)(i / 64 + 1);
  }
  (void)msg_wait_ex(1, &never, FOREVER, QS_ALLINPUT_MASK, INPUTAVAILABLE);
  return deep[0];
}

START_TEST(test_largest_state) {
  const uint64_t none[4] = {0};
  struct rig_engine *engine = new_engine((struct rig_engine_options){.retrievals_max = 0});
  struct rig_world *world = rig_engine_world(engine);
  const struct rig_system *system = rig_engine_system(engine);
  never = rig_win_event_new(world, true, false, 0, NULL);
  for (uint32_t i = 0; i < RIG_ACTOR_SCRIPT; i++) {
    ck_assert_uint_eq(rig_engine_thread(engine, (uint64_t)(uintptr_t)waits_deep, none), i);
    for (unsigned step = 0; step < 2; step++) {
      const struct rig_transition transition = {.actor = (uint16_t)i};
      ck_assert_int_eq(system->step(system->self, transition, NULL), RIG_SIM_GOES_ON);
    }
  }
  const struct rig_win_message message = {.message = 0x401};
  uint32_t error = 0;
  uint32_t posted = 0;
  while (rig_win_post_thread(world, 1 + posted % 15, &message, &error)) {
    posted++;
  }
  ck_assert_uint_gt(posted, 5000);
  const struct rig_transition last = {.actor = 1};
  (void)system->step(system->self, last, NULL); /* the state is taken after a step */
  void *saved = malloc(system->state_bytes_max + (16u << 20));
  ck_assert_ptr_nonnull(saved);
  const size_t bytes = system->save(system->self, saved);
  ck_assert_uint_gt(bytes, 15 * 200 * 1024 + 5000 * 16);
  ck_assert_uint_le(bytes, system->state_bytes_max);
  free(saved);
  rig_engine_free(engine);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("engine");
  TCase *cases = tcase_create("engine");
  tcase_add_test(cases, test_literal_pump_hangs);
  tcase_add_test(cases, test_posts_alone_are_no_hang);
  tcase_add_test(cases, test_safe_pump_is_complete);
  tcase_add_test(cases, test_states_come_back);
  tcase_add_test(cases, test_largest_state);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
