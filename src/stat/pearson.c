#include "stat/pearson.h"

#include <math.h>

#include "stat/dist.h"
#include "stat/moments.h"

struct stat_interval stat_fisher_interval(double r, size_t n)
{
    struct stat_interval ci = {NAN, NAN, "Fisher z 95 %"};
    if (n < 4 || !(fabs(r) <= 1))
        return ci;
    const double z = atanh(r), half = STAT_Z95 / sqrt((double)(n - 3));
    ci.lo = tanh(z - half);
    ci.hi = tanh(z + half);
    return ci;
}

/* Of r against 0: a perfect line is certain. */
static bool p_of_r(double r, size_t n, double *p, struct err *err)
{
    const double dof = (double)(n - 2);
    if (fabs(r) < 1)
        return stat_t_two_sided(r * sqrt(dof / ((1 - r) * (1 + r))), dof, p, err);
    *p = 0;
    return true;
}

bool stat_pearson(const double *x, const double *y, size_t n, struct stat_pearson *out,
                  struct err *err)
{
    struct stat_pearson s = {
        .n = n, .r = NAN, .ci = stat_fisher_interval(NAN, 0), .p = NAN};
    struct stat_moments m;

    if (!stat_moments(x, y, n, &m, err))
        return false;
    s.available = n >= 3 && m.xx > 0 && m.yy > 0;
    if (s.available) {
        /* rounding can pass 1 by an ulp, and atanh would be NaN */
        s.r = fmax(-1.0, fmin(1.0, m.xy / (sqrt(m.xx) * sqrt(m.yy))));
        s.ci = stat_fisher_interval(s.r, n);
        if (!p_of_r(s.r, n, &s.p, err))
            return false;
    }
    *out = s;
    return true;
}
