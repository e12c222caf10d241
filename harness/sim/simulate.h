/*
 * One scenario, simulated in one dialect: the program on its stage, the director beside it, all
 * schedules explored, and the paths that are worth a judgement run again with a recorder.
 *
 * What comes out is plain data without pointers, so that it can be made in a process of its own
 * (the program's code is trusted no more than a client under Wine) and read in another.
 */
#ifndef RIG_SIM_SIMULATE_H
#define RIG_SIM_SIMULATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/session.h"
#include "core/status.h"
#include "core/trace.h"
#include "scenario/scenario.h"
#include "sim/engine/engine.h"
#include "sim/explore/explore.h"
#include "win32/win32.h"

/* Kinds of ends that are told apart, paths that are kept of one exploration, and steps of each that
 * are told in words. */
#define RIG_SIM_KINDS_MAX 256u
#define RIG_SIM_PATHS_MAX 24u
#define RIG_SIM_STEPS_MAX 8192u
/* Records of one path: calls without end fill no more. */
#define RIG_SIM_RECORDS 32768u

struct rig_sim_options {
  const char *dialect;      /* "wine-8.0", "windows" */
  const char *const *paths; /* objects and libraries */
  size_t path_count;
  const char *entry;    /* the pump's symbol, or "main": a whole program */
  const char *stand_in; /* objects/stand-in.a, for a whole program */
  enum rig_explore_mode mode;
  bool pct; /* RANDOM: PCT, else uniform */
  uint64_t states_max;
  uint64_t schedules_max;
  uint32_t depth_max;
  uint64_t memory_max;
  uint32_t early_max;
  uint32_t spurious_max;
  uint32_t retrievals_max;
  bool follows;   /* a live run: the director's clock is another one (script.h) */
  uint32_t flood; /* messages of a flood that time ends, 0: as many as script.h has */
  bool loose;     /* a program's start runs in any order (stage.h) */
  uint64_t seed;
  enum rig_guard guarded;
  bool native;    /* paths[0] is a library for AddressSanitizer (native.h) */
  uint32_t shard; /* from 0 */
  uint32_t shards;
  struct rig_explore_shared *shared; /* with other workers; NULL: one alone */
  uint32_t worker;                   /* from 0 */
  uint32_t workers;
};

/* Why a path is judged. */
enum rig_sim_why {
  RIG_SIM_FOUND,          /* the exploration came to an end of this kind */
  RIG_SIM_DIRECTOR_FIRST, /* a sample: the director acts as soon as it may */
  RIG_SIM_PROGRAM_FIRST,  /* a sample: the program goes on as long as it can */
  RIG_SIM_BY_CHANCE,      /* a sample */
  RIG_SIM_REPLAYED,       /* it was asked for */
  RIG_SIM_FOLLOWING       /* it follows a live run, as far as it does */
};

struct rig_sim_step {
  uint16_t actor;
  uint16_t choice;
  uint32_t record; /* index of the first one that it wrote, if it wrote any */
};

/* A path that was run with a recorder. */
struct rig_sim_path {
  uint32_t end;              /* enum rig_sim_end */
  uint32_t why;              /* enum rig_sim_why */
  uint64_t kind;             /* paths that end alike have the same; it means nothing else */
  char message[320];         /* why it ended, "" when there is nothing to add */
  uint64_t sites[RIG_SITES]; /* of a crash (engine.h) */
  char replay[256];          /* replay id; "" when it is too long */
  uint32_t step_count;
  bool cut;            /* there were more steps than are told */
  uint32_t end_record; /* the first one behind its steps: how the run was ended */
  struct rig_sim_step steps[RIG_SIM_STEPS_MAX];
  uint64_t session_offset; /* of its session, in the report's own bytes; a multiple of 4096 */
  uint64_t session_bytes;
};

/* What became of following a live session (follow.h says what each means). */
struct rig_sim_followed {
  uint32_t end; /* enum rig_follow_end */
  uint32_t why; /* enum rig_follow_why */
  uint32_t sim; /* enum rig_sim_end: how the simulated path ended */
  uint32_t records;
  uint32_t threads;
  uint32_t matched;
  uint32_t live_record;
  uint32_t live_before;
  uint32_t sim_record; /* in the session of paths[0]; RIG_NO_RECORD: nothing */
  uint32_t in_start;
  uint32_t replays; /* the path is one of an exploration too: its replay id tells it */
  uint64_t places;
  char field[48];
  char lane[16];
  char spins[256]; /* which thread computes for ever, as far as can be seen; "": none */
};

