#include "measure/threshold_otsu.h"

#include "stat/describe.h"

bool measure_threshold_otsu(const double *sorted, size_t n, double *out,
                            struct err *err)
{
    if (n == 0 || !(sorted[n - 1] > sorted[0]))
        return ERR_FAIL(err, ERR_NUMERIC, "Otsu: %zu values, none of which differ", n);
    const double mean = stat_mean(sorted, n);
    double sum = 0.0, best = 0.0; /* of what lies below, taken from the mean */
    size_t at = 0;

    for (size_t m = 1; m < n; m++) {
        sum += sorted[m - 1] - mean;
        if (!(sorted[m] > sorted[m - 1]))
            continue;
        /* mean0 - mean = sum / m and mean1 - mean = -sum / (n - m) */
        const double between = sum * sum / ((double)m * (double)(n - m));
        if (at == 0 || between > best) {
            best = between;
            at = m;
        }
    }
    const double half = sorted[at - 1] + 0.5 * (sorted[at] - sorted[at - 1]);
    *out = half < sorted[at] ? half : sorted[at - 1]; /* neighbours have no half way */
    return true;
}
