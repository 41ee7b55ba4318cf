#include "stat/regress.h"

#include <math.h>

#include "stat/describe.h"
#include "stat/dist.h"
#include "stat/moments.h"

static struct stat_interval around(double centre, double half)
{
    return (struct stat_interval){centre - half, centre + half, "Student t 95 %"};
}

/* Of the slope against 0: a line without residuals is certain. */
static bool slope_p(double slope, double se, double dof, double *p, struct err *err)
{
    if (se > 0)
        return stat_t_two_sided(slope / se, dof, p, err);
    *p = slope != 0 ? 0.0 : (double)NAN;
    return true;
}

bool stat_regress(const double *x, const double *y, size_t n, struct stat_regress *out,
                  struct err *err)
{
    struct stat_regress s = {.n = n,
                             .slope = NAN,
                             .intercept = NAN,
                             .se_slope = NAN,
                             .se_intercept = NAN,
                             .sd_residual = NAN,
                             .ci_slope = around(NAN, NAN),
                             .ci_intercept = around(NAN, NAN),
                             .p = NAN};
    struct stat_moments m;

    if (!stat_moments(x, y, n, &m, err))
        return false;
    if (n >= 3 && m.xx > 0) {
        double residual = 0, t = 0;
        s.available = true;
        s.slope = m.xy / m.xx;
        s.intercept = m.mean_y - s.slope * m.mean_x;
        for (size_t i = 0; i < n; i++) {
            const double e = (y[i] - m.mean_y) - s.slope * (x[i] - m.mean_x);
            residual += e * e;
        }
        const double dof = (double)(n - 2);
        s.sd_residual = sqrt(residual / dof);
        s.se_slope = s.sd_residual / sqrt(m.xx);
        s.se_intercept =
            s.sd_residual * sqrt(1 / (double)n + m.mean_x * m.mean_x / m.xx);
        if (!stat_t_quantile(0.975, dof, &t, err) ||
            !slope_p(s.slope, s.se_slope, dof, &s.p, err))
            return false;
        s.ci_slope = around(s.slope, t * s.se_slope);
        s.ci_intercept = around(s.intercept, t * s.se_intercept);
    }
    *out = s;
    return true;
}

/* Square of the standard error; NaN where a pair decides the slope alone. */
static double hc4(const double *x, const double *y, size_t n,
                  const struct stat_regress *line, const struct stat_moments *m)
{
    static const double alone = 1e-9; /* 1 - h, up to rounding */
    const double all = (double)n;
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const double dx = x[i] - m->mean_x;
        const double e = (y[i] - m->mean_y) - line->slope * dx;
        const double h = 1 / all + dx * dx / m->xx;
        if (1 - h < alone)
            return NAN;
        sum += dx * dx * e * e / pow(1 - h, fmin(4, 0.5 * all * h));
    }
    return sum / (m->xx * m->xx);
}

bool stat_regress_robust(const double *x, const double *y, size_t n,
                         const struct stat_regress *line,
                         struct stat_regress_robust *out, struct err *err)
{
    struct stat_regress_robust r = {NAN, {NAN, NAN, "HC4, Student t 95 %"}, NAN};
    struct stat_moments m;
    double t = 0;

    if (!stat_moments(x, y, n, &m, err))
        return false;
    if (line->available)
        r.se = sqrt(hc4(x, y, n, line, &m));
    if (isfinite(r.se)) {
        const double dof = (double)(n - 2);
        if (!stat_t_quantile(0.975, dof, &t, err) ||
            !slope_p(line->slope, r.se, dof, &r.p, err))
            return false;
        r.ci.lo = line->slope - t * r.se;
        r.ci.hi = line->slope + t * r.se;
    }
    *out = r;
    return true;
}