struct rig_sim_report {
  /* Written while it goes on, for whoever shows progress. */
  uint64_t live_states;
  uint64_t live_schedules;
  uint32_t live_depth;
  /* The result. */
  uint32_t done;   /* 1 when all of the following is there */
  uint32_t status; /* enum rig_status; anything but RIG_OK: `error` says why */
  char error[1024];
  char refused[320];     /* what of the scenario cannot be simulated; "" when it can */
  char unresolved[2048]; /* names that nothing simulates, separated by ", " */
  uint32_t unresolved_count;
  bool complete;
  char bound[32]; /* which bound was hit first, "" = none */
  uint64_t states;
  uint64_t transitions;
  uint64_t schedules;
  uint64_t ends[RIG_SIM_END_COUNT];
  uint32_t depth;
  uint64_t bytes;
  double omission;
  double seconds;                   /* of the exploration; filled by the caller's clock */
  struct rig_sim_followed followed; /* of rig_simulate_follow alone */
  uint32_t kind_count;
  uint64_t kinds[RIG_SIM_KINDS_MAX]; /* of the ends that it came to */
  bool impatient;                    /* code that never yields was met: no samples were taken */
  uint32_t path_count;
  uint32_t paths_left_out; /* kinds of ends beyond those that are kept */
  struct rig_sim_path paths[RIG_SIM_PATHS_MAX];
};

/* Bytes of a report with its sessions behind it. */
size_t rig_sim_report_bytes(void);

/* Where a report keeps the session of its path number `index`. */
uint64_t rig_sim_session_offset(uint32_t index);

/* How many bytes of a path's session, from its beginning, hold something: what follows is zeros, up
 * to the session's end. The session must lie within the report. All of it where the program wrote
 * over what tells. */
uint64_t rig_sim_session_used(const struct rig_sim_report *report, const struct rig_sim_path *path);

/* The reports of one part (a scenario in a dialect) that was explored by several, into `out`
 * (zeros, as for rig_simulate): what one exploration of the whole would have reported, its paths in
 * the same order. `together`: they were workers, who count every state once; else they were
 * shards, which know nothing of each other: what two of them visited counts twice. Trusts no
 * report: paths that lie beyond their report are left out. */
void rig_sim_report_join(const struct rig_sim_report *const *parts, size_t count, bool together,
                         struct rig_sim_report *out);

/* What so many workers share; set it in the options of each before it is started. The caller frees
 * it with rig_explore_shared_free. NULL without memory. */
struct rig_explore_shared *rig_simulate_share(const struct rig_sim_options *options,
                                              uint32_t workers);

/* Loads, explores and runs again, all into `report` (rig_sim_report_bytes of zeros, aligned to
 * 4096). `now` is a clock in seconds. Errors are in the report. */
void rig_simulate(const struct rig_sim_options *options, const struct rig_scenario *scenario,
                  double (*now)(void), struct rig_sim_report *report);

/* The same for one schedule, by its replay id. */
void rig_simulate_replay(const struct rig_sim_options *options, const struct rig_scenario *scenario,
                         const char *id, struct rig_sim_report *report);

/* Looks for a path whose trace is that of `live`, a session of the same program in the same
 * scenario under Wine (follow.h); paths[0] is it, or as far as it goes. states_max, depth_max and
 * memory_max bound the search. */
void rig_simulate_follow(const struct rig_sim_options *options, const struct rig_scenario *scenario,
                         const struct rig_trace *live, struct rig_sim_report *report);

/* Loads the program and its stage and leaves it at that: errors and unresolved names. */
void rig_simulate_load(const struct rig_sim_options *options, struct rig_sim_report *report);

/* True for a whole program, false for a bare pump. */
bool rig_simulate_is_program(const struct rig_sim_options *options);

/* True when the rule's family can be judged by a run of this program (stage.h). */
bool rig_simulate_exercises(const struct rig_sim_options *options, const char *family);

/* What the scenario asks for and the simulator cannot do; false with one line. */
bool rig_simulate_can(const struct rig_sim_options *options, const struct rig_scenario *scenario,
                      char *error, size_t size);

#endif
