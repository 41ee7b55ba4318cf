#include "stat/ttest.h"

#include <math.h>

#include "base/mem.h"
#include "stat/describe.h"
#include "stat/dist.h"

bool stat_t_interval(double mean, double sd, size_t n, struct stat_interval *out,
                     struct err *err)
{
    double t = 0;
    if (!stat_t_quantile(0.975, (double)n - 1, &t, err))
        return false;
    const double half = t * sd / sqrt((double)n);
    *out = (struct stat_interval){mean - half, mean + half, "Student t 95 %"};
    return true;
}

/* Do differences with this sd differ by no more than the rounding of what they are
 * taken from?  Of that, as a share. */
static bool is_same(double sd, const double *x, const double *y, size_t n)
{
    static const double rounding = 1e-12;
    double size = 0;
    for (size_t i = 0; i < n; i++)
        size = fmax(size, fmax(fabs(x[i]), fabs(y[i])));
    return sd <= rounding * size;
}

bool stat_ttest_paired(const double *x, const double *y, size_t n,
                       struct stat_ttest *out, struct err *err)
{
    struct stat_ttest s = {n,  false, NAN, NAN, NAN, NAN, {NAN, NAN, "Student t 95 %"},
                           NAN};
    bool ok = false;

    if (!stat_all_finite(x, n, err) || !stat_all_finite(y, n, err))
        return false;
    double *d = mem_alloc(n, sizeof *d, err);
    if (!d)
        return false;
    for (size_t i = 0; i < n; i++)
        d[i] = x[i] - y[i];
    if (n > 0)
        s.mean = stat_mean(d, n);
    const double sd = n > 1 ? stat_sd(d, n, s.mean) : 0;
    if (isfinite(sd) && !is_same(sd, x, y, n)) {
        s.available = true;
        s.dof = (double)(n - 1);
        s.d_z = s.mean / sd;
        s.t = s.d_z * sqrt((double)n);
        if (!stat_t_two_sided(s.t, s.dof, &s.p, err) ||
            !stat_t_interval(s.mean, sd, n, &s.ci, err))
            goto done;
    }
    *out = s;
    ok = true;
done:
    mem_free(d);
    return ok;
}
