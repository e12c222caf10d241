/*
 * How a recorded path ends: what a live director and host write when a client has ended, is
 * blocked, or goes on without end (stubs/director/end.c, stop.c, triggers.c).
 *
 * Where the exploration has seen enough, a live run goes on: a client that spins is asked to stop
 * all the same, and calls without end are made for seconds. So the path is run on here, as far as
 * the judge needs to see it.
 */
#include <signal.h>
#include <string.h>

#include "sim/forked.h"

#define PATIENCE_MS 30000u /* stubs/director/stop.c */
/* Steps of a client that spins that are recorded: judge/pump_spin.c needs a thousand calls. */
#define SPIN_STEPS 2600u
/* Steps until one that was asked to stop while it spins has ended. */
#define STOP_STEPS 8000u
/* Room that is left in the log for the end. */
#define LOG_RESERVE 512u

#define STATUS_ACCESS_VIOLATION 0xC0000005u
#define STATUS_ILLEGAL_INSTRUCTION 0xC000001Du
#define STATUS_INTEGER_DIVIDE_BY_ZERO 0xC0000094u
#define STATUS_BREAKPOINT 0x80000003u
#define STATUS_STACK_OVERFLOW 0xC00000FDu
#define STATUS_HEAP_CORRUPTION 0xC0000374u

static void state(const struct rig_path_end *end, enum rig_state state, uint32_t thread, uint32_t a,
                  uint32_t b, uint64_t value) {
  const union rig_payload payload = {.state = {.a = a, .b = b, .value = value}};
  (void)rig_sim_state(end->log, rig_engine_world(end->simulation->engine), state, thread, &payload,
                      NULL, 0);
}

static void put_exit(const struct rig_path_end *end, uint32_t code, bool killed) {
  state(end, RIG_STATE_EXIT, RIG_HOST_THREAD, code, killed, 0);
  end->log->header->exit_code = code;
  end->log->header->phase = RIG_PHASE_ENDED;
}

/* It never became ready (stubs/director/ready.c, stop.c): MAPI was never initialised, or a service
 * that never said that it runs does not accept the stop. */
static bool never_ready(const struct rig_path_end *end) {
  const struct rig_simulation *simulation = end->simulation;
  const uint32_t missing = rig_stage_missing(simulation->stage);
  return (missing & RIG_MISSING_INITIALIZE) != 0 ||
         ((missing & RIG_MISSING_RUNNING) != 0 && rig_director_refused(simulation->director) &&
          !rig_stage_stopping(simulation->stage));
}

/* The director ends the run, and the host the client. */
static void put_end(const struct rig_path_end *end, enum rig_end reason) {
  const bool never = never_ready(end);
  const union rig_payload payload = {
      .state = {.a = never ? (uint32_t)RIG_END_NEVER_READY : (uint32_t)reason,
                .b = rig_director_step(end->simulation->director),
                .d = never ? rig_stage_missing(end->simulation->stage) : 0}};
  (void)rig_sim_state(end->log, rig_engine_world(end->simulation->engine), RIG_STATE_END,
                      RIG_DIRECTOR_THREAD, &payload, NULL, 0);
  put_exit(end, 1, true);
}

static void pass_time(const struct rig_path_end *end, uint32_t ms) {
  struct rig_world *world = rig_engine_world(end->simulation->engine);
  rig_world_advance(world, rig_world_now(world) + ms);
}

/* ---- running on ---- */

static bool has_room(const struct rig_path_end *end) {
  return end->log->header->next + LOG_RESERVE < end->log->capacity;
}

/* Takes up to `steps` steps: the director's first when it may act and `director` is set, else the
 * next thread's that can go on, in turn; time's when there is nobody else. GOES_ON when the path
 * has not ended by then. */
