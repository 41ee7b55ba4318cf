#include "stat/bootstrap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "stat/describe.h"
#include "stat/moments.h"
#include "stat/rank.h"

enum { STREAM_BOOTSTRAP = 0x626f6f74 }; /* "boot": no other purpose's stream */

#define PERCENTILE "bootstrap percentile 95 %"

static bool check(size_t n, size_t resamples, struct err *err)
{
    if (resamples < 1 || resamples > STAT_BOOTSTRAP_MAX)
        return ERR_FAIL(err, ERR_ARG, "%zu bootstrap samples; 1 to %d are possible",
                        resamples, (int)STAT_BOOTSTRAP_MAX);
    if (n > UINT32_MAX)
        return ERR_FAIL(err, ERR_SUPPORT, "bootstrap of %zu values", n);
    return true;
}

bool stat_bootstrap_mean(const double *x, size_t n, size_t resamples, uint64_t seed,
                         struct stat_interval *out, struct err *err)
{
    struct stat_interval ci = {NAN, NAN, PERCENTILE};

    if (!check(n, resamples, err) || !stat_all_finite(x, n, err))
        return false;
    if (n >= 2) {
        double *mean = mem_alloc(resamples, sizeof *mean, err);
        if (!mean)
            return false;
        for (size_t b = 0; b < resamples; b++) {
            struct rng r = rng_make(seed, b, STREAM_BOOTSTRAP);
            double sum = 0;
            for (size_t i = 0; i < n; i++)
                sum += x[rng_below(&r, (uint32_t)n)];
            mean[b] = sum / (double)n;
        }
        stat_sort(mean, resamples);
        ci.lo = stat_quantile(mean, resamples, 0.025);
        ci.hi = stat_quantile(mean, resamples, 0.975);
        mem_free(mean);
    }
    *out = ci;
    return true;
}

/* ---- pairs ---- */

enum { PAIRS_R, PAIRS_CCC, PAIRS_ICC, PAIRS_RHO, PAIRS };

struct place {
    double rank; /* among all, ties sharing theirs */
    size_t at;
};

/* One of the two measurements, by rank. */
struct side {
    struct place *place; /* [n] ascending */
    double *drawn;       /* [n] rank within a sample */
};

/* What a sample is drawn from. */
struct pairs {
    const double *x, *y;
    size_t n;
    struct stat_moments m;
    struct side side[2];
    uint32_t *count; /* [n] how often a pair is in the sample */
};

static int by_rank(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    return (x->rank > y->rank) - (x->rank < y->rank);
}

static bool rank_side(const double *x, size_t n, struct side *out, struct err *err)
{
    double ties = 0;
    out->place = mem_alloc(n, sizeof *out->place, err);
    out->drawn = mem_alloc(n, sizeof *out->drawn, err);
    if (!out->place || !out->drawn || !stat_rank(x, n, out->drawn, &ties, err))
        return false;
    for (size_t i = 0; i < n; i++)
        out->place[i] = (struct place){.rank = out->drawn[i], .at = i};
    qsort(out->place, n, sizeof *out->place, by_rank);
    return true;
}

/* Ranks within the sample: who ties among all ties there. */
static void rank_drawn(struct side *s, const uint32_t *count, size_t n)
{
    double below = 0;
    for (size_t first = 0, end = 0; first < n; first = end) {
        double some = 0;
        while (end < n && s->place[end].rank <= s->place[first].rank)
            some += count[s->place[end++].at];
        for (size_t i = first; i < end; i++)
            s->drawn[s->place[i].at] = below + 0.5 * (some + 1);
        below += some;
    }
}

/* Spearman's, of the sample that `count` tells; NaN where a side does not vary. */
static double rho(struct pairs *p)
{
    const double middle = 0.5 * ((double)p->n + 1);
    double xx = 0, yy = 0, xy = 0;
    rank_drawn(&p->side[0], p->count, p->n);
    rank_drawn(&p->side[1], p->count, p->n);
    for (size_t i = 0; i < p->n; i++) {
        const double u = p->side[0].drawn[i] - middle, v = p->side[1].drawn[i] - middle;
        xx += p->count[i] * u * u;
        yy += p->count[i] * v * v;
        xy += p->count[i] * u * v;
    }
    if (!(xx > 0 && yy > 0))
        return NAN;
    return fmax(-1, fmin(1, xy / (sqrt(xx) * sqrt(yy))));
}

/* A sample: its counts, and its moments, counted from the means of all pairs, so that
 * no digits are lost. */
