/*
 * One lock file for a cache folder, a byte for each place on each CPU: whoever locks the byte has
 * the place. First places go before second ones. The locks belong to an open file description, so
 * two prefixes of one process count as two, and the kernel gives them back when their owner dies.
 */
#include "live/cpu.h"

#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <unistd.h>

#include "live/files.h"
#include "live/process.h"

#define PLACES 64 /* on one CPU; more prefixes than that share one by chance */

static bool take_place(int file, int place, int cpu) {
  struct flock byte = {.l_type = F_WRLCK,
                       .l_whence = SEEK_SET,
                       .l_start = (off_t)place * CPU_SETSIZE + cpu,
                       .l_len = 1};
  return fcntl(file, F_OFD_SETLK, &byte) == 0;
}

/* `chance` turns the order, for those who cannot see each other's locks. */
static int nth_cpu(const cpu_set_t *set, unsigned chance, unsigned n) {
  unsigned left = (chance + n) % (unsigned)CPU_COUNT(set);
  int cpu = 0;
  while (!CPU_ISSET((size_t)cpu, set) || left-- > 0) {
    cpu++;
  }
  return cpu;
}

int rig_take_cpu(const char *cache, int *lock) {
  *lock = -1;
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0 || CPU_COUNT(&set) == 0) {
    return RIG_ANY_CPU;
  }
  const unsigned chance = (unsigned)getpid();
  char path[RIG_PATH_BYTES];
  const int file =
      rig_path(path, "%s/cpus.lock", cache) ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
  for (int place = 0; file >= 0 && place < PLACES; place++) {
    for (unsigned n = 0; n < (unsigned)CPU_COUNT(&set); n++) {
      const int cpu = nth_cpu(&set, chance, n);
      if (take_place(file, place, cpu)) {
        *lock = file;
        return cpu;
      }
    }
  }
  if (file >= 0) {
    (void)close(file);
  }
  return nth_cpu(&set, chance, 0);
}
