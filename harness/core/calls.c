/*
 * Names, families and shapes of the calls, from the one list in calls.h. Compiled natively and into
 * the stub (the director compares families).
 */
#include "core/calls.h"

#include <stddef.h>
#include <string.h>

#define NAME_BYTES 40

struct call {
  char name[NAME_BYTES];
  enum rig_family family;
  enum rig_shape shape;
};

static struct call calls[RIG_CALL_COUNT] = {
    [RIG_CALL_NONE] = {"?", RIG_FAMILY_NONE, RIG_SHAPE_none},
#define RIG_X(name, family, payload)                                                               \
  [RIG_CALL_##name] = {#name, RIG_FAMILY_##family, RIG_SHAPE_##payload},
    RIG_CALLS(RIG_X)
#undef RIG_X
};

/* "::" takes one byte more than the "_" of the list. */
#define RIG_X(name, family, payload) _Static_assert(sizeof #name < NAME_BYTES, #name);
RIG_CALLS(RIG_X)
#undef RIG_X

static const char *const words[RIG_FAMILY_COUNT] = {[RIG_FAMILY_NONE] = "",
#define RIG_X(name, word) [RIG_FAMILY_##name] = word,
                                                    RIG_FAMILIES(RIG_X)
#undef RIG_X
};

/* A macro cannot turn Interface_Method into Interface::Method. This runs before main (natively) or
 * before DllMain (in the stub), so the table is constant for every thread. */
__attribute__((constructor)) static void spell_methods(void) {
  for (size_t i = 0; i < RIG_CALL_COUNT; i++) {
    char *bar = strchr(calls[i].name, '_');
    if (bar != NULL) {
      memmove(bar + 2, bar + 1, strlen(bar + 1) + 1);
      bar[0] = ':';
      bar[1] = ':';
    }
  }
}

const char *rig_call_name(unsigned call) {
  return call < RIG_CALL_COUNT ? calls[call].name : "?";
}

enum rig_family rig_call_family(unsigned call) {
  return call < RIG_CALL_COUNT ? calls[call].family : RIG_FAMILY_NONE;
}

enum rig_shape rig_call_shape(unsigned call) {
  return call < RIG_CALL_COUNT ? calls[call].shape : RIG_SHAPE_none;
}

const char *rig_family_word(unsigned family) {
  return family < RIG_FAMILY_COUNT ? words[family] : "?";
}

enum rig_family rig_family_find(const char *word) {
  if (word[0] == '\0') {
    return RIG_FAMILY_NONE; /* the word of families that are no triggers */
  }
  for (unsigned i = 1; i < RIG_FAMILY_COUNT; i++) {
    if (strcmp(words[i], word) == 0) {
      return (enum rig_family)i;
    }
  }
  return RIG_FAMILY_NONE;
}

bool rig_family_blocks(enum rig_family family) {
  switch (family) {
  case RIG_FAMILY_MSG_WAIT:
  case RIG_FAMILY_WAIT_MESSAGE:
  case RIG_FAMILY_CO_WAIT:
  case RIG_FAMILY_HANDLE_WAIT:
  case RIG_FAMILY_SLEEP:
  case RIG_FAMILY_GET_MESSAGE:
  case RIG_FAMILY_SEND:
    return true;
  default:
    return false;
  }
}

bool rig_family_faults(enum rig_family family) {
  switch (family) {
  case RIG_FAMILY_MAPI_INITIALIZE:
  case RIG_FAMILY_MAPI_UNINITIALIZE:
  case RIG_FAMILY_MAPI_LOGON:
  case RIG_FAMILY_MAPI_ALLOCATE:
  case RIG_FAMILY_MAPI_ALLOCATE_MORE:
  case RIG_FAMILY_MAPI_FREE:
  case RIG_FAMILY_MAPI_DISPATCH_NOTIFICATIONS:
  case RIG_FAMILY_MAPI_LOGOFF:
  case RIG_FAMILY_MAPI_ADVISE:
  case RIG_FAMILY_MAPI_UNADVISE:
    return true;
  default:
    return false;
  }
}
