#include "stat/proportion.h"

#include <math.h>

#include "stat/dist.h"

struct stat_proportion stat_wilson(size_t k, size_t n)
{
    struct stat_proportion s = {k < n ? k : n, n, NAN, {NAN, NAN, "Wilson 95 %"}};
    if (n == 0)
        return s;
    const double m = (double)n, z2 = STAT_Z95 * STAT_Z95;
    s.p = (double)s.k / m;
    const double scale = 1.0 + z2 / m;
    const double centre = (s.p + z2 / (2.0 * m)) / scale;
    const double half =
        STAT_Z95 / scale * sqrt(s.p * (1.0 - s.p) / m + z2 / (4.0 * m * m));
    /* at k = 0 and k = n the formula gives 0 and 1 up to rounding */
    s.ci.lo = s.k == 0 ? 0.0 : centre - half;
    s.ci.hi = s.k == n ? 1.0 : centre + half;
    return s;
}

bool stat_clopper_pearson(size_t k, size_t n, struct stat_interval *out,
                          struct err *err)
{
    struct stat_interval ci = {NAN, NAN, "Clopper-Pearson 95 %"};
    if (n > 0) {
        const double hits = (double)(k < n ? k : n), misses = (double)n - hits;
        ci.lo = 0;
        ci.hi = 1;
        if (hits > 0 && !stat_beta_quantile(0.025, hits, misses + 1, &ci.lo, err))
            return false;
        if (misses > 0 && !stat_beta_quantile(0.975, hits + 1, misses, &ci.hi, err))
            return false;
    }
    *out = ci;
    return true;
}

void stat_confusion_add(struct stat_confusion *c, bool truth, bool pred)
{
    if (truth)
        *(pred ? &c->tp : &c->fn) += 1;
    else
        *(pred ? &c->fp : &c->tn) += 1;
}

struct stat_proportion stat_accuracy(const struct stat_confusion *c)
{
    return stat_wilson(c->tp + c->tn, c->tp + c->fp + c->fn + c->tn);
}

struct stat_proportion stat_sensitivity(const struct stat_confusion *c)
{
    return stat_wilson(c->tp, c->tp + c->fn);
}

struct stat_proportion stat_specificity(const struct stat_confusion *c)
{
    return stat_wilson(c->tn, c->tn + c->fp);
}
