/*
 * Programs and differences in words.
 */
#include "differ.h"

#include <inttypes.h>
#include <string.h>

#define CONTEXT 400u /* operations shown before the difference: all, of a program made short */

static const struct {
  const char *text;
  const char *arguments;
} kinds[DIFFER_KINDS] = {
#define DIFFER_X(name, text, arguments) {text, arguments},
    DIFFER_OPERATIONS(DIFFER_X)
#undef DIFFER_X
};

const char *differ_kind_text(uint32_t kind) {
  return kinds[kind].text;
}

static void print_slot(FILE *out, char letter, uint32_t slot) {
  static const char *const specials[] = {"null", "-1/bad", "bad", "unknown"};
  if (slot >= 100 && slot < 104) {
    fprintf(out, "%c:%s", letter, specials[slot - 100]);
  } else {
    fprintf(out, "%c%" PRIu32, letter, slot);
  }
}

static void print_message(FILE *out, uint32_t message) {
  if (message >= 0x8000 && message < 0x8010) {
    fprintf(out, "APP+%" PRIu32, message - 0x8000);
  } else {
    fprintf(out, "0x%" PRIx32, message);
  }
}

static void print_argument(FILE *out, char letter, uint32_t value) {
  switch (letter) {
  case 'w':
  case 's':
  case 't':
  case 'k':
    print_slot(out, letter == 's' ? 'h' : letter, value);
    break;
  case 'm':
    print_message(out, value);
    break;
  case 'd':
    if (value == RIG_WIN_FOREVER) {
      fprintf(out, "forever");
      break;
    }
    fprintf(out, "%" PRIu32 " ms", value);
    break;
  case 'x':
    fprintf(out, "0x%" PRIx32, value);
    break;
  default:
    fprintf(out, "%" PRIu32, value);
  }
}

void print_operation(FILE *out, const struct differ_operation *operation) {
  const char *separator = "";
  uint32_t at = 0;
  if (operation->kind != DIFFER_ADVANCE) {
    fprintf(out, "t%u ", operation->thread);
  }
  fprintf(out, "%s(", kinds[operation->kind].text);
  for (const char *letter = kinds[operation->kind].arguments; *letter != '\0'; letter++) {
    fprintf(out, "%s", separator);
    separator = ", ";
    if (*letter == 'h') {
      fprintf(out, "{");
      for (uint32_t i = 0; i < operation->count; i++) {
        fprintf(out, "%s", i > 0 ? " " : "");
        print_slot(out, 'h', operation->handles[i]);
      }
      fprintf(out, "}");
    } else {
      print_argument(out, *letter, operation->arguments[at++]);
    }
  }
  fprintf(out, ")");
}

static void print_report(FILE *out, const struct differ_report *report) {
  static const char *const events[] = {"", "returned", "procedure", "timer proc", "APC", "ended"};
  static const char *const rests[] = {"", " blocked", " gone", " STUCK"};
  fprintf(out, "%s%s", events[report->event % 6], rests[report->rest % 4]);
  if (report->event == DIFFER_RETURNED) {
    fprintf(out, " 0x%" PRIx64, report->result);
    if (report->error != 0) {
      fprintf(out, " error %" PRIu32, report->error);
    }
  }
  if (report->message != 0 || report->wparam != 0 || report->event == DIFFER_PROCEDURE) {
    fprintf(out, " {");
    print_slot(out, 'w', report->window);
    fprintf(out, " ");
    print_message(out, report->message);
    fprintf(out, " 0x%" PRIx64 " 0x%" PRIx64 "}%s", report->wparam, report->lparam,
            report->sent ? " sent" : "");
  }
}

static void print_reports(FILE *out, const struct program *program,
                          const struct differ_report *reports) {
  for (uint32_t i = 0; i < program->threads; i++) {
    if (reports[i].event != DIFFER_NOTHING || reports[i].rest == DIFFER_STUCK) {
      fprintf(out, "  [t%" PRIu32 ": ", i);
      print_report(out, &reports[i]);
      fprintf(out, "]");
    } else if (reports[i].rest == DIFFER_BLOCKED) {
      fprintf(out, "  [t%" PRIu32 " blocked]", i);
    }
  }
}

void print_difference(FILE *out, const struct program *program) {
  const uint32_t at = program_difference(program);
  const uint32_t last = at < program->count ? at : program->count - 1;
  fprintf(out, "program of seed 0x%" PRIx64 ", %s, %" PRIu32 " threads:\n", program->seed,
          program->timed ? "timed" : "untimed", program->threads);
  for (uint32_t i = last > CONTEXT ? last - CONTEXT : 0; i <= last && i < program->count; i++) {
    fprintf(out, "%4" PRIu32 " ", i);
    print_operation(out, &program->operations[i]);
    if (i != at) {
      print_reports(out, program, program->expected[i]);
      fprintf(out, "\n");
    }
  }
  if (at >= program->count) {
    return;
  }
  fprintf(out, "\n     model:");
  print_reports(out, program, program->expected[at]);
  fprintf(out, "\n     Wine: ");
  if (at < program->seen_count) {
    print_reports(out, program, program->seen[at]);
  } else {
    fprintf(out, " did not come so far%s",
            program->end == DIFFER_BROKEN ? ": the runner could not go on" : "");
  }
  fprintf(out, "\n");
}
