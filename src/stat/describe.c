#include "stat/describe.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/sort.h"

bool stat_all_finite(const double *x, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return ERR_FAIL(err, ERR_NUMERIC, "value %zu of %zu is not finite (%g)",
                            i + 1, n, x[i]);
    return true;
}

double stat_mean(const double *x, size_t n)
{
    double sum = 0;
    bool same = true;
    for (size_t i = 0; i < n; i++) {
        sum += x[i];
        same = same && x[i] == x[0];
    }
    return same ? x[0] : sum / (double)n;
}

double stat_sd(const double *x, size_t n, double mean)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (x[i] - mean) * (x[i] - mean);
    return sqrt(sum / (double)(n - 1));
}

void stat_sort(double *x, size_t n)
{
    sort_doubles(x, n);
}

size_t stat_sort_finite(double *x, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (isfinite(x[i]))
            x[kept++] = x[i];
    stat_sort(x, kept);
    return kept;
}

double stat_quantile(const double *sorted, size_t n, double p)
{
    const double at = (double)(n - 1) * p;
    const size_t lo = (size_t)floor(at);
    if (lo + 1 >= n)
        return sorted[n - 1];
    return sorted[lo] + (at - (double)lo) * (sorted[lo + 1] - sorted[lo]);
}

bool stat_describe(const double *x, size_t n, struct stat_summary *out, struct err *err)
{
    struct stat_summary s = {n, NAN, NAN, NAN, NAN, NAN, NAN, NAN};

    if (!stat_all_finite(x, n, err))
        return false;
    if (n > 0) {
        double *sorted = mem_alloc(n, sizeof *sorted, err);
        if (!sorted)
            return false;
        memcpy(sorted, x, n * sizeof *sorted);
        stat_sort(sorted, n);
        s.mean = stat_mean(x, n);
        s.sd = n > 1 ? stat_sd(x, n, s.mean) : (double)NAN;
        s.min = sorted[0];
        s.q1 = stat_quantile(sorted, n, 0.25);
        s.median = stat_quantile(sorted, n, 0.5);
        s.q3 = stat_quantile(sorted, n, 0.75);
        s.max = sorted[n - 1];
        mem_free(sorted);
    }
    *out = s;
    return true;
}
