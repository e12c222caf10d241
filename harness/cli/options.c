/*
 * Options by getopt_long, with refusals that help: by name where an option is planned, with the
 * nearest name where it is unknown.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "core/names.h"

#define OPTIONS_MAX 64u

int rig_cli_error(const char *command, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "mapirig%s%s: ", command[0] ? " " : "", command);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  return RIG_EXIT_USAGE;
}

void rig_cli_version(void) {
  printf("mapirig %s\n", RIG_PROGRAM_VERSION);
}

/* The word of an option as typed, without dashes and value. */
static void option_word(const char *typed, char *word, size_t size) {
  while (*typed == '-') {
    typed++;
  }
  snprintf(word, size, "%.*s", (int)strcspn(typed, "="), typed);
}

static int unknown_option(const struct rig_cli_command *command, const char *typed) {
  const char *names[OPTIONS_MAX];
  size_t count = 0;
  char word[128];
  for (const struct option *option = command->options; option->name && count < OPTIONS_MAX - 1;
       option++) {
    if (option->val != RIG_CLI_REFUSED) {
      names[count++] = option->name;
    }
  }
  names[count] = NULL;
  option_word(typed, word, sizeof word);
  const char *near = rig_nearest(word, names);
  if (near) {
    return rig_cli_error(command->name, "unknown option '%s'; did you mean --%s?", typed, near);
  }
  return rig_cli_error(command->name, "unknown option '%s'; `mapirig %s --help` lists them", typed,
                       command->name);
}

static int refused_option(const struct rig_cli_command *command, const char *name) {
  for (const struct rig_cli_refused *refused = command->refused; refused && refused->name;
       refused++) {
    if (strcmp(refused->name, name) == 0) {
      return rig_cli_error(command->name, "--%s does not exist in this version: %s", name,
                           refused->instead);
    }
  }
  return rig_cli_error(command->name, "--%s does not exist in this version", name);
}

/* optopt is the letter of a short option, and for a long one that wants a value its `val`. */
static int missing_value(const struct rig_cli_command *command, const char *typed) {
  for (const struct option *option = command->options; option->name; option++) {
    if (option->val == optopt) {
      return rig_cli_error(command->name, "--%s needs a value", option->name);
    }
  }
  return rig_cli_error(command->name, "%s needs a value", typed);
}

int rig_cli_next(const struct rig_cli_command *command, int argc, char **argv, int *status) {
  int index = -1;
  opterr = 0;
  int value = getopt_long(argc, argv, command->short_options, command->options, &index);
  const char *typed = optind > 0 && optind <= argc ? argv[optind - 1] : "";
  switch (value) {
  case RIG_CLI_HELP:
    fputs(command->help, stdout);
    *status = RIG_EXIT_OK;
    return RIG_CLI_DONE;
  case RIG_CLI_VERSION:
    rig_cli_version();
    *status = RIG_EXIT_OK;
    return RIG_CLI_DONE;
  case RIG_CLI_REFUSED:
    *status = refused_option(command, command->options[index].name);
    return RIG_CLI_DONE;
  case ':':
    *status = missing_value(command, typed);
    return RIG_CLI_DONE;
  case '?': {
    char letter[3] = {'-', (char)optopt, '\0'};
    bool is_letter = optopt > 0 && optopt < 128;
    bool needless = optopt >= RIG_CLI_HELP; /* --quiet=yes */
    *status = needless ? rig_cli_error(command->name, "%s takes no value", typed)
                       : unknown_option(command, is_letter ? letter : typed);
    return RIG_CLI_DONE;
  }
  default:
    return value;
  }
}

bool rig_cli_number(const struct rig_cli_command *command, const char *option, const char *text,
                    const char *unit, uint32_t least, uint32_t most, uint32_t *out) {
  char *end = NULL;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  if (!isdigit((unsigned char)text[0]) || *end || errno || value < least || value > most) {
    rig_cli_error(command->name, "%s takes %s from %u to %u, not '%s'", option, unit, least, most,
                  text);
    return false;
  }
  *out = (uint32_t)value;
  return true;
}

bool rig_cli_factor(const struct rig_cli_command *command, const char *option, const char *text,
                    uint32_t *permille) {
  char *end = NULL;
  errno = 0;
  double value = strtod(text, &end);
  bool number = (isdigit((unsigned char)text[0]) || text[0] == '.') && !*end && !errno;
  if (!number || !isfinite(value) || value < 0.1 || value > 1000) {
    rig_cli_error(command->name, "%s takes a factor from 0.1 to 1000, not '%s'", option, text);
    return false;
  }
  *permille = (uint32_t)(value * 1000 + 0.5);
  return true;
}
