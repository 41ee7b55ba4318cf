#include "stat/bland_altman.h"

#include <math.h>

#include "base/mem.h"
#include "stat/describe.h"
#include "stat/dist.h"
#include "stat/ttest.h"

static const struct stat_interval no_bias_interval = {NAN, NAN, "Student t 95 %"};
static const struct stat_interval no_limit_interval = {NAN, NAN,
                                                       "noncentral t 95 % (Carkeet)"};

/* Both limits are quantiles of the differences; see the header. */
static bool limit_intervals(struct stat_bland_altman *b, struct err *err)
{
    const double root = sqrt((double)b->n), dof = (double)(b->n - 1);
    double near = 0, far = 0;
    if (!stat_noncentral_t_quantile(0.025, dof, STAT_Z95 * root, &near, err) ||
        !stat_noncentral_t_quantile(0.975, dof, STAT_Z95 * root, &far, err))
        return false;
    b->ci_lo.lo = b->bias - far * b->se_bias;
    b->ci_lo.hi = b->bias - near * b->se_bias;
    b->ci_hi.lo = b->bias + near * b->se_bias;
    b->ci_hi.hi = b->bias + far * b->se_bias;
    return true;
}

bool stat_bland_altman(const double *method, const double *reference, size_t n,
                       struct stat_bland_altman *out, struct err *err)
{
    struct stat_bland_altman b = {.n = n,
                                  .bias = NAN,
                                  .sd = NAN,
                                  .lo = NAN,
                                  .hi = NAN,
                                  .se_bias = NAN,
                                  .se_limit = NAN,
                                  .ci_bias = no_bias_interval,
                                  .ci_lo = no_limit_interval,
                                  .ci_hi = no_limit_interval};
    double *d = NULL, *middle = NULL;
    bool ok = false;

    if (!stat_all_finite(method, n, err) || !stat_all_finite(reference, n, err))
        return false;
    d = mem_alloc(n, sizeof *d, err);
    middle = mem_alloc(n, sizeof *middle, err);
    if (!d || !middle)
        goto done;
    for (size_t i = 0; i < n; i++) {
        d[i] = method[i] - reference[i];
        middle[i] = 0.5 * method[i] + 0.5 * reference[i];
    }
    if (n > 0)
        b.bias = stat_mean(d, n);
    if (n > 1) {
        b.sd = stat_sd(d, n, b.bias);
        b.lo = b.bias - STAT_Z95 * b.sd;
        b.hi = b.bias + STAT_Z95 * b.sd;
        b.se_bias = b.sd / sqrt((double)n);
        b.se_limit = b.sd * sqrt(1.0 / (double)n +
                                 STAT_Z95 * STAT_Z95 / (2.0 * (double)(n - 1)));
        if (!stat_t_interval(b.bias, b.sd, n, &b.ci_bias, err) ||
            !limit_intervals(&b, err))
            goto done;
    }
    if (!stat_regress(middle, d, n, &b.trend, err))
        goto done;
    *out = b;
    ok = true;
done:
    mem_free(d);
    mem_free(middle);
    return ok;
}
