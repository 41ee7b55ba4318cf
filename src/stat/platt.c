#include "stat/platt.h"

#include <math.h>

#include "base/mem.h"
#include "stat/logistic.h"

double stat_platt_at(const struct stat_platt *curve, double score)
{
    return stat_logistic_of(curve->offset + curve->slope * score);
}

bool stat_platt_fit(const double *score, const bool *positive, size_t n,
                    struct stat_platt *out, struct err *err)
{
    size_t positives = 0;
    double c[2];

    if (n == 0)
        return ERR_FAIL(err, ERR_ARG, "logistic curve: no cases");
    double *target = mem_alloc(n, sizeof *target, err);
    if (!target)
        return false;
    for (size_t i = 0; i < n; i++)
        positives += positive[i] ? 1 : 0;
    const double yes = (double)positives, no = (double)(n - positives);
    for (size_t i = 0; i < n; i++)
        target[i] = positive[i] ? (yes + 1.0) / (yes + 2.0) : 1.0 / (no + 2.0);
    const struct stat_logistic_sample sample = {
        .x = score, .target = target, .n = n, .columns = 1};
    const bool ok = stat_logistic(&sample, 0.0, c, err);
    mem_free(target);
    if (!ok)
        return false;
    if (c[1] > 0.0 && positives > 0 && positives < n)
        *out = (struct stat_platt){c[0], c[1]};
    else
        *out = (struct stat_platt){log((yes + 1.0) / (no + 1.0)), 0.0};
    return true;
}