static struct stat_moments draw(struct pairs *p, struct rng *r)
{
    const struct stat_moments *m = &p->m;
    struct stat_moments s = {0};
    const double all = (double)p->n;
    memset(p->count, 0, p->n * sizeof *p->count);
    for (size_t i = 0; i < p->n; i++) {
        const uint32_t k = rng_below(r, (uint32_t)p->n);
        const double u = p->x[k] - m->mean_x, v = p->y[k] - m->mean_y;
        p->count[k]++;
        s.mean_x += u;
        s.mean_y += v;
        s.xx += u * u;
        s.yy += v * v;
        s.xy += u * v;
    }
    s.xx -= s.mean_x * s.mean_x / all;
    s.yy -= s.mean_y * s.mean_y / all;
    s.xy -= s.mean_x * s.mean_y / all;
    s.mean_x = m->mean_x + s.mean_x / all;
    s.mean_y = m->mean_y + s.mean_y / all;
    return s;
}

/* NaN where a side does not vary but for rounding. */
static void coefficients(const struct stat_moments *s, const struct stat_moments *all,
                         double n, double out[PAIRS])
{
    static const double rounding = 1e-12;
    const double shift = s->mean_x - s->mean_y, between = n * shift * shift;
    const double both = s->xx + s->yy;
    /* mean squares of subjects, error and raters, times 2 (n - 1) */
    const double subjects = both + 2 * s->xy, error = fmax(0, both - 2 * s->xy);
    const double raters = (n - 1) * between;

    out[PAIRS_R] = out[PAIRS_CCC] = out[PAIRS_ICC] = NAN;
    if (!(s->xx > rounding * all->xx && s->yy > rounding * all->yy))
        return;
    out[PAIRS_R] = fmax(-1, fmin(1, s->xy / (sqrt(s->xx) * sqrt(s->yy))));
    out[PAIRS_CCC] = 2 * s->xy / (both + between);
    out[PAIRS_ICC] = (subjects - error) / (subjects + error + 2 * (raters - error) / n);
}

/* Of the values that exist; not available where too many do not. */
static void percentiles(double *value, size_t resamples, struct stat_interval *ci)
{
    const size_t kept = stat_sort_finite(value, resamples);
    if (20 * (resamples - kept) > resamples)
        return;
    ci->lo = stat_quantile(value, kept, 0.025);
    ci->hi = stat_quantile(value, kept, 0.975);
}

static bool resample(struct pairs *p, size_t resamples, uint64_t seed,
                     struct stat_interval ci[PAIRS], struct err *err)
{
    double *value = mem_alloc(resamples, PAIRS * sizeof *value, err);
    p->count = mem_alloc(p->n, sizeof *p->count, err);
    const bool ok = value && p->count && rank_side(p->x, p->n, &p->side[0], err) &&
                    rank_side(p->y, p->n, &p->side[1], err);
    for (size_t b = 0; ok && b < resamples; b++) {
        struct rng r = rng_make(seed, b, STREAM_BOOTSTRAP);
        const struct stat_moments s = draw(p, &r);
        double c[PAIRS];
        coefficients(&s, &p->m, (double)p->n, c);
        c[PAIRS_RHO] = rho(p);
        for (size_t i = 0; i < PAIRS; i++)
            value[i * resamples + b] = c[i];
    }
    for (size_t i = 0; ok && i < PAIRS; i++)
        percentiles(value + i * resamples, resamples, &ci[i]);
    for (int i = 0; i < 2; i++) {
        mem_free(p->side[i].place);
        mem_free(p->side[i].drawn);
    }
    mem_free(p->count);
    mem_free(value);
    return ok;
}

bool stat_bootstrap_agreement(const double *x, const double *y, size_t n,
                              size_t resamples, uint64_t seed,
                              struct stat_bootstrap_pairs *out, struct err *err)
{
    enum { FEWEST = 4 };
    const struct stat_interval none = {NAN, NAN, PERCENTILE};
    struct stat_interval ci[PAIRS] = {none, none, none, none};
    struct pairs p = {.x = x, .y = y, .n = n};

    if (!check(n, resamples, err) || !stat_moments(x, y, n, &p.m, err))
        return false;
    if (n >= FEWEST && p.m.xx > 0 && p.m.yy > 0 &&
        !resample(&p, resamples, seed, ci, err))
        return false;
    *out = (struct stat_bootstrap_pairs){ci[PAIRS_R], ci[PAIRS_CCC], ci[PAIRS_ICC],
                                         ci[PAIRS_RHO]};
    return true;
}
