#include "stat/conformal.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stat/describe.h"

bool stat_conformal(const double *score, size_t n, double level, double *q,
                    struct err *err)
{
    if (!(level > 0.0 && level < 1.0))
        return ERR_FAIL(err, ERR_ARG, "conformal: a level of %g, outside (0, 1)",
                        level);
    if (!stat_all_finite(score, n, err))
        return false;
    /* (9 + 1) * 0.9 is 9, not a bit more */
    const double k = ceil(((double)n + 1.0) * level * (1.0 - 1e-12));
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
