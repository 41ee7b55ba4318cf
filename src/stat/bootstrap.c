#include "stat/bootstrap.h"

#include <math.h>

#include "base/mem.h"
#include "base/rng.h"
#include "stat/describe.h"
#include "stat/moments.h"

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

enum { PAIRS_R, PAIRS_CCC, PAIRS_ICC, PAIRS };

/* Moments of one sample; `m` are those of all pairs, from whose means it is counted, so
 * that no digits are lost. */
static struct stat_moments draw(const double *x, const double *y, size_t n,
                                const struct stat_moments *m, struct rng *r)
{
    struct stat_moments s = {0};
    const double all = (double)n;
    for (size_t i = 0; i < n; i++) {
        const uint32_t k = rng_below(r, (uint32_t)n);
        const double u = x[k] - m->mean_x, v = y[k] - m->mean_y;
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

    for (int i = 0; i < PAIRS; i++)
        out[i] = NAN;
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

bool stat_bootstrap_agreement(const double *x, const double *y, size_t n,
                              size_t resamples, uint64_t seed,
                              struct stat_bootstrap_pairs *out, struct err *err)
{
    enum { FEWEST = 4 };
    const struct stat_interval none = {NAN, NAN, PERCENTILE};
    struct stat_interval ci[PAIRS] = {none, none, none};
    struct stat_moments m;

    if (!check(n, resamples, err) || !stat_moments(x, y, n, &m, err))
        return false;
    if (n >= FEWEST && m.xx > 0 && m.yy > 0) {
        double *value = mem_alloc(resamples, PAIRS * sizeof *value, err);
        if (!value)
            return false;
        for (size_t b = 0; b < resamples; b++) {
            struct rng r = rng_make(seed, b, STREAM_BOOTSTRAP);
            const struct stat_moments s = draw(x, y, n, &m, &r);
            double c[PAIRS];
            coefficients(&s, &m, (double)n, c);
            for (size_t i = 0; i < PAIRS; i++)
                value[i * resamples + b] = c[i];
        }
        for (size_t i = 0; i < PAIRS; i++)
            percentiles(value + i * resamples, resamples, &ci[i]);
        mem_free(value);
    }
    *out = (struct stat_bootstrap_pairs){ci[PAIRS_R], ci[PAIRS_CCC], ci[PAIRS_ICC]};
    return true;
}
