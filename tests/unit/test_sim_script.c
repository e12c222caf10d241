/*
 * The director alone: plans written by hand, on a world made by hand. A small pump sits on the
 * first thread; who takes the next step is chosen here.
 */
#include <stdio.h>

#include "sim/director/script.h"
#include "unit/sim_pumps.h"
#include "unit/suite.h"

#define ALERTABLE 2u
#define IO_COMPLETION 0xC0u
#define DEADLINE_MS 1000u
#define PUMP 0u

static uint64_t handles_of_pump[2]; /* the stop event, and one for work */
static uint32_t apcs;               /* waits that one ended, on the path that is taken */

/* Serves what comes, APCs too, until the stop. */
MS static uint32_t pump(uint64_t unused) {
  struct msg msg;
  (void)unused;
  for (;;) {
    const uint32_t woke = msg_wait_ex(2, handles_of_pump, FOREVER, QS_ALLINPUT_MASK, ALERTABLE);
    if (woke == 0) {
      return 0;
    }
    apcs += woke == IO_COMPLETION;
    while (woke == 2 && peek_message(&msg, 0, 0, 0, 1) != 0) {
      if (msg.message == 0x12) {
        return 1;
      }
      dispatch_message(&msg);
    }
  }
}

static struct {
  struct rig_engine *engine;
  struct rig_world *world;
  const struct rig_system *system;
  struct rig_director *director;
  struct rig_director_target target;
  uint32_t handles[2];
  enum rig_sim_end end;
} scene;

/* The plan's steps, which the test keeps; texts begin with an empty one. */
static void set_scene(const struct rig_step *steps, uint32_t count, const char *texts,
                      uint32_t text_bytes) {
  char error[256] = "";
  const struct rig_director_plan plan = {.steps = steps,
                                         .step_count = count,
                                         .texts = texts,
                                         .text_bytes = text_bytes,
                                         .stop_way = RIG_STOP_SCM,
                                         .deadline_ms = DEADLINE_MS,
                                         .program = steps[0].action == RIG_ACTION_FAULT};
  const uint64_t arguments[4] = {0};
  ck_assert_msg(rig_director_can(&plan, error, sizeof error), "%s", error);
  memset(&scene, 0, sizeof scene);
  apcs = 0;
  scene.engine = new_engine((struct rig_engine_options){.retrievals_max = 200});
  scene.world = rig_engine_world(scene.engine);
  scene.system = rig_engine_system(scene.engine);
  ck_assert_uint_eq(rig_engine_thread(scene.engine, (uint64_t)(uintptr_t)pump, arguments), PUMP);
  scene.target = (struct rig_director_target){.engine = scene.engine,
                                              .first = PUMP,
                                              .handles = scene.handles,
                                              .handle_count = 2,
                                              .notification = RIG_SIM_NOTIFY_MESSAGE};
  for (unsigned i = RIG_WINDOW_NOTIFICATION; i <= RIG_WINDOW_IDLE; i++) {
    scene.target.windows[i] = rig_engine_mapi_window(scene.engine, PUMP, (enum rig_window)i);
    ck_assert_uint_ne(scene.target.windows[i], 0);
  }
  for (unsigned i = 0; i < 2; i++) {
    scene.handles[i] = rig_win_event_new(scene.world, i == 0, false, 0, NULL);
    handles_of_pump[i] = scene.handles[i];
  }
  scene.director = rig_director_new(&plan, &scene.target);
  ck_assert_ptr_nonnull(scene.director);
}

static void end_scene(void) {
  scene.director = rig_director_free(scene.director);
  scene.engine = rig_engine_free(scene.engine);
}

static bool can(uint32_t actor) {
  struct rig_transition list[RIG_ENABLED_MAX];
  enum rig_sim_end end;
  const size_t count = scene.system->enabled(scene.system->self, list, &end);
  for (size_t i = 0; i < count; i++) {
    if (list[i].actor == actor) {
      return true;
    }
  }
  return false;
}

static void step(uint32_t actor) {
  struct rig_footprint footprint;
  ck_assert(can(actor));
  scene.end = scene.system->step(scene.system->self,
                                 (struct rig_transition){.actor = (uint16_t)actor}, &footprint);
}

static void act(void) {
  step(RIG_ACTOR_SCRIPT);
}

static bool may_act(void) {
  return can(RIG_ACTOR_SCRIPT);
}

/* The pump's thread goes on until it rests, or has ended. */
static void serve(void) {
  for (unsigned i = 0; i < 1000 && scene.end == RIG_SIM_GOES_ON && can(PUMP); i++) {
    step(PUMP);
  }
  ck_assert(scene.end != RIG_SIM_GOES_ON || !can(PUMP));
}

