#include "stat/within.h"

#include <math.h>

#include "stat/describe.h"
#include "stat/dist.h"

bool stat_within(const double *x, const double *y, size_t n, struct stat_within *out,
                 struct err *err)
{
    struct stat_within s = {.n = n,
                            .sd = NAN,
                            .ci = {NAN, NAN, "chi-squared 95 %"},
                            .repeatability = NAN,
                            .mean = NAN,
                            .cv_percent = NAN};
    if (!stat_all_finite(x, n, err) || !stat_all_finite(y, n, err))
        return false;
    if (n > 0) {
        const double dof = (double)n;
        double sum = 0, lower = 0, upper = 0;
        if (!stat_chi2_quantile(0.025, dof, &lower, err) ||
            !stat_chi2_quantile(0.975, dof, &upper, err))
            return false;
        for (size_t i = 0; i < n; i++)
            sum += 0.5 * (x[i] - y[i]) * (x[i] - y[i]);
        s.sd = sqrt(sum / dof);
        s.ci.lo = sqrt(sum / upper);
        s.ci.hi = sqrt(sum / lower);
        s.repeatability = STAT_Z95 * sqrt(2.0) * s.sd;
        s.mean = 0.5 * stat_mean(x, n) + 0.5 * stat_mean(y, n);
        if (s.mean > 0)
            s.cv_percent = 100 * s.sd / s.mean;
    }
    *out = s;
    return true;
}
