#include "stat/groups.h"

#include "base/mem.h"
#include "stat/describe.h"

bool stat_groups(const double *x, const size_t *group, size_t n, size_t k,
                 struct stat_group **out, size_t *some, struct err *err)
{
    if (!stat_all_finite(x, n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (group[i] >= k)
            return ERR_FAIL(err, ERR_ARG, "value %zu: group %zu of %zu", i + 1,
                            group[i], k);
    struct stat_group *g = mem_alloc(k, sizeof *g, err);
    if (!g)
        return false;
    for (size_t i = 0; i < n; i++) {
        g[group[i]].n++;
        g[group[i]].sum += x[i];
    }
    *some = 0;
    for (size_t j = 0; j < k; j++)
        *some += g[j].n > 0;
    *out = g;
    return true;
}
