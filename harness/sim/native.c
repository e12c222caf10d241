/*
 * Loading a natively compiled pump, and catching what the sanitizer reports of it.
 */
#include "sim/native.h"

#include <dlfcn.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "sim/engine/fibre.h"

#define REPORT_BYTES 500u
#define RUNTIME "libasan.so."
#define COMMAND                                                                                    \
  "gcc -shared -fPIC -g -O1 -fno-omit-frame-pointer -fsanitize=address "                           \
  "-fstack-clash-protection -fshort-wchar -fno-builtin -isystem harness/sim/native"

static char report[REPORT_BYTES];
static struct rig_native_places reported_places;
static bool reported;
static uint64_t range[2];

/* ---- the file ---- */

bool rig_native_is(const char *path) {
  unsigned char head[4] = {0};
  FILE *file = fopen(path, "rbe");
  const bool read = file != NULL && fread(head, 1, sizeof head, file) == sizeof head;
  if (file != NULL) {
    fclose(file);
  }
  return read && memcmp(head, "\177ELF", sizeof head) == 0;
}

/* All of a file; NULL with errno. The caller frees. */
static char *read_whole(const char *path, size_t *bytes) {
  FILE *file = fopen(path, "rbe");
  char *data = NULL;
  size_t room = 0;
  *bytes = 0;
  while (file != NULL) {
    if (*bytes == room) {
      room = room == 0 ? 65536 : 2 * room;
      char *grown = realloc(data, room);
      if (grown == NULL) {
        break;
      }
      data = grown;
    }
    const size_t more = fread(data + *bytes, 1, room - *bytes, file);
    *bytes += more;
    if (more == 0) {
      break;
    }
  }
  if (file != NULL) {
    fclose(file);
  }
  return data;
}

static bool sanitizer_is_there(void) {
  return dlsym(RTLD_DEFAULT, "__asan_set_error_report_callback") != NULL;
}

bool rig_native_needs(const char *path, char *name, size_t name_size, char *error, size_t size) {
  size_t bytes = 0;
  name[0] = '\0';
  if (sanitizer_is_there()) {
    return true;
  }
  char *data = read_whole(path, &bytes);
  const char *found =
      data == NULL ? NULL : memmem(data, bytes, RUNTIME, strlen(RUNTIME)); /* its DT_NEEDED */
  if (found == NULL || memchr(found, '\0', (size_t)(data + bytes - found)) == NULL) {
    snprintf(error, size,
             "%s: an ELF file that is not linked with gcc's AddressSanitizer; make it by `" COMMAND
             " pump.c -o pump.so`",
             path);
    free(data);
    return false;
  }
  snprintf(name, name_size, "%.60s", found);
  free(data);
  return true;
}

/* ---- loading ---- */

static int note_range(struct dl_phdr_info *info, size_t size, void *context) {
  (void)size;
  if (info->dlpi_addr != *(const uint64_t *)context) {
    return 0;
  }
  range[0] = range[1] = info->dlpi_addr;
  for (unsigned i = 0; i < info->dlpi_phnum; i++) {
    const uint64_t end = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz;
    if (info->dlpi_phdr[i].p_type == PT_LOAD && end > range[1]) {
      range[1] = end;
    }
  }
  return 1;
}

/* The loader's "...: undefined symbol: rig_api_CreateFileA" in a user's words. */
static void tell_not_loaded(const char *path, const char *why, char *error, size_t size) {
  const char *api = why == NULL ? NULL : strstr(why, "undefined symbol: rig_api_");
  if (api != NULL) {
    snprintf(error, size, "%s: calls %s, which is not simulated", path,
             api + strlen("undefined symbol: rig_api_"));
  } else {
    snprintf(error, size, "%s: cannot be loaded: %s", path, why == NULL ? "?" : why);
  }
}

/* Called when a report is complete, on the stack of whoever made the error. It does not return to
 * the program: its fibre ends here. */
static void on_report(const char *text) {
  (void)rig_native_read_report(text, range[0], range[1], report, sizeof report, &reported_places);
  reported = true;
  rig_fibre_throw();
}

enum rig_status rig_native_load(const char *path, const char *symbol, uint64_t *entry, char *error,
                                size_t size) {
  void (*set)(void (*)(const char *)) = (void (*)(void (*)(const char *)))(uintptr_t)dlsym(
      RTLD_DEFAULT, "__asan_set_error_report_callback");
  const struct rig_fibre_sanitizer sanitizer = {
      .start = (rig_fibre_start_switch *)(uintptr_t)dlsym(RTLD_DEFAULT,
                                                          "__sanitizer_start_switch_fiber"),
      .finish = (rig_fibre_finish_switch *)(uintptr_t)dlsym(RTLD_DEFAULT,
                                                            "__sanitizer_finish_switch_fiber"),
      .unpoison = (rig_fibre_unpoison_region *)(uintptr_t)dlsym(RTLD_DEFAULT,
                                                                "__asan_unpoison_memory_region")};
  char resolved[PATH_MAX]; /* without a slash it would be looked for among the system's */
  if (set == NULL || sanitizer.start == NULL || sanitizer.finish == NULL ||
      sanitizer.unpoison == NULL) {
    snprintf(error, size, "%s: the AddressSanitizer it was linked with could not be loaded", path);
    return RIG_INVALID;
  }
  void *library = realpath(path, resolved) == NULL ? NULL : dlopen(resolved, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    tell_not_loaded(path, dlerror(), error, size);
    return RIG_INVALID;
  }
  *entry = (uint64_t)(uintptr_t)dlsym(library, symbol);
  if (*entry == 0) {
    snprintf(error, size, "%s: no function '%s' in it (static, or C++ without extern \"C\"?)", path,
             symbol);
    return RIG_INVALID;
  }
  const struct link_map *map = library;
  (void)dl_iterate_phdr(note_range, (void *)(uintptr_t)&map->l_addr);
  rig_fibre_tell(&sanitizer);
  set(on_report);
  return RIG_OK;
}

void rig_native_range(uint64_t *low, uint64_t *high) {
  *low = range[0];
  *high = range[1];
}

const char *rig_native_report(struct rig_native_places *places) {
  const bool told = reported;
  reported = false;
  *places = reported_places;
  return told ? report : NULL;
}
