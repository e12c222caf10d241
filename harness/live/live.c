/*
 * A rig_live: one prefix with its wineserver and resident hosts, used for one run after the other.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/assert.h"
#include "live/clock.h"
#include "live/cpu.h"
#include "live/live_private.h"
#include "live/prefix.h"
#include "live/process.h"

#define HOST_PATIENCE_MS 60000
#define END_MS 5000
#define LEFTOVER_MS 100

/* A run's paths must fit the arrays of struct rig_run_output. */
#define FOLDER_BYTES_MAX 400

double rig_live_scaled(const struct rig_live *live, double ms) {
  return ms * (double)live->scale_permille / 1000.0;
}

struct rig_host *rig_live_host(struct rig_live *live, enum rig_machine machine, char *error,
                               size_t size) {
  RIG_ASSERT(machine < RIG_LIVE_ARCHS);
  static const char *const archs[RIG_LIVE_ARCHS] = {"x86_64", "i686"};
  struct rig_host *host = &live->hosts[machine];
  if (host->process > 0 && rig_host_alive(host)) {
    return host;
  }
  rig_host_dismiss(host);
  live->running = true;
  const enum rig_status status =
      rig_host_start(host, &live->wine, live->environment, live->prefix, archs[machine], live->cpu,
                     rig_live_scaled(live, HOST_PATIENCE_MS), error, size);
  return status == RIG_OK ? host : NULL;
}

/* A process that was just starting can be overlooked: the keepers know when none is left. */
void rig_live_end(struct rig_live *live) {
  const double began = rig_now_ms();
  bool ended = !live->running;
  for (int i = 0; i < RIG_LIVE_ARCHS; i++) {
    rig_host_dismiss(&live->hosts[i]);
  }
  while (!ended && rig_now_ms() - began < END_MS) {
    (void)rig_end_prefix(live->prefix);
    ended = true;
    for (int i = 0; i < RIG_LIVE_ARCHS; i++) {
      ended = rig_host_forget(&live->hosts[i]) && ended;
    }
  }
  live->running = false;
}

static enum rig_status renew_once(struct rig_live *live, char *error, size_t size) {
  rig_live_end(live);
  rig_remove_tree(live->prefix);
  live->spoilt = false;
  const enum rig_status status =
      rig_prefix_copy(live->template, live->binaries, live->prefix, error, size);
  if (status != RIG_OK) {
    return status;
  }
  if (rig_interrupted()) {
    (void)snprintf(error, size, "interrupted before Wine started");
    return RIG_INTERRUPTED;
  }
  return rig_live_host(live, RIG_MACHINE_X86_64, error, size) != NULL
             ? RIG_OK
             : (rig_interrupted() ? RIG_INTERRUPTED : RIG_TIMEOUT);
}

/* Wine's start fails now and then (1 in 1,000 to 2,500, measured): once more, from a fresh copy. */
enum rig_status rig_live_renew(struct rig_live *live, char *error, size_t size) {
  const enum rig_status status = renew_once(live, error, size);
  return status == RIG_TIMEOUT ? renew_once(live, error, size) : status;
}

/* True for what belongs to every prefix: Wine's own programs, its server, and our host. */
static bool belongs(const char *command) {
  static const char *const starts[] = {"C:\\windows\\", "C:\\mapirig\\host-"};
  for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
    if (strncasecmp(command, starts[i], strlen(starts[i])) == 0) {
      return true;
    }
  }
  return command[0] != '\\' && command[1] != ':'; /* a Unix path, or one that is ending */
}

static bool look(void *context, const char *command) {
  bool *left = context;
  *left = *left || !belongs(command);
  return !*left;
}

/* A process can leave the job of its run: a service that the client started by Wine's own service
 * manager, a COM server. One that is just ending is given a moment. */
bool rig_live_has_leftover(const struct rig_live *live) {
  bool left = true;
  for (double until = rig_now_ms() + LEFTOVER_MS; left && rig_now_ms() < until;) {
    left = false;
    for (int i = 0; i < RIG_LIVE_ARCHS; i++) {
      if (live->hosts[i].keeper > 0) {
        rig_kept_each(live->hosts[i].keeper, look, &left);
      }
    }
    if (left) {
      rig_sleep_us(1000);
    }
  }
  return left;
}

static enum rig_status find_all(struct rig_live *live, const struct rig_live_options *options,
                                char *error, size_t size) {
  char cache[RIG_PATH_BYTES];
  enum rig_status status = rig_wine_find(&live->wine, error, size);
  if (status == RIG_OK) {
    status = rig_cache_folder(options->cache, cache, error, size);
  }
  if (status == RIG_OK && strlen(cache) > FOLDER_BYTES_MAX) {
    (void)snprintf(error, size, "the cache folder's path is too long: %.300s", cache);
    status = RIG_IO;
  }
  if (status == RIG_OK) {
    status = rig_template(&live->wine, cache, options, live->template, error, size);
  }
  if (status == RIG_OK) {
    live->cpu = rig_take_cpu(cache, &live->cpu_lock);
    status = rig_run_folder(cache, live->folder, &live->lock, error, size);
  }
  return status;
}

enum rig_status rig_live_open(const struct rig_live_options *options, struct rig_live **out,
                              char *error, size_t size) {
  struct rig_live *live = calloc(1, sizeof *live);
  if (live == NULL) {
    (void)snprintf(error, size, "out of memory");
    return RIG_NO_MEMORY;
  }
  live->lock = live->cpu_lock = -1;
  live->hosts[0].input = live->hosts[1].input = -1;
  live->parallel = options->parallel > 0 ? options->parallel : 1;
  live->scale_permille = options->scale_permille > 0 ? options->scale_permille : 1000;
  (void)rig_path(live->binaries, "%s", options->binaries);
  enum rig_status status = find_all(live, options, error, size);
  if (status == RIG_OK) {
    (void)rig_path(live->prefix, "%s/prefix", live->folder);
    live->environment = rig_environment(live->prefix, NULL);
    status = live->environment == NULL ? RIG_NO_MEMORY : rig_live_renew(live, error, size);
  }
  if (status != RIG_OK) {
    (void)rig_live_close(live);
    return status;
  }
  *out = live;
  return RIG_OK;
}

struct rig_live *rig_live_close(struct rig_live *live) {
  if (live == NULL) {
    return NULL;
  }
  rig_live_end(live);
  if (live->folder[0] != '\0') {
    rig_remove_tree(live->folder);
  }
  if (live->lock >= 0) {
    (void)close(live->lock);
  }
  if (live->cpu_lock >= 0) {
    (void)close(live->cpu_lock);
  }
  rig_environment_free(live->environment);
  free(live);
  return NULL;
}
