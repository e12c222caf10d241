/*
 * Files and folders: the few operations that making, copying and deleting a prefix needs.
 */
#ifndef RIG_LIVE_FILES_H
#define RIG_LIVE_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/status.h"

#define RIG_PATH_BYTES 1024

/* printf into a path buffer of RIG_PATH_BYTES; false when it does not fit. */
__attribute__((format(printf, 2, 3))) bool rig_path(char *out, const char *format, ...);

bool rig_is_folder(const char *path);
bool rig_is_file(const char *path);

/* mkdir -p, mode 0700 for what it makes. False with errno. */
bool rig_make_folders(const char *path);

/* Copies the content of one file to a new one. False with errno. */
bool rig_copy_file(const char *from, const char *to);

/* True when both can be read and hold the same bytes. */
bool rig_same_content(const char *one, const char *other);

/* Deletes a tree without following links; a tree that does not exist is fine. */
void rig_remove_tree(const char *path);

/* Appends to a file. False with errno. */
bool rig_append_text(const char *path, const char *text);

/* Reads at most size - 1 bytes of a file's end and terminates them; "" when it cannot. */
void rig_read_tail(const char *path, char *buffer, size_t size);

#endif
