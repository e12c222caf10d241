/*
 * Retrieval: PeekMessage, GetMessage, DispatchMessage.
 *
 * Source: wine server/queue.c (get_message, get_posted_message, get_quit_message), and
 * dlls/win32u/message.c (peek_message, NtUserGetMessage, NtUserDispatchMessage); winuser:
 * PeekMessage, GetMessage, DispatchMessage; semantics.md, "Order of retrieval".
 */
#include "win32/world.h"

enum phase { PHASE_BEGIN, PHASE_RUNS, PHASE_WAITS };

enum found { FOUND_NOTHING, FOUND_MESSAGE, FOUND_SENT, FOUND_ERROR };

static bool in_range(const struct rig_win_call *call, uint32_t message) {
  return (call->first == 0 && call->last == 0) || (message >= call->first && message <= call->last);
}

static bool wanted(const struct rig_win_call *call, const struct world_item *item) {
  if (call->window == RIG_WIN_NONE ? item->window != 0
                                   : call->window != 0 && item->window != call->window) {
    return false;
  }
  return in_range(call, item->message);
}

static bool retrieve_posted(struct rig_world *world, struct rig_win_call *call, bool late,
                            bool remove) {
  struct world_thread *self = &world->threads[call->thread];
  struct world_item *items = rig_posted_of(world, call->thread);
  uint32_t found = self->posted;
  for (uint32_t i = 0; i < self->posted; i++) {
    if (!wanted(call, &items[i]) || (!late && self->seen && items[i].flags & WORLD_ITEM_LATE)) {
      continue;
    }
    if (found == self->posted) {
      found = i;
    }
    if (items[i].flags & WORLD_ITEM_SEEN) {
      found = i;
      break;
    }
  }
  if (found == self->posted) {
    return false;
  }
  call->message = rig_item_message(&items[found]);
  if (remove) {
    rig_posted_remove(world, call->thread, found);
    if (self->posted == 0 && !self->quit) {
      rig_queue_clear_bits(world, call->thread, QS_POSTMESSAGE | QS_ALLPOSTMESSAGE);
    }
  } else if (world->dialect.seen_comes_first) {
    for (uint32_t i = 0; i < self->posted; i++) {
      items[i].flags &= (uint8_t)~WORLD_ITEM_SEEN;
    }
    items[found].flags |= WORLD_ITEM_SEEN;
  }
  return true;
}

/* After every posted message, whatever the filters are. */
static bool retrieve_quit(struct rig_world *world, struct rig_win_call *call, bool remove) {
  struct world_thread *self = &world->threads[call->thread];
  if (!self->quit) {
    return false;
  }
  call->message = (struct rig_win_message){
      .message = WM_QUIT, .wparam = self->quit_code, .time = world->head.now};
  if (remove) {
    self->quit = 0;
    self->quit_code = 0;
    if (self->posted == 0) {
      rig_queue_clear_bits(world, call->thread,
                           world->dialect.quit_keeps_post_bit ? QS_ALLPOSTMESSAGE
                                                              : QS_POSTMESSAGE | QS_ALLPOSTMESSAGE);
    }
  }
  return true;
}

/* Where what was seen comes first, a timer or paint message that is looked at does so too: before
 * what is posted from now on, until one is taken (wine, since 8.x: ignore_post_msg). */
static void remember_seen(struct rig_world *world, uint32_t thread, bool remove) {
  struct world_thread *self = &world->threads[thread];
  if (remove && self->seen) {
    struct world_item *items = rig_posted_of(world, thread);
    for (uint32_t i = 0; i < self->posted; i++) {
      items[i].flags &= (uint8_t)~WORLD_ITEM_LATE;
    }
    self->seen = 0;
  } else if (!remove && world->dialect.seen_comes_first) {
    self->seen = 1;
  }
}

/* WM_PAINT, then WM_TIMER: made up when nothing else is there. */
static bool retrieve_made_up(struct rig_world *world, struct rig_win_call *call, uint32_t filter,
                             bool remove) {
  uint32_t window = 0;
  if (filter & QS_PAINT && in_range(call, WM_PAINT)) {
    window = rig_windows_painted(world, call->thread, call->window);
  }
  if (window != 0) {
    call->message =
        (struct rig_win_message){.window = window, .message = WM_PAINT, .time = world->head.now};
  } else if (!(filter & QS_TIMER) || !in_range(call, WM_TIMER) ||
             !rig_timers_retrieve(world, call->thread, call, remove, &call->message)) {
    return false;
  }
  remember_seen(world, call->thread, remove);
  return true;
}

