#include "stat/risk_coverage.h"

#include <stdlib.h>

#include "base/mem.h"
#include "stat/describe.h"

struct judged {
    double doubt, loss;
};

static int by_doubt(const void *a, const void *b)
{
    const double x = ((const struct judged *)a)->doubt;
    const double y = ((const struct judged *)b)->doubt;

    return (x > y) - (x < y);
}

/* Each case of a group of equal doubt stands for the group's mean. */
static void share_ties(struct judged *j, size_t n)
{
    for (size_t first = 0, last; first < n; first = last) {
        double sum = 0.0;
        for (last = first; last < n && j[last].doubt <= j[first].doubt; last++)
            sum += j[last].loss;
        for (size_t i = first; i < last; i++)
            j[i].loss = sum / (double)(last - first);
    }
}

/* Mean over i of the mean of the first i.  @param[out] point  may be NULL */
static double area_of(const struct judged *j, size_t n, struct stat_risk_point *point)
{
    double sum = 0.0, area = 0.0;

    for (size_t i = 0; i < n; i++) {
        sum += j[i].loss;
        const double kept = (double)(i + 1);
        area += sum / kept;
        if (point)
            point[i] = (struct stat_risk_point){kept / (double)n, sum / kept};
    }
    return area / (double)n;
}

bool stat_risk_coverage(const double *doubt, const double *loss, size_t n,
                        struct stat_risk_coverage *out, struct err *err)
{
    struct stat_risk_coverage c = {.n = n};
    struct judged *j = NULL;

    if (n == 0)
        return ERR_FAIL(err, ERR_ARG, "risk and coverage: no cases");
    if (!stat_all_finite(doubt, n, err) || !stat_all_finite(loss, n, err))
        return false;
    j = mem_alloc(n, sizeof *j, err);
    c.point = j ? mem_alloc(n, sizeof *c.point, err) : NULL;
    if (!c.point) {
        mem_free(j);
        return false;
    }
    for (size_t i = 0; i < n; i++)
        j[i] = (struct judged){loss[i], loss[i]};
    qsort(j, n, sizeof *j, by_doubt);
    c.optimal = area_of(j, n, NULL);
    for (size_t i = 0; i < n; i++)
        j[i] = (struct judged){doubt[i], loss[i]};
    qsort(j, n, sizeof *j, by_doubt);
    share_ties(j, n);
    c.aurc = area_of(j, n, c.point);
    c.random = stat_mean(loss, n);
    mem_free(j);
    *out = c;
    return true;
}

void stat_risk_coverage_clear(struct stat_risk_coverage *curve)
{
    mem_free(curve->point);
    *curve = (struct stat_risk_coverage){0};
}
