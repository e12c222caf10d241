/*
 * Loading a scenario: the file, the tree, the top level. Its parts are read by client.c, steps.c
 * and expectations.c; scenarios/README.md is the reference of the format.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/names.h"
#include "scenario/reader.h"

#define NAME_BYTES_MAX 120u
#define EVENT_BYTES_MAX 260u /* MAX_PATH, W:CreateEvent */

static const char *(*rule_id_at)(size_t index);
static const char *(*cause_id_at)(size_t index);

void rig_scenario_set_ids(const char *(*rule_at)(size_t index),
                          const char *(*cause_at)(size_t index)) {
  rule_id_at = rule_at;
  cause_id_at = cause_at;
}

static const char *const *all_ids(struct rig_reader *reader, const char *(*id_at)(size_t index)) {
  if (id_at == NULL)
    return NULL;
  size_t count = 0;
  while (id_at(count) != NULL)
    count++;
  const char **ids = rig_arena_take(reader->nodes, (count + 1) * sizeof *ids);
  for (size_t i = 0; ids != NULL && i < count; i++)
    ids[i] = id_at(i);
  return ids;
}

const char *const *rig_rule_ids(struct rig_reader *reader) {
  return all_ids(reader, rule_id_at);
}

const char *const *rig_cause_ids(struct rig_reader *reader) {
  return all_ids(reader, cause_id_at);
}

static void read_version(struct rig_reader *reader, const struct rig_node *key,
                         const struct rig_node *value, void *target) {
  (void)target;
  uint32_t version = 0;
  if (rig_read_number(reader, key->text, value, 0, UINT32_MAX, "", &version) && version != 1)
    rig_problem_add(reader, value->position,
                    "version %u: this mapirig reads version 1, a newer file needs a newer one",
                    version);
}

static void read_name(struct rig_reader *reader, const struct rig_node *key,
                      const struct rig_node *value, void *target) {
  struct rig_scenario *scenario = target;
  (void)rig_read_text(reader, key->text, value, NAME_BYTES_MAX, &scenario->name);
}

static void read_description(struct rig_reader *reader, const struct rig_node *key,
                             const struct rig_node *value, void *target) {
  struct rig_scenario *scenario = target;
  (void)rig_read_free_text(reader, key->text, value, &scenario->description);
}

static void read_role(struct rig_reader *reader, const struct rig_node *key,
                      const struct rig_node *value, void *target) {
  static const char *const words[] = {"service", "console", "desktop", NULL}; /* enum rig_role */
  _Static_assert(sizeof words / sizeof *words == RIG_ROLE_COUNT + 1, "a word for each role");
  struct rig_scenario *scenario = target;
  size_t index = 0;
  if (!rig_read_word(reader, key->text, value, words, &index))
    return;
  scenario->role = (enum rig_role)index;
  scenario->role_given = true;
}

static void read_deadline(struct rig_reader *reader, const struct rig_node *key,
                          const struct rig_node *value, void *target) {
  struct rig_scenario *scenario = target;
  (void)rig_read_number(reader, key->text, value, 1, 600000, "ms", &scenario->deadline_ms);
}

static void read_timeout(struct rig_reader *reader, const struct rig_node *key,
                         const struct rig_node *value, void *target) {
  struct rig_scenario *scenario = target;
  (void)rig_read_number(reader, key->text, value, 100, 3600000, "ms", &scenario->timeout_ms);
}

static void read_stop_event(struct rig_reader *reader, const struct rig_node *key,
                            const struct rig_node *value, void *target) {
  struct rig_scenario *scenario = target;
  if (rig_read_text(reader, key->text, value, EVENT_BYTES_MAX, &scenario->stop_event))
    scenario->stop_way = RIG_STOP_EVENT;
}

static const struct rig_key STOP_KEYS[] = {{"event", read_stop_event}};
static const struct rig_key_table STOP_TABLE = {"'stop'", "stop: {event: 'Global\\name'}",
                                                STOP_KEYS, 1};

