/*
 * The names that objects share: who defines them, and which members of libraries are taken for
 * them.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "sim/loader/link.h"

enum rig_status rig_link_refuse(struct rig_link *link, enum rig_status status, const char *format,
                                ...) {
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(link->error, link->size, format, arguments);
  va_end(arguments);
  return status;
}

enum rig_status rig_link_no_memory(struct rig_link *link) {
  return rig_link_refuse(link, RIG_NO_MEMORY, "no memory to load the program");
}

bool rig_link_grow(void **items, size_t *capacity, size_t count, size_t item_bytes) {
  if (count < *capacity) {
    return true;
  }
  const size_t wanted = *capacity == 0 ? 16 : *capacity * 2;
  void *grown = realloc(*items, wanted * item_bytes);
  if (grown == NULL) {
    return false;
  }
  *items = grown;
  *capacity = wanted;
  return true;
}

static uint32_t hash_of(const char *name) { /* FNV-1a */
  uint32_t hash = 2166136261u;
  for (; *name != '\0'; name++) {
    hash = (hash ^ (unsigned char)*name) * 16777619u;
  }
  return hash;
}

struct rig_link_symbol *rig_link_find(const struct rig_link *link, unsigned scope,
                                      const char *name) {
  if (link->bucket_count == 0) {
    return NULL;
  }
  const uint32_t hash = hash_of(name) + scope;
  for (size_t at = hash & (link->bucket_count - 1); link->buckets[at] != 0;
       at = (at + 1) & (link->bucket_count - 1)) {
    struct rig_link_symbol *symbol = &link->symbols[link->buckets[at] - 1];
    if (symbol->hash == hash && symbol->scope == scope && strcmp(symbol->name, name) == 0) {
      return symbol;
    }
  }
  return NULL;
}

static void put(struct rig_link *link, uint32_t index) {
  size_t at = link->symbols[index].hash & (link->bucket_count - 1);
  while (link->buckets[at] != 0) {
    at = (at + 1) & (link->bucket_count - 1);
  }
  link->buckets[at] = index + 1;
}

static bool rehash(struct rig_link *link) {
  const size_t wanted = link->bucket_count == 0 ? 256 : link->bucket_count * 2;
  uint32_t *buckets = calloc(wanted, sizeof *buckets);
  if (buckets == NULL) {
    return false;
  }
  free(link->buckets);
  link->buckets = buckets;
  link->bucket_count = wanted;
  for (uint32_t i = 0; i < link->symbol_count; i++) {
    put(link, i);
  }
  return true;
}

struct rig_link_symbol *rig_link_intern(struct rig_link *link, unsigned scope, const char *name) {
  struct rig_link_symbol *found = rig_link_find(link, scope, name);
  if (found != NULL) {
    return found;
  }
  if ((link->symbol_count + 1) * 2 > link->bucket_count && !rehash(link)) {
    return NULL;
  }
  void *symbols = link->symbols;
  if (!rig_link_grow(&symbols, &link->symbol_capacity, link->symbol_count, sizeof *link->symbols)) {
    return NULL;
  }
  link->symbols = symbols;
  struct rig_link_symbol *symbol = &link->symbols[link->symbol_count];
  *symbol = (struct rig_link_symbol){.name = name, .scope = scope, .hash = hash_of(name) + scope};
  put(link, (uint32_t)link->symbol_count++);
  return symbol;
}

static enum rig_status define(struct rig_link *link, struct rig_coff *coff, uint32_t index,
                              struct rig_link_symbol *symbol) {
  const struct rig_coff_symbol *own = &coff->symbols[index];
  if (own->section > 0 && rig_link_dropped(&coff->sections[own->section - 1])) {
    return RIG_OK; /* another object's was chosen */
  }
  const int32_t old = symbol->coff == NULL ? 0 : symbol->coff->symbols[symbol->index].section;
  if (old > 0 && rig_link_dropped(&symbol->coff->sections[old - 1])) {
    symbol->coff = NULL; /* a larger one was chosen since */
  }
  if (symbol->coff != NULL && symbol->coff->object != coff->object && link->options->dll != 0) {
    if (coff->object == link->options->dll - 1) {
      return RIG_OK; /* the program's own comes first */
    }
    if (symbol->coff->object == link->options->dll - 1) {
      symbol->coff = NULL;
    }
  }
  if (symbol->coff != NULL && symbol->coff != coff) {
    return rig_link_refuse(link, RIG_INVALID, "%s is defined twice: in %s and in %s", own->name,
                           symbol->coff->path, coff->path);
  }
  if (symbol->coff == coff && symbol->index != index) {
    return rig_link_refuse(link, RIG_INVALID, "%s is defined twice in %s", own->name, coff->path);
  }
  symbol->coff = coff;
  symbol->index = index;
  return RIG_OK;
}

