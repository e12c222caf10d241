/*
 * The stage of a bare pump.
 *
 * Everything around the pump is as the reference service does it (stubs/pumps/common/session.c):
 * initialise, log on, advise, pump, and all of it undone in the documented order. No code runs for
 * it: the windows are there from the beginning, and the calls are records alone, so that the judge
 * finds the thread that initialised MAPI first.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/names.h"
#include "sim/stage/stage_private.h"

#define HANDLES 2u
#define INIT_FLAGS 0x10000u  /* MAPI_NT_SERVICE */
#define LOGON_FLAGS 0x18022u /* MAPI_NT_SERVICE, MAPI_NO_MAIL, MAPI_EXTENDED, MAPI_NEW_SESSION */
#define SESSION 0x7FF000001000u
#define ADVISE_MASK 0x80000000u /* fnevExtended */

struct bare {
  struct rig_stage stage;
  struct rig_engine *engine;
  struct rig_world *world;
  uint64_t pump;
  uint32_t handles[HANDLES];
  uint64_t array; /* of the handles, in the program's memory */
  uint64_t *own;  /* the same for a native pump; NULL */
  bool native;
  const struct rig_log *log; /* of the path that is recorded */
  bool ended;                /* its session was ended in that */
};

static struct bare *of(struct rig_stage *stage) {
  return (struct bare *)(void *)stage; /* its first member */
}

/* A program lies at a fixed place: a process has one at a time, and the first thread's entry finds
 * its stage here. */
static struct bare *current;

/* ---- records of the calls that are made in the pump's place ---- */

static uint32_t main_thread(const struct bare *stage) {
  return rig_engine_thread_id(stage->stage.target.first);
}

static uint32_t put(struct bare *stage, enum rig_kind kind, enum rig_call call, uint32_t link,
                    const union rig_payload *payload, const char *text) {
  const struct rig_record record = {.kind = (uint8_t)kind,
                                    .call = (uint16_t)call,
                                    .thread = main_thread(stage),
                                    .link = link,
                                    .u = *payload};
  return rig_sim_put(stage->log, stage->world, record, text,
                     text == NULL ? 0 : (uint32_t)strlen(text));
}

/* A call that returned. */
static void call(struct bare *stage, enum rig_call call, const union rig_payload *payload,
                 const char *text) {
  const uint32_t enter = put(stage, RIG_KIND_ENTER, call, RIG_NO_RECORD, payload, text);
  (void)put(stage, RIG_KIND_LEAVE, call, enter, payload, NULL);
}

static void completed(struct bare *stage, enum rig_call call, const union rig_payload *payload) {
  (void)put(stage, RIG_KIND_CALL, call, RIG_NO_RECORD, payload, NULL);
}

static void state(struct bare *stage, enum rig_state state, uint32_t thread, uint32_t a, uint32_t b,
                  uint32_t c) {
  const union rig_payload payload = {.state = {.a = a, .b = b, .c = c}};
  (void)rig_sim_state(stage->log, stage->world, state, thread, &payload, NULL, 0);
}

static void record_begin(struct bare *stage, const char *program) {
  const uint32_t first = main_thread(stage);
  const union rig_payload hello = {.state = {.a = 1, .b = 64}};
  const union rig_payload init = {.init = {.given = 1,
                                           .flags = INIT_FLAGS,
                                           .thread_count = 1,
                                           .process_count = 1,
                                           .first_thread = first}};
  const union rig_payload logon = {
      .logon = {.flags = LOGON_FLAGS, .profile_given = 1, .session = SESSION}};
  const union rig_payload advise = {.mapi = {.object = SESSION, .a = ADVISE_MASK, .b = 1}};
  const struct rig_director_target *target = &stage->stage.target;
  (void)rig_sim_state(stage->log, stage->world, RIG_STATE_HELLO, first, &hello, program,
                      (uint32_t)strlen(program));
  const uint32_t enter =
      put(stage, RIG_KIND_ENTER, RIG_CALL_MAPIInitialize, RIG_NO_RECORD, &init, NULL);
  state(stage, RIG_STATE_WINDOW, first, RIG_WINDOW_IDLE,
        rig_engine_hwnd(target->windows[RIG_WINDOW_IDLE]), 0);
  state(stage, RIG_STATE_WINDOW, first, RIG_WINDOW_NOTIFICATION,
        rig_engine_hwnd(target->windows[RIG_WINDOW_NOTIFICATION]), RIG_SIM_NOTIFY_MESSAGE);
  (void)put(stage, RIG_KIND_LEAVE, RIG_CALL_MAPIInitialize, enter, &init, NULL);
  call(stage, RIG_CALL_MAPILogonEx, &logon, "mapirig");
  completed(stage, RIG_CALL_IMAPISession_Advise, &advise);
  state(stage, RIG_STATE_READY, RIG_DIRECTOR_THREAD, 0, 0, 0);
}

static void record_end(struct bare *stage) {
  const union rig_payload unadvise = {.mapi = {.object = SESSION, .b = 1}};
  const union rig_payload session = {.mapi = {.object = SESSION}};
  const union rig_payload uninit = {.init = {.first_thread = main_thread(stage)}};
  stage->ended = true;
  completed(stage, RIG_CALL_IMAPISession_Unadvise, &unadvise);
  call(stage, RIG_CALL_IMAPISession_Logoff, &session, NULL);
  completed(stage, RIG_CALL_IMAPISession_Release, &session);
  call(stage, RIG_CALL_MAPIUninitialize, &uninit, NULL);
}

