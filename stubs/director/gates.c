/*
 * A closed gate is an address wait, like a hold: no message is served in it. What the thread does
 * not do meanwhile is the scenario's doing, so each wait is recorded with its beginning and end.
 */
#include "gates.h"

#include <windows.h>

#include "address.h"
#include "detained.h"

static struct gate {
  uint32_t closed; /* atomic: 0 = open, else a running number */
  uint32_t step;
  uint32_t record;
} gates[RIG_WINDOW_IDLE + 1];

void dir_gate_close(enum rig_window window, uint32_t step, uint32_t record) {
  static uint32_t number;
  gates[window].step = step;
  gates[window].record = record;
  __atomic_store_n(&gates[window].closed, ++number, __ATOMIC_SEQ_CST);
}

void dir_gate_open(enum rig_window window) {
  __atomic_store_n(&gates[window].closed, 0, __ATOMIC_SEQ_CST);
  dir_address_wake(&gates[window].closed);
}

void dir_gates_over(void) {
  for (uint32_t i = 0; i <= RIG_WINDOW_IDLE; i++) {
    dir_gate_open((enum rig_window)i);
  }
}

void dir_gate_pass(enum rig_window window) {
  const struct gate *gate = &gates[window];
  const uint32_t closed = __atomic_load_n(&gate->closed, __ATOMIC_ACQUIRE);
  if (closed == 0) {
    return;
  }
  const uint32_t thread = GetCurrentThreadId();
  const union rig_payload stimulus = {.stimulus = {.step = gate->step, .thread = thread}};
  dir_detain_while(thread, DIR_HELD, &gate->closed, closed);
  const uint32_t began = dir_detain_record(RIG_ACTION_GATE, &stimulus, gate->record);
  while (__atomic_load_n(&gate->closed, __ATOMIC_SEQ_CST) == closed) {
    dir_address_wait(&gate->closed, closed, DIR_FOR_EVER);
  }
  dir_detain_record_over(RIG_ACTION_GATE, &stimulus, began);
  dir_detain_over(thread);
}
