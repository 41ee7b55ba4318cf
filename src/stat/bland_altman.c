#include "stat/bland_altman.h"

#include <math.h>

#include "base/mem.h"
#include "stat/describe.h"
#include "stat/interval.h"

bool stat_bland_altman(const double *method, const double *reference, size_t n,
                       struct stat_bland_altman *out, struct err *err)
{
    struct stat_bland_altman b = {n, NAN, NAN, NAN, NAN, NAN, NAN};

    if (!stat_all_finite(method, n, err) || !stat_all_finite(reference, n, err))
        return false;
    double *d = mem_alloc(n, sizeof *d, err);
    if (!d)
        return false;
    for (size_t i = 0; i < n; i++)
        d[i] = method[i] - reference[i];
    if (n > 0)
        b.bias = stat_mean(d, n);
    if (n > 1) {
        b.sd = stat_sd(d, n, b.bias);
        b.lo = b.bias - STAT_Z95 * b.sd;
        b.hi = b.bias + STAT_Z95 * b.sd;
        b.se_bias = b.sd / sqrt((double)n);
        b.se_limit = b.sd * sqrt(1.0 / (double)n +
                                 STAT_Z95 * STAT_Z95 / (2.0 * (double)(n - 1)));
    }
    mem_free(d);
    *out = b;
    return true;
}
