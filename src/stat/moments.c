#include "stat/moments.h"

#include <math.h>

#include "stat/describe.h"

/* Do n values with this mean vary by no more than rounding?  As a share of the mean. */
static bool is_flat(double squares, double mean, size_t n)
{
    static const double rounding = 1e-12;
    return squares <= (double)n * (rounding * mean) * (rounding * mean);
}

bool stat_moments(const double *x, const double *y, size_t n, struct stat_moments *out,
                  struct err *err)
{
    struct stat_moments m = {.mean_x = NAN, .mean_y = NAN};

    if (!stat_all_finite(x, n, err) || !stat_all_finite(y, n, err))
        return false;
    if (n > 0) {
        m.mean_x = stat_mean(x, n);
        m.mean_y = stat_mean(y, n);
    }
    for (size_t i = 0; i < n; i++) {
        m.xx += (x[i] - m.mean_x) * (x[i] - m.mean_x);
        m.yy += (y[i] - m.mean_y) * (y[i] - m.mean_y);
        m.xy += (x[i] - m.mean_x) * (y[i] - m.mean_y);
    }
    if (!isfinite(m.xx) || !isfinite(m.yy))
        return ERR_FAIL(err, ERR_NUMERIC,
                        "values are too large: their squares have no sum");
    if (is_flat(m.xx, m.mean_x, n))
        m.xx = m.xy = 0;
    if (is_flat(m.yy, m.mean_y, n))
        m.yy = m.xy = 0;
    *out = m;
    return true;
}
