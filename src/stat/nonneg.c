#include "stat/nonneg.h"

#include <math.h>
#include <string.h>

#include "stat/describe.h"

enum { MOST_ROUNDS = 20000 };
static const double SETTLED = 1e-13;

/* The normal equations, with columns scaled to a mean square of 1. */
struct normal {
    size_t columns;
    double scale[STAT_NONNEG_MOST]; /* root mean square; 0: no column */
    double gram[STAT_NONNEG_MOST][STAT_NONNEG_MOST], right[STAT_NONNEG_MOST];
};

static void form(const double *a, const double *y, size_t n, size_t columns,
                 struct normal *m)
{
    *m = (struct normal){.columns = columns};
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < columns; j++) {
            m->right[j] += a[i * columns + j] * y[i];
            for (size_t k = 0; k < columns; k++)
                m->gram[j][k] += a[i * columns + j] * a[i * columns + k];
        }
    for (size_t j = 0; j < columns; j++)
        m->scale[j] = sqrt(m->gram[j][j] / (double)n);
    for (size_t j = 0; j < columns; j++) {
        const double sj = m->scale[j] > 0.0 ? m->scale[j] : 1.0;
        m->right[j] /= sj * (double)n;
        for (size_t k = 0; k < columns; k++)
            m->gram[j][k] /= sj * (m->scale[k] > 0.0 ? m->scale[k] : 1.0) * (double)n;
    }
}

/* One round over the coordinates.  @return the largest change */
static double descend(const struct normal *m, double ridge, double *c)
{
    double most = 0.0;

    for (size_t j = 0; j < m->columns; j++) {
        if (!(m->scale[j] > 0.0))
            continue;
        double slope = m->right[j];
        for (size_t k = 0; k < m->columns; k++)
            if (k != j)
                slope -= m->gram[j][k] * c[k];
        const double next = fmax(slope / (m->gram[j][j] + ridge), 0.0);
        most = fmax(most, fabs(next - c[j]));
        c[j] = next;
    }
    return most;
}

bool stat_nonneg(const double *a, const double *y, size_t n, size_t columns,
                 double ridge, double *c, struct err *err)
{
    double scaled[STAT_NONNEG_MOST] = {0.0};
    struct normal m;

    if (n == 0 || columns == 0 || columns > STAT_NONNEG_MOST || !(ridge >= 0.0))
        return ERR_FAIL(err, ERR_ARG, "least squares: %zu cases, %zu columns, ridge %g",
                        n, columns, ridge);
    if (!stat_all_finite(a, n * columns, err) || !stat_all_finite(y, n, err))
        return false;
    form(a, y, n, columns, &m);
    double size = 0.0;
    for (size_t j = 0; j < columns; j++)
        size = fmax(size, fabs(m.right[j]));
    for (int round = 0; round < MOST_ROUNDS; round++)
        if (descend(&m, ridge, scaled) <= SETTLED * size)
            break;
    for (size_t j = 0; j < columns; j++)
        c[j] = m.scale[j] > 0.0 ? scaled[j] / m.scale[j] : 0.0;
    return true;
}
