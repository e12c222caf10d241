/*
 * Looking up addresses of an image: which function, which object, which trap.
 */
#include <stdio.h>
#include <string.h>

#include "sim/loader/builtins.h"
#include "sim/loader/image_private.h"

static const struct rig_coff_section *section_at(const struct rig_image *image, uint64_t address) {
  for (size_t i = 0; i < image->link.section_count; i++) {
    const struct rig_coff_section *section = image->link.sections[i];
    if (address >= section->address && address - section->address < section->bytes) {
      return section;
    }
  }
  return NULL;
}

bool rig_image_name(const struct rig_image *image, uint64_t address, char *text, size_t size) {
  const struct rig_coff_section *section = section_at(image, address);
  if (section == NULL || section->kind != RIG_LINK_CODE) {
    return false;
  }
  size_t low = 0;
  size_t high = image->label_count;
  while (low < high) { /* the last label at or below the address */
    const size_t middle = low + (high - low) / 2;
    if (image->labels[middle].address <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const struct rig_image_label *label = low == 0 ? NULL : &image->labels[low - 1];
  if (label == NULL || label->address < section->address) {
    (void)snprintf(text, size, "%s+0x%llx (%s)", section->name,
                   (unsigned long long)(address - section->address), section->coff->path);
  } else if (label->address == address) {
    (void)snprintf(text, size, "%s (%s)", label->name, section->coff->path);
  } else {
    (void)snprintf(text, size, "%s+0x%llx (%s)", label->name,
                   (unsigned long long)(address - label->address), section->coff->path);
  }
  return true;
}

bool rig_image_place(const struct rig_image *image, uint64_t address, const char **path,
                     const char **section, uint64_t *offset) {
  const struct rig_coff_section *found = section_at(image, address);
  if (found == NULL) {
    return false;
  }
  *path = found->coff->path;
  *section = found->name;
  *offset = address - found->address;
  return true;
}

bool rig_image_code(const struct rig_image *image, unsigned object, uint64_t *low, uint64_t *high) {
  bool found = false;
  for (size_t i = 0; i < image->link.section_count; i++) {
    const struct rig_coff_section *section = image->link.sections[i];
    if (section->kind == RIG_LINK_CODE && section->coff->object == object) {
      *low = found ? *low : section->address;
      *high = section->address + section->bytes;
      found = true;
    }
  }
  return found;
}

static bool listed_before(const struct rig_link *link, size_t index) {
  for (size_t i = 0; i < index; i++) {
    if (link->imports[i].trap && !link->imports[i].handler &&
        strcmp(link->imports[i].name, link->imports[index].name) == 0) {
      return true;
    }
  }
  return false;
}

const char *rig_image_unresolved(const struct rig_image *image, size_t index) {
  const struct rig_link *link = &image->link;
  for (size_t i = 0; i < link->import_count; i++) {
    if (link->imports[i].trap && !link->imports[i].handler && !listed_before(link, i) &&
        index-- == 0) {
      return link->imports[i].name;
    }
  }
  return NULL;
}

const char *rig_image_trap(const struct rig_image *image, uint64_t address) {
  const struct rig_link *link = &image->link;
  const uint64_t end = link->traps + link->import_count * RIG_LINK_TRAP_BYTES;
  if (address >= link->traps && address < end) {
    const struct rig_link_import *import =
        &link->imports[(address - link->traps) / RIG_LINK_TRAP_BYTES];
    return import->trap ? import->name : NULL;
  }
  return rig_builtin_trap(address);
}

uint64_t rig_image_initialiser(const struct rig_image *image, size_t index) {
  return index < image->initialiser_count ? image->initialisers[index] : 0;
}

static bool within(uint64_t address, uint64_t bytes, uint64_t begin, uint64_t end) {
  return address >= begin && address <= end && bytes <= end - address;
}

bool rig_image_holds(const struct rig_image *image, uint64_t address, uint64_t bytes, bool write) {
  const struct rig_link *link = &image->link;
  const uint64_t heap = (uint64_t)(uintptr_t)image->heap;
  if (within(address, bytes, link->kind_begin[RIG_LINK_DATA], link->kind_end[RIG_LINK_DATA])) {
    return true;
  }
  if (image->guarded ? rig_guarded_holds(image, address, bytes)
                     : within(address, bytes, heap, heap + image->top)) {
    return true;
  }
  return !write &&
         within(address, bytes, link->kind_begin[RIG_LINK_CODE], link->kind_end[RIG_LINK_RDATA]);
}