static uint32_t posted(void) {
  struct rig_win_queue queue;
  rig_world_queue(scene.world, PUMP, &queue);
  return queue.posted;
}

static uint32_t sent(void) {
  struct rig_win_queue queue;
  rig_world_queue(scene.world, PUMP, &queue);
  return queue.sent;
}

#define STEPS(...)                                                                                 \
  static const struct rig_step steps[] = {__VA_ARGS__};                                            \
  set_scene(steps, sizeof steps / sizeof steps[0], "", 1)

/* ---- each kind of step ---- */

START_TEST(test_posts) {
  STEPS({.action = RIG_ACTION_POST, .window = RIG_WINDOW_IDLE, .repeat = 3},
        {.action = RIG_ACTION_NOTIFY, .window = RIG_WINDOW_NOTIFICATION, .repeat = 1});
  serve();
  act(); /* a burst is one moment */
  ck_assert_uint_eq(posted(), 3);
  act();
  struct rig_win_message message;
  ck_assert(rig_world_posted(scene.world, PUMP, 3, &message));
  ck_assert_uint_eq(message.message, RIG_SIM_NOTIFY_MESSAGE);
  ck_assert_uint_eq(message.window, scene.target.windows[RIG_WINDOW_NOTIFICATION]);
  ck_assert_uint_eq(rig_director_pending(scene.director), 4);
  ck_assert(rig_director_done(scene.director));
  serve();
  ck_assert_uint_eq(rig_director_pending(scene.director), 0);
  ck_assert_uint_eq(rig_director_seen(scene.director), 0);
}
END_TEST

START_TEST(test_sends) {
  STEPS({.action = RIG_ACTION_SEND, .window = RIG_WINDOW_IDLE, .repeat = 1, .timeout_ms = 500},
        {.action = RIG_ACTION_SEND_NOTIFY, .window = RIG_WINDOW_IDLE, .repeat = 2});
  serve();
  act();
  ck_assert_uint_eq(sent(), 1);
  act();
  ck_assert_uint_eq(sent(), 3);
  serve();
  ck_assert_uint_eq(sent(), 0);
  ck_assert_uint_eq(rig_director_pending(scene.director), 0);
  ck_assert_uint_eq(rig_director_seen(scene.director), 0);
}
END_TEST

/* Nobody serves it: its sender's time passes. */
START_TEST(test_send_unanswered) {
  STEPS({.action = RIG_ACTION_GATE, .window = RIG_WINDOW_IDLE},
        {.action = RIG_ACTION_SEND, .window = RIG_WINDOW_IDLE, .repeat = 1, .timeout_ms = 500});
  serve();
  act();
  act();
  serve();
  ck_assert(rig_director_detains(scene.director));
  ck_assert_uint_eq(rig_director_seen(scene.director), 0);
  step(RIG_ACTOR_TIME);
  ck_assert_uint_eq(rig_world_now(scene.world), 500);
  act();
  ck_assert_uint_eq(rig_director_seen(scene.director) >> 8 & 0xff, 1);
}
END_TEST

START_TEST(test_withdraws) {
  STEPS({.action = RIG_ACTION_WITHDRAW, .window = RIG_WINDOW_IDLE, .repeat = 1});
  serve();
  act();
  ck_assert_uint_eq(sent(), 0);
  ck_assert(can(PUMP)); /* it was woken all the same */
  serve();
  ck_assert_uint_eq(rig_director_seen(scene.director), 0);
}
END_TEST

START_TEST(test_thread_messages) {
  STEPS({.action = RIG_ACTION_POST_THREAD, .repeat = 1},
        {.action = RIG_ACTION_QUIT, .repeat = 1, .exit_code = 7});
  serve();
  act();
  act();
  struct rig_win_message message;
  ck_assert_uint_eq(posted(), 2);
  ck_assert(rig_world_posted(scene.world, PUMP, 0, &message));
  ck_assert_uint_eq(message.window, 0);
  ck_assert(rig_world_posted(scene.world, PUMP, 1, &message));
  ck_assert_uint_eq(message.message, 0x12);
  ck_assert_uint_eq(message.wparam, 7);
  serve();
  ck_assert_uint_eq(scene.end, RIG_SIM_COMPLETE); /* the pump keeps the rule: WM_QUIT ends it */
}
END_TEST

START_TEST(test_events) {
  STEPS({.action = RIG_ACTION_SET_EVENT, .event_by = RIG_EVENT_BY_WAIT_INDEX, .index = 1},
        {.action = RIG_ACTION_RESET_EVENT, .event_by = RIG_EVENT_BY_WAIT_INDEX, .index = 1},
        {.action = RIG_ACTION_SET_EVENT, .event_by = RIG_EVENT_BY_WAIT_INDEX, .index = 9});
  act(); /* the pump has not begun to wait */
  ck_assert(rig_win_signalled(scene.world, PUMP, scene.handles[1]));
  act();
  ck_assert(!rig_win_signalled(scene.world, PUMP, scene.handles[1]));
  ck_assert_uint_eq(rig_director_seen(scene.director), 0);
  act();
  ck_assert_uint_eq(rig_director_seen(scene.director) >> 16, 1); /* there is no such handle */
}
END_TEST

