/*
 * What the parts of the model's building share; no rule includes this.
 */
#ifndef RIG_JUDGE_MODEL_BUILD_H
#define RIG_JUDGE_MODEL_BUILD_H

#include "judge/model.h"

struct rig_model_builder {
  struct rig_model *model;
  uint32_t *owner; /* for each record: the call or stimulus it began, RIG_NONE */
  uint32_t *slots; /* open-addressed hash of thread ids: index of the latest thread + 1 */
  uint32_t slot_count;
  uint32_t thread_capacity;
  uint32_t call_capacity;
  uint32_t stimulus_capacity;
  uint32_t block_capacity;
  uint32_t span_capacity;
  uint32_t hang_capacity;
  uint32_t symbol_capacity;
  uint32_t module_capacity;
  bool failed; /* out of memory */
};

/* Makes room for one more item in *items; false (and builder->failed) when there is no memory. */
bool rig_model_grow(struct rig_model_builder *builder, void **items, uint32_t count,
                    uint32_t *capacity, size_t size);

/* The latest thread with this id, made when there is none; RIG_NONE without memory. */
uint32_t rig_model_thread(struct rig_model_builder *builder, uint32_t id);
/* A thread with this id starts: a new entry when the id was used before. */
uint32_t rig_model_thread_begin(struct rig_model_builder *builder, uint32_t id);

/* One record each. */
void rig_model_read_call(struct rig_model_builder *builder, uint32_t index,
                         const struct rig_record *record);
void rig_model_read_leave(struct rig_model_builder *builder, uint32_t index,
                          const struct rig_record *record);
void rig_model_read_stimulus(struct rig_model_builder *builder, uint32_t index,
                             const struct rig_record *record);
void rig_model_read_receipt(struct rig_model_builder *builder, uint32_t index,
                            const struct rig_record *record);
void rig_model_read_state(struct rig_model_builder *builder, uint32_t index,
                          const struct rig_record *record);

/* MODULE, STACK, SYMBOL and WAITS. */
void rig_model_read_hang(struct rig_model_builder *builder, uint32_t index,
                         const struct rig_record *record);
/* A HANDLE of a STACK: false when it belongs to a BLOCKED, because no STACK of its writer stands
 * behind that one. */
bool rig_model_read_hang_handle(struct rig_model_builder *builder, uint32_t index,
                                const struct rig_record *record);
/* Appends the HANDLE at `index`, of `thread`, to a list of at most RIG_BLOCK_HANDLES_MAX. */
void rig_model_add_handle(struct rig_model_builder *builder, struct rig_model_handle **handles,
                          uint32_t *count, uint32_t thread, uint32_t index,
                          const struct rig_record *record);
/* The call that the ENTER at `record` began, if it is one of `thread` and stands before `index`. */
uint32_t rig_model_call_at(const struct rig_model_builder *builder, uint32_t record,
                           uint32_t thread, uint32_t index);

/* Notes where each thread is, when the stop is asked for or the log ends. */
void rig_model_horizon(struct rig_model *model);

/* What a thread is in: the wait that it came back to since record `since`, else the call that is
 * open. A loop may just be between two waits, with nothing open but ServiceMain. */
uint32_t rig_model_sitting(const struct rig_model *model, uint32_t open, uint32_t last_wait,
                           uint32_t since);

/* After the pass: thread messages by their tokens, then what was not served for D. */
bool rig_model_match_removals(struct rig_model_builder *builder);
bool rig_model_find_undelivered(struct rig_model *model);

#endif
