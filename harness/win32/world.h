/*
 * The world's private form: dense arrays of small fixed-width records, so that it packs by copying.
 *
 * Nothing here has implicit padding, and whatever is not in use holds zero or lies beyond a count,
 * so that equal worlds are equal bytes. An index into an array is a byte, RIG_NOBODY is none; those
 * of objects and handles are 16 bits wide, and RIG_NO_OBJECT is none.
 * Messages that lie in queues are two pools, each ordered by receiving thread and then by age: the
 * order in which posts to different threads came is nowhere to be seen.
 */
#ifndef RIG_WIN32_WORLD_H
#define RIG_WIN32_WORLD_H

#include <string.h>

#include "core/assert.h"
#include "win32/names.h"
#include "win32/win32.h"

/* ---- limits: a hit sets world->limit (rig_world_limit tells the name) ---- */
#define RIG_WORLD_THREADS 16u
#define RIG_WORLD_WINDOWS RIG_WIN_WINDOWS
#define RIG_WORLD_OBJECTS 1024u
#define RIG_WORLD_HANDLES 1024u
#define RIG_WORLD_TIMERS 32u
#define RIG_WORLD_POSTED 10240u /* more than Windows' quota of one queue */
#define RIG_WORLD_SENT 256u
#define RIG_WORLD_NESTED 8u    /* sends of one thread within each other */
#define RIG_WORLD_RECEIVED 16u /* sent messages that one thread handles within each other */
#define RIG_WORLD_TICKETS 64u
#define RIG_WORLD_APCS 64u

#define RIG_NOBODY 0xFFu
#define RIG_NO_OBJECT 0xFFFFu
#define RIG_HUNG 0xFFFFFFFFu /* world_thread.looked: longer ago than anybody asks for */
#define RIG_HUNG_MS 5000u    /* wine: server/queue.c, is_queue_hung */

/* A message in a queue. */
struct world_item {
  uint64_t wparam;
  uint64_t lparam;
  uint32_t message;
  uint32_t time;
  uint32_t origin;
  uint8_t window; /* 0: the thread's own */
  uint8_t flags;  /* posted: WORLD_ITEM_* */
  uint8_t ref;    /* sent: who waits for the result, WORLD_REF_* or a slot or a ticket */
  uint8_t reserved;
};
#define WORLD_ITEM_LATE 1u /* came after a timer or paint message was seen: that one goes first */
#define WORLD_ITEM_SEEN 2u /* dialect seen_comes_first: the next that is retrieved */

/* Below WORLD_REF_TICKET: a slot, sender * RIG_WORLD_NESTED + how deep. */
#define WORLD_REF_TICKET 128u
#define WORLD_REF_NOBODY 0xFEu /* the sender is gone, or did not wait for it to the end */
#define WORLD_REF_NOTIFY 0xFFu /* SendNotifyMessage */

/* The result of a sent message, kept for its sender (wine: struct message_result). */
struct world_result {
  uint64_t result;
  uint32_t deadline; /* RIG_WIN_FOREVER without */
  uint8_t state;     /* enum world_result_state */
  uint8_t receiver;
  uint8_t replied;
  uint8_t error; /* 0, ERROR_ACCESS_DENIED, or WORLD_ERROR_TIMEOUT */
};
enum world_result_state { WORLD_RESULT_FREE, WORLD_RESULT_QUEUED, WORLD_RESULT_RECEIVED };
#define WORLD_ERROR_TIMEOUT 0xFFu /* 1460 does not fit */

/* A sent message that a thread is handling (wine: struct received_message_info). */
struct world_received {
  uint8_t ref;
  uint8_t replied;
};

enum world_life { WORLD_UNBORN, WORLD_ALIVE, WORLD_ENDED };
enum world_wait_state { WORLD_WAIT_NONE, WORLD_WAIT_PENDING, WORLD_WAIT_OVER };
#define WORLD_WAIT_ALL 1u
#define WORLD_WAIT_ALERTABLE 2u
#define WORLD_WAIT_QUEUE 4u       /* the thread's own queue is the last object */
#define WORLD_WAIT_QUEUE_FIRST 8u /* and the first to be looked at: dialect input_before_handle */

