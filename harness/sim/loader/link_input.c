/*
 * The program's files: objects are taken, libraries' members offered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/loader/link.h"

/* gcc's slim LTO objects hold compressed intermediate code alone. */
static bool intermediate(const struct rig_coff *coff) {
  bool lto = false;
  for (uint32_t i = 0; i < coff->section_count; i++) {
    const struct rig_coff_section *section = &coff->sections[i];
    if ((section->flags & RIG_COFF_CODE) != 0 && section->bytes != 0) {
      return false;
    }
    lto = lto || strncmp(section->name, ".gnu.lto_", 9) == 0;
  }
  return lto;
}

static bool constructs(const struct rig_coff_section *section) {
  return section->bytes != 0 &&
         (strncmp(section->name, ".ctors", 6) == 0 || strncmp(section->name, ".CRT$X", 6) == 0);
}

static enum rig_status check(struct rig_link *link, const struct rig_coff *coff) {
  if (intermediate(coff)) {
    return rig_link_refuse(link, RIG_INVALID,
                           "%s holds gcc's intermediate code, not machine code: compile without "
                           "-flto",
                           coff->path);
  }
  for (uint32_t i = 0; i < coff->section_count; i++) {
    if (strncmp(coff->sections[i].name, ".tls", 4) == 0 && coff->sections[i].bytes != 0) {
      return rig_link_refuse(link, RIG_UNSUPPORTED,
                             "%s has thread-local variables (section %s, _tls_index), which are "
                             "not simulated: keep them in a struct that each thread owns",
                             coff->path, coff->sections[i].name);
    }
    if (constructs(&coff->sections[i]) && rig_link_scope(link, coff->object) != 0) {
      return rig_link_refuse(link, RIG_UNSUPPORTED,
                             "%s has constructors (section %s), which are not simulated in a DLL: "
                             "make what they make in DllMain",
                             coff->path, coff->sections[i].name);
    }
  }
  return RIG_OK;
}

/* Remembers what the member defines; the first of several libraries wins. */
static enum rig_status offer(struct rig_link *link, struct rig_coff *coff) {
  void *members = link->members;
  if (!rig_link_grow(&members, &link->member_capacity, link->member_count, sizeof *link->members)) {
    (void)rig_coff_close(coff);
    return rig_link_no_memory(link);
  }
  link->members = members;
  link->members[link->member_count++] = (struct rig_link_member){.coff = coff};
  for (uint32_t i = 0; i < coff->symbol_count; i++) {
    const struct rig_coff_symbol *own = &coff->symbols[i];
    if (own->storage != RIG_COFF_EXTERNAL || (own->section == 0 && own->value == 0)) {
      continue;
    }
    struct rig_link_symbol *symbol =
        rig_link_intern(link, rig_link_scope(link, coff->object), own->name);
    if (symbol == NULL) {
      return rig_link_no_memory(link);
    }
    if (symbol->member == 0) {
      symbol->member = (uint32_t)link->member_count;
    }
  }
  return RIG_OK;
}

static enum rig_status read_member(struct rig_link *link, size_t file,
                                   const struct rig_archive_member *member) {
  char path[RIG_ARCHIVE_NAME_BYTES + 520];
  struct rig_coff *coff = NULL;
  (void)snprintf(path, sizeof path, "%.511s(%s)", link->files[file].path, member->name);
  if (rig_coff_short_import(member->data, member->bytes)) {
    return RIG_OK; /* what it imports is simulated by name */
  }
  enum rig_status status = rig_coff_open(path, (unsigned)file, member->data, member->bytes, &coff,
                                         link->error, link->size);
  if (status != RIG_OK) {
    return status;
  }
  if (coff->imports) {
    (void)rig_coff_close(coff);
    return RIG_OK;
  }
  status = check(link, coff);
  if (status != RIG_OK) {
    (void)rig_coff_close(coff);
    return status;
  }
  return offer(link, coff);
}

static enum rig_status read_archive(struct rig_link *link, size_t file,
                                    struct rig_archive *archive) {
  struct rig_archive_member member;
  char why[200];
  enum rig_status status = RIG_OK;
  while (status == RIG_OK) {
    status = rig_archive_next(archive, &member, why, sizeof why);
    if (status == RIG_OK) {
      status = read_member(link, file, &member);
    } else if (status != RIG_NOT_FOUND) {
      return rig_link_refuse(link, status, "%s %s", link->files[file].path, why);
    } else {
      return RIG_OK;
    }
  }
  return status;
}

static enum rig_status read_file(struct rig_link *link, size_t index) {
  const struct rig_link_file *file = &link->files[index];
  struct rig_archive archive;
  if (rig_archive_open(&archive, file->data, file->bytes)) {
    return read_archive(link, index, &archive);
  }
  struct rig_coff *coff = NULL;
  enum rig_status status = rig_coff_open(file->path, (unsigned)index, file->data, file->bytes,
                                         &coff, link->error, link->size);
  if (status == RIG_OK) {
    status = check(link, coff);
    if (status != RIG_OK) {
      (void)rig_coff_close(coff);
      return status;
    }
    status = rig_link_add(link, coff);
  }
  return status;
}

enum rig_status rig_link_read(struct rig_link *link) {
  enum rig_status status = RIG_OK;
  for (size_t i = 0; i < link->file_count && status == RIG_OK; i++) {
    status = read_file(link, i);
  }
  if (status == RIG_OK && link->options->entry != NULL) {
    struct rig_link_symbol *entry = rig_link_intern(link, 0, link->options->entry);
    if (entry == NULL) {
      return rig_link_no_memory(link);
    }
    entry->wanted = true;
  }
  return status == RIG_OK ? rig_link_take_members(link) : status;
}

void rig_link_free(struct rig_link *link) {
  for (size_t i = 0; i < link->coff_count; i++) {
    (void)rig_coff_close(link->coffs[i]);
  }
  for (size_t i = 0; i < link->member_count; i++) {
    (void)rig_coff_close(link->members[i].coff);
  }
  for (size_t i = 0; i < link->file_count; i++) {
    if (link->files[i].owned) {
      free(link->files[i].data);
    }
  }
  free(link->files);
  free(link->coffs);
  free(link->members);
  free(link->symbols);
  free(link->buckets);
  free(link->imports);
  free(link->sections);
}