/* wine: the get_message request. `masks`: what the thread will wait for when there is nothing. */
static enum found find(struct rig_world *world, struct rig_win_call *call, uint32_t flags,
                       uint32_t masks) {
  struct world_thread *self = &world->threads[call->thread];
  const bool remove = (flags & PM_REMOVE) != 0;
  uint32_t filter = flags >> 16;
  rig_queue_create(world, call->thread);
  if (call->window != 0 && call->window != RIG_WIN_NONE && window_at(world, call->window) == NULL) {
    return FOUND_ERROR;
  }
  self->looked = world->head.now;
  reads(world, TOUCH_TIME);
  if (filter == 0) {
    filter = QS_ALLINPUT;
  }
  if (rig_receive_begin(world, call)) {
    return FOUND_SENT;
  }
  uint32_t old = 0;
  if (filter & QS_POSTMESSAGE) {
    old = QS_POSTMESSAGE | QS_HOTKEY | QS_TIMER;
    if (call->first == 0 && (call->last == 0 || call->last == UINT32_MAX)) {
      old |= QS_ALLPOSTMESSAGE;
    }
  }
  old |= (filter & QS_INPUT ? QS_INPUT : 0) | (filter & QS_PAINT ? QS_PAINT : 0);
  self->changed_bits &= (uint16_t)~old;
  if (filter & QS_POSTMESSAGE &&
      (retrieve_posted(world, call, false, remove) || retrieve_quit(world, call, remove))) {
    return FOUND_MESSAGE;
  }
  if (retrieve_made_up(world, call, filter, remove)) {
    return FOUND_MESSAGE;
  }
  if (filter & QS_POSTMESSAGE && self->seen && retrieve_posted(world, call, true, remove)) {
    return FOUND_MESSAGE;
  }
  self->wake_mask = (uint16_t)(masks & (QS_SENDMESSAGE | QS_SMRESULT));
  self->changed_mask = (uint16_t)masks;
  return FOUND_NOTHING;
}

static bool overlaps(const struct rig_win_call *call, uint32_t first, uint32_t last) {
  return call->first <= last && call->last >= first;
}

/* What GetMessage waits for: posted and sent always, the rest as far as the range reaches it. */
static uint32_t get_mask(const struct rig_win_call *call) {
  if (call->first == 0 && call->last == 0) {
    return QS_ALLINPUT;
  }
  uint32_t mask = QS_POSTMESSAGE | QS_SENDMESSAGE;
  if (overlaps(call, WM_TIMER, WM_TIMER) || overlaps(call, WM_SYSTIMER, WM_SYSTIMER)) {
    mask |= QS_TIMER;
  }
  if (overlaps(call, WM_PAINT, WM_PAINT)) {
    mask |= QS_PAINT;
  }
  return mask;
}

static enum rig_win_state retrieved(struct rig_win_call *call, uint64_t result) {
  call->result = result;
  return RIG_WIN_DONE;
}

/* PeekMessage dispatches every sent message, then says what it found. GetMessage does the same and
 * goes on waiting: it does not return for a sent message. cookie: PeekMessage with a PM_QS_* flag
 * looks for sent messages only, once it has dispatched one (wine: the end of peek_message). */
enum rig_win_state rig_retrieve_step(struct rig_world *world, struct rig_win_call *call) {
  const bool get = call->api == RIG_WIN_GET_MESSAGE;
  uint32_t error = 0;
  if (call->phase == PHASE_BEGIN) {
    call->cookie = 0;
  } else if (call->phase == PHASE_RUNS) {
    rig_receive_end(world, call->thread, call->run.result);
    call->cookie = !get && call->flags >> 16 != 0;
  } else {
    if (!rig_world_ready(world, call->thread)) {
      return RIG_WIN_WAITS;
    }
    (void)rig_wait_take(world, call->thread, &error);
  }
  const uint32_t mask = get ? get_mask(call) : 0;
  uint32_t flags = get ? PM_REMOVE | mask << 16 : call->flags;
  if (call->cookie != 0) {
    flags = (flags & 0xFFFF) | QS_SENDMESSAGE << 16;
  }
  for (;;) {
    switch (find(world, call, flags, mask)) {
    case FOUND_MESSAGE:
      return retrieved(call, !get || call->message.message != WM_QUIT);
    case FOUND_SENT:
      call->phase = PHASE_RUNS;
      return RIG_WIN_RUNS;
    case FOUND_ERROR:
      call->failed = 1;
      call->error = ERROR_INVALID_WINDOW_HANDLE;
      return retrieved(call, get ? 0xFFFFFFFFu : 0);
    case FOUND_NOTHING:
      break;
    }
    if (!get) {
      return retrieved(call, 0);
    }
    rig_wait_queue(world, call->thread);
    if (!rig_world_ready(world, call->thread)) {
      call->phase = PHASE_WAITS;
      return RIG_WIN_WAITS;
    }
    (void)rig_wait_take(world, call->thread, &error);
  }
}

/* A thread message goes nowhere, WM_QUIT included. A WM_TIMER with a procedure goes to it. */
enum rig_win_state rig_dispatch_step(struct rig_world *world, struct rig_win_call *call) {
  const struct rig_win_message *message = &call->message;
  if (call->phase == PHASE_RUNS) {
    return retrieved(call, call->run.result);
  }
  call->run = (struct rig_win_run){.message = *message};
  if (message->message == WM_TIMER && message->lparam != 0) {
    call->run.kind = RIG_WIN_RUN_TIMER;
    call->run.code = message->lparam;
  } else if (message->window != 0) {
    const struct world_window *window = window_at(world, message->window);
    if (window == NULL || window->thread != call->thread) {
      call->failed = 1;
      call->error = window == NULL ? ERROR_INVALID_WINDOW_HANDLE : ERROR_MESSAGE_SYNC_ONLY;
      return retrieved(call, 0);
    }
    reads(world, touch_thread(call->thread));
    call->run.kind = RIG_WIN_RUN_PROCEDURE;
    call->run.code = window->code;
  } else {
    return retrieved(call, 0);
  }
  call->phase = PHASE_RUNS;
  return RIG_WIN_RUNS;
}
