#include "stat/logistic.h"

#include <math.h>
#include <string.h>

#include "stat/describe.h"

enum { MOST = STAT_LOGISTIC_MOST + 1, MOST_STEPS = 200, MOST_HALVINGS = 40 };
static const double SETTLED = 1e-10; /* of the gradient, per unit of weight */

double stat_logistic_of(double v)
{
    return v >= 0.0 ? 1.0 / (1.0 + exp(-v)) : exp(v) / (1.0 + exp(v));
}

/* The sample with columns at mean 0 and standard deviation 1, and the fit so far. */
struct fit {
    const struct stat_logistic_sample *s;
    double mean[MOST], sd[MOST]; /* [1..columns]; sd 0: does not vary */
    double ridge, weights;
    double c[MOST];
};

static double column(const struct fit *f, size_t i, size_t j)
{
    if (j == 0)
        return 1.0;
    const double x = f->s->x[i * f->s->columns + j - 1];
    return f->sd[j] > 0.0 ? (x - f->mean[j]) / f->sd[j] : 0.0;
}

static double weight_of(const struct fit *f, size_t i)
{
    return f->s->weight ? f->s->weight[i] : 1.0;
}

static double line(const struct fit *f, const double *c, size_t i)
{
    double v = 0.0;

    for (size_t j = 0; j <= f->s->columns; j++)
        v += c[j] * column(f, i, j);
    return v;
}

/* Minus the log of the likelihood, and the penalty. */
static double loss(const struct fit *f, const double *c)
{
    double sum = 0.0;

    for (size_t i = 0; i < f->s->n; i++) {
        const double v = line(f, c, i);
        sum += weight_of(f, i) *
               (fmax(v, 0.0) + log1p(exp(-fabs(v))) - f->s->target[i] * v);
    }
    for (size_t j = 1; j <= f->s->columns; j++)
        sum += 0.5 * f->ridge * c[j] * c[j];
    return sum;
}

static void slopes(const struct fit *f, double *g, double (*h)[MOST])
{
    const size_t m = f->s->columns + 1;

    memset(g, 0, MOST * sizeof *g);
    memset(h, 0, MOST * sizeof *h);
    for (size_t i = 0; i < f->s->n; i++) {
        const double p = stat_logistic_of(line(f, f->c, i)), w = weight_of(f, i);
        for (size_t j = 0; j < m; j++) {
            const double xj = column(f, i, j);
            g[j] += w * (p - f->s->target[i]) * xj;
            for (size_t k = 0; k <= j; k++)
                h[j][k] += w * p * (1.0 - p) * xj * column(f, i, k);
        }
    }
    for (size_t j = 0; j < m; j++) {
        if (j > 0) {
            g[j] += f->ridge * f->c[j];
            h[j][j] += f->ridge;
        }
        h[j][j] += 1e-12 * f->weights; /* columns that repeat each other */
    }
}

/* Solve h x = g by Cholesky's factors, in place; h is positive definite. */
static void solve(double (*h)[MOST], double *g, size_t m)
{
    for (size_t j = 0; j < m; j++) {
        for (size_t k = 0; k <= j; k++) {
            double sum = h[j][k];
            for (size_t l = 0; l < k; l++)
                sum -= h[j][l] * h[k][l];
            h[j][k] = j == k ? sqrt(fmax(sum, 1e-300)) : sum / h[k][k];
        }
    }
    for (size_t j = 0; j < m; j++) {
        for (size_t k = 0; k < j; k++)
            g[j] -= h[j][k] * g[k];
        g[j] /= h[j][j];
    }
    for (size_t j = m; j-- > 0;) {
        for (size_t k = j + 1; k < m; k++)
            g[j] -= h[k][j] * g[k];
        g[j] /= h[j][j];
    }
}

/* One step; true when the minimum is reached, or nothing lower can be told apart. */
static bool step(struct fit *f)
{
    const size_t m = f->s->columns + 1;
    double g[MOST], h[MOST][MOST], next[MOST], size = 0.0, share = 1.0;

    slopes(f, g, h);
    for (size_t j = 0; j < m; j++)
        size = fmax(size, fabs(g[j]));
    if (size <= SETTLED * f->weights)
        return true;
    const double before = loss(f, f->c);
    solve(h, g, m);
    for (int i = 0; i < MOST_HALVINGS; i++) {
        for (size_t j = 0; j < m; j++)
            next[j] = f->c[j] - share * g[j];
        /* near the minimum the loss is flat to its last digits, the slope is not */
        if (loss(f, next) <= before + 1e-13 * fabs(before)) {
            memcpy(f->c, next, sizeof next);
            return false;
        }
        share *= 0.5;
    }
    return true;
}

static bool prepare(struct fit *f, struct err *err)
{
    const struct stat_logistic_sample *s = f->s;

    if (s->n == 0 || s->columns == 0 || s->columns > STAT_LOGISTIC_MOST ||
        !(f->ridge >= 0.0))
        return ERR_FAIL(err, ERR_ARG, "logistic: %zu cases, %zu columns, ridge %g",
                        s->n, s->columns, f->ridge);
    if (!stat_all_finite(s->x, s->n * s->columns, err) ||
        !stat_all_finite(s->target, s->n, err) ||
        (s->weight && !stat_all_finite(s->weight, s->n, err)))
        return false;
    for (size_t i = 0; i < s->n; i++)
        f->weights += weight_of(f, i);
    for (size_t j = 1; j <= s->columns; j++) {
        double sum = 0.0, square = 0.0;
        for (size_t i = 0; i < s->n; i++)
            sum += s->x[i * s->columns + j - 1];
        f->mean[j] = sum / (double)s->n;
        for (size_t i = 0; i < s->n; i++) {
            const double d = s->x[i * s->columns + j - 1] - f->mean[j];
            square += d * d;
        }
        f->sd[j] = sqrt(square / (double)s->n);
        if (f->sd[j] <= 1e-12 * fabs(f->mean[j]))
            f->sd[j] = 0.0;
    }
    return true;
}

bool stat_logistic(const struct stat_logistic_sample *sample, double ridge, double *c,
                   struct err *err)
{
    struct fit f = {.s = sample, .ridge = ridge};
    bool settled = false;

    if (!prepare(&f, err))
        return false;
    for (int i = 0; i < MOST_STEPS && !settled; i++)
        settled = step(&f);
    for (size_t j = 0; j <= sample->columns; j++)
        /* beyond this, probabilities are 0 and 1: classes without overlap */
        if (!settled || !isfinite(f.c[j]) || fabs(f.c[j]) > 1e4)
            return ERR_FAIL(err, ERR_NUMERIC, "logistic: no convergence");
    double first = f.c[0];
    for (size_t j = 1; j <= sample->columns; j++) {
        c[j] = f.sd[j] > 0.0 ? f.c[j] / f.sd[j] : 0.0;
        first -= c[j] * f.mean[j];
    }
    c[0] = first;
    return true;
}
