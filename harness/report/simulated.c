/*
 * The text of a simulation.
 */
#include "report/simulated.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More steps than these are printed by `mapirig sim --replay` alone. */
#define STEPS_PRINTED 40u

static void free_path(struct rig_simulated_path *path) {
  free(path->end);
  free(path->dialects);
  free(path->dialect);
  free(path->rules);
  free(path->message);
  free(path->id);
  free(path->replay);
  free(path->live);
  for (size_t i = 0; i < path->step_count; i++) {
    free(path->steps[i]);
  }
  free(path->steps);
}

struct rig_simulated *rig_simulated_free(struct rig_simulated *simulated) {
  if (simulated != NULL) {
    for (size_t i = 0; i < simulated->path_count; i++) {
      free_path(&simulated->paths[i]);
    }
    free(simulated->paths);
    free(simulated->explore);
    free(simulated->dialects);
    free(simulated->bounds);
    free(simulated->bound);
    free(simulated);
  }
  return NULL;
}

/* Thousands apart: "3,206,621". */
static const char *grouped(uint64_t value, char *buffer, size_t size) {
  char digits[32];
  const int count = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
  size_t used = 0;
  for (int i = 0; i < count && used + 2 < size; i++) {
    if (i > 0 && (count - i) % 3 == 0) {
      buffer[used++] = ',';
    }
    buffer[used++] = digits[i];
  }
  buffer[used] = '\0';
  return buffer;
}

static bool by_states(const struct rig_simulated *simulated) {
  return strcmp(simulated->explore, "states") == 0;
}

char *rig_simulated_text(const struct rig_simulated *simulated, char *buffer, size_t size) {
  char count[40];
  const uint64_t number = by_states(simulated) ? simulated->states : simulated->schedules;
  snprintf(buffer, size, "%s %s%s", grouped(number, count, sizeof count),
           by_states(simulated) ? "states" : "schedules",
           simulated->complete                         ? ", complete"
           : strcmp(simulated->explore, "random") == 0 ? ", a sample"
           : simulated->bound != NULL                  ? ", a bound was hit"
                                                       : "");
  return buffer;
}

void rig_simulated_print_path(const struct rig_paint *paint,
                              const struct rig_simulated_path *path) {
  for (size_t i = 0; i < path->step_count; i++) {
    fprintf(paint->out, "    %3zu  %s\n", i + 1, path->steps[i]);
  }
  if (path->cut) {
    fprintf(paint->out, "         ... and further, without end\n");
  }
}

static void print_path(const struct rig_paint *paint, const struct rig_simulated_path *path) {
  rig_paint(paint, RIG_INK_BOLD, "  schedule  %s under %s", path->end, path->dialects);
  fprintf(paint->out, ", %zu steps%s%s\n", path->step_count, path->rules[0] ? ": " : "",
          path->rules);
  if (path->message[0] != '\0') {
    rig_paint_wrapped(paint, 2, "          ", path->message);
  }
  if (path->step_count <= STEPS_PRINTED) {
    rig_simulated_print_path(paint, path);
  } else {
    fprintf(paint->out, "    its steps are printed by the command below\n");
  }
  if (path->replay != NULL) { /* not wrapped: it is there to be copied */
    rig_paint(paint, RIG_INK_DIM, "  replay    ");
    fprintf(paint->out, "%s\n", path->replay);
  }
  if (path->live != NULL) {
    rig_paint(paint, RIG_INK_DIM, "  live      ");
    fprintf(paint->out, "%s\n", path->live);
  }
}

void rig_simulated_print(const struct rig_paint *paint, const struct rig_simulated *simulated) {
  char line[512], states[40], transitions[40];
  const double rate =
      simulated->seconds > 0 ? (double)simulated->transitions / simulated->seconds : 0;
  for (size_t i = 0; i < simulated->path_count; i++) {
    print_path(paint, &simulated->paths[i]);
  }
  if (simulated->left_out > 0) {
    fprintf(paint->out, "  %zu further kinds of ends are left out\n", simulated->left_out);
  }
  snprintf(line, sizeof line,
           "%s, %s: %s %s, %s steps in %.3f s (%.0f a second), %.1f MB; %s; bounds: %s; rules were "
           "judged on %zu paths",
           simulated->explore, simulated->dialects,
           grouped(by_states(simulated) ? simulated->states : simulated->schedules, states,
                   sizeof states),
           by_states(simulated) ? "states" : "schedules",
           grouped(simulated->transitions, transitions, sizeof transitions), simulated->seconds,
           rate, (double)simulated->bytes / 1e6,
           simulated->complete                         ? "complete within the bounds"
           : strcmp(simulated->explore, "random") == 0 ? "a sample, which proves nothing of others"
                                                       : "NOT complete",
           simulated->bounds, simulated->judged);
  rig_paint_wrapped(paint, 2, "explored  ", line);
  if (simulated->shards > 1) {
    snprintf(line, sizeof line,
             "the numbers are sums over %zu shards: a %s that several of them visited counts for "
             "each",
             simulated->shards, by_states(simulated) ? "state" : "schedule");
    rig_paint_wrapped(paint, 2, "shards    ", line);
  }
  if (simulated->bound != NULL) {
    snprintf(line, sizeof line,
             "the bound on %s was hit first: raise it with --bound, or take a smaller scenario",
             simulated->bound);
    rig_paint_wrapped(paint, 2, "bound     ", line);
  }
}