/* A thread and its queue (wine: struct msg_queue, struct thread_wait). */
struct world_thread {
  uint64_t wait_mask;     /* the objects it waits for, object_bit of each; 0 unless PENDING */
  uint32_t wait_deadline; /* RIG_WIN_FOREVER */
  uint32_t wait_status;   /* once OVER */
  uint32_t looked;        /* when it last looked for messages; RIG_HUNG */
  uint32_t quit_code;
  uint32_t exit_code;
  uint16_t wake_bits;
  uint16_t changed_bits;
  uint16_t wake_mask; /* of the wait, or what one left behind (mask_cached) */
  uint16_t changed_mask;
  uint16_t posted; /* how many of the pool are this thread's */
  uint16_t sent;
  uint16_t next_timer; /* the next id of a timer without a window */
  uint8_t life;        /* enum world_life */
  uint8_t queue;       /* it has one */
  uint8_t quit;
  uint8_t seen; /* dialect seen_comes_first: a timer or paint message was; later posts are LATE */
  uint8_t wait_state;
  uint8_t wait_flags;
  uint8_t wait_count; /* objects, without the queue */
  uint8_t wait_order; /* see wait.c */
  uint8_t received;   /* depth of the stack */
  uint8_t nested;     /* sends in progress */
  uint8_t apcs;
  uint8_t active; /* its active window, and the one with the focus; 0: none */
  uint8_t focus;
  uint8_t reserved;
};

struct world_waited {
  uint16_t handle[RIG_WIN_WAIT_MAX]; /* index */
  uint16_t object[RIG_WIN_WAIT_MAX];
};

struct world_window {
  uint64_t code;
  uint64_t data;
  uint8_t alive;
  uint8_t thread;
  uint8_t paint;
  uint8_t kind; /* RIG_WIN_WINDOW_* */
  uint8_t shown;
  uint8_t order; /* how far up it was raised (activation.c) */
  uint8_t reserved[2];
};

struct world_object {
  uint32_t count; /* MUTEX: recursion; SEMAPHORE */
  uint32_t limit; /* SEMAPHORE; TIMER: its period */
  uint32_t due;   /* TIMER: RIG_WIN_FOREVER when it is not running; else 0 */
  uint16_t name;  /* 0: none */
  uint16_t refs;  /* handles */
  uint8_t kind;   /* enum rig_win_object */
  uint8_t flags;
  uint8_t owner; /* MUTEX: RIG_NOBODY; THREAD: which */
  uint8_t reserved;
};
#define WORLD_MANUAL 1u
#define WORLD_SET 2u
#define WORLD_ABANDONED 4u

/* An object's index + 1 and the rights to it; 0: free. */
#define WORLD_SYNCHRONIZE 0x8000u
#define WORLD_HANDLE_OBJECT 0x7FFFu

/* Ordered by thread, pending before expired, and within each as Wine's two lists are. */
struct world_timer {
  uint64_t id;
  uint64_t code;
  uint32_t due;
  uint32_t period;
  uint8_t thread;
  uint8_t expired;
  uint8_t window;
  uint8_t reserved[5];
};

struct world_apc {
  uint64_t code;
  uint64_t argument;
};

/* What the packed form begins with. */
struct world_head {
  uint32_t now;
  uint16_t posted;
  uint16_t sent;
  uint16_t objects; /* up to the last in use */
  uint16_t handles;
  uint8_t threads; /* made so far: numbers are not given twice */
  uint8_t windows; /* ever in use: a number is given again when all were used */
  uint8_t tickets;
  uint8_t timers;
  uint8_t apcs;
  uint8_t foreground; /* thread + 1; 0: none */
  uint8_t reserved[6];
};

_Static_assert(sizeof(struct world_item) == 32, "no padding");
_Static_assert(sizeof(struct world_result) == 16, "no padding");
_Static_assert(sizeof(struct world_received) == 2, "no padding");
_Static_assert(sizeof(struct world_thread) == 56, "no padding");
_Static_assert(sizeof(struct world_window) == 24, "no padding");
_Static_assert(sizeof(struct world_object) == 20, "no padding");
_Static_assert(sizeof(struct world_timer) == 32, "no padding");
_Static_assert(sizeof(struct world_head) == 24, "no padding");
_Static_assert(RIG_WORLD_THREADS *RIG_WORLD_NESTED <= WORLD_REF_TICKET, "slots and tickets");
_Static_assert(WORLD_REF_TICKET + RIG_WORLD_TICKETS <= WORLD_REF_NOBODY, "slots and tickets");
_Static_assert(RIG_WORLD_OBJECTS < WORLD_HANDLE_OBJECT && RIG_WORLD_OBJECTS <= RIG_NO_OBJECT,
               "an object's index fits everywhere");

