/*
 * Which DLL the loader did not find: exit code 0xC0000135 does not name it.
 */
#ifndef RIG_LIVE_MISSING_H
#define RIG_LIVE_MISSING_H

#include <stdbool.h>
#include <stddef.h>

/* Follows the import tables from `program` through the DLLs in its folder, and looks for each name
 * there and in the NULL-ended list of `folders` (of the prefix, letter case ignored as Windows
 * does). Writes the first name that is nowhere and the file that imports it. */
bool rig_missing_dll(const char *program, const char *const *folders, char *name, size_t name_size,
                     char *importer, size_t importer_size);

#endif
