/* The work of five clauses on people who are hired, stay and leave, by hand: what the person engine is measured against.
 *
 * People have fixed attributes; a draw gives each a month of hiring (one in ten is never hired) and a stay. Sums by draw,
 * clause and month in yuan: 3,000 once after three months (covered), 5,000 once after twelve, 500 a month (covered and
 * renting), 1,000 to 2,000 in the month of the certificate, 2,000 once after three months (organised).
 * One file, no libraries: cc -O3 -march=native -shared -fPIC. */
#include <stdint.h>
#include <string.h>

#define MONTHS 60
#define CLAUSES 5
#define GAMMA 0x9E3779B97F4A7C15ull

typedef struct {
    uint8_t covered, renting, organised, rate; /* rate: which of the rates of leaving */
    int16_t certified;                         /* month, -1 never */
    int16_t grant;                             /* yuan for the certificate */
} person;

static inline uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

/* Hired in `h`, first month outside `q`: everything that is paid. Monthly payments are kept as differences. */
static inline void pay(const person *p, int h, int q, int64_t (*sums)[MONTHS + 1]) {
    if (h + 2 < q) {
        sums[0][h + 2] += 3000 * p->covered;
        sums[4][h + 2] += 2000 * p->organised;
    }
    if (h + 11 < q) sums[1][h + 11] += 5000;
    if (p->covered & p->renting) {
        sums[2][h] += 500;
        sums[2][q] -= 500;
    }
    if (p->certified >= h && p->certified < q) sums[3][p->certified] += p->grant;
}

static void finish(int64_t (*sums)[MONTHS + 1], int64_t *out) {
    for (int t = 1; t < MONTHS; t++) sums[2][t] += sums[2][t - 1];
    for (int c = 0; c < CLAUSES; c++) memcpy(out + c * MONTHS, sums[c], MONTHS * sizeof(int64_t));
}

/* One word a person: its upper half says the month of hiring, its lower half by inverse distribution function how long
 * the stay is. `limits[rate][k]`: chance of at most k + 1 months, of 2^32; `guide[rate][byte]`: where to begin to look. */
void one_word(const person *people, int64_t n, int64_t from, int64_t to, uint64_t seed, const uint32_t (*limits)[64],
              const uint8_t (*guide)[256], int64_t *out) {
    for (int64_t r = from; r < to; r++) {
        int64_t sums[CLAUSES][MONTHS + 1];
        memset(sums, 0, sizeof sums);
        const uint64_t of_draw = mix(seed + GAMMA * (uint64_t)r);
        for (int64_t i = 0; i < n; i++) {
            const uint64_t word = mix(of_draw + GAMMA * (uint64_t)(i + 1));
            const uint32_t upper = (uint32_t)(word >> 32), lower = (uint32_t)word;
            const int place = (int)(((uint64_t)upper * (10 * MONTHS)) >> 32);
            if (place < MONTHS) continue;
            const int h = (place - MONTHS) / 9;
            const uint32_t *of_rate = limits[people[i].rate];
            int k = guide[people[i].rate][lower >> 24];
            while (lower >= of_rate[k]) k++;
            int q = h + 1 + k;
            if (q > MONTHS) q = MONTHS;
            pay(&people[i], h, q, sums);
        }
        finish(sums, out + (r - from) * CLAUSES * MONTHS);
    }
}

/* A word of 32 bits a month for as long as somebody stays; nobody returns. `leave[rate]`: of 2^32. */
void a_word_a_month(const person *people, int64_t n, int64_t from, int64_t to, uint64_t seed, const uint32_t *leave,
                    int64_t *out) {
    for (int64_t r = from; r < to; r++) {
        int64_t sums[CLAUSES][MONTHS + 1];
        memset(sums, 0, sizeof sums);
        for (int64_t i = 0; i < n; i++) {
            const uint64_t stream = mix(seed + GAMMA * (((uint64_t)r << 32) | (uint64_t)i));
            const uint64_t first = mix(stream + GAMMA);
            if ((uint32_t)(first >> 32) < 429496730u) continue;
            const int h = (int)(((first & 0xffffffffu) * MONTHS) >> 32);
            const uint32_t rate = leave[people[i].rate];
            uint64_t word = 0;
            int q = MONTHS;
            for (int t = h + 1; t < MONTHS; t++) {
                if ((t & 1) == 0 || t == h + 1) word = mix(stream + GAMMA * (uint64_t)(2 + (t >> 1)));
                if (((t & 1) ? (uint32_t)word : (uint32_t)(word >> 32)) < rate) {
                    q = t;
                    break;
                }
            }
            pay(&people[i], h, q, sums);
        }
        finish(sums, out + (r - from) * CLAUSES * MONTHS);
    }
}

/* A word a month from the hiring to the end, by which people leave and come back (`back`: of 2^32). */
void leaving_and_returning(const person *people, int64_t n, int64_t from, int64_t to, uint64_t seed,
                           const uint32_t *leave, uint32_t back, int64_t *out) {
    for (int64_t r = from; r < to; r++) {
        int64_t sums[CLAUSES][MONTHS + 1];
        memset(sums, 0, sizeof sums);
        for (int64_t i = 0; i < n; i++) {
            const person *p = &people[i];
            const uint64_t stream = mix(seed + GAMMA * (((uint64_t)r << 32) | (uint64_t)i));
            const uint64_t first = mix(stream + GAMMA);
            if ((uint32_t)(first >> 32) < 429496730u) continue;
            const int h = (int)(((first & 0xffffffffu) * MONTHS) >> 32);
            const uint32_t rate = leave[p->rate];
            uint64_t word = 0;
            int inside = 1, run = 0, paid3 = 0, paid12 = 0;
            for (int t = h; t < MONTHS; t++) {
                if ((t & 1) == 0 || t == h) word = mix(stream + GAMMA * (uint64_t)(2 + (t >> 1)));
                const uint32_t u = (t & 1) ? (uint32_t)word : (uint32_t)(word >> 32);
                if (t > h) inside = inside ? u >= rate : u >= (uint32_t)(0u - back);
                if (!inside) {
                    run = 0;
                    continue;
                }
                run++;
                if (run >= 3 && !paid3) {
                    sums[0][t] += 3000 * p->covered;
                    sums[4][t] += 2000 * p->organised;
                    paid3 = 1;
                }
                if (run >= 12 && !paid12) {
                    sums[1][t] += 5000;
                    paid12 = 1;
                }
                if (p->covered & p->renting) {
                    sums[2][t] += 500;
                    sums[2][t + 1] -= 500;
                }
                if (t == p->certified) sums[3][t] += p->grant;
            }
        }
        finish(sums, out + (r - from) * CLAUSES * MONTHS);
    }
}
