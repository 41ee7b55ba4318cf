#include "measure/threshold_mixture.h"

#include <math.h>

#include "measure/threshold_otsu.h"
#include "stat/describe.h"

static const double GAIN = 1e-9, MIN_SD = 1e-3, MIN_WEIGHT = 1e-12;

/* Of the scaled values z = (x - centre) / scale. */
struct fit {
    const double *x;
    size_t n;
    double centre, scale;
    double w[2], m[2], s[2]; /* weight, mean, standard deviation */
    double top[2];           /* log(w / s) */
};

static double scaled(const struct fit *f, size_t i)
{
    return (f->x[i] - f->centre) / f->scale;
}

/* Logarithm of weight times density, less what both components share. */
static double log_part(const struct fit *f, int c, double z)
{
    const double d = (z - f->m[c]) / f->s[c];
    return f->top[c] - 0.5 * d * d;
}

static void set_part(struct fit *f, int c, double w, double m, double s)
{
    f->w[c] = w;
    f->m[c] = m;
    f->s[c] = fmax(s, MIN_SD);
    f->top[c] = log(w / f->s[c]);
}

static bool start(struct fit *f, struct err *err)
{
    double cut = 0.0;

    if (f->n < MEASURE_MIXTURE_MIN)
        return ERR_FAIL(err, ERR_NUMERIC, "mixture: %zu values, needs %d", f->n,
                        MEASURE_MIXTURE_MIN);
    if (!measure_threshold_otsu(f->x, f->n, &cut, err))
        return false;
    f->centre = stat_mean(f->x, f->n);
    f->scale = stat_sd(f->x, f->n, f->centre);
    size_t low = 0;
    while (f->x[low] <= cut)
        low++;
    const size_t size[2] = {low, f->n - low};
    const double *const side[2] = {f->x, f->x + low};
    for (int c = 0; c < 2; c++) {
        const double mean = stat_mean(side[c], size[c]);
        const double sd = size[c] > 1 ? stat_sd(side[c], size[c], mean) : 0.0;
        set_part(f, c, (double)size[c] / (double)f->n, (mean - f->centre) / f->scale,
                 sd / f->scale);
    }
    return true;
}

/* One round; returns the mean log-likelihood before it. */
static bool improve(struct fit *f, double *likelihood, struct err *err)
{
    double n[2] = {0}, sum[2] = {0}, squares[2] = {0}, total = 0.0;
    const double at[2] = {f->m[0], f->m[1]};

    for (size_t i = 0; i < f->n; i++) {
        const double z = scaled(f, i);
        const double a = log_part(f, 0, z), b = log_part(f, 1, z);
        const double top = fmax(a, b), part = exp(-fabs(a - b)), all = 1.0 + part;
        const double bright = b > a ? 1.0 / all : part / all;
        const double share[2] = {1.0 - bright, bright};
        total += top + log(all);
        for (int c = 0; c < 2; c++) { /* taken from the old mean: exact enough */
            const double d = z - at[c];
            n[c] += share[c];
            sum[c] += share[c] * d;
            squares[c] += share[c] * d * d;
        }
    }
    for (int c = 0; c < 2; c++) {
        if (n[c] < MIN_WEIGHT * (double)f->n)
            return ERR_FAIL(err, ERR_NUMERIC,
                            "mixture: the %s component lost all its "
                            "values; there is one population",
                            c == 0 ? "dark" : "bright");
        const double step = sum[c] / n[c], rest = squares[c] / n[c] - step * step;
        set_part(f, c, n[c] / (double)f->n, at[c] + step, sqrt(fmax(rest, 0.0)));
    }
    *likelihood = total / (double)f->n;
    return true;
}

/* The least z >= m[0] at which the bright component is as probable as the dark one. */
static double crossing(const struct fit *f)
{
    /* log_part(1) - log_part(0) = a z^2 + b z + c */
    const double p0 = 1.0 / (f->s[0] * f->s[0]), p1 = 1.0 / (f->s[1] * f->s[1]);
    const double a = 0.5 * (p0 - p1), b = p1 * f->m[1] - p0 * f->m[0];
    const double c =
        0.5 * (p0 * f->m[0] * f->m[0] - p1 * f->m[1] * f->m[1]) + f->top[1] - f->top[0];
    const double from = f->m[0];
    if (log_part(f, 1, from) >= log_part(f, 0, from))
        return from;
    if (fabs(a) < 1e-12 * p0) /* equal spread: a straight line */
        return b > 0.0 ? -c / b : (double)INFINITY;
    const double root = b * b - 4.0 * a * c;
    if (root < 0.0)
        return (double)INFINITY;
    /* both roots without cancellation; the dark one leads at `from` */
    const double q = -0.5 * (b + copysign(sqrt(root), b));
    const double r0 = q / a, r1 = q != 0.0 ? c / q : r0;
    const double low = fmin(r0, r1), high = fmax(r0, r1);
    return low >= from ? low : high >= from ? high : (double)INFINITY;
}

static struct measure_mixture unscaled(const struct fit *f, int iterations)
{
    struct measure_mixture out = {.iterations = iterations};
    const int dark = f->m[0] <= f->m[1] ? 0 : 1;
    struct fit g = *f;

    for (int c = 0; c < 2; c++) {
        const int from = c == 0 ? dark : 1 - dark;
        set_part(&g, c, f->w[from], f->m[from], f->s[from]);
        out.weight[c] = g.w[c];
        out.mean[c] = f->centre + f->scale * g.m[c];
        out.sd[c] = f->scale * g.s[c];
    }
    out.value = f->centre + f->scale * crossing(&g);
    return out;
}

bool measure_threshold_mixture(const double *sorted, size_t n,
                               struct measure_mixture *out, struct err *err)
{
    struct fit f = {.x = sorted, .n = n};
    double before = 0.0, now = 0.0;

    if (!start(&f, err))
        return false;
    int round = 0;
    do {
        before = now;
        if (!improve(&f, &now, err))
            return false;
        round++;
    } while (round < 2 || (now - before >= GAIN && round < MEASURE_MIXTURE_ROUNDS));
    *out = unscaled(&f, round);
    return true;
}
