/*
 * arrays.h - plain arrays for the tests of operators.
 *
 * Included after testing.h.  Arrays come from mem_alloc and are mem_free()d by the
 * test.
 */
#ifndef TESTING_ARRAYS_H
#define TESTING_ARRAYS_H

#include "testing.h"

#include "base/mem.h"
#include "base/rng.h"

static inline double *array_zero(size_t n)
{
    double *a = mem_alloc(n, sizeof *a, NULL);
    assert_non_null(a);
    return a;
}

static inline float *array_floats(size_t n)
{
    float *a = mem_alloc(n, sizeof *a, NULL);
    assert_non_null(a);
    return a;
}

/* Standard normal numbers; another `name`, other numbers. */
static inline double *array_random(size_t n, uint64_t name)
{
    struct rng rng = rng_make(2024, name, n);
    double *a = array_zero(n);
    for (size_t i = 0; i < n; i++)
        a[i] = rng_normal(&rng);
    return a;
}

static inline double array_dot(const double *a, const double *b, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Largest |a|; NaN if any is. */
static inline double array_peak(const double *a, size_t n)
{
    double peak = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(a[i]))
            return NAN;
        peak = fmax(peak, fabs(a[i]));
    }
    return peak;
}

/* Largest |got - want| relative to the largest |want|; NaN if either has one. */
static inline double array_distance(const double *got, const double *want, size_t n)
{
    double worst = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(got[i]))
            return NAN;
        worst = fmax(worst, fabs(got[i] - want[i]));
    }
    return worst / array_peak(want, n);
}

/* Root mean square of what `got` is off by, of that of `want`. */
static inline double array_mean_distance(const double *got, const double *want,
                                         size_t n)
{
    double off = 0.0, all = 0.0;
    for (size_t i = 0; i < n; i++) {
        off += (got[i] - want[i]) * (got[i] - want[i]);
        all += want[i] * want[i];
    }
    return sqrt(off / all);
}

/* Derivative of f at x along axis i by four points: the error is O(h^4) f'''''. */
static inline double array_slope(double (*f)(const double *x, const void *ctx),
                                 const void *ctx, double *x, size_t i, double h)
{
    static const double step[4] = {1.0, -1.0, 2.0, -2.0};
    static const double weight[4] = {8.0, -8.0, -1.0, 1.0};
    const double x0 = x[i];
    double sum = 0.0;
    for (int k = 0; k < 4; k++) {
        x[i] = x0 + step[k] * h;
        sum += weight[k] * f(x, ctx);
    }
    x[i] = x0;
    return sum / (12.0 * h);
}

#endif
