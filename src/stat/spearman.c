#include "stat/spearman.h"

#include <math.h>

#include "base/mem.h"
#include "stat/pearson.h"
#include "stat/rank.h"

static struct stat_interval interval(double rho, size_t n)
{
    struct stat_interval ci = {NAN, NAN, "Bonett-Wright 95 %"};
    if (n >= 4 && fabs(rho) <= 1) {
        const double half = STAT_Z95 * sqrt((1 + 0.5 * rho * rho) / (double)(n - 3));
        ci.lo = tanh(atanh(rho) - half);
        ci.hi = tanh(atanh(rho) + half);
    }
    return ci;
}

bool stat_spearman(const double *x, const double *y, size_t n,
                   struct stat_spearman *out, struct err *err)
{
    struct stat_pearson p;
    double ties = 0;
    double *rank_x = mem_alloc(n, sizeof *rank_x, err);
    double *rank_y = mem_alloc(n, sizeof *rank_y, err);
    const bool ok = rank_x && rank_y && stat_rank(x, n, rank_x, &ties, err) &&
                    stat_rank(y, n, rank_y, &ties, err) &&
                    stat_pearson(rank_x, rank_y, n, &p, err);
    if (ok)
        *out = (struct stat_spearman){.n = n,
                                      .available = p.available,
                                      .rho = p.r,
                                      .ci = interval(p.r, n),
                                      .p = p.p};
    mem_free(rank_x);
    mem_free(rank_y);
    return ok;
}