START_TEST(test_apc) {
  STEPS({.action = RIG_ACTION_APC});
  serve();
  act();
  ck_assert(can(PUMP));
  ck_assert_uint_eq(apcs, 0);
  serve();
  ck_assert_uint_eq(apcs, 1);
  ck_assert_uint_eq(rig_director_seen(scene.director), 0);
}
END_TEST

START_TEST(test_timer) {
  STEPS({.action = RIG_ACTION_TIMER, .window = RIG_WINDOW_IDLE, .repeat = 2, .timeout_ms = 50});
  serve();
  act();
  for (unsigned i = 1; i <= 2; i++) {
    step(RIG_ACTOR_TIME);
    ck_assert_uint_eq(rig_world_now(scene.world), i * 50);
    ck_assert(can(PUMP));
    serve();
  }
  ck_assert(!can(RIG_ACTOR_TIME)); /* two, then it is killed */
}
END_TEST

START_TEST(test_flood) {
  STEPS({.action = RIG_ACTION_FLOOD, .window = RIG_WINDOW_IDLE, .repeat = 20});
  serve();
  act();
  ck_assert_uint_gt(posted(), 0);
  serve(); /* each that is handled is followed by another, up to the limit */
  ck_assert_uint_eq(posted(), 0);
  ck_assert_uint_eq(rig_director_pending(scene.director), 0);
  ck_assert_int_eq(scene.end, RIG_SIM_GOES_ON);
}
END_TEST

START_TEST(test_destroys) {
  STEPS({.action = RIG_ACTION_DESTROY_WINDOW, .window = RIG_WINDOW_IDLE, .repeat = 1},
        {.action = RIG_ACTION_POST, .window = RIG_WINDOW_IDLE, .repeat = 1});
  serve();
  act();
  ck_assert(rig_win_is_window(scene.world, scene.target.windows[RIG_WINDOW_IDLE]));
  serve(); /* in the handler: a thread destroys its own windows alone */
  ck_assert(!rig_win_is_window(scene.world, scene.target.windows[RIG_WINDOW_IDLE]));
  act();
  ck_assert_uint_eq(rig_director_seen(scene.director) >> 16, 1);
}
END_TEST

START_TEST(test_gates) {
  STEPS({.action = RIG_ACTION_GATE, .window = RIG_WINDOW_IDLE},
        {.action = RIG_ACTION_POST, .window = RIG_WINDOW_IDLE, .repeat = 1},
        {.action = RIG_ACTION_UNGATE, .trigger = RIG_TRIGGER_SETTLED, .window = RIG_WINDOW_IDLE});
  serve();
  act();
  act();
  serve();
  ck_assert(rig_director_detains(scene.director));
  act();
  ck_assert(can(PUMP));
  serve();
  ck_assert(!rig_director_detains(scene.director));
  ck_assert_uint_eq(rig_director_pending(scene.director), 0);
}
END_TEST

START_TEST(test_hold_and_release) {
  static const struct rig_step steps[] = {{.action = RIG_ACTION_HOLD,
                                           .trigger = RIG_TRIGGER_AT,
                                           .family = RIG_FAMILY_MSG_WAIT,
                                           .trigger_count = 1,
                                           .text = 1},
                                          {.action = RIG_ACTION_QUIT_FLAG, .repeat = 1},
                                          {.action = RIG_ACTION_RELEASE, .text = 1}};
  set_scene(steps, 3, "\0here", 6);
  ck_assert(!may_act());
  serve();
  ck_assert(may_act()); /* it stands at its first wait, and is kept there */
  act();
  ck_assert(rig_director_detains(scene.director));
  ck_assert(!can(PUMP));
  act();
  ck_assert(!can(PUMP));
  act();
  ck_assert(!rig_director_detains(scene.director));
  serve();
  ck_assert_int_eq(scene.end, RIG_SIM_COMPLETE); /* the quit flag became WM_QUIT */
}
END_TEST

START_TEST(test_stop) {
  STEPS({.action = RIG_ACTION_STOP});
  serve();
  ck_assert(!rig_director_stopped(scene.director));
  act();
  ck_assert(rig_director_stopped(scene.director));
  ck_assert(!rig_director_refused(scene.director));
  serve();
  ck_assert_int_eq(scene.end, RIG_SIM_COMPLETE);
}
END_TEST

