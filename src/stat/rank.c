#include "stat/rank.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stat/describe.h"

struct placed {
    double value, slack;
    size_t at; /* in the sample */
};

static int by_value(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

static bool within(double a, double b, double slack)
{
    return fabs(a - b) <= slack;
}

bool stat_rank_tied(double a, double b)
{
    return within(a, b, STAT_RANK_TIE * fmax(fabs(a), fabs(b)));
}

/* Ranks of a sorted sample, in the order of the sample; returns `ties`. */
static double share_ranks(const struct placed *sorted, size_t n, double *rank)
{
    double sum = 0;

    for (size_t first = 0, end = 0; first < n; first = end) {
        const struct placed *low = &sorted[first];
        while (end < n && within(sorted[end].value, low->value,
                                 fmax(sorted[end].slack, low->slack)))
            end++;
        const double t = (double)(end - first);
        sum += t * t * t - t;
        for (size_t i = first; i < end; i++) /* mean of first + 1 ... end */
            rank[sorted[i].at] = 0.5 * (double)(first + 1 + end);
    }
    return sum;
}

/* `slack` NULL: by the size of each value. */
static bool rank_all(const double *x, const double *slack, size_t n, double *rank,
                     double *ties, struct err *err)
{
    if (!stat_all_finite(x, n, err))
        return false;
    struct placed *sorted = mem_alloc(n, sizeof *sorted, err);
    if (!sorted)
        return false;
    for (size_t i = 0; i < n; i++)
        sorted[i] =
            (struct placed){.value = x[i],
                            .slack = slack ? slack[i] : STAT_RANK_TIE * fabs(x[i]),
                            .at = i};
    if (n > 1)
        qsort(sorted, n, sizeof *sorted, by_value);
    *ties = share_ranks(sorted, n, rank);
    mem_free(sorted);
    return true;
}

bool stat_rank(const double *x, size_t n, double *rank, double *ties, struct err *err)
{
    return rank_all(x, NULL, n, rank, ties, err);
}

bool stat_rank_within(const double *x, const double *slack, size_t n, double *rank,
                      double *ties, struct err *err)
{
    return rank_all(x, slack, n, rank, ties, err);
}
