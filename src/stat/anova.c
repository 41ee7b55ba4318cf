#include "stat/anova.h"

#include <math.h>

#include "base/mem.h"
#include "stat/describe.h"
#include "stat/dist.h"
#include "stat/groups.h"

bool stat_anova(const double *x, const size_t *group, size_t n, size_t k,
                struct stat_anova *out, struct err *err)
{
    struct stat_anova s = {n, 0, false, NAN, NAN, NAN, NAN, NAN};
    struct stat_group *g = NULL;
    bool ok = false;

    if (!stat_groups(x, group, n, k, &g, &s.groups, err))
        return false;
    if (s.groups > 1 && n > s.groups) {
        const double mean = stat_mean(x, n);
        double between = 0, within = 0;
        for (size_t i = 0; i < n; i++) {
            const double centre = g[group[i]].mean;
            between += (centre - mean) * (centre - mean);
            within += (x[i] - centre) * (x[i] - centre);
        }
        if (within > 0) {
            s.available = true;
            s.dof_between = (double)(s.groups - 1);
            s.dof_within = (double)(n - s.groups);
            s.f = (between / s.dof_between) / (within / s.dof_within);
            s.eta_squared = between / (between + within);
            if (!stat_f_upper(s.f, s.dof_between, s.dof_within, &s.p, err))
                goto done;
        }
    }
    *out = s;
    ok = true;
done:
    mem_free(g);
    return ok;
}
