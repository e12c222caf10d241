/*
 * Times calls of a client from inside it: bare, recorded by the stub, or under WINEDEBUG=+relay, as
 * whoever starts it chose. Prints "<call> <ns per call>" for each, the best of RUNS batches.
 * bench.c runs it all three ways, interleaved, and prints the ratios.
 */
#include <stdint.h>
#include <stdio.h>
#include <windows.h>

#define RUNS 7

struct state {
  MSG message;
  HANDLE event;
};

static void translate(struct state *state) {
  TranslateMessage(&state->message);
}

static void peek(struct state *state) {
  PeekMessageW(&state->message, NULL, 0, 0, PM_REMOVE);
}

static void set_event(struct state *state) {
  SetEvent(state->event);
}

static void wait_ready(struct state *state) {
  WaitForSingleObject(state->event, 0);
}

/* Batches are sized so that all of them, pairs of enter and leave, fit into a session's log
 * (131,072 records). */
static const struct {
  const char *name;
  void (*call)(struct state *state);
  unsigned batch;
} calls[] = {
    {"TranslateMessage", translate, 6000},
    {"PeekMessage(empty)", peek, 1500},
    {"SetEvent", set_event, 1500},
    {"WaitForSingleObject(ready)", wait_ready, 1500},
};

static double best_ns(struct state *state, void (*call)(struct state *state), unsigned batch) {
  double best = 0;
  LARGE_INTEGER rate;
  QueryPerformanceFrequency(&rate);
  for (int run = 0; run < RUNS; run++) {
    LARGE_INTEGER from;
    LARGE_INTEGER to;
    QueryPerformanceCounter(&from);
    for (unsigned i = 0; i < batch; i++)
      call(state);
    QueryPerformanceCounter(&to);
    const double ns =
        (double)(to.QuadPart - from.QuadPart) * 1e9 / (double)rate.QuadPart / (double)batch;
    best = run == 0 || ns < best ? ns : best;
  }
  return best;
}

int main(void) {
  struct state state = {.message = {.message = WM_APP}};
  state.event = CreateEventW(NULL, TRUE, TRUE, NULL);
  PeekMessageW(&state.message, NULL, WM_USER, WM_USER, PM_NOREMOVE); /* the queue exists */
  for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
    printf("%s %.1f\n", calls[i].name, best_ns(&state, calls[i].call, calls[i].batch));
  fflush(stdout);
  return 0;
}
