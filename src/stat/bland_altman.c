#include "stat/bland_altman.h"

#include <math.h>

#include "base/mem.h"
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

/* As a share: what differs by less does not differ. */
static const double rounding = 1e-9;

/* What the trend leaves of the differences, without signs, over the means. */
static bool spread(const double *middle, const double *d, double *rest,
                   struct stat_bland_altman *b, struct err *err)
{
    enum { FEWEST = 4 }; /* of three pairs all that is left has one shape */
    const bool enough =
        b->n >= FEWEST && b->trend.available && b->trend.sd_residual > rounding * b->sd;
    for (size_t i = 0; enough && i < b->n; i++)
        rest[i] = fabs(d[i] - b->trend.intercept - b->trend.slope * middle[i]);
    return stat_regress(middle, rest, enough ? b->n : 0, &b->scatter, err);
}

/* Regression in the place of bias and SD, where P says so. */
static void follow(struct stat_bland_altman *b)
{
    static const double of_mean = 1.2533141373155003; /* sqrt(pi / 2): SD of a normal
                                                         over its mean size */
    const double size = fmax(fabs(b->middle.min), fabs(b->middle.max));
    b->bias_at = (struct stat_bland_altman_line){.intercept = b->bias};
    b->sd_at = (struct stat_bland_altman_line){.intercept = b->sd};
    if (b->n < STAT_BLAND_ALTMAN_FEWEST ||
        !(b->sd > rounding * fmax(size, fabs(b->bias))))
        return;
    if (b->trend_robust.p < STAT_BLAND_ALTMAN_ALPHA) {
        b->bias_at =
            (struct stat_bland_altman_line){true, b->trend.intercept, b->trend.slope};
        b->sd_at.intercept = b->trend.sd_residual;
    }
    if (b->scatter.p < STAT_BLAND_ALTMAN_ALPHA)
        b->sd_at = (struct stat_bland_altman_line){true, of_mean * b->scatter.intercept,
                                                   of_mean * b->scatter.slope};
}

struct stat_bland_altman_limits stat_bland_altman_at(const struct stat_bland_altman *b,
                                                     double m)
{
    const double bias = b->bias_at.intercept + b->bias_at.slope * m;
    const double sd = b->sd_at.intercept + b->sd_at.slope * m;
    const double half = isnan(sd) ? (double)NAN : STAT_Z95 * fmax(0, sd);
    return (struct stat_bland_altman_limits){bias, bias - half, bias + half};
}

/* The constants. */
static bool level(const double *d, struct stat_bland_altman *b, struct err *err)
{
    const size_t n = b->n;
    if (n > 0)
        b->bias = stat_mean(d, n);
    if (n < 2)
        return true;
    b->sd = stat_sd(d, n, b->bias);
    b->lo = b->bias - STAT_Z95 * b->sd;
    b->hi = b->bias + STAT_Z95 * b->sd;
    b->se_bias = b->sd / sqrt((double)n);
    b->se_limit =
        b->sd * sqrt(1.0 / (double)n + STAT_Z95 * STAT_Z95 / (2.0 * (double)(n - 1)));
    return stat_t_interval(b->bias, b->sd, n, &b->ci_bias, err) &&
           limit_intervals(b, err);
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
    double *d = NULL, *middle = NULL, *rest = NULL;
    bool ok = false;

    if (!stat_all_finite(method, n, err) || !stat_all_finite(reference, n, err))
        return false;
    d = mem_alloc(n, sizeof *d, err);
    middle = mem_alloc(n, sizeof *middle, err);
    rest = mem_alloc(n, sizeof *rest, err);
    if (!d || !middle || !rest)
        goto done;
    for (size_t i = 0; i < n; i++) {
        d[i] = method[i] - reference[i];
        middle[i] = 0.5 * method[i] + 0.5 * reference[i];
    }
    if (!level(d, &b, err) || !stat_describe(middle, n, &b.middle, err) ||
        !stat_regress(middle, d, n, &b.trend, err) ||
        !stat_regress_robust(middle, d, n, &b.trend, &b.trend_robust, err) ||
        !spread(middle, d, rest, &b, err))
        goto done;
    follow(&b);
    *out = b;
    ok = true;
done:
    mem_free(d);
    mem_free(middle);
    mem_free(rest);
    return ok;
}
