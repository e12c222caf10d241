/*
 * The scenarios below a path, in an order that no file system decides.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "scenario/scenario.h"

#define FOLDER_DEPTH_MAX 32u

struct list {
  char **items; /* ends with NULL */
  size_t count;
  size_t capacity;
};

/* Takes over `path`. */
static enum rig_status append(struct list *list, char *path) {
  if (list->count + 1 >= list->capacity) {
    size_t capacity = list->capacity == 0 ? 32 : 2 * list->capacity;
    char **items = realloc(list->items, capacity * sizeof *items);
    if (items == NULL) {
      free(path);
      return RIG_NO_MEMORY;
    }
    list->items = items;
    list->capacity = capacity;
  }
  list->items[list->count++] = path;
  list->items[list->count] = NULL;
  return RIG_OK;
}

static bool is_scenario_name(const char *name) {
  const char *dot = strrchr(name, '.');
  return dot != NULL && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

static enum rig_status collect(struct list *list, const char *folder, unsigned depth);

/* One entry of a folder. Links to folders are not followed: they may lead in a circle. */
static enum rig_status collect_entry(struct list *list, const char *folder, const char *name,
                                     unsigned depth) {
  if (name[0] == '.')
    return RIG_OK;
  char *path = NULL;
  const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
  if (asprintf(&path, "%s%s%s", folder, slash, name) < 0)
    return RIG_NO_MEMORY;
  struct stat about;
  struct stat target;
  enum rig_status status = RIG_OK;
  if (lstat(path, &about) == 0 && S_ISDIR(about.st_mode))
    status = collect(list, path, depth + 1);
  else if (is_scenario_name(name) && !(stat(path, &target) == 0 && S_ISDIR(target.st_mode)))
    return append(list, path); /* a dangling link too: loading it tells */
  free(path);
  return status;
}

static enum rig_status collect(struct list *list, const char *folder, unsigned depth) {
  if (depth > FOLDER_DEPTH_MAX)
    return RIG_FULL;
  DIR *entries = opendir(folder);
  if (entries == NULL)
    return errno == ENOMEM ? RIG_NO_MEMORY : RIG_IO;
  enum rig_status status = RIG_OK;
  struct dirent *entry;
  while (status == RIG_OK && (entry = readdir(entries)) != NULL)
    status = collect_entry(list, folder, entry->d_name, depth);
  closedir(entries);
  return status;
}

static int compare(const void *left, const void *right) {
  return strcmp(*(char *const *)left, *(char *const *)right);
}

enum rig_status rig_scenario_list(const char *path, char ***out) {
  struct stat about;
  struct list list = {NULL, 0, 0};
  if (*path == '\0' || stat(path, &about) != 0)
    return *path == '\0' || errno == ENOENT || errno == ENOTDIR ? RIG_NOT_FOUND : RIG_IO;
  enum rig_status status;
  if (S_ISDIR(about.st_mode)) {
    status = collect(&list, path, 0);
  } else {
    char *copy = strdup(path);
    status = copy == NULL ? RIG_NO_MEMORY : append(&list, copy);
  }
  if (status == RIG_OK && list.count == 0)
    status = RIG_NOT_FOUND;
  if (status != RIG_OK) {
    rig_scenario_list_free(list.items);
    return status;
  }
  qsort(list.items, list.count, sizeof *list.items, compare);
  *out = list.items;
  return RIG_OK;
}

void rig_scenario_list_free(char **list) {
  if (list == NULL)
    return;
  for (size_t i = 0; list[i] != NULL; i++)
    free(list[i]);
  free(list);
}
