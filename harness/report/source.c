/*
 * Resolving callers: modules of the trace, then addr2line (address - 1: the caller recorded is the
 * return address, which may already belong to the next line or the next function).
 */
#include "report/source.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/addr2line.h"
#include "report/clean.h"

#define MODULES_MAX 256u
#define CACHE_MAX 4096u

struct module {
  uint64_t base;
  uint64_t bytes;
  char path[512]; /* as Windows has it */
};

/* One resolved offset of one file. */
struct known {
  char path[512];
  uint64_t offset;
  char symbol[96];
  char line[256];
};

struct rig_symbols {
  pthread_mutex_t lock;
  struct known *known;
  size_t count;
};

struct rig_symbols *rig_symbols_new(void) {
  struct rig_symbols *symbols = calloc(1, sizeof *symbols);
  if (symbols) {
    pthread_mutex_init(&symbols->lock, NULL);
  }
  return symbols;
}

struct rig_symbols *rig_symbols_free(struct rig_symbols *symbols) {
  if (symbols) {
    pthread_mutex_destroy(&symbols->lock);
    free(symbols->known);
    free(symbols);
  }
  return NULL;
}

int rig_source_native_path(const char *windows_path, char *buffer, size_t size) {
  const char *from = windows_path;
  if (strncmp(from, "\\\\?\\", 4) == 0) {
    from += 4;
  }
  if ((from[0] != 'Z' && from[0] != 'z') || from[1] != ':') {
    return 0;
  }
  int length = snprintf(buffer, size, "%s", from + 2);
  if (length <= 0 || (size_t)length >= size) {
    return 0;
  }
  for (char *at = buffer; *at; at++) {
    if (*at == '\\') {
      *at = '/';
    }
  }
  return buffer[0] == '/';
}

static const char *base_name(const char *path) {
  const char *name = path;
  for (const char *at = path; *at; at++) {
    if (*at == '\\' || *at == '/') {
      name = at + 1;
    }
  }
  return name;
}

static size_t read_modules(const struct rig_trace *trace, struct module *modules) {
  size_t count = 0;
  for (uint32_t i = 0; i < rig_trace_count(trace) && count < MODULES_MAX; i++) {
    struct rig_record record;
    if (!rig_trace_record(trace, i, &record) || record.kind != RIG_KIND_STATE ||
        record.call != RIG_STATE_MODULE) {
      continue;
    }
    modules[count].base = record.u.state.value;
    modules[count].bytes = record.u.state.a;
    rig_trace_more_text(trace, i, modules[count].path, sizeof modules[count].path);
    count++;
  }
  return count;
}

/* The module loaded last wins: an address range can be used again after an unload. */
static const struct module *module_of(const struct module *modules, size_t count,
                                      uint64_t address) {
  for (size_t i = count; i > 0; i--) {
    const struct module *module = &modules[i - 1];
    if (address >= module->base && address - module->base < module->bytes) {
      return module;
    }
  }
  return NULL;
}

static const struct known *find_known(const struct rig_symbols *symbols, const char *path,
                                      uint64_t offset) {
  for (size_t i = 0; i < symbols->count; i++) {
    if (symbols->known[i].offset == offset && strcmp(symbols->known[i].path, path) == 0) {
      return &symbols->known[i];
    }
  }
  return NULL;
}

static struct known *add_known(struct rig_symbols *symbols, const char *path, uint64_t offset) {
  if (symbols->count == CACHE_MAX) {
    return NULL;
  }
  if (symbols->count % 64 == 0) {
    struct known *grown = realloc(symbols->known, (symbols->count + 64) * sizeof *symbols->known);
    if (!grown) {
      return NULL;
    }
    symbols->known = grown;
  }
  struct known *known = &symbols->known[symbols->count++];
  memset(known, 0, sizeof *known);
  snprintf(known->path, sizeof known->path, "%s", path);
  known->offset = offset;
  return known;
}

