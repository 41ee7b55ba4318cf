#include "stat/conformal.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stat/describe.h"
#include "stat/dist.h"

/* Which of n scores, from the smallest, is the bound; above n: none is. */
static double place(size_t n, double level)
{
    /* (9 + 1) * 0.9 is 9, not a bit more */
    return ceil(((double)n + 1.0) * level * (1.0 - 1e-12));
}

static bool check_level(double level, struct err *err)
{
    return (level > 0.0 && level < 1.0) ||
           ERR_FAIL(err, ERR_ARG, "conformal: a level of %g, outside (0, 1)", level);
}

bool stat_conformal(const double *score, size_t n, double level, double *q,
                    struct err *err)
{
    if (!check_level(level, err) || !stat_all_finite(score, n, err))
        return false;
    const double k = place(n, level);
    if (k > (double)n) {
        *q = (double)INFINITY;
        return true;
    }
    double *sorted = mem_alloc(n, sizeof *sorted, err);
    if (!sorted)
        return false;
    memcpy(sorted, score, n * sizeof *sorted);
    stat_sort(sorted, n);
    *q = sorted[(size_t)k - 1];
    mem_free(sorted);
    return true;
}

bool stat_conformal_spread(size_t n, double level, double *lo, double *hi,
                           struct err *err)
{
    double ends[2];

    if (!check_level(level, err))
        return false;
    const double k = place(n, level), rest = (double)n + 1.0 - k;
    if (rest < 1.0)
        return ERR_FAIL(err, ERR_ARG, "conformal: %zu scores are too few for %g", n,
                        level);
    if (!stat_beta_quantile(0.05, k, rest, &ends[0], err) ||
        !stat_beta_quantile(0.95, k, rest, &ends[1], err))
        return false;
    *lo = ends[0];
    *hi = ends[1];
    return true;
}
