/*
 * Programs: their operations performed on the model, and compared with what Wine did.
 */
#include <string.h>

#include "differ.h"
#include "machine.h"

bool program_take(struct machine *machine, struct program *program,
                  const struct differ_operation *operation) {
  if (program->count == DIFFER_OPERATIONS_MAX || !machine_takes(machine, operation)) {
    return false;
  }
  machine_perform(machine, operation);
  if (rig_world_limit(machine->world) != NULL) {
    return false;
  }
  program->operations[program->count] = *operation;
  memcpy(program->expected[program->count], machine->reports, sizeof machine->reports);
  program->count++;
  if (machine->broken != NULL) {
    print_difference(stderr, program);
    fprintf(stderr, "the model broke: %s\n", machine->broken);
    return false;
  }
  return true;
}

void program_rebuild(struct program *program, const struct differ_operation *operations,
                     uint32_t count) {
  struct machine machine;
  program->count = 0;
  program->arrived = false;
  program->seen_count = 0;
  if (!machine_open(&machine, program->threads)) {
    return;
  }
  for (uint32_t i = 0; i < count; i++) {
    if (machine_takes(&machine, &operations[i]) &&
        !program_take(&machine, program, &operations[i])) {
      break;
    }
  }
  machine_close(&machine);
}

uint32_t program_difference(const struct program *program) {
  for (uint32_t i = 0; i < program->seen_count; i++) {
    if (memcmp(program->expected[i], program->seen[i], sizeof program->seen[i]) != 0) {
      return i;
    }
  }
  return program->end == DIFFER_LATE || program->seen_count == program->count ? RIG_WIN_NONE
                                                                              : program->seen_count;
}