static enum rig_sim_end run_on(const struct rig_path_end *end, uint32_t steps, bool director) {
  const struct rig_system *system = end->simulation->system;
  uint32_t turn = 0;
  for (uint32_t i = 0; i < steps && has_room(end); i++) {
    struct rig_transition list[RIG_ENABLED_MAX];
    struct rig_footprint footprint;
    enum rig_sim_end how = RIG_SIM_GOES_ON;
    const size_t count = system->enabled(system->self, list, &how);
    const struct rig_transition *chosen = NULL;
    for (size_t k = 0; k < count; k++) {
      const bool script = list[k].actor >= RIG_ACTOR_SCRIPT && list[k].actor < RIG_ACTOR_TIME;
      const bool thread = list[k].actor < RIG_ACTOR_SCRIPT && list[k].choice == 0;
      const bool behind = chosen == NULL || chosen->actor >= RIG_ACTOR_SCRIPT ||
                          (chosen->actor < turn && list[k].actor >= turn);
      if (script && director) {
        chosen = &list[k];
        break;
      }
      if (thread && behind) {
        chosen = &list[k];
      } else if (list[k].actor == RIG_ACTOR_TIME && chosen == NULL) {
        chosen = &list[k];
      }
    }
    if (chosen == NULL) {
      return count == 0 ? how : RIG_SIM_GOES_ON;
    }
    if (chosen->actor < RIG_ACTOR_SCRIPT) {
      turn = chosen->actor + 1u;
    }
    const enum rig_sim_end after = system->step(system->self, *chosen, &footprint);
    if (after != RIG_SIM_GOES_ON) {
      return after;
    }
  }
  return RIG_SIM_GOES_ON;
}

/* Steps of the director's alone, for a client that can make none: until the stop was asked for. */
static void ask_to_stop(const struct rig_path_end *end) {
  const struct rig_simulation *simulation = end->simulation;
  const struct rig_system *system = simulation->system;
  rig_director_give_up(simulation->director);
  for (uint32_t i = 0; i < RIG_SCRIPT_STIMULI_MAX && !rig_director_stopped(simulation->director) &&
                       rig_director_may_act(simulation->director);
       i++) {
    struct rig_footprint footprint;
    const struct rig_transition step = {.actor = (uint16_t)RIG_ACTOR_SCRIPT};
    if (system->step(system->self, step, &footprint) != RIG_SIM_GOES_ON) {
      break;
    }
  }
}

bool rig_path_not_simulated(const struct rig_simulation *simulation) {
  return strstr(rig_engine_message(simulation->engine), "not simulated: ") != NULL;
}

bool rig_path_runs_on(const struct rig_simulation *simulation, enum rig_sim_end end) {
  enum rig_fibre_end how = RIG_FIBRE_YIELDED;
  struct rig_crash crash;
  if (simulation->forked != NULL) {
    return rig_forked_runs_on(simulation->forked);
  }
  if (end != RIG_SIM_CRASH && end != RIG_SIM_LIVELOCK) {
    return false;
  }
  (void)rig_engine_crash(simulation->engine, &how, &crash);
  return how == RIG_FIBRE_RUNS_ON;
}

/* ---- the ends ---- */

static void finish(const struct rig_path_end *end, enum rig_sim_end how);

static void finish_blocked(const struct rig_path_end *end) {
  const struct rig_simulation *simulation = end->simulation;
  struct rig_director *director = simulation->director;
  const bool stopped = rig_director_stopped(director);
  const uint32_t pending = rig_director_pending(director);
  const bool tell = !rig_director_detains(director) && (stopped || pending > 0);
  pass_time(end, simulation->plan.director.deadline_ms);
  if (tell) {
    rig_director_blocked(director, pending);
  }
  rig_director_stacks(director, tell);
  put_end(end, stopped ? RIG_END_STOP_BLOCKED : RIG_END_STEP_STUCK);
}

static void finish_ignored(const struct rig_path_end *end) {
  pass_time(end, PATIENCE_MS);
  rig_director_stacks(end->simulation->director, false);
  put_end(end, RIG_END_STOP_IGNORED);
}

