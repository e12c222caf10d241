/*
 * Random programs. The model runs along, so that each operation is one that its thread can be
 * given, and so that choices lean to what matters: threads that are blocked get what may wake them,
 * and while only one thread is left to act it seldom blocks.
 */
#include <string.h>

#include "choose.h"

#define EPILOGUE_PEEKS 5u
#define ROLLS_MAX 200u

/* How often an operation is tried, before a program's own taste. */
static const uint16_t usual[DIFFER_KINDS] = {
    [DIFFER_WINDOW_NEW] = 30,
    [DIFFER_WINDOW_DESTROY] = 6,
    [DIFFER_WINDOW_ALIVE] = 2,
    [DIFFER_POST] = 60,
    [DIFFER_POST_THREAD] = 30,
    [DIFFER_POST_QUIT] = 10,
    [DIFFER_PEEK] = 70,
    [DIFFER_GET] = 60,
    [DIFFER_DISPATCH] = 35,
    [DIFFER_WAIT_MESSAGE] = 10,
    [DIFFER_STATUS] = 30,
    [DIFFER_MSG_WAIT] = 90,
    [DIFFER_WAIT_ONE] = 35,
    [DIFFER_WAIT_MANY] = 35,
    [DIFFER_SLEEP] = 6,
    [DIFFER_SEND] = 45,
    [DIFFER_SEND_TIMEOUT] = 25,
    [DIFFER_SEND_NOTIFY] = 20,
    [DIFFER_REPLY] = 8,
    [DIFFER_IN_SEND] = 4,
    [DIFFER_RETURN] = 120,
    [DIFFER_EVENT_NEW] = 25,
    [DIFFER_MUTEX_NEW] = 12,
    [DIFFER_SEMAPHORE_NEW] = 10,
    [DIFFER_WAITABLE_NEW] = 6,
    [DIFFER_THREAD_HANDLE] = 6,
    [DIFFER_DUPLICATE] = 6,
    [DIFFER_CLOSE] = 8,
    [DIFFER_SET] = 75,
    [DIFFER_RESET] = 15,
    [DIFFER_PULSE] = 12,
    [DIFFER_MUTEX_RELEASE] = 30,
    [DIFFER_SEMAPHORE_RELEASE] = 22,
    [DIFFER_WAITABLE_SET] = 8,
    [DIFFER_WAITABLE_CANCEL] = 3,
    [DIFFER_APC] = 20,
    [DIFFER_TIMER_SET] = 12,
    [DIFFER_TIMER_KILL] = 6,
    [DIFFER_EXIT] = 3,
    [DIFFER_EXIT_CODE] = 2,
    [DIFFER_ADVANCE] = 60, /* of timed programs alone */
};

static uint32_t ready_count(const struct choice *choice) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < choice->machine.thread_count; i++) {
    count += choice->machine.threads[i].rest == DIFFER_READY;
  }
  return count;
}

/* One that blocks whenever nothing is there, whatever its arguments. */
static bool blocks_easily(uint32_t kind) {
  return kind == DIFFER_GET || kind == DIFFER_WAIT_MESSAGE || kind == DIFFER_SEND ||
         kind == DIFFER_SEND_TIMEOUT || kind == DIFFER_EXIT;
}

static uint32_t choose_kind(struct choice *choice) {
  uint32_t sum = 0;
  for (uint32_t kind = 0; kind < DIFFER_KINDS; kind++) {
    sum += choice->weights[kind];
  }
  uint32_t dice = choice_roll(choice, sum);
  uint32_t kind = 0;
  while (dice >= choice->weights[kind]) {
    dice -= choice->weights[kind++];
  }
  return kind;
}