/* ---- triggers ---- */

START_TEST(test_at_the_nth_return) {
  STEPS({.action = RIG_ACTION_POST, .window = RIG_WINDOW_IDLE, .repeat = 2},
        {.action = RIG_ACTION_POST,
         .trigger = RIG_TRIGGER_AT,
         .family = RIG_FAMILY_DISPATCH,
         .edge = RIG_EDGE_RETURN,
         .trigger_count = 2,
         .window = RIG_WINDOW_NOTIFICATION,
         .repeat = 1});
  serve();
  act();
  serve();
  ck_assert(may_act());
  ck_assert_uint_eq(posted(), 0); /* both were dispatched */
  ck_assert_uint_eq(rig_director_pending(scene.director), 0);
  act();
  serve(); /* the thread was let go on */
  ck_assert_uint_eq(posted(), 0);
  ck_assert(rig_director_done(scene.director));
}
END_TEST

START_TEST(test_after) {
  STEPS({.action = RIG_ACTION_STOP, .trigger = RIG_TRIGGER_AFTER, .trigger_ms = 300});
  ck_assert(!may_act());
  serve();
  ck_assert(!may_act());
  step(RIG_ACTOR_TIME);
  ck_assert_uint_eq(rig_world_now(scene.world), 300);
  ck_assert(may_act());
}
END_TEST

START_TEST(test_settled_and_blocked) {
  STEPS({.action = RIG_ACTION_POST,
         .trigger = RIG_TRIGGER_SETTLED,
         .window = RIG_WINDOW_IDLE,
         .repeat = 1},
        {.action = RIG_ACTION_STOP, .trigger = RIG_TRIGGER_BLOCKED, .family = RIG_FAMILY_MSG_WAIT});
  ck_assert(!may_act()); /* it has not come to a call */
  serve();
  ck_assert(may_act());
  act();
  ck_assert(!may_act()); /* the message wakes it */
  serve();
  ck_assert(may_act()); /* it sits in its wait again */
}
END_TEST

START_TEST(test_receipt) {
  STEPS({.action = RIG_ACTION_POST, .window = RIG_WINDOW_IDLE, .repeat = 2},
        {.action = RIG_ACTION_STOP,
         .trigger = RIG_TRIGGER_RECEIPT,
         .trigger_window = RIG_WINDOW_IDLE,
         .trigger_count = 2});
  serve();
  act();
  ck_assert(!may_act());
  serve();
  ck_assert(may_act());
  ck_assert(rig_director_detains(scene.director)); /* in the window procedure */
  act();
  serve();
  ck_assert_int_eq(scene.end, RIG_SIM_COMPLETE);
}
END_TEST

/* ---- faults ---- */

START_TEST(test_faults) {
  STEPS({.action = RIG_ACTION_FAULT,
         .trigger = RIG_TRIGGER_START,
         .family = RIG_FAMILY_MAPI_LOGON,
         .trigger_count = 2,
         .fault = RIG_FAULT_FAILS,
         .result = 0x80040111},
        {.action = RIG_ACTION_STOP});
  uint32_t result = 0;
  ck_assert(may_act()); /* faults are no steps */
  ck_assert(!rig_director_fault(scene.director, PUMP, RIG_CALL_MAPILogonEx, 0, &result));
  ck_assert(!rig_director_fault(scene.director, PUMP, RIG_CALL_MAPIUninitialize, 0, &result));
  ck_assert(rig_director_fault(scene.director, PUMP, RIG_CALL_MAPILogonEx, 0, &result));
  ck_assert_uint_eq(result, 0x80040111);
  ck_assert(!rig_director_fault(scene.director, PUMP, RIG_CALL_MAPILogonEx, 0, &result));
}
END_TEST

int main(void) {
  Suite *suite = suite_create("director");
  TCase *cases = tcase_create("director");
  tcase_add_checked_fixture(cases, NULL, end_scene);
  tcase_add_test(cases, test_posts);
  tcase_add_test(cases, test_sends);
  tcase_add_test(cases, test_send_unanswered);
  tcase_add_test(cases, test_withdraws);
  tcase_add_test(cases, test_thread_messages);
  tcase_add_test(cases, test_events);
  tcase_add_test(cases, test_apc);
  tcase_add_test(cases, test_timer);
  tcase_add_test(cases, test_flood);
  tcase_add_test(cases, test_destroys);
  tcase_add_test(cases, test_gates);
  tcase_add_test(cases, test_hold_and_release);
  tcase_add_test(cases, test_stop);
  tcase_add_test(cases, test_at_the_nth_return);
  tcase_add_test(cases, test_after);
  tcase_add_test(cases, test_settled_and_blocked);
  tcase_add_test(cases, test_receipt);
  tcase_add_test(cases, test_faults);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
