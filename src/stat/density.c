#include "stat/density.h"

#include <math.h>

#include "stat/describe.h"

static const double PI = 3.14159265358979323846;

static double bandwidth(const struct stat_summary *s)
{
    const double iqr = (s->q3 - s->q1) / 1.34;
    const double spread = iqr > 0.0 && iqr < s->sd ? iqr : s->sd;

    return 0.9 * spread * pow((double)s->n, -0.2);
}

static double phi(double z)
{
    return exp(-0.5 * z * z) / sqrt(2.0 * PI);
}

/* One value's share, with what is folded back from beyond the ends. */
static double kernel(double x, double at, double h,
                     const struct stat_density_grid *grid)
{
    double f = phi((at - x) / h);

    if (isfinite(grid->lo))
        f += phi((at - (2.0 * grid->lo - x)) / h);
    if (isfinite(grid->hi))
        f += phi((at - (2.0 * grid->hi - x)) / h);
    return f / h;
}

bool stat_density(const double *x, size_t n, const struct stat_density_grid *grid,
                  double *f, struct err *err)
{
    struct stat_summary s;

    if (n < 2)
        return ERR_FAIL(err, ERR_ARG, "a density of %zu values", n);
    if (!(grid->lo < grid->hi))
        return ERR_FAIL(err, ERR_ARG, "a density from %g to %g", grid->lo, grid->hi);
    if (!stat_describe(x, n, &s, err))
        return false;
    if (s.min < grid->lo || s.max > grid->hi)
        return ERR_FAIL(err, ERR_ARG, "a density from %g to %g of values %g to %g",
                        grid->lo, grid->hi, s.min, s.max);
    const double h = s.max > s.min ? bandwidth(&s) : 0.0;
    for (size_t k = 0; k < grid->n; k++) {
        const bool inside = grid->at[k] >= grid->lo && grid->at[k] <= grid->hi;
        double sum = 0.0;
        for (size_t i = 0; h > 0.0 && inside && i < n; i++)
            sum += kernel(x[i], grid->at[k], h, grid);
        f[k] = sum / (double)n;
    }
    return true;
}
