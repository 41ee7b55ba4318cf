#include "stat/rank.h"

#include <stdlib.h>

#include "base/mem.h"
#include "stat/describe.h"

struct placed {
    double value;
    size_t at; /* in the sample */
};

static int by_value(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

bool stat_rank(const double *x, size_t n, double *rank, double *ties, struct err *err)
{
    double sum = 0;

    if (!stat_all_finite(x, n, err))
        return false;
    struct placed *sorted = mem_alloc(n, sizeof *sorted, err);
    if (!sorted)
        return false;
    for (size_t i = 0; i < n; i++)
        sorted[i] = (struct placed){.value = x[i], .at = i};
    if (n > 1)
        qsort(sorted, n, sizeof *sorted, by_value);
    for (size_t first = 0, end = 0; first < n; first = end) {
        while (end < n && sorted[end].value == sorted[first].value)
            end++;
        const double t = (double)(end - first);
        sum += t * t * t - t;
        for (size_t i = first; i < end; i++) /* mean of first + 1 ... end */
            rank[sorted[i].at] = 0.5 * (double)(first + 1 + end);
    }
    mem_free(sorted);
    *ties = sum;
    return true;
}
