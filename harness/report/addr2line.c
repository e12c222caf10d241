/*
 * One addr2line process for each module, started by posix_spawn (no shell: paths are the user's).
 */
#include "report/addr2line.h"

#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/clean.h"
#include "report/file.h"
#include "report/source.h"

#define ADDRESSES_MAX 1024u /* a call's; more would not fit a command line in the worst case */

/* The tools that may read a PE file, the one that surely can first. */
static const char *const tools[] = {"x86_64-w64-mingw32-addr2line", "i686-w64-mingw32-addr2line",
                                    "addr2line", NULL};

#define MACHINE_AMD64 0x8664u

/* Preferred load address of the PE file at `path`: DWARF is relative to it, not to where the loader
 * put the module. Of an object file (which the simulator loads): 0, where its section begins. False
 * when the file is neither. */
static bool image_base(const char *path, uint64_t *base) {
  unsigned char head[4096] = {0};
  FILE *file = fopen(path, "rbe");
  if (!file) {
    return false;
  }
  size_t bytes = fread(head, 1, sizeof head, file);
  fclose(file);
  uint32_t pe = 0;
  uint16_t machine = 0;
  memcpy(&machine, head, sizeof machine);
  if (machine == MACHINE_AMD64 || memcmp(head, "\177ELF", 4) == 0) { /* or a shared library's */
    *base = 0;
    return true;
  }
  if (bytes < 0x40 || memcmp(head, "MZ", 2) != 0) {
    return false;
  }
  memcpy(&pe, head + 0x3C, sizeof pe);
  if (pe > bytes || bytes - pe < 24 + 56 || memcmp(head + pe, "PE\0\0", 4) != 0) {
    return false;
  }
  const unsigned char *optional = head + pe + 24;
  uint16_t magic = 0;
  memcpy(&magic, optional, sizeof magic);
  if (magic == 0x20B) { /* PE32+ */
    memcpy(base, optional + 24, sizeof *base);
    return true;
  }
  uint32_t narrow = 0;
  memcpy(&narrow, optional + 28, sizeof narrow);
  *base = narrow;
  return magic == 0x10B;
}

static pid_t start(const char *tool, char **arguments, int output) {
  posix_spawn_file_actions_t actions;
  pid_t child = -1;
  if (posix_spawn_file_actions_init(&actions) != 0) {
    return -1;
  }
  arguments[0] = (char *)(uintptr_t)tool;
  int failed = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  failed |= posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  failed |= posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  if (failed != 0 || posix_spawnp(&child, tool, &actions, NULL, arguments, environ) != 0) {
    child = -1;
  }
  posix_spawn_file_actions_destroy(&actions);
  return child;
}

/* One answer is two lines: the function, then "file:line", with "??" for what is not known and
 * perhaps " (discriminator 2)" behind it. */
static void take_answer(char *symbol, char *place, struct rig_line *out) {
  symbol[strcspn(symbol, "\r\n")] = '\0';
  place[strcspn(place, "\r\n")] = '\0';
  char *discriminator = strstr(place, " (discriminator");
  if (discriminator) {
    *discriminator = '\0';
  }
  if (strcmp(symbol, "??") != 0) {
    rig_clean_copy(out->symbol, sizeof out->symbol, symbol);
  }
  const char *colon = strrchr(place, ':');
  char resolved[PATH_MAX];
  if (strncmp(place, "??", 2) == 0 || !colon || strcmp(colon, ":?") == 0 ||
      strcmp(colon, ":0") == 0) {
    return;
  }
  char number[16];
  rig_clean_copy(number, sizeof number, colon);
  place[colon - place] = '\0';
  rig_clean_copy(out->line, sizeof out->line - sizeof number,
                 rig_file_short(realpath(place, resolved) ? resolved : place));
  strcat(out->line, number);
}

static bool ask(const char *tool, char **arguments, size_t count, struct rig_line *out) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return false;
  }
  pid_t child = start(tool, arguments, ends[1]);
  close(ends[1]);
  FILE *answers = child > 0 ? fdopen(ends[0], "re") : NULL;
  if (!answers) {
    close(ends[0]);
    if (child > 0) {
      waitpid(child, NULL, 0);
    }
    return false;
  }
  char symbol[1024], place[PATH_MAX];
  for (size_t i = 0; i < count; i++) {
    if (!fgets(symbol, sizeof symbol, answers) || !fgets(place, sizeof place, answers)) {
      break;
    }
    take_answer(symbol, place, &out[i]);
  }
  fclose(answers);
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void rig_addr2line(const char *windows_path, const uint64_t *offsets, size_t count,
                   struct rig_line *out) {
  char path[PATH_MAX];
  uint64_t base = 0;
  if (!rig_source_native_path(windows_path, path, sizeof path) || !image_base(path, &base)) {
    return;
  }
  count = count < ADDRESSES_MAX ? count : ADDRESSES_MAX;
  char **arguments = calloc(count + 5, sizeof *arguments);
  char(*texts)[24] = calloc(count, sizeof *texts);
  if (arguments && texts) {
    arguments[1] = (char *)(uintptr_t) "-f";
    arguments[2] = (char *)(uintptr_t) "-e";
    arguments[3] = path;
    for (size_t i = 0; i < count; i++) {
      snprintf(texts[i], sizeof texts[i], "0x%llx", (unsigned long long)(base + offsets[i] - 1));
      arguments[4 + i] = texts[i];
    }
    for (size_t i = 0; tools[i] && !ask(tools[i], arguments, count, out); i++) {
    }
  }
  free(arguments);
  free(texts);
}
