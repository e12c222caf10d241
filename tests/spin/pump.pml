/*
 * A message pump and those who call on it, as a model for SPIN: an opinion of its own on what
 * harness/win32 and harness/sim say. Written from the rules of Win32's thread queues (changed bits
 * and wake bits, the order of retrieval, what a wait wakes for), not from their code.
 *
 * One thread pumps: it waits for a stop event and for messages, and retrieves. NOTIFIERS actors
 * take ACTIONS actions each: a message posted to its window, a message sent that waits for its
 * reply, a sent one whose sender may give up, a sent one that nobody waits for. One more sets the stop event, at any time or when all
 * the others are done. All messages of a kind are alike, and each call is one step.
 *
 * Chosen by -D:
 *   NOTIFIERS, ACTIONS
 *   KIND(i, j)     what notifier i's action j is: POST, SEND, TRY or NOTIFY
 *   STOP_LAST      1: the stop is set when all notifiers are done
 *   WAIT           what the thread waits by: MSG_WAIT, SINGLE (handle only), NOTHING
 *   MASK_SEND, MASK_POST   0: not in the wait's mask
 *   AVAILABLE      1: MWMO_INPUTAVAILABLE
 *   RETRIEVE       PEEK (until there is none), ONE_PEEK, GET (one GetMessage), GET_PEEK (GetMessage,
 *                  then PEEK)
 *   BATCH          PEEK: at most so many messages for a wake, 0 = until there is none
 *   PROGRAM        1: the thread is a program's main thread: there is a step before its first call and
 *                  one before its end, with which all ends (in one state)
 *   TEST_STOP      1: the stop event is tested after each message
 *
 * Two assertions count states (pan -c0):
 *   COUNT_HANGS    nothing can go on though not all is done
 *   COUNT_UNSEEN   the thread sleeps in its wait before a message that lies in its queue
 */
#ifndef NOTIFIERS
#define NOTIFIERS 2
#endif
#ifndef ACTIONS
#define ACTIONS 3
#endif
#ifndef KIND
#define KIND(i, j) POST
#endif
#ifndef STOP_LAST
#define STOP_LAST 0
#endif
#ifndef WAIT
#define WAIT MSG_WAIT
#endif
#ifndef MASK_SEND
#define MASK_SEND 1
#endif
#ifndef MASK_POST
#define MASK_POST 1
#endif
#ifndef AVAILABLE
#define AVAILABLE 0
#endif
#ifndef RETRIEVE
#define RETRIEVE PEEK
#endif
#ifndef PROGRAM
#define PROGRAM 0
#endif
#ifndef BATCH
#define BATCH 0
#endif
#ifndef TEST_STOP
#define TEST_STOP 0
#endif

/* Actions. */
#define POST 0
#define SEND 1
#define TRY 2
#define NOTIFY 3
/* Ways to wait. */
#define MSG_WAIT 0
#define SINGLE 1
#define NOTHING 2
/* Ways to retrieve. */
#define PEEK 0
#define ONE_PEEK 1
#define GET 2
#define GET_PEEK 3

/* Where the thread stands. */
#define BEFORE_WAIT 0
#define IN_WAIT 1
#define BEFORE_PEEK 2
#define BEFORE_GET 3
#define IN_GET 4
#define BEFORE_TEST 5
#define ENDED 6
#define BEFORE_START 7
#define BEFORE_END 8
/* What it was woken by. */
#define BY_HANDLE 1
#define BY_INPUT 2
/* A notifier's message. */
#define NO_MESSAGE 0
#define QUEUED 1
#define HANDLED 2
#define RELEASED 3 /* without a reply: the thread has ended */

#define FIRST (WAIT == NOTHING -> BEFORE_GET : BEFORE_WAIT)
byte where = (PROGRAM -> BEFORE_START : FIRST);
byte woken;
byte batch;
bool stop;
byte posted;
bool new_posted;
bool new_sent;
byte notified; /* sent, and nobody waits */
chan sent = [NOTIFIERS] of { byte };
byte done[NOTIFIERS];
byte message[NOTIFIERS];

#define MASKED_NEW ((new_posted && MASK_POST) || (new_sent && MASK_SEND))
#define MASKED_THERE ((posted > 0 && MASK_POST) || ((len(sent) > 0 || notified > 0) && MASK_SEND))

#if NOTIFIERS == 1
#define notifiers_done (done[0] == ACTIONS)
#elif NOTIFIERS == 2
#define notifiers_done (done[0] == ACTIONS && done[1] == ACTIONS)
#elif NOTIFIERS == 3
#define notifiers_done (done[0] == ACTIONS && done[1] == ACTIONS && done[2] == ACTIONS)
#elif NOTIFIERS == 6
#define notifiers_done                                                                             \
  (done[0] == ACTIONS && done[1] == ACTIONS && done[2] == ACTIONS && done[3] == ACTIONS &&         \
   done[4] == ACTIONS && done[5] == ACTIONS)
#else
#error "notifiers_done for so many is missing"
#endif
#define going (PROGRAM == 0 || where != ENDED)
#define all_done (where == ENDED && (PROGRAM || (stop && notifiers_done)))

/* Input of a kind is new: it wakes a wait with it in its mask, and every GetMessage. */
inline arrives(masked) {
  if
  :: woken == 0 && ((where == IN_WAIT && WAIT == MSG_WAIT && masked) || where == IN_GET) ->
     woken = BY_INPUT
  :: else
  fi
}

