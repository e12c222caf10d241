/*
 * Any bytes as a program's files: loading, then every question that is asked of an image.
 *
 * Mutation seldom makes a library around an object: the last byte says if the input is given as it
 * is, as the one member of a library, or twice (for what happens when names meet).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/loader/image_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LIBRARY_BYTES 68u

static void require(bool condition) {
  if (!condition) {
    abort();
  }
}

static void ask_at(struct rig_image *image, uint64_t at) {
  char text[64] = "";
  const char *path = NULL;
  const char *section = NULL;
  uint64_t offset = 0;
  uint64_t frames[8];
  uint64_t stack[32];
  struct rig_image_registers registers = {.rip = at};
  if (rig_image_name(image, at, text, sizeof text)) {
    require(text[0] != '\0');
    require(rig_image_place(image, at, &path, &section, &offset));
    require(path != NULL && section != NULL);
  }
  (void)rig_image_trap(image, at);
  (void)rig_image_holds(image, at, 4096, false);
  registers.general[4] = (uint64_t)(uintptr_t)stack;
  registers.general[5] = (uint64_t)(uintptr_t)(stack + 16);
  for (size_t i = 0; i < 32; i++) {
    stack[i] = i % 2 == 0 ? at + i : (uint64_t)(uintptr_t)(stack + i);
  }
  require(rig_image_unwind(image, &registers, (uint64_t)(uintptr_t)stack,
                           (uint64_t)(uintptr_t)(stack + 32), frames, 8) <= 8);
}

static void ask(struct rig_image *image) {
  const struct rig_link *link = &image->link;
  uint64_t step = (link->kind_end[RIG_LINK_DATA] - link->base) / 200 + 13;
  for (uint64_t at = link->base; at < link->kind_end[RIG_LINK_DATA] + step; at += step) {
    ask_at(image, at);
  }
  for (size_t i = 0; rig_image_unresolved(image, i) != NULL; i++) {
    require(rig_image_unresolved(image, i)[0] != '\1' || i < link->import_count);
  }
  for (size_t i = 0; i < link->section_count; i++) {
    const struct rig_coff_section *section = link->sections[i];
    require(rig_image_holds(image, section->address, section->bytes, false));
    ask_at(image, section->address + section->bytes / 2);
  }
  if (link->data_used - link->kind_begin[RIG_LINK_DATA] < 65536) {
    uint64_t *state = malloc(65536 / 64 * 72 + 64);
    require(state != NULL);
    rig_image_load_state(image, state, rig_image_save(image, state));
    free(state);
  }
}

static void load(const struct rig_image_input *inputs, size_t count, const char *entry) {
  static const char *const paths[] = {"a.o", "b.o"};
  char error[300] = "";
  struct rig_image *image = NULL;
  const struct rig_image_options options = {.paths = paths, .path_count = count, .entry = entry};
  if (rig_image_load_inputs(&options, inputs, count, &image, error, sizeof error) != RIG_OK) {
    require(image == NULL && error[0] != '\0');
    return;
  }
  ask(image);
  require(rig_image_free(image) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const struct rig_image_input twice[2] = {{"a.o", data, size}, {"b.o", data, size}};
  const unsigned how = size == 0 ? 0 : data[size - 1] % 4u;
  if (how == 1) {
    uint8_t *library = malloc(size + LIBRARY_BYTES + 1);
    require(library != NULL);
    (void)snprintf((char *)library, LIBRARY_BYTES + 1, "!<arch>\n%-16s%-12d%-6d%-6d%-8d%-10zu`\n",
                   "a.o/", 0, 0, 0, 644, size);
    memcpy(library + LIBRARY_BYTES, data, size);
    const struct rig_image_input input = {"a.lib", library, size + LIBRARY_BYTES};
    load(&input, 1, "helper_twice");
    free(library);
  } else {
    load(twice, how == 2 ? 2 : 1, how == 3 ? "helper_twice" : NULL);
  }
  return 0;
}
