/*
 * `mapirig rules [ID]`: the catalogue, or one rule with its source, an example that breaks it, and
 * how to mend it.
 */
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
        "it is written, what breaks it, what a run must do to give it its chance, an example\n"
        "that breaks it, and how to mend it.\n",
    .short_options = ":",
    .options = options,
};

#define WIDTH 96

/* A paragraph, indented, its first line after a label. */
static void print_wrapped(const char *label, const char *text) {
  const size_t indent = 12;
  size_t column = indent;
  printf("%-*s", (int)indent, label);
  while (*text) {
    size_t length = strcspn(text, " ");
    if (column > indent && column + length > WIDTH) {
      printf("\n%*s", (int)indent, "");
      column = indent;
    }
    printf("%.*s", (int)length, text);
    column += length;
    text += length;
    if (*text == ' ') {
      text++;
      if (*text && column < WIDTH)
        putchar(' ');
      column++;
    }
  }
  putchar('\n');
}

static void list_rules(void) {
  const char *family = "";
  for (size_t i = 0; i < rig_rule_count(); i++) {
    const struct rig_rule *rule = rig_rule_at(i);
    if (strcmp(family, rule->family) != 0)
      printf("%s%s\n", i ? "\n" : "", rule->family);
    family = rule->family;
    printf("  %-28s%s\n", rule->id, rule->statement);
  }
  printf("\n%zu rules; 'mapirig rules ID' tells all about one\n", rig_rule_count());
}

static void tell_rule(const struct rig_rule *rule) {
  printf("%s (%s)\n", rule->id, rule->family);
  print_wrapped("rule", rule->statement);
  print_wrapped("source", rule->source);
  print_wrapped("broken by", rule->violation);
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
