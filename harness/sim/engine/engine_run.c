/*
 * Running a thread's code for one step, and the places where it stops: before a call, in one that
 * waits, held at a boundary, at its end.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/assert.h"
#include "sim/engine/engine_private.h"

static _Thread_local struct rig_engine *current;

struct rig_engine *rig_engine_current(void) {
  RIG_ASSERT(current != NULL);
  return current;
}

/* ---- from the explorer's side ---- */

/* In the program's own code alone: a shim's work must not be left half done. */
static bool may_stand(const struct rig_engine *engine, enum rig_fibre_end end,
                      const struct rig_crash *crash) {
  char name[8];
  return engine->options.spins_stand && end == RIG_FIBRE_RUNS_ON && engine->image != NULL &&
         !rig_engine_is_quiet(engine, crash->code) &&
         rig_image_name(engine->image, crash->code, name, sizeof name);
}

static void stand(struct rig_engine *engine, struct rig_engine_thread *thread) {
  rig_engine_set_block(thread, RIG_BLOCK_COMPUTING, 0);
  memcpy(engine->spins, engine->message, sizeof engine->spins);
  engine->message[0] = '\0';
  engine->crash_end = RIG_FIBRE_YIELDED;
  engine->spun = true;
}

enum rig_sim_end rig_engine_run(struct rig_engine *engine, uint32_t number) {
  struct rig_engine_thread *thread = &engine->threads[number];
  struct rig_fibre *fibre = engine->fibres[number];
  if (!thread->started) {
    thread->started = 1;
    rig_fibre_start(fibre, rig_engine_main, engine);
  }
  struct rig_engine *before = current;
  current = engine;
  engine->self = number;
  rig_fibre_teb()->entry_sp = thread->entry_sp;
  rig_fibre_teb()->entry_bp = thread->entry_bp;
  struct rig_crash crash;
  const enum rig_fibre_end end = rig_fibre_run_guarded(fibre, &crash);
  engine->self = RIG_WIN_NONE;
  current = before;
  if (end == RIG_FIBRE_YIELDED) {
    return engine->end;
  }
  engine->crash_end = end;
  engine->crash = crash;
  engine->crash_thread = number;
  rig_engine_tell_crash(engine, number, end, &crash);
  if (may_stand(engine, end, &crash)) {
    stand(engine, thread);
    return engine->end;
  }
  thread->place = RIG_PLACE_ENDED; /* its stack is of no use any more */
  return RIG_SIM_CRASH;
}

/* ---- from the thread's side ---- */

void rig_engine_pause(struct rig_engine *engine) {
  rig_engine_own(engine)->place = RIG_PLACE_RUNS;
  rig_engine_rest(engine);
}

bool rig_engine_called_quietly(const struct rig_engine *engine) {
  const uint64_t entry = rig_fibre_teb()->entry_sp; /* its return address */
  return entry != 0 && rig_engine_is_quiet(engine, *(const uint64_t *)(uintptr_t)entry);
}

void rig_engine_yield(struct rig_engine *engine) {
  if (!rig_engine_called_quietly(engine)) {
    rig_engine_pause(engine);
  }
}

void rig_engine_hold(struct rig_engine *engine) {
  rig_engine_own(engine)->place = RIG_PLACE_HELD;
  rig_engine_rest(engine);
  rig_engine_own(engine)->place = RIG_PLACE_RUNS;
}

static void run_initialisers(struct rig_engine *engine) {
  if (engine->image == NULL || engine->self != 0) {
    return;
  }
  const uint64_t none[4] = {0};
  for (size_t i = 0; rig_image_initialiser(engine->image, i) != 0; i++) {
    rig_engine_run_code(engine, rig_image_initialiser(engine->image, i), none);
  }
}

