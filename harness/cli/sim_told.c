/*
 * Choosing paths, and numbers of an exploration.
 */
#include "cli/sim_told.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/replay.h"
#include "cli/sim_words.h"
#include "report/file.h"
#include "sim/engine/engine.h"

#define RULES_BYTES 400u

/* Paths that fail alike are one: the end and the rules that broke, consequences left out. */
struct group {
  char rules[RULES_BYTES];
  enum rig_sim_end end;
  unsigned dialects; /* a bit of each */
  const struct rig_sim_judged *best;
};

static void list_rules(const struct rig_judgement *judgement, char *out, size_t size) {
  size_t used = 0;
  out[0] = '\0';
  for (size_t i = 0; i < judgement->finding_count; i++) {
    const struct rig_finding *finding = &judgement->findings[i];
    if (finding->verdict == RIG_FAIL && !finding->root && used + 64 < size) {
      used += (size_t)snprintf(out + used, size - used, "%s%.60s%s", used > 0 ? ", " : "",
                               finding->rule->id,
                               finding->severity == RIG_SEVERITY_WARNING ? " (warning)" : "");
    }
  }
}

static bool shows_error(const struct rig_judgement *judgement) {
  for (size_t i = 0; i < judgement->finding_count; i++) {
    if (judgement->findings[i].verdict == RIG_FAIL &&
        judgement->findings[i].severity == RIG_SEVERITY_ERROR) {
      return true;
    }
  }
  return false;
}

/* Errors first, then ends that were found rather than sampled, then the shorter path. */
uint64_t rig_sim_told_rank(const struct rig_sim_judged *path) {
  const uint64_t error = shows_error(&path->judgement);
  const uint64_t found = path->path->why == RIG_SIM_FOUND || path->path->why == RIG_SIM_REPLAYED;
  return error << 33 | found << 32 | (UINT32_MAX - path->path->step_count);
}

void rig_sim_told_mark(const struct rig_sim_judged *path) {
  ((struct rig_sim_judged *)(uintptr_t)path)->marked = true;
}

static bool shows(const struct rig_sim_judged *path) {
  return path->marked || path->path->end != RIG_SIM_COMPLETE || shows_error(&path->judgement) ||
         path->path->why == RIG_SIM_REPLAYED;
}

static size_t group_paths(const struct rig_sim_judged *paths, size_t count, struct group *groups) {
  size_t used = 0;
  for (size_t i = 0; i < count; i++) {
    struct group group = {.end = (enum rig_sim_end)paths[i].path->end, .best = &paths[i]};
    if (!shows(&paths[i])) {
      continue;
    }
    list_rules(&paths[i].judgement, group.rules, sizeof group.rules);
    size_t at = 0;
    while (at < used && (groups[at].end != group.end || strcmp(groups[at].rules, group.rules))) {
      at++;
    }
    if (at == used) {
      groups[used++] = group;
    } else if (rig_sim_told_rank(&paths[i]) > rig_sim_told_rank(groups[at].best)) {
      groups[at].best = &paths[i];
    }
    groups[at].dialects |= 1u << paths[i].dialect;
  }
  return used;
}

/* ---- texts ---- */

void rig_sim_told_message(struct rig_sim_judged *path, struct rig_symbols *symbols) {
  static const char *const words[RIG_SITES] = {
      [RIG_SITE_CRASH] = "at", [RIG_SITE_MADE] = "allocated at", [RIG_SITE_FREED] = "freed at"};
  struct rig_source sources[RIG_SITES];
  size_t used = (size_t)snprintf(path->message, sizeof path->message, "%.*s",
                                 (int)sizeof path->path->message - 1, path->path->message);
  const char *before = " (";
  if (path->path->end != RIG_SIM_CRASH) {
    return;
  }
  rig_symbols_resolve(symbols, path->trace, path->path->sites, RIG_SITES, sources);
  for (unsigned i = 0; i < RIG_SITES && used < sizeof path->message; i++) {
    if (sources[i].line[0] != '\0') {
      used += (size_t)snprintf(path->message + used, sizeof path->message - used, "%s%s %s", before,
                               words[i], rig_file_short(sources[i].line));
      before = ", ";
    }
  }
  if (before[0] == ',' && used < sizeof path->message) {
    snprintf(path->message + used, sizeof path->message - used, ")");
  }
}

static char *dialects_text(const struct rig_cli_sim_options *options, unsigned dialects) {
  char text[80];
  const char *one =
      dialects & 1u ? options->dialects[0] : options->dialects[options->dialect_count - 1];
  if (options->dialect_count == 1) {
    return strdup(one);
  }
  if (dialects == 3u) {
    return strdup("both dialects");
  }
  snprintf(text, sizeof text, "%s alone", one);
  return strdup(text);
}

