/*
 * The list of threads that hang, and the first sentence of each.
 */
#include "judge/hang.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/hang_private.h"

void rig_hang_add(char *text, const char *format, ...) {
  size_t used = strlen(text);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text + used, RIG_HANG_BYTES - used, format, arguments);
  va_end(arguments);
}

const char *rig_stance_text(enum rig_stance stance) {
  static const char *const texts[] = {"unknown", "blocked", "spinning", "looping", "suspended"};
  return (unsigned)stance < sizeof texts / sizeof *texts ? texts[stance] : texts[0];
}

uint32_t rig_hang_call(const struct rig_model *model, const struct rig_model_hang *hang) {
  if (hang->call == RIG_NONE)
    return RIG_NONE;
  switch (model->calls[hang->call].family) {
  case RIG_FAMILY_DISPATCH:
  case RIG_FAMILY_SCM_HANDLER:
  case RIG_FAMILY_SCM_MAIN:
  case RIG_FAMILY_CONSOLE_HANDLER:
  case RIG_FAMILY_MAPI_ON_NOTIFY:
    return RIG_NONE;
  default:
    return rig_hang_called_back(model, hang,
                                rig_model_record(model, model->calls[hang->call].enter).caller)
               ? RIG_NONE
               : hang->call;
  }
}

/* Since when the thread does what it does: the entry of its call, or what it recorded last. */
static double since_ms(const struct rig_model *model, const struct rig_model_hang *hang) {
  uint32_t call = rig_hang_call(model, hang);
  if (call != RIG_NONE)
    return rig_model_ms(model, model->calls[call].enter);
  double since = 0;
  uint32_t thread = model->threads[hang->thread].id;
  for (uint32_t i = hang->record; i > 0; i--) {
    struct rig_record record;
    if (rig_trace_record(model->trace, i - 1, &record) && record.thread == thread) {
      since = rig_trace_ms(model->trace, record.stamp);
      break;
    }
  }
  return since;
}

static void add_share(const struct rig_model_hang *hang, char *text) {
  if (hang->busy != RIG_BUSY_UNKNOWN)
    rig_hang_add(text, ", on a CPU or ready for one for %u %% of the last %u ms", hang->busy / 10,
                 hang->window_ms);
}

static void tell_doing(const struct rig_model *model, const struct rig_model_hang *hang,
                       struct rig_hang *out) {
  const char *where = out->call[0] ? out->call : "code of its own";
  switch (out->stance) {
  case RIG_STANCE_SPINS:
    rig_hang_add(out->doing, "%s has computed for %.0f ms without a recorded call (spinning",
                 out->thread, out->ms);
    add_share(hang, out->doing);
    break;
  case RIG_STANCE_LOOPS:
    rig_hang_add(out->doing, "%s goes round a loop of calls (%u in the last %u ms", out->thread,
                 hang->calls, hang->window_ms);
    if (hang->busy != RIG_BUSY_UNKNOWN)
      rig_hang_add(out->doing, "; %u %% of that time on a CPU or ready for one", hang->busy / 10);
    if (hang->call != RIG_NONE)
      rig_hang_add(out->doing, "; last seen in %s", rig_model_call_name(model, hang->call));
    break;
  case RIG_STANCE_SUSPENDED:
    rig_hang_add(out->doing, "%s was in %s when somebody suspended it (by SuspendThread",
                 out->thread, where);
    break;
  case RIG_STANCE_BLOCKED:
    rig_hang_add(out->doing, "%s has sat in %s for %.0f ms (blocked, not spinning", out->thread,
                 where, out->ms);
    break;
  default:
    rig_hang_add(out->doing, "%s was in %s for %.0f ms (whether it slept could not be seen",
                 out->thread, where, out->ms);
  }
  rig_hang_add(out->doing, ")");
}

static void tell(const struct rig_model *model, const struct rig_model_hang *const *last,
                 const struct rig_model_hang *hang, struct rig_hang *out) {
  const struct rig_sleeper *sleeper = rig_hang_sleeper(model, hang);
  uint32_t call = rig_hang_call(model, hang);
  out->record = hang->record;
  out->stance = (enum rig_stance)hang->stance;
  out->ms = rig_model_ms(model, hang->record) - since_ms(model, hang);
  snprintf(out->thread, sizeof out->thread, "%s", rig_model_thread_name(model, hang->thread));
  bool sits = out->stance != RIG_STANCE_SPINS && out->stance != RIG_STANCE_LOOPS;
  if (sits && call != RIG_NONE)
    snprintf(out->call, sizeof out->call, "%s", rig_model_call_name(model, call));
  else if (sits && sleeper)
    snprintf(out->call, sizeof out->call, "%s", sleeper->name);
  tell_doing(model, hang, out);
  const struct rig_model_detained *held = rig_model_detained_at(model, hang->thread, hang->record);
  if (held)
    rig_hang_add(out->doing, "; %s", rig_words_detained(model, held).text);
  if (!sits)
    return;  /* it wakes by itself, and what is pending then is a matter of the moment */
  if (!held) /* nothing of the client's own does */
    rig_hang_wakes(model, hang, out);
  rig_hang_pending(model, hang, out);
  rig_hang_waits(model, last, hang, out);
}

/* One with something pending before the others, then by thread. */
static bool comes_before(const struct rig_model *model, const struct rig_model_hang *a,
                         const struct rig_model_hang *b) {
  uint32_t pending_a = a->block != RIG_NONE && model->blocks[a->block].pending != 0;
  uint32_t pending_b = b->block != RIG_NONE && model->blocks[b->block].pending != 0;
  return pending_a != pending_b ? pending_a > pending_b : a->thread < b->thread;
}

enum rig_status rig_hangs_find(const struct rig_model *model, struct rig_hang **out,
                               size_t *count) {
  const struct rig_model_hang **last = calloc((size_t)model->thread_count + 1, sizeof *last);
  struct rig_hang *hangs = calloc((size_t)model->hang_count + 1, sizeof *hangs);
  bool *told = calloc((size_t)model->thread_count + 1, sizeof *told);
  size_t made = 0;
  if (!last || !hangs || !told) {
    free(last);
    free(hangs);
    free(told);
    return RIG_NO_MEMORY;
  }
  for (uint32_t i = 0; i < model->hang_count; i++)
    last[model->hangs[i].thread] = &model->hangs[i];
  for (;;) {
    const struct rig_model_hang *next = NULL;
    for (uint32_t i = 0; i < model->thread_count; i++) {
      if (last[i] && !told[i] && (!next || comes_before(model, last[i], next)))
        next = last[i];
    }
    if (!next)
      break;
    told[next->thread] = true;
    tell(model, last, next, &hangs[made++]);
  }
  free(last);
  free(told);
  *out = hangs;
  *count = made;
  return RIG_OK;
}
