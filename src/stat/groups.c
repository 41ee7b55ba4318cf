#include "stat/groups.h"

#include <math.h>

#include "base/mem.h"
#include "stat/describe.h"

struct group_sum {
    double first, beyond; /* a value, and the sum of what the others have more */
};

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
    struct group_sum *sum = mem_alloc(k, sizeof *sum, err);
    if (!g || !sum) {
        mem_free(g);
        mem_free(sum);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        struct group_sum *own = &sum[group[i]];
        if (g[group[i]].n++ == 0)
            own->first = x[i];
        own->beyond += x[i] - own->first;
    }
    *some = 0;
    for (size_t j = 0; j < k; j++) {
        g[j].mean =
            g[j].n > 0 ? sum[j].first + sum[j].beyond / (double)g[j].n : (double)NAN;
        *some += g[j].n > 0;
    }
    mem_free(sum);
    *out = g;
    return true;
}
