/*
 * The engine explored by schedules: the reduction comes to every end, in every state, that the
 * interleavings come to, threads that are blocked for ever among them.
 */
#include <stdio.h>

#include "unit/sim_pumps.h"
#include "unit/suite.h"

#define ENDS_MAX 4096u

/* One GetMessage for each wake: it hangs in some schedules. */
MS static uint32_t literal_pump(uint64_t stop) {
  struct msg msg;
  while (msg_wait_ex(1, &stop, FOREVER, QS_ALLINPUT_MASK, 0) != 0) {
    (void)get_message(&msg, 0, 0, 0);
    dispatch_message(&msg);
  }
  return 0;
}

/* Waits for messages alone: deaf to the stop, it always hangs. */
MS static uint32_t deaf_pump(uint64_t stop) {
  struct msg msg;
  (void)stop;
  while (get_message(&msg, 0, 0, 0) != 0) {
    dispatch_message(&msg);
  }
  return 0;
}

/* Waits for the stop twice: an event that resets itself wakes it once. */
MS static uint32_t greedy_pump(uint64_t stop) {
  struct msg msg;
  (void)msg_wait_ex(1, &stop, FOREVER, QS_ALLINPUT_MASK, 0);
  while (peek_message(&msg, 0, 0, 0, 1) != 0) {
    dispatch_message(&msg);
  }
  return wait_one(stop, FOREVER);
}

struct scene {
  struct rig_engine *engine;
  struct actor actors[4];
};

/* The ends that were come to, each with its state: a set. */
struct ends {
  const struct rig_system *system;
  uint64_t seen[ENDS_MAX];
  size_t count;
  uint64_t deadlocks;
};

static int compare(const void *one, const void *other) {
  const uint64_t a = *(const uint64_t *)one;
  const uint64_t b = *(const uint64_t *)other;
  return (a > b) - (a < b);
}

static bool collect(void *context, enum rig_sim_end end, const struct rig_schedule *schedule) {
  struct ends *ends = context;
  (void)schedule;
  ends->deadlocks += end == RIG_SIM_DEADLOCK;
  const uint64_t what = ends->system->hash(ends->system->self) * RIG_SIM_END_COUNT + end;
  for (size_t i = 0; i < ends->count; i++) {
    if (ends->seen[i] == what) {
      return true;
    }
  }
  ck_assert_uint_lt(ends->count, ENDS_MAX);
  ends->seen[ends->count++] = what;
  return true;
}