static enum rig_status add_symbol(struct rig_link *link, struct rig_coff *coff, uint32_t index) {
  const struct rig_coff_symbol *own = &coff->symbols[index];
  if (own->storage != RIG_COFF_EXTERNAL && own->storage != RIG_COFF_WEAK) {
    return RIG_OK;
  }
  struct rig_link_symbol *symbol =
      rig_link_intern(link, rig_link_scope(link, coff->object), own->name);
  if (symbol == NULL) {
    return rig_link_no_memory(link);
  }
  if (own->storage == RIG_COFF_WEAK) {
    symbol->wanted = symbol->wanted || own->weak_library;
    if (symbol->weak == NULL) {
      symbol->weak = coff;
      symbol->weak_index = own->weak_default;
    }
    return RIG_OK;
  }
  if (own->section != 0) {
    return define(link, coff, index, symbol);
  }
  if (own->value != 0) { /* "the value is the size of a common symbol" */
    if (own->value > symbol->common_bytes) {
      symbol->common_bytes = own->value;
    }
    return RIG_OK;
  }
  symbol->wanted = true;
  return RIG_OK;
}

enum rig_status rig_link_add(struct rig_link *link, struct rig_coff *coff) {
  void *coffs = link->coffs;
  if (!rig_link_grow(&coffs, &link->coff_capacity, link->coff_count, sizeof *link->coffs)) {
    (void)rig_coff_close(coff);
    return rig_link_no_memory(link);
  }
  link->coffs = coffs;
  link->coffs[link->coff_count++] = coff;
  enum rig_status status = rig_link_choose(link, coff);
  for (uint32_t i = 0; i < coff->symbol_count && status == RIG_OK; i++) {
    status = add_symbol(link, coff, i);
  }
  return status;
}

/* The member to take for a wanted name: its own, or what its __imp_ form stands for. */
static uint32_t member_for(const struct rig_link *link, const struct rig_link_symbol *symbol) {
  if (!symbol->wanted || symbol->coff != NULL || symbol->common_bytes != 0) {
    return 0;
  }
  if (symbol->member != 0 || strncmp(symbol->name, "__imp_", 6) != 0) {
    return symbol->member;
  }
  const struct rig_link_symbol *plain = rig_link_find(link, symbol->scope, symbol->name + 6);
  return plain == NULL || plain->coff != NULL ? 0 : plain->member;
}

static enum rig_status take(struct rig_link *link, struct rig_link_member *member) {
  struct rig_coff *coff = member->coff;
  RIG_ASSERT(coff != NULL);
  member->taken = true;
  member->coff = NULL;
  return rig_link_add(link, coff);
}

enum rig_status rig_link_take_members(struct rig_link *link) {
  enum rig_status status = RIG_OK;
  for (size_t i = 0; i < link->member_count && status == RIG_OK; i++) {
    const unsigned object = link->members[i].coff->object;
    if ((link->options->dll != 0 && object == link->options->dll - 1) ||
        rig_link_scope(link, object) != 0) {
      status = take(link, &link->members[i]);
    }
  }
  for (bool more = status == RIG_OK; more;) {
    more = false;
    for (size_t i = 0; i < link->symbol_count; i++) { /* the list grows while it is walked */
      const uint32_t number = member_for(link, &link->symbols[i]);
      if (number == 0 || link->members[number - 1].taken) {
        continue;
      }
      status = take(link, &link->members[number - 1]);
      if (status != RIG_OK) {
        return status;
      }
      more = true;
    }
  }
  return status;
}