/* All sent messages leave the queue, those that are dispatched inside a call as HANDLED. */
inline empty_sent(as) {
  do
  :: len(sent) > 0 -> sent ? i; message[i] = as
  :: else -> break
  od;
  i = 0;
  notified = 0;
  new_sent = false
}

/* The thread ends: its window goes, its senders are released. */
inline leave() {
  empty_sent(RELEASED);
  posted = 0;
  new_posted = false;
#if PROGRAM
  do
  :: i < NOTIFIERS -> done[i] = 0; message[i] = NO_MESSAGE; i++
  :: else -> break
  od;
  i = 0;
  stop = false;
#endif
  batch = 0;
  where = ENDED
}

/* The pump returns. */
inline returns() {
  if
  :: PROGRAM -> batch = 0; where = BEFORE_END
  :: else -> leave()
  fi
}

inline woken_by_input() {
  if
  :: RETRIEVE == PEEK || RETRIEVE == ONE_PEEK -> where = BEFORE_PEEK
  :: RETRIEVE == GET || RETRIEVE == GET_PEEK -> where = BEFORE_GET
  fi
}

inline back_to_wait() {
  batch = 0;
  where = (WAIT == NOTHING -> BEFORE_GET : BEFORE_WAIT)
}

/* A message was retrieved and dispatched. */
inline retrieved() {
  posted--;
  if
  :: TEST_STOP -> where = BEFORE_TEST
  :: else -> next_retrieval()
  fi
}

inline next_retrieval() {
  if
  :: RETRIEVE == ONE_PEEK || RETRIEVE == GET -> back_to_wait()
  :: RETRIEVE == GET_PEEK -> where = BEFORE_PEEK
  :: RETRIEVE == PEEK && BATCH == 0 -> where = BEFORE_PEEK
  :: RETRIEVE == PEEK && BATCH > 0 ->
     batch++;
     if
     :: batch == BATCH -> back_to_wait()
     :: else -> where = BEFORE_PEEK
     fi
  fi
}

inline get_message() {
  woken = 0;
  empty_sent(HANDLED);
  new_posted = false;
  if
  :: posted > 0 -> retrieved()
  :: else -> where = IN_GET
  fi
}



active proctype pump() {
  byte i;
end:
  do
  :: d_step {
       where == BEFORE_START -> where = FIRST
     }
  :: d_step {
       where == BEFORE_WAIT ->
       if
       :: stop -> returns()
       :: else ->
          if
          :: WAIT == MSG_WAIT && (MASKED_NEW || (AVAILABLE && MASKED_THERE)) -> woken_by_input()
          :: else -> where = IN_WAIT
          fi
       fi
     }
  :: d_step {
       where == IN_WAIT && woken == BY_HANDLE -> woken = 0; returns()
     }
  :: d_step {
       where == IN_WAIT && woken == BY_INPUT -> woken = 0; woken_by_input()
     }
  :: d_step {
       where == BEFORE_PEEK ->
       empty_sent(HANDLED);
       new_posted = false;
       if
       :: posted > 0 -> retrieved()
       :: else -> back_to_wait()
       fi
     }
  :: d_step {
       where == BEFORE_GET || (where == IN_GET && woken != 0) -> get_message()
     }
  :: d_step {
       where == BEFORE_TEST ->
       if
       :: stop -> returns()
       :: else -> next_retrieval()
       fi
     }
  :: d_step {
       where == BEFORE_END -> leave()
     }
  /* A step that changes nothing, but is an error in each such state. */
#ifdef COUNT_HANGS
  :: atomic {
       timeout && !all_done -> assert(false)
     }
#endif
#ifdef COUNT_UNSEEN
  :: d_step {
       where == IN_WAIT && woken == 0 && (posted > 0 || len(sent) > 0 || notified > 0) -> assert(false)
     }
#endif
  od
}

/* What comes after the action: the next one. */
inline acted() {
  message[me] = NO_MESSAGE;
  done[me]++
}

active [NOTIFIERS] proctype notifier() {
  byte me = _pid - 1;
end:
  do
  :: d_step {
       going && done[me] < ACTIONS && message[me] == NO_MESSAGE ->
       if
       :: where == ENDED -> done[me]++
       :: else ->
          if
          :: KIND(me, done[me]) == POST ->
             posted++;
             new_posted = true;
             done[me]++;
             arrives(MASK_POST)
          :: KIND(me, done[me]) == NOTIFY ->
             notified++;
             new_sent = true;
             done[me]++;
             arrives(MASK_SEND)
          :: else ->
             sent ! me;
             message[me] = QUEUED;
             new_sent = true;
             arrives(MASK_SEND)
          fi
       fi
     }
  :: d_step {
       message[me] == HANDLED || message[me] == RELEASED -> acted()
     }
  :: d_step {
       message[me] == QUEUED && KIND(me, done[me]) == TRY ->
       sent ?? eval(me);
       if
       :: len(sent) == 0 -> new_sent = false
       :: else
       fi;
       acted()
     }
  od
}

active proctype stopper() {
end:
  do
  :: d_step {
       going && !stop && (STOP_LAST == 0 || notifiers_done) ->
       stop = true;
       if
       :: where == IN_WAIT && woken == 0 -> woken = BY_HANDLE
       :: else
       fi
     }
  od
}