/* The command that shows the path live, or why nothing can. */
static char *live_text(const struct rig_cli_sim_options *options,
                       const struct rig_scenario *scenario, const struct group *group,
                       const char *id) {
  const char *dialect = options->dialects[group->best->dialect];
  const struct rig_sim_path *path = group->best->path;
  if (strcmp(dialect, "wine-8.0") != 0) {
    return strdup("not under Wine 8.0: it was found under another dialect");
  }
  if (options->guarded != RIG_GUARD_NONE) {
    return strdup("not under Wine 8.0: no guarded heap is there");
  }
  for (uint32_t i = 0; i < path->step_count; i++) {
    if (path->steps[i].choice != 0) {
      return strdup(path->steps[i].actor == RIG_ACTOR_TIME
                        ? "not under Wine 8.0: a time-out comes although others could go on"
                        : "not under Wine 8.0: a wait returns for nothing");
    }
  }
  return rig_replay_live(options, scenario->file, dialect, id);
}

static bool tell_path(const struct rig_cli_sim_options *options,
                      const struct rig_scenario *scenario, const struct group *group,
                      struct rig_simulated_path *out) {
  const struct rig_sim_judged *best = group->best;
  const struct rig_sim_path *path = best->path;
  out->end = strdup(rig_sim_end_word(group->end));
  out->dialects = dialects_text(options, group->dialects);
  out->dialect = strdup(options->dialects[best->dialect]);
  out->rules = strdup(group->rules);
  out->message = strdup(best->message);
  out->id = strndup(path->replay, sizeof path->replay - 1);
  if (out->id && out->id[0]) {
    out->replay =
        rig_replay_sim(options, scenario->file, options->dialects[best->dialect], out->id);
    out->live = group->end == RIG_SIM_BOUND ? NULL : live_text(options, scenario, group, out->id);
  }
  out->steps = rig_sim_words(best->trace, path);
  out->step_count = out->steps ? path->step_count : 0;
  out->cut = path->cut;
  return out->end && out->dialects && out->dialect && out->rules && out->message && out->id &&
         out->steps;
}

static char *bounds_text(const struct rig_cli_sim_options *options) {
  char text[240];
  const bool states = options->mode == RIG_EXPLORE_STATES;
  snprintf(text, sizeof text,
           "%s %llu, depth %llu, memory %llu MB, early %llu, spurious %llu, retrievals %llu%s",
           states ? "states" : "schedules",
           (unsigned long long)(states ? options->states : options->schedules),
           (unsigned long long)options->depth, (unsigned long long)options->memory_mb,
           (unsigned long long)options->early, (unsigned long long)options->spurious,
           (unsigned long long)options->retrievals,
           options->guarded == RIG_GUARD_NONE  ? ""
           : options->guarded == RIG_GUARD_END ? "; the heap guarded at the end of each block"
                                               : "; the heap guarded at the begin of each block");
  return strdup(text);
}

static void add_numbers(const struct rig_sim_report *report, struct rig_simulated *out) {
  out->complete = out->complete && report->complete;
  out->states += report->states;
  out->transitions += report->transitions;
  out->schedules += report->schedules;
  out->depth = report->depth > out->depth ? report->depth : out->depth;
  out->bytes = report->bytes > out->bytes ? report->bytes : out->bytes;
  out->omission += report->omission;
  out->seconds += report->seconds;
  out->left_out += report->paths_left_out;
  if (report->bound[0] && !out->bound) {
    out->bound = strdup(report->bound);
  }
}

struct rig_simulated *rig_sim_told(const struct rig_cli_sim_options *options,
                                   const struct rig_scenario *scenario,
                                   struct rig_sim_report *const *reports,
                                   const struct rig_sim_judged *paths, size_t count) {
  struct rig_simulated *out = calloc(1, sizeof *out);
  struct group *groups = calloc(count + 1, sizeof *groups);
  struct rig_simulated_path *told = calloc(count + 1, sizeof *told);
  if (!out || !groups || !told) {
    free(groups);
    free(told);
    return rig_simulated_free(out);
  }
  out->paths = told;
  out->explore = strdup(rig_explore_text(options->mode));
  out->bounds = bounds_text(options);
  out->dialects =
      options->dialect_count == 2 ? strdup("wine-8.0 and windows") : strdup(options->dialects[0]);
  out->complete = true;
  out->judged = count;
  out->shards = options->merged > 0 ? options->merged : 1;
  for (size_t i = 0; i < options->dialect_count; i++) {
    add_numbers(reports[i], out);
  }
  bool whole = out->explore && out->bounds && out->dialects;
  const size_t used = group_paths(paths, count, groups);
  for (size_t i = 0; i < used && whole; i++) {
    whole = tell_path(options, scenario, &groups[i], &out->paths[out->path_count++]);
  }
  free(groups);
  return whole ? out : rig_simulated_free(out);
}