struct rig_world {
  struct world_head head;
  struct world_thread threads[RIG_WORLD_THREADS];
  struct world_window windows[RIG_WORLD_WINDOWS];
  struct world_object objects[RIG_WORLD_OBJECTS];
  uint16_t handles[RIG_WORLD_HANDLES]; /* WORLD_HANDLE_OBJECT, WORLD_SYNCHRONIZE */
  struct world_timer timers[RIG_WORLD_TIMERS];
  struct world_result tickets[RIG_WORLD_TICKETS];
  struct world_apc apcs[RIG_WORLD_APCS]; /* ordered by thread, then age */
  struct world_result slots[RIG_WORLD_THREADS][RIG_WORLD_NESTED];
  struct world_received received[RIG_WORLD_THREADS][RIG_WORLD_RECEIVED];
  struct world_waited waited[RIG_WORLD_THREADS];
  struct world_item sent[RIG_WORLD_SENT];
  struct world_item posted[RIG_WORLD_POSTED];
  /* not part of the state */
  struct rig_dialect dialect;
  const char *limit;
  struct rig_win_touch touch;
};

#include "win32/touch.h"

/* ---- sets of objects ---- */

/* One bit for each object, folded modulo 64: of at most so many objects the set is exact, of more
 * it tells who is not in it. */
#define OBJECT_BITS 64u
static inline uint64_t object_bit(uint32_t object) {
  return 1ull << object % OBJECT_BITS;
}
static inline bool objects_exact(const struct rig_world *world) {
  return world->head.objects <= OBJECT_BITS;
}

/* ---- between the files of this folder ---- */

static inline bool alive(const struct rig_world *world, uint32_t thread) {
  return thread < world->head.threads && world->threads[thread].life == WORLD_ALIVE;
}
/* The window's record, NULL when there is none (any more). */
static inline struct world_window *window_at(const struct rig_world *world, uint32_t window) {
  reads(world, TOUCH_WINDOWS);
  if (window == 0 || window > world->head.windows || !world->windows[window - 1].alive) {
    return NULL;
  }
  return (struct world_window *)(uintptr_t)&world->windows[window - 1];
}
/* Returns false, with `name` as what was hit. */
bool rig_world_hit_limit(struct rig_world *world, const char *name);
uint32_t rig_world_later(const struct rig_world *world, uint32_t ms); /* now + ms; FOREVER stays */

/* items.c: the two pools */
struct world_item *rig_posted_of(struct rig_world *world, uint32_t thread);
struct world_item *rig_sent_of(struct rig_world *world, uint32_t thread);
bool rig_posted_add(struct rig_world *world, uint32_t thread, const struct world_item *item);
bool rig_sent_add(struct rig_world *world, uint32_t thread, const struct world_item *item);
void rig_posted_remove(struct rig_world *world, uint32_t thread, uint32_t index);
void rig_sent_remove(struct rig_world *world, uint32_t thread, uint32_t index);
struct world_item rig_item_of(const struct rig_world *world, uint32_t window,
                              const struct rig_win_message *message);
struct rig_win_message rig_item_message(const struct world_item *item);

/* queue.c */
void rig_queue_create(struct rig_world *world, uint32_t thread);
void rig_queue_set_bits(struct rig_world *world, uint32_t thread, uint32_t bits);
void rig_queue_clear_bits(struct rig_world *world, uint32_t thread, uint32_t bits);
bool rig_queue_signalled(const struct world_thread *thread);
void rig_queue_paint(struct rig_world *world, uint32_t thread);
void rig_queue_forget_window(struct rig_world *world, uint32_t thread, uint32_t window);