/* It spins: a live director asks it to stop all the same. */
static void finish_spin(const struct rig_path_end *end) {
  struct rig_director *director = end->simulation->director;
  enum rig_sim_end how = run_on(end, SPIN_STEPS, false);
  if (how == RIG_SIM_GOES_ON && !rig_director_done(director)) {
    pass_time(end, end->simulation->plan.director.deadline_ms);
    rig_director_give_up(director);
    how = run_on(end, STOP_STEPS, true);
  }
  if (how == RIG_SIM_GOES_ON || how == RIG_SIM_LIVELOCK || how == RIG_SIM_STARVATION) {
    if (!rig_director_stopped(director)) {
      rig_director_stacks(director, false);
      put_end(end, RIG_END_STEP_STUCK);
      return;
    }
    finish_ignored(end);
    return;
  }
  finish(end, how);
}

static uint32_t exception_of(enum rig_fibre_end how, const struct rig_crash *crash) {
  if (how == RIG_FIBRE_OVERRAN) {
    return STATUS_STACK_OVERFLOW;
  }
  if (how == RIG_FIBRE_YIELDED) { /* what was found is no fault: of the heap */
    return STATUS_HEAP_CORRUPTION;
  }
  switch (crash->signal) {
  case SIGILL:
    return STATUS_ILLEGAL_INSTRUCTION;
  case SIGFPE:
    return STATUS_INTEGER_DIVIDE_BY_ZERO;
  case SIGTRAP:
    return STATUS_BREAKPOINT;
  default:
    return STATUS_ACCESS_VIOLATION;
  }
}

bool rig_path_exception(const struct rig_simulation *simulation, struct rig_record *out) {
  enum rig_fibre_end how = RIG_FIBRE_YIELDED;
  struct rig_crash crash = {0};
  const uint32_t thread = rig_engine_crash(simulation->engine, &how, &crash);
  if (rig_path_not_simulated(simulation) || how == RIG_FIBRE_RUNS_ON) {
    return false;
  }
  *out = (struct rig_record){.kind = RIG_KIND_STATE,
                             .call = RIG_STATE_EXCEPTION,
                             .thread = rig_engine_thread_id(thread),
                             .link = RIG_NO_RECORD,
                             .u = {.state = {.a = exception_of(how, &crash), .value = crash.code}}};
  return true;
}

static void finish_crash(const struct rig_path_end *end) {
  enum rig_fibre_end how = RIG_FIBRE_YIELDED;
  struct rig_crash crash = {0};
  const uint32_t thread = rig_engine_crash(end->simulation->engine, &how, &crash);
  if (rig_path_not_simulated(end->simulation)) {
    return; /* no fault of the program's: the session has no end */
  }
  if (how == RIG_FIBRE_RUNS_ON) {
    ask_to_stop(end);
    pass_time(end, end->simulation->plan.director.deadline_ms);
    finish_ignored(end);
    return;
  }
  const uint32_t code = exception_of(how, &crash);
  state(end, RIG_STATE_EXCEPTION, rig_engine_thread_id(thread), code, 0, crash.code);
  put_exit(end, code, false);
}

static void finish(const struct rig_path_end *end, enum rig_sim_end how) {
  switch (how) {
  case RIG_SIM_COMPLETE:
    rig_stage_ended(end->simulation->stage);
    put_exit(end, rig_engine_exit_code(end->simulation->engine), false);
    break;
  case RIG_SIM_DEADLOCK:
    finish_blocked(end);
    break;
  case RIG_SIM_LIVELOCK:
    finish_spin(end);
    break;
  case RIG_SIM_STARVATION:
    finish_ignored(end);
    break;
  case RIG_SIM_CRASH:
    finish_crash(end);
    break;
  default: /* a bound: the session has no end */
    break;
  }
}

void rig_path_finish(const struct rig_path_end *end) {
  finish(end, end->end);
}
