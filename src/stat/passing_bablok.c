#include "stat/passing_bablok.h"

#include <math.h>

#include "base/mem.h"
#include "stat/describe.h"

struct slopes {
    double *s; /* [n] ascending */
    size_t n;
    size_t below; /* -1: how far the median is shifted */
    size_t rising, falling;
};

static void list_slopes(const double *x, const double *y, size_t n, struct slopes *out)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            const double dx = x[j] - x[i], dy = y[j] - y[i];
            if (dx == 0 && dy == 0)
                continue;
            if (dx != 0 && dy != 0)
                *((dx > 0) == (dy > 0) ? &out->rising : &out->falling) += 1;
            const double slope = dx != 0 ? dy / dx : (double)INFINITY;
            if (slope == -1)
                continue;
            out->s[out->n++] = slope;
            out->below += slope < -1;
        }
    stat_sort(out->s, out->n);
}

/* The slope of rank `rank` (from 1) after the shift; NaN when there is none. */
static double slope_at(const struct slopes *s, double rank)
{
    const double at = rank + (double)s->below;
    if (!(rank >= 1 && at <= (double)s->n) || isinf(s->s[(size_t)at - 1]))
        return NAN;
    return s->s[(size_t)at - 1];
}

static double median_slope(const struct slopes *s)
{
    const double half = floor(0.5 * (double)(s->n + 1));
    return s->n % 2 ? slope_at(s, half)
                    : 0.5 * (slope_at(s, half) + slope_at(s, half + 1));
}

/* Median of y - slope x; NaN for a slope of NaN. */
static double median_rest(const double *x, const double *y, size_t n, double slope,
                          double *scratch)
{
    if (isnan(slope))
        return NAN;
    for (size_t i = 0; i < n; i++)
        scratch[i] = y[i] - slope * x[i];
    stat_sort(scratch, n);
    return stat_quantile(scratch, n, 0.5);
}

static void fit(const double *x, const double *y, const struct slopes *s,
                double *scratch, struct stat_line *line)
{
    const size_t n = line->n;
    const double slope = median_slope(s);
    /* the shift takes the methods to measure the same, and a line that falls for the
     * steep end of one that rises */
    if (isnan(slope) || s->falling > s->rising)
        return;
    line->available = true;
    line->slope = slope;
    line->intercept = median_rest(x, y, n, slope, scratch);
    const double m = (double)n;
    const double c = STAT_Z95 * sqrt(m * (m - 1) * (2 * m + 5) / 18);
    const double rank = round(0.5 * ((double)s->n - c));
    line->ci_slope.lo = slope_at(s, rank);
    line->ci_slope.hi = slope_at(s, (double)s->n - rank + 1);
    line->ci_intercept.lo = median_rest(x, y, n, line->ci_slope.hi, scratch);
    line->ci_intercept.hi = median_rest(x, y, n, line->ci_slope.lo, scratch);
}

bool stat_passing_bablok(const double *x, const double *y, size_t n,
                         struct stat_line *out, struct err *err)
{
    struct stat_line line = stat_line_none(n, "Passing-Bablok 95 %");
    struct slopes s = {0};
    double *scratch = NULL;
    bool ok = false;

    if (n > STAT_PASSING_BABLOK_MAX)
        return ERR_FAIL(err, ERR_SUPPORT, "Passing-Bablok line of %zu pairs (limit %d)",
                        n, (int)STAT_PASSING_BABLOK_MAX);
    if (!stat_all_finite(x, n, err) || !stat_all_finite(y, n, err))
        return false;
    if (n >= 3) {
        s.s = mem_alloc(n * (n - 1) / 2, sizeof *s.s, err);
        scratch = mem_alloc(n, sizeof *scratch, err);
        if (!s.s || !scratch)
            goto done;
        list_slopes(x, y, n, &s);
        fit(x, y, &s, scratch, &line);
    }
    *out = line;
    ok = true;
done:
    mem_free(s.s);
    mem_free(scratch);
    return ok;
}