/* retrieve.c */
enum rig_win_state rig_retrieve_step(struct rig_world *world, struct rig_win_call *call);
enum rig_win_state rig_dispatch_step(struct rig_world *world, struct rig_win_call *call);

/* receive.c: begins to handle the oldest sent message, into call->run; false without one. */
bool rig_receive_begin(struct rig_world *world, struct rig_win_call *call);
void rig_receive_end(struct rig_world *world, uint32_t thread, uint64_t result);

/* send.c */
enum rig_win_state rig_send_step(struct rig_world *world, struct rig_win_call *call);
struct world_result *rig_send_result(struct rig_world *world, uint32_t ref); /* NULL: nobody's */
void rig_send_receive(struct rig_world *world, uint32_t ref); /* its receiver begins to handle it */
void rig_send_store(struct rig_world *world, uint32_t ref, uint64_t result, uint32_t error);
void rig_send_withdraw(struct rig_world *world,
                       uint32_t ref); /* its sender does not wait any more */
void rig_send_expire(struct rig_world *world, uint32_t thread, uint32_t depth);

/* wait.c */
struct wait_request {
  uint32_t thread;
  uint32_t count;
  const uint32_t *handles;
  uint32_t flags; /* WORLD_WAIT_* */
  uint32_t deadline;
};
/* Begins a wait: RIG_WIN_WAITS, or DONE when it is over at once (rig_wait_take then tells) or a
 * handle is bad (*error is not 0). */
enum rig_win_state rig_wait_begin(struct rig_world *world, const struct wait_request *request,
                                  uint32_t *error);
void rig_wait_queue(struct rig_world *world, uint32_t thread); /* on its own queue, for ever */
/* The status of a wait that is over. A second look at the handles comes before an APC: *error. */
uint32_t rig_wait_take(struct rig_world *world, uint32_t thread, uint32_t *error);
void rig_wait_wake(struct rig_world *world, uint32_t thread); /* if its condition holds now */
void rig_wait_object(struct rig_world *world, uint32_t object, uint32_t max);
bool rig_wait_is_for(const struct rig_world *world, uint32_t thread, uint32_t object);
void rig_wait_expire(struct rig_world *world, uint32_t thread);
void rig_wait_cancel(struct rig_world *world, uint32_t thread);

/* calls.c */
enum rig_win_state rig_wait_step(struct rig_world *world, struct rig_win_call *call);

/* objects.c */
bool rig_object_signalled(const struct rig_world *world, uint32_t object, uint32_t thread);
bool rig_object_satisfied(struct rig_world *world, uint32_t object,
                          uint32_t thread); /* abandoned */
void rig_object_abandon(struct rig_world *world, uint32_t thread);
void rig_object_timers(struct rig_world *world); /* those that are due */

/* handles.c */
uint32_t rig_handle_object(const struct rig_world *world, uint32_t handle); /* RIG_NO_OBJECT */
uint32_t rig_handle_new(struct rig_world *world, const struct world_object *object, bool *existed);
uint32_t rig_handle_wanted(const struct rig_world *world, uint32_t handle, uint32_t kind,
                           uint32_t *error); /* the object of that kind, or RIG_NO_OBJECT */
/* Frees those of the objects that nobody needs any more. */
void rig_handle_release(struct rig_world *world, const uint16_t *objects, uint32_t count);
uint32_t rig_handle_thread(const struct rig_world *world, uint32_t thread); /* its object */

/* activation.c */
void rig_windows_order(struct rig_world *world, uint32_t top); /* 0: as it is */
void rig_activation_forget(struct rig_world *world, uint32_t thread, uint32_t window);
void rig_activation_end(struct rig_world *world, uint32_t thread);

/* windows.c, timers.c */
void rig_windows_end(struct rig_world *world, uint32_t thread);
uint32_t rig_windows_painted(const struct rig_world *world, uint32_t thread, uint32_t filter);
void rig_timers_forget(struct rig_world *world, uint32_t thread, uint32_t window); /* 0: all */
void rig_timers_expire(struct rig_world *world);
/* The first expired timer that the filters let through, as a WM_TIMER message. */
bool rig_timers_retrieve(struct rig_world *world, uint32_t thread, const struct rig_win_call *call,
                         bool remove, struct rig_win_message *out);

#endif