/* Asks for every offset in `path` that is not known yet, in one call. */
static void learn(struct rig_symbols *symbols, const char *path, const struct rig_source *sources,
                  const char *const *paths, size_t count) {
  uint64_t *offsets = calloc(count + 1, sizeof *offsets);
  struct rig_line *lines = calloc(count + 1, sizeof *lines);
  size_t asked = 0;
  for (size_t i = 0; offsets && lines && i < count; i++) {
    if (paths[i] && strcmp(paths[i], path) == 0 && sources[i].offset > 0 &&
        !find_known(symbols, path, sources[i].offset) &&
        add_known(symbols, path, sources[i].offset)) {
      offsets[asked++] = sources[i].offset;
    }
  }
  if (asked > 0) {
    rig_addr2line(path, offsets, asked, lines);
    struct known *first = &symbols->known[symbols->count - asked];
    for (size_t i = 0; i < asked; i++) {
      snprintf(first[i].symbol, sizeof first[i].symbol, "%s", lines[i].symbol);
      snprintf(first[i].line, sizeof first[i].line, "%s", lines[i].line);
    }
  }
  free(offsets);
  free(lines);
}

static void name_modules(const struct module *modules, size_t module_count,
                         const uint64_t *addresses, size_t count, struct rig_source *out,
                         const char **paths) {
  for (size_t i = 0; i < count; i++) {
    memset(&out[i], 0, sizeof out[i]);
    out[i].address = addresses[i];
    const struct module *module =
        addresses[i] ? module_of(modules, module_count, addresses[i]) : NULL;
    if (module) {
      rig_clean_copy(out[i].module, sizeof out[i].module, base_name(module->path));
      out[i].offset = addresses[i] - module->base;
      paths[i] = module->path;
    }
  }
}

/* The function that a SYMBOL record names for the address: "RunPump+0x1c (pump.obj)" is in RunPump.
 */
static void name_by_record(const struct rig_trace *trace, struct rig_source *source) {
  char text[RIG_MORE_BYTES * 4 + 1];
  for (uint32_t i = rig_trace_count(trace); i > 0; i--) {
    struct rig_record record;
    if (rig_trace_record(trace, i - 1, &record) && record.kind == RIG_KIND_STATE &&
        record.call == RIG_STATE_SYMBOL && record.u.state.value == source->address) {
      rig_trace_more_text(trace, i - 1, text, sizeof text);
      text[strcspn(text, "+ ")] = '\0';
      rig_clean_copy(source->symbol, sizeof source->symbol, text);
      return;
    }
  }
}

void rig_symbols_resolve(struct rig_symbols *symbols, const struct rig_trace *trace,
                         const uint64_t *addresses, size_t count, struct rig_source *out) {
  struct module *modules = calloc(MODULES_MAX, sizeof *modules);
  const char **paths = calloc(count + 1, sizeof *paths);
  if (!modules || !paths) {
    memset(out, 0, count * sizeof *out);
    free(modules);
    free(paths);
    return;
  }
  name_modules(modules, read_modules(trace, modules), addresses, count, out, paths);
  if (symbols) {
    pthread_mutex_lock(&symbols->lock);
    for (size_t i = 0; i < count; i++) {
      if (paths[i] && !find_known(symbols, paths[i], out[i].offset)) {
        learn(symbols, paths[i], out, paths, count);
      }
      const struct known *known = paths[i] ? find_known(symbols, paths[i], out[i].offset) : NULL;
      if (known) {
        snprintf(out[i].symbol, sizeof out[i].symbol, "%s", known->symbol);
        snprintf(out[i].line, sizeof out[i].line, "%s", known->line);
      }
    }
    pthread_mutex_unlock(&symbols->lock);
  }
  for (size_t i = 0; i < count; i++) {
    if (paths[i] && out[i].symbol[0] == '\0') {
      name_by_record(trace, &out[i]);
    }
  }
  free(modules);
  free(paths);
}

char *rig_source_text(const struct rig_source *source, char *buffer, size_t size) {
  if (source->address == 0) {
    snprintf(buffer, size, "%s", "");
  } else if (source->module[0] == '\0') {
    snprintf(buffer, size, "0x%llX", (unsigned long long)source->address);
  } else if (source->symbol[0] != '\0') {
    snprintf(buffer, size, "%s!%s", source->module, source->symbol);
  } else {
    snprintf(buffer, size, "%s+0x%llX", source->module, (unsigned long long)source->offset);
  }
  return buffer;
}