static uint64_t schedules(const struct rig_system *system, bool reduce, struct ends *ends) {
  *ends = (struct ends){.system = system};
  const struct rig_explore_options options = {.mode = RIG_EXPLORE_SCHEDULES,
                                              .reduce = reduce,
                                              .depth_max = 10000,
                                              .all_findings = true,
                                              .found = collect,
                                              .context = ends};
  struct rig_exploration out;
  ck_assert_int_eq(rig_explore(system, &options, &out), RIG_OK);
  ck_assert(out.complete);
  qsort(ends->seen, ends->count, sizeof ends->seen[0], compare);
  return out.schedules;
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

static void set_scene(struct scene *scene, MS uint32_t (*pump)(uint64_t), bool manual) {
  const struct rig_engine_listener listener = {.receipt = receipt};
  *scene = (struct scene){.engine = new_engine((struct rig_engine_options){.retrievals_max = 200})};
  rig_engine_listen(scene->engine, &listener);
  const uint32_t stop = rig_win_event_new(rig_engine_world(scene->engine), manual, false, 0, NULL);
  const uint64_t arguments[4] = {stop};
  ck_assert_uint_eq(rig_engine_thread(scene->engine, (uint64_t)(uintptr_t)pump, arguments), 0);
  const uint32_t window = rig_engine_mapi_window(scene->engine, 0, RIG_WINDOW_NOTIFICATION);
  scene->actors[0] = (struct actor){.left = 1, .what = ACT_SEND, .target = window};
  scene->actors[1] = (struct actor){.left = 1, .what = ACT_POST, .target = window};
  scene->actors[2] = (struct actor){.left = 1, .what = ACT_SET, .target = stop};
  for (unsigned i = 0; i < 3; i++) {
    add_actor(scene->engine, &scene->actors[i]);
  }
}

static const struct {
  const char *name;
  MS uint32_t (*pump)(uint64_t);
  bool manual;
  bool hangs;
} pumps[] = {{"literal", literal_pump, true, true},
             {"deaf", deaf_pump, true, true},
             {"greedy", greedy_pump, false, true},
             {"not greedy", greedy_pump, true, false}};

START_TEST(test_every_end_is_come_to) {
  struct scene scene;
  static struct ends every;
  static struct ends reduced;
  set_scene(&scene, pumps[_i].pump, pumps[_i].manual);
  const struct rig_system *system = rig_engine_system(scene.engine);
  const uint64_t all = schedules(system, false, &every);
  const uint64_t some = schedules(system, true, &reduced);
  printf("%s: %llu interleavings, %llu schedules\n", pumps[_i].name, (unsigned long long)all,
         (unsigned long long)some);
  ck_assert_uint_eq(every.deadlocks > 0, pumps[_i].hangs);
  ck_assert_uint_eq(reduced.count, every.count);
  ck_assert_mem_eq(reduced.seen, every.seen, every.count * sizeof every.seen[0]);
  ck_assert_uint_lt(some, all);
  rig_engine_free(scene.engine);
}
END_TEST

/* Looks once whether it is to stop, and ends the process. */
MS static uint32_t hasty_pump(uint64_t stop) {
  return wait_one(stop, 0);
}

struct last_looks {
  struct rig_engine *engine;
  uint32_t stop;
  bool met[2][2]; /* main saw the stop; it is set at the end */
};

static bool compare_looks(void *context, enum rig_sim_end end,
                          const struct rig_schedule *schedule) {
  struct last_looks *looks = context;
  (void)schedule;
  ck_assert_int_eq(end, RIG_SIM_COMPLETE);
  looks->met[rig_engine_exit_code(looks->engine) == 0]
            [rig_win_signalled(rig_engine_world(looks->engine), 0, looks->stop)] = true;
  return true;
}

/* The end of the process is a step of its own: what others do between main's last call and it is a
 * path too. */
START_TEST(test_others_act_before_the_process_ends) {
  static const enum rig_explore_mode modes[] = {RIG_EXPLORE_STATES, RIG_EXPLORE_SCHEDULES};
  struct last_looks looks = {.engine = new_engine((struct rig_engine_options){0})};
  looks.stop = rig_win_event_new(rig_engine_world(looks.engine), true, false, 0, NULL);
  const uint64_t arguments[4] = {looks.stop};
  ck_assert_uint_eq(rig_engine_thread(looks.engine, (uint64_t)(uintptr_t)hasty_pump, arguments), 0);
  struct actor actor = {.left = 1, .what = ACT_SET, .target = looks.stop};
  add_actor(looks.engine, &actor);
  const struct rig_explore_options options = {.mode = modes[_i],
                                              .reduce = true,
                                              .states_max = 1000,
                                              .depth_max = 100,
                                              .all_findings = true,
                                              .found = compare_looks,
                                              .context = &looks};
  struct rig_exploration out;
  ck_assert_int_eq(rig_explore(rig_engine_system(looks.engine), &options, &out), RIG_OK);
  ck_assert(out.complete);
  ck_assert(looks.met[true][true]);
  ck_assert(looks.met[false][false]);
  ck_assert_msg(looks.met[false][true], "nobody acted between main's last call and its end");
  rig_engine_free(looks.engine);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("engine by schedules");
  TCase *cases = tcase_create("schedules");
  tcase_add_loop_test(cases, test_every_end_is_come_to, 0, sizeof pumps / sizeof pumps[0]);
  tcase_add_loop_test(cases, test_others_act_before_the_process_ends, 0, 2);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
