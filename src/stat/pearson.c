#include "stat/pearson.h"

#include <math.h>

#include "stat/describe.h"

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

bool stat_pearson(const double *x, const double *y, size_t n, struct stat_pearson *out,
                  struct err *err)
{
    struct stat_pearson p = {.n = n, .r = NAN, .ci = stat_fisher_interval(NAN, 0)};

    if (!stat_all_finite(x, n, err) || !stat_all_finite(y, n, err))
        return false;
    if (n >= 3) {
        const double mx = stat_mean(x, n), my = stat_mean(y, n);
        double sxx = 0, syy = 0, sxy = 0;
        for (size_t i = 0; i < n; i++) {
            sxx += (x[i] - mx) * (x[i] - mx);
            syy += (y[i] - my) * (y[i] - my);
            sxy += (x[i] - mx) * (y[i] - my);
        }
        p.available = sxx > 0 && syy > 0;
        if (p.available) {
            /* rounding can pass 1 by an ulp, and atanh would be NaN */
            p.r = fmax(-1.0, fmin(1.0, sxy / (sqrt(sxx) * sqrt(syy))));
            p.ci = stat_fisher_interval(p.r, n);
        }
    }
    *out = p;
    return true;
}
