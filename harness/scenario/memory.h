/*
 * An arena: many small allocations that live and end together. A scenario and the tree it is read
 * from each have one, so that no path of a loader that finds twenty mistakes has to free anything.
 */
#ifndef RIG_SCENARIO_MEMORY_H
#define RIG_SCENARIO_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

struct rig_arena;

/* NULL when out of memory. */
struct rig_arena *rig_arena_new(void);

/* Zeroed memory, aligned for any type, that lives as long as the arena. NULL when out of memory,
 * which the arena remembers: a loader may check rig_arena_failed once, at its end. */
void *rig_arena_take(struct rig_arena *arena, size_t bytes);

/* A terminated copy of `length` bytes. */
char *rig_arena_copy(struct rig_arena *arena, const char *text, size_t length);

bool rig_arena_failed(const struct rig_arena *arena);

/* Returns NULL; NULL allowed. */
struct rig_arena *rig_arena_free(struct rig_arena *arena);

#endif
