/* What a careful programmer writes by hand for the five clauses of `lite.policy`, as a yardstick for the kernels.
 *
 *   scan     one byte a month, a person at a time, month after month
 *   packed   one bit a month
 *   staff    how many of each enterprise's staff are employed, in each month, and which enterprises reach a number
 *
 * Sums are by clause and month, in yuan.  gcc -O3 -march=native -shared -fPIC
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__AVX512BW__) && defined(__AVX512F__)
#include <immintrin.h>
#endif

enum { MONTHS = 60, CLAUSES = 5 };
typedef struct { const uint8_t *covered, *renting, *organised, *level; const int16_t *certified; } People;
static const int64_t GRANT[4] = {0, 1000, 1500, 2000};

void scan(int64_t n, const uint8_t *employed, const People *p, int64_t *sums) {
  memset(sums, 0, sizeof(int64_t) * CLAUSES * MONTHS);
  for (int64_t i = 0; i < n; i++) {
    const uint8_t *months = employed + i * MONTHS;
    int run = 0, stable = !p->covered[i], transport = 0, agency = !p->organised[i];
    int rents = p->covered[i] && p->renting[i];
    for (int m = 0; m < MONTHS; m++) {
      if (!months[m]) { run = 0; continue; }
      run++;
      if (run >= 3) {
        if (!stable) { stable = 1; sums[m] += 3000; }
        if (!agency) { agency = 1; sums[4 * MONTHS + m] += 2000; }
        if (run >= 12 && !transport) { transport = 1; sums[MONTHS + m] += 5000; }
      }
      if (rents) sums[2 * MONTHS + m] += 500;
      if (m == p->certified[i]) sums[3 * MONTHS + m] += GRANT[p->level[i]];
    }
  }
}

void packed(int64_t n, const uint64_t *employed, const People *p, int64_t *sums) {
  int64_t at[CLAUSES][65];
  memset(at, 0, sizeof at);
  for (int64_t first = 0; first < n; first += 255) {
    int64_t last = first + 255 < n ? first + 255 : n;
#if defined(__AVX512BW__) && defined(__AVX512F__)
    __m512i rent = _mm512_setzero_si512();
#else
    uint8_t rent[64] = {0};
#endif
    for (int64_t i = first; i < last; i++) {
      uint64_t e = employed[i], three = e & e << 1 & e << 2, six = three & three << 3, twelve = six & six << 6;
      if (three) {
        int m = __builtin_ctzll(three);
        at[0][m] += p->covered[i];
        at[4][m] += p->organised[i];
        if (twelve) at[1][__builtin_ctzll(twelve)]++;
      }
      if (p->level[i]) at[3][p->certified[i]] += GRANT[p->level[i]] * (e >> p->certified[i] & 1);
      uint64_t rented = p->covered[i] && p->renting[i] ? e : 0;
#if defined(__AVX512BW__) && defined(__AVX512F__)
      rent = _mm512_mask_sub_epi8(rent, rented, rent, _mm512_set1_epi8(-1));
#else
      for (int m = 0; m < 64; m++) rent[m] += rented >> m & 1;
#endif
    }
    uint8_t counted[64];
#if defined(__AVX512BW__) && defined(__AVX512F__)
    _mm512_storeu_si512(counted, rent);
#else
    memcpy(counted, rent, sizeof counted);
#endif
    for (int m = 0; m < MONTHS; m++) at[2][m] += counted[m];
  }
  static const int64_t amount[CLAUSES] = {3000, 5000, 500, 1, 2000};
  for (int c = 0; c < CLAUSES; c++)
    for (int m = 0; m < MONTHS; m++) sums[c * MONTHS + m] = at[c][m] * amount[c];
}

/* 100,000 once for an enterprise in the first month in which 20 of its covered staff are employed. */
void staff(int64_t n, const uint64_t *employed, const uint8_t *covered, const int32_t *employer, int64_t enterprises,
           int64_t *sums) {
  int32_t *counts = calloc(enterprises * 64, sizeof *counts);
  for (int64_t i = 0; i < n; i++) {
    if (!covered[i]) continue;
    int32_t *own = counts + 64 * (int64_t)employer[i];
    uint64_t e = employed[i];
    for (int m = 0; m < 64; m++) own[m] += e >> m & 1;
  }
  memset(sums, 0, sizeof(int64_t) * MONTHS);
  for (int64_t k = 0; k < enterprises; k++)
    for (int m = 0; m < MONTHS; m++)
      if (counts[64 * k + m] >= 20) { sums[m] += 100000; break; }
  free(counts);
}
