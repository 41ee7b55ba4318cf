#include "stat/holm.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

struct test {
    double p;
    size_t at;
};

static int by_p(const void *a, const void *b)
{
    const struct test *x = a, *y = b;
    return (x->p > y->p) - (x->p < y->p);
}

bool stat_holm(const double *p, size_t n, double *adjusted, struct err *err)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        if (p[i] < 0 || p[i] > 1)
            return ERR_FAIL(err, ERR_ARG, "P value %zu is %g", i + 1, p[i]);
    struct test *sorted = mem_alloc(n, sizeof *sorted, err);
    if (!sorted)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!isnan(p[i]))
            sorted[count++] = (struct test){.p = p[i], .at = i};
    for (size_t i = 0; i < n; i++)
        adjusted[i] = NAN;
    if (count > 1)
        qsort(sorted, count, sizeof *sorted, by_p);
    double least = 0; /* never below that of a smaller P */
    for (size_t i = 0; i < count; i++) {
        least = fmax(least, fmin(1.0, (double)(count - i) * sorted[i].p));
        adjusted[sorted[i].at] = least;
    }
    mem_free(sorted);
    return true;
}