void rig_engine_main(void *argument) {
  struct rig_engine *engine = argument;
  const struct rig_engine_thread *thread = rig_engine_own(engine);
  if (!rig_engine_is_quiet(engine, thread->code)) {
    rig_engine_announce(engine, thread->code, false);
  }
  run_initialisers(engine);
  if (thread->attaches) {
    rig_modules_thread(engine, true);
  }
  const uint32_t code = (uint32_t)rig_engine_run_code(engine, thread->code, thread->arguments);
  if (engine->self == 0) { /* the end of main is the process's */
    rig_engine_exit_process(engine, code, true);
  }
  rig_engine_exit_thread(engine, code);
}

uint64_t rig_engine_run_code(struct rig_engine *engine, uint64_t code,
                             const uint64_t arguments[4]) {
  struct rig_teb *teb = rig_fibre_teb();
  struct rig_engine_thread *thread = rig_engine_own(engine);
  const struct rig_engine_link link = {
      .outer = thread->chain, .entry_sp = teb->entry_sp, .entry_bp = teb->entry_bp};
  thread->chain = (uint64_t)(uintptr_t)&link;
  const uint64_t result = rig_fibre_call(code, arguments);
  /* `teb` is the same native thread's: a fibre does not change it. */
  teb->entry_sp = link.entry_sp;
  teb->entry_bp = link.entry_bp;
  rig_engine_own(engine)->chain = link.outer;
  return result;
}

static _Noreturn void end_here(struct rig_engine *engine) {
  *rig_engine_own(engine) = (struct rig_engine_thread){
      .started = 1, .place = RIG_PLACE_ENDED, .block_due = RIG_WIN_FOREVER};
  for (;;) {
    rig_fibre_yield_told();
  }
}

void rig_engine_exit_thread(struct rig_engine *engine, uint32_t code) {
  if (rig_engine_own(engine)->attaches) {
    rig_modules_thread(engine, false);
  }
  rig_engine_pause(engine); /* others notice it: a step of its own */
  rig_world_thread_exit(engine->world, engine->self, code);
  engine->progress = true;
  if (rig_engine_own(engine)->announced) {
    const union rig_payload nothing = {.bytes = {0}};
    rig_engine_state(engine, RIG_STATE_THREAD_END, engine->self, &nothing, NULL, 0);
  }
  end_here(engine);
}

void rig_engine_exit_process(struct rig_engine *engine, uint32_t code, bool tells_modules) {
  rig_engine_pause(engine); /* a step of its own, of which the others may be ahead */
  rig_engine_touch(engine, UINT64_MAX, UINT64_MAX);
  if (tells_modules) {
    rig_modules_end(engine);
  }
  rig_engine_end(engine, code);
}

void rig_engine_end(struct rig_engine *engine, uint32_t code) {
  const union rig_payload end = {.state = {.a = code, .b = 1}};
  rig_engine_state(engine, RIG_STATE_PROCESS_END, engine->self, &end, NULL, 0);
  engine->core.over = 1;
  engine->registry.exit_code = code;
  engine->registry_changed = true;
  engine->end = RIG_SIM_COMPLETE;
  end_here(engine);
}

void rig_engine_stop(struct rig_engine *engine, enum rig_sim_end end, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(engine->message, sizeof engine->message, format, arguments);
  va_end(arguments);
  engine->end = end;
  engine->crash_thread = engine->self;
  end_here(engine);
}

/* ---- calls ---- */

/* What the program sees of the time, and what lies on its stacks of it: 0 until it asks what time
 * it is, else each round of a loop would leave another state behind. */
static uint32_t told_time(const struct rig_engine *engine, uint32_t ms) {
  return engine->core.time_seen ? ms : 0;
}

