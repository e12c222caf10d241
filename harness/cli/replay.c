/*
 * Replay commands.
 */
#include "cli/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "live/pe.h"

/* One word for a POSIX shell: single quotes where a character could mean something. */
static void word(FILE *out, const char *text) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                              "@%+=:,./_-";
  fputc(' ', out);
  if (text[0] && text[strspn(text, plain)] == '\0') {
    fputs(text, out);
    return;
  }
  fputc('\'', out);
  for (const char *at = text; *at; at++) {
    fputs(*at == '\'' ? "'\\''" : (char[]){*at, '\0'}, out);
  }
  fputc('\'', out);
}

static void option(FILE *out, const char *name, const char *value) {
  word(out, name);
  word(out, value);
}

static void number(FILE *out, const char *name, uint32_t value) {
  char text[16];
  snprintf(text, sizeof text, "%u", value);
  if (value > 0) {
    option(out, name, text);
  }
}

/* A 32-bit client runs where Wine's other half is (the script `rig` may have told it). */
static void environment(FILE *out, const char *client) {
  const char *folder = getenv("WINEDLLPATH");
  char setting[4096];
  char error[200];
  struct rig_pe pe;
  if (!client || !folder || folder[0] == '\0' ||
      rig_pe_open(client, &pe, error, sizeof error) != RIG_OK) {
    return;
  }
  if (pe.machine == RIG_PE_I386) {
    snprintf(setting, sizeof setting, "WINEDLLPATH=%s", folder);
    word(out, "env");
    word(out, setting);
  }
  rig_pe_close(&pe);
}

static FILE *begin(char **text, size_t *size, const char *client, const char *sub_command) {
  FILE *out = open_memstream(text, size);
  if (out) {
    environment(out, client);
    word(out, rig_cli_program);
    word(out, sub_command);
  }
  return out;
}

/* Ends the text and drops the space before its first word. */
static char *end(FILE *out, char **text) {
  if (fclose(out) != 0 || !*text) {
    return NULL;
  }
  memmove(*text, *text + 1, strlen(*text));
  return *text;
}

/* What a schedule depends on beside its scenario. */
static void where(FILE *out, const struct rig_cli_sim_options *options, const char *dialect) {
  option(out, "--pump", options->pump);
  if (dialect || options->dialect_count == 1) {
    option(out, "--dialect", dialect ? dialect : options->dialects[0]);
  }
  if (options->bound_text) {
    option(out, "--bound", options->bound_text);
  }
}

char *rig_replay_live(const struct rig_cli_sim_options *options, const char *scenario_file,
                      const char *dialect, const char *id) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = begin(&text, &size, NULL, "run");
  if (!out) {
    return NULL;
  }
  word(out, scenario_file);
  option(out, "--client", RIG_REPLAY_CLIENT);
  where(out, options, dialect);
  option(out, "--replay", id);
  return end(out, &text);
}

char *rig_replay_run(const struct rig_run_options *options, const char *scenario_file) {
  char *text = NULL, scale[32];
  size_t size = 0;
  FILE *out = begin(&text, &size, options->client, "run");
  if (!out) {
    return NULL;
  }
  word(out, scenario_file);
  if (options->client) {
    option(out, "--client", options->client);
  }
  if (options->sim.pump) {
    where(out, &options->sim, options->sim.dialects[0]);
    option(out, "--replay", options->replay);
  }
  for (size_t i = 0; i < options->argument_count; i++) {
    option(out, "--arg", options->arguments[i]);
  }
  if (options->role_given) {
    option(out, "--as", rig_role_text(options->role));
  }
  number(out, "--deadline", options->deadline_ms);
  number(out, "--timeout", options->timeout_s);
  if (options->scale_permille != 1000) {
    snprintf(scale, sizeof scale, "%g", options->scale_permille / 1000.0);
    option(out, "--scale", scale);
  }
  if (options->strict) {
    word(out, "--strict");
  }
  return end(out, &text);
}

char *rig_replay_judge(const char *session) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = begin(&text, &size, NULL, "judge");
  if (!out) {
    return NULL;
  }
  word(out, session);
  return end(out, &text);
}

char *rig_replay_sim(const struct rig_cli_sim_options *options, const char *scenario_file,
                     const char *dialect, const char *id) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = begin(&text, &size, NULL, "sim");
  if (!out) {
    return NULL;
  }
  word(out, scenario_file);
  where(out, options, dialect);
  if (options->guarded != RIG_GUARD_NONE) {
    word(out, options->guarded == RIG_GUARD_END ? "--guard" : "--guard=begin");
  }
  if (id) {
    option(out, "--replay", id);
  } else {
    if (options->mode != RIG_EXPLORE_STATES) {
      option(out, "--explore",
             options->mode == RIG_EXPLORE_RANDOM && !options->pct
                 ? "random-uniform"
                 : rig_explore_text(options->mode));
    }
    if (options->seed_given) {
      char seed[16];
      snprintf(seed, sizeof seed, "%u", options->seed);
      option(out, "--seed", seed);
    }
  }
  return end(out, &text);
}