static void read_stop(struct rig_reader *reader, const struct rig_node *key,
                      const struct rig_node *value, void *target) {
  static const char *const words[] = {"scm", "console-ctrl", "message", "kill", NULL};
  static const enum rig_stop_way ways[] = {RIG_STOP_SCM, RIG_STOP_CONSOLE_CTRL, RIG_STOP_MESSAGE,
                                           RIG_STOP_KILL};
  struct rig_scenario *scenario = target;
  if (value->kind == RIG_NODE_MAPPING) {
    rig_read_mapping(reader, value, &STOP_TABLE, scenario);
    if (value->count == 0)
      rig_problem_add(reader, value->position, "'stop' is empty: write %s", STOP_TABLE.example);
    return;
  }
  if (value->kind == RIG_NODE_SCALAR && strcmp(value->text, "event") == 0) {
    rig_problem_add(reader, value->position, "'stop: event' needs the event's name: write %s",
                    STOP_TABLE.example);
    return;
  }
  size_t index = 0;
  if (rig_read_word(reader, key->text, value, words, &index))
    scenario->stop_way = ways[index];
}

static const struct rig_key TOP_KEYS[] = {
    {"version", read_version}, {"name", read_name},         {"description", read_description},
    {"role", read_role},       {"stop", read_stop},         {"deadline", read_deadline},
    {"timeout", read_timeout}, {"steps", rig_read_steps},   {"client", rig_read_client},
    {"mapi", rig_read_mapi},   {"expect", rig_read_expect},
};
const struct rig_key_table rig_keys_top = {"a scenario", "name: a sent message", TOP_KEYS,
                                           sizeof TOP_KEYS / sizeof *TOP_KEYS};

/* A key that was told as a likely `name` already. */
static bool has_misspelt_name(const struct rig_node *root) {
  static const char *const name[] = {"name", NULL};
  for (const struct rig_node *key = root->first; key != NULL && key->next != NULL;
       key = key->next->next)
    if (key->kind == RIG_NODE_SCALAR && rig_nearest(key->text, name) != NULL)
      return true;
  return false;
}

/* What only the whole can tell. */
static void check_whole(struct rig_reader *reader, const struct rig_node *root) {
  const struct rig_scenario *scenario = reader->scenario;
  if (root->kind != RIG_NODE_MAPPING)
    return;
  if (rig_mapping_find(root, "name") == NULL && !root->incomplete && !has_misspelt_name(root))
    rig_problem_add(reader, root->position, "the scenario has no name: add 'name: ...'");
  const struct rig_node *timeout = rig_mapping_find(root, "timeout");
  if (scenario->timeout_ms != 0 && scenario->timeout_ms <= scenario->deadline_ms)
    rig_problem_add(reader, timeout->position,
                    "'timeout' (%u ms) must be longer than 'deadline' (%u ms): it ends the run",
                    scenario->timeout_ms, scenario->deadline_ms);
}

static void read_text(struct rig_reader *reader, const char *text, size_t bytes) {
  if (bytes > RIG_SCENARIO_BYTES_MAX) {
    rig_problem_add(reader, (struct rig_position){0, 0},
                    "the file is larger than 1 MiB (%u bytes): is it a scenario?",
                    RIG_SCENARIO_BYTES_MAX);
    return;
  }
  if (!rig_text_check(reader, text, bytes))
    return;
  size_t mark = bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* byte order mark */
  struct rig_node *root = rig_tree_read(reader, text + mark, bytes - mark);
  if (root == NULL)
    return;
  if (rig_node_is_empty(root)) {
    rig_problem_add(reader, root->position, "the scenario is empty: it begins with 'name: ...'");
    return;
  }
  rig_read_mapping(reader, root, &rig_keys_top, reader->scenario);
  rig_check_steps(reader);
  check_whole(reader, root);
}

