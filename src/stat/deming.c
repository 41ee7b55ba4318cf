#include "stat/deming.h"

#include <math.h>

#include "stat/dist.h"
#include "stat/moments.h"

/* NaN when there is no line. */
static double slope_of(const struct stat_moments *m)
{
    const double q = m->yy - m->xx, root = hypot(q, 2 * m->xy);
    if (m->xy == 0)
        return NAN;
    /* of the two forms, the one that adds */
    return q >= 0 ? (q + root) / (2 * m->xy) : 2 * m->xy / (root - q);
}

/* The moments without one pair. */
static struct stat_moments without(const struct stat_moments *m, double x, double y,
                                   double n)
{
    const double dx = x - m->mean_x, dy = y - m->mean_y, f = n / (n - 1);
    return (struct stat_moments){.mean_x = m->mean_x - dx / (n - 1),
                                 .mean_y = m->mean_y - dy / (n - 1),
                                 .xx = m->xx - f * dx * dx,
                                 .yy = m->yy - f * dy * dy,
                                 .xy = m->xy - f * dx * dy};
}

/* Standard errors from the n lines without one pair: of pseudo-values round their mean,
 * which is (n - 1) times the lines round theirs. */
static void jackknife(const double *x, const double *y, size_t n,
                      const struct stat_moments *m, double se[2])
{
    const double all = (double)n;
    double sum[2] = {0, 0}, squares[2] = {0, 0};
    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < n; i++) {
            const struct stat_moments part = without(m, x[i], y[i], all);
            const double slope = slope_of(&part);
            const double v[2] = {slope, part.mean_y - slope * part.mean_x};
            for (int a = 0; a < 2; a++) {
                const double d = v[a] - sum[a] / all;
                *(turn == 0 ? &sum[a] : &squares[a]) += turn == 0 ? v[a] : d * d;
            }
        }
    for (int a = 0; a < 2; a++)
        se[a] = sqrt((all - 1) / all * squares[a]);
}

bool stat_deming(const double *x, const double *y, size_t n, struct stat_line *out,
                 struct err *err)
{
    struct stat_line line = stat_line_none(n, "jackknife t 95 %");
    struct stat_moments m;

    if (!stat_moments(x, y, n, &m, err))
        return false;
    const double slope = n >= 3 ? slope_of(&m) : (double)NAN;
    if (isfinite(slope)) {
        line.available = true;
        line.slope = slope;
        line.intercept = m.mean_y - slope * m.mean_x;
    }
    if (line.available && n >= 4) {
        double se[2], t = 0;
        jackknife(x, y, n, &m, se);
        if (!stat_t_quantile(0.975, (double)(n - 2), &t, err))
            return false;
        line.ci_slope.lo = line.slope - t * se[0];
        line.ci_slope.hi = line.slope + t * se[0];
        line.ci_intercept.lo = line.intercept - t * se[1];
        line.ci_intercept.hi = line.intercept + t * se[1];
    }
    *out = line;
    return true;
}
