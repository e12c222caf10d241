/*
 * From a request to what the session's header tells the host: the command line, the folder, the
 * environment, the files beside the client.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live/live_private.h"
#include "live/process.h"
#include "live/quote.h"

#define REGEDIT_MS 30000

/* A path in a scenario is relative to the scenario's file. */
static bool beside_scenario(const struct rig_scenario *scenario, const char *path, char *out) {
  const char *slash = strrchr(scenario->file, '/');
  char joined[RIG_PATH_BYTES];
  char real[PATH_MAX];
  const bool fits =
      path[0] == '/' || slash == NULL
          ? rig_path(joined, "%s", path)
          : rig_path(joined, "%.*s/%s", (int)(slash - scenario->file), scenario->file, path);
  return fits && realpath(joined, real) != NULL && rig_path(out, "%s", real);
}

/* Lines joined; NULL without memory. */
static char *join_lines(char *const *items, size_t count) {
  size_t bytes = 1;
  for (size_t i = 0; i < count; i++) {
    bytes += strlen(items[i]) + 1;
  }
  char *text = calloc(1, bytes);
  for (size_t i = 0; text != NULL && i < count; i++) {
    (void)strcat(strcat(text, i == 0 ? "" : "\n"), items[i]);
  }
  return text;
}

/* Links everything beside the client into `to`, so that it finds its own DLLs and data. */
static bool link_siblings(const char *folder, const char *to) {
  DIR *listing = opendir(folder);
  const struct dirent *item = NULL;
  bool done = listing != NULL;
  while (done && (item = readdir(listing)) != NULL) {
    char from[RIG_PATH_BYTES];
    char link[RIG_PATH_BYTES];
    if (strcmp(item->d_name, ".") != 0 && strcmp(item->d_name, "..") != 0) {
      done = rig_path(from, "%s/%s", folder, item->d_name) &&
             rig_path(link, "%s/%s", to, item->d_name) && symlink(from, link) == 0;
    }
  }
  if (listing != NULL) {
    (void)closedir(listing);
  }
  return done;
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

static enum rig_status lay_file(const char *from, const char *folder, char *error, size_t size) {
  char to[RIG_PATH_BYTES];
  if (rig_path(to, "%s/%s", folder, base_name(from)) && (unlink(to) == 0 || errno == ENOENT) &&
      rig_copy_file(from, to)) {
    return RIG_OK;
  }
  (void)snprintf(error, size, "cannot lay %.300s beside the client: %s", from, strerror(errno));
  return RIG_IO;
}

/* With `client: files:` the client runs as a copy in a fresh folder of the prefix, among links to
 * what lies beside it and the scenario's files. */
static enum rig_status lay_files(const struct rig_live *live, const struct rig_scenario *scenario,
                                 char *program, char *error, size_t size) {
  char folder[RIG_PATH_BYTES];
  char own[RIG_PATH_BYTES];
  if (scenario->client.file_count == 0) {
    return RIG_OK;
  }
  (void)rig_path(own, "%.*s", (int)(base_name(program) - program), program);
  (void)rig_path(folder, "%s/drive_c/mapirig/client", live->prefix);
  rig_remove_tree(folder);
  if (mkdir(folder, 0755) != 0 || !link_siblings(own, folder)) {
    (void)snprintf(error, size, "cannot make the client's folder %.300s: %s", folder,
                   strerror(errno));
    return RIG_IO;
  }
  enum rig_status status = lay_file(program, folder, error, size);
  for (size_t i = 0; status == RIG_OK && i < scenario->client.file_count; i++) {
    char path[RIG_PATH_BYTES];
    if (!beside_scenario(scenario, scenario->client.files[i], path)) {
      (void)snprintf(error, size, "%.200s: client file %.200s: %s", scenario->file,
                     scenario->client.files[i], strerror(errno));
      return RIG_NOT_FOUND;
    }
    status = lay_file(path, folder, error, size);
  }
  if (status == RIG_OK) {
    char copy[RIG_PATH_BYTES];
    status = rig_path(copy, "%s/%s", folder, base_name(program)) && rig_path(program, "%s", copy)
                 ? RIG_OK
                 : RIG_IO;
  }
  return status;
}

static enum rig_status build_command_line(const struct rig_run_request *request,
                                          const char *program, struct rig_run_setup *setup,
                                          char *error, size_t size) {
  char windows[RIG_PATH_BYTES];
  const struct rig_client_setup *client = &request->scenario->client;
  const enum rig_status status = rig_windows_path(program, windows, sizeof windows, error, size);
  if (status != RIG_OK) {
    return status;
  }
  bool fits = rig_quote_program(setup->command_line, sizeof setup->command_line, windows);
  for (size_t i = 0; fits && request->arguments != NULL && request->arguments[i] != NULL; i++) {
    fits = rig_quote_append(setup->command_line, sizeof setup->command_line, request->arguments[i]);
  }
  for (size_t i = 0; fits && i < client->argument_count; i++) {
    fits = rig_quote_append(setup->command_line, sizeof setup->command_line, client->arguments[i]);
  }
  if (!fits || strlen(setup->command_line) >= RIG_COMMAND_LINE_UNITS) {
    (void)snprintf(error, size, "the client's command line is longer than Windows takes (%d)",
                   RIG_COMMAND_LINE_UNITS - 1);
    return RIG_FULL;
  }
  return RIG_OK;
}

static enum rig_status find_folder(const struct rig_run_request *request, const char *program,
                                   struct rig_run_setup *setup, char *error, size_t size) {
  const struct rig_scenario *scenario = request->scenario;
  char folder[RIG_PATH_BYTES];
  if (scenario->client.folder == NULL) {
    (void)rig_path(folder, "%.*s", (int)(base_name(program) - program - 1), program);
  } else if (!beside_scenario(scenario, scenario->client.folder, folder) ||
             !rig_is_folder(folder)) {
    (void)snprintf(error, size, "%.200s: the client's folder %.200s does not exist", scenario->file,
                   scenario->client.folder);
    return RIG_NOT_FOUND;
  }
  return rig_windows_path(folder[0] != '\0' ? folder : "/", setup->folder, sizeof setup->folder,
                          error, size);
}

enum rig_status rig_run_setup(struct rig_live *live, const struct rig_run_request *request,
                              enum rig_machine machine, struct rig_run_setup *out, char *error,
                              size_t size) {
  const struct rig_client_setup *client = &request->scenario->client;
  char real[PATH_MAX];
  *out = (struct rig_run_setup){0};
  out->machine = machine;
  if (realpath(request->client, real) == NULL || !rig_path(out->program, "%s", real)) {
    (void)snprintf(error, size, "client %.300s: %s", request->client, strerror(errno));
    return RIG_NOT_FOUND;
  }
  enum rig_status status = lay_files(live, request->scenario, out->program, error, size);
  if (status == RIG_OK) {
    status = build_command_line(request, out->program, out, error, size);
  }
  if (status == RIG_OK) {
    status = find_folder(request, out->program, out, error, size);
  }
  if (status == RIG_OK) {
    out->environment = join_lines(client->environment, client->environment_count);
    out->service_arguments = join_lines(client->service_arguments, client->service_argument_count);
    if (out->environment == NULL || out->service_arguments == NULL) {
      (void)snprintf(error, size, "out of memory");
      status = RIG_NO_MEMORY;
    }
  }
  if (status != RIG_OK) {
    rig_run_setup_free(out);
  }
  return status;
}

void rig_run_setup_free(struct rig_run_setup *setup) {
  free(setup->environment);
  free(setup->service_arguments);
  setup->environment = setup->service_arguments = NULL;
}

static enum rig_status import_file(struct rig_live *live, const char *path, char *error,
                                   size_t size) {
  char windows[RIG_PATH_BYTES];
  enum rig_status status = rig_windows_path(path, windows, sizeof windows, error, size);
  if (status != RIG_OK) {
    return status;
  }
  const char *const arguments[] = {live->wine.loader, "regedit.exe", "/S", windows, NULL};
  const struct rig_spawn spawn = {
      .arguments = arguments, .environment = live->environment, .input = -1, .cpu = live->cpu};
  int ended = 0;
  const pid_t process = rig_spawn(&spawn);
  if (process > 0 && rig_await(process, rig_live_scaled(live, REGEDIT_MS), &ended) && ended == 0) {
    return RIG_OK;
  }
  (void)snprintf(error, size,
                 "Wine's regedit could not import %.400s; check it with: wine regedit "
                 "/S FILE",
                 path);
  return RIG_INVALID;
}

enum rig_status rig_run_registry(struct rig_live *live, const struct rig_scenario *scenario,
                                 char *error, size_t size) {
  for (size_t i = 0; i < scenario->client.registry_count; i++) {
    char path[RIG_PATH_BYTES];
    if (!beside_scenario(scenario, scenario->client.registry[i], path)) {
      (void)snprintf(error, size, "%.200s: registry file %.200s: %s", scenario->file,
                     scenario->client.registry[i], strerror(errno));
      return RIG_NOT_FOUND;
    }
    live->spoilt = true;
    const enum rig_status status = import_file(live, path, error, size);
    if (status != RIG_OK) {
      return status;
    }
  }
  return RIG_OK;
}
