/*
 * `client:`, how the client is set up: arguments, folder, environment, files beside it, registry
 * entries, its service's name and arguments.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "scenario/reader.h"

#define PATH_BYTES_MAX 4095u
#define SERVICE_NAME_MAX 256u /* W:CreateService */

char *rig_scenario_resolve(const struct rig_scenario *scenario, const char *relative) {
  const char *slash = strrchr(scenario->file, '/');
  char *path = NULL;
  if (*relative == '/' || slash == NULL)
    return strdup(relative);
  if (asprintf(&path, "%.*s/%s", (int)(slash - scenario->file), scenario->file, relative) < 0)
    return NULL;
  return path;
}

/* Tells a path that is not there, or not of the right kind. */
static void check_path(struct rig_reader *reader, const struct rig_node *node, const char *path,
                       bool folder) {
  if (!reader->look_for_files)
    return;
  char *resolved = rig_scenario_resolve(reader->scenario, path);
  if (resolved == NULL) {
    reader->out_of_memory = true;
    return;
  }
  struct stat about;
  if (stat(resolved, &about) != 0)
    rig_problem_add(reader, node->position,
                    "there is no %s '%.80s': paths start at the scenario file's folder",
                    folder ? "folder" : "file", path);
  else if (folder != S_ISDIR(about.st_mode))
    rig_problem_add(reader, node->position, "'%.80s' is %s, not %s", path,
                    folder ? "a file" : "a folder", folder ? "a folder" : "a file");
  free(resolved);
}

static void read_arguments(struct rig_reader *reader, const struct rig_node *key,
                           const struct rig_node *value, void *target) {
  struct rig_client_setup *client = target;
  (void)rig_read_texts(reader, key->text, value, &client->arguments, &client->argument_count);
}

static void read_folder(struct rig_reader *reader, const struct rig_node *key,
                        const struct rig_node *value, void *target) {
  struct rig_client_setup *client = target;
  if (rig_read_text(reader, key->text, value, PATH_BYTES_MAX, &client->folder))
    check_path(reader, value, client->folder, true);
}

/* A list of files, each of one line and present. */
static void read_paths(struct rig_reader *reader, const struct rig_node *key,
                       const struct rig_node *value, char ***paths, size_t *count) {
  if (!rig_read_texts(reader, key->text, value, paths, count))
    return;
  size_t i = 0;
  for (const struct rig_node *node = value->first; node != NULL; node = node->next, i++)
    if (rig_read_text(reader, key->text, node, PATH_BYTES_MAX, &(*paths)[i]))
      check_path(reader, node, (*paths)[i], false);
}

static void read_files(struct rig_reader *reader, const struct rig_node *key,
                       const struct rig_node *value, void *target) {
  struct rig_client_setup *client = target;
  read_paths(reader, key, value, &client->files, &client->file_count);
}

static void read_registry(struct rig_reader *reader, const struct rig_node *key,
                          const struct rig_node *value, void *target) {
  struct rig_client_setup *client = target;
  read_paths(reader, key, value, &client->registry, &client->registry_count);
}

/* Windows compares names of variables without regard to letter case. */
static bool check_variable(struct rig_reader *reader, const struct rig_node *parent,
                           const struct rig_node *key) {
  if (strchr(key->text, '=') != NULL) {
    rig_problem_add(reader, key->position,
                    "environment variable '%.60s': its name cannot hold '=', write NAME: value",
                    key->text);
    return false;
  }
  if (strncasecmp(key->text, "MAPIRIG_", 8) == 0) {
    rig_problem_add(reader, key->position,
                    "environment variable '%.60s': MAPIRIG_ names belong to mapirig", key->text);
    return false;
  }
  for (const struct rig_node *other = parent->first; other != key; other = other->next->next) {
    if (strcasecmp(other->text, key->text) == 0 && strcmp(other->text, key->text) != 0) {
      rig_problem_add(reader, key->position,
                      "environment variable '%.60s' is '%.60s' of line %u: Windows ignores case",
                      key->text, other->text, other->position.line);
      return false;
    }
  }
  return true;
}

static char *join_variable(struct rig_reader *reader, const char *name, const char *value) {
  size_t bytes = strlen(name) + strlen(value) + 2;
  char *text = rig_arena_take(reader->memory, bytes);
  if (text != NULL)
    snprintf(text, bytes, "%s=%s", name, value);
  return text;
}

static void read_environment(struct rig_reader *reader, const struct rig_node *key,
                             const struct rig_node *value, void *target) {
  struct rig_client_setup *client = target;
  if (value->refused)
    return;
  if (value->kind != RIG_NODE_MAPPING) {
    rig_tell_kind(reader, key->text, value, "a mapping: write {NAME: value}");
    return;
  }
  rig_check_keys(reader, value);
  client->environment = rig_arena_take(reader->memory, (value->count + 1) * sizeof(char *));
  if (client->environment == NULL)
    return;
  for (const struct rig_node *name = value->first; name != NULL && name->next != NULL;
       name = name->next->next) {
    const struct rig_node *text = name->next;
    char *copy = NULL;
    if (name->kind != RIG_NODE_SCALAR || name->length == 0 || !check_variable(reader, value, name))
      continue;
    /* A quoted empty text is a variable without a value; one line, as sessions keep one a line. */
    bool empty = text->kind == RIG_NODE_SCALAR && !text->plain && text->length == 0;
    if (empty || rig_read_text(reader, name->text, text, 32767, &copy))
      client->environment[client->environment_count++] =
          join_variable(reader, name->text, empty ? "" : copy);
  }
}

static void read_service_name(struct rig_reader *reader, const struct rig_node *key,
                              const struct rig_node *value, void *target) {
  struct rig_client_setup *client = target;
  if (rig_read_text(reader, key->text, value, SERVICE_NAME_MAX, &client->service_name) &&
      strpbrk(client->service_name, "/\\") != NULL)
    rig_problem_add(reader, value->position,
                    "'service-name' cannot hold a slash or a backslash (W:CreateService)");
}

static void read_service_arguments(struct rig_reader *reader, const struct rig_node *key,
                                   const struct rig_node *value, void *target) {
  struct rig_client_setup *client = target;
  if (!rig_read_texts(reader, key->text, value, &client->service_arguments,
                      &client->service_argument_count))
    return;
  for (const struct rig_node *node = value->first; node != NULL; node = node->next)
    if (strpbrk(node->text, "\r\n") != NULL)
      rig_problem_add(reader, node->position,
                      "an item of service-arguments holds a line break: each must be one line");
}

static const struct rig_key CLIENT_KEYS[] = {
    {"arguments", read_arguments},
    {"folder", read_folder},
    {"environment", read_environment},
    {"files", read_files},
    {"registry", read_registry},
    {"service-name", read_service_name},
    {"service-arguments", read_service_arguments},
};
const struct rig_key_table rig_keys_client = {"'client'", "client: {arguments: [-v]}", CLIENT_KEYS,
                                              sizeof CLIENT_KEYS / sizeof *CLIENT_KEYS};

void rig_read_client(struct rig_reader *reader, const struct rig_node *key,
                     const struct rig_node *value, void *target) {
  (void)key;
  struct rig_scenario *scenario = target;
  rig_read_mapping(reader, value, &rig_keys_client, &scenario->client);
}
