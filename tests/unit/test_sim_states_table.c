/*
 * The table of states: nothing is lost or mixed up while it grows in its place.
 */
#include <check.h>

#include "sim/explore/states_table.h"
#include "unit/suite.h"

#define STATES 300000u

/* Fingerprints of several kinds: scattered, in a row, equal in their lower or upper halves; 0 too.
 */
static uint64_t print_of(unsigned kind, uint64_t number) {
  switch (kind) {
  case 0:
    return number * UINT64_C(0xD1342543DE82EF95) ^ (number << 17);
  case 1:
    return number + 1; /* 0 and 1 are the same one */
  case 2:
    return number << 32;
  default:
    return (number << 40) | number;
  }
}

START_TEST(grows_in_its_place) {
  struct rig_states states;
  bool found;
  ck_assert(rig_states_new(&states, 2));
  for (uint64_t i = 0; i < STATES; i++) {
    if (rig_states_full(&states)) {
      const uint64_t grown = rig_states_bytes_grown(&states);
      const uint64_t count = states.count;
      ck_assert(rig_states_grow(&states));
      ck_assert_uint_eq(rig_states_bytes(&states), grown);
      ck_assert_uint_eq(states.count, count);
      ck_assert(!rig_states_full(&states));
    }
    const struct rig_state_place place =
        rig_states_visit(&states, print_of((unsigned)_i, i), &found);
    ck_assert(!found);
    ck_assert_uint_eq(place.bucket->sleep[place.slot], 0);
    ck_assert_uint_eq(place.bucket->on_path >> place.slot & 1u, 0);
    place.bucket->sleep[place.slot] = (uint32_t)i * 2654435761u;
    place.bucket->on_path |= (uint32_t)(i % 3 == 0) << place.slot;
  }
  ck_assert_uint_eq(states.count, STATES);
  for (uint64_t i = 0; i < STATES; i++) {
    const struct rig_state_place place =
        rig_states_visit(&states, print_of((unsigned)_i, i), &found);
    ck_assert_msg(found, "state %u is lost", (unsigned)i);
    ck_assert_uint_eq(place.bucket->sleep[place.slot], (uint32_t)i * 2654435761u);
    ck_assert_uint_eq(place.bucket->on_path >> place.slot & 1u, i % 3 == 0);
  }
  rig_states_free(&states);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("sim_states_table");
  TCase *tests = tcase_create("table");
  tcase_set_timeout(tests, 60);
  tcase_add_loop_test(tests, grows_in_its_place, 0, 4);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
