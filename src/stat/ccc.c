#include "stat/ccc.h"

#include <math.h>

#include "stat/moments.h"

static struct stat_interval lin_interval(const struct stat_moments *m, double c,
                                         size_t n)
{
    struct stat_interval ci = {NAN, NAN, "Lin Z 95 %"};
    const double r = m->xy / (sqrt(m->xx) * sqrt(m->yy));
    if (!(fabs(c) < 1) || r == 0)
        return ci;
    /* squared: the shift of the means in units of the spread */
    const double u2 = (m->mean_x - m->mean_y) * (m->mean_x - m->mean_y) * (double)n /
                      (sqrt(m->xx) * sqrt(m->yy));
    const double rest = 1 - c * c;
    const double variance = ((1 - r * r) * c * c / (rest * r * r) +
                             2 * c * c * c * (1 - c) * u2 / (r * rest * rest) -
                             c * c * c * c * u2 * u2 / (2 * r * r * rest * rest)) /
                            (double)(n - 2);
    if (variance >= 0) {
        const double half = STAT_Z95 * sqrt(variance);
        ci.lo = tanh(atanh(c) - half);
        ci.hi = tanh(atanh(c) + half);
    }
    return ci;
}

bool stat_ccc(const double *x, const double *y, size_t n, struct stat_ccc *out,
              struct err *err)
{
    struct stat_ccc s = {.n = n, .c = NAN, .ci = {NAN, NAN, "Lin Z 95 %"}};
    struct stat_moments m;

    if (!stat_moments(x, y, n, &m, err))
        return false;
    s.available = n >= 3 && m.xx > 0 && m.yy > 0;
    if (s.available) {
        const double shift = m.mean_x - m.mean_y;
        s.c = 2 * m.xy / (m.xx + m.yy + (double)n * shift * shift);
        s.ci = lin_interval(&m, s.c, n);
    }
    *out = s;
    return true;
}
