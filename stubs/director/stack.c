/*
 * Looking at a stack. Between SuspendThread and ResumeThread nothing may take a lock that the
 * thread can hold: three requests to the wineserver and one copy, no heap, no loader, no record.
 */
#include "stack.h"

#include <string.h>
#include <winternl.h>

#include "recorder/images.h"

/* Deeper stacks are cut. A thread that waits has used a few KiB, unless it keeps large arrays. */
#define COPY_BYTES 65536u

#ifdef _WIN64
#define CONTEXT_SP Rsp
#else
#define CONTEXT_SP Esp
#endif

static unsigned char copy[COPY_BYTES];

/* One past the highest address of the thread's stack (NT_TIB.StackBase); 0 when unknown. */
static uint64_t stack_end(HANDLE thread) {
  struct {
    NTSTATUS status;
    void *teb;
    void *id[2];
    ULONG_PTR affinity;
    LONG priority, base_priority;
  } basic = {0};
  NT_TIB tib;
  if (NtQueryInformationThread(thread, (THREADINFOCLASS)0, &basic, sizeof basic, NULL) != 0 ||
      !rec_copy(&tib, basic.teb, sizeof tib)) {
    return 0;
  }
  return (uintptr_t)tib.StackBase;
}

static void take_registers(const CONTEXT *context, struct dir_registers *out) {
#ifdef _WIN64
  const DWORD64 values[DIR_REGISTERS] = {context->Rax, context->Rcx, context->Rdx, context->Rbx,
                                         context->Rsp, context->Rbp, context->Rsi, context->Rdi,
                                         context->R8,  context->R9,  context->R10, context->R11,
                                         context->R12, context->R13, context->R14, context->R15};
  out->ip = context->Rip;
#else
  const DWORD values[DIR_REGISTERS] = {context->Eax, context->Ecx, context->Edx, context->Ebx,
                                       context->Esp, context->Ebp, context->Esi, context->Edi};
  out->ip = context->Eip;
#endif
  for (unsigned i = 0; i < DIR_REGISTERS; i++) {
    out->at[i] = values[i];
  }
}

static bool take(HANDLE thread, uint64_t end, CONTEXT *context, struct dir_look *out) {
  const uint64_t stamp = rec_stamp();
  const DWORD before = SuspendThread(thread);
  if (before == (DWORD)-1) {
    return false;
  }
  const bool known = GetThreadContext(thread, context);
  const uint64_t low = context->CONTEXT_SP;
  if (known && low < end) {
    const uint64_t bytes = end - low < COPY_BYTES ? end - low : COPY_BYTES;
    out->stack.bytes =
        rec_copy(copy, (const void *)(uintptr_t)low, (size_t)bytes) ? (uint32_t)bytes : 0;
    out->stack.low = low;
  }
  ResumeThread(thread);
  out->suspended_ms = rec_ms(stamp, rec_stamp());
  out->suspended_before = before != 0;
  out->stack.copy = copy;
  return known;
}

static bool has(const struct dir_look *look, uint64_t address) {
  for (uint32_t i = 0; i < look->count; i++) {
    if (look->addresses[i] == address) {
      return true;
    }
  }
  return false;
}

static void leave_out_own(struct dir_look *look) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < look->count; i++) {
    if (!rec_own_address(look->addresses[i])) {
      look->addresses[kept++] = look->addresses[i];
    }
  }
  look->count = kept;
}

/* The place of `address` on the stack, from `from` upward. */
static bool find_on_stack(const struct dir_stack *stack, uint64_t from, uint64_t address,
                          uint64_t *where) {
  uint64_t word;
  for (*where = from; dir_stack_word(stack, *where, &word); *where += sizeof(uintptr_t)) {
    if (word == address) {
      return true;
    }
  }
  return false;
}

/* Where the walk ended early (Wine calls a window procedure from its Unix side, on a frame without
 * unwind data) it goes on at the return address of the innermost recorded call that is not on it.
 */
static void go_on(const struct rec_thread *thread, struct dir_registers *registers,
                  struct dir_look *out) {
  const struct rig_log *log = rec_log();
  const uint32_t depth = thread->depth < REC_DEPTH ? thread->depth : REC_DEPTH;
  for (uint32_t i = depth; i-- > 0 && out->count < RIG_FRAMES_MAX;) {
    const uint32_t record = thread->open[i].record;
    const uint64_t caller = record < log->capacity ? log->records[record].caller : 0;
    uint64_t where;
    if (caller == 0 || has(out, caller) ||
        !find_on_stack(&out->stack, registers->at[DIR_SP], caller, &where)) {
      continue;
    }
    registers->ip = caller;
    registers->at[DIR_SP] = where + sizeof(uintptr_t);
    out->count += dir_unwind(&out->stack, registers, out->addresses + out->count,
                             RIG_FRAMES_MAX - out->count);
  }
}

bool dir_stack_look(const struct rec_thread *thread, struct dir_look *out) {
  CONTEXT context;
  memset(out, 0, sizeof *out);
  memset(&context, 0, sizeof context);
  context.ContextFlags = CONTEXT_CONTROL | CONTEXT_INTEGER;
  HANDLE handle = OpenThread(THREAD_SUSPEND_RESUME | THREAD_GET_CONTEXT | THREAD_QUERY_INFORMATION,
                             FALSE, thread->id);
  if (handle == NULL) {
    return false;
  }
  const bool taken = take(handle, stack_end(handle), &context, out);
  CloseHandle(handle);
  if (!taken) {
    return false;
  }
  take_registers(&context, &out->registers);
  struct dir_registers registers = out->registers;
  out->count = dir_unwind(&out->stack, &registers, out->addresses, RIG_FRAMES_MAX);
  go_on(thread, &registers, out);
  leave_out_own(out);
  return true;
}
