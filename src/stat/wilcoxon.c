#include "stat/wilcoxon.h"

#include <math.h>

#include "base/mem.h"
#include "stat/describe.h"
#include "stat/dist.h"
#include "stat/rank.h"

/* Ranks counted in halves: tied ones share a mean that may end in one. */
enum { MAX_SUM = STAT_WILCOXON_EXACT * (STAT_WILCOXON_EXACT + 1) };

/* Two-sided P of the smaller rank sum w: of the 2^n ways to give the ranks their signs,
 * those whose sum is w or less, twice.  The counts are whole numbers below 2^50: exact
 * in double. */
static double exact_p(const double *rank, double w, size_t n)
{
    double ways[MAX_SUM + 1] = {1};
    size_t top = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t step = (size_t)lround(2 * rank[i]);
        top += step;
        for (size_t sum = top; sum >= step; sum--)
            ways[sum] += ways[sum - step];
    }
    double tail = 0;
    for (size_t sum = 0; sum <= top && (double)sum <= 2 * w; sum++)
        tail += ways[sum];
    return fmin(1.0, ldexp(tail, 1 - (int)n));
}

static bool normal_p(double w, size_t n, double ties, double *p, struct err *err)
{
    const double m = (double)n;
    const double variance = (m * (m + 1) * (2 * m + 1) - 0.5 * ties) / 24;
    return stat_normal_two_sided((w - m * (m + 1) / 4) / sqrt(variance), p, err);
}

/* From the differences that are not zero; `rank` holds the ranks of their sizes. */
static bool test(const double *d, const double *rank, size_t n, double ties,
                 struct stat_wilcoxon *s, struct err *err)
{
    s->w_plus = s->w_minus = 0;
    for (size_t i = 0; i < n; i++)
        *(d[i] > 0 ? &s->w_plus : &s->w_minus) += rank[i];
    s->r = (s->w_plus - s->w_minus) / (s->w_plus + s->w_minus);
    const double w = fmin(s->w_plus, s->w_minus);
    s->available = true;
    if (n <= STAT_WILCOXON_EXACT) {
        s->method = "exact";
        s->p = exact_p(rank, w, n);
        return true;
    }
    s->method = "normal, corrected for ties";
    return normal_p(w, n, ties, &s->p, err);
}

bool stat_wilcoxon(const double *x, const double *y, size_t n,
                   struct stat_wilcoxon *out, struct err *err)
{
    struct stat_wilcoxon s = {n, 0, false, NAN, NAN, NAN, NAN, "not available"};
    size_t kept = 0;
    double ties = 0;
    bool ok = false;
    double *d = NULL, *rank = NULL, *slack = NULL;

    if (!stat_all_finite(x, n, err) || !stat_all_finite(y, n, err))
        return false;
    d = mem_alloc(n, sizeof *d, err);
    rank = mem_alloc(n, sizeof *rank, err);
    slack = mem_alloc(n, sizeof *slack, err);
    if (!d || !rank || !slack)
        goto done;
    for (size_t i = 0; i < n; i++) {
        d[kept] = x[i] - y[i];
        rank[kept] = fabs(d[kept]);
        slack[kept] = STAT_RANK_TIE * fmax(fabs(x[i]), fabs(y[i]));
        kept += !stat_rank_tied(x[i], y[i]);
    }
    s.n_zero = n - kept;
    if (kept > 0 && (!stat_rank_within(rank, slack, kept, rank, &ties, err) ||
                     !test(d, rank, kept, ties, &s, err)))
        goto done;
    *out = s;
    ok = true;
done:
    mem_free(d);
    mem_free(rank);
    mem_free(slack);
    return ok;
}
