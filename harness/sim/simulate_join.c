/*
 * One report of several: what workers or shards found of one part.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/simulate.h"

/* A path of one of the reports. */
struct source {
  const struct rig_sim_report *report;
  const struct rig_sim_path *path;
};

struct joining {
  const struct rig_sim_report *const *parts;
  size_t count;
  struct source *sources; /* of the paths that were found, each kind once */
  size_t source_count;
};

static size_t steps_of(const struct rig_sim_path *path) {
  return path->step_count < RIG_SIM_STEPS_MAX ? path->step_count : RIG_SIM_STEPS_MAX;
}

/* The shorter path first; of like ones that with the lesser steps. */
static int by_steps(const struct rig_sim_path *one, const struct rig_sim_path *other) {
  if (one->step_count != other->step_count) {
    return one->step_count < other->step_count ? -1 : 1;
  }
  for (size_t i = 0; i < steps_of(one); i++) {
    const uint32_t a = (uint32_t)one->steps[i].actor << 16 | one->steps[i].choice;
    const uint32_t b = (uint32_t)other->steps[i].actor << 16 | other->steps[i].choice;
    if (a != b) {
      return a < b ? -1 : 1;
    }
  }
  return 0;
}

static bool is_good(const struct source *source) {
  return source->path->end == RIG_SIM_COMPLETE;
}

static int by_kind(const void *a, const void *b) {
  const struct source *one = a;
  const struct source *other = b;
  return is_good(one) != is_good(other)
             ? is_good(one) - is_good(other)
             : (one->path->kind > other->path->kind) - (one->path->kind < other->path->kind);
}

static int by_length(const void *a, const void *b) {
  const struct source *one = a;
  const struct source *other = b;
  const int steps = by_steps(one->path, other->path);
  return is_good(one) != is_good(other) ? is_good(one) - is_good(other)
         : steps != 0                   ? steps
                                        : by_kind(a, b);
}

static void add(struct joining *joining, struct source source) {
  for (size_t i = 0; i < joining->source_count; i++) {
    struct source *same = &joining->sources[i];
    if (same->path->kind == source.path->kind) {
      if (by_steps(source.path, same->path) < 0) {
        *same = source;
      }
      return;
    }
  }
  joining->sources[joining->source_count++] = source;
}

static void copy_path(struct source source, struct rig_sim_report *out) {
  const uint64_t room = rig_sim_session_offset(1) - rig_sim_session_offset(0);
  struct rig_sim_path *to = &out->paths[out->path_count];
  const uint64_t from = source.path->session_offset;
  if (from > rig_sim_report_bytes() || source.path->session_bytes > room ||
      source.path->session_bytes > rig_sim_report_bytes() - from) {
    out->paths_left_out++; /* the program wrote over it */
    return;
  }
  *to = *source.path;
  to->session_offset = rig_sim_session_offset(out->path_count++);
  /* Not more: the room of all sessions is 80 MB, and touching it took longer than most
   * explorations (21,000 page faults, 0.13 s). */
  memcpy((char *)out + to->session_offset, (const char *)source.report + from,
         (size_t)rig_sim_session_used(source.report, source.path));
}

static void join_paths(struct joining *joining, struct rig_sim_report *out) {
  for (size_t part = 0; part < joining->count; part++) {
    const struct rig_sim_report *report = joining->parts[part];
    for (uint32_t i = 0; i < report->path_count && i < RIG_SIM_PATHS_MAX; i++) {
      if (report->paths[i].why == RIG_SIM_FOUND) {
        add(joining, (struct source){report, &report->paths[i]});
      }
    }
  }
  const size_t all = joining->source_count;
  const size_t told = all < RIG_SIM_PATHS_MAX ? all : RIG_SIM_PATHS_MAX;
  qsort(joining->sources, all, sizeof joining->sources[0], by_kind);
  qsort(joining->sources, told, sizeof joining->sources[0], by_length);
  for (size_t i = 0; i < told; i++) {
    copy_path(joining->sources[i], out);
  }
  /* Samples are the same in all of them. */
  const struct rig_sim_report *first = joining->parts[0];
  for (uint32_t i = 0; i < first->path_count && i < RIG_SIM_PATHS_MAX; i++) {
    if (first->paths[i].why != RIG_SIM_FOUND && !out->impatient &&
        out->path_count < RIG_SIM_PATHS_MAX) {
      copy_path((struct source){first, &first->paths[i]}, out);
    }
  }
}

