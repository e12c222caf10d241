/*
 * Processes, caches, templates and copies of prefixes, with a stand-in for Wine: a shell script
 * that makes what wineboot would. The real one is live/test_run.c's.
 */
#include <check.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live/clock.h"
#include "live/cpu.h"
#include "live/files.h"
#include "live/live.h"
#include "live/prefix.h"
#include "live/process.h"
#include "live/wine.h"
#include "unit/suite.h"

static char folder[RIG_PATH_BYTES];
static char error[700];

static void setup(void) {
  char template[] = "/tmp/mapirig-test-XXXXXX";
  ck_assert_ptr_nonnull(mkdtemp(template));
  ck_assert(rig_path(folder, "%s", template));
}

static void teardown(void) {
  (void)rig_end_prefix(folder);
  rig_remove_tree(folder);
}

static const char *at(const char *name) {
  static char paths[4][RIG_PATH_BYTES];
  static unsigned next;
  char *path = paths[next++ % 4];
  ck_assert(rig_path(path, "%s/%s", folder, name));
  return path;
}

static void write_text(const char *path, const char *text, mode_t mode) {
  FILE *file = fopen(path, "wx");
  ck_assert_ptr_nonnull(file);
  ck_assert_int_ge(fputs(text, file), 0);
  ck_assert_int_eq(fclose(file), 0);
  ck_assert_int_eq(chmod(path, mode), 0);
}

/* ---- processes ---- */

static pid_t spawn_shell(const char *script, const char *prefix, pid_t *keeper) {
  const char *const arguments[] = {"/bin/sh", "-c", script, NULL};
  char **environment = rig_environment(prefix, NULL);
  const struct rig_spawn spawn = {
      .arguments = arguments, .environment = environment, .input = -1, .cpu = RIG_ANY_CPU};
  const pid_t process = keeper != NULL ? rig_spawn_kept(&spawn, keeper) : rig_spawn(&spawn);
  ck_assert_int_gt(process, 0);
  rig_environment_free(environment);
  return process;
}

static size_t await_count(const char *prefix, size_t wanted) {
  pid_t found[8];
  size_t count = 0;
  for (int i = 0; i < 5000; i++) {
    count = rig_find_in_prefix(prefix, found, 8);
    if (count == wanted) {
      break;
    }
    rig_sleep_us(1000);
  }
  return count;
}

START_TEST(only_the_exact_prefix_is_swept) {
  char longer[RIG_PATH_BYTES];
  ck_assert(rig_path(longer, "%s-other", folder));
  const pid_t mine = spawn_shell("sleep 60 & sleep 60", folder, NULL);
  const pid_t other = spawn_shell("exec sleep 60", longer, NULL);
  ck_assert_uint_eq(await_count(folder, 3), 3);
  ck_assert_uint_eq(await_count(longer, 1), 1);
  (void)rig_end_prefix(folder); /* no server among them: they are killed */
  ck_assert_uint_eq(await_count(folder, 0), 0);
  ck_assert_uint_eq(await_count(longer, 1), 1);
  (void)rig_end_prefix(longer);
  ck_assert_int_eq(waitpid(mine, NULL, 0), mine);
  ck_assert_int_eq(waitpid(other, NULL, 0), other);
}
END_TEST

