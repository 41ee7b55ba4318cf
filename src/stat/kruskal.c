#include "stat/kruskal.h"

#include <math.h>

#include "base/mem.h"
#include "stat/dist.h"
#include "stat/groups.h"
#include "stat/rank.h"

bool stat_kruskal(const double *x, const size_t *group, size_t n, size_t k,
                  struct stat_kruskal *out, struct err *err)
{
    struct stat_kruskal s = {n, 0, false, NAN, NAN, NAN, NAN};
    const double m = (double)n;
    struct stat_group *g = NULL;
    double ties = 0;
    bool ok = false;

    double *rank = mem_alloc(n, sizeof *rank, err);
    if (!rank || !stat_rank(x, n, rank, &ties, err) ||
        !stat_groups(rank, group, n, k, &g, &s.groups, err))
        goto done;
    const double untied = n > 1 ? 1 - ties / (m * m * m - m) : 0;
    if (s.groups > 1 && untied > 0) {
        double between = 0;
        for (size_t j = 0; j < k; j++) {
            if (g[j].n == 0)
                continue;
            const double shift = g[j].mean - 0.5 * (m + 1);
            between += (double)g[j].n * shift * shift;
        }
        s.available = true;
        s.h = 12 * between / (m * (m + 1)) / untied;
        s.dof = (double)(s.groups - 1);
        s.epsilon_squared = s.h / (m - 1);
        if (!stat_chi2_upper(s.h, s.dof, &s.p, err))
            goto done;
    }
    *out = s;
    ok = true;
done:
    mem_free(rank);
    mem_free(g);
    return ok;
}