/* False: nothing can be given any more. */
static bool choose_operation(struct choice *choice, struct differ_operation *operation) {
  const uint32_t ready = ready_count(choice);
  if (ready == 0) {
    *operation = (struct differ_operation){.kind = DIFFER_ADVANCE, .arguments = {1}};
    return choice->program->timed && machine_takes(&choice->machine, operation);
  }
  for (unsigned rolls = 0; rolls < ROLLS_MAX; rolls++) {
    const bool may_block = ready > 1 || choice_chance(choice, 10);
    memset(operation, 0, sizeof *operation);
    operation->kind = (uint8_t)choose_kind(choice);
    if (!may_block && blocks_easily(operation->kind)) {
      continue;
    }
    operation->thread = (uint8_t)choice_thread(choice, DIFFER_READY);
    choose_arguments(choice, operation, may_block);
    if (operation->kind == DIFFER_ADVANCE) {
      operation->thread = 0;
    }
    if (machine_takes(&choice->machine, operation)) {
      return true;
    }
  }
  return false;
}

/* What is left in the queues at the end shows as well. */
static void take_epilogue(struct choice *choice) {
  for (uint8_t i = 0; i < choice->machine.thread_count; i++) {
    const struct differ_operation status = {
        .kind = DIFFER_STATUS, .thread = i, .arguments = {DIFFER_QS_ALL}};
    const struct differ_operation peek = {
        .kind = DIFFER_PEEK, .thread = i, .arguments = {DIFFER_WINDOW_NULL, 0, 0, 1}};
    if (machine_takes(&choice->machine, &status)) {
      (void)program_take(&choice->machine, choice->program, &status);
    }
    for (unsigned n = 0; n < EPILOGUE_PEEKS && machine_takes(&choice->machine, &peek); n++) {
      (void)program_take(&choice->machine, choice->program, &peek);
    }
  }
}

/* Each program has a taste: some kinds often, some not at all. */
static void choose_taste(struct choice *choice) {
  for (uint32_t kind = 0; kind < DIFFER_KINDS; kind++) {
    const uint32_t factor = ONE_OF(choice, 0, 1, 1, 1, 2, 4);
    choice->weights[kind] = usual[kind] * factor;
  }
  if (!choice->program->timed) {
    choice->weights[DIFFER_ADVANCE] = 0;
  } else {
    choice->weights[DIFFER_ADVANCE] = usual[DIFFER_ADVANCE];
    choice->weights[DIFFER_TIMER_SET] += 2u * usual[DIFFER_TIMER_SET];
    choice->weights[DIFFER_WAITABLE_SET] += 2u * usual[DIFFER_WAITABLE_SET];
    choice->weights[DIFFER_WAITABLE_NEW] += 2u * usual[DIFFER_WAITABLE_NEW];
  }
  choice->weights[DIFFER_EVENT_NEW] += usual[DIFFER_EVENT_NEW];
  choice->weights[DIFFER_WINDOW_NEW] += usual[DIFFER_WINDOW_NEW];
  choice->weights[DIFFER_RETURN] += usual[DIFFER_RETURN] / 2;
  choice->weights[DIFFER_POST] += usual[DIFFER_POST] / 4;
  choice->handle_slots = 2 + choice_roll(choice, 5);
  choice->window_slots = 1 + choice_roll(choice, 5);
  choice->target =
      choice->program->timed ? 20 + choice_roll(choice, 60) : 100 + choice_roll(choice, 300);
}

void program_generate(struct program *program, uint64_t seed) {
  struct choice choice = {.state = seed, .program = program};
  struct differ_operation operation;
  memset(program, 0, sizeof *program);
  program->seed = seed;
  program->timed = (seed & DIFFER_SEED_TIMED) != 0;
  program->threads = ONE_OF(&choice, 2, 3, 3, 4, 4, 4);
  choose_taste(&choice);
  if (!machine_open(&choice.machine, program->threads)) {
    fprintf(stderr, "no memory for a world\n");
    return;
  }
  bool open = true;
  while (open && program->count < choice.target) {
    open =
        choose_operation(&choice, &operation) && program_take(&choice.machine, program, &operation);
  }
  if (choice.machine.broken == NULL && rig_world_limit(choice.machine.world) == NULL) {
    take_epilogue(&choice);
  }
  machine_close(&choice.machine);
}
