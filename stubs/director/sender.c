/*
 * The senders.
 *
 * A send must be *in the receiver's queue* when its step counts as performed, and must be withdrawn
 * when it times out, as a real sender's is. SendMessageCallback returns when the message is
 * enqueued, but it has no time-out: the message stays and is received late. SendMessageTimeout
 * withdraws it, but says nothing until it returns. What a thread does inside SendMessageTimeout
 * tells: it serves messages that are sent to it (W:SendMessageTimeout, without SMTO_BLOCK), and
 * only once its own is on its way. So a *ping* is sent to the sender's window beforehand; when its
 * window procedure gets it, the message is in the receiver's queue. tests/win32/send.c proves both
 * claims.
 */
#include "sender.h"

#include "address.h"
#include "recorder/recorder.h"
#include "state.h"
#include "stimuli.h"

#define SENDER_CLASS L"mapirig sender"
#define PING (WM_APP + 1)

/* How long a sender may take to start or to enqueue, unscaled: a client's thread that is held at a
 * boundary inside the loader lock keeps a new thread from starting. */
#define SENDER_PATIENCE_MS 2000u

enum sender_state { ABSENT, STARTING, IDLE, GO, ENQUEUED, FAILED };

struct sender {
  uint32_t state; /* atomic, enum sender_state */
  HWND own;       /* its message-only window */
  HWND window;    /* the rest: of the send under way */
  enum rig_action action;
  uint32_t token;
  DWORD timeout_ms;
  DWORD error;
  uint32_t taken; /* atomic: 1 until the one who asked has seen ENQUEUED or FAILED */
  uint32_t over;  /* atomic: 1 when its fate is recorded */
  union rig_payload performed;
};

static struct sender senders[DIR_SENDERS_MAX];
static DWORD sender_slot = TLS_OUT_OF_INDEXES; /* the sender of a thread, for its procedure */

static void tell(struct sender *sender, enum sender_state state) {
  __atomic_store_n(&sender->state, state, __ATOMIC_SEQ_CST);
  dir_address_wake(&sender->state);
}

static uint32_t state_of(const struct sender *sender) {
  return __atomic_load_n(&sender->state, __ATOMIC_SEQ_CST);
}

/* Waits until the state is no longer `old`; false after `ms`. */
static bool await_change(const struct sender *sender, uint32_t old, double ms) {
  const double until = dir_ms() + ms;
  while (state_of(sender) == old) {
    if (dir_ms() > until) {
      return false;
    }
    dir_address_wait(&sender->state, old, 10000);
  }
  return true;
}

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  if (message == PING) {
    struct sender *sender = TlsGetValue(sender_slot);
    uint32_t go = GO;
    if (sender != NULL && __atomic_compare_exchange_n(&sender->state, &go, ENQUEUED, false,
                                                      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
      dir_address_wake(&sender->state);
    }
    return 0;
  }
  return DefWindowProcW(window, message, wparam, lparam);
}

/* A receiver that ends without an answer counts as a time-out: nobody served the message. */
static void answered(const struct sender *sender, uint32_t token, union rig_payload payload,
                     LRESULT result, DWORD error) {
  payload.stimulus.phase = error == 0 ? RIG_STIMULUS_REPLIED : RIG_STIMULUS_TIMED_OUT;
  payload.stimulus.result = (uint32_t)result;
  payload.stimulus.error = error;
  dir_stimulus_answered(token, sender->action, &payload);
}

static void send_one(struct sender *sender) {
  const uint32_t token = sender->token;
  const union rig_payload performed = sender->performed;
  DWORD_PTR reply = 0;
  SetLastError(0);
  const LRESULT sent = SendMessageTimeoutW(sender->window, performed.stimulus.message, token, 0,
                                           SMTO_NORMAL, sender->timeout_ms, &reply);
  DWORD error = sent != 0 ? 0 : GetLastError();
  if (sent == 0 && error == 0) {
    error = ERROR_TIMEOUT; /* W:SendMessageTimeout: 0 without an error is a time-out too */
  }
  /* Returned before the ping was served: a reply or a time-out means it was on its way. */
  const bool was_queued = state_of(sender) == ENQUEUED || error == 0 || error == ERROR_TIMEOUT;
  if (!was_queued) {
    sender->error = error;
    tell(sender, FAILED);
    return;
  }
  if (state_of(sender) == GO) {
    tell(sender, ENQUEUED);
  }
  answered(sender, token, performed, (LRESULT)reply, error);
  __atomic_store_n(&sender->over, 1, __ATOMIC_SEQ_CST);
  dir_address_wake(&sender->over);
}

