#include "stat/icc.h"

#include <math.h>

#include "stat/describe.h"
#include "stat/dist.h"

static const double least_dof = 0.05; /* below, quantiles of F overflow */

static const struct stat_icc_form no_form = {NAN, {NAN, NAN, "F 95 %"}};

/* Mean squares of the two-way table, round the grand mean. */
static void mean_squares(const double *x, size_t n, size_t k, struct stat_icc *s)
{
    const double grand = stat_mean(x, n * k);
    double rows = 0, columns = 0, error = 0;
    for (size_t i = 0; i < n; i++) {
        const double d = stat_mean(x + i * k, k) - grand;
        rows += (double)k * d * d;
    }
    for (size_t j = 0; j < k; j++) {
        double mean = 0;
        for (size_t i = 0; i < n; i++)
            mean += (x[i * k + j] - grand) / (double)n;
        columns += (double)n * mean * mean;
        for (size_t i = 0; i < n; i++) {
            const double e = x[i * k + j] - mean - stat_mean(x + i * k, k);
            error += e * e;
        }
    }
    s->ms_subjects = rows / (double)(n - 1);
    s->ms_raters = columns / (double)(k - 1);
    s->ms_error = error / (double)((n - 1) * (k - 1));
}

/* Does any subject differ from the first, whoever looks? */
static bool varies(const double *x, size_t n, size_t k)
{
    for (size_t i = k; i < n * k; i++)
        if (x[i] != x[i % k])
            return true;
    return false;
}

static bool consistency(const struct stat_icc *s, struct stat_icc_form *out,
                        struct err *err)
{
    const double k = (double)s->k, dof = (double)(s->n - 1);
    const double dof_error = dof * (k - 1);
    struct stat_icc_form c = no_form;
    c.icc = (s->ms_subjects - s->ms_error) / (s->ms_subjects + (k - 1) * s->ms_error);
    if (!(c.icc < 1)) {
        c.ci.lo = c.ci.hi = c.icc;
    } else {
        double lower = 0, upper = 0;
        if (!stat_f_quantile(0.975, dof, dof_error, &lower, err) ||
            !stat_f_quantile(0.975, dof_error, dof, &upper, err))
            return false;
        const double f = s->ms_subjects / s->ms_error;
        c.ci.lo = (f / lower - 1) / (f / lower + k - 1);
        c.ci.hi = (f * upper - 1) / (f * upper + k - 1);
    }
    *out = c;
    return true;
}

static bool agreement(const struct stat_icc *s, struct stat_icc_form *out,
                      struct err *err)
{
    const double k = (double)s->k, n = (double)s->n;
    const double msr = s->ms_subjects, msc = s->ms_raters, mse = s->ms_error;
    struct stat_icc_form c = no_form;
    c.icc = (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n);
    if (!(c.icc < 1)) {
        c.ci.lo = c.ci.hi = c.icc;
        *out = c;
        return true;
    }
    const double odds = k * c.icc / (n * (1 - c.icc));
    const double a = odds * msc, b = (1 + odds * (n - 1)) * mse;
    const double spread = a * a / (k - 1) + b * b / ((n - 1) * (k - 1));
    const double dof = spread > 0 ? (a + b) * (a + b) / spread : 0;
    if (dof >= least_dof) {
        double lower = 0, upper = 0;
        if (!stat_f_quantile(0.975, n - 1, dof, &lower, err) ||
            !stat_f_quantile(0.975, dof, n - 1, &upper, err))
            return false;
        const double rest = k * msc + (k * n - k - n) * mse;
        c.ci.lo = n * (msr - lower * mse) / (lower * rest + n * msr);
        c.ci.hi = n * (upper * msr - mse) / (rest + n * upper * msr);
    }
    *out = c;
    return true;
}

bool stat_icc(const double *x, size_t n, size_t k, struct stat_icc *out,
              struct err *err)
{
    struct stat_icc s = {.n = n,
                         .k = k,
                         .ms_subjects = NAN,
                         .ms_raters = NAN,
                         .ms_error = NAN,
                         .icc21 = no_form,
                         .icc31 = no_form};
    if (!stat_all_finite(x, n * k, err))
        return false;
    if (n >= 3 && k >= 2 && varies(x, n, k)) {
        s.available = true;
        mean_squares(x, n, k, &s);
        if (!agreement(&s, &s.icc21, err) || !consistency(&s, &s.icc31, err))
            return false;
    }
    *out = s;
    return true;
}
