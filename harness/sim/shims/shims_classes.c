/*
 * Window classes: the process's own, by name and by atom. The system's (STATIC, BUTTON, EDIT,
 * Message) exist with DefWindowProc as their procedure.
 */
#include <string.h>

#include "sim/shims/shims_private.h"

extern const char rig_entry_DefWindowProcW[];

struct class_a { /* WNDCLASSEXA and W: the same but for the type of the names */
  uint32_t size;
  uint32_t style;
  uint64_t procedure;
  int32_t class_extra;
  int32_t window_extra;
  uint64_t instance;
  uint64_t icon;
  uint64_t cursor;
  uint64_t background;
  const void *menu;
  const void *name;
  uint64_t small_icon;
};
struct class_short { /* WNDCLASSA and W */
  uint32_t style;
  uint32_t unused;
  uint64_t procedure;
  int32_t class_extra;
  int32_t window_extra;
  uint64_t instance;
  uint64_t icon;
  uint64_t cursor;
  uint64_t background;
  const void *menu;
  const void *name;
};
_Static_assert(sizeof(struct class_a) == 80 && sizeof(struct class_short) == 72, "WNDCLASS");

/* Names of classes know no case (W:RegisterClass), those of objects do: a prefix keeps them apart.
 */
static uint32_t class_name(struct rig_engine *engine, const void *name, bool wide) {
  char text[RIG_SHIM_TEXT] = "class:";
  const size_t prefix = strlen(text);
  if (wide) {
    rig_shim_utf8(name, text + prefix, sizeof text - prefix);
  } else {
    strncat(text, name, sizeof text - prefix - 1);
  }
  for (char *at = text + prefix; *at != '\0'; at++) {
    if (*at >= 'A' && *at <= 'Z') {
      *at = (char)(*at - 'A' + 'a');
    }
  }
  return rig_shim_name_a(engine, text);
}

static uint32_t find_class(const struct rig_engine *engine, uint32_t name) {
  const struct rig_engine_registry *registry = &engine->registry;
  for (uint32_t i = 0; i < registry->class_count; i++) {
    if (registry->classes[i].live && registry->classes[i].name == name) {
      return i;
    }
  }
  return RIG_WIN_NONE;
}

/* The class that a name or an atom (MAKEINTATOM) names. */
static uint32_t class_of(struct rig_engine *engine, const void *name, bool wide) {
  const uint64_t atom = (uint64_t)(uintptr_t)name;
  if (atom >> 16 == 0) {
    const uint64_t index = atom - RIG_ATOM;
    return atom >= RIG_ATOM && index < engine->registry.class_count &&
                   engine->registry.classes[index].live
               ? (uint32_t)index
               : RIG_WIN_NONE;
  }
  return find_class(engine, class_name(engine, name, wide));
}

#define CS_IME 0x10000u /* its windows need no window of the input method */

static uint32_t register_class(const void *name, uint32_t style, uint64_t procedure, bool wide) {
  struct rig_engine *engine = rig_engine_current();
  struct rig_engine_registry *registry = &engine->registry;
  if ((uint64_t)(uintptr_t)name >> 16 == 0 || procedure == 0) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_PARAMETER);
  }
  const uint32_t number = class_name(engine, name, wide);
  if (find_class(engine, number) != RIG_WIN_NONE) {
    return rig_shim_fail(engine, RIG_ERROR_CLASS_EXISTS);
  }
  if (registry->class_count == RIG_CLASSES) {
    rig_engine_stop(engine, RIG_SIM_BOUND, "more than %u window classes", RIG_CLASSES);
  }
  const uint32_t index = registry->class_count++;
  registry->classes[index].name = number;
  registry->classes[index].live = 1;
  registry->classes[index].without_ime = (style & CS_IME) != 0;
  registry->classes[index].code = procedure;
  engine->registry_changed = true;
  return RIG_ATOM + index;
}

RIG_SHIM(uint32_t, RegisterClassA, const struct class_short *class) {
  return register_class(class->name, class->style, class->procedure, false);
}
RIG_SHIM(uint32_t, RegisterClassW, const struct class_short *class) {
  return register_class(class->name, class->style, class->procedure, true);
}
RIG_SHIM(uint32_t, RegisterClassExA, const struct class_a *class) {
  return register_class(class->name, class->style, class->procedure, false);
}
RIG_SHIM(uint32_t, RegisterClassExW, const struct class_a *class) {
  return register_class(class->name, class->style, class->procedure, true);
}

static uint32_t unregister(const void *name, bool wide) {
  struct rig_engine *engine = rig_engine_current();
  const uint32_t index = class_of(engine, name, wide);
  if (index == RIG_WIN_NONE) {
    return rig_shim_fail(engine, 1411); /* ERROR_CLASS_DOES_NOT_EXIST */
  }
  engine->registry.classes[index].live = 0;
  engine->registry_changed = true;
  return 1;
}
RIG_SHIM(uint32_t, UnregisterClassA, const char *name, uint64_t instance) {
  (void)instance;
  return unregister(name, false);
}
RIG_SHIM(uint32_t, UnregisterClassW, const uint16_t *name, uint64_t instance) {
  (void)instance;
  return unregister(name, true);
}

/* The system's classes, by the lower-case name that class_name makes. */
static bool is_system_class(const char *name) {
  static const char *const known[] = {"class:static",  "class:button",  "class:edit",
                                      "class:message", "class:listbox", "class:#32770"};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (strcmp(known[i], name) == 0) {
      return true;
    }
  }
  return false;
}

bool rig_shim_class_has_ime(struct rig_engine *engine, const void *name, bool wide) {
  const uint32_t class = class_of(engine, name, wide);
  return class == RIG_WIN_NONE || !engine->registry.classes[class].without_ime;
}

uint64_t rig_shim_class_code(struct rig_engine *engine, const void *name, bool wide) {
  const uint32_t class = class_of(engine, name, wide);
  if (class != RIG_WIN_NONE) {
    return engine->registry.classes[class].code;
  }
  return (uint64_t)(uintptr_t)name >> 16 != 0 &&
                 is_system_class(engine->registry.names + class_name(engine, name, wide))
             ? (uint64_t)(uintptr_t)rig_entry_DefWindowProcW
             : 0;
}