static DWORD WINAPI sender_main(void *context) {
  struct sender *sender = context;
  rec_thread_own(REC_OWNER_STUB);
  TlsSetValue(sender_slot, sender);
  sender->own = CreateWindowExW(0, SENDER_CLASS, L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL,
                                GetModuleHandleW(NULL), NULL);
  if (sender->own == NULL) {
    sender->error = GetLastError();
    tell(sender, FAILED);
    return 0;
  }
  for (;;) {
    tell(sender, IDLE);
    while (state_of(sender) == IDLE) {
      dir_address_wait(&sender->state, IDLE, DIR_FOR_EVER);
    }
    send_one(sender);
    while (__atomic_load_n(&sender->taken, __ATOMIC_SEQ_CST) == 1) {
      dir_address_wait(&sender->taken, 1, DIR_FOR_EVER);
    }
    MSG rest; /* a ping that came too late must not be served inside the next send */
    while (PeekMessageW(&rest, NULL, 0, 0, PM_REMOVE)) {
    }
  }
}

static DWORD start(struct sender *sender) {
  if (sender_slot == TLS_OUT_OF_INDEXES) {
    const WNDCLASSW class = {.lpfnWndProc = procedure,
                             .hInstance = GetModuleHandleW(NULL),
                             .lpszClassName = SENDER_CLASS};
    if (RegisterClassW(&class) == 0) {
      return GetLastError();
    }
    sender_slot = TlsAlloc();
  }
  sender->state = STARTING;
  HANDLE thread = CreateThread(NULL, 0, sender_main, sender, 0, NULL);
  if (thread == NULL) {
    sender->state = ABSENT;
    return GetLastError();
  }
  CloseHandle(thread);
  return 0;
}

void dir_sender_prepare(void) {
  if (senders[0].state == ABSENT) {
    (void)start(&senders[0]);
  }
}

/* An idle sender, or a new one that has started; NULL with *error. */
static struct sender *take(DWORD *error) {
  for (uint32_t i = 0; i < DIR_SENDERS_MAX; i++) {
    struct sender *sender = &senders[i];
    if (state_of(sender) == ABSENT) {
      *error = start(sender);
      if (*error != 0) {
        return NULL;
      }
    }
    if (state_of(sender) == STARTING &&
        !await_change(sender, STARTING, dir_scaled(SENDER_PATIENCE_MS))) {
      *error = ERROR_TIMEOUT;
      return NULL;
    }
    if (state_of(sender) == IDLE) {
      return sender;
    }
  }
  *error = ERROR_NO_SYSTEM_RESOURCES;
  return NULL;
}

/* Until the send has timed out or was answered; longer than its time-out only on a busy machine. */
static void await_fate(const struct sender *sender) {
  const double until = dir_ms() + sender->timeout_ms + dir_scaled(SENDER_PATIENCE_MS);
  while (__atomic_load_n(&sender->over, __ATOMIC_SEQ_CST) == 0 && dir_ms() < until) {
    dir_address_wait(&sender->over, 0, 10000);
  }
}

DWORD dir_send(enum rig_action action, HWND window, uint32_t token, DWORD timeout_ms,
               const union rig_payload *performed) {
  DWORD error = 0;
  struct sender *sender = take(&error);
  if (sender == NULL) {
    return error;
  }
  sender->action = action;
  sender->window = window;
  sender->timeout_ms = timeout_ms;
  sender->error = 0;
  sender->performed = *performed;
  sender->token = token;
  __atomic_store_n(&sender->over, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n(&sender->taken, 1, __ATOMIC_SEQ_CST);
  SendNotifyMessageW(sender->own, PING, 0, 0);
  tell(sender, GO);
  if (!await_change(sender, GO, dir_scaled(SENDER_PATIENCE_MS))) {
    return ERROR_TIMEOUT; /* the sender stays taken: what it still does is nobody's */
  }
  error = state_of(sender) == FAILED ? sender->error : 0;
  if (error == 0 && action == RIG_ACTION_WITHDRAW) {
    await_fate(sender);
  }
  __atomic_store_n(&sender->taken, 0, __ATOMIC_SEQ_CST);
  dir_address_wake(&sender->taken);
  return error;
}