static void record(struct rig_stage *base, const struct rig_log *log, const char *program) {
  struct bare *stage = of(base);
  stage->log = log;
  stage->ended = false;
  if (log != NULL) {
    record_begin(stage, program);
  }
}

static void ended(struct rig_stage *base) {
  struct bare *stage = of(base);
  if (stage->log != NULL && !stage->ended) { /* the pump ended the process: it did not return */
    record_end(stage);
  }
}

/* ---- the first thread ---- */

typedef __attribute__((ms_abi)) void pump_function(uint64_t handles, uint32_t count);
typedef void native_function(uint64_t handles, uint32_t count);

/* Apart: gcc 12 takes two calls of one address for the same, whatever their conventions. */
static __attribute__((noinline)) void call_native(const struct bare *stage) {
  native_function *native = (native_function *)(uintptr_t)stage->pump;
  native(stage->array, HANDLES);
}

static __attribute__((ms_abi)) void run_pump(void) {
  struct bare *stage = current;
  pump_function *pump = (pump_function *)(uintptr_t)stage->pump;
  const uint64_t nothing[4] = {0};
  uint64_t code;
  struct rig_image *image = rig_engine_image(stage->engine);
  for (size_t i = 0; image != NULL && (code = rig_image_initialiser(image, i)) != 0; i++) {
    (void)rig_engine_run_code(stage->engine, code, nothing);
  }
  if (stage->native) {
    call_native(stage);
  } else {
    pump(stage->array, HANDLES);
  }
  if (stage->log != NULL) {
    record_end(stage);
  }
  rig_engine_end(stage->engine, 0);
}

static bool make_windows(struct bare *stage) {
  for (unsigned i = RIG_WINDOW_NOTIFICATION; i <= RIG_WINDOW_IDLE; i++) {
    stage->stage.target.windows[i] =
        rig_engine_mapi_window(stage->engine, stage->stage.target.first, (enum rig_window)i);
    if (stage->stage.target.windows[i] == 0) {
      return false;
    }
  }
  return true;
}

static bool make_handles(struct bare *stage) {
  struct rig_image *image = rig_engine_image(stage->engine);
  bool existed = false;
  stage->handles[0] = rig_win_event_new(stage->world, true, false, 0, &existed);
  stage->handles[1] = rig_win_event_new(stage->world, false, false, 0, &existed);
  if (stage->native) { /* a block of the sanitizer's, so that an overrun of it is seen, too */
    stage->own = malloc(HANDLES * sizeof(uint64_t));
    stage->array = (uint64_t)(uintptr_t)stage->own;
  } else {
    stage->array = rig_image_allocate(image, HANDLES * sizeof(uint64_t));
  }
  if (stage->array == 0 || stage->handles[0] == 0 || stage->handles[1] == 0) {
    return false;
  }
  for (unsigned i = 0; i < HANDLES; i++) {
    ((uint64_t *)(uintptr_t)stage->array)[i] = stage->handles[i];
  }
  return true;
}

static bool set(struct bare *stage) {
  const uint64_t arguments[4] = {0};
  stage->stage.target.first =
      rig_engine_thread(stage->engine, (uint64_t)(uintptr_t)run_pump, arguments);
  stage->stage.target.engine = stage->engine;
  stage->stage.target.handles = stage->handles;
  stage->stage.target.handle_count = HANDLES;
  return stage->stage.target.first != RIG_WIN_NONE && make_windows(stage) && make_handles(stage);
}

static void release(struct rig_stage *base) {
  struct bare *stage = of(base);
  current = current == stage ? NULL : current;
  free(stage->own);
  free(stage);
}

static const struct rig_stage_kind kind = {.free = release, .record = record, .ended = ended};

static struct rig_stage *make(struct rig_engine *engine, uint64_t entry, bool native, char *error,
                              size_t size) {
  struct bare *stage = calloc(1, sizeof *stage);
  if (stage == NULL) {
    snprintf(error, size, "out of memory");
    return NULL;
  }
  stage->stage.kind = &kind;
  stage->stage.target.notification = RIG_SIM_NOTIFY_MESSAGE;
  stage->engine = engine;
  stage->world = rig_engine_world(engine);
  stage->pump = entry;
  stage->native = native;
  if (!set(stage)) {
    snprintf(error, size, "the simulated world has no room for a thread with MAPI's windows");
    return rig_stage_free(&stage->stage);
  }
  current = stage;
  return &stage->stage;
}

struct rig_stage *rig_stage_bare(struct rig_engine *engine, uint64_t entry, char *error,
                                 size_t size) {
  return make(engine, entry, false, error, size);
}

struct rig_stage *rig_stage_native(struct rig_engine *engine, uint64_t entry, char *error,
                                   size_t size) {
  return make(engine, entry, true, error, size);
}

bool rig_stage_bare_exercises(const char *family) {
  return strcmp(family, "pump") == 0;
}
