/*
 * `mapirig rules [ID]`: the catalogue, or one rule with its source, an example that breaks it, and
 * how to mend it.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "core/names.h"
#include "judge/judge.h"

static const struct option options[] = {RIG_CLI_COMMON, {NULL, 0, NULL, 0}};
static const struct rig_cli_command command = {
    .name = "rules",
    .help =
        "usage: mapirig rules [ID]\n"
        "\n"
        "Lists the rules that runs are judged by. With an id, tells all about that rule: where\n"
        "it is written, what breaks it and by which causes, what a run must do to give it its\n"
        "chance, an example that breaks it, and how to mend it. A cause that the stand-in for "
        "MAPI\n"
        "cannot bring about yet is told as not yet exercised.\n",
    .short_options = ":",
    .options = options,
};

#define WIDTH 96

#define INDENT 12

/* A paragraph, its first line after a label, the others `hang` further in. */
static void print_hanging(const char *label, const char *text, size_t hang) {
  size_t column = INDENT; /* of the next word's place, a blank before it not yet printed */
  size_t indent = INDENT + hang;
  printf("%-*s", INDENT, label);
  for (bool first = true; *text; first = false) {
    size_t length = strcspn(text, " ");
    bool breaks = column > indent && column + !first + length > WIDTH;
    if (breaks) {
      printf("\n%*s", (int)indent, "");
      column = indent;
    } else if (!first) {
      putchar(' ');
      column++;
    }
    printf("%.*s", (int)length, text);
    column += length;
    text += length;
    text += *text == ' ';
  }
  putchar('\n');
}

static void print_wrapped(const char *label, const char *text) {
  print_hanging(label, text, 0);
}

static void list_rules(void) {
  const char *family = "";
  for (size_t i = 0; i < rig_rule_count(); i++) {
    const struct rig_rule *rule = rig_rule_at(i);
    if (strcmp(family, rule->family) != 0)
      printf("%s%s\n", i ? "\n" : "", rule->family);
    family = rule->family;
    printf("  %-33s%s\n", rule->id, rule->statement);
  }
  printf("\n%zu rules; 'mapirig rules ID' tells all about one\n", rig_rule_count());
}

/* A line of `causes` for each, with what is not yet exercised marked as such. */
static void tell_causes(const struct rig_rule *rule) {
  const struct rig_rule_cause *cause;
  for (size_t i = 0; (cause = rig_rule_cause_at(rule, i)); i++) {
    char line[512];
    snprintf(line, sizeof line, "%s: %s%s%s%s", cause->id, cause->text,
             cause->needs ? " (not yet exercised: needs " : "", cause->needs ? cause->needs : "",
             cause->needs ? ")" : "");
    print_hanging(i ? "" : "causes", line, 2);
  }
}

static void tell_rule(const struct rig_rule *rule) {
  printf("%s (%s)\n", rule->id, rule->family);
  print_wrapped("rule", rule->statement);
  print_wrapped("source", rule->source);
  print_wrapped("broken by", rule->violation);
  tell_causes(rule);
  print_wrapped("its chance", rule->unexercised);
  printf("%-12s%s\n", "example", rule->example);
  print_wrapped("mend", rule->mend);
  puts("");
  puts("S: \"Calling MAPI from Windows Services\"; D:page: Microsoft's Outlook MAPI reference;");
  puts("G: Griffin's MAPI multithreading rules (2004, 2009); W:page: the Win32 reference;");
  puts("R: Raymond Chen, \"MsgWaitForMultipleObjects and the queue state\" (2005)");
}

static int refuse(const char *id) {
  const char **ids = calloc(rig_rule_count() + 1, sizeof *ids);
  for (size_t i = 0; ids && i < rig_rule_count(); i++)
    ids[i] = rig_rule_at(i)->id;
  const char *near = ids ? rig_nearest(id, ids) : NULL;
  int status;
  if (near)
    status = rig_cli_error("rules", "unknown rule '%s': did you mean '%s'?", id, near);
  else
    status = rig_cli_error("rules", "unknown rule '%s': 'mapirig rules' lists them all", id);
  free(ids);
  return status;
}

int rig_cli_rules(int argc, char **argv) {
  int status = RIG_EXIT_OK;
  if (rig_cli_next(&command, argc, argv, &status) == RIG_CLI_DONE)
    return status;
  if (argc - optind > 1)
    return rig_cli_error("rules", "one rule at a time: '%s' is one too many", argv[optind + 1]);
  if (optind == argc) {
    list_rules();
    return RIG_EXIT_OK;
  }
  const struct rig_rule *rule = rig_rule_find(argv[optind]);
  if (!rule)
    return refuse(argv[optind]);
  tell_rule(rule);
  return RIG_EXIT_OK;
}
