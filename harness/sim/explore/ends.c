/* The words for how a path ends. */
#include "sim/explore/explore.h"

const char *rig_sim_end_word(enum rig_sim_end end) {
  switch (end) {
#define RIG_X(symbol, word, text)                                                                  \
  case RIG_SIM_##symbol:                                                                           \
    return word;
    RIG_SIM_ENDS(RIG_X)
#undef RIG_X
  default:
    return "goes-on";
  }
}