START_TEST(a_keeper_ends_after_the_last_orphan) {
  pid_t keeper = 0;
  int status = 0;
  /* The shell ends at once; its child is an orphan then. */
  const pid_t process = spawn_shell("sleep 60 & exit 0", folder, &keeper);
  ck_assert_uint_eq(await_count(folder, 1), 1);
  for (int i = 0; i < 2000 && kill(process, 0) == 0; i++) {
    rig_sleep_us(1000); /* reaped by the keeper, not by us */
  }
  ck_assert_int_ne(kill(process, 0), 0);
  ck_assert(!rig_ended(keeper, &status));
  (void)rig_end_prefix(folder);
  ck_assert(rig_await(keeper, 5000, &status));
  ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
END_TEST

START_TEST(nothing_but_standard_descriptors_is_inherited) {
  const int leak = open("/dev/null", O_RDONLY);
  ck_assert_int_eq(dup2(leak, 77), 77);
  int status = 0;
  const pid_t process = spawn_shell("test ! -e /proc/self/fd/77", folder, NULL);
  ck_assert(rig_await(process, 5000, &status));
  ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(waiting_ends_at_the_interrupt) {
  const pid_t process = spawn_shell("exec sleep 60", folder, NULL);
  int status = 0;
  ck_assert(!rig_await(process, 10, &status));
  rig_live_interrupt();
  const double began = rig_now_ms();
  ck_assert(!rig_await(process, 60000, &status));
  ck_assert_msg(rig_now_ms() - began < 2000, "it went on waiting");
  rig_interrupt_reset();
}
END_TEST

START_TEST(the_environment_is_wines) {
  ck_assert_int_eq(setenv("DISPLAY", ":9", 1), 0);
  ck_assert_int_eq(setenv("WINEPREFIX", "/somewhere", 1), 0);
  ck_assert_int_eq(setenv("WINEDLLOVERRIDES", "mapi32=b", 1), 0);
  ck_assert_int_eq(setenv("KEPT", "yes", 1), 0);
  char **environment = rig_environment("/p", "/h");
  unsigned prefixes = 0;
  bool kept = false;
  for (size_t i = 0; environment[i] != NULL; i++) {
    ck_assert_int_ne(strncmp(environment[i], "DISPLAY=", 8), 0);
    ck_assert_str_ne(environment[i], "WINEDLLOVERRIDES=mapi32=b");
    prefixes += strncmp(environment[i], "WINEPREFIX=", 11) == 0;
    kept |= strcmp(environment[i], "KEPT=yes") == 0;
    if (strncmp(environment[i], "HOME=", 5) == 0) {
      ck_assert_str_eq(environment[i], "HOME=/h");
    }
  }
  ck_assert_uint_eq(prefixes, 1);
  ck_assert(kept);
  rig_environment_free(environment);
}
END_TEST

/* ---- CPUs ---- */

/* At most so many of them from now on, for this process: each test is one of its own. */
static void allow_cpus(unsigned count) {
  cpu_set_t set;
  CPU_ZERO(&set);
  ck_assert_int_eq(sched_getaffinity(0, sizeof set, &set), 0);
  for (size_t cpu = CPU_SETSIZE; cpu-- > 0 && (unsigned)CPU_COUNT(&set) > count;) {
    CPU_CLR(cpu, &set);
  }
  ck_assert_int_eq(sched_setaffinity(0, sizeof set, &set), 0);
}

/* Two prefixes of one process share no CPU while another is free, nor do those of two processes. */
START_TEST(prefixes_at_once_are_spread_over_the_cpus) {
  allow_cpus(2);
  cpu_set_t set;
  ck_assert_int_eq(sched_getaffinity(0, sizeof set, &set), 0);
  const int count = CPU_COUNT(&set);
  int lock[4];
  const int first = rig_take_cpu(folder, &lock[0]);
  ck_assert(CPU_ISSET((size_t)first, &set));
  const pid_t other = fork();
  ck_assert_int_ge(other, 0);
  if (other == 0) {
    const int second = rig_take_cpu(folder, &lock[1]);
    const int third = rig_take_cpu(folder, &lock[2]); /* all are taken: any of them */
    const int fourth = rig_take_cpu(folder, &lock[3]);
    _exit(count > 1 && (second == first || third == fourth));
  }
  int status = 0;
  ck_assert_int_eq(waitpid(other, &status, 0), other);
  ck_assert_int_eq(status, 0);
  /* It died without closing a lock; what it had is free again. */
  const int second = rig_take_cpu(folder, &lock[1]);
  ck_assert(count == 1 || second != first);
  ck_assert_int_eq(close(lock[0]), 0);
  ck_assert_int_eq(rig_take_cpu(folder, &lock[2]), first);
  ck_assert_int_ge(rig_take_cpu(folder, &lock[3]), 0);
  for (int i = 1; i < 4; i++) {
    ck_assert_int_ge(lock[i], 0);
    ck_assert_int_eq(close(lock[i]), 0);
  }
}
END_TEST

START_TEST(a_cpu_is_found_where_nothing_can_be_locked) {
  int lock = 0;
  ck_assert_int_ge(rig_take_cpu("/proc/nowhere", &lock), 0);
  ck_assert_int_eq(lock, -1);
}
END_TEST

/* ---- the cache ---- */

START_TEST(the_cache_is_where_it_is_said) {
  char out[RIG_PATH_BYTES];
  ck_assert_int_eq(rig_cache_folder(at("named"), out, error, sizeof error), RIG_OK);
  ck_assert_str_eq(out, at("named"));
  ck_assert_int_eq(setenv("XDG_CACHE_HOME", at("xdg"), 1), 0);
  ck_assert_int_eq(rig_cache_folder(NULL, out, error, sizeof error), RIG_OK);
  ck_assert_str_eq(out, at("xdg/mapirig"));
  ck_assert(rig_is_folder(at("xdg/mapirig")));
  ck_assert_int_eq(unsetenv("XDG_CACHE_HOME"), 0);
  ck_assert_int_eq(setenv("HOME", at("home"), 1), 0);
  ck_assert_int_eq(rig_cache_folder(NULL, out, error, sizeof error), RIG_OK);
  ck_assert_int_eq(strncmp(out, "/tmp/mapirig-", 13), 0);
  ck_assert(!rig_is_folder(at("home"))); /* a home is not ours to make */
  ck_assert_int_eq(mkdir(at("home"), 0700), 0);
  ck_assert_int_eq(rig_cache_folder(NULL, out, error, sizeof error), RIG_OK);
  ck_assert_str_eq(out, at("home/.cache/mapirig"));
}
END_TEST

START_TEST(a_home_that_is_no_folder_falls_back) {
  char out[RIG_PATH_BYTES];
  write_text(at("file"), "", 0600);
  ck_assert_int_eq(unsetenv("XDG_CACHE_HOME"), 0);
  ck_assert_int_eq(setenv("HOME", at("file"), 1), 0);
  ck_assert_msg(rig_cache_folder(NULL, out, error, sizeof error) == RIG_OK, "%s", error);
  ck_assert_int_eq(strncmp(out, "/tmp/mapirig-", 13), 0);
  ck_assert_int_eq(rig_cache_folder(at("file"), out, error, sizeof error), RIG_IO);
  ck_assert_ptr_nonnull(strstr(error, at("file"))); /* a named one does not fall back */
}
END_TEST

START_TEST(folders_of_dead_owners_are_deleted) {
  char first[RIG_PATH_BYTES];
  char second[RIG_PATH_BYTES];
  char stale[RIG_PATH_BYTES];
  int locks[2];
  ck_assert_int_eq(rig_run_folder(folder, first, &locks[0], error, sizeof error), RIG_OK);
  ck_assert(rig_path(stale, "%s/prefix", first));
  ck_assert_int_eq(mkdir(stale, 0700), 0);
  const pid_t left = spawn_shell("exec sleep 60", stale, NULL);
  ck_assert_uint_eq(await_count(stale, 1), 1); /* it runs, so it has let go of our descriptors */
  ck_assert_int_eq(rig_run_folder(folder, second, &locks[1], error, sizeof error), RIG_OK);
  ck_assert(rig_is_folder(first)); /* its owner lives */
  (void)close(locks[0]);           /* as the end of its owner does */
  ck_assert_int_eq(rig_run_folder(folder, stale, &locks[0], error, sizeof error), RIG_OK);
  ck_assert(!rig_is_folder(first));
  ck_assert(rig_is_folder(second));
  ck_assert_int_eq(waitpid(left, NULL, 0), left);
}
END_TEST

START_TEST(sessions_of_dead_harnesses_are_deleted_when_old) {
  char mine[64];
  char others[64];
  struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
  const pid_t dead = fork();
  if (dead == 0) {
    _exit(0);
  }
  ck_assert_int_eq(waitpid(dead, NULL, 0), dead);
  (void)snprintf(mine, sizeof mine, "mapirig-%ld-0.session", (long)getpid());
  (void)snprintf(others, sizeof others, "mapirig-%ld-3.session", (long)dead);
  write_text(at(mine), "", 0600);
  write_text(at(others), "", 0600);
  write_text(at("mapirig-x-0.session"), "", 0600);
  rig_remove_stale_sessions(folder);
  ck_assert(rig_is_file(at(others))); /* somebody may still want to look at it */
  ck_assert_int_eq(utimensat(AT_FDCWD, at(others), old, 0), 0);
  ck_assert_int_eq(utimensat(AT_FDCWD, at(mine), old, 0), 0);
  ck_assert_int_eq(utimensat(AT_FDCWD, at("mapirig-x-0.session"), old, 0), 0);
  rig_remove_stale_sessions(folder);
  ck_assert(!rig_is_file(at(others)));
  ck_assert(rig_is_file(at(mine)));
  ck_assert(rig_is_file(at("mapirig-x-0.session")));
}
END_TEST

/* ---- templates ---- */

/* Makes a prefix as wineboot does; leaves a word for each call. */
static const char fake_wine[] = "#!/bin/sh\n"
                                "echo x >>\"$FAKE_CALLS\"\n"
                                "case $FAKE_MODE in fail) echo 'no good' >&2; exit 1;; "
                                "hang) exec sleep 60;; esac\n"
                                "cd \"$WINEPREFIX\" && mkdir -p drive_c/windows/system32 "
                                "drive_c/users/me && cd drive_c/windows/system32 &&\n"
                                "printf 'same' >same.dll && printf 'mine' >other.dll &&\n"
                                "printf 'wine' >mapi32.dll && printf 'text' >../win.ini &&\n"
                                "ln -s /nowhere ../../users/me/Desktop &&\n"
                                "cd ../../.. && : >.update-timestamp && : >userdef.reg &&\n"
                                "printf 'WINE REGISTRY\\n' >system.reg && cp system.reg user.reg\n"
                                "sleep 0.2\n";

static struct rig_wine make_wine(void) {
  struct rig_wine wine = {.stamp = 42};
  ck_assert_int_eq(setenv("FAKE_CALLS", at("calls"), 1), 0);
  write_text(at("wine"), fake_wine, 0755);
  ck_assert_int_eq(mkdir(at("installed"), 0700), 0);
  write_text(at("installed/same.dll"), "same", 0644);
  write_text(at("installed/other.dll"), "his!", 0644);
  ck_assert(rig_path(wine.loader, "%s", at("wine")));
  ck_assert(rig_path(wine.windows[0], "%s", at("installed")));
  return wine;
}

static size_t calls(void) {
  struct stat info;
  return stat(at("calls"), &info) == 0 ? (size_t)info.st_size / 2 : 0;
}

static const struct rig_live_options plain = {.scale_permille = 1000};

START_TEST(a_template_is_made_once) {
  const struct rig_wine wine = make_wine();
  char out[RIG_PATH_BYTES];
  char text[400];
  for (int i = 0; i < 2; i++) {
    ck_assert_msg(rig_template(&wine, folder, &plain, out, error, sizeof error) == RIG_OK, "%s",
                  error);
  }
  ck_assert_uint_eq(calls(), 1);
  ck_assert_str_eq(out, at("template-000000000000002a"));
  rig_read_tail(at("template-000000000000002a/user.reg"), text, sizeof text);
  ck_assert_ptr_nonnull(strstr(text, "\"Graphics\"=\"null\""));
  rig_read_tail(at("template-000000000000002a/system.reg"), text, sizeof text);
  ck_assert_ptr_nonnull(strstr(text, "\"Debugger\"=\"false\""));
  struct stat info;
  ck_assert_int_eq(lstat(at("template-000000000000002a/drive_c/windows/system32/same.dll"), &info),
                   0);
  ck_assert(S_ISLNK(info.st_mode));
  ck_assert_int_eq(lstat(at("template-000000000000002a/drive_c/windows/system32/other.dll"), &info),
                   0);
  ck_assert(S_ISREG(info.st_mode)); /* the same size, another content */
  struct rig_wine newer = wine;
  newer.stamp = 43;
  ck_assert_int_eq(rig_template(&newer, folder, &plain, out, error, sizeof error), RIG_OK);
  ck_assert_uint_eq(calls(), 2);
}
END_TEST

static void *make_one(void *context) {
  char out[RIG_PATH_BYTES];
  char problem[700];
  return rig_template(context, folder, &plain, out, problem, sizeof problem) == RIG_OK ? NULL
                                                                                       : context;
}

START_TEST(two_at_once_make_one) {
  struct rig_wine wine = make_wine();
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) {
    ck_assert_int_eq(pthread_create(&threads[i], NULL, make_one, &wine), 0);
  }
  for (int i = 0; i < 4; i++) {
    void *failed = NULL;
    ck_assert_int_eq(pthread_join(threads[i], &failed), 0);
    ck_assert_ptr_null(failed);
  }
  ck_assert_uint_eq(calls(), 1);
}
END_TEST

START_TEST(a_template_that_fails_is_never_used) {
  const struct rig_wine wine = make_wine();
  char out[RIG_PATH_BYTES] = "untouched";
  ck_assert_int_eq(setenv("FAKE_MODE", "fail", 1), 0);
  ck_assert_int_eq(rig_template(&wine, folder, &plain, out, error, sizeof error), RIG_IO);
  ck_assert_ptr_nonnull(strstr(error, "no good"));
  ck_assert_str_eq(out, "untouched");
  ck_assert(!rig_is_folder(at("template-000000000000002a")));
  ck_assert(!rig_is_folder(at("template-000000000000002a.half")));
  ck_assert_int_eq(unsetenv("FAKE_MODE"), 0);
  ck_assert_int_eq(rig_template(&wine, folder, &plain, out, error, sizeof error), RIG_OK);
}
END_TEST

static void *interrupt_soon(void *unused) {
  rig_sleep_us(200000);
  rig_live_interrupt();
  return unused;
}

START_TEST(making_a_template_can_be_interrupted) {
  const struct rig_wine wine = make_wine();
  char out[RIG_PATH_BYTES];
  pthread_t thread;
  ck_assert_int_eq(setenv("FAKE_MODE", "hang", 1), 0);
  ck_assert_int_eq(pthread_create(&thread, NULL, interrupt_soon, NULL), 0);
  const double began = rig_now_ms();
  ck_assert_int_eq(rig_template(&wine, folder, &plain, out, error, sizeof error), RIG_INTERRUPTED);
  ck_assert_msg(rig_now_ms() - began < 2200, "%.0f ms", rig_now_ms() - began);
  ck_assert_int_eq(pthread_join(thread, NULL), 0);
  ck_assert_uint_eq(rig_find_in_prefix(at("template-000000000000002a.half"), NULL, 0), 0);
  rig_interrupt_reset();
}
END_TEST

/* ---- copies ---- */

START_TEST(a_copy_shares_programs_and_nothing_else) {
  const struct rig_wine wine = make_wine();
  char template[RIG_PATH_BYTES];
  char target[RIG_PATH_BYTES] = "";
  char text[100];
  struct stat info;
  ck_assert_int_eq(rig_template(&wine, folder, &plain, template, error, sizeof error), RIG_OK);
  ck_assert(rig_make_folders(at("bin/x86_64")));
  ck_assert_int_eq(rig_prefix_copy(template, at("bin"), at("p0"), error, sizeof error), RIG_IO);
  ck_assert_ptr_nonnull(strstr(error, "./rig run")); /* nothing was built: the remedy */
  write_text(at("bin/x86_64/mapi32.dll"), "stub", 0644);
  write_text(at("bin/x86_64/rig-host.exe"), "host", 0644);
  ck_assert_msg(rig_prefix_copy(template, at("bin"), at("p"), error, sizeof error) == RIG_OK, "%s",
                error);
  /* Links lead to the installation, past the template. */
  ck_assert_int_gt(readlink(at("p/drive_c/windows/system32/same.dll"), target, sizeof target - 1),
                   0);
  ck_assert_str_eq(target, "../../../x86_64/same.dll");
  /* And are second names: no inode is made or removed for them. */
  struct stat theirs;
  ck_assert_int_eq(lstat(at("p/drive_c/windows/system32/same.dll"), &info), 0);
  ck_assert_int_eq(
      lstat(at("template-000000000000002a/drive_c/windows/system32/same.dll"), &theirs), 0);
  ck_assert_uint_eq(info.st_ino, theirs.st_ino);
  rig_read_tail(at("p/drive_c/windows/system32/same.dll"), text, sizeof text);
  ck_assert_str_eq(text, "same");
  rig_read_tail(at("p/drive_c/windows/system32/other.dll"), text, sizeof text);
  ck_assert_str_eq(text, "mine");
  rig_remove_tree(at("p.x")); /* one that does not exist is fine */
  ck_assert_int_eq(lstat(at("p/drive_c/windows/system32/mapi32.dll"), &info), 0);
  ck_assert(S_ISREG(info.st_mode));
  rig_read_tail(at("p/drive_c/windows/system32/mapi32.dll"), text, sizeof text);
  ck_assert_str_eq(text, "stub");
  /* The user's folder that led out of the prefix is the prefix's own. */
  ck_assert_int_eq(lstat(at("p/drive_c/users/me/Desktop"), &info), 0);
  ck_assert(S_ISDIR(info.st_mode));
  ck_assert_int_eq(lstat(at("p/drive_c/windows/win.ini"), &info), 0);
  ck_assert(S_ISREG(info.st_mode));
  ck_assert(rig_append_text(at("p/drive_c/windows/win.ini"), "changed"));
  ck_assert(rig_append_text(at("p/system.reg"), "changed"));
  rig_remove_tree(at("p"));
  ck_assert(!rig_is_folder(at("p")));
  rig_read_tail(at("template-000000000000002a/drive_c/windows/win.ini"), text, sizeof text);
  ck_assert_str_eq(text, "text");
  ck_assert(rig_is_file(at("installed/same.dll")));
  ck_assert(rig_is_file(at("template-000000000000002a/drive_c/windows/system32/same.dll")));
  ck_assert(rig_is_file(at("template-000000000000002a/drive_c/windows/system32/other.dll")));
}
END_TEST

static Suite *make_suite(void) {
  Suite *suite = suite_create("live prefix");
  TCase *cases = tcase_create("prefix");
  tcase_set_timeout(cases, 60);
  tcase_add_checked_fixture(cases, setup, teardown);
  tcase_add_test(cases, only_the_exact_prefix_is_swept);
  tcase_add_test(cases, a_keeper_ends_after_the_last_orphan);
  tcase_add_test(cases, nothing_but_standard_descriptors_is_inherited);
  tcase_add_test(cases, waiting_ends_at_the_interrupt);
  tcase_add_test(cases, the_environment_is_wines);
  tcase_add_test(cases, prefixes_at_once_are_spread_over_the_cpus);
  tcase_add_test(cases, a_cpu_is_found_where_nothing_can_be_locked);
  tcase_add_test(cases, the_cache_is_where_it_is_said);
  tcase_add_test(cases, a_home_that_is_no_folder_falls_back);
  tcase_add_test(cases, folders_of_dead_owners_are_deleted);
  tcase_add_test(cases, sessions_of_dead_harnesses_are_deleted_when_old);
  tcase_add_test(cases, a_template_is_made_once);
  tcase_add_test(cases, two_at_once_make_one);
  tcase_add_test(cases, a_template_that_fails_is_never_used);
  tcase_add_test(cases, making_a_template_can_be_interrupted);
  tcase_add_test(cases, a_copy_shares_programs_and_nothing_else);
  suite_add_tcase(suite, cases);
  return suite;
}

int main(void) {
  return run_suite(make_suite());
}
