#include "stat/bootstrap.h"

#include <math.h>

#include "base/mem.h"
#include "base/rng.h"
#include "stat/describe.h"

enum { STREAM_BOOTSTRAP = 0x626f6f74 }; /* "boot": no other purpose's stream */

bool stat_bootstrap_mean(const double *x, size_t n, size_t resamples, uint64_t seed,
                         struct stat_interval *out, struct err *err)
{
    struct stat_interval ci = {NAN, NAN, "bootstrap percentile 95 %"};

    if (resamples < 1 || resamples > STAT_BOOTSTRAP_MAX)
        return ERR_FAIL(err, ERR_ARG, "%zu bootstrap samples; 1 to %d are possible",
                        resamples, (int)STAT_BOOTSTRAP_MAX);
    if (n > UINT32_MAX)
        return ERR_FAIL(err, ERR_SUPPORT, "bootstrap of %zu values", n);
    if (!stat_all_finite(x, n, err))
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
