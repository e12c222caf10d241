/*
 * The objects that tests/sim builds, and an image of some of them.
 */
#ifndef RIG_TESTS_SIM_OBJECTS_H
#define RIG_TESTS_SIM_OBJECTS_H

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "sim/loader/image.h"

#define OBJECT(name) RIG_BINARY_DIR "/sim-objects/" name
#define ERROR_BYTES 512

/* Loads up to four files (NULL ends them), which must succeed. */
static inline struct rig_image *load_image(rig_image_resolve *resolve, const char *entry,
                                           const char *const *paths) {
  struct rig_image *image = NULL;
  char error[ERROR_BYTES] = "";
  struct rig_image_options options = {.paths = paths, .entry = entry, .resolve = resolve};
  while (paths[options.path_count] != NULL) {
    options.path_count++;
  }
  const enum rig_status status = rig_image_load(&options, &image, error, sizeof error);
  ck_assert_msg(status == RIG_OK, "%s", error);
  return image;
}

#endif