static void add_kinds(const struct rig_sim_report *part, struct rig_sim_report *out) {
  for (uint32_t i = 0; i < part->kind_count && i < RIG_SIM_KINDS_MAX; i++) {
    uint32_t at = 0;
    while (at < out->kind_count && out->kinds[at] != part->kinds[i]) {
      at++;
    }
    if (at == out->kind_count && at < RIG_SIM_KINDS_MAX) {
      out->kinds[out->kind_count++] = part->kinds[i];
    }
  }
}

static void add_numbers(const struct rig_sim_report *part, bool together,
                        struct rig_sim_report *out) {
  out->complete = out->complete && part->complete;
  if (out->bound[0] == '\0') {
    snprintf(out->bound, sizeof out->bound, "%.31s", part->bound);
  }
  out->states += part->states;
  out->transitions += part->transitions;
  out->schedules += part->schedules;
  for (size_t i = 0; i < RIG_SIM_END_COUNT; i++) {
    out->ends[i] += part->ends[i];
  }
  out->depth = part->depth > out->depth ? part->depth : out->depth;
  out->impatient = out->impatient || part->impatient;
  if (together) { /* at one time: the last of them knows of all */
    out->bytes += part->bytes;
    out->omission = part->omission > out->omission ? part->omission : out->omission;
    out->seconds = part->seconds > out->seconds ? part->seconds : out->seconds;
  } else {
    out->bytes = part->bytes > out->bytes ? part->bytes : out->bytes;
    out->omission += part->omission;
    out->seconds += part->seconds;
  }
}

/* The first of them that failed speaks for all. */
static bool has_failed(const struct rig_sim_report *part, struct rig_sim_report *out) {
  if (part->done == 1 && part->status == RIG_OK && part->refused[0] == '\0') {
    return false;
  }
  out->done = part->done;
  out->status = part->status;
  memcpy(out->error, part->error, sizeof out->error);
  memcpy(out->refused, part->refused, sizeof out->refused);
  return true;
}

void rig_sim_report_join(const struct rig_sim_report *const *parts, size_t count, bool together,
                         struct rig_sim_report *out) {
  struct joining joining = {.parts = parts, .count = count};
  /* One that was interrupted because another has died says less than that one. */
  for (int stopped = 0; stopped < 2; stopped++) {
    for (size_t i = 0; i < count; i++) {
      if ((parts[i]->done == 1) == (stopped == 1) && has_failed(parts[i], out)) {
        return;
      }
    }
  }
  joining.sources = calloc(count * RIG_SIM_PATHS_MAX, sizeof *joining.sources);
  if (joining.sources == NULL) {
    out->status = RIG_NO_MEMORY;
    snprintf(out->error, sizeof out->error, "out of memory");
    return;
  }
  out->complete = true;
  memcpy(out->unresolved, parts[0]->unresolved, sizeof out->unresolved);
  out->unresolved_count = parts[0]->unresolved_count;
  for (size_t i = 0; i < count; i++) {
    add_numbers(parts[i], together, out);
    add_kinds(parts[i], out);
  }
  join_paths(&joining, out);
  const uint32_t told = (uint32_t)(joining.source_count < RIG_SIM_PATHS_MAX ? joining.source_count
                                                                            : RIG_SIM_PATHS_MAX);
  out->paths_left_out += out->kind_count > told && joining.source_count >= RIG_SIM_PATHS_MAX
                             ? out->kind_count - told
                             : 0;
  free(joining.sources);
  out->done = 1;
}