/* Parses `text`; with `look_for_files` the files it names must exist. */
static enum rig_status parse(const char *path, const char *text, size_t bytes, bool look_for_files,
                             struct rig_scenario **out, struct rig_problems *problems) {
  struct rig_reader reader = {.look_for_files = look_for_files};
  reader.memory = rig_arena_new();
  reader.nodes = rig_arena_new();
  struct rig_scenario *scenario = calloc(1, sizeof *scenario);
  reader.scenario = scenario;
  if (reader.memory == NULL || reader.nodes == NULL || scenario == NULL) {
    reader.out_of_memory = true;
  } else {
    scenario->memory = reader.memory;
    scenario->file = rig_arena_copy(reader.memory, path, strlen(path));
    read_text(&reader, text, bytes);
    if (reader.problems.count == 0)
      scenario->source = rig_arena_copy(reader.memory, text, bytes);
    if (rig_arena_failed(reader.memory) || rig_arena_failed(reader.nodes))
      reader.out_of_memory = true;
  }
  rig_problems_finish(&reader);
  rig_arena_free(reader.nodes);
  if (!reader.out_of_memory && reader.problems.count == 0) {
    *out = scenario;
    *problems = reader.problems;
    return RIG_OK;
  }
  rig_arena_free(reader.memory);
  free(scenario);
  if (reader.out_of_memory) {
    rig_problems_free(&reader.problems);
    return RIG_NO_MEMORY;
  }
  *problems = reader.problems;
  return RIG_INVALID;
}

enum rig_status rig_scenario_parse(const char *path, const char *text, size_t bytes,
                                   struct rig_scenario **out, struct rig_problems *problems) {
  *problems = (struct rig_problems){NULL, 0};
  return parse(path, text, bytes, false, out, problems);
}

/* One problem of the file as a whole, for a file that could not be read. */
static enum rig_status unreadable(enum rig_status status, const char *what, int error,
                                  struct rig_problems *problems) {
  struct rig_reader reader = {0};
  if (error == 0)
    rig_problem_add(&reader, (struct rig_position){0, 0}, "%s", what);
  else
    rig_problem_add(&reader, (struct rig_position){0, 0}, "%s: %s", what, strerror(error));
  *problems = reader.problems;
  return reader.out_of_memory ? RIG_NO_MEMORY : status;
}

enum rig_status rig_scenario_load(const char *path, struct rig_scenario **out,
                                  struct rig_problems *problems) {
  *problems = (struct rig_problems){NULL, 0};
  struct stat about;
  if (stat(path, &about) != 0)
    return unreadable(errno == ENOENT || errno == ENOTDIR ? RIG_NOT_FOUND : RIG_IO,
                      "cannot read the scenario", errno, problems);
  if (!S_ISREG(about.st_mode))
    return unreadable(RIG_IO,
                      S_ISDIR(about.st_mode) ? "is a folder, not a scenario file"
                                             : "is not a regular file",
                      0, problems);
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    return unreadable(RIG_IO, "cannot read the scenario", errno, problems);
  /* One byte more than the limit shows that a file is larger, whatever stat said. */
  char *text = malloc(RIG_SCENARIO_BYTES_MAX + 1);
  size_t bytes = text == NULL ? 0 : fread(text, 1, RIG_SCENARIO_BYTES_MAX + 1, file);
  int error = ferror(file) ? errno : 0;
  fclose(file);
  enum rig_status status;
  if (text == NULL)
    status = RIG_NO_MEMORY;
  else if (error != 0)
    status = unreadable(RIG_IO, "cannot read the scenario", error, problems);
  else
    status = parse(path, text, bytes, true, out, problems);
  free(text);
  return status;
}

struct rig_scenario *rig_scenario_free(struct rig_scenario *scenario) {
  if (scenario != NULL) {
    rig_arena_free(scenario->memory);
    free(scenario);
  }
  return NULL;
}
