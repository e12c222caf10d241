/*
 * Accelerator tables: key messages that are commands. Nobody presses a key, but the program may
 * post one.
 */
#include <string.h>

#include "sim/shims/shims_private.h"

#define KEY_DOWN 0x100u
#define CHARACTER 0x102u
#define SYSTEM_KEY_DOWN 0x104u
#define SYSTEM_CHARACTER 0x106u
#define COMMAND 0x111u
#define BY_KEY 1u         /* FVIRTKEY */
#define MODIFIERS 0x1Cu   /* FSHIFT, FCONTROL, FALT */
#define WITH_ALT 0x10u    /* FALT */
#define ENTRIES_MAX 4096u /* more than any table has */

/* ACCEL, and a table of them in the program's own memory: its address is the handle. */
struct entry {
  uint8_t flags;
  uint8_t unused;
  uint16_t key;
  uint16_t command;
};
_Static_assert(sizeof(struct entry) == 6, "ACCEL");

struct table {
  uint32_t magic;
  uint32_t count;
  struct entry entries[];
};
#define MAGIC 0x4C434341u

static struct table *table_of(uint64_t handle) {
  struct rig_image *image = rig_engine_image(rig_engine_current());
  struct table *table = (struct table *)(uintptr_t)handle;
  return image != NULL && rig_image_block_bytes(image, handle) >= sizeof *table &&
                 table->magic == MAGIC
             ? table
             : NULL;
}

static uint64_t make_table(const void *entries, int32_t count) {
  if (entries == NULL || count <= 0 || count > (int32_t)ENTRIES_MAX) {
    return rig_shim_fail(rig_engine_current(), RIG_ERROR_INVALID_PARAMETER);
  }
  const uint64_t bytes = (uint64_t)count * sizeof(struct entry);
  struct table *table = (struct table *)(uintptr_t)rig_shim_allocate(sizeof *table + bytes);
  if (table != NULL) {
    *table = (struct table){.magic = MAGIC, .count = (uint32_t)count};
    memcpy(table->entries, entries, bytes);
  }
  return (uint64_t)(uintptr_t)table;
}

RIG_SHIM(uint64_t, CreateAcceleratorTableA, const void *entries, int32_t count) {
  return make_table(entries, count);
}
RIG_SHIM(uint64_t, CreateAcceleratorTableW, const void *entries, int32_t count) {
  return make_table(entries, count);
}
RIG_SHIM(uint32_t, DestroyAcceleratorTable, uint64_t handle) {
  const struct table *table = table_of(handle);
  return table != NULL && rig_image_release(rig_engine_image(rig_engine_current()), handle);
}

/* No modifier is ever held down; WM_SYSKEYDOWN tells of Alt by a bit of its lParam (wine:
 * dlls/win32u/menu.c, translate_accelerator). */
static bool is_meant(const struct entry *entry, const struct rig_msg *msg) {
  const bool by_key = (entry->flags & BY_KEY) != 0;
  if (entry->key != msg->wparam) {
    return false;
  }
  if (msg->message == CHARACTER || msg->message == SYSTEM_CHARACTER) {
    return !by_key && (entry->flags & WITH_ALT) == 0;
  }
  if (by_key) {
    return (entry->flags & MODIFIERS) == 0;
  }
  return (msg->lparam & 0x01000000u) == 0 && (entry->flags & WITH_ALT) != 0 &&
         (msg->lparam & 0x20000000u) != 0;
}

/* The command of the message; false: it is none. */
static bool find(uint64_t handle, const struct rig_msg *msg, uint16_t *command) {
  const struct table *table = table_of(handle);
  const bool key = msg->message == KEY_DOWN || msg->message == CHARACTER ||
                   msg->message == SYSTEM_KEY_DOWN || msg->message == SYSTEM_CHARACTER;
  for (uint32_t i = 0; table != NULL && key && i < table->count; i++) {
    if (is_meant(&table->entries[i], msg)) {
      *command = table->entries[i].command;
      return true;
    }
  }
  return false;
}

/* A command is sent to the window, and the message is done with (W:TranslateAccelerator). */
static uint32_t accelerate(enum rig_call name, uint64_t caller, uint64_t hwnd, uint64_t handle,
                           const struct rig_msg *msg) {
  struct rig_engine *engine = rig_engine_current();
  union rig_payload payload = {.message = {.hwnd = (uint32_t)msg->hwnd,
                                           .message = msg->message,
                                           .wparam = msg->wparam,
                                           .lparam = msg->lparam}};
  uint16_t command = 0;
  const uint32_t enter = rig_engine_enter(engine, name, caller, &payload, NULL, 0);
  const bool met =
      rig_win_is_window(engine->world, rig_shim_window(hwnd)) && find(handle, msg, &command);
  if (met) {
    struct rig_win_call call = {.api = RIG_WIN_SEND,
                                .window = rig_shim_window(hwnd),
                                .first = COMMAND,
                                .wparam = 0x10000u | command,
                                .timeout_ms = RIG_WIN_FOREVER};
    rig_engine_act(engine, &call);
  }
  payload.message.result = met;
  rig_engine_leave(engine, enter, name, caller, &payload);
  return met;
}

RIG_SHIM(uint32_t, TranslateAcceleratorA, uint64_t hwnd, uint64_t table,
         const struct rig_msg *msg) {
  return accelerate(RIG_CALL_TranslateAcceleratorA, RIG_RETURN_ADDRESS, hwnd, table, msg);
}
RIG_SHIM(uint32_t, TranslateAcceleratorW, uint64_t hwnd, uint64_t table,
         const struct rig_msg *msg) {
  return accelerate(RIG_CALL_TranslateAcceleratorW, RIG_RETURN_ADDRESS, hwnd, table, msg);
}
