/*
 * "Did you mean": the candidate at the smallest edit distance, if it is small enough to be meant.
 */
#include <ctype.h>
#include <string.h>

#include "core/names.h"

#define WORD_MAX 63

static int lower(char letter) {
  return tolower((unsigned char)letter);
}

static unsigned smallest(unsigned a, unsigned b, unsigned c) {
  const unsigned ab = a < b ? a : b;
  return ab < c ? ab : c;
}

/* Optimal string alignment: an insertion, a deletion, a substitution and a swap of two neighbours
 * each count one; letter case and '-' against '_' count nothing. Both at most WORD_MAX long. */
static unsigned distance(const char *a, const char *b) {
  unsigned rows[3][WORD_MAX + 1];
  unsigned *before = rows[0];
  unsigned *above = rows[1];
  unsigned *row = rows[2];
  const size_t length = strlen(b);
  for (size_t j = 0; j <= length; j++) {
    above[j] = (unsigned)j;
  }
  for (size_t i = 1; a[i - 1] != '\0'; i++) {
    row[0] = (unsigned)i;
    for (size_t j = 1; j <= length; j++) {
      const int x = a[i - 1] == '_' ? '-' : lower(a[i - 1]);
      const int y = b[j - 1] == '_' ? '-' : lower(b[j - 1]);
      row[j] = smallest(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y));
      if (i > 1 && j > 1 && x == lower(b[j - 2]) && y == lower(a[i - 2]) &&
          before[j - 2] + 1 < row[j]) {
        row[j] = before[j - 2] + 1;
      }
    }
    unsigned *next = before;
    before = above;
    above = row;
    row = next;
  }
  return above[length];
}

const char *rig_nearest(const char *word, const char *const *candidates) {
  const size_t length = strlen(word);
  const char *best = NULL;
  /* A third of the letters may be wrong, and one in a short word: beyond it, it is a guess. */
  unsigned limit = (unsigned)(length < 3 ? 1 : (length + 2) / 3);
  if (length == 0 || length > WORD_MAX) {
    return NULL;
  }
  for (; *candidates != NULL; candidates++) {
    if (strlen(*candidates) > WORD_MAX) {
      continue;
    }
    const unsigned d = distance(word, *candidates);
    if (d <= limit && (best == NULL || d < limit)) {
      best = *candidates;
      limit = d;
    }
  }
  return best;
}