static uint64_t run_procedure(struct rig_engine *engine, const struct rig_win_run *run) {
  const struct rig_win_message *message = &run->message;
  const uint64_t hwnd = rig_engine_hwnd(message->window);
  /* What the call did before must not lie in unused slots of what runs here, and may wait. */
  rig_fibre_sweep();
  switch (run->kind) {
  case RIG_WIN_RUN_APC:
    return rig_engine_run_code(engine, run->code, (uint64_t[4]){message->wparam});
  case RIG_WIN_RUN_TIMER:
    return rig_engine_run_code(engine, run->code,
                               (uint64_t[4]){hwnd, message->message, message->wparam,
                                             told_time(engine, rig_world_now(engine->world))});
  case RIG_WIN_RUN_PROCEDURE:
    if (message->message >= RIG_MESSAGE_SYSTEM) {
      return rig_activation_receive(engine, message);
    }
    if (run->code == RIG_CODE_MAPI) {
      const struct rig_engine_listener *listener = &engine->listener;
      return listener->receipt == NULL
                 ? 0
                 : listener->receipt(listener->self, engine, engine->self, message->window, message,
                                     run->sent != 0);
    }
    return rig_engine_run_code(
        engine, run->code, (uint64_t[4]){hwnd, message->message, message->wparam, message->lparam});
  default:
    return 0;
  }
}

/* What a call that has returned means for the counters of starvation and progress. */
static void judge_return(struct rig_engine *engine, const struct rig_win_call *call) {
  struct rig_engine_thread *thread = rig_engine_own(engine);
  switch ((enum rig_win_api)call->api) {
  case RIG_WIN_MSG_WAIT:
  case RIG_WIN_WAIT:
    thread->retrievals = 0;
    engine->progress |= call->failed == 0 && call->result != call->count && call->result != 258;
    break;
  case RIG_WIN_PEEK_MESSAGE:
  case RIG_WIN_GET_MESSAGE: {
    const bool got = call->failed == 0 && (call->api == RIG_WIN_GET_MESSAGE || call->result != 0);
    const bool removed = call->api == RIG_WIN_GET_MESSAGE || (call->flags & 1) != 0;
    engine->progress |= got && removed;
    if (got) {
      engine->touched.reads |= RIG_TOUCH_STOP;
    }
    if (got && engine->core.stop_pending && engine->options.retrievals_max != 0 &&
        ++thread->retrievals > engine->options.retrievals_max) {
      rig_engine_stop(engine, RIG_SIM_STARVATION,
                      "the stop stays pending while %u messages were retrieved in a row",
                      engine->options.retrievals_max);
    }
    break;
  }
  case RIG_WIN_SEND:
    engine->progress = true;
    break;
  default:
    break;
  }
}

/* A failure is the thread's last error, or the program's crash. */
static void finish(struct rig_engine *engine, const struct rig_win_call *call) {
  if (call->failed && call->error == RIG_WIN_ACCESS_VIOLATION) {
    rig_engine_stop(
        engine, RIG_SIM_CRASH,
        "an access violation: a NULL array of handles, of which %u are to be waited for",
        call->count);
  }
  if (call->failed) {
    rig_engine_set_error(engine, call->error);
  }
  judge_return(engine, call);
}

void rig_engine_act(struct rig_engine *engine, struct rig_win_call *call) {
  call->thread = engine->self;
  for (;;) {
    const enum rig_win_state state = rig_win_step(engine->world, call);
    call->message.time = told_time(engine, call->message.time);
    call->run.message.time = told_time(engine, call->run.message.time);
    switch (state) {
    case RIG_WIN_DONE:
      finish(engine, call);
      return;
    case RIG_WIN_WAITS:
      rig_engine_own(engine)->place = RIG_PLACE_WAITS;
      rig_engine_own(engine)->may_wake = call->api == RIG_WIN_MSG_WAIT && (call->flags & 1) == 0;
      rig_engine_rest(engine);
      rig_engine_own(engine)->place = RIG_PLACE_RUNS;
      rig_engine_own(engine)->may_wake = 0;
      break;
    case RIG_WIN_RUNS:
      engine->progress = true;
      call->run.result = run_procedure(engine, &call->run);
      break;
    }
  }
}

void rig_engine_call(struct rig_engine *engine, struct rig_win_call *call) {
  rig_engine_yield(engine);
  rig_engine_act(engine, call);
}
