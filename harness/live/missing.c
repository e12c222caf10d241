/*
 * Finding the DLL that is missing, in the loader's order: the program's folder, then the system's.
 */
#include "live/missing.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "live/files.h"
#include "live/pe.h"

#define FILES_MAX 64 /* DLLs of the client's own that are followed */

/* Names that Wine's loader answers without a file of that name. */
static bool is_virtual(const char *name) {
  return strncasecmp(name, "api-ms-", 7) == 0 || strncasecmp(name, "ext-ms-", 7) == 0;
}

/* Finds `name` in `folder` whatever its letter case; writes the path. */
static bool find_in(const char *folder, const char *name, char *out) {
  if (rig_path(out, "%s/%s", folder, name) && rig_is_file(out)) {
    return true;
  }
  DIR *listing = opendir(folder);
  const struct dirent *item = NULL;
  bool found = false;
  while (listing != NULL && !found && (item = readdir(listing)) != NULL) {
    found = strcasecmp(item->d_name, name) == 0 && rig_path(out, "%s/%s", folder, item->d_name) &&
            rig_is_file(out);
  }
  if (listing != NULL) {
    (void)closedir(listing);
  }
  return found;
}

/* Files whose imports are still to be read. */
struct worklist {
  char paths[FILES_MAX][RIG_PATH_BYTES];
  size_t count;
};

static void add(struct worklist *list, const char *path) {
  for (size_t i = 0; i < list->count; i++) {
    if (strcmp(list->paths[i], path) == 0) {
      return;
    }
  }
  if (list->count < FILES_MAX) {
    (void)rig_path(list->paths[list->count++], "%s", path);
  }
}

static bool is_known(const char *own_folder, const char *const *folders, const char *name,
                     struct worklist *list) {
  char path[RIG_PATH_BYTES];
  if (is_virtual(name)) {
    return true;
  }
  if (find_in(own_folder, name, path)) {
    add(list, path);
    return true;
  }
  for (size_t i = 0; folders[i] != NULL; i++) {
    if (find_in(folders[i], name, path)) {
      return true; /* the system's own are complete */
    }
  }
  return false;
}

bool rig_missing_dll(const char *program, const char *const *folders, char *name, size_t name_size,
                     char *importer, size_t importer_size) {
  static _Thread_local struct worklist list;
  char folder[RIG_PATH_BYTES];
  char dll[256];
  char unused[200];
  if (!rig_path(folder, "%s", program) || strrchr(folder, '/') == NULL) {
    return false;
  }
  *strrchr(folder, '/') = '\0';
  list.count = 0;
  add(&list, program);
  for (size_t i = 0; i < list.count; i++) {
    struct rig_pe pe;
    if (rig_pe_open(list.paths[i], &pe, unused, sizeof unused) != RIG_OK) {
      continue;
    }
    for (unsigned n = 0; rig_pe_import(&pe, n, dll, sizeof dll); n++) {
      if (!is_known(folder, folders, dll, &list)) {
        (void)snprintf(name, name_size, "%s", dll);
        (void)snprintf(importer, importer_size, "%s", strrchr(list.paths[i], '/') + 1);
        rig_pe_close(&pe);
        return true;
      }
    }
    rig_pe_close(&pe);
  }
  return false;
}
